"""From a book to its file; XlsxWriter, which most commands do without, is brought in only when it is needed."""

from __future__ import annotations

import datetime

from evaltool.writers.book import Book


def to_bytes(book: Book, created: datetime.datetime | None = None) -> bytes:
    """The .xlsx file of a book, the same bytes for the same book and `created`; None: it bears no day.

    What Excel or XlsxWriter would cut, drop or repair raises ValueError, which names the tab and the cell.
    """
    from evaltool.writers.xlsx import write

    return write(book, created)
