"""The tab of decisions: every line of the ledger, whether a number moved by it or not."""

from __future__ import annotations

from evaltool.decision_words import in_words
from evaltool.decisions import Decision
from evaltool.decisions.kinds import HEADERS
from evaltool.evaluation import Evaluation
from evaltool.ranked.parts import Column, Frame, Row, listing, text, word
from evaltool.result import Result
from evaltool.workbook import Tab

_WIDTHS = {"document": 24, "reason": 40, "unit": 26, "evaluator": 26, "component": 26, "indicator": 26, "sheet": 24}
_NARROW = 12


def ledger_tab(result: Result, title: str, made: Frame) -> Tab:
    """The ledger's columns, names in the place of ids, in the order of days."""
    ordered = sorted(result.evaluation.ledger, key=lambda line: (line.date, line.document, line))
    columns = [Column(header, _WIDTHS.get(attribute, _NARROW)) for attribute, header in HEADERS.items()]
    return listing(title, made, columns, [_row(result.evaluation, line) for line in ordered], still=2)


def _row(evaluation: Evaluation, line: Decision) -> Row:
    said = in_words(evaluation, line)
    return [text(said[attribute]) if attribute in _WIDTHS else word(said[attribute]) for attribute in HEADERS]
