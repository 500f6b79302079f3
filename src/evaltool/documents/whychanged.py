"""Why two runs say different things, as a document may tell it: each cause in a sentence, with what it moved.

Causes and contributions are those of the difference of the two runs, which scores both again (`proof.difference`).  Law
11: nothing is said of a mark that is not for everybody, nor whose sheet it stood on.  Where marks are confidential, a
contribution is as coarse as the totals are printed, and causes that are not for everybody count together: so that what
stands here follows from the two printed totals and from what everybody may know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.documents.correctedcells import CorrectedCell, corrected_cell, evaluator_of, may_be_named, may_be_shown
from evaltool.documents.persons import U
from evaltool.documents.phrases import one_line
from evaltool.documents.storedruns import Outcome, StoredRun, marks_of
from evaltool.evaluation import Evaluation
from evaltool.evaluation.in_words.decisions import in_words
from evaltool.evaluation.named import unit_names
from evaltool.exact import half_up, plain, published
from evaltool.explain.figures import FINE, is_fine
from evaltool.findings import Refused, finding
from evaltool.ledger import Decision, kind_named
from evaltool.names import folded
from evaltool.rules import Scheme
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import FILE

if TYPE_CHECKING:
    import polars as pl

    from evaltool.proof.causes import Cause, Causes
    from evaltool.proof.moved import RunDifference

MarkTables = Sequence["pl.DataFrame"]
_SOMEBODY = "有关评估主体"
_ON_SHEETS: Mapping[str, str] = {
    "waiver": "{who}经批准免报",
    "exclusion": "{who}的一份报送材料不予计入",
    "supersession": "{who}几次报送的材料以其中一份为准",
    "late_acceptance": "{who}逾期报送的材料同意计入",
    "key_lost": "有关报送材料经确认予以计入",
    "batch_reopened": "{who}的一批评价卡重新录入",
}


def _points(said: Mapping[str, str], line: Decision) -> str:
    """How many points, and of which kind; where the rules say how many, the kind and its level alone."""
    level = "" if line.has_amount else line.after
    named = "·".join(part for part in (said["item"], level) if part)
    points = f"{plain(line.amount)}分" if line.has_amount else "分"
    return f"{points}（{one_line(named)}）" if named else points


_ON_UNITS: Mapping[str, Callable[[dict[str, str], Decision], str]] = {
    "bonus": lambda said, line: f"{said['unit']}加{_points(said, line)}",
    "deduction": lambda said, line: f"{said['unit']}扣{_points(said, line)}",
    "veto": lambda said, _: f"对{said['unit']}予以一票否决",
    "tie": lambda said, line: f"{said['unit']}在{U}同分单位中列第{plain(line.amount)}名",
    "not_applicable": lambda said, _: f"“{one_line(said['indicator'] or said['component'])}”对{said['unit']}不适用",
    "award_revoked": lambda said, _: f"撤销{said['unit']}的{said['component']}",
    "target_change": lambda said, line: (
        f"{said['unit']}“{one_line(said['indicator'])}”的分值由{line.before}分调整为{line.after}分"
    ),
    "goals_agreed": lambda said, _: f"{said['unit']}申报的目标经分管领导审批",
    "goal_added": lambda said, line: f"{said['unit']}增加目标“{one_line(said['indicator'])}”，{plain(line.amount)}分",
    "goal_text": lambda said, line: f"{said['unit']}“{one_line(said['indicator'])}”的{line.item}变更",
    "unit_changed": lambda said, line: f"{said['unit']}机构变动（{line.after}）",
    "charge_changed": lambda said, _: f"{said['unit']}的分管关系调整",
    "evidence_verified": lambda said, line: f"{said['unit']}的有关证据经核实{line.after}",
}
"""What was decided about a unit.  A rejected objection is not among them: it moves nothing."""


@dataclass(frozen=True, slots=True)
class ToldCause:
    """Causes that are told together.  `texts`: a sentence each; `first`: the number of the first of them in the list;
    `is_open`: whether everybody may know what they moved; `points`: by unit, exact."""

    texts: tuple[str, ...]
    first: int
    is_open: bool
    points: Mapping[str, Fraction]

    @property
    def label(self) -> str:
        """The numbers of its sentences."""
        return f"第{'、'.join(str(self.first + at) for at in range(len(self.texts)))}项"


def told_causes(before: StoredRun, after: StoredRun, made: RunDifference) -> list[ToldCause]:
    """What moved something from one run to the other, in the order in which it was put in place.  Raises `Refused`
    where something moved that no cause explains, or none that can be told."""
    marks = (marks_of(after), marks_of(before))
    told: list[ToldCause] = []
    for number, causes in enumerate(made.steps, 1):
        effects = {unit.id: each for unit in made.units for each in unit.effects if each.step == number}
        moved = {unit: each.points for unit, each in effects.items() if each.before != each.after}
        if moved:
            texts = tuple(
                dict.fromkeys(said for each in _decisions_first(causes) for said in _texts(before, after, each, marks))
            )
            told.append(ToldCause(texts, 0, all(_is_open(after, each, marks) for each in causes), moved))
    unexplained = any(each.what == "unexplained" for causes in made.steps for each in causes)
    if unexplained or not told or not all(each.texts for each in told):
        raise Refused([finding("NOTICE_UNEXPLAINED", args={"before": before.number, "after": after.number})])
    return list(_numbered(_joined(told)))


def _decisions_first(causes: Causes) -> list[Cause]:
    return sorted(causes, key=lambda each: each.kind != "decision")


def _joined(told: Iterable[ToldCause]) -> list[ToldCause]:
    """Those that are told in the same words are told once."""
    joined: list[ToldCause] = []
    for one in told:
        for other in [each for each in joined if set(each.texts) & set(one.texts)]:
            joined.remove(other)
            texts = tuple(dict.fromkeys((*other.texts, *one.texts)))
            both = {
                unit: other.points.get(unit, Fraction(0)) + one.points.get(unit, Fraction(0))
                for unit in {**other.points, **one.points}
            }
            one = ToldCause(texts, 0, other.is_open and one.is_open, both)
        joined.append(one)
    return joined


def _numbered(told: Iterable[ToldCause]) -> Iterator[ToldCause]:
    first = 1
    for one in told:
        yield ToldCause(one.texts, first, one.is_open, one.points)
        first += len(one.texts)


# --- what they moved -------------------------------------------------------------------------------------------------


def contributions(
    told: Sequence[ToldCause], evaluation: Evaluation, old: Outcome, new: Outcome
) -> list[tuple[list[ToldCause], str]]:
    """What of the change of a unit's total is whose, as it is printed; where marks are confidential, figures that are
    rounded one by one."""
    scheme = evaluation.classes[new.class_id]
    written = (lambda points: _printed(points, scheme.head.decimals)) if _is_guarded(scheme) else signed
    return [(causes, written(points)) for causes, points in _contributions(told, scheme, old, new)]


def is_their_sum(told: Sequence[ToldCause], evaluation: Evaluation, old: Outcome, new: Outcome) -> bool:
    """Whether the printed contributions add up to the printed change; both are rounded."""
    parts = _contributions(told, evaluation.classes[new.class_id], old, new)
    return sum((points for _, points in parts), Fraction(0)) == Fraction(new.total) - Fraction(old.total)


def _contributions(
    told: Sequence[ToldCause], scheme: Scheme, old: Outcome, new: Outcome
) -> list[tuple[list[ToldCause], Fraction]]:
    own = [(each, each.points[new.id]) for each in told if each.points.get(new.id)]
    if not _is_guarded(scheme):
        return [([each], points) for each, points in own]
    change = Fraction(new.total) - Fraction(old.total)
    if len(own) == 1:
        return [([own[0][0]], change)]
    opened = [([each], half_up(points, scheme.head.decimals)) for each, points in own if each.is_open]
    closed = [each for each, _ in own if not each.is_open]
    rest = change - sum((points for _, points in opened), Fraction(0))
    return [*opened, (closed, rest)] if closed else opened


def _is_guarded(scheme: Scheme) -> bool:
    return any(scheme.is_secret(leaf) for leaf in scheme.leaves())


def total_change(evaluation: Evaluation, old: Outcome, new: Outcome) -> str:
    """By how much the printed total is another; "" where it is the same."""
    change = Fraction(new.total) - Fraction(old.total)
    return _printed(change, evaluation.classes[new.class_id].head.decimals) if change else ""


def _printed(points: Fraction, digits: int) -> str:
    return ("+" if points > 0 else "") + published(points, digits)


def signed(points: Fraction) -> str:
    """Exact: with all digits, or with the fraction beside them."""
    sign = "+" if points > 0 else ""
    return sign + (plain(points) if is_fine(points) else f"{published(points, FINE)}（{sign}{plain(points)}）")


# --- a cause in sentences --------------------------------------------------------------------------------------------


def _texts(before: StoredRun, after: StoredRun, cause: Cause, marks: MarkTables) -> Iterator[str]:
    """Nothing for a cause that moves nothing by itself, such as the text of a document."""
    if cause.kind == "decision":
        yield from _decided(before, after, cause, marks)
    elif cause.kind == "submission":
        came, went = len(after.counted - before.counted), len(before.counted - after.counted)
        parts = [f"新计入报送表{came}份"] if came else []
        parts += [f"不再计入报送表{went}份"] if went else []
        yield f"{'，'.join(parts) or '报送的材料有变化'}。"
    elif cause.kind == "rules":
        yield "本年度的评估设置有调整。" if cause.file == FILE else "评估规则有调整。"
    elif cause.kind == "roster":
        yield "参评名单等基础数据有调整。"
    elif cause.kind == "result":
        yield "取用的其他评估的结果有更新。"
    elif cause.kind == "tool":
        yield "计分程序更新后重新计算。"


def _decided(before: StoredRun, after: StoredRun, cause: Cause, marks: MarkTables) -> Iterator[str]:
    """The line in the ledger of the run that has it; of one that was removed, that it holds no longer."""
    if cause.what == "removed":
        yield f"{cause.file}决定（{cause.at}）不再执行。"
        return
    for line in _lines(after.evaluation, cause):
        if said := decision_text(after.evaluation, line, marks):
            yield said


def _lines(evaluation: Evaluation, cause: Cause) -> list[Decision]:
    """The lines that a cause is about: of its kind and document, and of several the one that its texts name."""
    kind, said = kind_named(cause.file), folded(cause.after)
    ledger = (*evaluation.ledger, *evaluation.withdrawn)
    found = [each for each in ledger if each.kind == kind and folded(each.document) == folded(cause.at)]
    units = {unit.id: unit_names(unit) for unit in evaluation.roster.units}
    named = [
        each
        for each in found
        if (not each.unit or any(folded(name) in said for name in units.get(each.unit, ())))
        and all(folded(text) in said for text in (each.sheet, each.cell) if text)
        and (not each.file_hash or each.file_hash[:8] in cause.after)
    ]
    return named or found


def _is_open(after: StoredRun, cause: Cause, marks: MarkTables) -> bool:
    """Whether everybody may know what a cause moved: points that were given or taken, a mark that everybody may see."""
    if cause.kind != "decision" or cause.what == "removed":
        return False
    lines = _lines(after.evaluation, cause)
    return all(
        each.kind in ("bonus", "deduction")
        or (each.kind == "correction" and may_be_shown(after.evaluation, corrected_cell(each, *marks)))
        for each in lines
    )


# --- one decision -----------------------------------------------------------------------------------------------------


def decision_text(evaluation: Evaluation, line: Decision, marks: Sequence[pl.DataFrame]) -> str:
    """A decision in a sentence, with its document and day; "" for one that moves nothing."""
    said = in_words(evaluation, line)
    reason = one_line(line.reason).rstrip("。；")
    if line.kind in _ON_UNITS:
        what = _ON_UNITS[line.kind](said, line)
    elif line.kind in _ON_SHEETS:
        who = evaluator_of(evaluation, line, marks)
        named = who is not None and may_be_named(evaluation, who.role)
        what = _ON_SHEETS[line.kind].format(who=f"“{evaluation.roles[who.role]}”" if who and named else _SOMEBODY)
        reason = reason if named and line.kind != "waiver" else ""
    elif line.kind == "correction":
        what, reason = _corrected(evaluation, corrected_cell(line, *marks), reason)
    elif line.kind == "withdrawal":
        what, reason = f"撤回{line.before}的{said['after']}决定", ""
    else:
        return ""
    document = f"（{line.document}，{day_text(date.fromisoformat(line.date))}）"
    return "，".join(part for part in (reason, what) if part) + document + "。"


def _corrected(evaluation: Evaluation, cell: CorrectedCell, reason: str) -> tuple[str, str]:
    """What a correction says, and its reason where that may be known."""
    units = {unit.id: unit.name for unit in evaluation.roster.units}
    whose = f"{units[cell.unit]}的" if cell.unit in units else ""
    if not may_be_shown(evaluation, cell):
        return f"更正{whose}有关评分数据", ""
    component = evaluation.component(cell.class_id, cell.component).name
    return f"更正{whose}“{component}”的数据", reason
