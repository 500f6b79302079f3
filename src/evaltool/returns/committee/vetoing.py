"""一票否决: every unit with its grade, and what a veto of each kind would make of it; facts are entered where there are
any."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from evaltool.evaluation import Evaluation
from evaltool.evaluation.deciding import Fields
from evaltool.evaluation.vetoes import Vetoed
from evaltool.ledger import Decision, of_kind
from evaltool.names import folded
from evaltool.results.rank import Standing, by_unit
from evaltool.returns.committee.matters import (
    UNIT,
    AnswerColumn,
    CommitteeView,
    DecidedBefore,
    DecidedMatter,
    FactColumn,
    LineSaid,
    MatterId,
    MatterKind,
    choice,
    one_line,
)
from evaltool.rules import Scheme, VetoKind
from evaltool.views.wording import grade_words

_ID = "vetoes"
_VETO = "否决"
_WHICH, _FACT = "否决情形", "事实和依据"


def _matters(view: CommitteeView) -> Iterator[DecidedMatter]:
    evaluation = view.evaluation
    standings = by_unit(view.result.standings) if view.result else {}
    told, reported = _vetoed(evaluation), _reported(evaluation)
    for scheme in evaluation.classes.values():
        kinds = tuple(kind.name for kind in scheme.veto.kinds)
        for unit in evaluation.units_of(scheme.id) if scheme.grades else ():
            one = standings.get(unit.id)
            facts = (
                unit.name,
                scheme.head.name,
                grade_words(one) if one else "",
                _left(scheme, one),
                reported.get(unit.id, ""),
                told.get(unit.id, ""),
            )
            fields = {"unit": unit.name, "kind": "一票否决"}
            yield DecidedMatter((_ID, unit.id), facts, fields, choices={_WHICH: kinds}, beside=_entailed(scheme))


def _rules(view: CommitteeView) -> Sequence[str]:
    """What the rules have for facts of a veto, class by class."""
    graded = [scheme for scheme in view.evaluation.classes.values() if scheme.grades]
    said = [f"{scheme.head.name}：{_entailed(scheme)}{_facts(scheme)}" for scheme in graded]
    early = "" if view.final else "评分未报齐，目前等次不是结果。"
    return (f"规则：{'；'.join(said)}。{early}",) if said else ()


def _facts(scheme: Scheme) -> str:
    return f"（否决事项：{'、'.join(scheme.veto.facts)}）" if scheme.veto.facts else ""


def _entailed(scheme: Scheme) -> str:
    """What each kind entails."""
    named = [f"{kind.name}{_entails(scheme, kind)}" for kind in scheme.veto.kinds]
    return "，".join([*named, f"{'其他' if named else ''}降{scheme.veto.lowers}等"])


def _entails(scheme: Scheme, kind: VetoKind) -> str:
    parts = [f"降{kind.lowers}等"] if kind.lowers else []
    parts += [f"最高{kind.at_best}"] if kind.at_best else []
    parts += [f"{scheme.components[kind.zero].name}记零分"] if kind.zero else []
    return "、".join(parts)


def _left(scheme: Scheme, one: Standing | None) -> str:
    """The grade that each kind would leave of what the unit has by its total."""
    if one is None or not one.grade_by_total:
        return ""
    at = scheme.grade_index(one.grade_by_total)

    def grade(what: Vetoed) -> str:
        return scheme.grades[what.grade(at, len(scheme.grades))].name

    plain = grade(Vetoed(lowers=scheme.veto.lowers))
    named = [f"{kind.name}→{_after(scheme, kind, grade)}" for kind in scheme.veto.kinds]
    return "；".join([*named, f"其他→{plain}"]) if named else plain


def _after(scheme: Scheme, kind: VetoKind, grade: Callable[[Vetoed], str]) -> str:
    best = scheme.grade_index(kind.at_best) if kind.at_best else 0
    rest = "（重新计分后可能再降）" if kind.zero else ""
    return f"{grade(Vetoed(lowers=kind.lowers or 0, at_best=best))}{rest}"


def _vetoed(evaluation: Evaluation) -> Mapping[str, str]:
    """Unit -> its vetoes so far."""
    found: dict[str, list[str]] = {}
    for line in of_kind(evaluation.ledger, "veto"):
        found.setdefault(line.unit, []).append(f"{line.after or _VETO}（{line.document}，{one_line(line.reason)}）")
    return {unit: "；".join(said) for unit, said in found.items()}


def _reported(evaluation: Evaluation) -> Mapping[str, str]:
    """Unit -> what somebody else says of it in the register."""
    found: dict[str, list[str]] = {}
    for entry in evaluation.register:
        if entry.first.unit and entry.first.source:
            said = f"{entry.first.source}（{entry.first.document}）：{one_line(entry.text)}"
            found.setdefault(entry.first.unit, []).append(said)
    return {unit: "；".join(said) for unit, said in found.items()}


# --- decided ---------------------------------------------------------------------------------------------------------


def _decided(line: Decision) -> MatterId | None:
    return (_ID, line.unit) if line.kind == "veto" else None


def _same(before: DecidedBefore, said: LineSaid) -> bool:
    return folded(before.after) == folded(said.get(_WHICH, ""))


def _needs(matter: DecidedMatter, said: LineSaid) -> Sequence[str]:
    return (_FACT,)


def _enters(matter: DecidedMatter, said: LineSaid) -> Sequence[Fields]:
    return ({**matter.fields, "after": said.get(_WHICH, ""), "reason": said[_FACT]},)


VETOES = MatterKind(
    _ID,
    "一票否决",
    (
        "没有否决事项的，整行空着。决定否决的，写明事实和依据；规则分了情形的，选是哪一种，空着的按“其他”。",
        "一个单位有几种情形的，先登记一种，再生成评审材料登记另一种；几种不叠加，取最重的。",
    ),
    (
        FactColumn(UNIT, 16),
        FactColumn("对象类别", 10),
        FactColumn("目前等次", 9, told=False, centred=True),
        FactColumn("否决后等次", 18, told=False),
        FactColumn("有关反映", 24, told=False),
        FactColumn("已有否决", 20, told=False),
    ),
    (choice(_VETO), AnswerColumn(_WHICH, "choice", 12), AnswerColumn(_FACT, "text", 30)),
    _matters,
    _decided,
    _same,
    _needs,
    enters=_enters,
    several=True,
    rules=_rules,
    named=(0,),
    waits=lambda _view, _matter: False,  # every unit has a line, and most stay empty
)
