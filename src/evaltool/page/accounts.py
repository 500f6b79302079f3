"""The accounts on a page: who has answered and who is missing, the cards of each voter group, files; and the findings.

In public, roles and voter groups only: whose sheet is missing is nobody's business outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from evaltool.findings import SEVERITIES
from evaltool.identity import sheet_name
from evaltool.inbox.accounts.whole import BatchAccount
from evaltool.ledger import waiver_of
from evaltool.page.contents import Block, Cell, Folded, Paragraphs, Row, Table, figure, text, word
from evaltool.results.result import Result
from evaltool.views.comparison import NONE
from evaltool.views.wording import path
from evaltool.workbook.details import FATES, SEVERITY_WORDS

_SHEETS = ("角色", "应报", "计入", "未报", "免报")
_CARDS = ("发放", "收回", "未收回", "废票", "有效")
MOST_FINDINGS = 500


def public_accounts(result: Result) -> Iterator[Block]:
    """Sheets by role, cards by voter group."""
    rows = [
        _role_row(each.name, each.expected, each.counted, each.missing, each.waived) for each in result.accounts.scored
    ]
    if rows:
        yield Table("评估主体报送表（份）", _SHEETS, rows)
    yield from _card_sums(result, public=True)


def inside_accounts(result: Result) -> Iterator[Block]:
    """The same with names, files and batches."""
    made = result.accounts
    rows = [_role_row(each.name, each.expected, each.counted, each.missing, each.waived) for each in made.roles]
    if rows:
        yield Table("报送表（份）：应报＝计入＋未报＋免报", _SHEETS, rows)
    for state, words in (("missing", "未报"), ("waived", "免报")):
        if listed := list(dict.fromkeys(_absent(result, state))):
            yield Paragraphs([f"{words}：{'、'.join(listed)}。"])
    yield from _card_sums(result, public=False)
    if made.batches:
        rows = [_batch_row(result, each) for each in made.batches]
        head = ("评估内容", "评估主体", "批次", *_CARDS, "文件")
        yield Folded(f"各批次评价卡（{len(rows)}批）", [Table("各批次评价卡（张）", head, rows)])
    fates = [(text(FATES[fate]), figure(number)) for fate, number in made.files_by_fate().items()]
    yield Table(f"收到的文件：共{len(made.files)}个", ("处理结果", "个数"), fates)
    apart: list[Row] = [
        (text(each.file), word(FATES[each.became]), text(each.reason))
        for each in made.files
        if each.became != "counted"
    ]
    if apart:
        yield Folded(f"未计入的文件（{len(apart)}个）", [Table("未计入的文件", ("文件", "处理结果", "说明"), apart)])


def _role_row(name: str, *counts: int) -> Row:
    return [text(name), *map(figure, counts)]


def _absent(result: Result, state: str) -> Iterator[str]:
    ledger, names = result.evaluation.ledger, result.evaluation.evaluators
    for sheet in result.accounts.sheets:
        if sheet.answered == state:
            name = names[sheet.evaluator].name if sheet.evaluator in names else sheet.evaluator
            kind = sheet_name(sheet.batch)
            line = waiver_of(ledger, sheet.evaluator, sheet.batch) if state == "waived" else None
            more = "，".join(each for each in (kind, line.document if line else "") if each)
            yield f"{name}（{more}）" if more else name


# --- cards -----------------------------------------------------------------------------------------------------------


def _card_sums(result: Result, *, public: bool) -> Iterator[Block]:
    """The cards of each voter group over all its batches."""
    groups: dict[tuple[str, str], list[BatchAccount]] = {}
    for each in result.accounts.batches:
        leaf = result.evaluation.classes[each.class_id].components[each.component]
        if not public or leaf.public != "hidden":
            groups.setdefault((each.class_id, each.component), []).append(each)
    several = len(result.evaluation.classes) > 1
    rows: list[Row] = []
    for (class_id, component), batches in groups.items():
        scheme = result.evaluation.classes[class_id]
        cells = [text(scheme.head.name)] if several else []
        rows.append([*cells, text(path(scheme, component)), figure(len(batches)), *_counts(batches)])
    if rows:
        head = (*(["对象类别"] if several else []), "评估内容", "批次", *_CARDS)
        caption = "评价卡（张）：发放＝收回＋未收回，收回＝有效＋废票"
        yield Table(caption, head, rows, name=1 if several else 0)


def _counts(batches: Iterable[BatchAccount]) -> list[Cell]:
    """Sums; where a batch does not say, there is none."""
    own = list(batches)
    issued, returned = _sum(each.issued for each in own), _sum(each.returned for each in own)
    out = None if issued is None or returned is None else issued - returned
    counts = (issued, returned, out, _sum(each.spoiled for each in own), _sum(each.valid for each in own))
    return [figure(NONE if each is None else each) for each in counts]


def _sum(counts: Iterable[int | None]) -> int | None:
    total = 0
    for each in counts:
        if each is None:
            return None
        total += each
    return total


def _batch_row(result: Result, each: BatchAccount) -> Row:
    names = result.evaluation.evaluators
    return [
        text(path(result.evaluation.classes[each.class_id], each.component)),
        text(names[each.evaluator].name if each.evaluator in names else each.evaluator),
        word(each.batch),
        *_counts([each]),
        text(each.file),
    ]


# --- findings --------------------------------------------------------------------------------------------------------


def findings(result: Result) -> Iterator[Block]:
    """Every finding with its place; of very many the first."""
    counts = Counter(one.severity for one in result.findings)
    said = "，".join(f"{SEVERITY_WORDS[each]}{counts[each]}条" for each in SEVERITIES)
    more = (
        f"以下列出前{MOST_FINDINGS}条，其余见 findings.jsonl 和排名总表。"
        if len(result.findings) > MOST_FINDINGS
        else ""
    )
    yield Paragraphs([f"校验问题{len(result.findings)}条：{said}。{more}"])
    rows: list[Row] = [
        (word(SEVERITY_WORDS[one.severity]), text(one.code), text(one.place()), text(one.message()), text(one.hint()))
        for one in result.findings[:MOST_FINDINGS]
    ]
    if rows:
        yield Table("校验问题", ("程度", "代码", "位置", "问题", "处理办法"), rows, name=-1)
