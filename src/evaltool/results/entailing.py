"""What follows from grades by the rules: measures of one year and of several running, and who may have no award.

A grade is looked at together with those of the years before it, which stand in the roster (历年结果).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.roster import Earlier, Unit
from evaltool.rules import Scheme


@dataclass(frozen=True, slots=True)
class Entailed:
    """A consequence that a unit's grades have: so many years running, its words, the document that it needs, which
    years' awards it takes away."""

    grade: str
    years: int
    text: str
    document: str
    no_awards: Literal["this", "next", "both"] | None = None


@dataclass(frozen=True, slots=True)
class Barred:
    """Why a unit has no award this year: the consequence, and the year of the grade that entails it."""

    year: int
    entailed: Entailed

    @property
    def words(self) -> str:
        running = f"连续{self.entailed.years}年" if self.entailed.years > 1 else ""
        return f"{self.year}年度{running}评为“{self.entailed.grade}”，{self.entailed.text.rstrip('。')}"


def years_running(year: int, grade: str, earlier: Mapping[int, Earlier]) -> int:
    """How many years in a row a grade was had, ending with a year; a year without a result ends the row."""
    years = 1
    while (before := earlier.get(year - years)) is not None and before.grade == grade:
        years += 1
    return years if grade else 0


def following(scheme: Scheme, grade: str, running: int) -> Iterator[Entailed]:
    """What a grade has for a consequence now: that of one year, and that of so many years when the row is complete."""
    for each in scheme.consequences:
        if each.grade == grade and running >= each.years:
            yield Entailed(grade, each.years, each.text, each.document, each.no_awards)


def barring(evaluation: Evaluation, unit: Unit, grade: str) -> tuple[Barred, ...]:
    """Why a unit that is graded so has no award this year: by this year's grade, or by the one of the year before."""
    scheme, this = evaluation.classes[unit.class_id], evaluation.settings.year
    earlier = evaluation.earlier(unit.id)
    before = earlier[this - 1].grade if this - 1 in earlier else ""
    years: tuple[tuple[int, str, str], ...] = ((this - 1, before, "next"), (this, grade, "this"))
    return tuple(
        Barred(year, each)
        for year, own, which in years
        for each in following(scheme, own, years_running(year, own, earlier))
        if each.no_awards in (which, "both")
    )
