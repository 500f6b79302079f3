"""The ranked workbook 排名总表.xlsx: overview, a tab per group, and behind them everything the totals were made of.

It is internal: it shows every mark and who gave it.  `read_ranked` reads the overview of a written file back, so that a
run can compare what stands in it with its standings (law 9).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from evaltool import reader
from evaltool.decision_words import decided_for
from evaltool.decisions import of_kind
from evaltool.rank import Standing
from evaltool.ranked.details import DETAILS, detail_tabs
from evaltool.ranked.parts import (
    FIRST_ROW,
    NOTE_ROW,
    UNRANKED,
    Column,
    Frame,
    Row,
    count,
    frame,
    framed,
    grade_cell,
    head_cells,
    heading_cells,
    heading_merges,
    height,
    heights,
    line_count,
    number,
    page_footer,
    page_header,
    points,
    row_cells,
    text,
    word,
)
from evaltool.ranked.reportcards import CARDS, CONSEQUENCES, report_card_tabs
from evaltool.reader.cells import address
from evaltool.result import Result
from evaltool.rounding import decimal, plain, published
from evaltool.rules import Scheme
from evaltool.workbook import Book, Cell, Tab

Key = tuple[str, str]  # class and group
Shown = tuple[str, str, str]  # rank, published total, grade, as they are printed

OVERVIEW = "总览"
_RANKING = (
    Column("名次", 9),
    Column("单位", 30),
    Column("总分", 12),
    Column("等次", 10),
    Column("奖项", 34),
    Column("加分", 9),
    Column("说明", 70),
)
_PLACE = (Column("名次", 8), Column("单位", 26), Column("总分", 10), Column("等次", 8))
_UNIT = 1  # column of the unit's name, in the overview and in the groups' tabs
_FIGURES_ROW = 3
_LABEL_COLUMNS = 2


def ranked_book(result: Result) -> Book:
    """The whole workbook as a value."""
    made = frame(result)
    titles = group_titles(result)
    groups = [_group_tab(result, made, key, title) for key, title in titles.items()]
    cards = report_card_tabs(result, made)
    tabs = (_overview(result, made, titles), *groups, *cards, *detail_tabs(result, made))
    settings = result.evaluation.settings
    return Book(tabs, title=f"{settings.name}　排名总表", author=settings.office, properties=(("校验码", result.code),))


def group_titles(result: Result) -> dict[Key, str]:
    """The title of each group's tab: the group's name as a spreadsheet takes it, none twice."""
    titles: dict[Key, str] = {}
    taken = {OVERVIEW, CARDS, CONSEQUENCES, *DETAILS}
    for scheme in result.evaluation.classes.values():
        for group in scheme.head.groups:
            base = "".join(sign for sign in group.name if sign not in "[]:*?/\\'")[:28] or "分类"
            title = next(name for name in (base, *(f"{base}{n}" for n in range(2, 1000))) if name not in taken)
            taken.add(title)
            titles[scheme.id, group.id] = title
    return titles


# --- overview --------------------------------------------------------------------------------------------------------


def _overview(result: Result, made: Frame, titles: Mapping[Key, str]) -> Tab:
    """Key figures, then one ranking table per class and group."""
    figures = list(_figures(result))
    cells = heading_cells(OVERVIEW, made)
    merges = list(heading_merges(len(_RANKING)))
    for row, (label, value) in enumerate(figures, _FIGURES_ROW):
        cells |= {(row, 0): Cell(label, "label"), (row, _LABEL_COLUMNS): Cell(value)}
        merges += [(address(row, 0), address(row, 1)), (address(row, _LABEL_COLUMNS), address(row, len(_RANKING) - 1))]
    links: dict[tuple[int, int], str] = {}
    wide = sum(column.width for column in _RANKING[_LABEL_COLUMNS:])
    tall = {0: 30.0} | {_FIGURES_ROW + at: height(line_count(value, wide)) for at, (_, value) in enumerate(figures)}
    row = _FIGURES_ROW + len(figures) + 1
    for key, title in titles.items():
        standings = result.group(*key)
        scheme = result.evaluation.classes[key[0]]
        cells[row, 0] = Cell(f"{_group_name(scheme, key[1])}（{len(standings)}个单位）", "banner")
        merges.append((address(row, 0), address(row, len(_RANKING) - 1)))
        rows = [_ranking_row(result, one) for one in standings]
        cells |= head_cells(row + 1, _RANKING) | row_cells(row + 2, rows)
        tall |= heights(row + 2, _RANKING, rows)
        links |= {(row + 2 + at, _UNIT): f"'{title}'!{address(FIRST_ROW + at, _UNIT)}" for at in range(len(standings))}
        row += 3 + len(standings)
    return Tab(
        OVERVIEW,
        cells,
        widths=tuple(column.width for column in _RANKING),
        heights=tall,
        merges=tuple(merges),
        links=links,
        freeze=(NOTE_ROW + 1, 0),
        header=page_header(made),
        footer=page_footer(made),
    )


def _group_name(scheme: Scheme, group: str) -> str:
    name = next(each.name for each in scheme.head.groups if each.id == group)
    return scheme.head.name if len(scheme.head.groups) == 1 else f"{scheme.head.name}·{name}"


def _figures(result: Result) -> Iterator[tuple[str, str]]:
    """The key figures: who took part, what came back, who got what."""
    settings = result.evaluation.settings
    yield "评估", f"{settings.name}（{settings.year}年度，{settings.office}）"
    yield "计分批次", f"第{result.run}次，校验码 {result.code}"
    units = result.evaluation.units.values()
    unranked = sum(unit.standing == "unranked" for unit in units)
    yield "参评单位", f"{len(units)}个" + (f"，其中不排名{unranked}个" if unranked else "")
    roles = result.accounts.scored
    expected, counted = sum(role.expected for role in roles), sum(role.counted for role in roles)
    missing, waived = sum(role.missing for role in roles), sum(role.waived for role in roles)
    yield "报送表", f"应报{expected}份，计入{counted}份，未报{missing}份，免报{waived}份"
    if result.accounts.batches:
        yield "评价卡", _cards(result)
    if surveys := result.accounts.surveys:
        answers = sum(each.counted for each in surveys)
        yield "问卷调查", f"{len(surveys)}个导出文件，{sum(each.rows for each in surveys)}行，计入评价{answers}条"
    for scheme in result.evaluation.classes.values():
        own = [one for one in result.standings if one.unit.class_id == scheme.id]
        grades = Counter(one.grade for one in own)
        if scheme.grades:
            yield (
                f"等次（{scheme.head.name}）",
                "，".join(f"{each.name}{grades[each.name]}个" for each in scheme.grades),
            )
        awards = Counter(award for one in own for award in one.awards)
        if awards:
            yield f"奖项（{scheme.head.name}）", "，".join(f"{award}{number}个" for award, number in awards.items())
    severities = Counter(one.severity for one in result.findings)
    yield "校验问题", f"错误{severities['error']}条，提醒{severities['warning']}条，提示{severities['note']}条"


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


def _ranking_row(result: Result, one: Standing) -> Row:
    scheme = result.evaluation.classes[one.unit.class_id]
    return (
        *_place_cells(scheme, one),
        text("、".join(one.awards)),
        number(one.bonus) if one.bonus else word(""),
        text("；".join(_remarks(result, one))),
    )


def _place_cells(scheme: Scheme, one: Standing) -> Row:
    rank = word(UNRANKED) if one.rank is None else count(one.rank)
    name = Cell(one.unit.name, "link")
    return rank, name, Cell(decimal(one.total), _total_style(scheme)), grade_cell(scheme, one.grade)


def _total_style(scheme: Scheme) -> str:
    return "total" if scheme.head.decimals == 2 else "number_any"


def _remarks(result: Result, one: Standing) -> Iterator[str]:
    """What is behind the figures: the tie, the veto, granted and deducted points, weights that moved."""
    if one.tie:
        yield one.tie
    if one.veto:
        lowered = f"等次由{one.grade_by_total}降为{one.grade}" if one.grade != one.grade_by_total else "等次已是最低"
        yield f"一票否决（{one.veto}），{lowered}"
    for kind, said, amount in (("bonus", "加分", one.bonus), ("deduction", "扣分", one.deduction)):
        lines = [line for line in of_kind(result.evaluation.ledger, kind) if line.unit == one.unit.id]
        if lines:
            documents = "、".join(dict.fromkeys(line.document for line in lines))
            yield f"{said}{plain(amount)}分（{documents}）"
    yield from (f"撤销{label}（{document}）" for label, document in one.revoked)
    yield from decided_for(result.evaluation, one.unit.id)
    scheme = result.evaluation.classes[one.unit.class_id]
    for leaf in scheme.leaves():
        point = result.points.get((one.unit.id, leaf))
        if point and point.basis:
            yield f"{scheme.components[leaf].name}：{point.basis}"
    if one.available != result.points[one.unit.id, ""].weight:
        yield f"已评部分权重{plain(one.available)}"


# --- one group -------------------------------------------------------------------------------------------------------


def _group_tab(result: Result, made: Frame, key: Key, title: str) -> Tab:
    """Every unit of a group with the points of every component, nodes as well as leaves, in the order of the rules."""
    scheme = result.evaluation.classes[key[0]]
    components = [each for each, _ in scheme.walk() if scheme.weight(each, key[1])]
    columns = [*_PLACE, *(_component_column(scheme, each, key[1]) for each in components)]
    columns += [Column("加分", 8), Column("扣分", 8)]
    standings = result.group(*key)
    rows = [_group_row(result, scheme, one, components) for one in standings]
    back = (NOTE_ROW, 8)  # right of the merged cells of the heading
    links = {back: f"'{OVERVIEW}'!A1"}
    return framed(title, made, columns, rows, still=2, more={back: Cell("返回总览", "link")}, links=links)


def _component_column(scheme: Scheme, component: str, group: str) -> Column:
    name = scheme.components[component].name
    within = "其中：" if scheme.components[component].parent else ""
    return Column(f"{within}{name}\n（{plain(scheme.weight(component, group))}）", 10 if len(name) < 12 else 14)


def _group_row(result: Result, scheme: Scheme, one: Standing, components: list[str]) -> Row:
    rank, _, total, grade = _place_cells(scheme, one)
    parts = [points(result.points.get((one.unit.id, each))) for each in components]
    extra = [number(amount) if amount else word("") for amount in (one.bonus, one.deduction)]
    return rank, text(one.unit.name), total, grade, *parts, *extra


# --- read back -------------------------------------------------------------------------------------------------------


def shown_in_ranked(result: Result) -> dict[str, Shown]:
    """Unit id -> what the overview must show: rank (or 不排名), published total, grade."""
    return {one.unit.id: _shown(result.evaluation.classes[one.unit.class_id], one) for one in result.standings}


def _shown(scheme: Scheme, one: Standing) -> Shown:
    digits = scheme.head.decimals
    total = published(one.total, digits) if digits == 2 else plain(one.total)
    return str(one.rank) if one.rank is not None else UNRANKED, total, one.grade


def read_ranked(data: bytes) -> dict[str, Shown]:
    """Unit name -> rank, total and grade as they stand in the overview of a written file; {} if it cannot be read."""
    book = reader.read(data, wanted=lambda title: title == OVERVIEW)
    if isinstance(book, reader.Unreadable):
        return {}
    sheet = next((sheet for sheet in book.sheets if sheet.title == OVERVIEW), None)
    if sheet is None:
        return {}
    heads = [row for (row, column), cell in sheet.cells.items() if column == 0 and cell.text == _RANKING[0].header]
    return dict(pair for head in sorted(heads) for pair in _read_table(sheet, head + 1))


def _read_table(sheet: reader.Sheet, row: int) -> Iterator[tuple[str, Shown]]:
    while (row, _UNIT) in sheet.cells and (row, 2) in sheet.cells:
        grade = sheet.cells.get((row, 3))
        shown = _printed(sheet.cells[row, 0]), _printed(sheet.cells[row, 2]), _printed(grade) if grade else ""
        yield sheet.cells[row, _UNIT].text, shown
        row += 1


def _printed(cell: reader.Cell) -> str:
    """A cell as a spreadsheet shows it: text, or a number with the digits of its format."""
    if cell.number is None:
        return cell.text
    digits = len(cell.format.partition(".")[2])
    return published(Fraction(cell.number), digits) if digits else plain(cell.number)
