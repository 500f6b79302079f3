"""The tab of decisions: every line of the ledger, whether a number moved by it or not."""

from __future__ import annotations

from evaltool.evaluation.in_words.decisions import in_words
from evaltool.ledger import ALWAYS
from evaltool.ledger.kinds import HEADERS
from evaltool.results.result import Result
from evaltool.views.tables import ShownColumn, table
from evaltool.workbook.parts import Frame, listing
from evaltool.workbook.tables import block
from evaltool.writers.book import Tab

_WIDTHS = {"document": 18, "reason": 32, "unit": 18, "evaluator": 18, "component": 18, "indicator": 18, "sheet": 16}
_NARROW = 11
WITHDRAWN = "（已撤回）"
_ALWAYS = {*ALWAYS, "unit"}  # shown even in an empty ledger


def ledger_tab(result: Result, title: str, made: Frame) -> Tab:
    """The ledger's columns that some line uses, names in the place of ids, in the order of days: without the others the
    page can be read when printed."""
    evaluation = result.evaluation
    ordered = sorted((*evaluation.ledger, *evaluation.withdrawn), key=lambda line: (line.date, line.document, line))
    said = [in_words(evaluation, line) for line in ordered]
    for words, line in zip(said, ordered, strict=True):
        words["kind"] += WITHDRAWN if line in evaluation.withdrawn else ""
    used = [each for each in HEADERS if each in _ALWAYS or any(words[each] for words in said)]
    columns = [_column(attribute) for attribute in used]
    listed = block(table(title, columns, [[words[each] for each in used] for words in said]))
    return listing(title, made, *listed[1:], still=2)


def _column(attribute: str) -> ShownColumn:
    wide = _WIDTHS.get(attribute)
    return ShownColumn(HEADERS[attribute], "text" if wide else "word", wide or _NARROW)
