"""What came in and what became of it, as tables: sheets by role, files, cards, surveys.  What is reckoned there re-adds
by what the captions say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evaltool.checks.reported import GoalKey, GoalReport
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, Language
from evaltool.identity import sheet_name
from evaltool.inbox.accounts.whole import Accounts, BatchAccount, RoleAccount
from evaltool.views.tables import ShownColumn, ShownRow, ShownTable, ShownValue, table
from evaltool.views.wording import evaluator_name, path

FATES = {
    "counted": "计入",
    "copy": "相同副本",
    "superseded": "被替代",
    "rejected": "退回",
    "excluded": "排除",
    "attachment": "附件",
    "not_a_submission": "非报送表",
}
ANSWERED = (("counted", "计入"), ("with_errors", "有错待改"), ("missing", "未报"), ("waived", "免报"))
"""What can have become of a sheet, in words."""
HASH = 12  # digits of a file's hash, enough to find it in the ledger and the accounts
_CARDS = tuple(ShownColumn(header, "count", 10) for header in ("发放", "收回", "未收回", "废票", "有效"))
_EVALUATOR = ShownColumn("评估主体", "text", 26, "evaluator")


def sheets(roles: Iterable[RoleAccount]) -> ShownTable:
    """By role; 有错待改 stands there where there are such."""
    listed = list(roles)
    states = ANSWERED if any(role.with_errors for role in listed) else ANSWERED[:1] + ANSWERED[2:]
    columns = [ShownColumn("角色", "text", 44, names=True), ShownColumn("应报", "count", 14)]
    columns += [ShownColumn(words, "count", 14) for _, words in states]
    rows: list[ShownRow] = [
        (role.name, role.expected, *(getattr(role, state) for state, _ in states)) for role in listed
    ]
    return table(f"报送表（份）：应报＝{'＋'.join(words for _, words in states)}", columns, rows)


def fates(made: Accounts) -> ShownTable:
    """How many files came to what."""
    columns = [ShownColumn("处理结果", "text", 44, names=True), ShownColumn("个数", "count", 14)]
    rows = [(FATES[fate], number) for fate, number in made.files_by_fate().items()]
    return table(f"收到的文件：共{len(made.files)}个", columns, rows)


def why(made: Accounts, findings: Iterable[Finding], language: Language = "zh") -> list[str]:
    """What is said of each file beside what became of it, where that is a finding in its words."""
    said = {(one.file, one.code): one for one in findings}
    found = ((each.reason, said.get((each.file, each.reason))) for each in made.files)
    return [reason if one is None else one.message(language) for reason, one in found]


def files(evaluation: Evaluation, made: Accounts, findings: Iterable[Finding]) -> ShownTable:
    """Every file and what it was taken for."""
    columns = (
        ShownColumn("文件", "text", 44, "file", names=True),
        ShownColumn("处理结果", "word", 14, "fate"),
        _EVALUATOR,
        ShownColumn("批次", "word", 10, "batch"),
        ShownColumn("文件指纹", "text", 18, "hash"),
        ShownColumn("说明", "text", 30, "reason"),
    )
    rows: list[ShownRow] = [
        (
            each.file,
            FATES[each.became],
            evaluator_name(evaluation, each.evaluator),
            sheet_name(each.batch) or each.batch,
            each.digest[:HASH],
            reason,
        )
        for each, reason in zip(made.files, why(made, findings), strict=True)
    ]
    return table("每个文件", columns, rows)


def attachments(evaluation: Evaluation, made: Accounts) -> ShownTable:
    """Reports and proofs that came in, beside the unit to which they belong; those of no unit stand last."""
    columns = (
        ShownColumn("单位", "text", 30, names=True),
        ShownColumn("附件", "text", 60, "file"),
        ShownColumn("收件记录中的文件指纹", "text", 24, "hash"),
    )
    order = {unit: at for at, unit in enumerate(evaluation.units)}
    filed = [each for each in made.files if each.became == "attachment"]
    filed.sort(key=lambda each: (order.get(each.unit, len(order)), each.file))
    rows: list[ShownRow] = [
        (evaluation.units[each.unit].name if each.unit else "—", each.file, each.digest[:HASH]) for each in filed
    ]
    return table("附件：不是报送表，按单位归档（加分、自评等的证明材料在此查找）", columns, rows)


def proofs(evaluation: Evaluation, reports: Mapping[GoalKey, GoalReport]) -> ShownTable:
    """The attachments that units name as proof of their goals: those that came, and those that did not."""
    columns = (
        ShownColumn("单位", "text", 30, names=True),
        ShownColumn("目标", "text", 44),
        ShownColumn("自评表写的佐证材料", "text", 36),
        ShownColumn("收到的附件", "text", 44, "file"),
        ShownColumn("没有收到", "text", 20),
    )
    rows: list[ShownRow] = []
    for unit in evaluation.units.values():
        scheme = evaluation.classes[unit.class_id]
        for leaf in scheme.leaves():
            for line in evaluation.indicators(scheme.id, leaf, unit.id):
                said = reports.get((unit.id, leaf, line.id))
                if said and said.papers:
                    papers = "、".join(said.papers.received), "、".join(said.papers.lacking)
                    rows.append((unit.name, line.name, said.evidence, *papers))
    return table("佐证材料：自评表写明的附件", columns, rows)


def batches(evaluation: Evaluation, made: Accounts) -> ShownTable:
    """Every batch of cards."""
    columns = (
        ShownColumn("评估内容", "text", 44, names=True),
        _EVALUATOR,
        ShownColumn("批次", "word", 10),
        *_CARDS,
        ShownColumn("文件", "text", 30, "file"),
    )
    rows = [
        (
            path(evaluation.classes[each.class_id], each.component),
            evaluator_name(evaluation, each.evaluator),
            each.batch,
            *_counts([each]),
            each.file,
        )
        for each in made.batches
    ]
    return table("各批次评价卡（张）：发放＝收回＋未收回，收回＝有效＋废票", columns, rows)


def cards(evaluation: Evaluation, made: Accounts, *, public: bool) -> ShownTable:
    """The cards of each voter group over all its batches; in public without those that the rules hide."""
    groups: dict[tuple[str, str], list[BatchAccount]] = {}
    for each in made.batches:
        leaf = evaluation.classes[each.class_id].components[each.component]
        if not public or leaf.public != "hidden":
            groups.setdefault((each.class_id, each.component), []).append(each)
    columns = [ShownColumn("对象类别", "text", 20, "class"), ShownColumn("评估内容", "text", 44, names=True)]
    columns += [ShownColumn("批次", "count", 10), *_CARDS]
    rows: list[ShownRow] = []
    for (class_id, component), own in groups.items():
        scheme = evaluation.classes[class_id]
        rows.append((scheme.head.name, path(scheme, component), len(own), *_counts(own)))
    listed = table("评价卡（张）：发放＝收回＋未收回，收回＝有效＋废票", columns, rows)
    return listed if len(evaluation.classes) > 1 else listed.without("class")


def _counts(own: list[BatchAccount]) -> tuple[ShownValue, ...]:
    """Sums; where a batch does not say, there is none."""
    issued, returned = _sum(each.issued for each in own), _sum(each.returned for each in own)
    out = None if issued is None or returned is None else issued - returned
    return issued, returned, out, _sum(each.spoiled for each in own), _sum(each.valid for each in own)


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    stated = [each for each in known if each is not None]
    return sum(stated) if len(stated) == len(known) else None


def surveys(evaluation: Evaluation, made: Accounts) -> ShownTable:
    """What became of the answers of each export; those that were read are the sum of the columns behind them."""
    columns = [ShownColumn("评估主体", "text", 44, names=True), ShownColumn("文件", "text", 26)]
    columns += [ShownColumn(header, "count", 10) for header in ("行数", "答案", "计入", "重复未计", "空白", "未采用")]
    rows: list[ShownRow] = []
    for each in made.surveys:
        figures = each.rows, each.read, each.counted, each.repeated, each.blank, each.refused
        rows.append((evaluator_name(evaluation, each.evaluator), each.file, *figures))
    return table("调查（导出文件）：答案＝计入＋重复未计＋空白＋未采用", columns, rows)
