"""What a terminal of 80 columns shows: tables whose words are whole, in both languages, and a bar that counts."""

from __future__ import annotations

import io
from random import Random

import pytest
from rich.console import Console as Rich

from evaltool.cli.console import _bar, _draw_table
from evaltool.cli.folding import aligned
from evaltool.views.tables import of_texts

WORDS = (
    "inbox/L1-张三.xlsx",
    "市委委员、市纪委委员、市人大代表、市政协常委",
    "evaluator",
    "87.30",
    "3fa21b09",
    "",
    "审计局（2026年度）",
)
LONG = "no total has moved since run 0003; the roster was changed, and U012 was marked again by two evaluators"
ROOM = 80


def drawn(rows: list[tuple[str, ...]], heads: tuple[str, ...], room: int = ROOM) -> list[str]:
    stream = io.StringIO()
    _draw_table(Rich(file=stream, width=room, no_color=True), of_texts("标题", heads, rows, figures=(1,)))
    return stream.getvalue().split("\n")


@pytest.mark.parametrize("seed", range(12))
def test_tables_fit_and_cut_no_word(seed: int) -> None:
    """However many columns there are; what does not fit beside each other stands below each other."""
    dice = Random(seed)
    heads = tuple(
        dice.choice(["run", "评估主体", "document number", "state", "文件"]) for _ in range(dice.randint(2, 9))
    )
    rows = [tuple(dice.choice([*WORDS, LONG]) for _ in heads) for _ in range(4)]
    lines = drawn(rows, heads)
    assert max(map(aligned, lines)) <= ROOM
    whole = " ".join(lines)
    told = {word for row in rows for text in row for word in text.split() if word.isascii()}
    assert {word for word in told if word not in whole} == set()


def test_a_table_with_room_keeps_a_line_for_a_row() -> None:
    assert len(drawn([("甲", "1"), ("乙", "2")], ("单位", "名次"))) == 1 + 1 + 2 + 1


def test_the_bar_counts_and_stays_in_its_line() -> None:
    """With the number of things done and to be done, where they can be counted; a long path is cut at its file."""
    stream = io.StringIO()
    rich = Rich(file=stream, width=ROOM, force_terminal=True, no_color=True, color_system=None)
    with _bar(rich) as told:
        for stage in ("load", "ingest 120/523", f"outbox/{'很长的文件夹' * 20}/表[b].xlsx"):
            told(stage)
    said = stream.getvalue()
    assert "120/523" in said
    assert "表[b].xlsx" in said
    assert "很长的文件夹/" not in said
