"""The tab 总览: key figures, how many live cells differ from what was computed, and a ranking table per group.

`read_ranked` reads the ranking tables of a written file back, so that a run can compare them with its standings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from evaltool import reader
from evaltool.exact import plain, published
from evaltool.reader.cells import address, letters
from evaltool.results.rank import GroupKey, Standing
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.rules.expressions import Expr, Written
from evaltool.views.comparison import compared
from evaltool.views.ranking import RANK, inside_remarks, rank_text, ranking
from evaltool.views.wording import grade_words
from evaltool.workbook.formulas import STATED, cell
from evaltool.workbook.groups import SAME, Live, grade_lights
from evaltool.workbook.live import LIMIT, Chain
from evaltool.workbook.page import Page
from evaltool.workbook.parts import (
    AS_SCORED,
    FIRST_ROW,
    FOLLOWS,
    OVERVIEW,
    Frame,
    Stack,
    TabBlock,
    fitting,
    height,
    line_count,
    total_style,
)
from evaltool.workbook.tables import block
from evaltool.writers.book import Cell, Highlight, Tab

Shown = tuple[str, str, str]  # rank, published total, grade, as they are printed

_KEYS = ("rank", "unit", "total", "grade", "awards", "bonus", "remarks")
_UNDER = dict.fromkeys(("awards", "bonus", "remarks"), f"（{AS_SCORED}）")
_UNIT = 1  # column of the unit's name, in the overview and in the groups' tabs
_GRADE = 3
_FIGURES_ROW = 3
_LABEL_COLUMNS = 2


def overview_tab(result: Result, made: Frame, live: Chain, tabs: Sequence[Tab]) -> Tab:
    """Key figures, how many live cells differ from what was computed, then one ranking table per class and group."""
    tables = {key: _ranking(result, group, key) for key, group in live.groups.items()}
    filled = Stack(Page(OVERVIEW, _FIGURES_ROW), fitting(tables.values()))
    figures = [*_figures(result, live.groups), ("公式", _formulas(result, live, _stated(tabs)))]
    lights = _figure_rows(filled, figures, live.groups, tabs)
    links: dict[tuple[int, int], str] = {}
    for key, each in tables.items():
        group, first = live.groups[key], filled.table(each)
        spots = range(len(each[2]))
        links |= {(first + at, _UNIT): f"'{group.title}'!{address(FIRST_ROW + at, _UNIT)}" for at in spots}
        if spots:
            area = address(first, _GRADE), address(first + len(spots) - 1, _GRADE)
            lights += grade_lights(result.evaluation.classes[key[0]], area, f"${letters(_GRADE)}{first + 1}")
    return filled.tab(made, FOLLOWS, links=links, highlights=tuple(lights))


def _figure_rows(
    filled: Stack, figures: Sequence[tuple[str, str | Expr]], groups: Mapping[GroupKey, Live], watched: Sequence[Tab]
) -> list[Highlight]:
    """Labels and what they say, each across the table's columns; the colours of the rows that count what is wrong."""
    page, last = filled.page, len(_KEYS) - 1
    wide = sum(filled.widths[_LABEL_COLUMNS:])
    for label, value in figures:
        shown = cell(value, "text") if isinstance(value, Expr) else Cell(value)
        row = page.add((Cell(label, "label"), Cell(None, "label"), shown))
        filled.tall[row] = height(line_count(value.value if isinstance(value, Expr) else value, wide))
    counted = [("与计算结果不一致", _differing(groups)), ("空白或不是数字的格", _no_numbers(watched))]
    for label, number in counted:
        row = page.add((Cell(label, "label"), Cell(None, "label"), cell(number, "places")))
        filled.tall[row] = height(1)
    for at in range(_FIGURES_ROW, page.next):
        filled.merges += [(address(at, 0), address(at, 1)), (address(at, _LABEL_COLUMNS), address(at, last))]
    page.next += 1
    return [light for at in range(row - len(counted) + 1, row + 1) for light in _counter_lights(at)]


def _stated(tabs: Iterable[Tab]) -> int:
    """Cells that hold a computed value in the place of a formula."""
    return sum(each.style == STATED for tab in tabs for each in tab.cells.values())


def _formulas(result: Result, live: Chain, stated: int) -> str:
    """What is live in this workbook, and what is not."""
    outcome = "总分和名次（阶段性结果的等次固定不变）" if result.interim else "总分、名次和等次"
    begin = "评分和评价卡张数" if live.whole else f"各评估主体的得分合计（评分超过{LIMIT}条，不逐条列出）和评价卡张数"
    rest = f"有{stated}处没有公式，直接写入计算值（斜体紫底）" if stated else "没有直接写入的计算值"
    return f"从{begin}、参数起逐级重算到{outcome}，改动浅黄底的数字即可试算；{rest}"


def _differing(groups: Mapping[GroupKey, Live]) -> Expr:
    """How many units' live cells are not said to be what was computed: errors, blanks and other texts count too."""
    counts = [f'{len(live.places)}-COUNTIF({live.checks},"{SAME}")' for live in groups.values() if live.checks]
    return Written("+".join(counts) or "0", Fraction(0))


def _no_numbers(watched: Sequence[Tab]) -> Expr:
    """How many cells that may be changed hold no number any more, as each tab counts them at its head."""
    spots = [(tab.title, spot) for tab in watched for spot, each in tab.cells.items() if each.style == "no_numbers"]
    text = "+".join(f"'{title}'!${letters(column)}${row + 1}" for title, (row, column) in spots)
    return Written(text or "0", Fraction(0))


def _counter_lights(row: int) -> list[Highlight]:
    spot = address(row, _LABEL_COLUMNS)
    own = f"${letters(_LABEL_COLUMNS)}${row + 1}"
    return [Highlight(spot, spot, f"={own}=0", "ok"), Highlight(spot, spot, f"={own}>0", "bad")]


def _figures(result: Result, groups: Mapping[GroupKey, Live]) -> Iterator[tuple[str, str | Expr]]:
    """The key figures: who took part, what came back, who got what; how often each grade stands in the groups' tabs."""
    settings = result.evaluation.settings
    yield "评估", f"{settings.name}（{settings.year}年度，{settings.office}）"
    yield "计分批次", f"第{result.run}次，校验码 {result.code}"
    units = result.evaluation.units.values()
    unranked = sum(unit.standing == "unranked" for unit in units)
    yield "参评单位", f"{len(units)}个" + (f"，其中不排名{unranked}个" if unranked else "")
    roles = result.accounts.scored
    expected, counted = sum(role.expected for role in roles), sum(role.counted for role in roles)
    missing, waived = sum(role.missing for role in roles), sum(role.waived for role in roles)
    wrong = sum(role.with_errors for role in roles)
    mend = f"，有错待改{wrong}份" if wrong else ""
    yield "报送表", f"应报{expected}份，计入{counted}份{mend}，未报{missing}份，免报{waived}份"
    if result.accounts.batches:
        yield "评价卡", _cards(result)
    if surveys := result.accounts.surveys:
        answers = sum(each.counted for each in surveys)
        yield "问卷调查", f"{len(surveys)}个导出文件，{sum(each.rows for each in surveys)}行，计入评价{answers}条"
    for scheme in result.evaluation.classes.values():
        own = [one for one in result.standings if one.unit.class_id == scheme.id]
        if scheme.grades and own:
            spans = [live.grades for (class_id, _), live in groups.items() if class_id == scheme.id and live.places]
            graded = _grades(scheme, own, spans)
            open_ = sum(bool(one.possible) for one in own)
            undecided = f"{graded.value}，待定{open_}个（尚未报到的可能改变等次）"
            yield f"等次（{scheme.head.name}）", undecided if open_ else graded
        awards = Counter(award for one in own for award in one.awards)
        if awards:
            yield (
                f"奖项（{scheme.head.name}，{AS_SCORED}）",
                "，".join(f"{award}{number}个" for award, number in awards.items()),
            )
    severities = Counter(one.severity for one in result.findings)
    yield "校验问题", f"错误{severities['error']}条，提醒{severities['warning']}条，提示{severities['note']}条"


def _grades(scheme: Scheme, own: Sequence[Standing], spans: Sequence[str]) -> Expr:
    """How many have each grade, as the live cells say."""
    counts = Counter(one.grade for one in own)
    pieces = []
    for grade in scheme.grades:
        name = grade.name.replace('"', '""')
        found = "+".join(f'SUMPRODUCT(--({span}="{name}"))' for span in spans)
        pieces.append(f'"{name}"&({found})&"个"')
    return Written('&"，"&'.join(pieces), "，".join(f"{each.name}{counts[each.name]}个" for each in scheme.grades))


def _cards(result: Result) -> str:
    """Cards of all batches; what a batch does not say is left out of its sum."""
    batches = result.accounts.batches
    sums = {
        "发放": sum(batch.issued or 0 for batch in batches),
        "收回": sum(batch.returned or 0 for batch in batches),
        "废票": sum(batch.spoiled or 0 for batch in batches),
        "有效": sum(batch.valid or 0 for batch in batches),
    }
    return f"{len(batches)}批，" + "，".join(f"{name}{number}张" for name, number in sums.items())


def _ranking(result: Result, live: Live, key: GroupKey) -> TabBlock:
    """Rank, total and grade are the group's live cells."""
    group = compared(result, *key, inside=True)
    made = ranking(group, remarks=partial(inside_remarks, result)).only(*_KEYS)
    made = replace(made, columns=tuple(replace(each, under=_UNDER.get(each.key, each.under)) for each in made.columns))
    cells = {}
    for at, one in enumerate(group.standings):
        rank, total, grade = live.places[one.unit.id]
        cells[at, "unit"] = Cell(one.unit.name, "link")
        cells[at, "total"] = cell(total, total_style(group.scheme))
        cells |= {(at, "rank"): cell(rank, "integer")} if one.rank is not None else {}
        cells |= {(at, "grade"): cell(grade, "text_center")} if group.scheme.grades and not result.interim else {}
    return block(made, cells)


# --- read back -------------------------------------------------------------------------------------------------------


def shown_in_ranked(result: Result) -> dict[str, Shown]:
    """Unit id -> what the overview must show: rank (or 不排名), published total, grade."""
    return {one.unit.id: _shown(result.evaluation.classes[one.unit.class_id], one) for one in result.standings}


def _shown(scheme: Scheme, one: Standing) -> Shown:
    digits = scheme.head.decimals
    total = published(one.total, digits) if digits == 2 else plain(one.total)
    return rank_text(one), total, grade_words(one)


def read_ranked(data: bytes) -> dict[str, Shown]:
    """Unit name -> rank, total and grade as they stand in the overview of a written file; {} if it cannot be read."""
    book = reader.read(data, wanted=lambda title: title == OVERVIEW)
    if isinstance(book, reader.Unreadable):
        return {}
    sheet = next((sheet for sheet in book.sheets if sheet.title == OVERVIEW), None)
    if sheet is None:
        return {}
    heads = [row for (row, column), cell in sheet.cells.items() if column == 0 and cell.text == RANK.header]
    return dict(pair for head in sorted(heads) for pair in _read_table(sheet, head + 1))


def _read_table(sheet: reader.Sheet, row: int) -> Iterator[tuple[str, Shown]]:
    while (row, _UNIT) in sheet.cells and (row, 2) in sheet.cells:
        grade = sheet.cells.get((row, 3))
        shown = _printed(sheet.cells[row, 0]), _printed(sheet.cells[row, 2]), _printed(grade) if grade else ""
        yield sheet.cells[row, _UNIT].text, shown
        row += 1


def _printed(cell: reader.ReadCell) -> str:
    """A cell as a spreadsheet shows it: text, or a number with the digits of its format."""
    if cell.number is None:
        return cell.text
    digits = len(cell.format.partition(".")[2])
    return published(Fraction(cell.number), digits) if digits else plain(cell.number)
