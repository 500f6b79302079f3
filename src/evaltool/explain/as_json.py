"""An explanation for programs: exact numbers as "n/d" in lowest terms, printed ones as texts, null for none."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from evaltool.exact import exact
from evaltool.explain.explanation import ExplainedNode, Explanation
from evaltool.explain.measured import Measured
from evaltool.explain.sources import EvaluatorMarks
from evaltool.explain.voices import Voice


def as_value(explanation: Explanation) -> dict[str, Any]:
    """The whole explanation; `nodes` are rows of their own where rows are wanted."""
    one, near = explanation.standing, explanation.near
    return {
        "run": explanation.run,
        "code": explanation.code,
        "interim": explanation.interim,
        "evaluation": explanation.evaluation,
        "unit": {
            "id": one.unit.id,
            "name": one.unit.name,
            "class": one.unit.class_id,
            "group": one.unit.group,
            "group_name": explanation.group,
        },
        "total": one.text,
        "exact": exact(one.exact),
        "decimals": explanation.digits,
        "full": exact(explanation.full),
        "bonus": exact(one.bonus),
        "deduction": exact(one.deduction),
        **({} if one.climbed is None else {"first_rank": one.climbed.first, "climb": exact(one.reward)}),
        "ledger": [
            {
                "kind": each.decided.line.kind,
                "amount": exact(each.decided.points),
                "document": each.decided.line.document,
            }
            | {"date": each.decided.line.date, "reason": each.decided.line.reason, "deed": each.decided.line.deed}
            | {"named": each.decided.name, "counted": exact(each.counted)}
            for each in explanation.given
        ],
        "rank": one.rank,
        "ranked": explanation.ranked,
        "tie": one.tie,
        "grade": one.grade,
        "grade_by_total": one.grade_by_total,
        "veto": one.veto,
        "awards": [
            {"name": each.name, "label": each.label, "given": bool(each.label), "rule": each.rule, "why": each.why}
            for each in explanation.awards
        ],
        "margin": {
            "next_grade": _gap(near.missing),
            "above_grade": _gap(near.spare),
            "before": _gap(near.before),
            "after": _gap(near.after),
        },
        "said": list(explanation.said),
        "notes": list(explanation.notes),
        "nodes": [node_value(node) for node in explanation.nodes],
    }


def node_value(node: ExplainedNode) -> dict[str, Any]:
    return {
        "id": node.id,
        "name": node.name,
        "in": node.parent if node.id else None,
        "state": node.state,
        "stated_weight": exact(node.stated),
        "weight": exact(node.weight),
        "share": _number(node.share),
        "unrounded": _number(node.unrounded),
        "round": node.digits,
        "points": _number(node.points),
        "basis": node.basis,
        "weight_to": list(node.takers),
        "said": list(node.said),
        "coded": node.is_coded,
        "evaluators": [_voice(each) for each in node.voices],
        "cards": [
            {"evaluator": each.evaluator, "batch": each.batch, "file": each.file, "counts": dict(each.counts)}
            for each in node.cards
        ],
        "lines": [_line(each) for each in node.lines],
    }


def _voice(voice: Voice) -> dict[str, Any]:
    return {
        "evaluator": voice.evaluator,
        "share": _number(voice.share),
        "absence": voice.absence,
        "left_out": voice.left_out,
        "months": voice.months,
        "said": list(voice.said),
        "marks": [mark for sheet in voice.sheets for mark in _marks(sheet)],
    }


def _marks(sheet: EvaluatorMarks) -> Iterator[dict[str, Any]]:
    for mark in sheet.marks:
        yield {
            "evaluator": sheet.evaluator,
            "indicator": mark.indicator,
            "full": mark.full,
            "repeat": mark.repeat,
            "said": mark.said,
            "file": sheet.file,
            "sheet": sheet.sheet,
            "cell": mark.cell,
            "decision": mark.decision,
            **({"reason": mark.reason} if mark.reason else {}),
        }


def _line(line: Measured) -> dict[str, Any]:
    return {
        "indicator": line.line.name,
        "method": line.method,
        "repeat": line.repeat,
        "said": line.said,
        "full": exact(line.line.full),
        "target": _number(line.line.target),
        "base": _number(line.base),
        "share": _number(line.share),
        "points": None if line.share is None else exact(line.share * line.line.full),
        "calculation": line.calculation,
        **({"reckoned": line.reckoned} if line.reckoned else {}),
    }


def _gap(gap: tuple[str, Fraction] | None) -> dict[str, str] | None:
    return None if gap is None else {"name": gap[0], "points": exact(gap[1])}


def _number(value: Fraction | None) -> str | None:
    return None if value is None else exact(value)
