"""待批目标: the goals of each unit that are ready to be confirmed.  What is confirmed goes into the roster."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from evaltool.checks.declared import Declared, UnitGoals, goals_of_units, sums
from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.questions.layout.goals import asked_sums, goal_components
from evaltool.returns.committee.matters import (
    AGREED,
    DECISION,
    DECLINED,
    REMARKS,
    UNIT,
    CommitteeView,
    DecidedBefore,
    DecidedMatter,
    FactColumn,
    LineSaid,
    MatterId,
    MatterKind,
    choice,
    one_line,
    same_word,
)

_ID = "goals"


def ready_goals(view: CommitteeView) -> list[UnitGoals]:
    units = goals_of_units(view.evaluation, view.intake, view.findings)
    return [each for each in units if each.state == "ready"]


def _matters(view: CommitteeView) -> Iterator[DecidedMatter]:
    for each in ready_goals(view):
        agreed = each.agreed
        facts = (
            each.unit.name,
            Decimal(len(each.lines)),
            _points(view.evaluation, each),
            "\n".join(f"{at}. {_short(line)}" for at, line in enumerate(each.lines, 1)),
            f"{agreed.after}（{agreed.document}）" if agreed else "不需要",
        )
        beside = "\n".join(_whole(line) for line in each.lines)
        yield DecidedMatter(goals_about(each.unit.id), facts, {"unit": each.unit.id}, beside=beside)


def goals_about(unit: str) -> MatterId:
    return _ID, unit


def _points(evaluation: Evaluation, each: UnitGoals) -> str:
    """What was declared against what is asked, part by part."""
    said = []
    for _, leaf, component in goal_components(evaluation, each.unit):
        for part, wanted in asked_sums(component):
            own = [one for one in each.lines if one.component == leaf and part in ("", one.texts.get("goal_part", ""))]
            said.append(f"{part or component.name} {sums(own)}／{plain(wanted)}")
    return "；".join(said)


def _short(line: Declared) -> str:
    target = line.texts.get("goal_target", "")
    measure = line.texts.get("goal_measure", "")
    told = [
        f"{plain(line.points or Decimal(0))}分",
        *([f"目标值{one_line(target)}{one_line(measure)}"] if target else []),
    ]
    return f"{one_line(line.texts.get('goal_name', ''))}（{'，'.join(told)}）"


def _whole(line: Declared) -> str:
    """Everything that is confirmed with a goal."""
    said = [f"{key}={text}" for key, text in sorted(line.texts.items())]
    return "|".join([line.file_hash, line.cell, str(line.points), str(line.base), *said])


# --- decided ---------------------------------------------------------------------------------------------------------


def approved_goals(evaluation: Evaluation) -> Iterator[tuple[MatterId, DecidedBefore]]:
    """The units whose goals stand in the roster."""
    for goal in evaluation.stated.goals:
        yield goals_about(goal.unit), DecidedBefore("goals", AGREED, goal.document)


def confirmed_unit(matter: DecidedMatter, said: LineSaid) -> Iterator[str]:
    """The unit whose goals a line confirms."""
    if matter.about[0] == _ID and said[DECISION] == AGREED:
        yield matter.fields["unit"]


GOALS_TO_CONFIRM = MatterKind(
    _ID,
    "待批目标",
    (
        "同意的，写入名单的“目标”表（roster/目标.xlsx），此后按它发评分表；不同意的退回单位修改后重报。各项目标的全文见“申报目标”。",
    ),
    (
        FactColumn(UNIT, 18),
        FactColumn("目标数", 8, centred=True),
        FactColumn("分值（申报／应为）", 22),
        FactColumn("目标", 60),
        FactColumn("分管领导审批", 20),
    ),
    (choice(AGREED, DECLINED), REMARKS),
    _matters,
    same=same_word,
    named=(0,),
)
