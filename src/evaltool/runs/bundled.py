"""What comes with the tool: evaluations to start a year from, the sample evaluation, the templates of notices.

All of it are plain files.  In an installed package they lie beside the modules; in a checkout they are the top-level
`templates/` and `sample_data/`.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath

from evaltool.evaluation import Evaluation, load
from evaltool.files import built
from evaltool.findings import Refused

NOTICES = "notices"


@dataclass(frozen=True, slots=True)
class Bundled:
    """One evaluation that a year can start from; `classes` with the number of their units; `sound`: its rules load."""

    name: str
    title: str
    classes: tuple[tuple[str, int], ...]
    sound: bool = True

    @classmethod
    def of(cls, path: Path, evaluation: Evaluation | None) -> Bundled:
        """What stands in a folder; None where its rules were refused."""
        if evaluation is None:
            return cls(path.name, path.name, (), sound=False)
        classes = ((scheme.head.name, len(evaluation.units_of(scheme.id))) for scheme in evaluation.classes.values())
        return cls(path.name, evaluation.settings.name, tuple(classes))


def templates() -> Path:
    """The folder of bundled templates."""
    return _place("templates", "templates")


def sample() -> Path:
    """The folder of the sample evaluation, filled in."""
    installed = _package() / "sample"
    if installed.is_dir():
        return installed
    clean = [path for path in _checkout("sample_data").iterdir() if _is_evaluation(path) and "flawed" not in path.name]
    return sorted(clean)[0]


def evaluations() -> list[Bundled]:
    """Every bundled evaluation, by name."""
    return [_described(path) for path in folders()]


def folders() -> list[Path]:
    """Their folders, by name."""
    return [path for path in sorted((templates() / "evaluations").iterdir()) if _is_evaluation(path)]


def notice_templates(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The Word templates of notices by file name; what the office keeps in its own `notices/` goes first."""
    bundled = {path.name: path.read_bytes() for path in sorted((templates() / NOTICES).glob("*.docx"))}
    return bundled | own_templates(files)


def own_templates(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The office's own Word templates of notices by file name."""
    return {_called(name): data for name, data in files.items() if name.startswith(f"{NOTICES}/")}


def _called(name: str) -> str:
    """What a template is called, without its folder; an ending in capitals is that ending."""
    return f"{PurePosixPath(name).stem.strip()}.docx"


def find(name: str) -> Path | None:
    """The folder of a bundled evaluation by its name, or of an earlier year by its path."""
    places = (templates() / "evaluations" / name, Path(name))
    return next((path for path in places if _is_evaluation(path)), None)


def is_free(folder: Path) -> bool:
    """Whether a folder may be written to as a whole: it is new or empty."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def copy_sample(folder: Path) -> None:
    """Copy the filled-in sample evaluation into a new folder."""
    with built(folder) as made:
        ignored = shutil.ignore_patterns(".*", "runs", "received", "sent")
        shutil.copytree(sample(), made, dirs_exist_ok=True, ignore=ignored)


def _described(path: Path) -> Bundled:
    try:
        return Bundled.of(path, load(path)[0])
    except Refused:
        return Bundled.of(path, None)


def _is_evaluation(path: Path) -> bool:
    return (path / "evaluation.toml").is_file()


def _place(installed: str, checkout: str) -> Path:
    path = _package() / installed
    return path if path.is_dir() else _checkout(checkout)


def _package() -> Path:
    return Path(str(files("evaltool")))


def _checkout(name: str) -> Path:
    return Path(__file__).resolve().parents[3] / name
