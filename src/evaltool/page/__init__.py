"""The report pages of a run: one HTML file for the office, one for the public, each complete in itself.

`report` makes them as values, `written` writes them, `readback` reads them again.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaltool.page.contents import text
from evaltool.page.readback import said_in
from evaltool.page.report import ground, inside, public, unit_keys
from evaltool.page.written import readable, written
from evaltool.results.result import Result
from evaltool.views.printed import in_facts, printed_of

__all__ = ["INTERNAL", "PUBLIC", "check_pages", "pages", "said_in"]

INTERNAL = "internal/评估报告页.html"
PUBLIC = "public/评估结果.html"


def pages(result: Result) -> dict[str, bytes]:
    """The pages by their path in the run."""
    on = ground(result)
    made = [inside(on)] if result.interim else [inside(on), public(on)]
    return dict(zip(paths(result), written(made), strict=True))


def paths(result: Result) -> tuple[str, ...]:
    """Nothing of an interim result is public."""
    return (INTERNAL,) if result.interim else (INTERNAL, PUBLIC)


def check_pages(result: Result, files: Mapping[str, bytes]) -> list[str]:
    """Where a written page says something else than the standings, in its rankings or in a unit's section."""
    wrong = []
    keys = unit_keys(result)
    for path in paths(result):
        page = said_in(files.get(path, b""))
        for one in result.standings:
            key = keys[one.unit.id]
            said = page.rankings.get(key), in_facts(page.sections.get(key, {}))
            if said != ((readable(text(one.unit.name).text), printed_of(one)), printed_of(one)):
                wrong.append(f"{path}: {one.unit.name}")
    return wrong
