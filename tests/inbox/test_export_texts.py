"""From a text file to rows: encodings, separators, the header's row, quotation marks, and files of any size."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from test_polls import SIMPLE

from evaltool.inbox.exports import texts
from evaltool.inbox.exports.blocks import RowBlock, gathered, in_blocks
from evaltool.inbox.exports.counting import read_export
from evaltool.inbox.exports.header import Columns
from evaltool.inbox.exports.linewise import lines_at_once
from evaltool.inbox.exports.shapes import ExportPart, Unusable
from evaltool.inbox.exports.texts import of_text

HEAD = "单位,评价\n"
COLUMNS = Columns(0, 2, 1, -1, 0, 1, -1, -1, ())
PLAIN = (False,)
"""Rows that say the same are not put together."""


def part(text: str | bytes, encoding: str = "utf-8") -> ExportPart:
    data = text.encode(encoding) if isinstance(text, str) else text
    return ExportPart("", "", data, size=len(data))


def refused(data: str | bytes) -> tuple[str, str]:
    with pytest.raises(Unusable) as unusable:
        list(of_text(part(data)).blocks(COLUMNS, *PLAIN))
    (one,) = unusable.value.problems
    return one.code, one.cell


def rows(data: str | bytes, columns: Columns = COLUMNS, encoding: str = "utf-8") -> list[tuple[object, ...]]:
    """Number, whether cells are lacking, and texts of each row below the header."""
    blocks = of_text(part(data, encoding)).blocks(columns, *PLAIN)
    return [row for block in blocks for row in block.frame.select("row", "lacks", pl.exclude("row", "lacks")).rows()]


SMALL = [(1 << 16, 16 << 20), (8, 16), (1, 1)]
"""Characters of the head, and bytes of a piece."""


@pytest.fixture(params=SMALL)
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the sizes are, the same must be read; `_HEAD` stays where the separator needs it."""
    monkeypatch.setattr(texts, "PIECE", request.param[1])


# --- header and rows -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_first_row_with_anything_in_it_is_the_header(encoding: str) -> None:
    """Blank lines above it are counted: what is said of a row must lead to it."""
    text = f"\n , \n\n{HEAD}甲局,满意\n\n乙局,一般"
    data = text.encode(encoding)
    if encoding.startswith("utf-16-"):
        data = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[encoding] + data
    file = of_text(part(data))
    assert file.header == (3, ["单位", "评价"])
    assert [one.code for one in file.problems] == (["SURVEY_GB18030"] if encoding == "gb18030" else [])
    assert rows(data, COLUMNS._replace(row=3)) == [(4, False, "甲局", "满意"), (6, False, "乙局", "一般")]


def test_the_header_may_stand_far_below_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row is the same whether the beginning or all of a piece has to be looked at."""
    text = f" , \n,\n , \n{HEAD}甲局,满意\n"
    for head in (3, 4, 5, 1 << 16):
        monkeypatch.setattr(texts, "_HEAD", head)
        assert of_text(part(text)).header == (3, ["单位", "评价"])


@pytest.mark.usefixtures("sizes")
def test_a_file_may_be_its_header_alone() -> None:
    """Without a line end, or with; one in which nothing stands is empty."""
    for text in ("单位,评价", HEAD, "\n\n单位,评价"):
        assert of_text(part(text)).header[1] == ["单位", "评价"]
        assert rows(text, COLUMNS._replace(row=of_text(part(text)).header[0])) == []
    for text in ("\n", " \n , \n", " , "):
        with pytest.raises(Unusable) as unusable:
            of_text(part(text))
        assert [(one.code, one.cell) for one in unusable.value.problems] == [("SURVEY_EMPTY", "1")]


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_cells_may_have_lines_and_separators_in_quotation_marks(ends: str) -> None:
    """A row is then several lines; rows are counted, not lines."""
    text = '"单\n位","评价"\n"甲,局","满""意"\n"乙\n\n局",一般\n丙局,"满意"\n'.replace("\n", ends)
    assert rows(text) == [
        (1, False, "甲,局", '满"意'),
        (2, False, f"乙{ends}{ends}局", "一般"),
        (3, False, "丙局", "满意"),
    ]


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (HEAD + '甲局,"满意\n乙局,一般\n', "3"),
        (HEAD + '甲局,满意\n乙局,"一般"x\n丙局,满意\n', "3"),
        (HEAD + '"甲\n局",满意\n乙局,"一般"x\n', "4"),
        (HEAD + '"甲\n局",满意\n丙局,一般\n乙局,"一般"x', "5"),
    ],
)
def test_a_quotation_mark_without_its_pair_is_said_at_its_line(text: str, cell: str) -> None:
    """By the number that an editor shows: lines, not rows."""
    assert refused(text) == ("TABLE_BROKEN", cell)


@pytest.mark.usefixtures("sizes")
def test_a_sign_that_no_text_has_is_said_at_its_row() -> None:
    assert refused(HEAD + "甲局,满意\n乙局,一\0般\n") == ("TABLE_BROKEN", "3")


def test_a_row_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quotation mark that is never closed takes in everything behind it: so far, and no further."""
    monkeypatch.setattr(texts, "PIECE", 8)
    monkeypatch.setattr(texts, "_LONGEST_ROW", 40)
    open_end = HEAD + '甲局,"' + "满意\n" * 30
    assert refused(open_end)[0] == "TABLE_BROKEN"
    assert refused(HEAD + "甲" * 30)[0] == "TABLE_BROKEN"
    assert refused((HEAD + "甲" * 30).encode("gb18030"))[0] == "TABLE_BROKEN"
    assert [row[3] for row in rows(HEAD + '甲局,"' + "满\n" * 5 + '"\n乙局,一般\n')] == ["满\n" * 5, "一般"]


# --- encodings -------------------------------------------------------------------------------------------------------


def test_what_is_no_text_in_any_encoding_is_refused() -> None:
    assert refused(b"\xff\xff\xff") == ("SURVEY_ENCODING", "")
    assert refused(codecs.BOM_UTF16_LE + b"a") == ("SURVEY_ENCODING", "")
    assert refused(HEAD.encode() + "甲局,满意".encode()[:-1]) == ("SURVEY_ENCODING", "")
    known = replace(part(HEAD), is_no_utf8=True)
    assert [one.code for one in of_text(replace(known, data=HEAD.encode("gb18030"))).problems] == ["SURVEY_GB18030"]


def test_a_large_file_is_known_by_how_it_begins(tmp_path: Path) -> None:
    """Where that is no UTF-8, all of it is looked at."""
    data = f"{HEAD}甲局,满意\n".encode("gb18030")
    path = tmp_path / "large"
    path.write_bytes(data)
    file = of_text(ExportPart("", "", data[:8], path, len(data)))
    assert ([one.code for one in file.problems], file.header) == (["SURVEY_GB18030"], (0, ["单位", "评价"]))


def test_a_large_file_that_begins_as_utf8_is_taken_for_it(tmp_path: Path) -> None:
    """Where it goes on as something else its rows say so; a small one is looked at as a whole first."""
    data = HEAD.encode() + "甲局,满意\n".encode("gb18030")
    path = tmp_path / "large"
    path.write_bytes(data)
    with pytest.raises(UnicodeDecodeError):
        list(of_text(ExportPart("", "", HEAD.encode(), path, len(data))).blocks(COLUMNS, *PLAIN))
    assert [one.code for one in of_text(part(data)).problems] == ["SURVEY_GB18030"]


# --- separators ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("单位,评价\n甲局,满意\n", ["单位", "评价"]),
        ("单位;评价\n甲局;满意\n", ["单位", "评价"]),
        ("单位\t评价\n甲局\t满意\n", ["单位", "评价"]),
        ("单位;评,价\n甲局;满意\n乙局;一般\n", ["单位", "评,价"]),
        ("单位;评,价\n\n ; \n甲局;满,意\n乙局;一,般,好\n丙;\n", ["单位", "评,价"]),
        ("单位;评,价\n甲局;满意\n乙局,一般", ["单位", "评,价"]),  # the last row may be cut off
        ('"单;位",评价\n甲局;满意\n', ["单;位", "评价"]),
        ("单位\n甲局\n", ["单位"]),
        ("单位\n甲,局\n", ["单位"]),
        ("SEP=;\n单位;评,价\n甲局;满意\n", ["单位", "评,价"]),
        ("sep=\t\n单位\t评,价\n甲局\t满意\n", ["单位", "评,价"]),
    ],
)
def test_what_parts_the_columns(text: str, header: list[str]) -> None:
    """By the header; where that could be several, by the rows below; or as the first line has it."""
    assert of_text(part(text)).header[1] == header


def test_a_stated_separator_is_no_row() -> None:
    """It is counted as one, so that rows keep their numbers."""
    assert of_text(part("sep=;\n单位;评价\n甲局;满意\n")).header == (1, ["单位", "评价"])
    stated_later = f"{HEAD}甲局,满意\nsep=,\n"
    assert rows(stated_later)[-1][2:] == ("sep=", "")


@pytest.mark.parametrize(
    "text", ["单;位,评价\n甲;局,满意\n乙;局,一般\n", "单;位,评价\n", "单;位,评价\n甲;局\n乙,局,丙\n丁;;戊\n"]
)
def test_what_could_part_the_columns_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(Unusable) as unusable:
        of_text(part(text))
    (one,) = unusable.value.problems
    assert (one.code, one.cell) == ("SURVEY_SEPARATOR", "1")
    assert dict(one.args) == {"marks": "逗号、分号", "marks_en": "commas, semicolons"}


# --- many lines at once ----------------------------------------------------------------------------------------------


def at_once(text: str, columns: Columns = COLUMNS, row: int = 5, **more: Any) -> tuple[list[Any], int] | None:
    found = lines_at_once(text.encode(), row, ",", columns, **({"alike": False} | more))
    return None if found is None else (found[0].frame.drop("lacks").rows(), found[1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲局,满意\n乙局,一般\n", [(5, "甲局", "满意"), (6, "乙局", "一般")]),
        ("甲局,满意\n乙局,一般", [(5, "甲局", "满意"), (6, "乙局", "一般")]),
        ("甲局,满意\r\n乙局,一般\r\n", [(5, "甲局", "满意"), (6, "乙局", "一般")]),
        ("甲局,\n,\n乙局,一般\n", [(5, "甲局", ""), (7, "乙局", "一般")]),
        (" ,\x1c\n乙局,一般\n", [(6, "乙局", "一般")]),
        ('"甲局","满意"\n"乙局",一般\n', [(5, "甲局", "满意"), (6, "乙局", "一般")]),
        ('"甲,局","满""意"\n"乙局",一般\n', [(5, "甲,局", '满"意'), (6, "乙局", "一般")]),
        ('"",""\n"乙局",一般\n', [(6, "乙局", "一般")]),
        ("甲局,满意,,\n乙局,一般,,\n", [(5, "甲局", "满意"), (6, "乙局", "一般")]),
    ],
)
def test_ordinary_lines_are_read_at_once(text: str, said: list[tuple[object, ...]]) -> None:
    """Each with its number; those in which nothing stands are left out."""
    assert at_once(text) == (said, text.rstrip("\n").count("\n") + 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "甲局\n",
        "甲局,满意,好\n乙局,一般,\n",
        "甲局,满意\n乙局\n",
        "甲局,满意\n乙局,一般,丙\n",
        "甲局,满意\r乙局,一般\n",
        "甲局,满\0意\n",
        '甲局,"满意\n乙局,一般"\n',
        '甲局,满"意\n',
        '甲局,"满意"好\n',
        '甲局,"\n乙局,"\n',
        '甲"局,"\n',
        '"甲局"\n',
        '"甲,局","满意"\n"乙局"\n',
        '"甲,局","满意"\n"乙局",一般,丙\n',
    ],
)
def test_whatever_is_not_proved_is_read_with_care(text: str) -> None:
    """Lines with more or fewer cells, something behind the last column, quotation marks that pair with none."""
    assert at_once(text) is None


def test_lines_that_say_the_same_are_one_with_their_number() -> None:
    found, lines = lines_at_once("甲局,满意\n乙局,一般\n甲局,满意\n".encode(), 5, ",", COLUMNS, alike=True) or (None, 0)
    assert found is not None
    assert (found.frame.select("row", "c0", "c1", "times").rows(), found.rows, lines) == (
        [(5, "甲局", "满意", 2), (6, "乙局", "一般", 1)],
        3,
        3,
    )


def test_a_cell_longer_than_the_careful_parser_takes_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csv.field_size_limit", lambda: 6)
    assert at_once("甲局,满意\n") is not None
    assert at_once("甲局,满意a\n") is None


def test_most_of_a_text_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of pieces with an odd line only that piece is read row by row, and the header's own."""
    made: list[bool] = []

    def noted(*args: Any, **more: Any) -> Any:
        found = lines_at_once(*args, **more)
        made.append(found is not None)
        return found

    monkeypatch.setattr(texts, "lines_at_once", noted)
    monkeypatch.setattr(texts, "PIECE", 30)
    text = HEAD + "甲局,满意\n" * 8 + '乙局,"一\n般"\n' + "甲局,满意\n" * 8
    said = rows(text)
    assert [row for row, *_ in said] == list(range(1, 18))
    assert (said[8], said[-1]) == ((9, False, "乙局", "一\n般"), (17, False, "甲局", "满意"))
    assert made.count(True) > made.count(False) > 0
    assert made[0]


# --- blocks ----------------------------------------------------------------------------------------------------------


def blocks(given: Sequence[tuple[int, list[str]]], *, ragged: bool) -> tuple[list[tuple[object, ...]], int, int]:
    made = list(in_blocks(given, COLUMNS._replace(width=3), ragged=ragged))
    return [row for each in made for row in each.frame.rows()], sum(each.misfits for each in made), made[0].first_misfit


def test_rows_that_do_not_fit_the_header_are_left_out_and_counted() -> None:
    """One cell too many with something in it, or one that ends before the last column that counts; the first is
    remembered."""
    given = [
        (0, ["单位", "评价", "备注"]),
        (1, ["甲局", "满意", "好", " "]),
        (2, ["甲局", "满意", "好", " ", "x"]),
        (3, ["甲局"]),
        (4, ["乙局", "一般"]),
        (5, [" ", ""]),
        (6, []),
    ]
    kept = [(1, False, "甲局", "满意"), (4, True, "乙局", "一般")]
    assert blocks(given, ragged=True) == (kept, 2, 2)
    assert blocks(given, ragged=False) == ([(row, False, *texts_) for row, _, *texts_ in kept], 2, 2)
    assert list(in_blocks(given[:1], COLUMNS, ragged=True)) == []


def test_rows_come_in_blocks_of_some_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaltool.inbox.exports.blocks.ROWS", 2)
    made = list(in_blocks([(at, ["甲局", "满意"]) for at in range(1, 6)], COLUMNS, ragged=True))
    assert [each.frame["row"].to_list() for each in made] == [[1, 2], [3, 4], [5]]
    assert [each.rows for each in made] == [2, 2, 1]


def test_small_blocks_are_put_together_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of rows that say the same, up to some size; others go through as they are, behind those before them."""
    monkeypatch.setattr("evaltool.inbox.exports.blocks.ROWS", 3)

    def little(*numbers: int) -> RowBlock:
        return RowBlock(pl.DataFrame({"row": numbers, "times": [2] * len(numbers)}))

    plain = RowBlock(pl.DataFrame({"row": [9]}), 4, 5)
    made = list(gathered([little(1), little(2, 3), little(4), plain, little(5), little(6)]))
    assert [each.frame["row"].to_list() for each in made] == [[1, 2, 3, 4], [9], [5, 6]]
    assert [(each.rows, each.misfits) for each in made] == [(8, 0), (5, 4), (4, 0)]
    assert list(gathered([])) == []


def test_a_whole_text_is_counted_with_its_misfits() -> None:
    """Rows that do not fit are read and refused; the finding stands at the first of them."""
    text = HEAD + "甲局,满意\n甲局\n甲局,满意,x\n"
    said, problems = read_export(text.encode(), SIMPLE)
    assert said is not None
    assert said.figures == (3, 3, 1, 0, 0, 2)
    assert [(one.code, one.cell, dict(one.args)["n"]) for one in problems] == [("SURVEY_ROW_LENGTH", "C3", "2")]
