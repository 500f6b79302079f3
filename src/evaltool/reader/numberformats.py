"""Which number format a cell's style index stands for.

Built-in numbers have no code in the file.  Those from 27 on mean dates in Chinese programs, and other things or
nothing elsewhere; the Chinese meaning is taken, because a score that Excel shows as a date here must be seen as one.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from evaltool.reader.cells import Formats
from evaltool.reader.markup import MAIN, Clock, Tree, elements, remembered
from evaltool.reader.refusals import Limits, refusal, too_much

_TREE: Tree = {"styleSheet": {"numFmts": {"numFmt": {}}, "cellXfs": {"xf": {}}}}
_YEAR_MONTH, _MONTH_DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_HOUR_MINUTE, _HALF_DAY = 'h"时"mm"分"', '上午/下午h"时"mm"分"'
# ECMA-376 part 1, 18.8.30
_BUILT_IN = {
    "0": "General",
    "1": "0",
    "2": "0.00",
    "3": "#,##0",
    "4": "#,##0.00",
    "5": '"¥"#,##0;"¥"\\-#,##0',
    "6": '"¥"#,##0;[Red]"¥"\\-#,##0',
    "7": '"¥"#,##0.00;"¥"\\-#,##0.00',
    "8": '"¥"#,##0.00;[Red]"¥"\\-#,##0.00',
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "12": "# ?/?",
    "13": "# ??/??",
    "14": "yyyy/m/d",
    "15": "d-mmm-yy",
    "16": "d-mmm",
    "17": "mmm-yy",
    "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM",
    "20": "h:mm",
    "21": "h:mm:ss",
    "22": "yyyy/m/d h:mm",
    "27": _YEAR_MONTH,
    "28": _MONTH_DAY,
    "29": _MONTH_DAY,
    "30": "m-d-yy",
    "31": 'yyyy"年"m"月"d"日"',
    "32": _HOUR_MINUTE,
    "33": f'{_HOUR_MINUTE}ss"秒"',
    "34": _HALF_DAY,
    "35": f'{_HALF_DAY}ss"秒"',
    "36": _YEAR_MONTH,
    "37": "#,##0;-#,##0",
    "38": "#,##0;[Red]-#,##0",
    "39": "#,##0.00;-#,##0.00",
    "40": "#,##0.00;[Red]-#,##0.00",
    "41": '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
    "42": '_ "¥"* #,##0_ ;_ "¥"* \\-#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    "43": '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    "44": '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    "45": "mm:ss",
    "46": "[h]:mm:ss",
    "47": "mm:ss.0",
    "48": "##0.0E+0",
    "49": "@",
    "50": _YEAR_MONTH,
    "51": _MONTH_DAY,
    "52": _YEAR_MONTH,
    "53": _MONTH_DAY,
    "54": _MONTH_DAY,
    "55": _HALF_DAY,
    "56": f'{_HALF_DAY}ss"秒"',
    "57": _YEAR_MONTH,
    "58": _MONTH_DAY,
}


def chinese(number: int) -> str:
    """The format of a number whose meaning differs by the language of the program, as Chinese ones have it."""
    return _BUILT_IN.get(str(number), "") if 27 <= number <= 36 or 50 <= number <= 58 else ""


@remembered(64)
def formats(data: bytes, part: str, limits: Limits, clock: Clock) -> Formats:
    """Format codes by style index; a style with an unknown format is left out."""
    codes = dict(_BUILT_IN)
    styles = Formats()
    count = 0
    own: set[str] = set()
    for one in elements(data, part, MAIN, _TREE, clock, limits.depth):
        if one.name == "numFmt":
            number, code = one.attributes.get("numFmtId", ""), one.attributes.get("formatCode", "")
            if number in own and codes[number] != code:
                raise refusal("FILE_CORRUPT", part=part, reason="twice")
            own.add(number)
            codes[number] = code
        elif one.name == "xf":
            code = codes.get(one.attributes.get("numFmtId", "0"), "")
            if code:
                styles[str(count)] = code
            count += 1
            if count > limits.styles:
                raise too_much("styles", count, limits.styles, part=part)
    return styles


EPOCH = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
_NO_DAY = 60  # the calendar from 1900 has a 29 February of that year
_DAYS = 100_000  # beyond, no calendar is meant


def day_of(number: Decimal, epoch: date) -> date | None:
    """The day that a number stands for where it is shown as a date; `epoch` is day 0 of the workbook's calendar."""
    days = int(number)
    if not 1 <= number < _DAYS or (epoch == EPOCH and days == _NO_DAY):
        return None
    return epoch + timedelta(days=days + (epoch == EPOCH and days < _NO_DAY))


def number_of(day: date) -> int:
    """The number that stands for a day in the calendar from 1900."""
    days = (day - EPOCH).days
    return days - (days <= _NO_DAY)


def looks_like_date(code: str) -> bool:
    """Whether a number format shows a date or a time."""
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code).lower()
    return "general" not in bare and any(sign in bare for sign in "ymdhs")


Display = Literal["", "percent", "date", "hides", "rounds"]
_PLAIN_FORMAT = re.compile(r"(general|@|[#0,]*(\.[0#]*)?)\Z", re.IGNORECASE)


def display(code: str, number: Decimal) -> Display:
    """Whether a cell of this format shows something else than the number that it holds: a percentage, a date, fewer
    digits ("rounds"), or whatever its format makes of it ("hides")."""
    first = code.split(";")[0]
    if "%" in first:  # a quoted or escaped one is only shown, and multiplies nothing
        bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", first)
        return "percent" if "%" in bare else "hides"
    if looks_like_date(first):
        return "date"
    bare = re.sub(r'\[[^\]]*\]|_.|\*.|\\.|"分"|\s', "", first)
    if not _PLAIN_FORMAT.match(bare) or bare.endswith(",") or code.strip(";") == "":
        return "hides"
    if bare.lower() in ("general", "@", ""):
        return ""
    shown = len(bare.split(".")[1]) if "." in bare else 0
    exponent = number.normalize().as_tuple().exponent
    return "rounds" if isinstance(exponent, int) and -exponent > shown else ""
