"""Document numbers and dates as GB/T 9704-2012 has them written: 某政发〔2026〕12号, 2026年1月5日."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from evaltool.names import day_in

NUMBER = re.compile(r"(.+〔\d{4}〕)([1-9]\d*)号")


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
    if value == "":
        return None
    found = day_in(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("document_day", "not a day")
    return found


DocumentNumber = Annotated[str, BeforeValidator(_number)]
Day = Annotated[date | None, BeforeValidator(_day)]
