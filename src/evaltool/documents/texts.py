"""Texts for the documents that the command line states, in the place of those of `[notice]` in evaluation.toml.

They are checked by the same rules, and kept with the run as a rules file of their own, so that the run can be made
again and its short code tells that its documents are others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evaltool.evaluation import Evaluation, made_of
from evaltool.evaluation.folder import snapshot
from evaltool.findings import Refused, finding
from evaltool.rules import parse
from evaltool.rules.settings import Notice

FILE = "notice.toml"
OPTION = "--notice"


def stated(evaluation: Evaluation, texts: Sequence[str]) -> Evaluation:
    """The evaluation with KEY=VALUE texts in its `[notice]`.  Raises `Refused` (usage) with every mistake."""
    pairs = [text.partition("=") for text in texts]
    if wrong := [finding("NOTICE_OPTION", file=OPTION, value=key) for key, sign, _ in pairs if not sign or not key]:
        raise Refused(wrong, usage=True)
    given = {key.strip(): value.strip() for key, _, value in pairs}
    notice, findings = parse(Notice, _merged(evaluation.notice, given), "notice", OPTION)
    if notice is None or findings:
        raise Refused(findings, usage=True)
    return replace(evaluation, notice=notice, files={**evaluation.files, FILE: _written(given)})


def load_stored(rules: Path) -> Evaluation:
    """The evaluation as a run keeps it in its folder of rules, with what the command line said at the time."""
    files, _ = snapshot(rules)
    evaluation, _ = made_of(rules, files)
    kept = rules / FILE
    return said_at_the_time(evaluation, kept.read_bytes() if kept.exists() else None)


def said_at_the_time(evaluation: Evaluation, kept: bytes | None) -> Evaluation:
    """With the texts that the command line stated when a run was made, as the run keeps them."""
    if kept is None:
        return evaluation
    given = _flat(tomllib.loads(kept.decode())["notice"])
    notice = Notice.model_validate(_merged(evaluation.notice, given))
    return replace(evaluation, notice=notice, files={**evaluation.files, FILE: kept})


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= _flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
    return found


def _merged(notice: Notice, given: Mapping[str, str]) -> dict[str, Any]:
    """What is stated already, with what is given; `numbers.letter` is a key of a table below."""
    tree = notice.model_dump()
    for key, value in given.items():
        table, _, name = key.rpartition(".")
        inner = tree.setdefault(table, {}) if table else tree
        inner[name] = {"true": True, "false": False}.get(value, value)
    return tree


def _written(given: dict[str, str]) -> bytes:
    lines = (f"{key} = {_quoted(value)}\n" for key, value in sorted(given.items()))
    return "".join(["[notice]\n", *lines]).encode()


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
