"""Which cities are meant: folders, folders of folders, lists that clerks keep (.xlsx, .csv, or a path a line).

Nothing is passed over: a folder among the cities in which there is no result is a city whose result is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from evaltool import reader
from evaltool.files import is_of_system
from evaltool.findings import Finding, finding
from evaltool.roster.columns import Header, RosterTable, tables_of
from evaltool.roster.reading import read_tables
from evaltool.roster.tables import KnownNames, read_table
from evaltool.rules.settings import FILE
from evaltool.runs.store import RANKING, SUMS
from evaltool.runs.taken import folder_named

LIST = "城市"
_LISTS = (".csv", ".xlsx", ".txt")
GATHERED = "gathered.json"
"""What was gathered, for programs; a folder that has it is no city's."""


@dataclass(frozen=True, slots=True)
class ListedCity:
    """A line of a list of cities; the folder is seen from where the list lies."""

    name: Annotated[str, Header("城市", "在汇总表中的名称", "its name in what is gathered")]
    folder: Annotated[
        str, Header("文件夹", "评估文件夹或解压的归档", "its evaluation's folder, or an archive unpacked")
    ]
    run: Annotated[str, Header("计分", "第几次计分；不写：最后公布的", "which run; blank: the last final one")] = ""


@dataclass(frozen=True, slots=True)
class _Lists:
    cities: Annotated[tuple[ListedCity, ...], LIST] = ()


TABLE: RosterTable = tables_of(_Lists)[LIST]


@dataclass(frozen=True, slots=True)
class CityPlace:
    """Where a city's result is looked for; `name`: as a list has it, "" where the evaluation says it; `run`: the one
    that is named."""

    folder: Path
    name: str = ""
    run: str = ""

    @property
    def called(self) -> str:
        """By what to speak of it while nothing else is known."""
        return self.name or self.folder.resolve().name

    @property
    def shown(self) -> str:
        return self.folder.as_posix()


@dataclass(frozen=True, slots=True)
class _Places:
    """Lists keep their order, which is the office's; folders have none but that of their names."""

    listed: list[CityPlace] = field(default_factory=list)
    folders: list[CityPlace] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def cities_in(given: Iterable[Path]) -> tuple[tuple[CityPlace, ...], list[Finding]]:
    """Every city, those of lists first; no place twice."""
    made = _Places()
    for path in given:
        if path.is_file() and path.suffix.casefold() in _LISTS:
            places, wrong = _of_list(path)
            made.listed.extend(places)
            made.findings.extend(wrong)
        else:
            made.folders.extend(_of_folder(path))
    known: dict[Path, CityPlace] = {}
    for place in (*made.listed, *sorted(made.folders, key=lambda each: (each.called, each.shown))):
        first = known.setdefault(place.folder.resolve(), place)
        if first is not place and place.name:
            args: dict[str, object] = {"city": place.called, "other": first.called}
            made.findings.append(finding("GATHER_TWICE", file=place.shown, value=place.called, args=args))
    return tuple(known.values()), made.findings


def _of_folder(path: Path) -> Iterator[CityPlace]:
    """A city, or the cities in a folder of them."""
    inside = [] if is_city(path) or not path.is_dir() else _folders_in(path)
    yield from map(CityPlace, inside or [path])


def is_city(path: Path) -> bool:
    """Whether somebody put a result there: an evaluation, an archive, documents that were made public."""
    return any((path / name).exists() for name in (FILE, SUMS, "runs", "public", Path(RANKING).name))


def _folders_in(path: Path) -> Sequence[Path]:
    inside = (each for each in path.iterdir() if each.is_dir() and not is_of_system(each.name))
    return sorted(each for each in inside if not (each / GATHERED).is_file())


# --- lists -----------------------------------------------------------------------------------------------------------


def _of_list(path: Path) -> tuple[list[CityPlace], list[Finding]]:
    data = reader.load(path)
    if isinstance(data, reader.Unreadable):
        return [], [finding(data.code, file=path.as_posix(), args=dict(data.args))]
    if path.suffix.casefold() == ".txt":
        return _of_lines(path, data)
    tables, wrong = read_tables({path.as_posix(): data}, {}, TABLE.headers)
    rows: list[ListedCity] = []
    for table in tables:
        found, said = read_table(table, TABLE, KnownNames())
        rows += found
        wrong += said
    return [CityPlace(folder_named(path.parent, each.folder), each.name, each.run) for each in rows], wrong


def _of_lines(path: Path, data: bytes) -> tuple[list[CityPlace], list[Finding]]:
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        return [], [finding("TABLE_ENCODING", file=path.as_posix())]
    return [CityPlace(folder_named(path.parent, line)) for line in lines if line and not line.startswith("#")], []
