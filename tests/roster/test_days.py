"""Days as people write them: read where they can be read in one way."""

from __future__ import annotations

from datetime import date

import pytest

from evaltool.names import day_in


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-20",
        "2027-1-20",
        "2027/1/20",
        "2027.1.20",
        "2027年1月20日",
        "2027年1月20",
        "2027 年 1 月 20 日",
        "２０２７．１．２０",
        "２０２７年０１月２０日",
        " 2027 / 1 / 20 ",
        "20270120",
        "2027-01-20T09:30:00",
        "2027/1/20 9:30",
        "2027-01-20 09:30:15.5+08:00",
        "2027年1月20日9时30分",
    ],
)
def test_year_month_day_in_this_order_is_a_day(text: str) -> None:
    """Whatever stands between them, in digits of any width, with a time behind or without."""
    assert day_in(text) == date(2027, 1, 20)


@pytest.mark.parametrize(
    "text", ["", "20/1/2027", "1/20/2027", "27-1-20", "2027-1", "2027-13-1", "2027-02-30", "2027-1/20", "明天", "46042"]
)
def test_what_can_be_read_in_two_ways_is_none(text: str) -> None:
    """Neither is a day that the calendar has not."""
    assert day_in(text) is None
