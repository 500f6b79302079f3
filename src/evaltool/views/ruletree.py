"""The picture of a class's rules: the tree of its components, what each weighs, who answers it, what absence means.

A row for each component, parts indented below what they are parts of; the bar beside it is as long as its share of the
total.  So it can be read however wide or deep a tree is.  It is drawn once, for the notice (Word draws its shapes
itself) and for files (`page.rulepicture`); what tells apart is lightness and words, so that it survives a copier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from evaltool.charts.drawing import wide
from evaltool.evaluation import Evaluation
from evaltool.evaluation.in_words import absences_in_words
from evaltool.exact import plain
from evaltool.rules import EXTRAS, Component, Scheme
from evaltool.rules.combining import way_in_words
from evaltool.rules.wording import worth
from evaltool.writers.drawing import INK, Drawing, Shape

WIDTH = 760
_NAME, _NOTE, _HEAD = 16, 14, 20  # sizes of writing
_BOXES, _BARS, _NOTES = 282, 294, 470  # where the boxes end, the bars begin, the notes begin
_BAR = 120  # the length of the longest
_INDENT, _MARGIN, _GAP = 26, 8, 6
_FAINT, _LINE = "#4a5260", "#8a919c"
_DARK, _MIDDLE, _LIGHT, _WHITE = "#1f3a5f", "#c3d0e0", "#eef2f7", "#ffffff"
_OWN = {"self": "被评估单位自己填报", "owner": "各指标的评分主体打分"}
_NOT_LAST = "（“《"
_NOT_FIRST = frozenset("，。；：、）”》％%")


@dataclass(frozen=True, slots=True)
class _TreeRow:
    """A component as it is drawn: the lines of its name, and of what is said of it."""

    depth: int
    name: tuple[str, ...]
    weight: Fraction
    said: tuple[str, ...]
    quiet: tuple[str, ...]
    is_leaf: bool

    @property
    def height(self) -> int:
        return max(20 * len(self.name) + 10, 18 * (len(self.said) + len(self.quiet)) + 6)


def rule_tree(evaluation: Evaluation, scheme: Scheme) -> Drawing:
    """The picture of one class."""
    title = f"{scheme.head.name}评估内容与权重"
    rows = [_row(evaluation, scheme, key, depth) for key, depth in scheme.walk()]
    shapes = list(_headings(scheme))
    y, places = 66, []
    longest = max(row.weight for row in rows) or Fraction(1)
    for row in rows:
        places.append(y)
        shapes += _drawn(row, y, longest)
        y += row.height + _GAP
    shapes = [*_connectors(rows, places), *shapes]
    for note in _notes(scheme):
        for line in _lines(note, WIDTH - 2 * _MARGIN, _NOTE):
            shapes.append(Shape("text", (_MARGIN, y + 14), _FAINT, line, size=_NOTE))
            y += 19
    said = f"{title}：总分{plain(scheme.head.total)}分。" + "".join(_in_words(evaluation, scheme))
    return Drawing(title, said, y + _MARGIN, tuple(shapes), WIDTH)


# --- what is said ----------------------------------------------------------------------------------------------------


def _row(evaluation: Evaluation, scheme: Scheme, key: str, depth: int) -> _TreeRow:
    component = scheme.components[key]
    is_leaf = not scheme.children(key)
    who = _who(evaluation, scheme, key) if is_leaf else ""
    quiet = [
        line
        for said in absences_in_words(scheme, component, "zh")
        for line in _lines(said, WIDTH - _NOTES - _MARGIN, _NOTE)
    ]
    name = _lines(component.name, _BOXES - _MARGIN - depth * _INDENT - 16, _NAME)
    said = tuple(_lines(who, WIDTH - _NOTES - _MARGIN, _NOTE)) if who else ()
    return _TreeRow(depth, tuple(name), scheme.weight(key), said, tuple(quiet), is_leaf)


def _who(evaluation: Evaluation, scheme: Scheme, key: str) -> str:
    """Who answers a leaf, and on how many lines."""
    component = scheme.components[key]
    said = _answering(evaluation, component)
    lines = len({each.name for each in evaluation.indicators(scheme.id, key)})
    told = f"，{lines}项指标" if lines and not component.taken else ""
    return said + told + _only_for(scheme, component)


def _answering(evaluation: Evaluation, component: Component) -> str:
    if component.taken:
        return "没有人评，由已有的数得出"
    if component.by in _OWN:
        return _OWN[component.by]
    bearers = sum(each.role == component.by for each in evaluation.roster.evaluators)
    several = bearers > 1 and not component.ballot
    over = f"，{bearers}个主体{way_in_words('zh', component.over)}" if several else ""
    return f"“{evaluation.roles.get(component.by, component.by)}”评{over}"


def _only_for(scheme: Scheme, component: Component) -> str:
    names = {group.id: group.name for group in scheme.head.groups}
    return f"；只适用于{'、'.join(names[group] for group in component.groups)}" if component.groups else ""


def _notes(scheme: Scheme) -> Iterator[str]:
    """What explains the picture, and what stands beside the total."""
    yield f"横条的长短与权重成比例。没有写明的缺报、弃权等情形，须先处理，才能计分{_but_waived(scheme)}。"
    words = {"bonus": "加分", "deduction": "扣分"}
    beside = [words[kind] for kind in EXTRAS if scheme.extras(kind).kinds]
    beside += ["一票否决"] if scheme.veto.kinds or scheme.veto.facts else []
    if beside:
        yield f"另有{'、'.join(beside)}，不在上列权重之内。"
    if scheme.head.normalise:
        yield f"规则中的权重之和为 {plain(scheme.stated_total())}，图中已按比例折算。"


def _but_waived(scheme: Scheme) -> str:
    leaves = (scheme.components[key] for key in scheme.leaves())
    return "；免报的不计入平均" if any(each.waived == "out" for each in leaves) else ""


def _in_words(evaluation: Evaluation, scheme: Scheme) -> Iterator[str]:
    """The same for those who cannot see it."""
    for key, depth in scheme.walk():
        who = "" if scheme.children(key) else f"，{_answering(evaluation, scheme.components[key])}"
        part = "其中" if depth else ""
        yield f"{part}{scheme.components[key].name}{worth(scheme.weight(key))}分{who}。"


def _lines(text: str, most: int, size: int) -> list[str]:
    """A text in lines that are no wider than this; none begins with a comma."""
    lines, line = [], ""
    for sign in text:
        if line and wide(line + sign, size) > most and sign not in _NOT_FIRST:
            kept = line.rstrip(_NOT_LAST)
            lines.append(kept)
            line = line[len(kept) :]
        line += sign
    return [*lines, line]


# --- where it stands -------------------------------------------------------------------------------------------------


def _headings(scheme: Scheme) -> Iterator[Shape]:
    total = f"{scheme.head.name}　总分 {plain(scheme.head.total)} 分"
    yield Shape("rect", (_MARGIN, 8, WIDTH - 2 * _MARGIN, 34), _DARK)
    yield Shape("text", (WIDTH // 2, 32), _WHITE, total, "middle", _HEAD, bold=True)
    for x, text in ((_MARGIN, "评估内容"), (_BARS, "权重（分）"), (_NOTES, "由谁评、缺了怎么办")):
        yield Shape("text", (x, 59), _FAINT, text, size=_NOTE)


def _drawn(row: _TreeRow, y: int, longest: Fraction) -> Iterator[Shape]:
    left = _MARGIN + row.depth * _INDENT
    fill = _WHITE if row.is_leaf and row.depth else _LIGHT if row.is_leaf else _MIDDLE
    yield Shape("rect", (left, y, _BOXES - left, row.height), fill, edge=_LINE)
    top = y + (row.height - 20 * len(row.name)) // 2
    for at, line in enumerate(row.name):
        yield Shape("text", (left + 8, top + 20 * at + 16), INK, line, size=_NAME, bold=not row.depth)
    middle = y + row.height // 2
    length = max(int(_BAR * row.weight / longest + Fraction(1, 2)), 1)
    yield Shape("rect", (_BARS, middle - 8, length, 16), _LINE if row.depth else _DARK)
    yield Shape("text", (_BARS + length + 6, middle + 6), INK, worth(row.weight), size=_NAME, bold=not row.depth)
    top = y + (row.height - 18 * (len(row.said) + len(row.quiet))) // 2
    for at, line in enumerate((*row.said, *row.quiet)):
        colour = INK if at < len(row.said) else _FAINT
        yield Shape("text", (_NOTES, top + 18 * at + 14), colour, line, size=_NOTE)


def _connectors(rows: list[_TreeRow], places: list[int]) -> Iterator[Shape]:
    """From each part to what it is a part of."""
    for at, row in enumerate(rows):
        if not row.depth:
            continue
        whole = max(number for number in range(at) if rows[number].depth == row.depth - 1)
        x = _MARGIN + (row.depth - 1) * _INDENT + 12
        top, y = places[whole] + rows[whole].height, places[at] + row.height // 2
        yield Shape("line", (x, top, x, y), _LINE)
        yield Shape("line", (x, y, x + _INDENT - 12, y), _LINE)
