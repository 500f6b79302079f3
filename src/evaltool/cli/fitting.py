"""A table that fits the terminal: texts in several lines where a row is too wide, words and figures never cut in two.

Where not even the longest words of all columns have room beside each other, each row becomes a list of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaltool.cli.folding import aligned, cells, columns, folded_lines, pieces

GAP = 2


def widths(table: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """How wide each column may be (the head is the first row); None where there is no room for their words."""
    turned = list(zip(*table, strict=True))
    least = [max(_longest_word(text) for text in column) for column in turned]
    wanted = [max(max(map(cells, text.split("\n"))) for text in column) for column in turned]
    spare = room - sum(least) - GAP * (len(turned) - 1)
    if spare < 0:
        return None
    given = list(least)
    # those that need little get it first, so that only long texts are folded
    for left, at in zip(
        range(len(turned), 0, -1), sorted(range(len(turned)), key=lambda at: wanted[at] - least[at]), strict=True
    ):
        more = min(wanted[at] - least[at], spare // left)
        given[at] += more
        spare -= more
    return given


def folded_rows(table: Sequence[Sequence[str]], room: Sequence[int]) -> list[list[str]]:
    """The rows with line breaks where a text is wider than its column."""
    return [["\n".join(folded_lines(text, most)) for text, most in zip(row, room, strict=True)] for row in table]


def as_lists(table: Sequence[Sequence[str]], room: int) -> list[str]:
    """A row below the other, each as a list of headings and what stands below them."""
    head, *rows = table
    lines: list[str] = []
    for row in rows:
        said = [(label, text) for label, text in zip(head, row, strict=True) if text]
        lines += ["", *columns(said, room - 1)]
    return lines[1:]


def _longest_word(text: str) -> int:
    return max(
        (max(cells(piece.strip()), aligned(piece.strip())) for line in text.split("\n") for piece in pieces(line)),
        default=0,
    )
