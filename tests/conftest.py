"""In which order do the tests run, and what does no test depend on?"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from openpyxl.worksheet.merge import MergedCellRange

# how long a machine takes to draw an example says nothing about the tool
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# openpyxl draws the borders of merged cells anew for every workbook that is read: half of the time, and no test looks
MergedCellRange.format = lambda _: None

# nobody pulls the plug while tests run: what they write need not have reached the disk
os.fsync = lambda fd: None

# to look for garbage less often spares an eighth of the time, for some memory
gc.set_threshold(50_000, 10, 10)


def pytest_collection_finish() -> None:
    """What is there now stays."""
    gc.collect()
    gc.freeze()


@contextmanager
def _bare() -> Iterator[None]:
    with (
        mock.patch("evaltool.publish.workbook_files", lambda _: {}),
        mock.patch("evaltool.publish._documents", lambda *_: {}),
        mock.patch("evaltool.page.pages", lambda _: {}),
        mock.patch("evaltool.publish.disagreements", lambda *_: []),
    ):
        yield


@pytest.fixture(scope="module")
def bare_runs() -> Iterator[None]:
    """Runs hold what programs read, and nothing for people: workbooks, documents and pages take most of the time of a
    small scoring.  For modules whose tests look at none of them."""
    with _bare():
        yield


@pytest.fixture
def bare_run() -> Iterator[None]:
    """The same for what a test scores itself, in folders that hold a whole run already."""
    with _bare():
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first; the others keep to their files, whose fixtures are then made once or twice."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
