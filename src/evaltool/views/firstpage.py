"""The first page: what somebody who has ten seconds wants to know of a result, group by group.

`first_page(result, inside=…)` gives a `FirstPage`: `groups`, a `GroupFront` for every group with units, in the order of
the rules.  Of each:

    placed   a table (key "front"): the best three and the last, beside their change since last year; None where nobody
             has a place, or while the result is interim.  Its columns by key: where (前三, 末位), rank, unit, total,
             grade, climbed and gained (▲▼, only where there is an earlier result), awards
    shown    the standings that stand in its rows, in the same order
    grades   bars: a `GradeBar` for each grade of the rules, best first, also where nobody has it; 待定 after them; for
             each zone where the rules have zones and no grades (`scale` says which: 等次, 区域)
    facts    sentences under a label: `FrontFact`s of the kinds `FactKind`, in this order, without those that the rules
             do not know (`none`: what stands where there are no sentences)

`inside` alone adds the last units, who fell most, and who is near a bound or an award, and sees all components (law
11).  Of an interim result nothing is shown that what is missing could still change (law 13): no places, ties, awards or
bounds; what has come in, what is decided, and the grades that are certain.  What is still open says `views.leftopen`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from evaltool.evaluation.in_words.extras import WORDS
from evaltool.exact import half_up, plain, published
from evaltool.results.closeness import NEAR
from evaltool.results.history import ChangeSinceLast
from evaltool.results.margins import Cut, cuts
from evaltool.results.rank import Standing, alike
from evaltool.results.reportcard import zone
from evaltool.results.result import Result
from evaltool.rules import EXTRAS
from evaltool.views.comparison import ComparedGroup, compared, weight_text
from evaltool.views.extras import extras_of, papers
from evaltool.views.history import changes, since
from evaltool.views.ranking import GRADE, RANK, TOTAL, grade_word, graded_word, whose
from evaltool.views.tables import NONE, Name, ShownColumn, ShownTable, ShownValue, Tone, Word, table
from evaltool.views.ties import ties_told
from evaltool.views.wording import barred_words, veto_words

BEST = 3  # places that are shown
MOST = 6  # units in them, where some share a place
NAMED = 3  # units that are named where several are equal
LISTED = 10  # units that are listed, with how many there are
UP, DOWN, EVEN = "▲", "▼", "＝"
FIRST, LAST = "前三", "末位"
OPEN = "待定"

FactKind = Literal["received", "moved", "awards", "withheld", "veto", "tie", "bonus", "deduction", "near", "unranked"]


@dataclass(frozen=True, slots=True)
class GradeBar:
    """How many units of a group have a grade (or stand in a zone); `share` of all its units."""

    grade: str
    tone: Tone
    count: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class FrontFact:
    """Sentences about one thing, without a full stop; `none` in their place where there are none."""

    kind: FactKind
    label: str
    sentences: tuple[str, ...]
    none: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        return self.sentences or tuple(filter(None, [self.none]))


@dataclass(frozen=True, slots=True)
class GroupFront:
    """One group on the first page."""

    group: ComparedGroup
    title: str
    placed: ShownTable | None
    shown: tuple[Standing, ...]
    grades: tuple[GradeBar, ...]
    facts: tuple[FrontFact, ...]

    @property
    def scale(self) -> str:
        """What the bars are of."""
        return "等次" if self.group.scheme.grades else "区域"

    @property
    def heading(self) -> str:
        """The title, with what the table leaves out."""
        return self.title + (self.placed.caption.removeprefix(self.group.full_name) if self.placed else "")

    def fact(self, kind: FactKind) -> FrontFact | None:
        return next((each for each in self.facts if each.kind == kind), None)


@dataclass(frozen=True, slots=True)
class FirstPage:
    """`inside`: for the office and the committee alone."""

    interim: bool
    inside: bool
    groups: tuple[GroupFront, ...]


def first_page(result: Result, *, inside: bool) -> FirstPage:
    keys = [(scheme.id, group.id) for scheme in result.evaluation.classes.values() for group in scheme.head.groups]
    groups = [compared(result, *key, inside=inside) for key in keys if result.group(*key)]
    return FirstPage(result.interim, inside, tuple(_front(result, group, inside=inside) for group in groups))


def _front(result: Result, group: ComparedGroup, *, inside: bool) -> GroupFront:
    known = changes(result, group)
    best, last = ([], []) if result.interim else _best_and_last(group, inside=inside)
    placed = _placed(result, group, known, best, last) if best else None
    facts = tuple(_facts(result, group, known, inside=inside))
    zones = [] if result.interim or group.scheme.grades else list(_zones(group))
    title = f"{group.full_name}（{len(group.standings)}{group.scheme.head.says('个单位', '人')}）"
    return GroupFront(group, title, placed, (*best, *last), (*_bars(group), *zones), facts)


# --- places ----------------------------------------------------------------------------------------------------------


def _best_and_last(group: ComparedGroup, *, inside: bool) -> tuple[list[Standing], list[Standing]]:
    """The units of the first three places, and those of the last place, unless they are among them."""
    best = [one for one in group.ranked[:MOST] if one.rank is not None and one.rank <= BEST]
    worst = [one for one in group.ranked if one.rank == group.ranked[-1].rank] if inside else []
    return best, worst[:NAMED] if not set(_ids(worst)) & set(_ids(best)) else []


def _ids(units: Iterable[Standing]) -> list[str]:
    return [one.unit.id for one in units]


def _placed(
    result: Result,
    group: ComparedGroup,
    known: Sequence[ChangeSinceLast],
    best: Sequence[Standing],
    last: Sequence[Standing],
) -> ShownTable:
    then = since(result.evaluation, (each.last.year for each in known))
    before = {each.one.unit.id: each for each in known}
    total = ShownColumn(TOTAL.header, TOTAL.kind, TOTAL.width, TOTAL.key, group.digits)
    columns = [ShownColumn("位置", "word", 7, "where"), RANK, whose(group), total]
    columns += [GRADE] if group.scheme.grades else []
    changed = [key for key in ("climbed", "gained") if any(getattr(each, key) is not None for each in known)]
    columns += [each for each in _changed_columns(then) if each.key in changed]
    columns += [ShownColumn("奖项", "names", 30, "awards")] if group.scheme.awards else []
    rows = []
    for where, one in [*((FIRST, one) for one in best), *((LAST, one) for one in last)]:
        row: list[ShownValue] = [Word(where), one.rank, Name(one.unit.name, one.unit.id), one.total]
        row += [graded_word(group.scheme, one)] if group.scheme.grades else []
        words = _changed(before.get(one.unit.id), group.digits)
        row += [words[key] for key in changed]
        row += [one.awards] if group.scheme.awards else []
        rows.append(row)
    return table(_caption(group, len(best), len(last)), columns, rows, "front")


def _caption(group: ComparedGroup, best: int, last: int) -> str:
    """The group; how many share the first places and the last, where they are more than are shown."""
    first = sum(one.rank is not None and one.rank <= BEST for one in group.ranked)
    worst = sum(one.rank == group.ranked[-1].rank for one in group.ranked)
    each = _each(group)
    said = [f"前三名共{first}{each}，列出{best}{each}"] if first > best else []
    said += [f"末位并列{worst}{each}，列出{last}{each}"] if worst > last > 0 else []
    return group.full_name + (f"（{'；'.join(said)}）" if said else "")


def _each(group: ComparedGroup) -> str:
    return group.scheme.head.each


def _changed_columns(then: str) -> list[ShownColumn]:
    return [
        ShownColumn(f"名次比{then}", "word", 12, "climbed"),
        ShownColumn(f"总分比{then}", "word", 12, "gained"),
    ]


def _changed(change: ChangeSinceLast | None, digits: int) -> dict[str, Word]:
    """By the keys of the columns."""
    climbed = None if change is None or change.climbed is None else Fraction(change.climbed)
    return {"climbed": arrow(climbed, 0), "gained": arrow(change.gained if change else None, digits)}


def arrow(change: Fraction | None, digits: int) -> Word:
    """Up or down by how much: a sign that is told apart without its colour."""
    if change is None:
        return Word(NONE)
    if not change:
        return Word(EVEN)
    return Word(f"{UP if change > 0 else DOWN}{published(abs(change), digits)}", "green" if change > 0 else "red")


# --- grades ----------------------------------------------------------------------------------------------------------


def _bars(group: ComparedGroup) -> Iterator[GradeBar]:
    counts, units = Counter(one.grade for one in group.standings), len(group.standings)
    for grade in group.scheme.grades:
        number = counts[grade.name]
        yield GradeBar(grade.name, grade_word(group.scheme, grade.name).tone, number, Fraction(number, units))
    if open_ := sum(bool(one.possible) for one in group.standings):
        yield GradeBar(OPEN, "", open_, Fraction(open_, units))


def _zones(group: ComparedGroup) -> Iterator[GradeBar]:
    counts, units = Counter(zone(group.scheme, one.total) for one in group.standings), len(group.standings)
    for each in group.scheme.zones:
        number = counts[each.name]
        yield GradeBar(each.name, each.colour, number, Fraction(number, units))


# --- facts -----------------------------------------------------------------------------------------------------------


def _facts(
    result: Result, group: ComparedGroup, known: Sequence[ChangeSinceLast], *, inside: bool
) -> Iterator[FrontFact]:
    scheme = group.scheme
    if result.interim:
        yield FrontFact("received", "已报到", tuple(_received(group)))
    if known:
        yield FrontFact(
            "moved", "进退", tuple(_moved(group, known, inside=inside)), "没有上升的" if not inside else "持平"
        )
    if scheme.awards and not result.interim:
        yield FrontFact("awards", "奖项", tuple(_awards(group)), "没有授予奖项")
    if withheld := list(_withheld(group)):
        vacant = any(one.revoked or one.withheld for one in group.standings)  # else nobody would have had one
        yield FrontFact("withheld", "奖项空缺" if vacant else "不授予奖项", tuple(withheld))
    vetoed = [f"{one.unit.name}{veto_words(one).rstrip('。')}" for one in group.standings if one.veto]
    if vetoed or (scheme.grades and not result.interim):  # there may still be one
        yield FrontFact("veto", "一票否决", tuple(vetoed), "无")
    if not result.interim and len(group.ranked) > 1:
        label = "增减相同" if scheme.ranking.by == "variation" else "同分"
        yield FrontFact("tie", label, tuple(each.rstrip("。") for each in ties_told(result, group)), "无")
    for kind in EXTRAS:
        said = list(_extras(result, group, kind == "bonus", inside=inside))
        if said or (kind == "bonus" and not result.interim):
            yield FrontFact(kind, WORDS[kind][0], tuple(said), "无")
    if inside and not result.interim and (scheme.grades or scheme.awards):
        none = scheme.head.says("没有单位", "没有人")
        label = f"临界（{plain(_near(group))}分内）"
        yield FrontFact("near", label, tuple(_close(group)), f"{none}临近等次界线或奖项名额")
    unranked = [one for one in group.standings if one.unit.standing != "ranked"]
    if unranked:
        yield FrontFact("unranked", "不排名", (_few(group, [one.unit.name for one in unranked]),))


def _few(group: ComparedGroup, said: Sequence[str]) -> str:
    """The first of them, and how many there are in all."""
    return "、".join(said[:LISTED]) + (f"等{len(said)}{_each(group)}" if len(said) > LISTED else "")


def _received(group: ComparedGroup) -> Iterator[str]:
    """How much of full marks an interim result is made of."""
    there = [one.received for one in group.standings if one.received is not None]
    if there:
        least, most = weight_text(min(there)), weight_text(max(there))
        span = f"{least}分" if least == most else f"{least}至{most}分"
        what = "名次和奖项" if group.scheme.awards else "名次"
        yield f"满分{plain(Fraction(group.scheme.head.total))}分中已报到{span}，{what}待报齐后确定"


def _moved(group: ComparedGroup, known: Sequence[ChangeSinceLast], *, inside: bool) -> Iterator[str]:
    """Who climbed most, and whose total; `inside`, also who fell."""

    def places(each: ChangeSinceLast) -> Fraction | None:
        return None if each.climbed is None else Fraction(each.climbed)

    def points(each: ChangeSinceLast) -> Fraction | None:
        return each.gained

    yield from _most(group, "名次上升最多", known, places, 1, 0)
    yield from _most(group, "名次下降最多", known, places, -1, 0) if inside else ()
    yield from _most(group, "总分提高最多", known, points, 1, group.digits)
    yield from _most(group, "总分下降最多", known, points, -1, group.digits) if inside else ()


def _most(
    group: ComparedGroup,
    label: str,
    known: Sequence[ChangeSinceLast],
    of: Callable[[ChangeSinceLast], Fraction | None],
    way: int,
    digits: int,
) -> Iterator[str]:
    """Those who moved farthest one way."""
    found = [(amount * way, each.one) for each in known if (amount := of(each)) is not None and amount * way > 0]
    if found:
        most = max(amount for amount, _ in found)
        names = _named(group, [one for amount, one in found if amount == most])
        yield f"{label}：{names}（{arrow(most * way, digits).text}）"


def _named(group: ComparedGroup, units: Sequence[Standing]) -> str:
    names = "、".join(one.unit.name for one in units[:NAMED])
    return names if len(units) <= NAMED else f"{names}等{len(units)}{_each(group)}"


def _awards(group: ComparedGroup) -> Iterator[str]:
    """Who has which award, in the order of the rules."""
    given: dict[str, list[str]] = {}
    for one in group.standings:
        for label in one.awards:
            given.setdefault(label, []).append(one.unit.name)
    labels = [each.name for each in group.scheme.awards if not each.fields]
    labels += [f"{each.name}·{field.name}" for each in group.scheme.awards for field in each.fields]
    for label in filter(given.__contains__, labels):
        yield f"{label}：{'、'.join(given[label])}"


def _withheld(group: ComparedGroup) -> Iterator[str]:
    """Awards that a decision took away, and units that may have none."""
    for one in group.standings:
        yield from (f"撤销{one.unit.name}“{label}”（{document}）" for label, document in one.revoked)
        yield from (f"{one.unit.name}{said}" for said in filter(None, [barred_words(one)]))


def _extras(result: Result, group: ComparedGroup, bonus: bool, *, inside: bool) -> Iterator[str]:
    """Who was given points and from whom they were taken; `inside`, for what and by which documents."""
    for one in group.standings:
        amount = one.bonus if bonus else one.deduction
        if amount:
            what = papers(extras_of(result, one, "bonus" if bonus else "deduction")) if inside else ""
            yield f"{one.unit.name}{plain(half_up(amount, group.digits))}分" + (f"（{what}）" if what else "")


# --- near ------------------------------------------------------------------------------------------------------------


def _near(group: ComparedGroup) -> Fraction:
    return NEAR * Fraction(group.scheme.head.total)


def _close(group: ComparedGroup) -> Iterator[str]:
    """Everybody who stands near the bound of a grade or the last place of an award, on both sides."""
    for cut in cuts(group.scheme, group.id, group.standings):
        yield from _at_cut(group, cut)


def _at_cut(group: ComparedGroup, cut: Cut) -> Iterator[str]:
    if cut.bound is None and (not cut.inside or not cut.outside):
        return  # nobody is shut out
    above, below = (cut.bound, cut.bound) if cut.bound is not None else (cut.outside[0].total, cut.inside[0].total)
    inside = [(one, one.total - above) for one in cut.inside if one.total - above <= _near(group)]
    outside = [(one, below - one.total) for one in cut.outside if below - one.total <= _near(group)]
    if inside or outside:
        line = "名额" if cut.bound is None else f"下限{plain(cut.bound)}分"
        same = alike(group.scheme) if cut.bound is None else "恰在界上"
        short = same if cut.bound is None else "未取舍的总分不到"
        sides = _side(group, "线内" if cut.bound is None else "线上", "高", same, inside)
        sides += _side(group, "线外" if cut.bound is None else "线下", "差", short, outside)
        yield f"“{cut.name}”{line}：{'；'.join(sides)}"


def _side(
    group: ComparedGroup, where: str, how: str, same: str, units: Sequence[tuple[Standing, Fraction]]
) -> list[str]:
    said = [
        f"{one.unit.name}（{how}{published(apart, group.digits)}）" if apart else f"{one.unit.name}（{same}）"
        for one, apart in units
    ]
    return [f"{where}{_few(group, said)}"] if said else []
