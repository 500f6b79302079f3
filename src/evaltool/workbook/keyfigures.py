"""The tab 计分情况: who took part, what came in, who got what, and how many live cells are not as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from evaltool.documents.persons import U, all_persons, spoken
from evaltool.reader.cells import address, letters
from evaltool.results.rank import GroupKey, Standing
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.rules.expressions import Expr, Written
from evaltool.workbook.formulas import STATED, cell
from evaltool.workbook.groups import SAME, Live
from evaltool.workbook.live import LIMIT, Chain
from evaltool.workbook.page import Page
from evaltool.workbook.parts import AS_SCORED, HEAD_ROW, KEY_FIGURES, Frame, counter_lights, height, line_count, stack
from evaltool.writers.book import Cell, Tab

DIFFERING, NO_NUMBERS = "与计算结果不一致", "空白或不是数字的格"
_WIDTHS = 30.0, 100.0
_VALUE = 1


def figures_tab(result: Result, made: Frame, live: Chain, tabs: Sequence[Tab]) -> Tab:
    """`tabs`: those with cells that may be changed."""
    page, tall = Page(KEY_FIGURES, HEAD_ROW), {}
    formulas = ("公式", _formulas(result, live, _stated(tabs)))
    for label, value in [*_figures(result, live.groups), formulas]:
        shown = cell(value, "text") if isinstance(value, Expr) else Cell(value)
        row = page.add((Cell(label, "label_wrap"), shown))
        said = value.value if isinstance(value, Expr) else value
        tall[row] = height(max(line_count(said, _WIDTHS[_VALUE]), line_count(label, _WIDTHS[0])))
    counted = [(DIFFERING, _differing(live.groups)), (NO_NUMBERS, _no_numbers(tabs))]
    rows = [page.add((Cell(label, "label_wrap"), cell(number, "places"))) for label, number in counted]
    lights = [light for row in rows for light in counter_lights(row, _VALUE)]
    return stack(page, made, _WIDTHS, (), tall, highlights=tuple(lights))


def counters(tab: Tab) -> list[tuple[str, Expr]]:
    """Label and cell of each of the two numbers that say whether somebody tried something out."""
    labels = {each.value: row for (row, column), each in tab.cells.items() if column == 0}
    spots = {label: f"'{KEY_FIGURES}'!{address(labels[label], _VALUE)}" for label in (DIFFERING, NO_NUMBERS)}
    return [(label, Written(spot, Fraction(0))) for label, spot in spots.items()]


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


def _figures(result: Result, groups: Mapping[GroupKey, Live]) -> Iterator[tuple[str, str | Expr]]:
    """The key figures: who took part, what came back, who got what; how often each grade stands in the groups' tabs."""
    settings = result.evaluation.settings
    yield "评估", f"{settings.name}（{settings.year}年度，{settings.office}）"
    yield "计分批次", f"第{result.run}次，校验码 {result.code}"
    units = result.evaluation.units.values()
    unranked = sum(unit.standing == "unranked" for unit in units)
    persons = all_persons(result.evaluation)
    each = "人" if persons else "个"
    whom = spoken(f"{U}参评单位", persons=persons)
    yield whom, f"{len(units)}{each}" + (f"，其中不排名{unranked}{each}" if unranked else "")
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
        own, each = [one for one in result.standings if one.unit.class_id == scheme.id], scheme.head.each
        if scheme.grades and own:
            spans = [live.grades for (class_id, _), live in groups.items() if class_id == scheme.id and live.places]
            graded = _grades(scheme, own, spans)
            open_ = sum(bool(one.possible) for one in own)
            undecided = f"{graded.value}，待定{open_}{each}（尚未报到的可能改变等次）"
            yield f"等次（{scheme.head.name}）", undecided if open_ else graded
        awards = Counter(award for one in own for award in one.awards)
        if awards:
            yield (
                f"奖项（{scheme.head.name}，{AS_SCORED}）",
                "，".join(f"{award}{number}{each}" for award, number in awards.items()),
            )
    severities = Counter(one.severity for one in result.findings)
    yield "校验问题", f"错误{severities['error']}条，提醒{severities['warning']}条，提示{severities['note']}条"


def _grades(scheme: Scheme, own: Sequence[Standing], spans: Sequence[str]) -> Expr:
    """How many have each grade, as the live cells say."""
    counts, each = Counter(one.grade for one in own), scheme.head.each
    pieces = []
    for grade in scheme.grades:
        name = grade.name.replace('"', '""')
        found = "+".join(f'SUMPRODUCT(--({span}="{name}"))' for span in spans)
        pieces.append(f'"{name}"&({found})&"{each}"')
    said = (f"{grade.name}{counts[grade.name]}{each}" for grade in scheme.grades)
    return Written('&"，"&'.join(pieces), "，".join(said))


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
