"""Which submission counts?  One at most for each evaluator, batch and entry; of every other it is said why it does not.

Of several the one counts that declares itself the mended version of the others, else the one that a decision names by
its hash; never the newer file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import SubmissionKey
from evaltool.inbox.extract.answers import Answer, in_full
from evaltool.inbox.extract.workbook import Extract
from evaltool.inbox.received import Seen
from evaltool.inbox.workers import Reading
from evaltool.ledger import Decision, of_kind
from evaltool.questions.forms import Worksheets

Became = Literal["counted", "copy", "superseded", "rejected", "excluded", "attachment", "not_a_submission"]
Fates = dict[str, tuple[Became, str]]
LATE = "SUBMISSION_LATE"
"""Hash of a submission -> what became of it, with the reason."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A file that is a sheet of this evaluation, with what it says."""

    seen: Seen
    reading: Reading
    sheets: Worksheets = field(default_factory=Worksheets)  # of its form; a survey's export has none

    @property
    def key(self) -> SubmissionKey:
        identity = self.reading.identity
        assert identity is not None
        return identity.evaluator, identity.batch, identity.entry

    @property
    def said(self) -> Extract:
        assert self.reading.extract is not None
        return self.reading.extract

    @property
    def replaces(self) -> str:
        assert self.reading.identity is not None
        return self.reading.identity.replaces

    def corrected(self) -> set[tuple[str, str]]:
        """The cells that a decision changed."""
        if not any(odd.decision for odd in self.said.answers.odd.values()):
            return set()
        return {(one.sheet, one.cell) for one in self.answers() if one.decision}

    def answers(self) -> Iterator[Answer]:
        """Its answers one by one."""
        return in_full(self.sheets, self.said.answers)

    def content(self, but: set[tuple[str, str]]) -> object:
        """What it says and what is wrong with it, whatever program saved it, but for some cells."""
        said = self.said
        if said.survey:
            wrong = sorted((one.code, one.value) for one in said.problems if one.code != "SURVEY_GB18030")
            return said.survey, tuple(wrong)
        answers = tuple(one for one in self.answers() if (one.sheet, one.cell) not in but)
        problems = tuple(one for one in said.problems if (one.sheet, one.cell) not in but)
        return answers, said.counts, said.card_lines, problems


def choose(
    submissions: Sequence[Submission], evaluation: Evaluation, aside: Fates | None = None
) -> tuple[dict[SubmissionKey, Submission], Fates, list[Finding]]:
    """The submission that counts for each key; what became of each by hash, with the reason; conflicts.

    `aside`: what became of submissions that came too late or whose batch is entered again; they cannot count."""
    groups: dict[SubmissionKey, list[Submission]] = {}
    became: Fates = {}
    for each in submissions:
        exclusion = named(evaluation, "exclusion", each.seen.digest)
        if exclusion:
            became[each.seen.digest] = "excluded", exclusion.document
        elif aside and each.seen.digest in aside:
            became[each.seen.digest] = aside[each.seen.digest]
        else:
            groups.setdefault(each.key, []).append(each)
    counted: dict[SubmissionKey, Submission] = {}
    findings: list[Finding] = []
    for key, group in groups.items():
        winner = _winner(group, evaluation, became)
        if winner:
            counted[key] = winner
            became[winner.seen.digest] = "counted", ""
        else:
            findings.append(_conflict(evaluation, key, group, became))
    for each in submissions:  # the same once more, saved again by another program, is a copy however late it comes
        first = counted.get(each.key)
        if first and became[each.seen.digest][1] == LATE and each.content(set()) == first.content(set()):
            became[each.seen.digest] = "copy", first.seen.name
    return counted, became, findings


def named(evaluation: Evaluation, kind: str, digest: str) -> Decision | None:
    return next((line for line in of_kind(evaluation.ledger, kind) if line.names(digest)), None)


def decision(evaluation: Evaluation, kind: str, each: Submission) -> Decision | None:
    """The decision of a kind that names a submission."""
    return named(evaluation, kind, each.seen.digest)


def is_disputed(group: Sequence[Submission]) -> bool:
    """Whether several submissions of one evaluator differ, so that only a decision can say which counts."""
    return len(group) > 1 and len(_said(_unreplaced(group))) != 1


def _unreplaced(group: Sequence[Submission]) -> list[Submission]:
    replaced = {each.replaces for each in group if each.replaces}
    return [each for each in group if each.seen.digest not in replaced]


def _said(left: Sequence[Submission]) -> set[str]:
    decided_cells = {cell for each in left for cell in each.corrected()}
    return {repr(each.content(decided_cells)) for each in left}


def _winner(group: list[Submission], evaluation: Evaluation, became: Fates) -> Submission | None:
    decided = [each for each in group if named(evaluation, "supersession", each.seen.digest)]
    if len(decided) == 1:
        for each in group:
            if each is not decided[0]:
                line = named(evaluation, "supersession", decided[0].seen.digest)
                became[each.seen.digest] = "superseded", line.document if line else ""
        return decided[0]
    left = _unreplaced(group)
    if len(left) != 1 and len(_said(left)) != 1:
        return None
    replaced = {each.replaces for each in group if each.replaces}
    for each in group:
        if each.seen.digest in replaced:
            by = next(other for other in group if other.replaces == each.seen.digest)
            became[each.seen.digest] = "superseded", by.seen.name
    first = min(left, key=lambda each: (not each.corrected(), each.seen.digest))
    for each in left:
        if each is not first:
            became[each.seen.digest] = "copy", first.seen.name
    return first


def set_aside(
    evaluation: Evaluation,
    readings: Iterable[Reading],
    submissions: Iterable[Submission],
    became: Mapping[str, tuple[Became, str]],
) -> Fates:
    """Files that say nothing usable and that nobody waits for any more: excluded by a decision, or replaced by the
    sheet that was sent back blank in their place and has come in."""
    mended = {
        each.replaces: each
        for each in submissions
        if each.replaces and became[each.seen.digest][0] in ("counted", "superseded", "copy")
    }
    aside: Fates = {}
    for reading in readings:
        if reading.extract is None:
            exclusion, by = named(evaluation, "exclusion", reading.digest), mended.get(reading.digest)
            if exclusion:
                aside[reading.digest] = "excluded", exclusion.document
            elif by and (reading.identity is None or reading.identity.evaluator == by.key[0]):
                aside[reading.digest] = "superseded", by.seen.name
    return aside


def _conflict(evaluation: Evaluation, key: SubmissionKey, group: list[Submission], became: Fates) -> Finding:
    ordered = sorted(group, key=lambda each: each.seen.name)
    for each in ordered:
        became[each.seen.digest] = "rejected", "SUBMISSION_CONFLICT"
    args: dict[str, object] = {
        "files": "、".join(f"{each.seen.name}（{each.seen.digest[:12]}）" for each in ordered),
        "n": len(group),
        "name": evaluation.evaluators[key[0]].name,
    }
    return finding("SUBMISSION_CONFLICT", file=ordered[0].seen.name, evaluator=key[0], args=args)
