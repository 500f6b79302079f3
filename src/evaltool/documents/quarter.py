"""季度通报: how far the goals are by the progress sheets of a period: who reported, completion, who lags behind.

A unit's completion is the mean of its goals' percentages by their preset points; a group's is the plain mean of its
units'.  Printed figures are rounded once, half up, to one decimal; units are ordered by the exact ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.persons import U
from evaltool.documents.phrases import chapters, enumerated, names, one_line, sentence, some, table
from evaltool.evaluation import Evaluation
from evaltool.exact import published
from evaltool.findings import Finding, Refused, finding
from evaltool.identity import progress_batch
from evaltool.inbox.intake import Intake
from evaltool.names import folded
from evaltool.questions.layout.goals import EXPECTED
from evaltool.roster import Unit
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import Deadline
from evaltool.writers.official import Attachment, DocumentBlock, Heading, Text

ON_TIME, HARD, LOST = EXPECTED
BEST = 3  # units that are named at each end of a group
FEW = 10  # units named in a finding


@dataclass(frozen=True, slots=True)
class Step:
    """How far one goal is; `percent` None where the sheet says no number."""

    name: str
    full: Fraction
    percent: Fraction | None
    expected: str
    problem: str


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One unit's goals, none where it has not reported."""

    unit: Unit
    steps: tuple[Step, ...]

    @property
    def completion(self) -> Fraction | None:
        """In percent."""
        known = [(each.full, each.percent) for each in self.steps if each.percent is not None]
        whole = sum((full for full, _ in known), Fraction(0))
        return sum((full * percent for full, percent in known), Fraction(0)) / whole if whole else None

    def count(self, expected: str) -> int:
        return sum(each.expected == expected for each in self.steps)

    @property
    def done(self) -> int:
        return sum(each.percent == 100 for each in self.steps)


def quarter(at: Occasion) -> ContentsAndFindings:
    """One bulletin on a period."""
    evaluation, came = at.evaluation, at.came
    period = _period(evaluation, at.asked.period, at.on)
    batch = progress_batch(period.period)
    expected = [each for each in came.accounts.sheets if each.batch == batch]
    steps = _steps(evaluation, came.intake, batch)
    units = [UnitProgress(evaluation.units[each.evaluator], tuple(steps.get(each.evaluator, ()))) for each in expected]
    reported = [each for each in units if each.steps]
    if not reported:
        return [], [finding("NOTICE_NO_PROGRESS", value=period.period)]
    order = {unit: at for at, unit in enumerate(evaluation.units)}
    units.sort(key=lambda each: order[each.unit.id])
    return [_bulletin(evaluation, period, units)], list(_left_out(reported, period))


def _left_out(reported: Sequence[UnitProgress], period: Deadline) -> Iterator[Finding]:
    """A goal without a percentage that can be read is in no mean, and nobody may learn that from the figures alone."""
    unsaid = [(each.unit.name, sum(step.percent is None for step in each.steps)) for each in reported]
    listed = [f"{name}（{count}项）" for name, count in unsaid if count]
    if listed:
        args: dict[str, object] = {"n": len(listed), "units": some(listed, FEW)}
        yield finding("NOTICE_PROGRESS_UNSAID", value=period.period, args=args)


def _period(evaluation: Evaluation, text: str, on: date) -> Deadline:
    """The deadline of the period that is asked for; without one the last whose day has passed, else the first."""
    known = sorted((each for each in evaluation.deadlines if each.sheet == "progress"), key=lambda each: each.date)
    if not known:
        raise Refused([finding("NOTICE_NO_PERIODS")], usage=True)
    if not text:
        return ([each for each in known if each.date <= on] or known[:1])[-1]
    found = [each for each in known if folded(each.period) == folded(text)]
    if not found:
        args: dict[str, object] = {"known": names(each.period for each in known)}
        raise Refused([finding("NOTICE_NO_PERIOD", value=text, args=args)], usage=True)
    return found[0]


def _steps(evaluation: Evaluation, intake: Intake, batch: str) -> Mapping[str, list[Step]]:
    """Unit -> its goals in the order of the roster, as the sheets that count say."""
    import polars as pl

    goals = {(row.unit, row.component, row.id): row for row in evaluation.roster.indicators if row.unit}
    order = {key: at for at, key in enumerate(goals)}
    lines: dict[tuple[str, str, str], dict[str, dict[str, object]]] = {}
    for row in intake.rows(pl.col("batch") == batch).iter_rows(named=True):
        lines.setdefault((row["unit"], row["component"], row["indicator"]), {})[row["field"]] = row
    made: dict[str, list[Step]] = {}
    for key in sorted((key for key in lines if key in goals), key=lambda key: order[key]):
        said, goal = lines[key], goals[key]
        expected, problem = (_text(said, f"progress_{field}") for field in ("expected", "problem"))
        made.setdefault(key[0], []).append(Step(goal.name, goal.full, _percent(said), expected, problem))
    return made


def _text(said: Mapping[str, Mapping[str, object]], field: str) -> str:
    return str(said[field]["text"]) if field in said else ""


def _percent(said: Mapping[str, Mapping[str, object]]) -> Fraction | None:
    row = said.get("progress_percent", {})
    value, decimals = row.get("value"), row.get("decimals")
    return Fraction(value, 10**decimals) if isinstance(value, int) and isinstance(decimals, int) else None


# --- the bulletin -----------------------------------------------------------------------------------------------------


def _bulletin(evaluation: Evaluation, period: Deadline, units: Sequence[UnitProgress]) -> Content:
    name = evaluation.settings.name
    blocks = (
        Text(f"现将{name}{period.period}工作目标进展情况通报如下。"),
        *chapters(
            (
                ("报送情况", _reporting(units, period)),
                ("总体进展", _overview(evaluation, units)),
                (f"进展较快和{U}较慢的单位", _ends(evaluation, units)),
                ("需要关注的目标", _worries(units)),
                ("下一步要求", enumerated(_demands(units, period))),
            )
        ),
    )
    attachments = [Attachment((f"{U}各单位{period.period}工作目标进展情况",), tuple(_tables(evaluation, units)))]
    title = (f"关于{name}{period.period}工作目标进展情况的通报",)
    stem = f"季度通报-{period.period}"
    return Content(title, blocks, attachments, stem=stem)


def percent(value: Fraction | None) -> str:
    return "—" if value is None else f"{published(value, 1)}%"


def of_whom(units: Sequence[UnitProgress]) -> str:
    """Whose mean it is: those who have reported a percentage; goals without one are in no mean."""
    known = sum(each.completion is not None for each in units)
    unsaid = [(each.unit.name, count) for each in units if (count := sum(step.percent is None for step in each.steps))]
    said = f"已报送完成进度的{known}{U}个单位平均完成进度{percent(mean(units))}"
    how = f"{U}单位的完成进度是各项目标完成进度按预赋分值加权的平均数"
    if not unsaid:
        return f"{said}（{how}）。"
    goals, listed = sum(count for _, count in unsaid), some([f"{name}{count}项" for name, count in unsaid], FEW)
    return f"{said}（{how}；有{goals}项目标没有写明能识别的完成进度，未计入：{listed}）。"


def mean(units: Sequence[UnitProgress]) -> Fraction | None:
    known = [each.completion for each in units if each.completion is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def _reporting(units: Sequence[UnitProgress], period: Deadline) -> Iterator[DocumentBlock]:
    late = [each.unit.name for each in units if not each.steps]
    came = len(units) - len(late)
    said = f"应在{day_text(period.date)}前报送{period.period}进展表{U}的单位共{len(units)}{U}个，"
    yield Text(said + (f"已报送{came}{U}个，尚未报送{len(late)}{U}个：{names(late)}。" if late else "已全部报送。"))


def _overview(evaluation: Evaluation, units: Sequence[UnitProgress]) -> Iterator[DocumentBlock]:
    steps = [step for each in units for step in each.steps]
    done = sum(step.percent == 100 for step in steps)
    expected = [(word, sum(step.expected == word for step in steps)) for word in EXPECTED]
    counted = names(f"预计“{word}”的{number}项" for word, number in expected if number)
    already = f"，已完成{done}项" if done else ""
    listed = f"，其中{counted}" if counted else ""
    yield Text(f"已报送{U}的单位共有年度工作目标{len(steps)}项{already}{listed}。{of_whom(units)}")
    rows = [
        (name, str(len(part)), str(sum(bool(each.steps) for each in part)), *_figures(part))
        for name, part in _groups(evaluation, units)
    ]
    heads = ("分类", f"{U}应报单位", f"{U}已报单位", "目标数", "已完成", f"{U}已报单位平均进度")
    yield table(heads, rows, (56, 20, 20, 20, 20, 20), left=(0,))


def _figures(part: Sequence[UnitProgress]) -> tuple[str, str, str]:
    return str(sum(len(each.steps) for each in part)), str(sum(each.done for each in part)), percent(mean(part))


def _groups(evaluation: Evaluation, units: Sequence[UnitProgress]) -> list[tuple[str, list[UnitProgress]]]:
    """The units of each group under the name by which it is told from the others."""
    made = []
    for scheme in evaluation.classes.values():
        for group in scheme.head.groups:
            part = [each for each in units if (each.unit.class_id, each.unit.group) == (scheme.id, group.id)]
            made += [(scheme.group_name(group.id), part)] if part else []
    return made


def _ends(evaluation: Evaluation, units: Sequence[UnitProgress]) -> Iterator[DocumentBlock]:
    """First and last of each group that is large enough to have both."""
    for name, part in _groups(evaluation, units):
        known = [(each.completion, each.unit.name) for each in part if each.completion is not None]
        count = min(BEST, len(known) // 2)
        if count and len({value for value, _ in known}) > 1:
            ordered = sorted(known, key=lambda one: -one[0])
            first = names(f"{who}（{percent(value)}）" for value, who in ordered[:count])
            last = names(f"{who}（{percent(value)}）" for value, who in ordered[-count:])
            yield Text(f"{name}：完成进度居前的是{first}；居后的是{last}。")


def _worries(units: Sequence[UnitProgress]) -> Iterator[DocumentBlock]:
    """Goals that are hard or lost, with the problems that the units state."""
    rows = tuple(
        (each.unit.name, one_line(step.name), percent(step.percent), step.expected, one_line(step.problem))
        for each in units
        for step in each.steps
        if step.expected in (HARD, LOST)
    )
    if not rows:
        unsaid = sum(step.expected != ON_TIME for each in units for step in each.steps)
        said = f"已报送的目标中没有预计有困难或者不能按期完成的，另有{unsaid}项没有写明预计情况。"
        yield Text(said if unsaid else f"已报送{U}的单位均预计能按期完成全部目标。")
        return
    count = len({row[0] for row in rows})
    yield Text(f"{count}{U}个单位的{len(rows)}项目标预计有困难或者不能按期完成：")
    yield table((f"{U}单位", "工作目标", "进度", "预计", "存在问题"), rows, (30, 46, 18, 20, 42), left=(0, 1, 4))


def _demands(units: Sequence[UnitProgress], period: Deadline) -> Iterator[str]:
    late = [each.unit.name for each in units if not each.steps]
    if late:
        yield sentence(f"{names(late)}应尽快补报{period.period}进展表")
    if any(each.count(HARD) + each.count(LOST) for each in units):
        yield f"目标有困难或者不能按期完成{U}的单位，要针对存在的问题逐项制定措施，明确责任人和完成时限。"
    yield f"{U}各单位要对照年度目标查找差距，完成进度居后的要加快推进，确保按期完成。"


# --- the annex --------------------------------------------------------------------------------------------------------


def _tables(evaluation: Evaluation, units: Sequence[UnitProgress]) -> Iterator[DocumentBlock]:
    """Each group's units, most complete first; those that have not reported at the end."""
    groups = _groups(evaluation, units)
    for name, part in groups:
        if len(groups) > 1:
            yield Heading(name)
        ordered = sorted(part, key=lambda each: (each.completion is None, -(each.completion or 0)))
        rows = tuple((str(at), each.unit.name, *_unit_figures(each)) for at, each in enumerate(ordered, 1))
        heads = ("序号", f"{U}单位", "目标数", "已完成", "完成进度", HARD, LOST)
        yield table(heads, rows, (12, 50, 16, 16, 20, 20, 22), left=(1,))


def _unit_figures(each: UnitProgress) -> tuple[str, ...]:
    if not each.steps:
        return "—", "—", "未报送", "—", "—"
    counts = (str(each.count(word)) for word in (HARD, LOST))
    return str(len(each.steps)), str(each.done), percent(each.completion), *counts
