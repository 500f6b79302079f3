"""评审材料 as a workbook: a guide, a worksheet for each kind of matter with yellow cells to decide in, and what is to
be known beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.reader import address
from evaltool.returns.committee.known import KnownTab
from evaltool.returns.committee.matters import (
    SERIAL,
    UNIT,
    AnswerColumn,
    CommitteeView,
    DecidedMatter,
    Fact,
    FactColumn,
    MatterKind,
    code_of,
)
from evaltool.roster.longtables import CHOICES, GUIDE
from evaltool.sheets.guidesheet import room
from evaltool.views.ranking import PERSON
from evaltool.writers.book import Book, Cell, EntryRule, Tab, header_text

TITLE = "评审材料"
_MOST_HEIGHT = 400.0
_LEAST_HEIGHT = 30.0
_CODE_WIDTH, _SERIAL_WIDTH = 16.0, 6.0
_FOOTER = "&L内部材料　审议人（签名）：　　　　　　　　日期：&R第 &P 页，共 &N 页"


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """The matters of one kind that wait."""

    kind: MatterKind
    matters: tuple[DecidedMatter, ...]


def unit_word(evaluation: Evaluation) -> str:
    """What the column of units is called."""
    return PERSON if all(scheme.head.persons for scheme in evaluation.classes.values()) else UNIT


def headers(evaluation: Evaluation, kind: MatterKind) -> tuple[str, ...]:
    """The headers of a worksheet as they are written."""
    return tuple(unit_word(evaluation) if header == UNIT else header for header in kind.headers)


def committee_book(view: CommitteeView, waiting: Sequence[OpenMatters], known: Sequence[KnownTab]) -> Book:
    """The whole book; worksheets without a line are left out, the guide counts them all the same."""
    lists = _lists(waiting)
    read = [(tab, list(tab.rows(view))) for tab in known]
    tabs = [_guide(view, waiting, read)]
    tabs += [_decisions(view, each, lists) for each in waiting if each.matters]
    tabs += [_known_tab(view, tab, rows) for tab, rows in read if rows]
    tabs += [_choices(lists)] if lists else []
    return Book(tuple(tabs), f"{view.evaluation.settings.name}　{TITLE}")


# --- one kind of matter ----------------------------------------------------------------------------------------------


def _decisions(view: CommitteeView, each: OpenMatters, lists: Mapping[tuple[str, ...], int]) -> Tab:
    kind, evaluation = each.kind, view.evaluation
    own = [*(one.width for one in kind.facts), *(one.width for one in kind.answers)]
    widths = (_SERIAL_WIDTH, *own, _CODE_WIDTH)
    rows = [list(_row(evaluation, kind, at, matter)) for at, matter in enumerate(each.matters, 1)]
    says = (*kind.says, *kind.rules(view))
    tab = _laid_out(view, kind.title, says, headers(evaluation, kind), widths, rows)
    first = top_of(says) + 1
    rules = [
        rule
        for at, answer in enumerate(kind.answers, 1 + len(kind.facts))
        for rule in _rules(answer, each.matters, (first, at), lists)
    ]
    return replace(tab, checks=tuple(rules))


def _row(evaluation: Evaluation, kind: MatterKind, number: int, matter: DecidedMatter) -> Iterator[Cell]:
    yield Cell(str(number), "text_center")
    for column, fact in zip(kind.facts, matter.facts, strict=True):
        yield _fact(column, fact)
    for answer in kind.answers:
        yield Cell(None, "input" if answer.kind == "points" else "input_text")
    yield Cell(str(code_of(evaluation, kind, matter)), "label_wrap")


def _fact(column: FactColumn, fact: Fact) -> Cell:
    if isinstance(fact, Decimal):
        return Cell(fact, "any")
    return Cell(fact or None, "text_center" if column.centred else "text")


def _rules(
    answer: AnswerColumn, matters: Sequence[DecidedMatter], top: tuple[int, int], lists: Mapping[tuple[str, ...], int]
) -> Iterator[EntryRule]:
    """What the cells of a column take.  Rules stay where they are when lines are sorted, so that only what holds for
    all lines forbids anything; what is read back is held against the line's own limits."""
    row, column = top
    whole = address(row, column), address(row + len(matters) - 1, column)
    rule = EntryRule(*whole, "length", "0", "500", title=answer.header, strict=False)
    if answer.kind == "text":
        yield rule
    elif answer.kind == "points":
        most = [each.most for each in matters if each.most is not None]
        high = plain(max(most)) if len(most) == len(matters) else "1000"
        yield replace(rule, kind="decimal", high=high, alert=f"应为0—{high}的数", strict=True)
    else:
        same = [(choices, len(list(run))) for choices, run in groupby(offered(answer, each) for each in matters)]
        for choices, count in same:
            cells = address(row, column), address(row + count - 1, column)
            row += count
            if choices:
                source = f"={CHOICES}!{_column(lists[choices], len(choices))}"
                words = f"从列表中选：{'、'.join(choices)[:200]}"
                given = EntryRule(*cells, "list", choices=source, title=answer.header, alert=words)
                yield replace(given, strict=len(same) == 1)


def offered(answer: AnswerColumn, matter: DecidedMatter) -> tuple[str, ...]:
    """What may be chosen in a line's cell."""
    return matter.choices.get(answer.header, answer.choices)


# --- a worksheet -----------------------------------------------------------------------------------------------------


def top_of(says: Sequence[str]) -> int:
    """The row of the header: title, kind, what is said, a blank row stand above."""
    return 3 + len(says)


def _laid_out(
    view: CommitteeView,
    name: str,
    says: Sequence[str],
    heads: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[Sequence[Cell]],
) -> Tab:
    title = f"{view.evaluation.settings.name}　{TITLE}"
    top, last = top_of(says), len(heads) - 1
    across = sum(widths)
    cells: dict[tuple[int, int], Cell] = {(0, 0): Cell(title, "title"), (1, 0): Cell(name, "subtitle")}
    cells |= {(at, 0): Cell(text, "paragraph") for at, text in enumerate(says, 2)}
    cells |= {(top, at): Cell(head, "head") for at, head in enumerate(heads)}
    heights = {0: 30.0, 1: 20.0, top: 32.0, **{at: room(text, across) for at, text in enumerate(says, 2)}}
    for number, row in enumerate(rows, top + 1):
        cells |= {(number, at): cell for at, cell in enumerate(row)}
        texts = (room(str(cell.value or ""), width) for cell, width in zip(row, widths, strict=True))
        heights[number] = min(max(_LEAST_HEIGHT, *texts), _MOST_HEIGHT)
    return Tab(
        name,
        cells,
        widths=tuple(widths),
        heights=heights,
        merges=tuple((address(row, 0), address(row, last)) for row in range(top - 1)),
        freeze=(top + 1, 2),
        filter=(address(top, 0), address(max(top + len(rows), top + 1), last)),
        repeat_rows=(top, top),
        header=f"&L{header_text(title[:60])}&R{name}",
        footer=_FOOTER,
    )


def _known_tab(view: CommitteeView, tab: KnownTab, rows: Sequence[Sequence[Fact]]) -> Tab:
    says = (*tab.says, *_so_far(view))
    heads = (SERIAL, *(unit_word(view.evaluation) if one.header == UNIT else one.header for one in tab.facts))
    widths = (_SERIAL_WIDTH, *(one.width for one in tab.facts))
    cells = [
        [Cell(str(at), "text_center"), *(_fact(column, fact) for column, fact in zip(tab.facts, row, strict=True))]
        for at, row in enumerate(rows, 1)
    ]
    return _laid_out(view, tab.title, says, heads, widths, cells)


def _so_far(view: CommitteeView) -> tuple[str, ...]:
    if view.result is None:
        return ("还没有可以计分的内容，总分和等次空着。",)
    return () if view.final else ("评分未报齐，总分和等次是阶段性的，不是结果。",)


# --- guide and lists -------------------------------------------------------------------------------------------------

_HOW = (
    "黄色的格供填写：在列表中选决定，需要的填分值、名次和说明；缓议和空着的行不登记，留待下次。",
    "各行可以排序、筛选、删去，不要改最后一列的行码和其他各列；行码与内容对不上、或事项在此后有变动的，整本都不登记，并指出是哪一格。",
    "会后用 evaltool committee 文件夹 --take 本文件 --document 会议纪要文号 --date 会议日期 登记入台账；"
    "同一本重复登记，不会记两次。",
    "总分和等次按生成时的材料计算；生成后又有报送或决定的，先重新生成。",
)


def _guide(
    view: CommitteeView, waiting: Sequence[OpenMatters], read: Sequence[tuple[KnownTab, Sequence[object]]]
) -> Tab:
    heads = ("工作表", "事项数", "说明")
    rows = [(each.kind.title, len(each.matters), "".join(each.kind.says)) for each in waiting]
    rows += [(tab.title, len(lines), "".join(tab.says)) for tab, lines in read]
    cells = [[Cell(title), Cell(count, "integer"), Cell(says)] for title, count, says in rows]
    return _laid_out(view, GUIDE, (*_HOW, *_so_far(view)), heads, (18.0, 10.0, 96.0), cells)


def _lists(waiting: Sequence[OpenMatters]) -> dict[tuple[str, ...], int]:
    """Every list of choices, with the column of the worksheet of lists in which it stands."""
    found: dict[tuple[str, ...], int] = {}
    for each in waiting:
        for matter in each.matters:
            for answer in each.kind.answers:
                choices = offered(answer, matter) if answer.kind == "choice" else ()
                if choices:
                    found.setdefault(choices, len(found))
    return found


def _column(at: int, count: int) -> str:
    first, last = address(1, at), address(count, at)
    return ":".join(
        f"${''.join(filter(str.isalpha, each))}${''.join(filter(str.isdigit, each))}" for each in (first, last)
    )


def _choices(lists: Mapping[tuple[str, ...], int]) -> Tab:
    cells = {(0, at): Cell(f"列表{at + 1}", "head") for at in lists.values()}
    for choices, at in lists.items():
        cells |= {(row, at): Cell(word) for row, word in enumerate(choices, 1)}
    return Tab(CHOICES, cells, widths=(16.0,) * len(lists), state="hidden")
