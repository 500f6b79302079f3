"""In which order do the tests run?"""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first; the others keep to their files, whose fixtures are then made once or twice."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
