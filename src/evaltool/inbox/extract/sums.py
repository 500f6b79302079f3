"""Does the sum that a sheet states agree with its parts?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from evaltool.exact import plain
from evaltool.inbox.extract.parsing import Parsed
from evaltool.inbox.problems import Problem
from evaltool.questions.forms import FormLine, FormTable
from evaltool.reader import Sheet, address


def sum_differs(
    sheet: Sheet, table: FormTable, line: FormLine, said: Mapping[int, Parsed], number: int, spot: tuple[int, int]
) -> list[Problem]:
    """A stated sum that is not what its parts add up to; the parts count."""
    cell = sheet.cells.get(spot)
    if cell is None or cell.number is None:
        return []
    summed = table.summed(number)
    parts = [(said[at].value, table.columns[at].decimals) for at in summed if at in said]
    known = [Decimal(value).scaleb(-decimals) for value, decimals in parts if value is not None]
    total = sum(known, Decimal(0))
    if cell.number == total or len(known) < len(parts):
        return []
    return [
        Problem(
            "SUM_DIFFERS",
            sheet.title,
            address(*spot),
            line.unit,
            table.component,
            plain(cell.number),
            (("sum", plain(total)),),
        )
    ]
