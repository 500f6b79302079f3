"""The exports of surveys among what came in: every part of one is counted together with the others, in this process.

What can be left out by a decision or for being late, and what may be one of two versions of the same part, is read by
itself: nobody knows yet whether it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from evaltool.evaluation import Evaluation
from evaltool.identity import Identity
from evaltool.inbox.exports.shapes import Export, ExportPart, PartSaid
from evaltool.inbox.extract.corrections import Correction, unplaced
from evaltool.inbox.extract.workbook import Extract
from evaltool.inbox.lateness import late
from evaltool.inbox.problems import Problem
from evaltool.inbox.received import Seen
from evaltool.inbox.submissions import named
from evaltool.inbox.surveys import export_named, parts_named
from evaltool.inbox.workers import Reading


class CamePart(NamedTuple):
    """A file that is (a part of) an export, under the name by which its parts are told apart."""

    seen: Seen
    export: Export
    name: str


def parts_among(seen: Iterable[Seen], surveys: Sequence[Export]) -> dict[str, CamePart]:
    """By hash; an archive that was opened is none."""
    found: dict[str, CamePart] = {}
    for each in seen if surveys else ():
        part = None if each.inside else export_named(surveys, (each.name, *each.copies))
        if part:
            found[each.digest] = CamePart(each, *part)
    return found


def read_parts(
    evaluation: Evaluation, parts: Iterable[CamePart], corrections: Mapping[str, Sequence[Correction]]
) -> dict[str, Reading]:
    """What each of them says.  An export's cells cannot be corrected one by one."""
    said: dict[str, PartSaid] = {}
    by_export: dict[str, list[CamePart]] = {}
    for each in parts:
        by_export.setdefault(each.export.evaluator, []).append(each)
    for own in by_export.values():
        alone, together, open_ones = _apart(evaluation, own)
        said |= {each.seen.digest: _counted([each])[0] for each in alone}
        copies = [each for each in open_ones if len({_content(said[one.seen.digest]) for one in each}) == 1]
        together += [first for first, *_ in copies]  # the same saved by other programs: one counts
        said |= zip([each.seen.digest for each in together], _counted(together), strict=True)
        said |= {other.seen.digest: said[first.seen.digest] for first, *others in copies for other in others}
    return {
        each.seen.digest: _reading(evaluation, each, said[each.seen.digest], corrections.get(each.seen.digest, ()))
        for own in by_export.values()
        for each in own
    }


def _apart(
    evaluation: Evaluation, parts: Sequence[CamePart]
) -> tuple[list[CamePart], list[CamePart], list[list[CamePart]]]:
    """Those that do not count or may not; those that count together; several versions of a part, by their hashes, of
    which nobody has said which counts."""
    begun = [Reading(each.seen.digest, _identity(evaluation, each.export), Extract()) for each in parts]
    lates = late(evaluation, [each.seen for each in parts], begun)
    together, open_ones = [], []
    for several in _versions(parts).values():
        left = [each for each in several if _may_count(evaluation, each, is_late=each.seen.digest in lates)]
        decided = [each for each in left if named(evaluation, "supersession", each.seen.digest)]
        if len(left) == 1 or len(decided) == 1:
            together.append((decided or left)[0])
        elif left:
            open_ones.append(sorted(left, key=lambda each: each.seen.digest))
    return [each for each in parts if each not in together], together, open_ones


def _versions(parts: Iterable[CamePart]) -> dict[str, list[CamePart]]:
    """The files of each part."""
    versions: dict[str, list[CamePart]] = {}
    for each in parts:
        versions.setdefault(each.name, []).append(each)
    return versions


def _may_count(evaluation: Evaluation, each: CamePart, *, is_late: bool) -> bool:
    accepted = not is_late or named(evaluation, "late_acceptance", each.seen.digest)
    return bool(accepted) and not named(evaluation, "exclusion", each.seen.digest)


def _content(said: PartSaid) -> object:
    wrong = tuple(sorted((one.code, one.value) for one in said.problems if one.code != "SURVEY_GB18030"))
    return said.answers, said.answers and said.answers.whole, wrong


def _counted(parts: Sequence[CamePart]) -> list[PartSaid]:
    if not parts:
        return []
    from evaltool.inbox.exports.counting import count_export  # few evaluations have a poll

    return count_export(
        [ExportPart(each.seen.digest, each.name, each.seen.data, each.seen.path, each.seen.size) for each in parts],
        parts[0].export,
    )


def _identity(evaluation: Evaluation, export: Export) -> Identity:
    return Identity(evaluation.identity, *export.key, "", "")


def _reading(evaluation: Evaluation, each: CamePart, said: PartSaid, corrections: Sequence[Correction]) -> Reading:
    problems = (*said.problems, *_twice(each), *(unplaced(one) for one in corrections))
    extract = Extract(problems=problems, survey=said.answers) if said.answers else None
    return Reading(each.seen.digest, _identity(evaluation, each.export), extract, problems)


def _twice(each: CamePart) -> list[Problem]:
    """Two parts with the same content: handed in twice under another name, or exported twice; counted once."""
    names = parts_named(each.export, (each.seen.name, *each.seen.copies))
    args = (("names", "、".join(names)[:200]),)
    return [Problem("SURVEY_PART_TWICE", args=args)] if len(names) > 1 else []
