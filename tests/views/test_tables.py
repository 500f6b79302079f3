"""What outputs show is made once: how a value is written, which columns an output takes, what each makes of them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from evaltool.cli import console
from evaltool.documents.tables import in_document
from evaltool.findings import finding
from evaltool.inbox.accounts.files import FileAccount
from evaltool.names import meant
from evaltool.page.contents import PageCell
from evaltool.page.tables import on_page
from evaltool.results.rank import rank
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.views.accounts import why
from evaltool.views.comparison import compared
from evaltool.views.history import changes
from evaltool.views.pictures import change, scales
from evaltool.views.ranking import inside_remarks, public_remarks, ranking
from evaltool.views.tables import Name, ShownColumn, ShownTable, Word, of_texts, shown, table
from evaltool.workbook.parts import Frame, stacked
from evaltool.workbook.tables import block
from evaltool.writers.book import Cell
from evaltool.writers.widths import lines, measure, widest
from handmade import RULES, UNITS, decided, paper_of, result

SMALL = table(
    "两个单位",
    [
        ShownColumn("名次", "word", 8, "rank"),
        ShownColumn("单位", "text", 20, "unit", names=True),
        ShownColumn("总分", "total", 10, "total"),
        ShownColumn("比上年", "change", 10, "change", 1, under="增减"),
        ShownColumn("等次", "word", 10, "grade"),
        ShownColumn("奖项", "names", 20, "awards"),
        ShownColumn("备注", "text", 20, "note"),
    ],
    [
        (1, Name("甲局", "a"), Fraction("90.005"), Fraction(1, 3), Word("优秀", "green"), ("一等奖", "进步奖"), ""),
        ("不排名", Name("乙局", "b"), Fraction(80), None, Word(""), (), ""),
    ],
)


def test_a_value_is_written_in_one_way() -> None:
    """Half up with all digits, a sign before a change, a dash where nothing is known, several words with commas."""
    assert list(SMALL.texts()) == [
        ("1", "甲局", "90.01", "+0.3", "优秀", "一等奖、进步奖", ""),
        ("不排名", "乙局", "80.00", "—", "", "", ""),
    ]
    assert shown(ShownColumn("得分率", "share", digits=1), Fraction(2, 3)) == "66.7%"
    assert shown(ShownColumn("权重", "number"), Fraction("12.5")) == "12.5"


def test_an_output_takes_the_columns_that_it_has_room_for() -> None:
    """In the order in which it asks; a column that is not there is not there; other words for the headers."""
    made = SMALL.only("total", "unit", "nothing").called("Units", "total", "unit")
    assert [column.header for column in made.columns] == ["total", "unit"]
    assert made.rows[1] == (Fraction(80), Name("乙局", "b"))
    assert [column.key for column in SMALL.without("note", "awards").columns] == [
        "rank",
        "unit",
        "total",
        "change",
        "grade",
    ]


def test_a_workbook_keeps_numbers_and_colours() -> None:
    """Numbers stay numbers, a colour is a style, a live cell may stand in the place of a value, a second line of a
    header is a second line."""
    live = {(1, "total"): Cell("=1", "total")}
    caption, columns, rows = block(SMALL, live)
    assert (caption, columns[3].header, columns[1].width) == ("两个单位", "比上年\n增减", 20)
    assert rows[0][0] == Cell(1, "integer")
    assert rows[0][2] == Cell(Decimal("90.005"), "total")
    assert rows[0][4] == Cell("优秀", "grade_1")
    assert rows[1][2] == live[1, "total"]
    tab = stacked("表", Frame("某评估", "第1次", interim=False), [block(SMALL), block(SMALL.only("unit"))])
    assert tab.widths == (20, 20, 10, 10, 10, 20, 20)  # as wide as the widest that stands there


def test_a_page_leads_to_units_and_leaves_out_what_is_empty() -> None:
    """A name is a link to its section; the column in which nobody has a remark is not there."""
    made = on_page(SMALL, {"a": "u1"})
    assert list(made.head) == ["名次", "单位", "总分", "比上年增减", "等次", "奖项"]
    assert made.rows[0][1] == PageCell("甲局", to="u1")
    assert (made.rows[0][4].tone, made.name) == ("green", 1)


def test_a_document_has_the_printed_texts_in_millimetres() -> None:
    """The line is shared out as the columns ask; the column that names the rows stands on the left."""
    made = in_document(SMALL.only("rank", "unit", "total"))
    assert made.rows[0] == ("1", "甲局", "90.01")
    assert made.align == ("center", "left", "center")
    assert abs(sum(made.widths) - 156) < Fraction(1, 2)


def test_a_terminal_shows_figures_on_the_right(capsys: object) -> None:
    """The same table, drawn as text; what a program reads has one line per row."""
    say = console.Console()
    say.result({}, [], [of_texts("", ("name", "n"), [("甲", 5), ("乙", 12)], figures=(1,))])
    out = capsys.readouterr().out.splitlines()  # type: ignore[attr-defined]
    assert [line.rstrip() for line in out] == ["name   n", "甲     5", "乙    12"]


# --- the ranking -----------------------------------------------------------------------------------------------------


def group_table(made: Result) -> ShownTable:
    group = compared(made, "c", "g", inside=True)
    return ranking(group, group.roots(), lambda one: inside_remarks(made, one))


def test_a_ranking_adds_up_across() -> None:
    """Components, bonus and deduction, which is negative, make the total of each row but for rounding."""
    ledger = (decided("bonus", "白山区", "1"), decided("deduction", "白山区", "0.5"))
    made = result(ledger=ledger)
    whole = group_table(made)
    row = dict(zip([column.key for column in whole.columns], whole.rows[1], strict=True))
    parts = [value for key, value in row.items() if key.startswith("part:")]
    assert (row["bonus"], row["deduction"]) == (Fraction(1), Fraction(-1, 2))
    assert sum(each for each in parts if isinstance(each, Fraction)) + Fraction(1, 2) == row["total"]
    assert "加分1分（某绩委〔2027〕1号）；扣分0.5分（某绩委〔2027〕1号）" in str(row["remarks"])


def test_public_remarks_name_nothing_that_is_withheld() -> None:
    """Inside the tie is told with the component that decided it, in public without."""
    made = result()
    tie = "与白山区总分相同，按副市长得分确定名次"
    first = replace(made.standings[0], tie=tie)
    group = compared(made, "c", "g")
    assert next(inside_remarks(made, first)) == tie
    assert next(public_remarks(group, first)) != tie
    assert "副市长" not in next(public_remarks(group, first))


def test_a_tie_by_change_is_told_as_one() -> None:
    """Where the change since the earlier result decides, units of different totals are equal by it."""
    rules = RULES.replace('ties = ["base"]', 'by = "variation"')
    made = result(rules=rules)
    earlier = tuple(
        Earlier(2025, unit, Fraction(total), None, "")
        for unit, total in (("清河县", "92.89"), ("白山区", "86.53"), ("临江县", "77"))
    )
    evaluation = replace(made.evaluation, roster=replace(made.evaluation.roster, earlier=earlier))
    standings, _ = rank(evaluation, made.points)
    told = str(paper_of(replace(made, evaluation=evaluation, standings=standings), "bulletin"))
    assert "清河县、白山区总分增减相同，名次并列第1。" in told


def test_what_became_of_a_file_is_said_in_words() -> None:
    """No code of a finding stands beside a file, on the page, in the workbook and on the terminal; what is no code (a
    document, another file) stays."""
    made = result()
    known = ("a.pdf", "ATTACHMENT_FILED"), ("b.xlsx", "SUBMISSION_LATE"), ("c.xlsx", "某绩〔2027〕1号")
    listed = tuple(FileAccount(file, "", "rejected", reason=reason) for file, reason in known)
    said = [finding(code, file=file, args={"kind": "PDF", "tied": "，归入甲县"}) for file, code in known[:2]]
    told = why(replace(made.accounts, files=listed), said)
    assert told[0] == "不是报送表，作为附件存档（PDF），归入甲县"
    assert not [each for each in told if re.search("[A-Z]_[A-Z]", each)]
    assert told[2] == "某绩〔2027〕1号"


# --- names and widths ------------------------------------------------------------------------------------------------


def test_who_is_meant_is_first_who_bears_the_id() -> None:
    """Then whoever bears the name, in any width and with any brackets; all of them where several do."""
    people = (("1", "王（一）"), ("2", "李"), ("李", "赵"), ("4", "王(一)"))

    def found(text: str) -> list[str]:
        return [each[0] for each in meant(text, people, lambda each: each)]

    assert (found("２"), found("李"), found("王(一)"), found("孙")) == (["2"], ["李"], ["1", "4"], [])


def test_a_chinese_sign_is_as_wide_as_two_others() -> None:
    """Quotation marks and dashes of Chinese are square too; two places of a column are its edges."""
    assert (measure("abc 1"), measure("绩效“A”"), measure("")) == (5, 9, 0)
    assert widest("绩效\n12345") == 5
    assert (lines("绩效评估", 10), lines("绩效评估", 9), lines("一\n二", 10), lines("", 10)) == (1, 2, 2, 1)


def test_the_drawing_of_years_names_all_that_share_a_place_up_to_three() -> None:
    """Of the first place and the last; who rose most by the rise."""
    equal = dict.fromkeys(("甲区", "乙区"), UNITS["白山区"])
    made = result({**equal, "临江县": UNITS["临江县"]})
    rows = tuple(Earlier(2025, unit.id, Fraction(50), 1) for unit in made.evaluation.roster.units)
    made = replace(made, evaluation=replace(made.evaluation, roster=replace(made.evaluation.roster, earlier=rows)))
    group = compared(made, "c", "g")
    years, _ = change(made, group, changes(made, group), scales(made, [group]), falls=True)
    named = [shape.says for shape in years.drawing.shapes if shape.kind == "text"]
    assert [said for said in named if "第" in said] == ["乙区 第1", "临江县 第3"]
    assert [said for said in named if "▲" in said] == ["甲区 ▲37.53"]
