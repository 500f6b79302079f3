"""The accounts on a page: who has answered and who is missing, the cards of each voter group, files; and the findings.

In public, roles and voter groups only: whose sheet is missing is nobody's business outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from evaltool.checks.reported import reported
from evaltool.findings import SEVERITIES
from evaltool.identity import sheet_name
from evaltool.ledger import waiver_of
from evaltool.page.contents import Folded, PageBlock, Paragraphs
from evaltool.page.tables import on_page
from evaltool.results.result import Result
from evaltool.views.accounts import ANSWERED, attachments, batches, cards, fates, files, proofs, sheets
from evaltool.views.problems import SEVERITY_WORDS, problems

MOST_FINDINGS = 500


def public_accounts(result: Result) -> Iterator[PageBlock]:
    """Sheets by role, cards by voter group."""
    made, evaluation = result.accounts, result.evaluation
    listed = sheets(made.scored).called("评估主体报送表（份）"), cards(evaluation, made, public=True)
    yield from (on_page(each) for each in listed if each.rows)


def inside_accounts(result: Result) -> Iterator[PageBlock]:
    """The same with names, files and batches."""
    made, evaluation = result.accounts, result.evaluation
    if made.roles:
        yield on_page(sheets(made.roles))
    for state, words in ANSWERED[1:]:
        if listed := list(dict.fromkeys(_absent(result, state))):
            yield Paragraphs([f"{words}：{'、'.join(listed)}。"])
    if made.batches:
        yield on_page(cards(evaluation, made, public=False))
        each = batches(evaluation, made)
        yield Folded(f"各批次评价卡（{len(each.rows)}批）", [on_page(each.called("各批次评价卡（张）"))])
    yield on_page(fates(made))
    if (papers := attachments(evaluation, made)).rows:
        yield Folded(f"附件（{len(papers.rows)}个）", [on_page(papers)])
    if (named := proofs(evaluation, reported(evaluation, result.intake))).rows:
        yield Folded(f"佐证材料（{len(named.rows)}项目标）", [on_page(named)])
    apart = replace(made, files=tuple(each for each in made.files if each.became != "counted"))
    if apart.files:
        each = files(evaluation, apart, result.findings).only("file", "fate", "reason")
        yield Folded(f"未计入的文件（{len(apart.files)}个）", [on_page(each.called("未计入的文件"))])


def _absent(result: Result, state: str) -> Iterator[str]:
    ledger, names = result.evaluation.ledger, result.evaluation.evaluators
    for sheet in result.accounts.sheets:
        if sheet.answered == state:
            name = names[sheet.evaluator].name if sheet.evaluator in names else sheet.evaluator
            kind = sheet_name(sheet.batch)
            line = waiver_of(ledger, sheet.evaluator, sheet.batch) if state == "waived" else None
            more = "，".join(each for each in (kind, line.document if line else "") if each)
            yield f"{name}（{more}）" if more else name


# --- findings --------------------------------------------------------------------------------------------------------


def findings(result: Result) -> Iterator[PageBlock]:
    """Every finding with its place; of very many the first."""
    counts = Counter(one.severity for one in result.findings)
    said = "，".join(f"{SEVERITY_WORDS[each]}{counts[each]}条" for each in SEVERITIES)
    more = (
        f"以下列出前{MOST_FINDINGS}条，其余见 findings.jsonl 和排名总表。"
        if len(result.findings) > MOST_FINDINGS
        else ""
    )
    yield Paragraphs([f"校验问题{len(result.findings)}条：{said}。{more}"])
    if result.findings:
        made = problems(result.evaluation, result.findings[:MOST_FINDINGS])
        yield on_page(made.only("severity", "code", "place", "problem", "hint"))
