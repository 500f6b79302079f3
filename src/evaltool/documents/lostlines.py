"""What a unit lost as its letters say it: the table of lines (失分明细), the notes below it, and in sentences what to
begin with.  The same for 反馈书, 限期整改通知书 and 复核意见书."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool.documents.persons import U
from evaltool.documents.phrases import enumerated, names, one_line, table
from evaltool.exact import plain, published
from evaltool.results.rank import Standing
from evaltool.views.comparison import ComparedGroup, percent_text, printed
from evaltool.views.lostpoints import FEWEST, LostLine, LostPoints
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable

MOST = 3  # lines that a sentence names
_HEADS = ("序号", "失分项目", "分值", "得分", "折合总分失分", "同组平均", "失分理由")
_WIDTHS = (10.0, 41.0, 12.0, 13.0, 16.0, 14.0, 50.0)
_WITH_REPORT = (9.0, 31.0, 11.0, 12.0, 14.0, 12.0, 32.0, 35.0)
_NAMED_HEADS = ("序号", "失分项目", "分值", "失分理由")
_NAMED_WIDTHS = (10.0, 56.0, 14.0, 76.0)
_NAMED_WITH_REPORT = (10.0, 42.0, 14.0, 48.0, 42.0)
_REPORT = "自评填报"
_LONGEST = 40  # signs of a report's words that a narrow column has room for; the unit has its own sheet
NO_REASON = "—"
UNTOLD = "评分按规定保密，不列失分项目和理由。"
"""Where not even components are shown."""


def annex(
    group: ComparedGroup, one: Standing, lost: LostPoints, title: str = "失分明细", *, interim: bool = False
) -> tuple[Attachment, ...]:
    """All that is told of a unit's lost points on pages of its own; nothing where nothing is."""
    if not lost.is_told or not (lost.lines or lost.named):
        return ()
    blocks: list[DocumentBlock] = [*tables(group, lost), *enumerated(notes(group, lost, interim=interim))]
    return (Attachment((f"{one.unit.addressed}{title}",), tuple(blocks)),)


def tables(group: ComparedGroup, lost: LostPoints, most: int | None = None) -> Iterator[DocumentTable]:
    """The lines with figures, and those that are only named; numbered through."""
    lines, named = lost.lines[:most], lost.named[:most]
    if lines:
        rows = [(*_first(at, each), *_figures(group, each), *_last(each)) for at, each in enumerate(lines, 1)]
        yield _table(_HEADS, rows, lines, (_WIDTHS, _WITH_REPORT), "失分明细表（分）")
    if named:
        short = [(*_first(at, each), *_last(each)) for at, each in enumerate(named, len(lines) + 1)]
        yield _table(_NAMED_HEADS, short, named, (_NAMED_WIDTHS, _NAMED_WITH_REPORT), "按规定只列项目、不列分数的失分")


def _table(
    heads: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    lines: Sequence[LostLine],
    widths: tuple[Sequence[float], Sequence[float]],
    caption: str,
) -> DocumentTable:
    """With what the unit itself reported where it did."""
    at = len(heads) - 1
    if not any(_report(each) for each in lines):
        return table(heads, [row[:-1] for row in rows], widths[0], (1, at), caption)
    return table((*heads, _REPORT), rows, widths[1], (1, at, at + 1), caption)


def _first(at: int, each: LostLine) -> tuple[str, str, str]:
    return str(at), each.title, plain(each.full)


def _figures(group: ComparedGroup, each: LostLine) -> tuple[str, str, str]:
    return printed(each.points, each.digits), printed(each.cost, group.digits), printed(each.mean, each.digits)


def _last(each: LostLine) -> tuple[str, str]:
    return "；".join(one_line(text).rstrip("。；") for text in each.reasons) or NO_REASON, _report(each)


def _report(each: LostLine) -> str:
    """What the unit said of a goal: how its words begin, the value reached, its own points, the evidence."""
    said = each.report
    text = one_line(said.text).rstrip("。；")
    parts = [text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip('，、；。：')}……"]
    parts += [f"完成值{plain(said.value)}"] if said.value is not None else []
    parts += [f"自评{plain(said.points)}分"] if said.points is not None else []
    parts += [f"佐证：{one_line(said.evidence)}"] if said.evidence else []
    return "；".join(part for part in parts if part)


def notes(group: ComparedGroup, lost: LostPoints, *, interim: bool = False) -> Iterator[str]:
    """How to read the table, what does not stand in it, and why."""
    if any(each.cost is not None for each in lost.lines):
        yield "“折合总分失分”为各项失分按权重折算到总分的分数，从多到少排列。"
    if any(each.mean is not None for each in lost.lines):
        yield (
            f"“同组平均”为同组{U}排名单位该项得分的平均数；各自的项目和不足{max(FEWEST, group.scheme.disclosure.floor)}"
            f"{U}个单位有得分的项目不列。"
        )
    if not all(each.reasons for each in (*lost.lines, *lost.named)):
        yield f"评分主体没有写明失分理由的，以“{NO_REASON}”表示。"
    if lost.unlost:
        yield f"另有{lost.unlost}项未失分，没有列入。"
    if lost.over:
        yield f"另有指标超过满分，合计多得{published(lost.over, group.digits)}分。"
    if lost.whole:
        yield f"{_quoted(lost.whole)}的得分不是各项得分的简单相加，按整项列出。"
    if lost.coarse:
        yield f"{_quoted(lost.coarse)}的各项得分按规定只公布到小数点后1位，失分据此计算。"
    yield from stops(lost, interim=interim)


def stops(lost: LostPoints, *, interim: bool = False) -> Iterator[str]:
    """Where the letter stops, and why."""
    if lost.stops and interim:
        yield f"阶段性结果中，{_quoted(lost.stops)}只列到评估内容一级，不列失分项目和理由。"
    elif lost.stops:
        yield f"{_quoted(lost.stops)}涉及按规定保密的评分，只公布到评估内容一级，不列失分项目和理由。"


def _quoted(listed: Sequence[str]) -> str:
    return names(f"“{each}”" for each in listed)


# --- in sentences -----------------------------------------------------------------------------------------------------


def in_brief(group: ComparedGroup, lost: LostPoints, rest: str, most: int = MOST) -> Iterator[str]:
    """Which lines cost most, and that they come first; `rest`: the annex with all of them."""
    if not lost.is_told:
        return
    if lost.lines:
        yield _worst(group, lost, most)
    if lost.named:
        listed = _some([_quote(each.title) for each in lost.named], most)
        count = f"{len(lost.named)}项，见{rest}" if most < min(MOST, len(lost.named)) else ""
        yield f"按规定不列分数、有失分的项目{count or f'为{listed}'}。"
    if lost.lines or lost.named:
        yield _advice(lost, rest)
    else:
        yield f"可以列到的项目共{lost.unlost}项，均未失分。"


def _advice(lost: LostPoints, rest: str) -> str:
    """What to do about them, by what there is to go by: reasons of whoever marked them, or none."""
    said = [bool(each.reasons) for each in (*lost.lines, *lost.named)]
    if all(said):
        return f"请先从上述项目改起，对照{rest}所列理由逐项分析原因，制定改进措施。"
    if any(said):
        return f"请先从上述项目改起，{rest}列有理由的逐项对照整改，没有理由的查明失分原因，制定改进措施。"
    return "请先从上述项目改起，逐项查明失分原因，制定改进措施。"


def _worst(group: ComparedGroup, lost: LostPoints, most: int) -> str:
    """The first lines, what each cost, and how much of what is listed they make."""
    first = lost.lines[:most]
    listed = names(f"{_quote(each.title)}（失{printed(each.cost, group.digits)}分）" for each in first)
    part = sum((each.cost or Fraction(0) for each in first), Fraction(0))
    cost = lost.cost
    share = f"，占所列{len(lost.lines)}项失分的{percent_text(part / cost)}" if len(lost.lines) > most else ""
    if len(lost.lines) == 1:
        return f"具体到项目，所列失分的为{listed}。"
    spread = "失分较为集中，主要在" if share and cost and part / cost >= Fraction(1, 2) else "失分较多的是"
    return f"具体到项目，{spread}{listed}{share}。"


def _some(listed: Sequence[str], most: int) -> str:
    return names(listed[:most]) + (f"等{len(listed)}项" if len(listed) > most else "")


def _quote(title: str) -> str:
    return f"“{title}”"
