"""The single matters (专项评估) that belong to an evaluation: folders in it or beside it that name it, how far their
results are, and by which name it takes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltool.evaluation import Evaluation, load
from evaltool.files import is_of_system
from evaltool.findings import Finding, Refused, finding
from evaltool.rules.settings import FILE, Year, read_year
from evaltool.runs.stages import passed_stages
from evaltool.runs.store import RunEntry
from evaltool.runs.taken import final_of, folder_named


@dataclass(frozen=True, slots=True)
class SingleMatter:
    """One of them: its folder and name; the last final run, None where there is none yet; by which results of the
    year's it is taken; `refused`: whether its rules cannot be read."""

    folder: Path
    name: str
    final: RunEntry | None
    taken: tuple[str, ...]
    refused: bool = False

    def as_value(self) -> dict[str, Any]:
        final = self.final and {"run": self.final.number, "code": self.final.code}
        return {
            "folder": str(self.folder),
            "name": self.name,
            "final": final,
            "taken_as": list(self.taken),
            "refused": self.refused,
        }


def matters_of(evaluation: Evaluation) -> tuple[SingleMatter, ...]:
    """By folder."""
    return tuple(_matter(evaluation, path) for path in sorted(_beside(evaluation.folder)) if _names(evaluation, path))


def _beside(folder: Path) -> Iterator[Path]:
    """The evaluations in a folder and beside it."""
    own = folder.resolve()
    for place in (own, own.parent):
        with suppress(OSError):
            for path in place.iterdir():
                if path != own and not is_of_system(path.name) and (path / FILE).is_file():
                    yield path


def _year(path: Path) -> Year | None:
    try:
        return read_year({FILE: (path / FILE).read_bytes()})[0]
    except OSError:
        return None


def _names(evaluation: Evaluation, path: Path) -> bool:
    """Whether an evaluation says that it is part of this one."""
    year = _year(path)
    if year is None or year.part_of is None or year.part_of.id != evaluation.settings.id:
        return False
    return folder_named(path, year.part_of.folder).resolve() == evaluation.folder.resolve()


def _matter(evaluation: Evaluation, path: Path) -> SingleMatter:
    taken = tuple(
        name
        for name, result in evaluation.results.items()
        if result.folder and folder_named(evaluation.folder, result.folder).resolve() == path
    )
    try:
        matter, _ = load(path)
    except Refused:
        return SingleMatter(path, path.name, None, taken, refused=True)
    return SingleMatter(path, matter.settings.name, final_of(passed_stages(matter)), taken)


def misplaced(evaluation: Evaluation) -> Iterator[Finding]:
    """A matter whose year is not where it says, or is another one."""
    whole = evaluation.part_of
    if whole is None:
        return
    there = _year(folder_named(evaluation.folder, whole.folder))
    if there is None or there.settings is None or there.settings.id != whole.id:
        found = there.settings.id if there and there.settings else "—"
        args: dict[str, object] = {"id": whole.id, "found": found}
        yield finding("PART_OF_AWAY", file=FILE, cell="part_of.folder", value=whole.folder, args=args)
