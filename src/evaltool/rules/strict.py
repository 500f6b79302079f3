"""How strictly rules are read: unknown keys are mistakes, numbers are exact and never text."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

from evaltool.names import day_in

_FRACTION = re.compile(r"(\d+)\s*[/／]\s*(\d+)")


def _exact(value: object) -> object:
    """30 and 30.0 are numbers; "30" and true are mistakes that a lenient reader would let pass."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("not_a_number", "should be a number")
    return Decimal(value)


def _proportion(value: object) -> Fraction:
    """A number, or in quotes a fraction whose decimals do not end: "2/3"."""
    if isinstance(value, str):
        found = _FRACTION.fullmatch(value.strip())
        if found is None or not int(found[2]):
            raise PydanticCustomError("not_a_proportion", "should be a number or a fraction")
        return Fraction(int(found[1]), int(found[2]))
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise PydanticCustomError("not_a_proportion", "should be a number or a fraction")
    return Fraction(value)


def _day(value: object) -> object:
    """A day as TOML has it, with a time or in quotes too."""
    if isinstance(value, str):
        found = day_in(value)
        if found is None:
            raise PydanticCustomError("date_type", "should be a date")
        return found
    return value.date() if isinstance(value, datetime) else value


StatedDay = Annotated[date, BeforeValidator(_day)]
Exact = Annotated[Decimal, BeforeValidator(_exact)]
Positive = Annotated[Exact, Field(gt=0)]
Percentage = Annotated[Exact, Field(ge=0, le=100)]
Count = Annotated[StrictInt, Field(ge=1)]
Proportion = Annotated[Fraction, PlainValidator(_proportion), Field(gt=0)]
"""A number above 0, which may be a fraction in quotes."""
Weight = Annotated[Fraction, PlainValidator(_proportion), Field(ge=0)]
Flag = StrictBool


class Strict(BaseModel):
    """Rules are read strictly: unknown keys are mistakes, numbers are exact."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)
