"""The ways from the inputs of one scoring to those of another, a cause at a time.

With none of the causes they are the inputs before, with all of them those after, byte for byte; in between what differs
is put together of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from evaltool.evaluation.taken import read_kept
from evaltool.inbox.received import Seen
from evaltool.proof.causes import Cause, CauseKind, Causes, DifferingPart, InputFiles, whole
from evaltool.proof.changedkeys import rule_parts
from evaltool.proof.changedrows import ledger_part, roster_part
from evaltool.proof.inputs import Inputs
from evaltool.rules.taken import KEPT

MOST = 60  # causes that are told apart; of more, those of a file, a table or a kind are one


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways from one scoring's inputs to another's: `steps` are groups of causes in the order in which they are
    put in place; `grouped` says that there were too many to tell each from the next."""

    before: Inputs
    after: Inputs
    steps: tuple[Causes, ...]
    parts: tuple[DifferingPart, ...]
    grouped: bool = False

    def inputs(self, applied: Set[Cause]) -> Inputs:
        if not applied:
            return self.before
        if applied == {cause for step in self.steps for cause in step}:
            return self.after
        after = self.after.files
        same = {name: data for name, data in self.before.files.items() if after.get(name) == data}
        files = {name: data for part in self.parts for name, data in part.files(applied).items()}
        return Inputs(self.before.folder, {**same, **files}, tuple(self._seen(applied)))

    def _seen(self, applied: Set[Cause]) -> list[Seen]:
        came = {one for cause in applied if cause.kind == "submission" for one in cause.digests}
        then, now = ({each.digest: each for each in side.seen} for side in (self.before, self.after))
        kept = [each for digest, each in then.items() if digest in now or digest not in came]
        new = [each for digest, each in now.items() if digest not in then and digest in came]
        return sorted([*kept, *new], key=lambda each: each.digest)


Whose = Mapping[str, tuple[str, str]]
"""Hash of a file that came in -> its evaluator's id and name, "" where it is nobody's sheet."""


def ways(before: Inputs, after: Inputs, whose: Whose, most: int | None = None) -> Ways:
    """Every cause in the order rules, roster, other results, submissions, ledger; a decision about a file right after
    that file."""
    old, new = (_differing(one.files, other.files) for one, other in ((before, after), (after, before)))
    made = [*rule_parts(old, new), *roster_part(old, new), *ledger_part(old, new)]
    made += [*_results(old, new)]
    made += _rest(made, old, new)
    causes = _ordered([cause for part in made for cause in part.causes], list(_came(before, after, whose)))
    steps: tuple[Causes, ...] = tuple((cause,) for cause in causes)
    if grouped := len(causes) > (MOST if most is None else most):
        steps = tuple([tuple(own) for _, own in groupby(sorted(causes, key=_group), key=_group)])
    return Ways(before, after, steps, tuple(made), grouped)


def _differing(files: InputFiles, other: InputFiles) -> InputFiles:
    return {name: data for name, data in sorted(files.items()) if other.get(name) != data}


def _results(old: InputFiles, new: InputFiles) -> Iterator[DifferingPart]:
    """What was taken of other evaluations: each a cause, by the run that it was taken of."""
    for name in sorted(each for each in {**old, **new} if each.startswith(KEPT)):
        before, after = ({name: side[name]} if name in side else {} for side in (old, new))
        texts = [_told(side.get(name)) for side in (old, new)]
        what: Literal["changed", "added", "removed"] = "changed" if all(texts) else "added" if after else "removed"
        cause = Cause("result", what, name.removeprefix(KEPT).removesuffix(".json"), before=texts[0], after=texts[1])
        yield whole(cause, before, after)


def _told(data: bytes | None) -> str:
    """The evaluation and the run that something was taken of."""
    if data is None:
        return ""
    there = read_kept(data)
    return f"{there.evaluation} {there.run} {there.code}"


def _rest(made: Sequence[DifferingPart], old: InputFiles, new: InputFiles) -> Iterable[DifferingPart]:
    """What no part is about: templates, texts of documents, remarks in the rules.  It should move nothing."""
    taken = {name for part in made for side in (part.before, part.after) for name in side}
    left = [{name: data for name, data in side.items() if name not in taken} for side in (old, new)]
    if any(left):
        names = "、".join(sorted(left[0].keys() | left[1].keys()))
        yield whole(Cause("form", "changed", names), *left)


# --- what came in ----------------------------------------------------------------------------------------------------


def _came(before: Inputs, after: Inputs, whose: Whose) -> Iterator[Cause]:
    """A cause for each evaluator of whom something came or went, one for all other files."""
    then, now = ({each.digest: each.name for each in side.seen} for side in (before, after))
    known = {whose[digest] for digest in then.keys() & whose.keys()}
    moved: dict[tuple[str, str], list[str]] = {}
    for digest in sorted(then.keys() ^ now.keys()):
        moved.setdefault(whose.get(digest, ("", "")), []).append(digest)
    for who in sorted(moved, key=lambda who: (not who[0], who)):
        gone, new = ("、".join(names[one] for one in moved[who] if one in names) for names in (then, now))
        what: Literal["added", "removed", "replaced"] = "removed" if not new else "added"
        what = "replaced" if new and (gone or who in known) and who[0] else what
        yield Cause("submission", what, who[0], who[1], gone, new, digests=tuple(moved[who]))


def _ordered(made: Sequence[Cause], came: Sequence[Cause]) -> list[Cause]:
    """Decisions on a file that came or went follow it: the one often cannot be scored without the other."""
    ordered = [cause for kind in ("rules", "roster", "result") for cause in made if cause.kind == kind]
    decisions = [cause for cause in made if cause.kind == "decision"]
    for one in came:
        about = [each for each in decisions if _is_about(each, one)]
        decisions = [each for each in decisions if each not in about]
        ordered += [one, *about]
    return [*ordered, *decisions, *(cause for cause in made if cause.kind == "form")]


def _is_about(decision: Cause, came: Cause) -> bool:
    return any(digest.startswith(written) for written in decision.digests for digest in came.digests)


_ORDER: Sequence[CauseKind] = ("rules", "roster", "result", "submission", "decision", "form")


def _group(cause: Cause) -> tuple[int, str]:
    return _ORDER.index(cause.kind), cause.file if cause.kind in ("rules", "roster", "result", "decision") else ""
