"""How voters' answers are collected: has every voter group batches of cards or an export, and do they fit the rules?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaltool.evaluation.checks.references import NameKind, duplicates
from evaltool.evaluation.checks.rosterview import RosterCheck, RulesAndRoster, repeated
from evaltool.findings import Finding, finding
from evaltool.identity import kind_of_batch
from evaltool.names import folded, is_shared, nearest
from evaltool.roster import Batch, Evaluator, header
from evaltool.roster.tables import unit_names
from evaltool.rules import Component, Scheme
from evaltool.rules.settings import FILE, Survey


def _voting(known: RulesAndRoster) -> set[str]:
    return {component.by for _, _, component in known.leaves if component.ballot}


# --- batches of cards ------------------------------------------------------------------------------------------------


def _batches(known: RulesAndRoster) -> Iterator[Finding]:
    keys = [((row.evaluator, folded(row.id)), row.id) for row in known.roster.batches]
    yield from repeated(known, NameKind.BATCH, Batch, "id", keys)
    voting = _voting(known)
    for at, batch in enumerate(known.roster.batches):
        evaluator = known.evaluators.get(batch.evaluator)
        if kind_of_batch(batch.id) != "cards":
            yield known.wrong("ROSTER_BATCH_RESERVED", Batch, at, "id", batch.id)
        if evaluator and evaluator.role not in voting:
            yield known.wrong("ROSTER_BATCH_USELESS", Batch, at, "evaluator", name=evaluator.name)
        elif evaluator:
            yield from _scope(known, at, batch, evaluator)
    collected = {row.evaluator for row in known.roster.batches} | {survey.evaluator for survey in known.surveys}
    for at, each in enumerate(known.roster.evaluators):
        if each.role in voting and each.id not in collected:
            yield known.wrong("ROSTER_BATCH_MISSING", Evaluator, at, "id", name=each.name)


def _voters(known: RulesAndRoster) -> Iterator[Finding]:
    """Where the rules say how many voters judge each unit, its batches have room for as many cards; units that stand on
    the same cards are one finding."""
    for scheme, _, component in known.leaves:
        voters = component.ballot.voters if component.ballot else None
        for rows, units in _together(known, scheme, component).items() if voters else ():
            cards = sum(known.roster.batches[at].cards for at in rows)
            if voters and cards < voters:
                more = f"等{len(units)}个单位" if len(units) > 1 else ""
                args = {"name": component.name, "voters": voters, "cards": cards, "n": len(units)}
                yield known.wrong("ROSTER_VOTERS", Batch, rows[-1], "cards", str(cards), units=units[0] + more, **args)


def _together(known: RulesAndRoster, scheme: Scheme, component: Component) -> dict[tuple[int, ...], list[str]]:
    """The rows of batches that cards about a unit come from -> the names of all units that they are about."""
    of_unit: dict[str, list[int]] = {}
    for at, batch in enumerate(known.roster.batches):
        evaluator, units = known.evaluators.get(batch.evaluator), known.scopes.of(batch)
        if evaluator is None or evaluator.role != component.by:
            continue
        for unit in known.whom(evaluator, scheme.id):
            if known.asked(component, evaluator, unit) and (units is None or unit.id in units):
                of_unit.setdefault(unit.id, []).append(at)
    made: dict[tuple[int, ...], list[str]] = {}
    for unit_id, rows in of_unit.items():
        made.setdefault(tuple(dict.fromkeys(rows)), []).append(known.units[unit_id].name)
    return made


def _scope(known: RulesAndRoster, at: int, batch: Batch, evaluator: Evaluator) -> Iterator[Finding]:
    """Every name of a scope means one thing, and the batch has somebody to judge."""
    readings = {name: known.scopes.meant(name) for name in batch.scope}
    for name, found in readings.items():
        if not found:
            names = [unit.name for unit in known.roster.units]
            for scheme in known.classes.values():
                names += [scheme.head.name, *(group.name for group in scheme.head.groups)]
            args: dict[str, object] = {"column": header(Batch, "scope"), "near": nearest(name, names) or "—"}
            yield known.wrong("REFERENCE_UNKNOWN", Batch, at, "scope", name, **args)
        elif len(found) > 1:
            yield known.wrong("ROSTER_SCOPE_AMBIGUOUS", Batch, at, "scope", name)
    if all(len(found) == 1 for found in readings.values()):
        units = {unit for found in readings.values() for unit in found[0]}
        judged = (
            (not batch.scope or unit.id in units) and known.asked(component, evaluator, unit)
            for scheme, _, component in known.leaves
            if component.ballot
            for unit in known.taking_part(scheme.id)
        )
        if not any(judged):
            column = "scope" if batch.scope else "id"
            yield known.wrong("ROSTER_BATCH_EMPTY", Batch, at, column, batch.id, name=evaluator.name)


# --- exports of surveys ----------------------------------------------------------------------------------------------


def _surveys(known: RulesAndRoster) -> Iterator[Finding]:
    places = [(FILE, f"survey[{at}]", each) for at, each in enumerate(known.surveys, 1)]
    yield from duplicates(
        NameKind.EVALUATOR, [(file, f"{key}.evaluator", each.evaluator) for file, key, each in places]
    )
    yield from duplicates(NameKind.EXPORT, [(file, f"{key}.file", each.file) for file, key, each in places])
    yield from _shared(places)
    for _, key, survey in places:
        evaluator = known.evaluators.get(survey.evaluator)
        if evaluator is None:
            near = nearest(survey.evaluator, [each.name for each in known.roster.evaluators]) or "—"
            args: dict[str, object] = {"column": "evaluator", "near": near}
            yield finding("REFERENCE_UNKNOWN", file=FILE, cell=f"{key}.evaluator", value=survey.evaluator, args=args)
        else:
            for zh, en in _unfit(known, evaluator):
                args = {"name": evaluator.name, "reason_zh": zh, "reason_en": en}
                yield finding("SURVEY_EVALUATOR", file=FILE, cell=f"{key}.evaluator", value=evaluator.id, args=args)
        for part, zh, en in (*_unmapped(survey), *_unknowable(known, survey, evaluator), *_about_nobody(known, survey)):
            args = {"reason_zh": zh, "reason_en": en}
            value = str(getattr(survey, part) or "") if part != "comments_on" else ""
            yield finding("SURVEY_MAPPING", file=FILE, cell=f"{key}.{part}", value=value, args=args)


def _shared(places: Sequence[tuple[str, str, Survey]]) -> Iterator[Finding]:
    """Exports in parts of which a file could be that of another export too."""
    for at, (_, key, survey) in enumerate(places):
        for _, other, before in places[:at]:
            if "*" in survey.file + before.file and is_shared(folded(survey.file), folded(before.file)):
                reasons = f"同一个文件也可能是 {other} 的", f"a file could be that of {other} too"
                args: dict[str, object] = dict(zip(("reason_zh", "reason_en"), reasons, strict=True))
                yield finding("SURVEY_MAPPING", file=FILE, cell=f"{key}.file", value=survey.file, args=args)


def _unfit(known: RulesAndRoster, evaluator: Evaluator) -> Iterator[tuple[str, str]]:
    """Why an export cannot be this evaluator's."""
    role = evaluator.role
    if known.is_unsure:
        return
    if role not in _voting(known):
        yield "这个角色不用评价卡或调查评价", "its role does not answer by cards or a survey"
        return
    if any(batch.evaluator == evaluator.id for batch in known.roster.batches):
        yield (
            "“批次”表中已有它的评价卡批次，评价卡和导出文件只能用一种",
            "it has batches of cards in the roster; it is either cards or an export",
        )
    marking = any(each.by == role and not each.ballot for _, _, each in known.leaves)
    marking |= any(
        award.contribution is not None and award.contribution.by == role
        for scheme in known.classes.values()
        for award in scheme.awards
    )
    if marking or any(row.owner == evaluator.id for row in known.roster.indicators):
        yield "它还要另外填打分表，请另设一个评估主体", "it marks on a sheet too; make it two evaluators"
    for scheme in known.classes.values():
        if twice := _twice(known, scheme, evaluator):
            listed = "、".join(component.name for component in twice)
            yield (
                f"“{scheme.head.name}”中由它评价的有不止一项（{listed}），导出文件分不清是哪一项",
                f"it answers several components of one unit ({listed}), and an export cannot tell them apart",
            )


def _twice(known: RulesAndRoster, scheme: Scheme, evaluator: Evaluator) -> list[Component]:
    """Several components that one answer about a unit could belong to."""
    leaves = [scheme.components[leaf] for leaf in scheme.leaves()]
    ballots = [each for each in leaves if each.ballot]
    for unit in known.taking_part(scheme.id):
        asked = [each for each in ballots if known.asked(each, evaluator, unit)]
        if len(asked) > 1:
            return asked
    return []


def _unmapped(survey: Survey) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the description itself: (key, reason in Chinese, in English)."""
    if not survey.file.strip() or "/" in survey.file or "\\" in survey.file:
        yield "file", "应为文件名，不含文件夹", "should be a file's name without a folder"
    for part in ("unit", "choice"):
        stated = bool(getattr(survey, part))
        if survey.wide and stated:
            yield part, '已写 units = "columns"（每个单位一列），不能再写这一项', 'does not go with units = "columns"'
        if not survey.wide and not stated:
            yield (
                part,
                '应写明列名；每个单位一列的，写 units = "columns"',
                'should name a column; with a column per unit write units = "columns"',
            )
    mapped = [(part, getattr(survey, part)) for part in ("respondent", "unit", "choice", "point", "time", "order")]
    mapped += [
        (part, name) for part in ("ignore", "personal", "comments", "comments_on") for name in getattr(survey, part)
    ]
    first: dict[str, str] = {}
    for part, name in mapped:
        # whoever is known by a personal column is known by it while the file is read, and no longer
        same = first.setdefault(folded(name), part) if name else part
        if same != part and (same, part) != ("respondent", "personal"):
            yield part, f"列“{name}”已写在 {same} 中", f"the column {name} stands under {same} already"


def _unknowable(known: RulesAndRoster, survey: Survey, evaluator: Evaluator | None) -> Iterator[tuple[str, str, str]]:
    """Repeated answers are to be told, but nothing says whose an answer is."""
    if survey.respondent or evaluator is None:
        return
    for _, _, component in known.leaves:
        answer = component.ballot
        if component.by == evaluator.role and answer and answer.repeated in ("first", "last"):
            yield (
                "respondent",
                f"“{component.name}”规定重复评价取一次（{answer.repeated}），要写明凭哪一列识别同一人",
                f"of repeated answers to {component.name} one counts ({answer.repeated}): name the column that tells",
            )
            return


def _about_nobody(known: RulesAndRoster, survey: Survey) -> Iterator[tuple[str, str, str]]:
    """Columns of comments about a unit that there is not."""
    units = unit_names(known.roster)
    for column, name in survey.comments_on.items():
        if not units.resolve("unit", name):
            yield (
                "comments_on",
                f"列“{column}”写的单位“{name}”名单里没有",
                f"the column {column} is about {name}, which is no unit of the roster",
            )


COLLECTION_CHECKS: tuple[RosterCheck, ...] = (_batches, _voters, _surveys)
