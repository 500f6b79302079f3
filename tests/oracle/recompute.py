"""The second opinion: an evaluation folder scored again from the text of the rules, in loops that a person can check.

It shares no code with the tool.  `recompute_roster.py` reads rules, names and decisions, `recompute_sheets.py` the
returned workbooks; here are the arithmetic, the order of the units and the awards, for counties and departments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from recompute_roster import Leaf, Roster, Row, Unsettled, fold
from recompute_sheets import Answers, read_answers, read_submissions

Award = tuple[str, str]  # name, and for a single-field award the field


@dataclass(frozen=True, slots=True)
class Result:
    """What the rules give one unit; `points` has every component that keeps a weight, exactly."""

    class_id: str
    group: str
    exact: Fraction
    published: Decimal
    rank: int | None
    grade: str
    awards: tuple[Award, ...]
    points: Mapping[str, Fraction]


# --- arithmetic -----------------------------------------------------------------------------------------------------


def half_up(value: Fraction, decimals: int) -> Fraction:
    """Rounded half up (away from zero at the half) to so many decimals, still exact."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**decimals)


def mean(values: Sequence[Fraction]) -> Fraction:
    if not values:
        raise Unsettled("the mean of nothing")
    return sum(values, Fraction(0)) / len(values)


def points_share(points: Iterable[Fraction], presets: Iterable[Fraction]) -> Fraction:
    """Points of the lines that exist, out of the preset points of the lines that exist."""
    return sum(points, Fraction(0)) / sum(presets, Fraction(0))


def cards_share(counts: Mapping[str, int], scale: Mapping[str, Fraction | None]) -> Fraction:
    """The mean over all cards that chose; who abstained or left it blank is in no mean."""
    chosen = {choice: cards for choice, cards in counts.items() if scale[choice] is not None and cards}
    total = sum((Fraction(scale[choice] or 0) * cards for choice, cards in chosen.items()), Fraction(0))
    if not chosen:
        raise Unsettled("no card chose")
    return total / sum(chosen.values())


def place_share(places: Mapping[str, Any], place: Fraction) -> Fraction:
    """Points of a place in a leader's list: the first, less a step per place, not below the least."""
    if place.denominator != 1 or place < 1 or set(places) - {"first", "step", "least"}:
        raise Unsettled(f"place {place} in {places}")
    points = Fraction(places["first"]) - Fraction(places["step"]) * (place - 1)
    return max(points, Fraction(places["least"])) / 100


def component_points(components: Mapping[str, Any], shares: Mapping[str, Fraction | str]) -> dict[str, Fraction]:
    """Points of every component that keeps a weight.  A share is a fraction, or the kind of absence: then the weight
    moves as the rules say, to parts of the same component."""
    points: dict[str, Fraction] = {}
    parts = {key: [k for k, c in components.items() if c.get("in", "") == key] for key in ("", *components)}

    def stated(key: str) -> Fraction:
        own = components[key].get("weight", 0) if key else 0
        return Fraction(own) + sum((stated(part) for part in parts[key]), Fraction(0))

    def absent(key: str) -> bool:
        return all(absent(part) for part in parts[key]) if parts[key] else isinstance(shares[key], str)

    def give(key: str, weight: Fraction) -> Fraction:
        if key and not parts[key]:
            points[key] = Fraction(shares[key]) * weight
            return points[key]
        present = [part for part in parts[key] if not absent(part)]
        weights = {part: stated(part) * weight / stated(key) for part in parts[key]}
        moved = dict.fromkeys(present, Fraction(0))
        for part in parts[key]:
            if part not in present:
                takers = _takers(components[part], str(shares.get(part, "none")), present)
                for taker in takers:
                    moved[taker] += weights[part] * stated(taker) / sum(stated(each) for each in takers)
        points[key] = sum((give(part, weights[part] + moved[part]) for part in present), Fraction(0))
        return points[key]

    give("", stated(""))
    del points[""]
    return points


def _takers(component: Mapping[str, Any], kind: str, present: list[str]) -> list[str]:
    policy = component.get(kind, "refuse")
    takers = present if policy == "reweigh" else policy["weight_to"] if isinstance(policy, dict) else []
    if not takers or any(taker not in present for taker in takers):
        raise Unsettled(f"{component['name']}: {kind}, and the rules say {policy}")
    return takers


# --- scores ---------------------------------------------------------------------------------------------------------


def leaf_share(roster: Roster, answers: Answers, leaf: Leaf, unit: str) -> Fraction | str:
    """A unit's share of full marks in a component, or the kind of absence."""
    rules = roster.rules[leaf[0]]
    component = rules["component"][leaf[1]]
    if not roster.applies(leaf, "", unit):
        return "not_applicable"
    answer = component["answer"]
    if isinstance(answer, dict) and "ballot" in answer:
        if set(answer) - {"voters"} != {"ballot"}:  # how many are asked changes no share
            raise Unsettled(f"{component['name']}: {answer}")
        return cards_share(answers.cards[*leaf, unit], roster.scale_of(leaf))
    if component["by"] == "owner":
        lines = roster.lines_of(leaf, unit)
        if not lines:
            return "not_applicable"
        owners = {line["评分主体"] for line in lines if not roster.waived(line["评分主体"])}
        groups = [[mark for owner in sorted(owners) for mark in answers.marks[*leaf, owner, unit]]] if owners else []
        lines = [line for line in lines if line["评分主体"] in owners]
    else:
        askers = [asker for asker in roster.askers(leaf, unit) if not roster.waived(asker)]
        groups = [answers.marks[*leaf, asker, unit] for asker in askers]
        lines = roster.lines_of(leaf, unit)
        if isinstance(component.get("each"), str):
            groups = [group for group in groups if group]  # who saw nothing says nothing
    if not groups:
        return "none"
    doubted = roster.doubted(leaf, unit)
    policy = component.get("unverified", "refuse")
    if doubted and (policy not in ("zero", "full") or "points" not in answer):
        raise Unsettled(f"{component['name']}: not verified, and the rules say {policy}")
    fixed = {line["编号"]: Fraction(line["预赋分值"]) * (policy == "full") for line in lines if line["编号"] in doubted}
    groups = [[(line, repeat, fixed.get(line, value)) for line, repeat, value in group] for group in groups]
    return mean([_evaluator_share(roster, leaf, lines, group) for group in groups])


def _evaluator_share(
    roster: Roster, leaf: Leaf, lines: list[Row], marks: list[tuple[str, str, Fraction | str]]
) -> Fraction:
    """Indicators are summed first, then the repeats are averaged."""
    by_repeat: dict[str, list[tuple[str, Fraction | str]]] = defaultdict(list)
    for indicator, repeat, value in marks:
        by_repeat[repeat].append((indicator, value))
    each = roster.rules[leaf[0]]["component"][leaf[1]].get("each", [""])
    if isinstance(each, list) and set(by_repeat) != set(each):
        raise Unsettled(f"{leaf}: repeats {sorted(by_repeat)} of {each}")
    return mean([_repeat_share(roster, leaf, lines, given) for given in by_repeat.values()])


def _repeat_share(roster: Roster, leaf: Leaf, lines: list[Row], given: list[tuple[str, Fraction | str]]) -> Fraction:
    rules = roster.rules[leaf[0]]
    answer = rules["component"][leaf[1]]["answer"]
    if lines and sorted(indicator for indicator, _ in given) != sorted(line["编号"] for line in lines):
        raise Unsettled(f"{leaf}: marks for {given}, lines {[line['编号'] for line in lines]}")
    values = [value for _, value in given]
    if answer == "percent":
        return Fraction(values[0]) / 100
    if "points" in answer:
        presets = [Fraction(line["预赋分值"]) for line in lines] or [Fraction(answer["points"])]
        return points_share([Fraction(value) for value in values], presets)
    if "rank" in answer:
        return place_share(rules["places"][answer["rank"]], Fraction(values[0]))
    share = roster.scale_of(leaf)[fold(values[0])]
    if share is None:
        raise Unsettled(f"{leaf}: abstained")
    return share


def bonus_of(rules: Mapping[str, Any], roster: Roster, unit: str) -> Fraction:
    """Granted points up to the cap, less what is deducted."""
    given, taken = (
        extras_of(rules.get(table, {}), [row for row in roster.decided(word) if row["单位"] == unit])
        for table, word in (("bonus", "加分"), ("deduction", "扣分"))
    )
    return given - taken


def extras_of(table: Mapping[str, Any], rows: Sequence[Mapping[str, str]]) -> Fraction:
    """What decisions come to: of one deed the highest if the rules say so, then of a kind that counts once the highest,
    then each kind up to its cap, then all up to theirs."""
    kinds = {kind["name"]: kind for kind in table.get("kinds", []) if isinstance(kind, dict)}
    order = [kind["name"] if isinstance(kind, dict) else kind[0] for kind in table.get("kinds", [])]
    cases = []
    for row in rows:
        name, _, level = row.get("项目", "").partition("·")
        kind, said = kinds.get(name, {}), row["新值"]
        worth = kind.get("levels", {}).get(level or said, kind.get("points", said))
        cases.append((Fraction(worth), name, row.get("事项", "")))
    cases.sort(key=lambda case: (-case[0], order.index(case[1]) if case[1] in order else len(order)))
    of: dict[str, list[Fraction]] = {}
    deeds = set[str]()
    for points, name, deed in cases:
        if table.get("same_deed") == "highest" and deed:
            if deed in deeds:
                continue
            deeds.add(deed)
        if not (kinds.get(name, {}).get("once") and of.get(name)):
            of.setdefault(name, []).append(points)
    most = {name: Fraction(kinds.get(name, {}).get("cap", sum(own))) for name, own in of.items()}
    whole = sum((min(sum(own, Fraction(0)), most[name]) for name, own in of.items()), Fraction(0))
    return min(whole, Fraction(table.get("cap", whole)))


def vetoed_grade(rules: Mapping[str, Any], reached: int, kinds: Sequence[str]) -> int:
    """Where vetoes leave a grade that was reached, counted from 0; a kind without a name lowers it by one."""
    known = {kind["name"]: kind for kind in rules.get("veto", {}).get("kinds", [])}
    names = [grade["name"] for grade in rules["grade"]]
    down = max([known[kind].get("lowers", 0) if kind in known else 1 for kind in kinds], default=0)
    floors = [names.index(known[kind]["at_best"]) for kind in kinds if "at_best" in known.get(kind, {})]
    return min(max([reached + down, *floors]), len(names) - 1)


def grade_of(rules: Mapping[str, Any], published: Fraction, vetoed: bool) -> str:
    """The first grade whose lower bound is reached; a veto lowers it by one, once."""
    reached = [at for at, grade in enumerate(rules["grade"]) if published >= Fraction(grade["from"])]
    at = min([*reached, len(rules["grade"]) - 1])
    return str(rules["grade"][min(at + vetoed, len(rules["grade"]) - 1)]["name"])


# --- order and awards -----------------------------------------------------------------------------------------------


def ranks(keys: Mapping[str, tuple[Fraction, ...]], places: Mapping[str, Fraction]) -> dict[str, int]:
    """1 + how many stand before; equal units share the rank unless exactly their places are decided."""
    result = {}
    for unit, key in keys.items():
        tied = [other for other, theirs in keys.items() if theirs == key]
        first = 1 + sum(theirs > key for theirs in keys.values())
        decided = sorted(places[other] for other in tied if other in places)
        result[unit] = int(places[unit]) if decided == list(range(first, first + len(tied))) else first
    return result


def apportion(places: int, sizes: Sequence[int]) -> list[int]:
    """Places by largest remainder; of equal remainders the earlier field gets the place."""
    total = sum(sizes)
    quotas = [Fraction(places * size, total) for size in sizes]
    whole = [int(quota) for quota in quotas]
    order = sorted(range(len(sizes)), key=lambda at: (-(quotas[at] - whole[at]), at))
    for at in order[: places - sum(whole)]:
        whole[at] += 1
    return whole


def best(candidates: Mapping[str, tuple[Fraction, ...]], places: int) -> list[str]:
    """The best so many candidates; equals on both sides of the edge get nothing until somebody decides."""
    order = sorted(candidates, key=lambda unit: candidates[unit], reverse=True)
    chosen, rest = order[:places], order[places:]
    edge = candidates[rest[0]] if rest and chosen else None
    return [unit for unit in chosen if candidates[unit] != edge]


@dataclass(slots=True)
class Standing:
    """A unit of one class while the results are worked out."""

    unit: str
    group: str
    ranked: bool
    exact: Fraction
    published: Fraction
    grade: str
    points: dict[str, Fraction]
    rank: int | None = None
    awards: list[Award] = field(default_factory=list)
    lost: list[Award] = field(default_factory=list)  # what it would have if it were not barred
    barred: bool = False

    def give(self, award: str, one: str = "") -> None:
        (self.lost if self.barred else self.awards).append((award, one))


def is_barred(rules: Mapping[str, Any], year: int, grades: Mapping[int, str]) -> bool:
    """Whether a unit has no awards in a year (取消评先资格), by that year's grade or by the one of the year before, had
    for as many years running as it takes.  `grades`: by year, this one included."""
    for one in rules.get("consequence", []):
        for last, words in ((year, ("this", "both")), (year - 1, ("next", "both"))):
            running = [grades.get(last - back, "") for back in range(one.get("years", 1))]
            if one.get("no_awards") in words and set(running) == {one["grade"]}:
                return True
    return False


def give_awards(rules: Mapping[str, Any], roster: Roster, answers: Answers, standings: list[Standing]) -> None:
    """Every award in the rules' order."""
    names = [grade["name"] for grade in rules["grade"]]
    for award in rules["award"]:
        least = names.index(award["grade"]) if award.get("grade") else len(names)
        among = [s for s in standings if not (s.barred and award.get("barred") == "next")]
        fit = [s for s in among if s.rank is not None and names.index(s.grade) <= least]
        fit = [s for s in fit if not any(name in award.get("not_with", []) for name, _ in (*s.awards, *s.lost))]
        if "ranks" in award:
            _by_ranks(award, fit, among, gaps=rules.get("rank", {}).get("gaps", True))
        elif "percent" in award:
            _by_percent(award, fit, standings)
        else:
            _by_fields(award, roster, answers, fit)


def _by_ranks(award: Mapping[str, Any], fit: list[Standing], among: list[Standing], *, gaps: bool) -> None:
    """The place of a unit is 1 + how many stand before it (without gaps: how many ranks), of those who can have it."""
    first, last = award["ranks"][0], award["ranks"][-1]
    for s in fit:
        others = [other.rank for other in among if other.group == s.group and other.rank is not None]
        before = [rank for rank in others if rank < (s.rank or 0)]
        place = 1 + len(before if gaps else set(before))
        if first <= place and place + (others.count(s.rank or 0) - 1 if gaps else 0) <= last:
            s.give(award["name"])


def _by_percent(award: Mapping[str, Any], fit: list[Standing], standings: list[Standing]) -> None:
    if award.get("rounding", "half_up") != "half_up":
        raise Unsettled(f"rounding {award['rounding']}")
    for group, percent in award["percent"].items():
        ranked = [s for s in standings if s.group == group and s.rank is not None]
        places = max(int(half_up(Fraction(percent) * len(ranked) / 100, 0)), award.get("at_least", 1))
        candidates = {s.unit: (Fraction(-(s.rank or 0)),) for s in fit if s.group == group}
        for unit in best(candidates, places):
            next(s for s in fit if s.unit == unit).give(award["name"])


def _by_fields(award: Mapping[str, Any], roster: Roster, answers: Answers, fit: list[Standing]) -> None:
    sizes = [sum((one["id"], unit) in roster.fields for unit in roster.units) for one in award["fields"]]
    for one, places in zip(award["fields"], apportion(award["places"], sizes), strict=True):
        candidates = {}
        for s in fit:
            had = any(name == award["name"] for name, _ in (*s.awards, *s.lost))
            if (one["id"], s.unit) in roster.fields and not had:
                candidates[s.unit] = (mean(answers.contributions[award["name"], one["id"], s.unit]), s.published)
        for unit in best(candidates, places):
            next(s for s in fit if s.unit == unit).give(award["name"], one["name"])


def recompute(folder: Path) -> dict[str, Result]:
    """Every unit's result, by the unit's id."""
    roster = Roster(folder)
    answers = read_answers(roster, read_submissions(folder, roster))
    results = {}
    for class_id, rules in roster.rules.items():
        for s in class_standings(roster, answers, class_id, rules):
            published = Decimal(s.published.numerator) / Decimal(s.published.denominator)
            awards = tuple(s.awards)
            results[s.unit] = Result(class_id, s.group, s.exact, published, s.rank, s.grade, awards, s.points)
    return results


def class_standings(roster: Roster, answers: Answers, class_id: str, rules: Mapping[str, Any]) -> list[Standing]:
    standings = [
        _standing(roster, answers, class_id, rules, unit)
        for unit in roster.units
        if roster.units[unit]["对象类别"] == class_id
    ]
    places = {row["单位"]: Fraction(row["新值"]) for row in roster.decided("同分裁定")}
    for group in {s.group for s in standings}:
        inside = [s for s in standings if s.group == group and s.ranked]
        keys = {s.unit: _order(rules["rank"], s) for s in inside}
        given = ranks(keys, places)
        for s in inside:
            s.rank = given[s.unit]
    for s in standings:
        s.barred = is_barred(rules, roster.year, {**roster.grades.get(s.unit, {}), roster.year: s.grade})
    give_awards(rules, roster, answers, standings)
    for row in roster.decided("撤销奖项"):
        for s in (s for s in standings if s.unit == row["单位"]):
            s.awards = [award for award in s.awards if award[0] != row["评估内容"]]
    return standings


def _order(ranking: Mapping[str, Any], s: Standing) -> tuple[Fraction, ...]:
    """What decides the order: the total, then exact points of the components that break ties."""
    total = s.published if ranking.get("by", "published") == "published" else s.exact
    return total, *(s.points.get(tie, Fraction(0)) for tie in ranking.get("ties", []))


def _standing(roster: Roster, answers: Answers, class_id: str, rules: Mapping[str, Any], unit: str) -> Standing:
    components = rules["component"]
    parents = {component.get("in", "") for component in components.values()}
    leaves = [key for key in components if key not in parents]
    shares = {key: leaf_share(roster, answers, (class_id, key), unit) for key in leaves}
    points = component_points(components, shares)
    tops = [key for key in points if not components[key].get("in")]
    exact = sum((points[key] for key in tops), Fraction(0)) + bonus_of(rules, roster, unit)
    published = half_up(exact, rules["scheme"].get("decimals", 2))
    vetoed = any(row["单位"] == unit for row in roster.decided("一票否决"))
    row = roster.units[unit]
    ranked = row.get("参评", "") in ("", "参评")
    return Standing(unit, row["分类"], ranked, exact, published, grade_of(rules, published, vetoed), points)
