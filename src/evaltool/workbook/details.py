"""The tabs beside the totals: findings, accounts, decisions, rules in words."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.checks.reported import reported
from evaltool.results.result import Result
from evaltool.views import accounts
from evaltool.views.problems import problems
from evaltool.views.tables import ShownTable
from evaltool.workbook.ledger import ledger_tab
from evaltool.workbook.parts import RECORDED, Frame, listing, stacked
from evaltool.workbook.ruletables import rule_blocks
from evaltool.workbook.tables import block
from evaltool.writers.book import Tab

DETAILS = ("校验问题", "账目", "决定", "规则")


def detail_tabs(result: Result, made: Frame) -> tuple[Tab, ...]:
    """What was found, what came in, what was decided, by which rules."""
    findings, accounted, ledger, rules = DETAILS
    found = block(problems(result.evaluation, result.findings).without("place"))
    return (
        listing(findings, made, *found[1:], table="校验问题表"),
        stacked(accounted, made, map(block, _accounts(result)), RECORDED),
        ledger_tab(result, ledger, made),
        stacked(rules, made, map(block, rule_blocks(result.evaluation)), RECORDED),
    )


def _accounts(result: Result) -> Iterator[ShownTable]:
    """Sheets by role, files by what became of them, every file, every batch of cards."""
    made, evaluation = result.accounts, result.evaluation
    yield accounts.sheets(made.roles)
    yield accounts.fates(made)
    yield accounts.files(evaluation, made, result.findings)
    if (papers := accounts.attachments(evaluation, made)).rows:
        yield papers
    if (named := accounts.proofs(evaluation, reported(evaluation, result.intake))).rows:
        yield named
    yield accounts.batches(evaluation, made).without("file")
    if made.surveys:
        yield accounts.surveys(evaluation, made)
