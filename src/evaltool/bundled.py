"""What comes with the tool: evaluations to start a year from, the sample evaluation, the templates of notices.

All of it are plain files.  In an installed package they lie beside the modules; in a checkout they are the top-level
`templates/` and `sample_data/`.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path

from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.received import write_atomically
from evaltool.rostertables import TABLES
from evaltool.workbook import Book, Cell, Tab, to_bytes

NOTICES = "notices"
START = ("evaluation.toml", "schemes", "roster.xlsx", NOTICES)
"""What a new year takes over; sheets, decisions and runs belong to the year that they were made in."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """One evaluation that a year can start from; `classes` with the number of their units; `sound`: its rules load."""

    name: str
    title: str
    classes: tuple[tuple[str, int], ...]
    sound: bool = True


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
    return [_described(path) for path in sorted((templates() / "evaluations").iterdir()) if _is_evaluation(path)]


def notice_templates(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The Word templates of notices by file name; what the office keeps in its own `notices/` goes first."""
    bundled = {path.name: path.read_bytes() for path in sorted((templates() / NOTICES).glob("*.docx"))}
    own = {name.removeprefix(f"{NOTICES}/"): data for name, data in files.items() if name.startswith(f"{NOTICES}/")}
    return bundled | own


def find(name: str) -> Path | None:
    """The folder of a bundled evaluation by its name, or of an earlier year by its path."""
    places = (templates() / "evaluations" / name, Path(name))
    return next((path for path in places if _is_evaluation(path)), None)


def is_free(folder: Path) -> bool:
    """Whether a folder may be written to as a whole: it is new or empty."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def begin_year(folder: Path, source: Path) -> None:
    """Fill a new year's folder with the rules and the roster of another evaluation.

    The long tables come as one workbook, which is where clerks keep them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for part in START:
        _copy(source / part, folder / part)
    if (source / "roster").is_dir():
        write_atomically(folder / "roster.xlsx", to_bytes(roster_book(source / "roster")))
    for part in ("decisions", "inbox", "outbox"):
        (folder / part).mkdir(exist_ok=True)


def copy_sample(folder: Path) -> None:
    """Copy the filled-in sample evaluation into a new folder."""
    shutil.copytree(sample(), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "runs", "received"))


def roster_book(folder: Path) -> Book:
    """The long tables of `folder` (one .csv each) as one workbook, a worksheet per table in the order of the reader."""
    known = {name: at for at, name in enumerate(TABLES)}
    paths = sorted(folder.glob("*.csv"), key=lambda path: (known.get(path.stem, len(known)), path.stem))
    return Book(tuple(_table_tab(path) for path in paths))


def _table_tab(path: Path) -> Tab:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    columns = TABLES[path.stem][2] if path.stem in TABLES else ()
    numeric = {column.header for column in columns if column.kind in ("number", "count")}
    cells = {(0, at): Cell(header, "head_left") for at, header in enumerate(rows[0])}
    for number, row in enumerate(rows[1:], 1):
        for at, (header, text) in enumerate(zip(rows[0], row, strict=False)):
            cells[number, at] = _cell(text, header in numeric)
    widths = tuple(
        min(max(10, *(2.1 * len(row[at]) for row in rows if at < len(row))), 60) for at in range(len(rows[0]))
    )
    return Tab(path.stem, cells, widths=widths, freeze=(1, 0), repeat_rows=(0, 0), footer="&C第 &P 页，共 &N 页")


def _cell(text: str, numeric: bool) -> Cell:
    """Numbers as numbers, so that a clerk can reckon with them; everything else as text, so that it stays as it is."""
    if not numeric or not text.strip():
        return Cell(text or None)
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return Cell(text)
    return Cell(number, "input") if number.is_finite() else Cell(text)


def _described(path: Path) -> Bundled:
    try:
        evaluation, _ = load(path)
    except Refused:
        return Bundled(path.name, path.name, (), sound=False)
    classes = ((scheme.head.name, len(evaluation.units_of(scheme.id))) for scheme in evaluation.classes.values())
    return Bundled(path.name, evaluation.settings.name, tuple(classes))


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=_hidden)
    elif source.is_file():
        shutil.copyfile(source, target)


def _hidden(_: str, names: Iterable[str]) -> set[str]:
    return {name for name in names if name.startswith((".", "~$"))}


def _is_evaluation(path: Path) -> bool:
    return (path / "evaluation.toml").is_file()


def _place(installed: str, checkout: str) -> Path:
    path = _package() / installed
    return path if path.is_dir() else _checkout(checkout)


def _package() -> Path:
    return Path(str(files("evaltool")))


def _checkout(name: str) -> Path:
    return Path(__file__).resolve().parents[2] / name
