"""Where the rules say how many voters judge a unit, that many cards have room, and that many are issued."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaltool.evaluation import load
from evaltool.findings import Finding
from evaltool.questions.forms import Form
from filling import Spot
from folders import make, return_all
from small_city import ROSTER, RULES, SETTINGS, says, taken

TWO_BATCHES = {**ROSTER, "批次": "评估主体,批次,评价卡数,范围\nV1,1,6,\nV1,2,6,甲局\n"}


def of_voters(findings: list[Finding]) -> list[tuple[str, str, str, str]]:
    return [(one.code, one.severity, one.message("zh"), one.cell) for one in findings if one.code.endswith("_VOTERS")]


def asked(folder: Path, voters: int, roster: dict[str, str] = ROSTER, issued: str = "6") -> list[Finding]:
    def said(form: Form, spot: Spot) -> object:
        return issued if spot.column.field == "issued" else says(form, spot)

    rules = RULES.replace('ballot = "card"', f'ballot = "card", voters = {voters}')
    return_all(make(folder, roster, {"d": rules}, SETTINGS), said)
    return load(folder)[1] + taken(folder)[2]


def test_as_many_cards_as_voters_are_enough(tmp_path: Path) -> None:
    """Six voters, six cards issued, of which one did not come back: nothing to say."""
    assert of_voters(asked(tmp_path, 6)) == []


def test_fewer_cards_issued_than_voters_block(tmp_path: Path) -> None:
    """Five cards for six voters are said once for the three units that stand on them, at the count."""
    said = of_voters(asked(tmp_path, 6, issued="5"))
    assert [one[:3] for one in said] == [
        ("CARDS_VOTERS", "error", "甲局等3个单位的评价卡一共发放 5 张，规则规定每个单位由 6 人评价")
    ]


def test_a_roster_with_too_little_room_is_said_before_sheets_go_out(tmp_path: Path) -> None:
    """The batches have six cards, the rules ten voters: a warning at the number of cards."""
    assert of_voters(asked(tmp_path, 10, issued="10"))[0] == (
        "ROSTER_VOTERS",
        "warning",
        "“民评”由每个单位 10 人评价，“批次”表给甲局等3个单位一共只留了 6 张评价卡",
        "C2",
    )


@pytest.mark.parametrize(("voters", "short"), [(6, []), (12, ["乙局等2个单位"]), (13, ["甲局", "乙局等2个单位"])])
def test_the_batches_about_a_unit_count_together(tmp_path: Path, voters: int, short: list[str]) -> None:
    """甲局 stands on the cards of two batches, the others on those of one."""
    said = [one for one in asked(tmp_path, voters, TWO_BATCHES) if one.code == "CARDS_VOTERS"]
    assert sorted(str(dict(one.args)["units"]) for one in said) == sorted(short)


def test_a_batch_that_is_not_in_yet_is_only_missing(tmp_path: Path) -> None:
    """Cards that may still come are not said to lack: once one of two batches is gone, 甲局 has none in full."""
    rules = RULES.replace('ballot = "card"', 'ballot = "card", voters = 13')
    return_all(make(tmp_path, TWO_BATCHES, {"d": rules}, SETTINGS), says)
    forms_in = sorted(path for path in (tmp_path / "inbox").iterdir() if "群众" in path.name)
    assert len(forms_in) == 2
    forms_in[1].unlink()
    assert [dict(one.args)["units"] for one in taken(tmp_path)[2] if one.code == "CARDS_VOTERS"] == ["乙局等2个单位"]
