"""A dossier before it is a workbook: parts, each made of sections, with the files that they were taken from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

DossierValue = str | Decimal
DossierRow = tuple[DossierValue, ...]
DossierHead = tuple[str, float]
"""What stands above a column, and how wide it is."""
_TO = "至"


@dataclass(frozen=True, slots=True, order=True)
class PaperSource:
    """A file that something was taken from: its name, its SHA-256 ("" where nothing keeps it), its day."""

    file: str
    digest: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class DossierSection:
    """A table with its caption; `nothing`: why it is empty.  `counted`: whether its rows are entries of the dossier;
    lists of files and figures about other rows are none."""

    title: str
    heads: tuple[DossierHead, ...]
    rows: tuple[DossierRow, ...]
    nothing: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class DossierPart:
    """One part of a dossier; `days`: those of its papers, as 2026-05-10."""

    name: str
    says: str
    sections: tuple[DossierSection, ...]
    sources: tuple[PaperSource, ...] = ()
    days: tuple[str, ...] = ()

    @property
    def entries(self) -> int:
        return sum(len(each.rows) for each in self.sections if each.counted)

    @property
    def nothing(self) -> str:
        """Why there is nothing in it; "" if there is something."""
        return "" if self.entries else "；".join(dict.fromkeys(each.nothing for each in self.sections if each.nothing))

    @property
    def period(self) -> str:
        """From its first day to its last."""
        return period([*self.days, *(one.day for one in self.sources)])


def listed(sources: Iterable[PaperSource]) -> tuple[PaperSource, ...]:
    """Each file once, by name, with the days of all that was taken from it."""
    days: dict[tuple[str, str], set[str]] = {}
    for each in sources:
        if each.file:
            days.setdefault((each.file, each.digest), set()).add(each.day)
    return tuple(PaperSource(*file, period(own)) for file, own in sorted(days.items()))


def period(days: Iterable[str]) -> str:
    """From the first day to the last, as one text; such a text counts as both of its days."""
    known = sorted({day for each in days for day in each.split(_TO) if day})
    return "" if not known else known[0] if known[0] == known[-1] else f"{known[0]}{_TO}{known[-1]}"
