"""What tells of a person is covered, and nothing else is."""

from __future__ import annotations

import pytest

from evaltool.reader.personal import COVER, covered, on_one_line

PERSONAL = {
    "电话13912345678，请答复": (f"电话{COVER}，请答复", "电话号码"),
    "139 1234 5678": (COVER, "电话号码"),
    "１３９１２３４５６７８": (COVER, "电话号码"),
    "一三九一二三四五六七八": (COVER, "电话号码"),
    "(0438)2123456": (COVER, "电话号码"),
    "电话：2123456": (f"电话：{COVER}", "电话号码"),
    "身份证22010219800101123x": (f"身份证{COVER}", "证件号或卡号"),
    "卡号6222 0202 0001 2345 678": (f"卡号{COVER}", "证件号或卡号"),
    "写信到a.b@163.com": (f"写信到{COVER}", "邮箱"),
    "吉A·12345乱停": (f"{COVER}乱停", "车牌号"),
    "吉AD12345乱停": (f"{COVER}乱停", "车牌号"),
    "微信号abc_12345": (f"微信号{COVER}", "网络账号"),
    "住3号楼2单元501室": (f"住{COVER}", "住址"),
    "我叫张三，办事难": (f"我叫{COVER}，办事难", "姓名"),
    "姓名：欧阳锋": (f"姓名：{COVER}", "姓名"),
    "办事难——李四": (f"办事难——{COVER}", "姓名"),
}


@pytest.mark.parametrize("text", PERSONAL)
def test_what_tells_of_a_person_is_covered_and_said(text: str) -> None:
    """The cover is always as long; what it was is named in words, never by its value."""
    expected, kind = PERSONAL[text]
    assert covered(text) == (expected, (kind,))


@pytest.mark.parametrize(
    "text",
    [
        "投资1234567元",
        "2027年12月31日前办结",
        "12345热线打不通",
        "申请人要带的材料太多",
        "名叫“春风”的活动",
        "增长12.5%",
        "3个窗口",
    ],
)
def test_what_tells_of_nobody_stays(text: str) -> None:
    """Figures, days, hotlines and people in general are what remarks are about."""
    assert covered(text) == (text, ())


def test_covering_twice_changes_nothing() -> None:
    """A text that was covered when it was read looks the same when it is printed."""
    for text in PERSONAL:
        once, _ = covered(text)
        assert covered(once) == (once, ())


def test_a_text_is_one_line_and_no_formula() -> None:
    """Invisible signs hide no number; nothing that a spreadsheet program would reckon begins it."""
    assert covered(on_one_line("139\u200b1234\u200b5678"))[0] == COVER
    assert on_one_line("=1+1") == "1+1"
    assert on_one_line(" - 窗口\n太少\t ") == "窗口 太少"
