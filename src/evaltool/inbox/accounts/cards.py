"""Do the cards of a batch add up: issued >= returned >= spoiled, the cards entered one by one, the tally?

Account, cards and tally say the same thing three times, so one wrong count contradicts several others.  It is said
once: at the count that the two others contradict, or else at the account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.inbox.extract.workbook import CardLines
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow, at_row
from evaltool.questions.layout.cards import BLANK_CHOICE

CardsKey = tuple[str, str, str]  # class, component, file hash
Counted = dict[tuple[str, str, str, str, str], int]  # key, unit, choice -> valid cards
ISSUED, RETURNED, SPOILED = "issued", "returned", "spoiled"


@dataclass
class CardsAccount:
    """What one workbook says of the cards for one component: account by field, card rows, tally lines by unit.

    `cards` is None where none was entered; `listed`: there is a worksheet to enter them on.
    """

    account: dict[str, AnswerRow] = field(default_factory=dict)
    cards: CardLines | None = None
    listed: bool = False
    tally: dict[str, list[AnswerRow]] = field(default_factory=dict)

    def value(self, name: str) -> int | None:
        """A count of the account; None if it says nothing that can be used."""
        return self.account[name]["value"] if name in self.account and _usable(self.account[name]) else None

    @property
    def valid(self) -> int | None:
        """Returned less spoiled, as the account has them."""
        returned, spoiled = self.value(RETURNED), self.value(SPOILED)
        return None if returned is None or spoiled is None else returned - spoiled

    @property
    def tallied(self) -> bool:
        return any(row["state"] != "blank" for line in self.tally.values() for row in line)


def _usable(row: AnswerRow) -> bool:
    """Whether a count was given and is possible; what is wrong with any other is said where it is read."""
    return row["value"] is not None and bool(row["low"] <= row["value"] <= row["high"])


def account_rows(intake: Intake) -> dict[CardsKey, dict[str, AnswerRow]]:
    """The rows of the batches' accounts by field."""
    return {key: batch.account for key, batch in _batches(intake).items() if batch.account}


def card_findings(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Every batch whose account, cards and tally contradict each other."""
    columns = ("class_id", "component", "file_hash", "unit", "choice", "count")
    counted: Counted = {row[:5]: row[5] for row in intake.ballots.filter("valid").select(columns).iter_rows()}
    for key, batch in sorted(_batches(intake).items()):
        if impossible := list(_impossible(evaluation, batch)):
            yield from impossible  # nothing else can agree with such an account
            continue
        yield from _entered(evaluation, batch)
        if batch.cards:
            yield from _tally_against_cards(evaluation, key, batch, counted)
        else:
            yield from _tally_against_account(evaluation, batch)


def _batches(intake: Intake) -> dict[CardsKey, CardsAccount]:
    import polars as pl

    batches: dict[CardsKey, CardsAccount] = {}
    rows = intake.rows(pl.col("field").is_in([ISSUED, RETURNED, SPOILED, "tally"]))
    for row in rows.iter_rows(named=True):
        batch = batches.setdefault((row["class_id"], row["component"], row["file_hash"]), CardsAccount())
        if row["field"] == "tally":
            batch.tally.setdefault(row["unit"], []).append(row)
        else:
            batch.account[row["field"]] = row
    for lines, _, _, digest, _ in intake.card_lines:
        batch = batches.setdefault((lines.class_id, lines.component, digest), CardsAccount())
        batch.cards, batch.listed = lines if lines.used else None, True
    return batches


def _impossible(evaluation: Evaluation, batch: CardsAccount) -> Iterator[Finding]:
    issued, returned, spoiled = (batch.value(name) for name in (ISSUED, RETURNED, SPOILED))
    args = {"issued": issued, "returned": returned, "spoiled": spoiled}
    if issued is not None and returned is not None and returned > issued:
        entered = batch.cards.used if batch.cards else None
        at = ISSUED if entered == returned else RETURNED
        yield at_row(evaluation, batch.account[at], "CARDS_RETURNED_BEYOND_ISSUED", args)
    elif returned is not None and spoiled is not None and spoiled > returned:
        yield at_row(evaluation, batch.account[SPOILED], "CARDS_SPOILED_BEYOND_RETURNED", args)


def _entered(evaluation: Evaluation, batch: CardsAccount) -> Iterator[Finding]:
    """The account against the cards that were entered one by one.  A spoiled card too many or too few changes both
    counts: that is one cause."""
    returned, spoiled, cards = batch.value(RETURNED), batch.value(SPOILED), batch.cards
    if cards is None:
        there = batch.listed and batch.tally  # a worksheet that is missing has its finding
        if returned is not None and batch.valid and there and not batch.tallied:
            yield at_row(evaluation, batch.account[RETURNED], "CARDS_NOT_ENTERED", {"valid": batch.valid})
        return
    more = 0 if returned is None else cards.used - returned
    spoiled_more = 0 if spoiled is None or cards.unclear else cards.spoiled - spoiled
    args = {"returned": returned, "spoiled": spoiled}
    if more:
        row = batch.account[RETURNED]
        yield at_row(evaluation, row, "CARDS_ENTERED_DIFFER", {**args, "entered": cards.used})
    if spoiled_more and spoiled_more != more:
        row = batch.account[SPOILED]
        yield at_row(evaluation, row, "CARDS_SPOILED_DIFFER", {**args, "entered": cards.spoiled})


def _lines(batch: CardsAccount) -> list[tuple[str, list[AnswerRow], int]]:
    """Unit, cells and sum of every tally line in which each cell says something usable or nothing."""
    usable = {
        unit: line for unit, line in batch.tally.items() if all(row["state"] == "blank" or _usable(row) for row in line)
    }
    return [(unit, line, sum(row["value"] or 0 for row in line)) for unit, line in usable.items()]


def _tally_against_cards(
    evaluation: Evaluation, key: CardsKey, batch: CardsAccount, counted: Counted
) -> Iterator[Finding]:
    """Cell by cell; but where the tally bears out the account against the cards, those are wrong, which is said."""
    assert batch.cards is not None
    if not batch.tallied or batch.cards.unclear:
        return
    entered = batch.cards.used - batch.cards.spoiled
    for unit, line, total in _lines(batch):
        cards = [counted.get((*key, unit, _choice(row)), 0) for row in line]
        if total == batch.valid != entered or sum(cards) != entered:  # a card that says nothing usable has its finding
            continue
        for row, count in zip(line, cards, strict=True):
            if (row["value"] or 0) != count:
                yield at_row(evaluation, row, "TALLY_CARDS_DIFFER", {"cards": count, "choice": row["indicator"]})


def _choice(row: AnswerRow) -> str:
    return "" if row["indicator"] == BLANK_CHOICE else str(row["indicator"])


def _tally_against_account(evaluation: Evaluation, batch: CardsAccount) -> Iterator[Finding]:
    """Each line adds up to the valid cards; if all add up to another number, the account is what differs."""
    lines, valid = _lines(batch), batch.valid
    if not batch.tallied or valid is None:
        return
    sums = {total for _, _, total in lines}
    if len(lines) > 1 and len(lines) == len(batch.tally) and len(sums) == 1 and valid not in sums:
        args: dict[str, object] = {"sum": sums.pop(), "valid": valid}
        yield at_row(evaluation, batch.account[RETURNED], "CARDS_TALLY_DIFFER", args)
        return
    for _, line, total in lines:
        if total != valid:
            code = "TALLY_BEYOND_RETURNED" if total > valid else "TALLY_SHORT"
            leftmost = min(line, key=lambda row: (len(row["cell"]), row["cell"]))
            yield at_row(evaluation, leftmost, code, {"sum": total, "valid": valid})
