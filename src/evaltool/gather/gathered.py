"""A province over its cities: the published results of many folders in one value.

Every city is there with a run that is believed, or is named with the reason why not.  Whatever is made of it is made of
what the cities published, and nothing of it goes back to them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltool.exact import exact, plain, published
from evaltool.findings import Finding, Language, Refused, blocking, finding
from evaltool.gather.alike import comparable, lacking
from evaltool.gather.believed import CityRun, run_of_city
from evaltool.gather.places import CityPlace, cities_in
from evaltool.gather.standings import CityFigures, GatheredGroup, RankedUnit, all_standings
from evaltool.results.result import short_code
from evaltool.runs.taken import NotTaken


@dataclass(frozen=True, slots=True)
class GatheredProvince:
    """`absent`: the cities of which nothing is taken, as they are called, in the order of the findings that say why."""

    title: str
    cities: tuple[CityRun, ...]
    absent: tuple[str, ...]
    groups: tuple[GatheredGroup, ...]
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        return not self.absent

    @property
    def code(self) -> str:
        """The short code of what was gathered: of the title, the cities with the digests of their runs, and of those
        that are missing."""
        taken = [(f"city {each.name}", each.digest) for each in self.cities]
        missing = [("absent", hashlib.sha256(each.encode()).hexdigest()) for each in self.absent]
        return short_code([(f"title {self.title}", ""), *taken, *missing])

    def as_value(self, language: Language = "zh") -> dict[str, Any]:
        """What programs get."""
        return {
            "title": self.title,
            "code": self.code,
            "whole": self.is_whole,
            "cities": [_city(each) for each in self.cities],
            "absent": list(self.absent),
            "groups": [_group(each, self.cities) for each in self.groups],
            "findings": [_said(one, language) for one in self.findings],
        }


def gather(
    given: Iterable[Path], title: str = "", *, part: bool = False, progress: Callable[[str], None] = lambda _: None
) -> GatheredProvince:
    """Raises `Refused` with everything that is wrong; `part`: of cities whose result cannot be taken it is only said
    so, and the others are gathered."""
    places, findings = cities_in(given)
    if not places and not findings:
        findings = [finding("GATHER_NONE")]
    if blocking(findings) or not places:
        raise Refused(findings, usage=True)
    progress("gather")
    made = gathered(places, title)
    if blocking(made.findings) and not (part and made.cities):
        raise Refused(made.findings)
    return replace(made, findings=(*findings, *made.findings))


def gathered(places: Sequence[CityPlace], title: str = "") -> GatheredProvince:
    """As many cities as can be taken, and why the others cannot."""
    taken: list[CityRun] = []
    findings: list[Finding] = []
    absent: list[Finding] = []
    for place in places:
        try:
            city, remarks = run_of_city(place)
        except NotTaken as reason:
            absent.append(_absent(place, reason.because, reason.said))
            continue
        except OSError as problem:
            absent.append(_absent(place, "unread", problem.strerror or type(problem).__name__))
            continue
        taken.append(city)
        findings += remarks
    left, wrong = _distinct(taken)
    absent += wrong
    groups = all_standings(comparable(left))
    findings += (_apart(each, left) for each in groups if each.of.differs)
    names = tuple(one.value for one in absent)
    return GatheredProvince(title or _title(left), tuple(left), names, groups, (*absent, *findings))


def _title(cities: Sequence[CityRun]) -> str:
    years = {each.year for each in cities if each.year is not None}
    return f"{min(years)}年度绩效评估结果汇总" if len(years) == 1 else "绩效评估结果汇总"


def _absent(place: CityPlace, because: str, said: str) -> Finding:
    args: dict[str, object] = {"city": place.called, "said": said}
    return finding("GATHER_CITY", file=place.shown, value=place.called, args=args, because=because)


def _distinct(cities: Sequence[CityRun]) -> tuple[list[CityRun], list[Finding]]:
    """Without those that are there twice, that bear the name of another one, or that are of another year."""
    names: dict[str, CityRun] = {}
    runs: dict[tuple[str, str], CityRun] = {}
    years = Counter(each.year for each in cities if each.year is not None)
    year = max(years, key=lambda each: (years[each], each), default=None)
    left, findings = [], []
    for city in cities:
        place = {"file": city.folder.as_posix(), "value": city.name}
        args: dict[str, object] = {"city": city.name, "year": city.year, "others": year}
        twin, namesake = runs.setdefault(city.key, city), names.setdefault(city.name, city)
        if twin is not city:
            args["other"] = twin.name if twin.name != city.name else twin.folder.name
            findings.append(finding("GATHER_TWICE", **place, args=args))
        elif namesake is not city:
            findings.append(finding("GATHER_NAME", **place, args={**args, "other": namesake.folder.name}))
        elif city.year not in (None, year):
            findings.append(finding("GATHER_YEAR", **place, args=args))
        else:
            left.append(city)
    return left, findings


def _apart(group: GatheredGroup, cities: Sequence[CityRun]) -> Finding:
    names = "、".join(city.name for city, _ in group.of.cities)
    args: dict[str, object] = {
        "group": group.of.shape.title,
        "cities": names,
        "differs": "；".join(group.of.differs),
        "n": len(cities) - len(lacking(group.of, cities)),
    }
    return finding("GATHER_APART", value=group.of.title, args=args)


# --- for programs ----------------------------------------------------------------------------------------------------


def _city(city: CityRun) -> dict[str, Any]:
    return {
        "name": city.name,
        "evaluation": city.evaluation,
        "year": city.year,
        "run": city.run,
        "code": city.code,
        "stage": city.stage,
        "source": city.source,
        "digest": city.digest,
    }


def _group(group: GatheredGroup, cities: Sequence[CityRun]) -> dict[str, Any]:
    shape, digits = group.of.shape, group.of.shape.digits
    return {
        "title": group.of.title,
        "class": shape.class_id,
        "group": shape.group_name,
        "full": plain(shape.full),
        "decimals": digits,
        "variant": group.of.variant,
        "differs": list(group.of.differs),
        "rule_files": group.of.rule_files,
        "lacking": lacking(group.of, cities),
        "shared": [_plain_header(each) for each in group.shared],
        "withheld": [_plain_header(each) for each in group.withheld],
        "cities": [_figures(each, digits) for each in (*group.cities, group.whole)],
        "units": [unit_row(each, digits) for each in group.units],
    }


def _plain_header(header: str) -> str:
    return header.replace("\n", "")


def _figures(made: CityFigures, digits: int) -> dict[str, Any]:
    return {
        "city": made.city,
        "units": made.units,
        "ranked": made.ranked,
        **{
            name: None if value is None else exact(value)
            for name, value in (
                ("mean", made.mean),
                ("median", made.median),
                ("highest", made.highest),
                ("lowest", made.lowest),
                ("deviation", made.deviation),
            )
        },
        "mean_published": None if made.mean is None else published(made.mean, digits),
        "best": made.best,
        "grades": dict(made.grades),
        "vetoes": made.vetoes,
        "components": {_plain_header(name): exact(value) for name, value in made.parts.items()},
    }


def unit_row(one: RankedUnit, digits: int) -> dict[str, Any]:
    """A unit with what its city published of it."""
    unit = one.unit
    return {
        "rank": one.rank,
        "city": one.city,
        "city_rank": unit.rank,
        "name": unit.name,
        "total": published(unit.total, digits),
        "grade": unit.grade,
        "awards": unit.awards,
        "veto": unit.has_veto,
        "remarks": unit.remarks,
        "components": {_plain_header(name): plain(value) for name, value in unit.figures.items()},
    }


def _said(one: Finding, language: Language) -> Mapping[str, str]:
    """Without the folder, which is another one on every machine: the words name the city."""
    return {**one.as_row(language), "file": ""}
