"""同分: units that nothing in the rules tells apart, in the ranking or at the edge of a single field's award."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool.evaluation.deciding import Fields
from evaltool.exact import half_up, plain, published
from evaltool.findings import Finding
from evaltool.ledger import Decision, ties
from evaltool.results.award import contributions
from evaltool.results.rank import Standing, by_unit, deciding, placed_by, same
from evaltool.results.result import Result
from evaltool.returns.committee.matters import (
    REMARKS,
    UNIT,
    AnswerColumn,
    CommitteeView,
    DecidedBefore,
    DecidedMatter,
    FactColumn,
    LineSaid,
    MatterId,
    MatterKind,
    reason,
)
from evaltool.rules import Scheme

_ID = "ties"
_PLACE = "裁定名次"
_PLACE_ONLY = "只影响名次"
_EDGES = ("AWARD_EDGE_TIE", "GRADE_EDGE_TIE")


def _matters(view: CommitteeView) -> Iterator[DecidedMatter]:
    if view.final is None:
        return
    for scheme in view.evaluation.classes.values():
        for group in scheme.head.groups:
            for block in _blocks(view.final, scheme, group.id):
                yield from _ranked(view.final, scheme, scheme.group_title(group.id), block)
    yield from _of_fields(view.final)


def _blocks(result: Result, scheme: Scheme, group: str) -> list[list[Standing]]:
    """Units of a group that are equal in all that the rules compare, whether a decision has placed them or not."""
    found: dict[tuple[Fraction, ...], list[Standing]] = {}
    for one in result.group(scheme.id, group):
        if one.rank is not None:
            found.setdefault(placed_by(scheme, one, result.points), []).append(one)
    return [block for block in found.values() if len(block) > 1]


def _ranked(result: Result, scheme: Scheme, title: str, block: Sequence[Standing]) -> Iterator[DecidedMatter]:
    first = min(one.rank or 0 for one in block)
    places = tuple(map(str, range(first, first + len(block))))
    key = "、".join(sorted(one.unit.id for one in block))
    for one in sorted(block, key=lambda one: (one.unit.order, one.unit.id)):
        span = f"第{places[0]}—{places[-1]}名"
        facts = (title, one.unit.name, one.text, span, _compared(result, scheme, one), _stake(result, scheme, block))
        fields = {"kind": "同分裁定", "unit": one.unit.name}
        yield DecidedMatter((_ID, "", one.unit.id), facts, fields, choices={_PLACE: places}, block=key, beside=key)


def _compared(result: Result, scheme: Scheme, one: Standing) -> str:
    """What the rules compare, with figures that are the same for all of the block."""
    values = placed_by(scheme, one, result.points)
    digits = max(scheme.head.decimals, 4)
    parts = [
        f"{scheme.components[each].name}{plain(half_up(value, digits))}"
        for each, value in zip(scheme.ranking.ties, values[1:], strict=True)
    ]
    figure = f"{same(scheme)}（{plain(half_up(deciding(scheme, one), digits))}）"
    in_turn = "；依次比较{}，均相同" if len(parts) > 1 else "；{}也相同"
    return figure + in_turn.format("、".join(parts)) if parts else f"{figure}；规则没有再比较的内容"


def _stake(result: Result, scheme: Scheme, block: Sequence[Standing]) -> str:
    """What hangs on it beside the places."""
    units = {one.unit.id for one in block}
    found = [one for one in result.findings if one.code in _EDGES and one.unit in units]
    awards = [each.name for each in scheme.awards]  # those of single fields are lines of their own
    said = [dict(one.args).get("award") or f"{one.value}等次" for one in found]
    said = [each for each in said if each in awards or each.endswith("等次")]
    return "、".join(f"{each}的名额" for each in dict.fromkeys(said)) or _PLACE_ONLY


# --- single fields ---------------------------------------------------------------------------------------------------


def _of_fields(result: Result) -> Iterator[DecidedMatter]:
    """Ties at the edge of a field's places; what was decided there is known by its line."""
    for found in result.findings:
        if found.code == "AWARD_EDGE_TIE":
            scheme = result.evaluation.classes[result.evaluation.units[found.unit].class_id]
            for award in scheme.awards:  # another class may have one of the same name
                for each in award.fields:
                    if dict(found.args)["award"] == f"{award.name}·{each.name}":
                        yield from _field(result, scheme, found, award.name, each.id)


def _field(result: Result, scheme: Scheme, found: Finding, award: str, field: str) -> Iterator[DecidedMatter]:
    standings, args = by_unit(result.standings), dict(found.args)
    marks = contributions(result.intake, scheme, next(one for one in scheme.awards if one.name == award))
    tied = [standings[unit] for unit in args["ids"].split("\n")]
    places = tuple(map(str, range(1, len(tied) + 1)))
    for one in tied:
        mark = published(marks[field, one.unit.id], 2)
        words = f"贡献得分（{mark}）和总分均相同"
        facts = (args["award"], one.unit.name, one.text, f"这{len(tied)}个中的次序", words, f"{args['award']}的名额")
        fields = {"kind": "同分裁定", "unit": one.unit.name, "component": field}
        choices = {_PLACE: places}
        yield DecidedMatter((_ID, field, one.unit.id), facts, fields, choices=choices, block=f"{field} {args['ids']}")


# --- decided ---------------------------------------------------------------------------------------------------------


def _decided(line: Decision) -> MatterId | None:
    return (_ID, line.component, line.unit) if ties((line,), line.component) else None


def _same(before: DecidedBefore, said: LineSaid) -> bool:
    return before.after == said.get(_PLACE)


def _needs(matter: DecidedMatter, said: LineSaid) -> Sequence[str]:
    return (_PLACE,)


def _enters(matter: DecidedMatter, said: LineSaid) -> Sequence[Fields]:
    return ({**matter.fields, "after": said[_PLACE], "reason": reason(said)},)


def _together(block: Sequence[tuple[DecidedMatter, LineSaid]]) -> str:
    """All of the units that are tied are placed, each in a place of its own."""
    places = {said.get(_PLACE, "") for _, said in block}
    return "" if len(places) == len(block) == len(block[0][0].choices[_PLACE]) else "places"


TIES = MatterKind(
    _ID,
    "同分裁定",
    (
        "同分的几个单位，名次要么都裁定、各不相同，要么都空着（名次并列）。单项奖的，名次从1起，是这几个单位之间的次序。",
    ),
    (
        FactColumn("分类或奖项", 18),
        FactColumn(UNIT, 18),
        FactColumn("总分", 9, centred=True),
        FactColumn("占用的名次", 13, centred=True),
        FactColumn("已比较的内容", 40),
        FactColumn("关系到", 22, told=False),
    ),
    (AnswerColumn(_PLACE, "choice", 10), REMARKS),
    _matters,
    _decided,
    _same,
    _needs,
    enters=_enters,
    together=_together,
    named=(1, 0),
    waits=lambda _view, matter: matter.facts[-1] != _PLACE_ONLY,
)
