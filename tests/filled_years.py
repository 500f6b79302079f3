"""A bundled evaluation as a folder in which everybody has returned their sheets, as the kept filling says."""

from __future__ import annotations

from pathlib import Path

import fillings
from evaltool.evaluation import load
from evaltool.inbox.newkey import make_key
from evaltool.runs import newyear
from survey_exports import exports


def begin(source: Path, folder: Path) -> None:
    newyear.begin_year(folder, source)
    make_key(folder, load(folder)[0].identity)
    evaluation, _ = load(folder)
    rows = fillings.read(fillings.FILLINGS / f"{source.name}.csv")
    for name, data in {**fillings.files(evaluation, rows), **exports(evaluation, fillings.SEED)}.items():
        (folder / "inbox" / name).write_bytes(data)
