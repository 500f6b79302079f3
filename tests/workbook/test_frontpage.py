"""The tab 首页, the index beside it, and the workbook that goes on the committee's table."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from openpyxl import load_workbook

from evaltool import publish
from evaltool.publish import PRINTED, disagreements, workbook_files
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.workbook.parts import frame, note_cell
from evaltool.workbook.printedbook import printed_book
from evaltool.workbook.public import public_book
from evaltool.workbook.ranked import ranked_book, read_ranked, shown_in_ranked
from evaltool.writers.book import Book, Cell, Formula, Tab
from evaltool.writers.saving import to_bytes
from handmade import RULES, UNITS, Got, decided, parts, result
from live_changes import column_of
from spreadsheet import disagreeing, opened

FIVE = {**UNITS, "丁县": parts("16", "16", "8", "25", "16"), "戊县": parts("12", "12", "6", "20", "10")}


def value(cell: Cell | None) -> object:
    return cell.value.value if cell and isinstance(cell.value, Formula) else cell and cell.value


def said(tab: Tab) -> list[object]:
    return [found for each in tab.cells.values() if (found := value(each)) is not None]


def row_of(tab: Tab, name: str) -> dict[object, object]:
    """Header -> value, in the row of a unit."""
    row = next(row for (row, _), each in sorted(tab.cells.items()) if each.style == "link" and each.value == name)
    top = next(at for at in range(row, 0, -1) if value(tab.cells.get((at, 0))) == "位置")
    return {value(each): value(tab.cells.get((row, column))) for (at, column), each in tab.cells.items() if at == top}


def with_history(made: Result) -> Result:
    rows = (Earlier(2025, "清河县", Fraction("90"), 3), Earlier(2025, "戊县", Fraction("70"), 1))
    roster = replace(made.evaluation.roster, earlier=rows)
    return replace(made, evaluation=replace(made.evaluation, roster=roster))


def test_the_first_page_has_best_and_last_with_what_changed() -> None:
    """Numbers, so that they follow; a dash where there is no earlier result."""
    front = ranked_book(with_history(result(FIVE))).tabs[0]
    best, second, last = (row_of(front, name) for name in ("清河县", "白山区", "戊县"))
    assert (best["位置"], best["名次"], best["总分"], best["等次"]) == ("前三", 1, Decimal("93.89"), "优秀")
    assert (best["名次比上年"], best["总分比上年"]) == (2, Decimal("3.89"))
    assert (second["名次比上年"], second["总分比上年"]) == ("—", "—")
    assert (last["位置"], last["名次比上年"], last["总分比上年"]) == ("末位", -4, -10)


def test_the_first_page_follows_what_is_tried() -> None:
    """A bonus that is typed into a group's tab moves total, places climbed, grade and the bars on the first page."""
    made = with_history(result(FIVE))
    book, cached = opened(to_bytes(ranked_book(made)))
    assert disagreeing(book, cached) == []
    column = column_of(book.cells, "县区", 3, "加分")
    row, at = (
        next(row for (title, row, place), name in book.cells.items() if (title, place, name) == (*spot, "戊县"))
        for spot in (("县区", 2), ("首页", 3))
    )
    heads = {book.cells.get(("首页", at - 4, place)): place for place in range(8, 0, -1)}
    bar = next(row for (title, row, place), name in book.cells.items() if (title, place, name) == ("首页", 10, "较差"))
    after = book.with_changes({("县区", row, column): 40})
    shown = [after.value(("首页", at, heads[each])) for each in ("名次", "总分", "名次比上年", "总分比上年", "等次")]
    assert shown == [1, 100.0, 0, 30.0, "优秀"]
    assert (book.value(("首页", bar, 11)), after.value(("首页", bar, 11))) == (2, 1)
    assert after.value(("首页", bar, 12)) != book.value(("首页", bar, 12))


def test_what_is_open_and_what_is_none_is_said() -> None:
    """Stages ahead, a veto's sentence, and in one row what there is none of."""
    front = ranked_book(result(FIVE, ledger=(decided("veto", "丁县"),))).tabs[0]
    words = said(front)
    assert "本次结果为送审稿，尚待征求意见、审定、公示、公布" in words
    assert any("丁县因一票否决事项" in str(each) for each in words)
    assert "同分、加分" in words


def test_a_page_names_some_and_counts_the_rest() -> None:
    """Of very many bonuses and unranked units the first stand there, and how many there are."""
    units = {f"{at}县": FIVE["戊县"] for at in range(12)}
    bonuses = tuple(decided("bonus", unit, "1") for unit in units)
    words = said(ranked_book(result(units, ledger=bonuses, unranked=list(units))).tabs[0])
    (listed,) = (str(each) for each in words if "0县1分" in str(each))
    assert listed.endswith("……共12项，见“总览”")
    assert "、".join(list(units)[:10]) + "等12个" in words


def test_an_interim_first_page_has_no_places() -> None:
    """Law 13."""
    units = {**FIVE, "清河县": dict(UNITS["清河县"], mayor=Got("", 0, state="pending"))}
    words = said(ranked_book(result(units, interim=True)).tabs[0])
    assert not any(isinstance(each, str) and "前三" in each for each in words)
    assert "阶段性结果，名次待报齐后确定" in words
    assert not {"前三", "末位"} & set(words)


def test_the_public_first_page_says_less() -> None:
    """Law 11: no last unit, nobody's nearness to a bound, no formulas, nothing of the committee."""
    made = with_history(result(FIVE))
    front = public_book(made).tabs[0]
    words = "\n".join(map(str, said(front)))
    assert "清河县" in words
    for hidden in ("末位", "戊县", "临界", "待办", "评审会", "核对"):
        assert hidden not in words
    assert not [each for each in front.cells.values() if isinstance(each.value, Formula)]


def test_nothing_is_said_of_grades_where_there_are_none() -> None:
    """Neither of what a tab shows nor under the title."""
    rules, _, rest = RULES.partition("[[grade]]")
    made = result(FIVE, rules=f"{rules}[disclosure]{rest.rpartition('[disclosure]')[2]}")
    for front in (public_book(made).tabs[0], ranked_book(made).tabs[0]):
        words = [str(each) for each in said(front)]
        assert not [each for each in words if "等次" in each]
        assert {"全部名次、奖项和说明", "名次、总分和各部分得分"} <= set(words)


def test_the_printed_workbook_is_what_the_committee_reads() -> None:
    """Values of the committee's tabs without index, numbers of rows and checks; it says what the standings say."""
    made = with_history(result(FIVE))
    ranked = ranked_book(made)
    book = printed_book(ranked, note_cell(frame(made)))
    assert [each.title for each in book.tabs] == ["首页", "总览", "县区", "历年"]
    words = [each for tab in book.tabs for each in said(tab)]
    assert not {"目录", "序号", "校验", "核对总分", "返回首页"} & set(map(str, words))
    assert not [each for each in words if "计分时" in str(each)]
    assert not [each for tab in book.tabs for each in tab.cells.values() if isinstance(each.value, Formula)]
    assert not [each for tab in book.tabs for each in tab.cells.values() if each.style.startswith("input")]
    assert read_ranked(to_bytes(book)) == shown_in_ranked(made)
    assert [value(tab.cells[1, 0]) for tab in book.tabs] == [frame(made).run] * 4


def test_a_printed_workbook_of_another_result_is_noticed() -> None:
    """Law 9: it is read back as the ranked workbook is."""
    made, other = result(FIVE), result({**FIVE, "丁县": FIVE["戊县"]})
    assert workbook_files(other)[PRINTED] != workbook_files(made)[PRINTED]
    files = {**publish.outputs(made), PRINTED: workbook_files(other)[PRINTED]}
    assert any(PRINTED in each.value for each in disagreements(made, files))


def test_tables_are_not_torn_apart_on_paper() -> None:
    """A table that goes over the end of a page begins on the next one; one that is longer than a page is not moved."""
    cells = {(row, 0): Cell("x") for row in range(60)}
    tabs = (
        Tab("短", cells, (20.0,), starts=(2, 20, 40)),
        Tab("一页", cells, (20.0,), starts=(2, 20, 40), fits="page"),
        Tab("长", cells, (20.0,), starts=(2,)),
    )
    book = load_workbook(io.BytesIO(to_bytes(Book(tabs))))
    assert [[each.id for each in book[tab.title].row_breaks.brk] for tab in tabs] == [[20, 40], [], []]
