"""What the committee is to know beside what it decides: stated grades with their reasons, who stands close to a bound,
the goals in full.  Nothing on these worksheets is filled in or read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaltool.exact import decimal, half_up, plain
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.questions.layout.goals import NAMES
from evaltool.results.closeness import Close, closeness
from evaltool.results.rank import by_unit
from evaltool.returns.committee.declaring import ready_goals
from evaltool.returns.committee.matters import UNIT, CommitteeView, Fact, FactColumn, one_line
from evaltool.views.wording import grade_words

KnownRow = tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class KnownTab:
    """A worksheet to be read."""

    title: str
    says: tuple[str, ...]
    facts: tuple[FactColumn, ...]
    rows: Callable[[CommitteeView], Iterator[KnownRow]]


# --- what units say of themselves ------------------------------------------------------------------------------------


def _statements(view: CommitteeView) -> Iterator[KnownRow]:
    import polars as pl

    evaluation = view.evaluation
    own = {leaf for one in evaluation.classes.values() for leaf in one.leaves() if one.components[leaf].by == "self"}
    wanted = pl.col("field").is_in(["stated_grade", "reasons", "mark"]) & pl.col("component").is_in(list(own))
    said: dict[str, list[AnswerRow]] = {}
    for row in (
        view.intake.rows(wanted & (pl.col("state") == "given")).sort("file", "sheet", "cell").iter_rows(named=True)
    ):
        said.setdefault(row["unit"], []).append(row)
    standings = by_unit(view.result.standings) if view.result else {}
    for unit in evaluation.units.values():
        rows = said.get(unit.id, [])
        if rows:
            one = standings.get(unit.id)
            stated, reasons = (_texts(rows, field) for field in ("stated_grade", "reasons"))
            given = grade_words(one) if one else ""
            scheme = evaluation.classes[unit.class_id]
            grades = [grade.name for grade in scheme.grades]
            compared = _compared(grades, stated, one.grade if one else "")
            total = one.text if one else ""
            yield unit.name, scheme.group_title(unit.group), _marks(rows), stated, reasons, total, given, compared


def _texts(rows: list[AnswerRow], field: str) -> str:
    return "；".join(str(row["text"]).strip() for row in rows if row["field"] == field)


def _marks(rows: list[AnswerRow]) -> Decimal | None:
    marks = [row for row in rows if row["field"] == "mark" and row["value"] is not None]
    total = sum((Fraction(row["value"], 10 ** row["decimals"]) for row in marks), Fraction(0))
    return decimal(total) if marks else None


def _compared(grades: list[str], stated: str, given: str) -> str:
    """How the stated grade stands to the one by the rules; the better grade comes first."""
    if stated not in grades or given not in grades:
        return ""
    apart = grades.index(stated) - grades.index(given)
    return "一致" if not apart else f"自评{'高' if apart < 0 else '低'}{abs(apart)}等"


STATEMENTS = KnownTab(
    "自评等次及理由",
    ("各单位自报的得分、等次和主要理由，与按规则计算的结果对照；供审议，不在本表决定。",),
    (
        FactColumn(UNIT, 18),
        FactColumn("分类", 18),
        FactColumn("自评得分", 9, centred=True),
        FactColumn("自报等次", 9, centred=True),
        FactColumn("主要理由", 60),
        FactColumn("总分", 9, centred=True),
        FactColumn("等次", 12, centred=True),
        FactColumn("对照", 11, centred=True),
    ),
    _statements,
)

# --- who stands close to a bound -------------------------------------------------------------------------------------


def _close(view: CommitteeView) -> Iterator[KnownRow]:
    for each in closeness(view.final) if view.final else ():
        other = each.other
        yield (
            each.group,
            _line(each),
            each.unit.unit.name,
            each.unit.text,
            other.unit.name if other else "",
            other.text if other else "",
            plain(half_up(each.apart, 4)),
        )


def _line(each: Close) -> str:
    said: Mapping[str, str] = {
        "above": f"刚够{each.name}",
        "below": f"差一点{each.name}" if each.apart else f"未取舍的总分不到{each.name}",
        "cut": f"{each.name}的名额边缘",
        "rank": "名次相邻",
    }
    return said[each.kind]


CLOSE = KnownTab(
    "临界情况",
    ("离等次分数线、奖项名额边缘和相邻名次不到总分二百分之一的单位；一处改动就可能改变结果，供审议，不在本表决定。",),
    (
        FactColumn("分类", 20),
        FactColumn("什么线", 26),
        FactColumn(UNIT, 20),
        FactColumn("总分", 10, centred=True),
        FactColumn("另一方", 20),
        FactColumn("另一方总分", 11, centred=True),
        FactColumn("相差", 10, centred=True),
    ),
    _close,
)

# --- goals in full ---------------------------------------------------------------------------------------------------

_FIELDS = ("goal_part", "goal_name", "goal_standard", "goal_role", "goal_source", "goal_target", "goal_measure")
_PERSONS = ("goal_leader", "goal_manager", "goal_person")


def _declared(view: CommitteeView) -> Iterator[KnownRow]:
    for each in ready_goals(view):
        for line in each.lines:
            said = [one_line(line.texts.get(field, "")) for field in (*_FIELDS, "goal_method", *_PERSONS)]
            yield each.unit.name, *said[:2], line.points, *said[2:]


_WIDTHS = {"goal_name": 26, "goal_standard": 40, "goal_source": 14, "goal_target": 14, "goal_part": 12}
DECLARED = KnownTab(
    "申报目标",
    ("“待批目标”中各单位申报的目标全文。",),
    (
        FactColumn(UNIT, 16),
        *(FactColumn(NAMES[field], _WIDTHS.get(field, 10)) for field in _FIELDS[:2]),
        FactColumn(NAMES["goal_points"], 9, centred=True),
        *(FactColumn(NAMES[field], _WIDTHS.get(field, 10)) for field in (*_FIELDS[2:], "goal_method", *_PERSONS)),
    ),
    _declared,
)
