"""What the tool has to say, as data: one finding is one thing wrong (or worth a look) at one place.

A finding names a stable code and a place; its severity and its words in both languages stand once, in
`catalogue.toml`.  Every stage returns its findings beside its result; nobody raises for a user's mistake, except
`Refused`, which carries *all* of them at once when a command cannot go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
Language = Literal["zh", "en"]
Place = tuple[str, str, str]  # file, sheet, cell
NOBODY = "—"  # where a name should stand and there is none
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


class CatalogueEntry(NamedTuple):
    """Severity of a code; what is wrong and what to do, by language; what it may be because of: name -> both words."""

    severity: Severity
    message: Mapping[str, str]
    hint: Mapping[str, str]
    because: Mapping[str, tuple[str, str]]


class Catalogue(Mapping[str, CatalogueEntry]):
    """Every code that a finding can carry, from `catalogue.toml`, whose entries are read when they are first asked for:
    few commands say more than a dozen of some hundreds."""

    def __init__(self) -> None:
        self._read: dict[str, CatalogueEntry] = {}

    def __getitem__(self, code: str) -> CatalogueEntry:
        if code not in self._read:
            self._read[code] = _entry(self._texts[code])
        return self._read[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        """What stands below each heading `[CODE]`."""
        text = Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8")
        _, *parts = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)
        return dict(zip(parts[::2], parts[1::2], strict=True))


def _entry(text: str) -> CatalogueEntry:
    import tomllib

    one = tomllib.loads(text)
    return CatalogueEntry(
        one["severity"],
        {"zh": one["zh"], "en": one["en"]},
        {"zh": one["do_zh"], "en": one["do_en"]},
        {name: (zh, en) for name, (zh, en) in one.get("because", {}).items()},
    )


CATALOGUE = Catalogue()
"""`docs/findings.md` is generated from it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say, tied to its place.  Findings sort by place as a person reads a worksheet: C7 before C10.

    `file` is relative to the evaluation's folder; `cell` is an address (`C8`) in a workbook and the key
    (`component.mayor.weight`) in a rules file.  `args` fill the gaps of the catalogue's sentence.
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    code: str = ""
    unit: str = ""
    evaluator: str = ""
    component: str = ""
    value: str = ""
    args: tuple[tuple[str, str], ...] = ()

    def __lt__(self, other: Finding) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[object, ...]:
        place = (self.file, self.sheet, reading_order(self.cell))
        return (*place, self.code, self.unit, self.evaluator, self.component, self.value, self.args)

    @property
    def severity(self) -> Severity:
        return CATALOGUE[self.code].severity

    @property
    def blocks(self) -> bool:
        return self.severity == "error"

    def message(self, language: Language = "zh") -> str:
        """What is wrong, in one sentence."""
        return self._fill(CATALOGUE[self.code].message[language])

    def hint(self, language: Language = "zh") -> str:
        """What to do about it."""
        return self._fill(CATALOGUE[self.code].hint[language])

    def place(self) -> str:
        """Where it stands, for a person: `inbox/a.xlsx 县区·定期调度!C8`."""
        where = "!".join(part for part in (self.sheet, self.cell) if part)
        return " ".join(part for part in (self.file, where) if part)

    def at(self, **place: str) -> Finding:
        """The same finding with more of its place filled in."""
        return replace(self, **place)  # type: ignore[arg-type]

    def as_row(self, language: Language = "zh") -> dict[str, str]:
        """The line of `findings.jsonl`: stable keys, every value a string."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "unit": self.unit,
            "evaluator": self.evaluator,
            "component": self.component,
            "value": self.value,
            "message": self.message(language),
            "hint": self.hint(language),
        }

    def _fill(self, text: str) -> str:
        known = {
            "value": self.value,
            "unit": self.unit,
            "evaluator": self.evaluator,
            "component": self.component,
            "sheet": self.sheet,
        }
        return text.format_map(_Gaps(known | _spoken(dict(self.args))))


_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def reading_order(cell: str) -> tuple[int, int, str, str]:
    """The order of cells: in front what is no address (a worksheet as a whole, a key of the rules), as text; addresses
    by row, then column."""
    found = _ADDRESS.fullmatch(cell)
    if not found:
        return 0, 0, "", cell
    return int(found[2]), len(found[1]), found[1], ""


class _Near(str):
    """The name that is meant perhaps, `{near:; nearest: ~}` in the catalogue: where there is none, nothing is said."""

    def __format__(self, words: str) -> str:
        if not words:
            return str(self)
        return "" if self in ("", NOBODY) else words.replace("~", self)


def _spoken(args: Mapping[str, object]) -> dict[str, str]:
    """What fills the gaps of a sentence."""
    return {key: _Near(each) if key == "near" else str(each) for key, each in args.items()}


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return _Near() if key == "near" else "?"


def finding(code: str, /, *, args: dict[str, object] | None = None, because: str = "", **place: str) -> Finding:
    """Make a finding; an unknown code is a programming mistake and fails here, not when it is printed.

    `because` is one of the code's reasons in the catalogue: its words become reason_zh and reason_en of the sentence.
    """
    known, words = CATALOGUE[code].because, dict(args or {})
    if because:
        words["reason_zh"], words["reason_en"] = (text.format_map(_spoken(words)) for text in known[because])
    filled = tuple(sorted((key, str(value)) for key, value in words.items()))
    return Finding(code=code, args=filled, **place)


FEW = 5  # places of one cause that are named, where there are many


def by_cause(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings in their order, those together that one mistake made: the same thing on one worksheet, or in the
    same words about many files.  A key of the rules stands for itself."""
    known = list(findings)
    files: dict[tuple[str, ...], set[str]] = {}
    for one in known:
        files.setdefault(_said(one), set()).add(one.file)
    causes: dict[tuple[object, ...], list[Finding]] = {}
    for one in known:
        everywhere = len(files[_said(one)]) > FEW and bool(one.value or not one.cell)
        causes.setdefault(_said(one) if everywhere else _spot(one), []).append(one)
    return list(causes.values())


def _said(one: Finding) -> tuple[str, ...]:
    return one.code, one.value, one.message()


def _spot(one: Finding) -> tuple[object, ...]:
    """What is the same of two findings that have one cause."""
    if one.file.endswith(".toml"):
        return (one,)
    return one.code, one.file, one.sheet, "" if one.file else one.hint()


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if one.blocks]


class Refused(Exception):
    """A command cannot go on; carries every reason, never only the first.

    `usage` tells wrong rules or wrong usage (exit code 2) from blocking findings in what came back (exit code 1),
    `fault` a machine that does not do its part (exit code 3).
    """

    def __init__(self, findings: Iterable[Finding], *, usage: bool = False, fault: bool = False) -> None:
        self.findings = sorted(findings)
        self.usage = usage
        self.fault = fault
        super().__init__("; ".join(f"{one.place()}: {one.message('en')}" for one in self.findings[:3]))
