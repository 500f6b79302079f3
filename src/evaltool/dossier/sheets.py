"""The sheets that a unit handed in, kind by kind, with what became of each."""

from __future__ import annotations

from collections.abc import Collection

from evaltool.dossier.gathered import HASH, Gathered
from evaltool.dossier.parts import DossierSection, PaperSource
from evaltool.identity import kind_of_batch, sheet_name
from evaltool.roster import Unit
from evaltool.views.accounts import FATES

_HEADS = (("报送表", 20.0), ("文件", 50.0), ("文件指纹", 16.0), ("收到日期", 12.0), ("处理结果", 12.0))


def sheets_of(
    g: Gathered, unit: Unit, kinds: Collection[str], title: str, nothing: str
) -> tuple[DossierSection, list[PaperSource]]:
    """A table of the files, and the files that count as sources."""
    own = [each for each in g.sheets_of.get(unit.id, ()) if kind_of_batch(each.batch) in kinds]
    rows = tuple(
        (
            sheet_name(each.batch) or "评分表",
            each.file,
            each.digest[:HASH],
            g.first_seen(each.digest),
            FATES[each.became],
        )
        for each in own
    )
    counted = [g.source(each.file, each.digest) for each in own if each.became == "counted"]
    return DossierSection(title, _HEADS, rows, nothing, counted=False), counted
