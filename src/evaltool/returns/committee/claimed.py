"""加分申报: every bonus that a unit claims, with its documents, what was attached, and the most that the rules
allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import PurePosixPath

from evaltool.checks.claims import DECIDING
from evaltool.evaluation import Evaluation
from evaltool.evaluation.deciding import Fields
from evaltool.evaluation.extras import UnitExtras, unit_extras
from evaltool.exact import decimal, plain
from evaltool.inbox.claims import Claim, claims
from evaltool.inbox.intake import Intake
from evaltool.ledger import Decision
from evaltool.ledger.kinds import is_points
from evaltool.names import folded
from evaltool.returns.committee.matters import (
    AGREED,
    DECISION,
    DECLINED,
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
)

_ID = "claims"
_POINTS, _WHAT = "批准分值", "加分事由"
FiledPapers = Mapping[str, Sequence[tuple[str, str]]]
"""Unit ("": whose it is nobody knows) -> the names of its attachments, as they are and folded."""
_FEW = 3
_SHORTEST = 4  # signs of a document's number that is looked for in the names of files


def _matters(view: CommitteeView) -> Iterator[DecidedMatter]:
    evaluation = view.evaluation
    filed = _filed(view.intake)
    granted = _granted(evaluation)
    for each in claims(evaluation, view.intake):
        scheme = evaluation.classes[each.unit.class_id]
        most, cap = each.most, scheme.bonus.cap
        asked = each.points if each.asked is None else each.asked
        facts = (
            each.unit.name,
            each.chosen,
            each.facts,
            None if asked is None else decimal(asked),
            f"{'—' if most is None else plain(most)}／{'不限' if cap is None else plain(cap)}",
            each.document or "（未填）",
            (each.consent or "（未填）") if scheme.bonus.consent else "不需要",
            _papers(each, filed),
            granted.get(each.unit.id, ""),
        )
        place = {"file_hash": each.row["file_hash"][:12], "sheet": each.row["sheet"], "cell": each.row["cell"]}
        fields = {"unit": each.unit.name, "item": each.chosen, "before": _claimed(each), "reason": each.what, **place}
        fields |= {"deed": each.deed} if each.deed else {}
        yield DecidedMatter((_ID, *each.place), facts, fields, most)


def _claimed(each: Claim) -> str:
    return plain(each.points) if each.points else ""


def _granted(evaluation: Evaluation) -> Mapping[str, str]:
    """Unit -> what it was granted so far; what no line ties to a claim may be for this one."""
    made = (
        (unit, unit_extras(evaluation, evaluation.classes[unit.class_id], "bonus", unit.id))
        for unit in evaluation.units.values()
    )
    return {unit.id: _sum(found) for unit, found in made if found.lines}


def _sum(found: UnitExtras) -> str:
    lines = [each.decided.line for each in found.lines]
    large = sum(not line.cell for line in lines)
    untied = f"，其中{large}项没有注明是哪一项申报的" if large else ""
    documents = "、".join(dict.fromkeys(line.document for line in lines))
    return f"{len(lines)}项共{plain(found.stated)}分（{documents}）{untied}"


def _filed(intake: Intake) -> FiledPapers:
    found: dict[str, list[tuple[str, str]]] = {}
    for one in intake.files:
        if one.became == "attachment":
            name = PurePosixPath(one.file).name
            found.setdefault(one.unit, []).append((name, folded(name)))
    return found


def _papers(each: Claim, filed: FiledPapers) -> str:
    """Which attachments came: those that are named after the claim's documents, else what else the unit sent.  What
    several units may mean by one number belongs to nobody yet."""
    numbers = [number for number in map(folded, (each.document, each.consent)) if len(number) >= _SHORTEST]
    own = [name for name, _ in filed.get(each.unit.id, ())]
    fitting = [name for name, bare in filed.get(each.unit.id, ()) if _bears(bare, numbers)]
    fitting += [f"{name}（归属待核）" for name, bare in filed.get("", ()) if _bears(bare, numbers)]
    if fitting:
        return f"已收：{_some(fitting)}"
    return f"没有以文号命名的；另收附件{len(own)}份：{_some(own)}" if own else "未收到附件"


def _bears(name: str, numbers: Sequence[str]) -> bool:
    return any(number in name for number in numbers)


def _some(names: Sequence[str]) -> str:
    listed = list(dict.fromkeys(names))
    return "、".join(listed[:_FEW]) + (f"等{len(listed)}份" if len(listed) > _FEW else "")


# --- decided ---------------------------------------------------------------------------------------------------------


def _decided(line: Decision) -> MatterId | None:
    return (_ID, line.unit, folded(line.sheet), line.cell) if line.kind in DECIDING and line.cell else None


def _same(before: DecidedBefore, said: LineSaid) -> bool:
    if before.kind != "bonus":
        return said[DECISION] == DECLINED
    points, stands = said.get(_POINTS) or before.before, before.after
    same = not is_points(stands) or (bool(points) and Fraction(points) == Fraction(stands))
    return said[DECISION] == AGREED and same


def _needs(matter: DecidedMatter, said: LineSaid) -> Sequence[str]:
    """A claim that states no points is granted some."""
    return (_POINTS,) if said[DECISION] == AGREED and not matter.fields["before"] else ()


def _unused(said: LineSaid) -> Sequence[str]:
    return (_POINTS,) if said[DECISION] != AGREED else ()


def _enters(matter: DecidedMatter, said: LineSaid) -> Sequence[Fields]:
    if said[DECISION] == AGREED:
        after = said.get(_POINTS) or matter.fields["before"]
        what = said.get(_WHAT) or matter.fields["reason"]
        return ({**matter.fields, "kind": "加分", "after": after, "reason": what},)
    what = said.get(_WHAT) or f"{matter.fields['reason']}，不予认定"
    return ({**matter.fields, "kind": "加分不予认定", "reason": what},)


CLAIMS = MatterKind(
    _ID,
    "加分申报",
    (
        "同意的，批准分值空着即按申报分值，规则定了分值的按规则；加分事由写入台账并用于加分公示，空着的用申报的事项。",
        "批准分值不超过规则中该项的分值；每个单位合计超过上限的，按上限计入。已有加分但没有注明是哪一项申报的，先核对再决定。",
    ),
    (
        FactColumn(UNIT, 14),
        FactColumn("加分项目", 12),
        FactColumn("主要事实和证明材料", 28),
        FactColumn("申报分值", 8, centred=True),
        FactColumn("该项最多／合计上限", 10, centred=True),
        FactColumn("领导班子审议文号", 14),
        FactColumn("分管领导同意文号", 14),
        FactColumn("收到的附件", 22, told=False),
        FactColumn("已有加分", 20, told=False),
    ),
    (choice(AGREED, DECLINED), AnswerColumn(_POINTS, "points", 8), AnswerColumn(_WHAT, "text", 22)),
    _matters,
    _decided,
    _same,
    _needs,
    _unused,
    _enters,
)
