"""Do the cards of a batch add up?  One wrong count is said once, at the count that the others contradict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

import handmade
from evaltool.inbox.accounts.cards import account_rows, card_findings
from evaltool.inbox.accounts.whole import BatchAccount, UnitCards, accounts
from evaltool.inbox.extract.workbook import CardLines
from evaltool.inbox.intake import Intake
from made_intake import ballot, evaluation, row

CHOICES = ("好", "中", "不了解", "未填")
Account = tuple[int | None, int | None, int | None]
Cards = tuple[int, int, int] | None
Tally = Mapping[str, Sequence[int | None]]
FIELDS = ("issued", "returned", "spoiled")


def batch(account: Account, cards: Cards = None, tally: Tally | None = None, **more: object) -> Intake:
    """An account (issued, returned, spoiled), cards (used, spoiled, unclear) of which all valid ones say 好 of A, and a
    tally by unit."""
    rows = [row(name, n, f"{letter}7") for name, n, letter in zip(FIELDS, account, "CDE", strict=True)]
    for at, (unit, counts) in enumerate((tally or {}).items(), 8):
        rows += [
            row("tally", n, f"{letter}{at}", sheet="汇总", unit=unit, indicator=choice)
            for letter, n, choice in zip("CDEF", counts, CHOICES, strict=True)
        ]
    said = handmade.intake(rows, [ballot("A", "好", cards[0] - cards[1])] if cards else [])
    lines = CardLines("c", "vote", *(cards or (0, 0, 0)), "评价卡")
    return replace(said, card_lines=((lines, "V1", "1", "h1", "inbox/v.xlsx"),), **more)  # type: ignore[arg-type]


def said(taken: Intake) -> list[tuple[str, str]]:
    return sorted((one.code, one.cell) for one in card_findings(evaluation(), taken))


BLANKS: Tally = {"A": (None,) * 4, "B": (None,) * 4}
ENTERED, SPOILED = ("CARDS_ENTERED_DIFFER", "D7"), ("CARDS_SPOILED_DIFFER", "E7")


@pytest.mark.parametrize(
    ("account", "cards", "expected"),
    [
        ((6, 5, 1), (5, 1, 0), []),
        ((5, 5, 5), (5, 5, 0), []),
        ((0, 0, 0), None, []),
        ((4, 5, 1), (4, 1, 0), [("CARDS_RETURNED_BEYOND_ISSUED", "D7")]),
        ((4, 5, 1), (5, 1, 0), [("CARDS_RETURNED_BEYOND_ISSUED", "C7")]),  # as many were keyed as are said to be back
        ((4, 5, 1), None, [("CARDS_RETURNED_BEYOND_ISSUED", "D7")]),
        ((4, 5, 6), (5, 1, 0), [("CARDS_RETURNED_BEYOND_ISSUED", "C7")]),
        ((6, 5, 6), (5, 1, 0), [("CARDS_SPOILED_BEYOND_RETURNED", "E7")]),
        ((None, 5, 6), (5, 1, 0), [("CARDS_SPOILED_BEYOND_RETURNED", "E7")]),
        ((4, None, 6), (5, 1, 0), [("CARDS_SPOILED_DIFFER", "E7")]),
        ((6, 5, 1), (6, 1, 0), [ENTERED]),
        ((6, 5, 1), (4, 1, 0), [ENTERED]),
        ((6, 5, 1), (5, 2, 0), [SPOILED]),
        ((6, 5, 1), (5, 0, 0), [SPOILED]),
        ((6, 5, 1), (6, 2, 0), [ENTERED]),  # one spoiled card too many is one cause
        ((6, 5, 1), (4, 0, 0), [ENTERED]),
        ((6, 5, 1), (7, 2, 0), [ENTERED, SPOILED]),
        ((6, 5, 1), (6, 0, 0), [ENTERED, SPOILED]),
        ((6, 5, 1), (5, 0, 1), []),  # of one card nobody can tell whether it is spoiled
        ((6, None, 1), (5, 1, 0), []),
        ((6, 5, None), (5, 1, 0), []),
        ((None, None, None), (5, 1, 0), []),
    ],
)
def test_the_account_against_the_cards(account: Account, cards: Cards, expected: list[tuple[str, str]]) -> None:
    assert said(batch(account, cards)) == expected


def test_what_is_said_of_an_account() -> None:
    """The counts that contradict each other stand in the sentence."""
    (beyond,) = card_findings(evaluation(), batch((4, 5, 1)))
    assert {name: dict(beyond.args)[name] for name in FIELDS} == {"issued": "4", "returned": "5", "spoiled": "1"}
    entered, spoiled = card_findings(evaluation(), batch((6, 5, 1), (7, 2, 0)))
    assert (dict(entered.args)["entered"], dict(spoiled.args)["entered"]) == ("7", "2")
    assert (entered.file, entered.sheet, entered.evaluator, entered.value) == ("inbox/v.xlsx", "批次", "V1", "5")


@pytest.mark.parametrize(
    ("account", "tally", "expected"),
    [
        ((6, 5, 1), BLANKS, [("CARDS_NOT_ENTERED", "D7")]),
        ((6, 5, 5), BLANKS, []),  # no card is valid
        ((6, 5, None), BLANKS, []),
        ((6, None, 1), BLANKS, []),
        ((6, 5, 1), {}, []),  # the worksheet of the tally is missing, which is said elsewhere
        ((6, 5, 1), {"A": (1, 1, 1, 1), "B": (4, 0, 0, None)}, []),
        ((6, 5, 1), {"A": (2, 1, 1, 1), "B": (4, 0, 0, None)}, [("TALLY_BEYOND_RETURNED", "C8")]),
        ((6, 5, 1), {"A": (1, 1, 1, None), "B": (4, None, None, None)}, [("TALLY_SHORT", "C8")]),
        ((6, 5, 1), {"A": (4, 0, 0, 0), "B": (None,) * 4}, [("TALLY_SHORT", "C9")]),
        ((6, 5, 1), {"A": (3, 0, 0, 0), "B": (3, 0, 0, 0)}, [("CARDS_TALLY_DIFFER", "D7")]),
        ((6, 5, 1), {"A": (3, 0, 0, 0)}, [("TALLY_SHORT", "C8")]),
        ((6, 5, 1), {"A": (3, 0, 0, 0), "B": (2, 0, 0, 0)}, [("TALLY_SHORT", "C8"), ("TALLY_SHORT", "C9")]),
        ((6, 5, 1), {"A": (3, 0, 0, 0), "B": (3, 0, 0, -1)}, [("TALLY_SHORT", "C8")]),  # that of B cannot be used
        ((6, 5, 1), {"A": (4, 0, 0, 0), "B": (3, 1_001, 0, 0)}, []),
        ((6, 5, None), {"A": (3, 0, 0, 0), "B": (3, 0, 0, 0)}, []),
        (
            (2_000, 1_001, 1),
            {"A": (3, 0, 0, 0), "B": (3, 0, 0, 0)},
            [],
        ),  # more than there can be is said where it stands
    ],
)
def test_the_account_against_a_tally(account: Account, tally: Tally, expected: list[tuple[str, str]]) -> None:
    """If all lines add up to one other number, the account is what differs; else each line that does."""
    assert said(batch(account, None, tally)) == expected


def test_a_tally_that_differs_says_both_sums() -> None:
    (one,) = card_findings(evaluation(), batch((6, 5, 1), None, {"A": (3, 0, 0, 0), "B": (3, 0, 0, 0)}))
    assert (dict(one.args)["sum"], dict(one.args)["valid"]) == ("3", "4")
    (one,) = card_findings(evaluation(), batch((6, 5, 1), None, {"A": (3, 2, 0, 0)}))
    assert (dict(one.args)["sum"], dict(one.args)["valid"], one.unit) == ("5", "4", "A")


def test_a_tally_line_is_said_at_its_leftmost_cell() -> None:
    """Column AA stands behind Z, whatever the alphabet says."""
    rows = [row(name, n) for name, n in zip(FIELDS, (6, 5, 1), strict=True)]
    rows += [row("tally", 1, cell, unit="A", indicator="好") for cell in ("AA8", "Z8", "AB8")]
    lines = CardLines("c", "vote", 0, 0, 0, "评价卡")
    taken = replace(handmade.intake(rows), card_lines=((lines, "V1", "1", "h1", "inbox/v.xlsx"),))
    assert said(taken) == [("TALLY_SHORT", "Z8")]


@pytest.mark.parametrize(
    ("account", "cards", "tally", "expected"),
    [
        ((6, 5, 1), (5, 1, 0), {"A": (4, None, None, None)}, []),
        ((6, 5, 1), (5, 1, 0), {"A": (3, 1, 0, 0)}, [("TALLY_CARDS_DIFFER", "C8"), ("TALLY_CARDS_DIFFER", "D8")]),
        ((6, 5, 1), (5, 1, 0), {"A": (3, None, 0, 0)}, [("TALLY_CARDS_DIFFER", "C8")]),
        ((6, 5, 1), (5, 1, 0), {"A": (4, None, None, 1)}, [("TALLY_CARDS_DIFFER", "F8")]),
        ((6, 5, 1), (5, 1, 0), {"B": (4, 0, 0, 0)}, []),  # a card that says nothing usable of B has its finding
        ((6, 5, 1), (5, 1, 0), {"A": (None,) * 4}, []),
        ((6, 5, 1), (5, 1, 1), {"A": (3, 1, 0, 0)}, []),
        ((6, 5, 1), (6, 1, 0), {"A": (4, 0, 0, 0)}, [ENTERED]),  # the tally bears out the account: the cards are wrong
        ((6, 5, 1), (6, 1, 0), {"A": (5, 0, 0, 0)}, [ENTERED]),
        ((6, 5, 1), (6, 1, 0), {"A": (3, 0, 0, 0)}, [ENTERED, ("TALLY_CARDS_DIFFER", "C8")]),
        ((6, 5, 1), (5, 1, 0), {"A": (3, -1, 0, 0)}, []),
    ],
)
def test_a_tally_against_the_cards(
    account: Account, cards: Cards, tally: Tally, expected: list[tuple[str, str]]
) -> None:
    """Cell by cell, where nothing else explains it."""
    assert said(batch(account, cards, tally)) == expected


def test_what_is_said_of_a_tally_against_the_cards() -> None:
    """How many cards say so, and which choice; units left blank are held against the blank cells of cards."""
    taken = batch((6, 5, 1), (5, 1, 0), {"A": (4, 0, 0, 0), "B": (3, 0, 0, 0)})
    cards = handmade.intake([], [ballot("A", "好", 4), ballot("B", "好", 3), ballot("B", "", 1)]).ballots
    (one,) = card_findings(evaluation(), replace(taken, ballots=cards))
    assert (one.code, one.cell, dict(one.args)["cards"], dict(one.args)["choice"]) == (
        "TALLY_CARDS_DIFFER",
        "F9",
        "1",
        "未填",
    )
    spoiled = handmade.intake([], [ballot("A", "好", 4), ballot("A", "中", 1, valid=False)]).ballots
    whole = batch((6, 5, 1), (5, 1, 0), {"A": (4, 0, 0, 0)})
    assert said(replace(whole, ballots=spoiled)) == []


def test_batches_are_told_apart_by_class_component_and_file() -> None:
    """Two files of one batch, one of another component: each has its own account."""
    rows = [
        *(row(name, n) for name, n in zip(FIELDS, (6, 5, 1), strict=True)),
        *(row(name, n, file_hash="h2") for name, n in zip(FIELDS, (7, 8, 0), strict=True)),
        *(row(name, n, component="other") for name, n in zip(FIELDS, (3, 3, 0), strict=True)),
        row("tally", 4, class_id="d", unit="A", indicator="好"),
    ]
    taken = handmade.intake(rows)
    found = {key: {name: one["value"] for name, one in fields.items()} for key, fields in account_rows(taken).items()}
    assert found == {
        ("c", "vote", "h1"): dict(zip(FIELDS, (6, 5, 1), strict=True)),
        ("c", "vote", "h2"): dict(zip(FIELDS, (7, 8, 0), strict=True)),
        ("c", "other", "h1"): dict(zip(FIELDS, (3, 3, 0), strict=True)),
    }
    assert said(taken) == [("CARDS_RETURNED_BEYOND_ISSUED", "C7")]


# --- in the accounts -------------------------------------------------------------------------------------------------


def test_the_accounts_of_batches_and_units() -> None:
    """What is chosen, withheld and left blank of each unit; what the batch does not say is not made up."""
    cards = [ballot("A", "好", 2), ballot("A", "中", 1), ballot("A", "不了解", 1), ballot("B", "", 4)]
    taken = handmade.intake(
        [row("issued", 6), row("returned", 5), row("spoiled", 1)], [*cards, ballot("A", "好", 1, valid=False)]
    )
    made, open_ones = accounts(evaluation(), taken)
    assert made.batches == (BatchAccount("c", "vote", "V1", "1", "inbox/v.xlsx", 6, 5, 1),)
    assert (made.batches[0].valid, open_ones) == (4, [])
    assert made.units == (
        UnitCards("c", "vote", "V1", "1", "A", 3, 1, 0),
        UnitCards("c", "vote", "V1", "1", "B", 0, 0, 4),
    )
    made, _ = accounts(evaluation(), handmade.intake([row("issued", 6), row("spoiled", None)]))
    assert (made.batches[0].returned, made.batches[0].spoiled, made.batches[0].valid) == (None, None, None)
    assert replace(made.batches[0], returned=5).valid is None
    assert replace(made.batches[0], spoiled=1).valid is None


def test_cards_that_do_not_add_up_to_the_valid_ones_leave_the_account_open() -> None:
    """Of each unit by itself, with both sums; a batch that does not say how many are valid leaves nothing open."""
    rows = [row("issued", 6), row("returned", 5), row("spoiled", 1)]
    cards = [ballot("A", "好", 2), ballot("A", "不了解", 1), ballot("A", "", 1), ballot("B", "好", 5)]
    (one,) = accounts(evaluation(), handmade.intake(rows, cards))[1]
    assert (one.code, one.unit, one.component, one.evaluator, one.file) == (
        "ACCOUNT_OPEN",
        "B",
        "vote",
        "V1",
        "inbox/v.xlsx",
    )
    assert (dict(one.args)["left"], dict(one.args)["right"]) == ("4", "5")
    assert accounts(evaluation(), handmade.intake(rows[:2], cards))[1] == []
    assert accounts(evaluation(), handmade.intake([], cards))[1] == []
    short = [ballot("A", "好", 2), ballot("A", "不了解", 1)]
    (one,) = accounts(evaluation(), handmade.intake(rows, short))[1]
    assert (dict(one.args)["left"], dict(one.args)["right"]) == ("4", "3")
