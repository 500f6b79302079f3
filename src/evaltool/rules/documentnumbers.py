"""Document numbers and dates as GB/T 9704-2012 has them written: 某政发〔2026〕12号, 2026年1月5日."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

NUMBER = re.compile(r"(.+〔\d{4}〕)([1-9]\d*)号")
_DAY = re.compile(r"(\d{4})年([1-9]\d?)月([1-9]\d?)日|(\d{4})-(\d{2})-(\d{2})")


def following(number: str, steps: int) -> str:
    """The number so many places after a stated first one; "" where none is stated."""
    found = NUMBER.fullmatch(number)
    return f"{found[1]}{int(found[2]) + steps}号" if found else ""


def day_text(day: date | None) -> str:
    """Arabic digits without leading zeros; "" for no day."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _number(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else None
    if text is None or (text and not NUMBER.fullmatch(text)):
        raise PydanticCustomError("document_number", "not a document number")
    return text


def _day(value: Any) -> date | None:
    """A day as TOML has it, or in words as a document has it; nothing for an empty text."""
    if isinstance(value, date) or value is None:
        return value
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    if value == "":
        return None
    try:
        year, month, day = (int(part) for part in found.groups() if part) if found else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise PydanticCustomError("document_day", "not a day") from None


DocumentNumber = Annotated[str, BeforeValidator(_number)]
Day = Annotated[date | None, BeforeValidator(_day)]
