"""The ledger as a workbook to fill in: one line a decision, every column explained, and what each kind needs.

Once a kind is chosen, the cells that it needs and that are blank turn yellow, and those that it has no use for grey.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaltool.evaluation import Evaluation
from evaltool.ledger import ALWAYS, KINDS, DecisionKind
from evaltool.ledger.kinds import COLUMNS, HEADERS
from evaltool.reader.cells import address
from evaltool.roster.longtables import CHOICES, EXAMPLE, GUIDE
from evaltool.sheets.rosterbook import ROWS, Offered, fixed, offered
from evaltool.writers.book import Book, Cell, EntryRule, Highlight, Tab

SHEET = "决定"
LEDGER = "decisions/决定登记.xlsx"
_NEEDED, _MAY, _UNUSED = "必填", "可填", "不填"
_ABOUT: Mapping[str, str] = {
    "kind": "决定的种类，从列表中选；各种决定要填什么，见“填写说明”",
    "document": "凭哪份文件",
    "date": "决定的日期，如 2027-03-31",
    "reason": "一句话说明为什么",
    "unit": "被评估单位的编号或名称",
    "evaluator": "评估主体的编号或名称；分管调整写接任的领导",
    "component": "评估内容的代号或名称；单项奖写单项，撤销奖项写奖项名称",
    "indicator": "指标的编号或名称；空着的是整项内容",
    "batch": "评价卡的批次；空着的是全部",
    "file_hash": "报送表的文件指纹（8 位以上，见收表清单和校验问题）；一项决定涉及几份文件的，用“、”隔开",
    "sheet": "要更正的单元格在哪个工作表",
    "cell": "要更正的单元格，如 C8",
    "before": "更正前的数、原分值、原名称、原分管领导；撤回、处理意见、答复写所指那一行的文号",
    "after": "新的数、分值、名次、级别；更名、合并、撤销、新设；属实、不属实；采纳、部分采纳、不采纳",
    "effective": "从哪天起有效，如 2027-03-31；空着的，以决定日期为准；公示写第一天",
    "run": "征求意见、审定、公示、公布的是哪一批次，如 0002（evaltool runs 列出各批次）",
    "until": "公示的最后一天；征求意见、意见和异议写答复的截止日期",
    "source": "谁提的意见或异议，如 市纪委监委；空着的，是该单位自己",
    "item": "加分、扣分：哪一种，带级别，如 竞赛·省级；目标变更：改哪一栏，如 评分标准；任务增加：属于哪一部分",
    "deed": "加分、扣分：为哪一事项；规则规定同一事项只按最高的一次计的，几次的写成一样",
}
_EXAMPLE = {
    "kind": f"{EXAMPLE}：加分",
    "document": "市绩评〔2027〕3号",
    "date": "2027-03-20",
    "reason": "获省级表彰",
    "unit": "东山镇",
    "after": "0.5",
}
_WIDTHS = (14, 24, 13, 40, *(16,) * (len(COLUMNS) - 4))


def blank_ledger(names: Offered) -> Book:
    """A ledger without a line; `names`: what the lists offer (unit, evaluator, component)."""
    return Book((_ledger(names), _guide(), _lists(names)))


def ledger_names(evaluation: Evaluation) -> Offered:
    """What a decision can be about in a folder."""
    roster = evaluation.roster
    people = {"unit": [each.name for each in roster.units], "evaluator": [each.name for each in roster.evaluators]}
    return {**offered(evaluation), **people}


def _ledger(names: Offered) -> Tab:
    cells = {(0, at): Cell(header, "head") for at, header in enumerate(COLUMNS)}
    example = {attribute: at for at, attribute in enumerate(HEADERS)}
    cells |= {(1, example[each]): Cell(text, "example") for each, text in _EXAMPLE.items()}
    comments = {(0, at): _ABOUT[attribute] for at, attribute in enumerate(HEADERS)}
    last = address(ROWS, len(COLUMNS) - 1)
    return Tab(
        SHEET,
        cells,
        widths=_WIDTHS,
        comments=comments,
        checks=tuple(_rule(at, attribute, names) for at, attribute in enumerate(HEADERS)),
        highlights=(
            Highlight("B2", last, _marks(_NEEDED, 'B2=""'), "warn"),
            Highlight("B2", last, _marks(_UNUSED, "TRUE"), "blocked"),
        ),
        freeze=(1, 1),
        repeat_rows=(0, 0),
    )


def _rule(at: int, attribute: str, names: Offered) -> EntryRule:
    place = {"first": address(1, at), "last": address(ROWS, at), "title": HEADERS[attribute]}
    prompt = _ABOUT[attribute]
    listed = list(_columns(names))
    if attribute in listed:
        where = listed.index(attribute)
        count = len(_columns(names)[attribute])
        source = f"={CHOICES}!{fixed(1, where)}:{fixed(count, where)}"
        return EntryRule(**place, kind="list", choices=source, prompt=prompt, strict=False)
    return EntryRule(**place, kind="length", low="0", high="500", prompt=prompt, strict=False)


def _columns(names: Offered) -> dict[str, Sequence[str]]:
    """The lists, a column each."""
    kinds = [kind.word for kind in KINDS.values()]
    named = {each: names[each] for each in ("unit", "evaluator", "component") if names.get(each)}
    return {"kind": kinds, **named}


def _marks(what: str, more: str) -> str:
    """True for a cell of the ledger of which the kind in its line says this."""
    first, kinds = len(HEADERS), len(KINDS)  # the table of needs stands to the right of the lists
    needs = f"{CHOICES}!{fixed(1, first)}:{fixed(kinds, 2 * first - 1)}"
    row = f"MATCH($A2,{CHOICES}!{fixed(1, 0)}:{fixed(kinds, 0)},0)"
    return f'=AND(IFERROR(INDEX({needs},{row},COLUMN(B2)),"")="{what}",{more})'


def _need(kind: DecisionKind, attribute: str) -> str:
    if attribute in (*ALWAYS, *kind.needs):
        return _NEEDED
    sometimes = {each for columns in kind.needs_if.values() for each in columns}
    return _MAY if attribute in kind.may or attribute in sometimes else _UNUSED


def _lists(names: Offered) -> Tab:
    first = len(HEADERS)
    cells: dict[tuple[int, int], Cell] = {}
    for at, (attribute, listed) in enumerate(_columns(names).items()):
        cells[0, at] = Cell(HEADERS[attribute], "head")
        cells |= {(row, at): Cell(name) for row, name in enumerate(listed, 1)}
    for at, (attribute, header) in enumerate(HEADERS.items(), first):
        cells[0, at] = Cell(header, "head")
        cells |= {(row, at): Cell(_need(kind, attribute)) for row, kind in enumerate(KINDS.values(), 1)}
    return Tab(CHOICES, cells, widths=(22.0,) * 4, freeze=(1, 0))


def _guide() -> Tab:
    heads = ("种类", "含义", "要填的列", "可以填的列", "新值")
    cells = {(0, at): Cell(head, "head") for at, head in enumerate(heads)}
    for row, kind in enumerate(KINDS.values(), 1):
        needs = [HEADERS[each] for each in kind.needs]
        needs += [f"{HEADERS[each]}（写了{HEADERS[other]}的可以不写）" for each, other in kind.needs_unless.items()]
        sometimes = [f"{HEADERS[each]}（{word}）" for word, columns in kind.needs_if.items() for each in columns]
        may = [HEADERS[each] for each in kind.may]
        said = (kind.word, kind.says, "、".join(needs), "、".join([*sometimes, *may]), "、".join(kind.choices))
        cells |= {(row, at): Cell(text or None) for at, text in enumerate(said)}
    notes = (
        "每一行都要填种类、文号、日期、理由。登记过的行不要删改；不再有效的，另登记一行“撤回”。",
        "“决定”表中第一列以“示例：”开头的行不读取。一个文件夹中可以有几个登记文件，合起来是台账。",
    )
    for at, note in enumerate(notes, len(KINDS) + 2):
        cells[at, 0] = Cell(note, "note")
    return Tab(GUIDE, cells, widths=(14, 60, 36, 44, 30), freeze=(1, 0))
