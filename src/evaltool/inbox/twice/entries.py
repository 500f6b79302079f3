"""Do the two entries of what is keyed twice agree, and which of them counts?

One of the two goes on to be scored.  Until they agree (`keyings.py`) or a decision names one of them, every difference
blocks; so does an entry that came alone, unless a decision adopts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import SubmissionKey
from evaltool.inbox.submissions import Fates, Submission, decision, is_disputed
from evaltool.inbox.twice.keyings import Difference, differences
from evaltool.ledger import Decision
from evaltool.questions.forms import ENTRIES, Form

BLANK = "空白"


@dataclass(frozen=True, slots=True)
class Settled:
    """Which submissions go on to be scored; what became of those that do not; sheets that nobody waits for any more."""

    taken: Mapping[SubmissionKey, Submission]
    became: Fates = field(default_factory=dict)
    spared: frozenset[SubmissionKey] = frozenset()
    findings: tuple[Finding, ...] = ()


def settle(
    evaluation: Evaluation,
    expected: Mapping[SubmissionKey, Form],
    counted: Mapping[SubmissionKey, Submission],
    submissions: Iterable[Submission],
) -> Settled:
    """One of the two entries of everything that is keyed twice, and all other submissions as they are."""
    came = list(submissions)
    taken = {key: each for key, each in counted.items() if key not in expected or not expected[key].twice}
    became: Fates = {}
    spared: set[SubmissionKey] = set()
    findings: list[Finding] = []
    for key, form in expected.items():
        pair = [(*key[:2], entry) for entry in ENTRIES]
        entries = [counted[one] for one in pair if one in counted]
        if not form.twice or key != pair[0] or not entries:
            continue
        lines = [_decision(evaluation, each, came) for each in entries]
        if len(entries) == 1:
            taken[entries[0].key] = entries[0]
            if lines[0]:
                spared |= set(pair) - {entries[0].key}
                findings.append(_alone(evaluation, entries[0], lines[0]))
            continue
        found = list(differences(form, entries[0].said, entries[1].said))
        at = 1 if found and lines[1] and not lines[0] else 0
        line, loser = lines[at], entries[1 - at]
        taken[entries[at].key] = entries[at]
        if found and line and not lines[1 - at]:
            became[loser.seen.digest] = "superseded", line.document
            findings.append(_decided(evaluation, entries[at], loser, line, len(found)))
        else:
            findings += [_differs(evaluation, entries[0], entries[1], one) for one in found]
    return Settled(taken, became, frozenset(spared), tuple(findings))


def _decision(evaluation: Evaluation, each: Submission, came: Iterable[Submission]) -> Decision | None:
    """The decision that this entry counts; one that chose among several files of the same person says no more."""
    rivals = [other for other in came if other.key == each.key and not decision(evaluation, "exclusion", other)]
    return None if is_disputed(rivals) else decision(evaluation, "supersession", each)


# --- what is said ----------------------------------------------------------------------------------------------------


def _who(evaluation: Evaluation, each: Submission) -> str:
    evaluator, batch, _ = each.key
    name = evaluation.evaluators[evaluator].name
    return f"{name}（批次 {batch}）" if batch else name


def _alone(evaluation: Evaluation, each: Submission, line: Decision) -> Finding:
    args: dict[str, object] = {"name": _who(evaluation, each), "document": line.document}
    return finding("ENTRY_ALONE", file=each.seen.name, evaluator=each.key[0], args=args)


def _decided(evaluation: Evaluation, each: Submission, other: Submission, line: Decision, count: int) -> Finding:
    args: dict[str, object] = {
        "name": _who(evaluation, each),
        "n": count,
        "document": line.document,
        "other_file": other.seen.name,
        "other": other.seen.digest[:12],
    }
    return finding("ENTRY_DECIDED", file=each.seen.name, evaluator=each.key[0], args=args)


def _differs(evaluation: Evaluation, first: Submission, second: Submission, one: Difference) -> Finding:
    """Neither what it says nor its value tells a figure: who knows what the other keyed does not look at the paper."""
    args: dict[str, object] = {
        "name": _who(evaluation, first),
        "one": one.one or BLANK,
        "two": one.two or BLANK,
        "other_file": second.seen.name,
        "other_sheet": one.other_sheet,
        "other_cell": one.other_cell,
        "other_place": "!".join(part for part in (one.other_sheet, one.other_cell) if part),
    }
    place = {"file": first.seen.name, "sheet": one.sheet, "cell": one.cell, "unit": one.unit}
    return finding("ENTRY_DIFFERS", **place, evaluator=first.key[0], component=one.component, args=args)


def seen_from_the_other(one: Finding) -> Finding:
    """A difference as a finding of the second entry's file: either of the two may be the one to mend."""
    args = dict(one.args)
    turned = {
        "one": args["two"],
        "two": args["one"],
        "other_file": one.file,
        "other_sheet": one.sheet,
        "other_cell": one.cell,
        "other_place": "!".join(part for part in (one.sheet, one.cell) if part),
    }
    return replace(
        one,
        file=args["other_file"],
        sheet=args["other_sheet"],
        cell=args["other_cell"],
        args=tuple(sorted((args | turned).items())),
    )
