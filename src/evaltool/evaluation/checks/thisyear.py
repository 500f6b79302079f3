"""Does everything belong to the year that is evaluated: deadlines, meetings, charges; and do places fit its units?

What is left over from last year, or typed with a slip in the year, has no effect or the wrong one, and nobody sees it.
An evaluation runs from the first day of its year to the end of the one after it: the last sheets and the result come
then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from evaltool.evaluation.checks.rosterview import RosterCheck, RulesAndRoster
from evaltool.exact import plain, share_of
from evaltool.findings import Finding, finding
from evaltool.roster import Batch, Charge
from evaltool.rules import Component, Scheme
from evaltool.rules.methods.choice import Choice
from evaltool.rules.methods.rank import Rank
from evaltool.rules.settings import FILE, Year

_OWN_DAYS = (
    ("charge_date", "分管日", "the day of charges"),
    ("targets_until", "目标调整截止日", "the day for targets"),
)
_NOTICE_DAYS = ("date", "posted_from", "posted_until", "rectify_until", "talk_date")


def check_days(year: Year) -> list[Finding]:
    """Days of `evaluation.toml` outside the evaluation."""
    if year.settings is None:
        return []
    number = year.settings.year
    days = [(f"evaluation.{key}", getattr(year.settings, key), zh, en) for key, zh, en in _OWN_DAYS]
    days += [
        (f"deadline[{at}].date", each.date, f"期限“{each.what}”", f"the deadline “{each.what}”")
        for at, each in enumerate(year.deadlines, 1)
    ]
    days += [
        (f"notice.{key}", getattr(year.notice, key), "公文用语中的日期", "the day in [notice]") for key in _NOTICE_DAYS
    ]
    return [
        finding("YEAR_DATE", file=FILE, cell=key, value=day.isoformat(), args=_outside(number, zh, en))
        for key, day, zh, en in days
        if isinstance(day, date) and not _inside(day, number)
    ]


def _inside(day: date, year: int) -> bool:
    return year <= day.year <= year + 1


def _outside(year: int, zh: str, en: str) -> dict[str, object]:
    return {"what_zh": zh, "what_en": en, "year": year, "first": f"{year}-01-01", "last": f"{year + 1}-12-31"}


# --- the long tables -------------------------------------------------------------------------------------------------


def _meetings(known: RulesAndRoster) -> Iterator[Finding]:
    for at, batch in enumerate(known.roster.batches):
        if batch.date and not _inside(batch.date, known.year):
            words = _outside(known.year, f"批次“{batch.id}”的日期", f"the day of the batch “{batch.id}”")
            yield known.wrong("YEAR_DATE", Batch, at, "date", batch.date.isoformat(), **words)


def _charges(known: RulesAndRoster) -> Iterator[Finding]:
    """A charge that is over before the year begins or begins when it is over."""
    first, last = date(known.year, 1, 1), date(known.year, 12, 31)
    for at, charge in enumerate(known.roster.charges):
        over = charge.end is not None and charge.end < first
        later = charge.start is not None and charge.start > max(last, known.on or last)
        evaluator = known.evaluators.get(charge.evaluator)
        name = evaluator.name if evaluator else charge.evaluator
        if over or later:
            days = {"start": charge.start or "—", "end": charge.end or "—"}
            yield known.wrong("YEAR_CHARGE", Charge, at, "end" if over else "start", name=name, year=known.year, **days)
        elif charge.start is not None and charge.start < first and charge.start != date(known.year - 1, 12, 31):
            value = charge.start.isoformat()
            yield known.wrong("YEAR_CHARGE_SINCE", Charge, at, "start", value, name=name, year=known.year)


# --- places ----------------------------------------------------------------------------------------------------------


def _places(known: RulesAndRoster) -> Iterator[Finding]:
    """Awards, grades and choices for more units than there are, or for none."""
    for scheme in known.classes.values():
        ranked = {
            group.id: sum(unit.group == group.id and unit.standing == "ranked" for unit in known.taking_part(scheme.id))
            for group in scheme.head.groups
        }
        if any(ranked.values()):
            yield from _awards(known, scheme, ranked)
            yield from _grades(scheme, ranked)
            yield from _choices(known, scheme)


def _awards(known: RulesAndRoster, scheme: Scheme, ranked: dict[str, int]) -> Iterator[Finding]:
    for at, award in enumerate(scheme.awards, 1):
        what = f"奖项“{award.name}”", f"the award “{award.name}”"
        for group, n in ranked.items():
            name = scheme.group_name(group)
            if award.ranks and n and award.ranks[-1] > n:
                ranks = "—".join(str(rank) for rank in dict.fromkeys(award.ranks))
                zh, en = f"给第{ranks}名，“{name}”只有{n}个排名单位", f"for ranks {ranks}; {name} has {n} ranked units"
                yield _misfit(scheme, f"award[{at}].ranks", what, zh, en)
            if group in award.percent and n:
                places = max(share_of(n, award.percent[group], award.rounding), award.at_least)
                if places > n or not places:
                    zh, en = (
                        f"有{places}个名额，“{name}”有{n}个排名单位",
                        f"{places} places; {name} has {n} ranked units",
                    )
                    yield _misfit(scheme, f"award[{at}].percent.{group}", what, zh, en)
        entered = {row.unit for row in known.roster.fields if row.field in {field.id for field in award.fields}}
        if award.fields and award.places > len(entered):
            zh, en = (
                f"有{award.places}个名额，参评的只有{len(entered)}个单位",
                f"{award.places} places for {len(entered)} units",
            )
            yield _misfit(scheme, f"award[{at}].places", what, zh, en)


def _grades(scheme: Scheme, ranked: dict[str, int]) -> Iterator[Finding]:
    for at, grade in enumerate(scheme.grades, 1):
        fields = dict.fromkeys(grade.shares(group) for group in ranked)
        for groups in fields if grade.top_percent is not None and not grade.at_least else ():
            n = sum(ranked.get(group, 0) for group in groups)
            if n and not share_of(n, grade.top_percent or 0, grade.rounding):
                share, name = plain(grade.top_percent or Decimal(0)), "、".join(map(scheme.group_name, groups))
                zh = f"前{share}%，“{name}”的{n}个排名单位算下来没有名额"
                en = f"the best {share}% of the {n} ranked units of {name} are none"
                what = f"等次“{grade.name}”", f"the grade “{grade.name}”"
                yield _misfit(scheme, f"grade[{at}].top_percent", what, zh, en)


def _choices(known: RulesAndRoster, scheme: Scheme) -> Iterator[Finding]:
    """An evaluator must be able to put every unit somewhere; a list of points must reach as far as the units."""
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        answer, what = component.answer, (f"“{component.name}”", f"“{component.name}”")
        if isinstance(answer, Choice) and answer.quotas and answer.choice in scheme.scales:
            most = _most_units(known, scheme, component)
            room = _room(answer, [one for one, _ in scheme.scales[answer.choice]], most)
            if most > room:
                zh, en = f"各档名额共{room}个，要评{most}个单位", f"its choices have {room} places for {most} units"
                yield _misfit(scheme, f"component.{leaf}.answer.quota", what, zh, en)
        if isinstance(answer, Rank) and answer.rank in scheme.places and scheme.places[answer.rank].points:
            last, most = len(scheme.places[answer.rank].points), _most_units(known, scheme, component)
            if most > last:
                zh = f"名次分值只写到第{last}名，要排{most}个单位，以后的同最后一名"
                en = f"points are stated for {last} places and {most} units are ranked; the others get the last"
                yield _misfit(scheme, f"places.{answer.rank}.points", what, zh, en)


def _room(answer: Choice, options: Sequence[str], units: int) -> int:
    """No more units than this can be put anywhere; one choice without a quota takes all of them."""
    alone = {quota.choices[0]: quota.limit(units) for quota in answer.quotas if len(quota.choices) == 1}
    several = [quota for quota in answer.quotas if len(quota.choices) > 1]
    limited = {*alone, *(choice for quota in several for choice in quota.choices)}
    if not limited.issuperset(options):
        return units
    room, left = 0, set(options)
    for quota in several:
        own = left & set(quota.choices)
        room += min(quota.limit(units), sum(alone.get(choice, units) for choice in own))
        left -= own
    return room + sum(alone[choice] for choice in left)


def _most_units(known: RulesAndRoster, scheme: Scheme, component: Component) -> int:
    """How many units one evaluator of a component judges at most."""
    bearers = (each for each in known.roster.evaluators if each.role == component.by)
    units = known.taking_part(scheme.id)
    return max((sum(known.asked(component, each, unit) for unit in units) for each in bearers), default=0)


def _misfit(scheme: Scheme, key: str, what: tuple[str, str], zh: str, en: str) -> Finding:
    args = {"what_zh": what[0], "what_en": what[1], "reason_zh": zh, "reason_en": en}
    return finding("YEAR_PLACES", file=scheme.file, cell=key, args=dict(args))


YEAR_CHECKS: tuple[RosterCheck, ...] = (_meetings, _charges, _places)
