"""Polls of any size: the same counts from one file or many parts, as a table, a text or a workbook, in any order, with
rows that wait on disk; and what nobody should be able to do to it."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_surveys import LONG, ROSTER, ballots, numbers, prepare, put, said, sheet, taken, with_rule

from evaltool.cli.summary import survey_table
from evaltool.findings import Refused
from evaltool.inbox.exports import alike, comments, settling, texts
from evaltool.inbox.exports.counting import count_export
from evaltool.inbox.exports.respondents import moments
from evaltool.inbox.exports.settling import HELD
from evaltool.inbox.exports.shapes import Export, ExportPart, PartSaid, Question, SurveyAnswers
from folders import decide
from plain_polls import PlainRow, plainly_counted
from small_city import LEDGER
from terminal import environment

CHOICES = ("满意", "一般", "不了解")
UNITS = {"甲局": "A", "乙局": "B", "丙局": "C"}
TOLD = {"甲局": "A", "甲办": "A", "乙局": "B", "丙局": "C"}
RULES = ("all", "first", "last", "refuse")


QUESTION = Question("d", "q", "问", CHOICES, "all")
SIMPLE = Export(
    evaluator="V",
    file="x",
    wide=False,
    respondent="",
    unit="单位",
    choice="评价",
    point="",
    time="",
    unused=(),
    names=TOLD,
    asked={"A": ("甲局", 0)},
    questions=(QUESTION,),
)


def export(rules: Sequence[str], *, wide: bool = False, timed: bool = False, order: bool = False) -> Export:
    """Three units, each with a rule of its own about repeats."""
    questions = tuple(Question("d", f"q{at}", f"问{at}", CHOICES, rule) for at, rule in enumerate(rules))  # type: ignore[arg-type]
    asked = {unit: (name, at) for at, (name, unit) in enumerate(UNITS.items())}
    unit, choice = ("", "") if wide else ("单位", "评价")
    time, number = "时间" if timed else "", "序号" if order else ""
    return Export("V", "x", wide, "编号", unit, choice, "点", time, (), TOLD, asked, questions, {"意见": ""}, number)


def drawn(seed: int, n: int, *, wide: bool, parts: int = 1) -> list[PlainRow]:
    """Rows with everything that rows can be, those of a part one after the other."""
    dice = random.Random(seed)
    rows = []
    for at in range(n):
        names = list(UNITS) if wide else [dice.choice([*TOLD, " 甲局", "丁局", ""])]
        choices = [*CHOICES, "", " 满意 ", "很好", "="]
        who = dice.choice(["", "A-1", "张三", *(str(each) for each in range(n // 2))])
        point = dice.choice(["东", "西", ""] if dice.random() < 0.3 else ["东", "西"])
        when = dice.choice([None, *range(5)])
        comment = f"话{dice.randrange(3)}" if dice.random() < 0.3 else ""
        said = tuple((name, dice.choice(choices)) for name in names)
        rows.append(PlainRow(f"p{at * parts // n}", who, point, when, said, comment))
    return rows


def table(rows: Sequence[PlainRow], *, wide: bool) -> list[list[str]]:
    header = ["编号", "点", "时间", "序号", "意见", *(UNITS if wide else ("单位", "评价"))]
    lines = [header]
    for row in rows:
        time = (
            ""
            if row.when is None
            else f"2026-11-{row.when // 1000 + 1:02} 09:{row.when // 60 % 60:02}:{row.when % 60:02}"
        )
        number = "" if row.when is None else str(row.when)
        said = [choice for _, choice in row.said] if wide else [*row.said[0]]
        lines.append([row.who, row.point, time, number, row.comment, *said])
    return lines


def as_text(lines: Sequence[Sequence[str]], quoting: Any = csv.QUOTE_MINIMAL, encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(lines)
    return out.getvalue().encode(encoding)


def as_parquet(lines: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    columns = zip(*lines, strict=True)
    pl.DataFrame({name: pl.Series(cells, dtype=pl.String) for name, *cells in columns}).write_parquet(out)
    return out.getvalue()


def asked(rules: Sequence[str], *, wide: bool, timed: bool, order: bool) -> Export:
    """The same, with the columns that are not used put aside."""
    made = export(rules, wide=wide, timed=timed, order=order)
    unused = tuple(name for name, used in (("时间", timed), ("序号", order)) if not used)
    return replace(made, unused=unused)


def counted(parts: Sequence[tuple[str, bytes]], wanted: Export, held: int = HELD) -> list[PartSaid]:
    return count_export([ExportPart(name, name, data, size=len(data)) for name, data in parts], wanted, held)


def whole(said_: Sequence[PartSaid]) -> SurveyAnswers:
    answers = said_[0].answers
    assert answers is not None and answers.whole is not None
    return answers.whole


def mistakes(said_: Sequence[PartSaid]) -> list[tuple[object, ...]]:
    """What is wrong and how often, wherever it was met first; encodings are not about answers."""
    problems = [each for part in said_ for each in part.problems if each.code != "SURVEY_GB18030"]
    return sorted((each.code, each.value, each.unit, each.args) for each in problems)


def in_parts(rows: Sequence[PlainRow], *, wide: bool) -> dict[str, list[list[str]]]:
    names = dict.fromkeys(row.part for row in rows)
    return {name: table([row for row in rows if row.part == name], wide=wide) for name in names}


# --- exactness -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(("timed", "order"), [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("held", [HELD, 1])
def test_every_policy_counts_as_plain_loops_do(
    wide: bool, timed: bool, order: bool, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers with blanks, other names, strange choices, nobody, no point, people who answer again in the same part and
    in another, each unit by its own rule: counts, fates of each part and comments, in memory and from disk."""
    monkeypatch.setattr(settling, "_FILES", 3)
    for seed in range(3):
        dice = random.Random(seed)
        rules = [dice.choice(RULES) for _ in UNITS]
        rows = drawn(seed, 60, wide=wide, parts=1 + seed % 3)
        plain = plainly_counted(rows, TOLD, dict(zip("ABC", rules, strict=True)), CHOICES, timed=timed or order)
        parts = in_parts(rows, wide=wide)
        said_ = counted(
            [(name, as_text(lines)) for name, lines in parts.items()],
            asked(rules, wide=wide, timed=timed, order=order),
            held,
        )
        made = whole(said_)
        assert {(one.unit, one.point, one.choice): one.answers for one in made.counts} == plain.counts
        for name, part in zip(parts, said_, strict=True):
            answers, own = part.answers, plain.fates[name]
            assert answers is not None
            figures = answers.counted, answers.repeated, answers.blank, answers.refused
            assert figures == tuple(own[fate] for fate in ("counted", "repeated", "blank", "refused")), (seed, name)
            assert answers.read == sum(figures)
        assert {(one.unit, one.text): one.times for one in made.comments} == plain.comments
        assert made.read == sum(map(Counter.total, plain.fates.values()))


@pytest.mark.parametrize("wide", [False, True])
def test_one_file_or_many_parts_of_any_kind_say_the_same(wide: bool) -> None:
    """Parquet, text in three encodings with and without quotation marks, a workbook: where a column of times tells who
    was first, neither the parts nor their order nor that of their rows matters."""
    rows = drawn(7, 80, wide=wide)
    rows = [PlainRow(f"p{at % 5}", r.who, r.point, at, r.said, r.comment) for at, r in enumerate(rows)]
    wanted = asked(["first", "last", "refuse"], wide=wide, timed=True, order=False)
    one = counted([("p", as_text(table(rows, wide=wide)))], wanted)
    ways: list[Callable[[list[list[str]]], bytes]] = [
        as_parquet,
        lambda lines: as_text(lines, csv.QUOTE_ALL),
        lambda lines: as_text(lines, encoding="gb18030"),
        lambda lines: as_text(lines, encoding="utf-16"),
        sheet,
    ]
    mixed = random.Random(1).sample(rows, len(rows))
    parts = [(name, way(lines)) for way, (name, lines) in zip(ways, in_parts(mixed, wide=wide).items(), strict=True)]
    several = counted(parts, wanted, held=1)
    turned = counted(parts[::-1], wanted)
    assert whole(one) == whole(several) == whole(turned)
    assert mistakes(one) == mistakes(several)
    assert [each.problems for each in several] == [each.problems for each in turned[::-1]]


@given(
    st.lists(st.lists(st.text(alphabet='ab",;\n\r =满\u3000\t\x1c', max_size=4), min_size=3, max_size=4), max_size=12)
)
@example([["", "", "\x1c"]])
@settings(max_examples=40, deadline=None)
def test_quick_and_careful_reading_say_the_same(lines: list[list[str]]) -> None:
    """Whatever stands in the cells, a piece read at once gives what the strict parser gives row by row; where it is not
    sure, it says so."""
    wanted = replace(SIMPLE, unused=("甲",))
    for data in (as_text([["单位", "评价", "甲"], *lines]), as_text([["单位", "评价", "甲"], *lines], csv.QUOTE_ALL)):
        quick = counted([("p", data)], wanted)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(texts, "lines_at_once", lambda *_, **__: None)
            assert counted([("p", data)], wanted) == quick


QUESTION = Question("d", "q", "问", CHOICES, "all")


@pytest.mark.parametrize(
    "bad", ['1,"满意"x', '1,"满意', "1,满意,3,4", "1", 'x"y,满意', "", '"a\nb",满意', '"a,b",满意', '"",""']
)
def test_an_odd_line_among_many_is_read_with_care(bad: str) -> None:
    """Pieces of some lines each, of which one has a line that is no plain row: the others stay quick and all rows keep
    their numbers."""
    wanted = SIMPLE
    text = "单位,评价\n" + "甲局,满意\n" * 40 + f"{bad}\n" + "甲局,一般\n" * 40 + "甲局,怪\n"
    at_once = counted([("p", text.encode())], wanted)
    before = texts.PIECE
    try:
        texts.PIECE = 64
        assert counted([("p", text.encode())], wanted) == at_once
    finally:
        texts.PIECE = before


# --- parts -----------------------------------------------------------------------------------------------------------

PLAIN = LONG.replace('ignore = ["备注"]\npersonal = ["姓名", "电话"]\n', "")
IN_PARTS = PLAIN.replace("满意度调查.csv", "满意度调查-*.csv")
HEAD = "问卷编号,被评单位,评价\n"


def test_parts_are_one_export(tmp_path: Path) -> None:
    """Every part is counted and has its own account; the ballots are those of all."""
    folder = prepare(tmp_path, IN_PARTS)
    put(folder, HEAD + "1,甲局,满意\n2,乙局,\n", "满意度调查-1.csv")
    put(folder, HEAD + "3,甲局,满意\n", "东区/满意度调查-2.csv")
    _, intake, made, findings = taken(folder)
    assert findings == []
    assert ballots(intake) == {("A", "", "满意"): 2, ("B", "", ""): 1}
    assert [(one.file, one.read, one.counted, one.blank) for one in made.surveys] == [
        ("inbox/东区/满意度调查-2.csv", 1, 1, 0),
        ("inbox/满意度调查-1.csv", 2, 1, 1),
    ]
    assert {each.became for each in made.files if each.evaluator == "V1"} == {"counted"}


def test_an_export_in_many_parts_is_one_line_on_the_terminal(tmp_path: Path) -> None:
    """A thousand parts would push everything else off the screen; its line has the sums of all of them."""
    folder = prepare(tmp_path, IN_PARTS)
    for at in range(21):
        put(folder, HEAD + f"{at},甲局,满意\n{at}x,乙局,\n", f"满意度调查-{at}.csv")
    evaluation, _, made, _ = taken(folder)
    ((_, file, *figures),) = survey_table(evaluation, made).rows
    assert "21" in str(file) and figures == [42, 42, 21, 0, 21, 0]
    few = replace(made, surveys=made.surveys[:20])
    assert len(survey_table(evaluation, few).rows) == 20


def test_who_answers_in_two_parts_needs_a_column_of_times(tmp_path: Path) -> None:
    """Files have no order: the finding says what would give them one, and with it the later answer counts."""
    folder = prepare(tmp_path / "a", IN_PARTS, with_rule('repeated = "last"'))
    put(folder, HEAD + "1,甲局,满意\n1,甲局,一般\n2,乙局,一般\n", "满意度调查-1.csv")
    put(folder, HEAD + "2,乙局,满意\n", "满意度调查-2.csv")
    _, intake, _, findings = taken(folder)
    assert [(each.code, each.cell, dict(each.args)["n"]) for each in findings] == [("SURVEY_PARTS_ORDER", "A4", "2")]
    assert ballots(intake) == {("A", "", "一般"): 1}
    folder = prepare(tmp_path / "b", IN_PARTS + 'order = "序号"\n', with_rule('repeated = "last"'))
    put(folder, "序号," + HEAD + "10,1,甲局,满意\n9,1,甲局,一般\n", "满意度调查-1.csv")
    put(folder, "序号," + HEAD + "100,1,甲局,不了解\n", "满意度调查-2.csv")
    _, intake, _, findings = taken(folder)
    assert (ballots(intake), findings) == ({("A", "", "不了解"): 1}, [])


def test_two_versions_of_a_part_need_a_decision(tmp_path: Path) -> None:
    """The other parts count; excluding one version by its hash settles it; the same from another program is a copy."""
    folder = prepare(tmp_path, IN_PARTS, with_rule('repeated = "first"'))
    put(folder, HEAD + "1,甲局,满意\n", "满意度调查-1.csv")
    old = put(folder, HEAD + "2,甲局,满意\n", "旧/满意度调查-2.csv")
    put(folder, HEAD + "2,甲局,一般\n", "满意度调查-2.csv")
    _, intake, _, findings = taken(folder)
    assert [each.code for each in findings] == ["SUBMISSION_CONFLICT"]
    assert ballots(intake) == {("A", "", "满意"): 1}
    digest = hashlib.sha256(old.read_bytes()).hexdigest()
    decide(folder, LEDGER + f"排除,1号,2027-01-01,重新导出,,,{digest},,,,\n")
    put(folder, (HEAD + "2,甲局,一般\n").encode("gb18030"), "GBK/满意度调查-2.csv")
    _, intake, made, findings = taken(folder)
    assert [each.severity for each in findings] == ["note"] * len(findings)
    assert ballots(intake) == {("A", "", "满意"): 1, ("A", "", "一般"): 1}
    assert sorted(each.became for each in made.files if each.evaluator == "V1") == [
        "copy",
        "counted",
        "counted",
        "excluded",
    ]


def test_the_same_part_twice_is_said(tmp_path: Path) -> None:
    """Two parts that are the same byte by byte count once, with a warning; one that lies in two folders is a copy."""
    folder = prepare(tmp_path, IN_PARTS)
    for name in ("满意度调查-1.csv", "满意度调查-2.csv", "副本/满意度调查-1.csv"):
        put(folder, HEAD + "1,甲局,满意\n", name)
    _, intake, _, findings = taken(folder)
    assert sorted(each.code for each in findings) == ["FILE_DUPLICATE", "FILE_DUPLICATE", "SURVEY_PART_TWICE"]
    assert ballots(intake) == {("A", "", "满意"): 1}


def test_a_broken_part_leaves_the_others(tmp_path: Path) -> None:
    """A part that breaks off in the middle counts for nothing and blocks; the rest counts as if it were not there."""
    folder = prepare(tmp_path, IN_PARTS, with_rule('repeated = "first"'))
    put(folder, HEAD + '1,甲局,满意\n2,"甲局,满意\n', "满意度调查-1.csv")
    put(folder, HEAD + "1,甲局,一般\n", "满意度调查-2.csv")
    _, intake, made, findings = taken(folder)
    assert [(each.code, each.blocks) for each in findings] == [("TABLE_BROKEN", True)]
    assert ballots(intake) == {("A", "", "一般"): 1}
    assert numbers(made) == (1, 1, 1, 0, 0, 0)


# --- Parquet ---------------------------------------------------------------------------------------------------------

PARQUET = PLAIN.replace(".csv", ".parquet")


def parquet(**columns: object) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns, strict=False).write_parquet(out)
    return out.getvalue()


def test_a_parquet_export_is_counted(tmp_path: Path) -> None:
    """Numbers, categories and missing values are read as what a spreadsheet would show."""
    folder = prepare(tmp_path, PARQUET, with_rule('repeated = "last"'))
    data = parquet(
        问卷编号=[7, 7, 8, 9],
        被评单位=pl.Series(["甲局", "甲局", "乙局", "甲办"], dtype=pl.Categorical),
        评价=["满意", "一般", None, "满意"],
    )
    put(folder, data, "满意度调查.parquet")
    _, intake, made, findings = taken(folder)
    assert findings == []
    assert ballots(intake) == {("A", "", "一般"): 1, ("B", "", ""): 1, ("A", "", "满意"): 1}
    assert numbers(made) == (4, 4, 2, 1, 1, 0)


@pytest.mark.parametrize("rows", [1, 2, 3, 6, 100])
def test_a_parquet_file_is_one_in_whatever_stretches_it_is_read(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row counts once, and what is wrong is named by its row in the file."""
    monkeypatch.setattr("evaltool.inbox.exports.parquet._STRETCH", rows)
    units = ["甲局", "甲局", "甲局", "丁局", "甲局", "丁局", "甲局"]
    data = parquet(单位=units, 评价=["满意"] * 5 + ["一般"] * 2)
    (made,) = count_export([ExportPart("x.parquet", "x.parquet", data)], SIMPLE)
    assert made.answers and made.answers.whole
    assert {one.choice: one.answers for one in made.answers.whole.counts} == {"满意": 4, "一般": 1}
    assert [(one.code, one.cell) for one in made.problems] == [("SURVEY_UNIT_UNKNOWN", "A5")]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"评价": [1.5, float("nan")]}, [("SURVEY_CELL_BROKEN", "C3", ""), ("SURVEY_CHOICE_UNKNOWN", "C2", "1.5")]),
        ({"评价": [["满意"], ["满意"]]}, [("SURVEY_COLUMN_TYPE", "C1", "评价")]),
        ({"评价": [b"\xff\xfe", "满意".encode()]}, [("SURVEY_CELL_BROKEN", "C2", "")]),
        ({"评价": [True, False]}, [("SURVEY_COLUMN_TYPE", "C1", "评价")]),
        ({"评价": ["=HYPERLINK(1)", "x" * 500_000]}, None),
        ({"问卷编号": [4.21e17, 4.21e17]}, [("SURVEY_RESPONDENT_ROUNDED", "A2", "")]),
    ],
)
def test_types_that_say_no_choice_are_findings(
    columns: dict[str, object], expected: list[tuple[str, str, str]] | None, tmp_path: Path
) -> None:
    """Lists, flags, bytes, numbers without a value: named with row and column, never guessed, never shown at length."""
    folder = prepare(tmp_path, PARQUET, with_rule('repeated = "last"'))
    plain: dict[str, object] = {"问卷编号": [1, 2], "被评单位": ["甲局", "甲局"], "评价": ["满意", "满意"]}
    put(folder, parquet(**(plain | columns)), "满意度调查.parquet")
    findings = taken(folder)[3]
    if expected is None:
        assert [each.code for each in findings] == ["SURVEY_CHOICE_UNKNOWN"] * 2
        assert all(len(each.value) <= 80 for each in findings)
    else:
        assert said(findings) == expected


@pytest.mark.parametrize("cut", [5, 60, -60, -9])
def test_a_damaged_parquet_is_one_finding(cut: int, tmp_path: Path) -> None:
    """Cut off or overwritten anywhere: the file is refused with its reason, nothing crashes."""
    data = parquet(问卷编号=list(range(500)), 被评单位=["甲局"] * 500, 评价=["满意"] * 500)
    for at, wrong in enumerate((data[:cut], data[:cut] + b"\xff" * 40 + data[cut:][40:])):
        folder = prepare(tmp_path / str(at), PARQUET)
        put(folder, wrong, "满意度调查.parquet")
        assert {each.code for each in taken(folder)[3]} <= {
            "FILE_CORRUPT",
            "SURVEY_HEADER",
            "SURVEY_CHOICE_UNKNOWN",
            "SURVEY_REPEATED",
        }


# --- size ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_file_that_is_not_held_in_memory_is_counted(tmp_path: Path) -> None:
    """Above what the reader takes at once, a text is hashed, kept and counted piece by piece; the record has it."""
    folder = prepare(tmp_path, PLAIN, with_rule('repeated = "first"'))
    lines = "".join(f"{at // 2},{'甲局' if at % 4 < 2 else '乙局'},{CHOICES[at % 3]}\n" for at in range(4_000))
    path = put(folder, HEAD + lines + (" " * 100_000 + "\n") * 220)
    assert path.stat().st_size > 20 << 20
    _, intake, made, findings = taken(folder)
    assert findings == []
    assert numbers(made)[:4] == (4_000, 4_000, made.surveys[0].counted, 2_000)
    assert sum(ballots(intake).values()) == 2_000
    path.unlink()
    assert numbers(taken(folder)[2]) == numbers(made)


@pytest.mark.parametrize("is_text", [True, False])
def test_a_large_text_is_no_utf8_below_its_beginning(is_text: bool, tmp_path: Path) -> None:
    """Plain letters at the head tell no encoding: all parts are counted once more, or this one is refused."""
    wanted = replace(SIMPLE, unit="unit", choice="choice")
    head, path = b"unit,choice\n", tmp_path / "large"
    path.write_bytes(head + ("甲局,满意\n甲局,\n".encode("gb18030") if is_text else b"\xff,\xff\n") * 3)
    parts = [
        ExportPart("a", "a", head, path, path.stat().st_size),
        ExportPart("b", "b", "unit,choice\n甲局,一般\n".encode()),
    ]
    large, other = count_export(parts, wanted)
    assert other.answers is not None and other.answers.counted == 1
    if is_text:
        assert large.answers is not None and large.answers.figures == (6, 6, 3, 0, 3, 0)
        assert [each.code for each in large.problems] == ["SURVEY_GB18030"]
        assert {one.choice: one.answers for one in whole([large]).counts} == {"满意": 3, "": 3, "一般": 1}
    else:
        assert (large.answers, [each.code for each in large.problems]) == (None, ["SURVEY_ENCODING"])


def test_rows_that_say_the_same_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thing said once, with how many said it and the first row; so too if all of them had the same number."""
    texts_ = {"c1": ["甲", "乙", "甲", "", "乙", "甲"], "c2": ["乙", "甲", "乙", "", "甲", "甲"]}
    rows = pl.DataFrame({"row": range(7, 13), **texts_}, schema_overrides={"row": pl.UInt32})
    expected = [(7, "甲", "乙", 2), (8, "乙", "甲", 2), (10, "", "", 1), (12, "甲", "甲", 1)]
    assert alike.together(rows.lazy()).rows() == expected
    made = iter([pl.lit(1, pl.UInt64), pl.col("row").cast(pl.UInt64)])
    monkeypatch.setattr(alike, "_mixed", lambda _: next(made))
    assert alike.together(rows.lazy()).rows() == expected


def test_no_words_are_left_by_a_process_that_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that wait on disk lie in a folder that nobody else can look into; the next process takes it away."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = "from evaltool.files.scratch import *; import os; made = scratch_folder(); print(made.name, flush=True); "
    killed = subprocess.run(
        [sys.executable, "-c", code + "os.kill(os.getpid(), 9)"],
        env=environment(TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    left = Path(killed.stdout.strip())
    assert left.parent == tmp_path and left.stat().st_mode & 0o777 == 0o700
    rows = settling.HeldRows(most=0)
    rows.add(pl.DataFrame({"h1": [1], "h2": [2], "t0": ["话"]}, schema_overrides={"h1": pl.UInt64}))
    (own,) = tmp_path.iterdir()
    assert own != left and own.name.startswith(f"evaltool-{os.getpid()}-") and list(own.iterdir())
    rows.away()
    assert not own.exists()


def test_mistakes_beyond_those_told_apart_are_counted() -> None:
    """A column of a hundred thousand different texts: twenty findings, the rest a number, and the account closes."""
    wanted = replace(SIMPLE, respondent="编号")
    text = "编号,单位,评价\n" + "".join(f"{at},甲局,话{at}\n" for at in range(30_000))
    text += "".join(f"{at},局{at},满意\n" for at in range(30_000))
    (part,) = counted([("p", text.encode())], wanted)
    assert part.answers is not None
    assert (part.answers.read, part.answers.refused) == (60_000, 60_000)
    more = [(one.value, dict(one.args)["n"]) for one in part.problems if one.code == "SURVEY_MORE"]
    assert sorted(more) == [("SURVEY_CHOICE_UNKNOWN", "29980"), ("SURVEY_UNIT_UNKNOWN", "29980")]
    assert [one.value for one in part.problems][:2] == ["话0", "话1"]


def test_comments_beyond_the_limit_are_drawn_in_any_order() -> None:
    """The same comments are kept whatever the order, each with its number, and it is said how many are not."""
    drawn_ = []
    for seed in (1, 2):
        heard = comments.Comments(most=50)
        said_ = [(f"话{at}", 1 + at % 3) for at in range(400)]
        for text, times in random.Random(seed).sample(said_, 400):
            heard.add(text, "A", times, lacking=False)
        kept = heard.kept()
        assert {one.text: one.times for one in kept}.items() <= dict(said_).items()
        assert (len(kept), heard.total) == (50, sum(times for _, times in said_))
        drawn_.append(kept)
    assert drawn_[0] == drawn_[1]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026/11/3 9:15:02", "2026-11-03 09:15:02"),
        ("2026年11月3日 9时15分2秒", "2026.11.3 09:15:02.000"),
        ("46329", "2026-11-03"),
        ("46329.5", "2026/11/3 12:00"),
        ("２０２６-11-03", "46329"),
    ],
)
def test_moments_that_are_the_same(text: str, same: str) -> None:
    """However a day and an hour are written, they are one number."""
    one, other = moments(pl.Series([text, same]))
    assert one == other is not None


@pytest.mark.parametrize("text", ["", "3/11/2026", "2026-02-30", "2026-1-1 25:00", "2026-1-1 10:00:60", "昨天", "4632"])
def test_what_is_no_moment(text: str) -> None:
    """Day before month, a day that there is not, words: nobody can tell."""
    assert moments(pl.Series([text], dtype=pl.String)).to_list() == [None]


@pytest.mark.parametrize(
    ("other", "meets"),
    [("满意度-*.csv", True), ("满意度-1.csv", True), ("*.parquet", False), ("*1.csv", True), ("满意-*.csv", False)],
)
def test_patterns_that_could_mean_one_file_are_refused(other: str, meets: bool, tmp_path: Path) -> None:
    """A file that could be a part of two exports is nobody's to guess."""
    second = PLAIN.replace("调查队", "V2").replace("满意度调查.csv", other)
    roster = ROSTER | {"评估主体": ROSTER["评估主体"] + "V2,另一队,survey\n"}
    if meets:
        with pytest.raises(Refused) as refused:
            prepare(tmp_path, PLAIN.replace("满意度调查.csv", "满意度-*.csv") + second, roster=roster)
        assert ("SURVEY_MAPPING", "survey[2].file") in {(one.code, one.cell) for one in refused.value.findings}
    else:
        prepare(tmp_path, PLAIN.replace("满意度调查.csv", "满意度-*.csv") + second, roster=roster)
