"""What is kept of compiled templates: only what is whole and of the same, and nothing that anybody needs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evaltool.files.compiled import kept


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of somebody's, in a place of its own."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "made"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "module.py"
    path.write_bytes(b"one = 1")
    return path


def times_made(module: Path, *texts: bytes) -> int:
    """How often something is made when it is asked for twice, each time of these texts."""
    made: list[bytes] = []

    def make() -> tuple[bytes, ...]:
        made.extend(texts)
        return texts

    assert [kept(str(module), "name", texts, ("jinja2",), make) for _ in range(2)] == [texts] * 2
    return len(made)


def test_what_is_kept_is_made_once(module: Path) -> None:
    """Until its text or the module that makes it is another."""
    assert [times_made(module, text) for text in (b"a", b"a", b"b", b"b")] == [1, 0, 1, 0]
    module.write_bytes(b"one = 2")
    assert times_made(module, b"b") == 1


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "gone"])
def test_what_is_damaged_is_made_anew(module: Path, tmp_path: Path, damage: str) -> None:
    """And nothing of it is unpacked."""
    assert times_made(module, b"a") == 1
    (file,) = (tmp_path / "made").rglob("*.kept")
    whole = file.read_bytes()
    file.write_bytes({"cut": whole[:-1], "changed": whole[:-1] + b"?", "empty": b"", "gone": b""}[damage])
    if damage == "gone":
        file.unlink()
    assert times_made(module, b"a") == 1
    assert file.read_bytes() == whole


def test_nothing_is_kept_where_python_keeps_nothing(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where it must not, nor where it cannot: then it is made each time."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert times_made(module, b"a") == 2
    assert not list((tmp_path / "made").rglob("*.kept"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "made").write_bytes(b"no folder")
    assert times_made(module, b"a") == 2
