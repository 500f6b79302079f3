"""The ranked workbook recalculates: from marks, cards and parameters to total, rank and grade (law 8).

The workbooks are recalculated by a small spreadsheet program of the tests; `make check-recalc` has LibreOffice do it.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from evaltool.charts.colours import luminance
from evaltool.findings import Refused
from evaltool.points.score import Point
from evaltool.reader.cells import address
from evaltool.results.result import Result
from evaltool.rules.combining import trimmed
from evaltool.rules.expressions import Expr, Range, Written, rounded
from evaltool.run import TakenIn, scored, take_in
from evaltool.workbook.formulas import LONGEST, STATED, cell
from evaltool.workbook.parts import KEY_FIGURES
from evaltool.workbook.ranked import group_titles, ranked_book
from evaltool.workbook.rates import RATES
from evaltool.writers.book import Book, Cell, Formula
from evaltool.writers.saving import to_bytes
from filled_years import begin
from folders import make, return_all
from generated import Case
from generated_draw import cases
from generated_files import folder_of
from handmade import RULES as HANDMADE_RULES
from handmade import result as handmade
from live_changes import Change, changes, counter, differing, marked, no_numbers
from spreadsheet import Spot, Workbook, disagreeing, opened

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "chengchuan-2026"
EVALUATIONS = ROOT / "templates" / "evaluations"
SOME = ("abc-indicators", "appraisal-360", "kpi-normalised", "local-methods", "three-comparisons")
OTHERS = (
    "administrative-staff",
    "local-dimensions",
    "national-indicators",
    "result-report",
    "shenzhen-2008",
    "tax-staff",
)


@dataclass(frozen=True)
class Opened:
    """An evaluation, its workbook as a value and as a file, and the values that evaltool wrote into it."""

    taken: TakenIn
    result: Result
    made: Book
    book: Workbook
    cached: Mapping[Spot, Any]


def open_year(folder: Path) -> Opened:
    taken = take_in(folder)
    result = scored(taken, "0001")
    made = ranked_book(result)
    return Opened(taken, result, made, *opened(to_bytes(made)))


@pytest.fixture(
    scope="module", params=[*SOME, *(pytest.param(each, marks=pytest.mark.slow) for each in ("sample", *OTHERS))]
)
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = tmp_path_factory.mktemp("year") / "e"
    if request.param == "sample":
        shutil.copytree(SAMPLE, folder)
    else:
        begin(EVALUATIONS / request.param, folder)
    return open_year(folder)


@pytest.fixture(scope="module")
def changed(year: Opened) -> list[Change]:
    """A mark, a count of cards, a weight, a choice's points, a grade's bound, a veto: what scoring makes of them."""
    return list(changes(year.taken, year.result, year.book.cells))


class Recalculated(dict[Spot, Any]):
    """Every cell of a workbook as it stands after somebody typed."""

    def __init__(self, book: Workbook) -> None:
        super().__init__(book.cells)
        self.book = book

    def __getitem__(self, spot: Spot) -> Any:
        return self.book.value(spot)

    def get(self, spot: Spot, default: Any = None) -> Any:
        return self.book.value(spot)


# --- bundled evaluations ---------------------------------------------------------------------------------------------


def test_every_formula_comes_to_the_value_beside_it(year: Opened) -> None:
    """Another program, from the input cells alone, gets every cached value; the overview counts no difference."""
    assert disagreeing(year.book, year.cached) == []
    assert counter(Recalculated(year.book)) == 0
    assert differing(Recalculated(year.book), year.result) == []


def test_rank_total_and_grade_of_every_unit_are_formulas(year: Opened) -> None:
    """No figure on the way from the single mark to the result is written in as a value."""
    book = year.made
    assert not [spot for tab in book.tabs for spot, each in tab.cells.items() if each.style == STATED]
    live = {tab.title: tab for tab in book.tabs}
    points = {
        column for column, each in enumerate(_heads(live["得分明细"].cells)) if each in ("权重（调整后）", "得分")
    }
    for (row, column), each in live["得分明细"].cells.items():
        assert row < 3 or column not in points or isinstance(each.value, Formula | str)


def _heads(cells: Mapping[tuple[int, int], Cell]) -> list[object]:
    return [cells[2, column].value for column in range(7)]


def test_a_change_in_the_workbook_is_what_scoring_makes_of_it(year: Opened, changed: list[Change]) -> None:
    """Total, rank and grade of every unit are those of scoring once more, and the overview counts the units that
    moved."""
    before = {one.unit.id: (one.rank, one.total, one.grade) for one in year.result.standings}
    assert len(changed) >= 5
    for change in changed[:6]:
        after = Recalculated(year.book.with_changes(change.typed))
        assert differing(after, change.result) == [], change.words
        moved = [one for one in change.result.standings if before[one.unit.id] != (one.rank, one.total, one.grade)]
        assert counter(after) == len(moved), change.words


@pytest.mark.parametrize("typed", [None, "7O"])
def test_a_blank_or_a_text_in_the_place_of_a_number_is_counted(typed: str | None, year: Opened) -> None:
    """Sums pass over them; so the tab at its head, and the overview, say how many there are."""
    assert no_numbers(Recalculated(year.book)) == 0
    for title in ("参数", "指标明细", "评价卡"):
        spots = [spot for spot in inputs(year.made, title) if isinstance(year.book.cells.get(spot), int | float)]
        for spot in spots[:1] + spots[-1:]:
            after = Recalculated(year.book.with_changes({spot: typed}))
            assert no_numbers(after) >= 1, spot


def inputs(book: Book, title: str) -> list[Spot]:
    """The cells of a tab that may be changed."""
    tabs = [tab for tab in book.tabs if tab.title == title]
    return [
        (title, row + 1, column + 1)
        for tab in tabs
        for (row, column), each in sorted(tab.cells.items())
        if each.style == "input"
    ]


def test_an_error_is_a_difference(year: Opened) -> None:
    """What comes to an error agrees with nothing: every unit whose figures it reaches is counted."""
    key = year.result.standings[0].key
    title = group_titles(year.result)[key]
    column = next(at for at, said in enumerate(_row(year.book, title, 3), 1) if said == "加分")
    after = Recalculated(year.book.with_changes({(title, 4, column): "#N/A"}))
    assert counter(after) >= 1


def test_the_overview_counts_grades_as_they_stand(year: Opened, changed: list[Change]) -> None:
    """How often each grade was reached follows a change, as the grades do."""
    for change in changed[-2:]:
        after = Recalculated(year.book.with_changes(change.typed))
        for scheme in (each for each in year.result.evaluation.classes.values() if each.grades):
            counts = Counter(one.grade for one in change.result.standings if one.unit.class_id == scheme.id)
            words = "，".join(f"{each.name}{counts[each.name]}{scheme.head.says('个', '人')}" for each in scheme.grades)
            assert counter(after, f"等次（{scheme.head.name}）") == words


# --- one mark --------------------------------------------------------------------------------------------------------


def test_a_changed_mark_changes_the_rank(tmp_path: Path) -> None:
    """The first of the provinces' list is last when its marks are typed over with the least."""
    begin(EVALUATIONS / "local-methods", tmp_path / "e")
    made = open_year(tmp_path / "e")
    title = "县（区）"
    scheme = made.result.evaluation.classes[made.result.standings[0].unit.class_id]
    answers = made.taken.intake.rows(pl.col("unit") == made.result.standings[0].unit.id)
    spots = [
        marked(made.result.evaluation, scheme, row["component"], made.book.cells, row)
        for row in answers.iter_rows(named=True)
    ]
    typed: dict[Spot, Any] = {
        spot: 0.0 for spot in spots if spot is not None and isinstance(made.book.cells[spot], int | float)
    }
    assert made.book.value((title, 4, 1)) == 1
    after = made.book.with_changes(typed)
    assert after.value((title, 4, 1)) == len(made.result.standings)
    assert after.value((title, 4, len(_row(made.book, title, 3)))) == "≠"
    assert counter(Recalculated(after)) >= 2


def _row(book: Workbook, title: str, row: int) -> list[object]:
    return [said for (sheet, at, _), said in book.cells.items() if (sheet, at) == (title, row)]


@pytest.mark.parametrize("name", ["administrative-staff", "appraisal-360", "tax-staff"])
def test_an_interim_workbook_recalculates(name: str, tmp_path: Path) -> None:
    """Every third sheet is missing: what is not marked yet is a word, and every formula comes to its value."""
    begin(EVALUATIONS / name, tmp_path / "e")
    for path in sorted((tmp_path / "e" / "inbox").iterdir())[::3]:
        path.unlink()
    result = scored(take_in(tmp_path / "e"), "0001", interim=True)
    book, cached = opened(to_bytes(ranked_book(result)))
    assert any(point.points is None for point in result.points.values())
    assert "未评" in cached.values()
    assert disagreeing(book, cached) == []
    assert differing(Recalculated(book), result) == []


def words_of(book: Book) -> str:
    """What the workbook says of itself and of its scoring."""
    tab = next(each for each in book.tabs if each.title == KEY_FIGURES)
    return " ".join(str(each.value) for each in tab.cells.values())


def test_above_the_limit_the_formulas_begin_with_the_sums(tmp_path: Path) -> None:
    """Too many marks to list: the evaluators' sums are cells that may be changed, and the overview says so."""
    begin(EVALUATIONS / "local-methods", tmp_path / "e")
    result = scored(take_in(tmp_path / "e"), "0001")
    made = ranked_book(result, limit=3)
    assert "指标明细" not in [tab.title for tab in made.tabs]
    assert "各评估主体的得分合计" in words_of(made)
    book, cached = opened(to_bytes(made))
    assert disagreeing(book, cached) == []
    sums = {spot for spot in book.cells if spot[0] == "评估主体" and book.cells.get((*spot[:2], 1)) == "专家甲"}
    changed = {
        spot: 0.0 for spot in sums if isinstance(book.cells[spot], int | float)
    }  # a trimmed one alone moves nobody
    assert changed
    assert counter(Recalculated(book.with_changes(changed))) >= 1


def test_above_the_limit_every_formula_comes_to_the_value_beside_it(year: Opened) -> None:
    """Repeats, stages, months, owners together: from the evaluators' sums alone every cached value follows."""
    book, cached = opened(to_bytes(ranked_book(year.result, limit=0)))
    assert disagreeing(book, cached) == []
    assert differing(Recalculated(book), year.result) == []


MONTHS = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "工作"
weight = 100
by = "leader"
answer = "percent"
charge = "months"
abstained = "out"
[[grade]]
name = "合格"
from = 0
"""
LEADERS = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\n",
    "评估主体": "编号,名称,角色\nL1,张三,leader\nL2,李四,leader\n",
    "分管": "评估主体,单位,起,止\nL1,甲局,,2026-04-14\nL2,甲局,2026-04-15,\nL1,乙局,,\nL2,乙局,,\n",
}
YEAR = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
leader = "领导"
"""


@pytest.mark.parametrize("limit", [50_000, 0])
def test_the_months_of_an_answer_that_does_not_count_divide_nothing(limit: int, tmp_path: Path) -> None:
    """In charge for three months and abstained, the other gave 100 for nine: 100, and no quarter of it is lost."""
    folder = make(tmp_path / "e", LEADERS, {"d": MONTHS}, YEAR)
    return_all(folder, lambda form, spot: {"L1A": "弃权", "L2A": "100"}.get(f"{form.evaluator}{spot.unit}", "80"))
    result = scored(take_in(folder), "0001")
    assert [(one.unit.id, one.text) for one in result.standings] == [("A", "100.00"), ("B", "80.00")]
    book, cached = opened(to_bytes(ranked_book(result, limit=limit)))
    assert disagreeing(book, cached) == []
    assert differing(Recalculated(book), result) == []


def test_more_rows_than_a_tab_takes_are_left_out_and_counted(tmp_path: Path) -> None:
    """A spreadsheet ends at a million rows; the shares then stand as values, and the overview says how many."""
    begin(EVALUATIONS / "local-methods", tmp_path / "e")
    result = scored(take_in(tmp_path / "e"), "0001")
    made = ranked_book(result, limit=3, rows=5)
    shares = sum(point.state == "scored" and not each for (_, each), point in _leaves(result))
    assert f"有{shares}处没有公式" in words_of(made)
    book, cached = opened(to_bytes(made))
    assert disagreeing(book, cached) == []


def _leaves(result: Result) -> list[tuple[tuple[str, bool], Point]]:
    """Every unit's points in every component, and whether the component has parts."""
    return [
        ((unit, bool(result.evaluation.classes[point.class_id].children(component))), point)
        for (unit, component), point in result.points.items()
    ]


# --- evaluations that nobody made up ---------------------------------------------------------------------------------


QUICK = settings(
    max_examples=7,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def recalculates(case: Case) -> None:
    with TemporaryDirectory() as root:
        try:
            made = open_year(folder_of(case, Path(root) / "e", 1))
        except Refused:
            assume(condition=False)
        assert disagreeing(made.book, made.cached) == []
        for change in changes(made.taken, made.result, made.book.cells):
            after = Recalculated(made.book.with_changes(change.typed))
            assert differing(after, change.result) == [], change.words


@given(cases())
@QUICK
def test_generated_evaluations_recalculate(case: Case) -> None:
    """Rules, absences, policies and groups drawn by chance: every formula comes to its value, and so do changes."""
    recalculates(case)


@pytest.mark.slow
@given(cases())
@settings(QUICK, max_examples=1_000, derandomize=False)
def test_many_generated_evaluations_recalculate(case: Case) -> None:
    """The same for a thousand, other ones every time."""
    recalculates(case)


# --- formulas --------------------------------------------------------------------------------------------------------


def test_what_has_no_formula_is_said_and_counted() -> None:
    """Points whose marks are not there stand as values in a colour of their own, and the overview says how many."""
    book = ranked_book(handmade())
    stated = [each for tab in book.tabs for each in tab.cells.values() if each.style == STATED]
    assert len(stated) == 15
    assert "有15处没有公式，直接写入计算值" in words_of(book)


def test_a_formula_too_long_for_a_spreadsheet_is_a_stated_value() -> None:
    """Excel takes 8,192 characters; what would be longer is a value that is counted."""
    long = Written("+".join(["1"] * LONGEST), Fraction(LONGEST))
    assert cell(long) == Cell(LONGEST, STATED)


def test_a_workbook_that_comes_to_another_total_is_not_written() -> None:
    """The formulas' values are held against the points and standings while the workbook is made."""
    made = handmade()
    first, *others = made.standings
    other = replace(made, standings=(replace(first, exact=first.exact + 1), *others))
    with pytest.raises(AssertionError, match=first.unit.id):
        ranked_book(other)
    key = (first.unit.id, "base")
    points = {**made.points, key: replace(made.points[key], points=Fraction(1))}
    with pytest.raises(AssertionError, match="base"):
        ranked_book(replace(made, points=points))


@pytest.mark.parametrize("drop", [0, 1])
def test_trimmed_means_drop_at_both_ends(drop: int) -> None:
    """The same value whether the cells stand side by side or are listed."""
    values = tuple(Fraction(each) for each in (3, 9, 4, 100))
    side, listed = trimmed(Range("A1:A4", values), drop), trimmed(Range("A1,A2,A3,A4", values, apart=True), drop)
    assert isinstance(side, Expr)
    assert isinstance(listed, Expr)
    assert side.value == listed.value == trimmed(values, drop) == (Fraction(29) if not drop else Fraction(13, 2))


def test_more_than_one_dropped_from_listed_cells_has_no_formula() -> None:
    """Functions that pick places take one range only."""
    values = tuple(map(Fraction, range(6)))
    assert trimmed(Range("A1,A2,A3,A4,A5,A6", values, apart=True), 2) == Written("", Fraction(5, 2))


def test_rounding_is_half_up_also_in_binary() -> None:
    """1.005 is 1.00499… in a spreadsheet's arithmetic; the formula rounds as the tool does."""
    made = rounded(Written("A1", Fraction("1.005")), 2)
    assert isinstance(made, Expr)
    assert (made.text, made.value) == ("ROUND(ROUND(A1,10),2)", Fraction("1.01"))


def spots(first: str, last: str) -> Iterator[str]:
    """Every cell of an area of columns up to Z."""
    for column in range(ord(first[0]), ord(last[0]) + 1):
        yield from (f"{chr(column)}{row}" for row in range(int(first[1:]), int(last[1:]) + 1))


def test_shares_are_a_heat_map_on_one_scale() -> None:
    """All fields of all groups, means included: darker the more was lost, never so dark that figures are not read."""
    book = ranked_book(handmade())
    (tab,) = [tab for tab in book.tabs if tab.title == RATES]
    assert tab.heat is not None
    fields = [each for each in tab.cells.items() if each[1].style == "percent"]
    assert fields
    areas = {address(*spot) for spot, _ in fields} - {each for area in tab.heat.areas for each in spots(*area)}
    assert not areas
    assert luminance(tab.heat.most) > 2 * luminance(tab.heat.least)
    assert (luminance(tab.heat.least) + 0.05) / 0.05 > 4.5
    with zipfile.ZipFile(io.BytesIO(to_bytes(book))) as archive:
        written = archive.read(f"xl/worksheets/sheet{book.tabs.index(tab) + 1}.xml").decode()
    assert f'<conditionalFormatting sqref="{" ".join(f"{a}:{b}" for a, b in tab.heat.areas)}">' in written
    assert '<colorScale><cfvo type="percentile" val="5"/><cfvo type="num" val="1"/>' in written


@pytest.mark.parametrize(("persons", "head"), [("false", "单位"), ("true", "姓名")])
def test_the_tabs_of_a_group_are_headed_as_its_other_tables(persons: str, head: str) -> None:
    """Where units are persons, the live ranking, its parts and the rates say so like documents and pages."""
    rules = HANDMADE_RULES.replace("total = 100", f"total = 100\npersons = {persons}")
    book = ranked_book(handmade(rules=rules))
    tabs = [tab for tab in book.tabs if tab.title in ("县区", RATES)]
    heads = [each.value for tab in tabs for each in tab.cells.values() if each.value in ("单位", "姓名")]
    assert set(heads) == {head}
    assert len(heads) == 3
