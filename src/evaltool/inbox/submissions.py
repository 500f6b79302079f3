"""Which submission counts?  One at most for each evaluator, batch and entry; of every other it is said why it does not.

Of several the one counts that declares itself the mended version of the others, else the one that a decision names by
its hash; never the newer file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import SubmissionKey
from evaltool.inbox.extract.answers import Answer, in_full
from evaltool.inbox.extract.workbook import Extract
from evaltool.inbox.lateness import shown_day
from evaltool.inbox.received import Seen
from evaltool.inbox.twice.parts import Contradiction, contradictions, shares, together
from evaltool.inbox.workers import Reading
from evaltool.ledger import Decision, of_kind, refused
from evaltool.questions.forms import Worksheets

Became = Literal["counted", "copy", "superseded", "rejected", "excluded", "attachment", "not_a_submission"]
Fates = dict[str, tuple[Became, str]]
LATE = "SUBMISSION_LATE"
"""Hash of a submission -> what became of it, with the reason."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A file that is a sheet of this evaluation, with what it says; or several that a decision takes together.

    `parts`: of those what each adds to the ones before it.
    """

    seen: Seen
    reading: Reading
    sheets: Worksheets = field(default_factory=Worksheets)  # of its form; a survey's export has none
    parts: tuple[Submission, ...] = ()

    @property
    def each(self) -> tuple[Submission, ...]:
        """The files that it is made of, with what counts of each."""
        return self.parts or (self,)

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
    def part(self) -> str:
        """Of an export that comes in parts, by which of them it is."""
        return self.said.survey.part if self.said.survey else ""

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
            return said.survey, said.survey.whole, tuple(wrong)
        answers = tuple(one for one in self.answers() if (one.sheet, one.cell) not in but)
        problems = tuple(one for one in said.problems if (one.sheet, one.cell) not in but)
        return answers, said.counts, said.card_lines, problems


def choose(
    submissions: Sequence[Submission], evaluation: Evaluation, aside: Fates | None = None
) -> tuple[dict[SubmissionKey, Submission], Fates, list[Finding]]:
    """The submission that counts for each key; what became of each by hash, with the reason; conflicts.

    `aside`: what became of submissions that came too late or whose batch is entered again; they cannot count."""
    groups: dict[tuple[SubmissionKey, str], list[Submission]] = {}
    became: Fates = {}
    for each in submissions:
        exclusion = named(evaluation, "exclusion", each.seen.digest)
        if exclusion:
            became[each.seen.digest] = "excluded", exclusion.document
        elif aside and each.seen.digest in aside:
            became[each.seen.digest] = aside[each.seen.digest]
        else:
            groups.setdefault((each.key, each.part), []).append(each)
    winners: dict[SubmissionKey, list[Submission]] = {}
    findings: list[Finding] = []
    for (key, _), group in groups.items():
        left, wrong = _joined(group, evaluation, became)
        findings += wrong
        winner = _winner(left, evaluation, became)
        if winner:
            winners.setdefault(key, []).append(winner)
            _put(became, winner, "counted", _document(evaluation, "combination", winner) if winner.parts else "")
        else:
            findings.append(_conflict(evaluation, key, left, became))
    counted = {key: _in_parts(each) for key, each in winners.items()}
    for each in submissions:  # the same once more, saved again by another program, is a copy however late it comes
        first = counted.get(each.key)
        if first and became[each.seen.digest][1] == LATE and each.content(set()) == first.content(set()):
            became[each.seen.digest] = "copy", first.seen.name
    return counted, became, findings


def _in_parts(winners: list[Submission]) -> Submission:
    """The export of a survey as one, of the parts that it came in; anything else is one file."""
    if len(winners) == 1:
        return winners[0]
    first, *_ = ordered = sorted(winners, key=lambda each: each.part)
    problems = tuple(problem for each in ordered for problem in each.said.problems)
    whole = Extract(problems=problems, survey=first.said.survey and first.said.survey.whole)
    return Submission(first.seen, replace(first.reading, extract=whole), first.sheets, tuple(ordered))


def _put(became: Fates, each: Submission, fate: Became, reason: str) -> None:
    became |= {one.seen.digest: (fate, reason) for one in each.each}


def _document(evaluation: Evaluation, kind: str, each: Submission) -> str:
    line = named(evaluation, kind, each.seen.digest)
    return line.document if line else ""


def _joined(group: list[Submission], evaluation: Evaluation, became: Fates) -> tuple[list[Submission], list[Finding]]:
    """The submissions of one evaluator, with those as one that a decision takes together.  The mended version of one of
    them replaces them all: it went out with what they say together."""
    lines = [(each, line) for each in group if (line := decision(evaluation, "combination", each))]
    if not lines:
        return group, []
    chosen = [each for each, _ in lines]
    rest = [each for each in group if each not in chosen]
    digests = {each.seen.digest for each in chosen}
    if mended := next((each for each in rest if each.replaces in digests), None):
        for each in chosen:
            _put(became, each, "superseded", mended.seen.name)
        return rest, []
    reason = "alone" if len(chosen) == 1 else "contradicts" if _differences(chosen) else ""
    if reason:
        return group, [refused(line, reason, file=each.seen.name) for each, line in lines[:1]]
    return [_together(chosen), *rest], []


def _together(chosen: list[Submission]) -> Submission:
    first, *_ = ordered = sorted(chosen, key=lambda each: each.seen.digest)
    said = shares(first.sheets, [each.said for each in ordered])
    parts = [
        replace(each, reading=replace(each.reading, extract=share)) for each, share in zip(ordered, said, strict=True)
    ]
    reading = replace(first.reading, extract=together(said))
    return Submission(first.seen, reading, first.sheets, tuple(parts))


def _differences(group: Sequence[Submission]) -> list[Contradiction]:
    """Where submissions contradict each other; exports of surveys, which have no cells, are not looked into."""
    if any(each.said.survey for each in group):
        return [Contradiction("", "", "", "")]
    first, *_ = group
    return list(contradictions(first.sheets, [each.said for each in group]))


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
                _put(became, each, "superseded", _document(evaluation, "supersession", decided[0]))
        return decided[0]
    left = _unreplaced(group)
    if len(left) != 1 and len(_said(left)) != 1:
        return None
    replaced = {each.replaces for each in group if each.replaces}
    for each in group:
        if each.seen.digest in replaced:
            by = next(other for other in group if other.replaces == each.seen.digest)
            _put(became, each, "superseded", by.seen.name)
    first = min(left, key=lambda each: (not each.corrected(), each.seen.digest))
    for each in left:
        if each is not first:
            _put(became, each, "copy", first.seen.name)
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


_MOST_NAMED = 8


def _conflict(evaluation: Evaluation, key: SubmissionKey, group: list[Submission], became: Fates) -> Finding:
    """Several submissions of which nobody knows which counts: `SUBMISSION_PARTS` where they contradict each other in no
    cell, so that one decision can take them together."""
    ordered = sorted((one for each in group for one in each.each), key=lambda each: each.seen.name)
    found = _differences(ordered)
    code = "SUBMISSION_CONFLICT" if found else "SUBMISSION_PARTS"
    for each in ordered:
        became[each.seen.digest] = "rejected", code
    days = [shown_day(each.seen.first_seen) for each in ordered]
    args: dict[str, object] = {
        "files": "、".join(_shown(each, day) for each, day in zip(ordered, days, strict=True)),
        "files_en": ", ".join(_shown_en(each, day) for each, day in zip(ordered, days, strict=True)),
        "days": "、".join(days),
        "options": " ".join(f"--file {each.seen.digest[:12]}" for each in ordered),
        "cells": _cells([one for one in found if one.sheet], _ZH),
        "cells_en": _cells([one for one in found if one.sheet], _EN),
        "n": len(ordered),
        "name": evaluation.evaluators[key[0]].name,
    }
    return finding(code, file=ordered[0].seen.name, evaluator=key[0], args=args)


def _much(each: Submission) -> tuple[int, int]:
    """How many cells are filled in, and how many cards."""
    filled = 0 if each.said.survey else sum(one.state != "blank" for one in each.answers())
    return filled, sum(lines.used for lines in each.said.card_lines)


def _shown(each: Submission, day: str) -> str:
    """A file with its hash, the day on which it was first seen, and how much was filled in."""
    filled, cards = _much(each)
    much = "".join([f"，填了 {filled} 格" if filled else "", f"，评价卡 {cards} 张" if cards else ""])
    return f"{each.seen.name}（{each.seen.digest[:12]}，{day} 收到{much}）"


def _shown_en(each: Submission, day: str) -> str:
    filled, cards = _much(each)
    much = "".join([f", {filled} cells filled in" if filled else "", f", {cards} cards" if cards else ""])
    return f"{each.seen.name} ({each.seen.digest[:12]}, first seen {day}{much})"


class _CellWords(NamedTuple):
    """How the cells that differ are told in one language."""

    before: str
    both: str
    cards: str
    between: str
    more: str


_ZH = _CellWords("；不同之处：", "“{one}”和“{two}”", "{n} 张卡", "；", "……共 {n} 处")
_EN = _CellWords("; they differ at: ", "“{one}” and “{two}”", "{n} cards", "; ", " … {n} in all")


def _cells(found: Sequence[Contradiction], words: _CellWords) -> str:
    """The cells that differ, and with what; nothing where no cell can be named."""
    shown = []
    for each in found[:_MOST_NAMED]:
        one, two = (words.cards.format(n=said) if isinstance(said, int) else said for said in (each.one, each.two))
        place = "!".join(part for part in (each.sheet, each.cell) if part)
        shown.append(f"{place} {words.both.format(one=one, two=two)}")
    rest = words.more.format(n=len(found)) if len(found) > len(shown) else ""
    return f"{words.before}{words.between.join(shown)}{rest}" if shown else ""
