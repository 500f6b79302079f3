"""Who slips where in the played year: every mistake of the catalogue on some sheet, and what becomes of each.

Mistakes with rows, worksheets and whole files come with the first sheets; slips in single cells are made by those who
mend a returned sheet in a hurry.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import openpyxl

import mistaken_cards  # noqa: F401  (these three add their mistakes to the catalogue)
import mistaken_files  # noqa: F401
import mistaken_tables  # noqa: F401
from big_year import Sheet
from mistakes import CELLS, MISTAKES, Case, Expected, row_of

RARE = [
    "typed_over_a_sum",
    "filled_a_blocked_cell",
    "same_place_twice",
    "worksheet_left_blank",
    "merged_cells",
    "column_deleted",
    "heading_row_deleted",
    "row_deleted",
    "totals_below",
    "unit_renamed",
    "formula_with_its_value",
    "hidden_column",
    "hidden_row",
    "question_renamed",
    "returned_is_not_what_was_tallied",
    "tally_beyond",
    "tally_short",
    "negative_tally",
    "rows_sorted",
    "row_copied",
    "card_not_entered",
    "fewer_issued_than_entered",
    "more_returned_than_issued",
    "more_spoiled_than_returned",
    "nothing_entered",
    "returned_is_not_what_was_entered",
    "spoiled_is_not_what_was_entered",
    "valid_card_marked_spoiled",
    "worksheet_deleted",
    "worksheet_hidden",
]
"""What few sheets have a place for, the rarest first."""

HARMLESS = [
    "typed_over_a_sum",
    "hidden_column",
    "hidden_row",
    "rows_sorted",
    "worksheet_hidden",
    "column_inserted",
    "contact_list",
    "heading_of_labels_renamed",
    "lock_file",
    "note_beside",
    "row_deleted_above",
    "row_inserted_above",
    "row_inserted_inside",
    "same_file_twice",
    "worksheet_added",
    "worksheet_renamed",
]
"""What is said and counts all the same: nobody is asked to send anything."""
ASKED = ["two_that_differ"]
OFFICE = ["sheet_of_a_stranger"]
NOTHING = ["not_sent"]
UNREADABLE = [
    "archive",
    "cut_off",
    "document",
    "empty_file",
    "last_years_sheet",
    "old_workbook",
    "older_version",
    "password",
    "text_table",
    "web_page",
    "identity_of_another",
    "identity_removed",
]
"""What goes back as a blank sheet."""

OF_VISITS = ["no date", "a date as a number", "a date of another year", "date left blank", "unknown unit"]


def fate(mistake: str) -> str:
    for word, names in (("counts", HARMLESS), ("asked", ASKED), ("office", OFFICE), ("missing", NOTHING)):
        if mistake in names:
            return word
    return "returned"


def slipped(sheets: Iterable[Sheet]) -> dict[str, tuple[Case, Expected]]:
    """Every mistake but those in cells, each on a sheet of its own; ballots go first, they are many."""
    pool = sorted(sheets, key=lambda each: (each.form.kind != "cards", each.form.evaluator, each.form.batch))
    made = {}
    for name in [*RARE, *sorted(MISTAKES.keys() - CELLS.keys() - set(RARE))]:
        for sheet in pool:
            case = Case(sheet, random.Random(f"{name}{sheet.file}"))
            if found := MISTAKES[name](case):
                made[name] = case, found
                pool.remove(sheet)
                break
    return made


def slip(case: Case, book: openpyxl.Workbook, names: list[str]) -> list[Expected]:
    """Slips in cells of this workbook, at most six and one in a row; they leave `names`."""
    made: list[Expected] = []
    rows: set[tuple[str, int]] = set()
    for name in list(names):
        one = CELLS[name]
        spot = case.any([each for each in one.pick(case) if (each.sheet, row_of(each)) not in rows])
        if spot is not None and len(made) < 6:
            one.make(case, book, spot)
            made.append(case.says(one.code, *spot.place))
            rows.add((spot.sheet, row_of(spot)))
            names.remove(name)
    return made
