"""What units have of other results: whose result it is there, the number that is taken of it, and what is missing.

Three kinds of other results: runs of other folders, as they were kept (`runs/taken.py` takes them and checks them),
classes of this evaluation that are scored before (`results/takenclasses.py`), and 历年结果.  Units are known by their
names, aliases and former names as everywhere; an id alone that two folders share proves nothing, and is a finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evaltool.evaluation import Evaluation, OtherResult
from evaltool.evaluation.derived import taken_names, taken_of
from evaltool.exact import plain
from evaltool.findings import Finding, Language, finding
from evaltool.names import folded, nearest
from evaltool.roster import Unit
from evaltool.rules import Scheme
from evaltool.rules.settings import FILE
from evaltool.rules.taken import TakenResult, file_of
from evaltool.rules.wording import joined, pick


@dataclass(frozen=True, slots=True)
class KeptResult:
    """What a run keeps of another folder's: which evaluation, which run with its code and the hash of its manifest, the
    stage that it had reached; a row for each unit."""

    evaluation: str
    run: str
    code: str
    manifest: str
    stage: str
    units: tuple[OtherResult, ...]

    def as_value(self) -> dict[str, Any]:
        """The content of `results/NAME.json`."""
        units = [
            {
                "id": one.id,
                "name": one.name,
                "names": list(one.names),
                "total": _text(one.total),
                "full": _text(one.full),
                "rank": one.rank,
                "grade": one.grade,
                **({"class": one.class_id} if one.class_id else {}),
            }
            for one in self.units
        ]
        named = ("evaluation", "run", "code", "manifest", "stage")
        return {"schema": 1, **{name: getattr(self, name) for name in named}, "units": units}


def _text(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"


def kept(evaluation: Evaluation, name: str, folder: str = "") -> KeptResult | None:
    """What is there of another folder's result; None where it could not be taken.  `folder`: of one among many."""
    data = evaluation.files.get(file_of(name, folder))
    return None if data is None else read_kept(data)


def read_kept(data: bytes) -> KeptResult:
    said = json.loads(data)
    units = tuple(
        OtherResult(
            one["id"],
            one["name"],
            tuple(one["names"]),
            None if one["total"] is None else Fraction(one["total"]),
            None if one["full"] is None else Fraction(one["full"]),
            one["rank"],
            one["grade"],
            one.get("class", ""),
        )
        for one in said["units"]
    )
    return KeptResult(said["evaluation"], said["run"], said["code"], said["manifest"], said["stage"], units)


# --- whose result it is ----------------------------------------------------------------------------------------------


def others(evaluation: Evaluation, name: str) -> tuple[OtherResult, ...]:
    """Everybody who has a result there; of a class that is not scored yet without the results.  Not of many folders,
    where each has its own."""
    result = evaluation.results[name]
    if result.earlier:
        return tuple(_earlier(evaluation, result))
    if result.of_class:
        waiting = (OtherResult(each.id, each.name, each.other_names) for each in evaluation.units_of(result.of_class))
        return evaluation.scored_first.get(result.of_class) or tuple(waiting)
    there = kept(evaluation, name)
    return there.units if there else ()


def _earlier(evaluation: Evaluation, result: TakenResult) -> Iterator[OtherResult]:
    full = None if result.full is None else Fraction(result.full)
    for unit in evaluation.roster.units:
        last = evaluation.last(unit.id)
        if last is not None:
            yield OtherResult(unit.id, unit.name, unit.other_names, last.total, full, last.rank, last.grade)


def names_of_units(evaluation: Evaluation) -> dict[str, tuple[str, ...]]:
    """Unit -> every name that means it: its own, its aliases, those that it had before."""
    former: dict[str, list[str]] = {}
    for each in (*evaluation.roster.changes, *evaluation.roster.decided_changes):
        if each.kind == "renamed" and each.former:
            former.setdefault(each.unit, []).append(each.former)
    return {
        unit.id: tuple(dict.fromkeys((unit.name, *unit.other_names, *former.get(unit.id, ()))))
        for unit in evaluation.roster.units
    }


@dataclass(frozen=True, slots=True)
class _Theirs:
    """The result that a unit has there, or why it is not clear which: none, several, or only its id is the same."""

    other: OtherResult | None
    because: str = ""
    said: str = ""


def found(evaluation: Evaluation, name: str) -> dict[str, _Theirs]:
    """Every unit of a class that takes a result, with the one that is meant."""
    units = {unit.id: unit for scheme in takers(evaluation, name) for unit in evaluation.units_of(scheme.id)}
    if evaluation.results[name].folders:
        return _in_own_folders(evaluation, name, units.values())
    there = _ByName.of(others(evaluation, name))
    if evaluation.results[name].is_led:
        return {unit.id: _of_led(there, unit) for unit in units.values()}
    names = names_of_units(evaluation)
    return {unit.id: _of_own(there, unit, names[unit.id]) for unit in units.values()}


def _in_own_folders(evaluation: Evaluation, name: str, units: Iterable[Unit]) -> dict[str, _Theirs]:
    """Each in the folder that the roster names for it; none of a folder of which nothing could be taken, which is said
    once."""
    result, names = evaluation.results[name], names_of_units(evaluation)
    folders: dict[str, list[Unit]] = {}
    for unit in units:
        folders.setdefault(unit.results_in, []).append(unit)
    known = {unit.id: _Theirs(None, "no_folder") for unit in folders.pop("", [])}
    for folder, own in folders.items():
        there = kept(evaluation, name, folder)
        if there is None:
            continue
        by_name = _ByName.of(there.units)
        for unit in own:
            if result.whose == "all":
                known[unit.id] = _of_all(there, result.of)
            else:
                known[unit.id] = _of_led(by_name, unit) if result.is_led else _of_own(by_name, unit, names[unit.id])
    return known


def _of_all(there: KeptResult, class_id: str) -> _Theirs:
    """The ranked units of a class together, under the name of their evaluation."""
    ranked = tuple(one for one in there.units if one.class_id == class_id and one.rank is not None)
    if not ranked:
        return _Theirs(None, "no_class", class_id)
    return _Theirs(OtherResult(class_id, there.evaluation, among=ranked))


@dataclass(frozen=True, slots=True)
class _ByName:
    """Those who have a result elsewhere, by their ids and by all their names as they are compared."""

    by_id: Mapping[str, OtherResult]
    by_name: Mapping[str, list[OtherResult]]

    @classmethod
    def of(cls, there: Iterable[OtherResult]) -> _ByName:
        by_id, by_name = {}, dict[str, list[OtherResult]]()
        for one in there:
            by_id[folded(one.id)] = one
            for name in {folded(text) for text in (one.name, *one.names)}:
                by_name.setdefault(name, []).append(one)
        return cls(by_id, by_name)


def _of_led(there: _ByName, unit: Unit) -> _Theirs:
    """By the id of the unit that somebody leads, or by one of its names, as the roster has it."""
    if not unit.leads:
        return _Theirs(None, "leads_none")
    wanted = folded(unit.leads)
    same = there.by_id.get(wanted)
    known = [same] if same else there.by_name.get(wanted, [])
    if len(known) == 1:
        return _Theirs(known[0])
    near = nearest(unit.leads, [one.name for one in there.by_id.values()]) or "—"
    return _Theirs(None, "several", unit.leads) if known else _Theirs(None, "leads", f"{unit.leads}（{near}？）")


def _of_own(there: _ByName, unit: Unit, own: Iterable[str]) -> _Theirs:
    names = {folded(text) for text in own}
    known = list(dict.fromkeys(one for name in sorted(names) for one in there.by_name.get(name, ())))
    if len(known) == 1:
        return _Theirs(known[0])
    if known:
        return _Theirs(None, "several", "、".join(one.name for one in known))
    same = there.by_id.get(folded(unit.id))
    return _Theirs(None, "id", same.name) if same else _Theirs(None, "none")


def uses(evaluation: Evaluation, name: str) -> list[tuple[Scheme, str]]:
    """The components whose lines are scored by a result."""
    return [
        (scheme, leaf)
        for scheme in evaluation.classes.values()
        for leaf in scheme.leaves()
        if name in taken_of(evaluation, scheme, leaf)
    ]


def takers(evaluation: Evaluation, name: str) -> list[Scheme]:
    """The classes for which a result is taken: to score components by it, or for conditions of grades and awards."""
    scored = [scheme.id for scheme, _ in uses(evaluation, name)]
    return [
        scheme
        for scheme in evaluation.classes.values()
        if scheme.id in scored or any(name in taken_names(evaluation, scheme, one) for one in scheme.condition_figures)
    ]


# --- the number ------------------------------------------------------------------------------------------------------


def taken(evaluation: Evaluation, name: str) -> Mapping[str, Fraction]:
    """Unit -> the number that is taken of its result; looked up once for all units."""
    if name not in evaluation.taken:
        result = evaluation.results[name]
        numbers = {unit: number_of(result, one.other) for unit, one in found(evaluation, name).items() if one.other}
        evaluation.taken[name] = {unit: number for unit, number in numbers.items() if number is not None}
    return evaluation.taken[name]


def number_of(result: TakenResult, other: OtherResult) -> Fraction | None:
    """What is taken of a result, where there is that of it; of many the mean, if all of them have it."""
    if other.among:
        numbers = [number_of(result, each) for each in other.among]
        known = [number for number in numbers if number is not None]
        return sum(known, Fraction(0)) / len(known) if len(known) == len(numbers) else None
    if result.take == "rank":
        return None if other.rank is None else Fraction(other.rank)
    if result.take == "grade":
        worth = result.worth(other.grade)
        return None if worth is None else Fraction(worth)
    if other.total is None or result.take == "points":
        return other.total
    return other.total * 100 / other.full if other.full else None


# --- what is missing -------------------------------------------------------------------------------------------------


def lacking(evaluation: Evaluation) -> Iterator[Finding]:
    """Units that should have a result and have none, or none that is clear; results of units that nobody here is."""
    for name, result in evaluation.results.items():
        if not takers(evaluation, name) or (result.folder and kept(evaluation, name) is None):
            continue  # why it could not be taken was said
        known = found(evaluation, name)
        for scheme, leaf in uses(evaluation, name):
            for unit in evaluation.units_of(scheme.id):
                if unit.id in known and _has(evaluation, scheme, leaf, unit):
                    yield from _lacks(evaluation, scheme, leaf, unit, name, known[unit.id])
        if result.folder and not result.is_led:
            yield from _strangers(evaluation, name)


def _has(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> bool:
    """Whether a unit has the component."""
    component = scheme.components[leaf]
    return (not component.groups or unit.group in component.groups) and evaluation.is_applicable(
        scheme.id, leaf, "", unit.id
    )


def _lacks(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, name: str, one: _Theirs) -> Iterator[Finding]:
    result, because, said = evaluation.results[name], one.because, one.said
    if one.other is not None:
        there = result.of_class or number_of(result, one.other) is not None
        graded = _of_no_worth(result, one.other)
        because, said = "" if there else "grade" if graded else "nothing", graded
    if because:
        refused = scheme.components[leaf].missing == "refuse" or because in ("several", "id", "grade")
        args: dict[str, object] = {"unit_name": unit.name, "result": result.name, "said": said, "key": name}
        code = "RESULT_LACKING" if refused else "RESULT_ABSENT"
        yield finding(code, unit=unit.id, component=leaf, value=said, args=args, because=because)


def _of_no_worth(result: TakenResult, other: OtherResult) -> str:
    """A grade of which the rules do not say what it counts as; "" for none."""
    grades = (each.grade for each in other.among or (other,)) if result.take == "grade" else ()
    return next((each for each in grades if each and result.worth(each) is None), "")


def _strangers(evaluation: Evaluation, name: str) -> Iterator[Finding]:
    """Units there that nobody here is: a name may be spelt otherwise."""
    known = {folded(text) for names in names_of_units(evaluation).values() for text in names}
    for one in others(evaluation, name):
        if not known & {folded(text) for text in (one.name, *one.names)}:
            near = nearest(one.name, [unit.name for unit in evaluation.units.values()]) or "—"
            args: dict[str, object] = {"result": evaluation.results[name].name, "near": near}
            yield finding("RESULT_STRANGER", file=FILE, cell=f"result.{name}", value=one.name, args=args)


# --- in words --------------------------------------------------------------------------------------------------------


def in_words(evaluation: Evaluation, name: str, language: Language = "zh") -> str:
    """What is taken, and of which result."""
    result = evaluation.results[name]
    whose = pick(language, "所在单位", "the unit that one leads: ") if result.is_led else ""
    what, where = _taken_words(result, language), _where(evaluation, name, language)
    if result.whose == "all":
        what = pick(language, f"{result.of}类排名单位的平均{what}", f"mean of all ranked units of {result.of}, {what},")
    return pick(language, f"“{result.name}”：{whose}{where}的{what}", f"{result.name}: {whose}{what} of {where}")


def _taken_words(result: TakenResult, language: Language) -> str:
    if result.take == "grade":
        listed = joined(language, (f"{grade} {plain(points)}" for grade, points in result.grades.items()))
        return pick(language, f"等次（{listed}）", f"the grade ({listed})")
    words = {
        "points": ("公布的总分", "the published total"),
        "percent": ("得分率（公布的总分÷满分×100）", "the published total in percent of full marks"),
        "rank": ("名次", "the rank"),
    }
    return pick(language, *words[result.take])


def _where(evaluation: Evaluation, name: str, language: Language, folder: str = "") -> str:
    result, there = evaluation.results[name], kept(evaluation, name, folder)
    if result.folders and not folder:
        return pick(language, "各单位自己的评估（名单“结果文件夹”）", "each unit's own evaluation (结果文件夹)")
    if result.earlier:
        full = "" if result.full is None else plain(result.full)
        zh, en = (f"（满分 {full}）", f" (out of {full})") if full else ("", "")
        return pick(language, f"最近一个年度的历年结果{zh}", f"the last earlier year (历年结果){en}")
    if result.of_class:
        led = evaluation.classes[result.of_class].head.name
        return pick(language, f"（{led}，本次评估）", f"{led}, in this evaluation")
    if there is not None:
        run = f"第{there.run}次计分，校验码 {there.code}"
        return pick(language, f"“{there.evaluation}”（{run}）", f"{there.evaluation} (run {there.run}, {there.code})")
    which_zh, which_en = (
        (f"第{result.run}次计分", f"run {result.run}") if result.run else ("最后公布的结果", "the last final result")
    )
    return pick(language, f"另一评估（{result.folder}，{which_zh}）", f"the evaluation in {result.folder} ({which_en})")


def told(evaluation: Evaluation, name: str, language: Language = "zh") -> dict[str, str]:
    """Unit -> what it has of another result, with the numbers that it is made of; none that has nothing there."""
    result, wheres = evaluation.results[name], dict[str, str]()
    said: dict[str, str] = {}
    for unit, one in found(evaluation, name).items():
        if one.other is not None and number_of(result, one.other) is not None:
            folder = evaluation.units[unit].results_in if result.folders else ""
            if folder not in wheres:
                wheres[folder] = _where(evaluation, name, language, folder)
            where, made = wheres[folder], _made_of(result, one.other, language)
            whose = pick(language, f"{result.of}类", result.of) if one.other.among else one.other.name
            said[unit] = pick(language, f"{where}中{whose}{made}", f"{whose} in {where}: {made}")
    return said


def _made_of(result: TakenResult, other: OtherResult, language: Language) -> str:
    if other.among:
        number, n = plain(number_of(result, other) or Fraction(0)), len(other.among)
        what = _taken_words(result, language)
        return pick(language, f"{n}个排名单位的{what}平均{number}", f"the mean of {n} ranked units, {what}: {number}")
    if result.take == "rank":
        return pick(language, f"第{other.rank}名", f"rank {other.rank}")
    if result.take == "grade":
        worth = plain(result.worth(other.grade) or Fraction(0))
        return pick(language, f"“{other.grade}”，计{worth}", f"{other.grade}, which counts as {worth}")
    total = plain(other.total or Fraction(0))
    if result.take == "points":
        return pick(language, f"总分{total}", f"total {total}")
    full = plain(other.full or Fraction(0))
    return pick(language, f"总分{total}÷满分{full}×100", f"total {total} / {full} x 100")
