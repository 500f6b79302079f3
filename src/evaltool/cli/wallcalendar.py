"""What `evaltool due` prints: a list of dates that can be pinned to the wall, and its rows for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from gettext import gettext as _
from itertools import groupby
from typing import Any

from evaltool.cli.console import LabelledBlock, Part, StyledLine
from evaltool.evaluation import Evaluation
from evaltool.inbox.due import Due, Missing

_OF_REGISTER = ("opinion", "objection")
_FEW = 3  # batches in a row that are listed one by one


def rows(found: Sequence[Due]) -> list[dict[str, Any]]:
    """A row for each date; `expected` is null where no sheets are collected."""
    return [
        {
            "date": one.date.isoformat(),
            "days": one.days,
            "kind": one.kind,
            "what": one.what,
            "role": one.role,
            "role_name": one.role_name,
            "sheet": one.sheet,
            "period": one.period,
            "strict": one.strict,
            "expected": one.expected,
            "counted": one.counted,
            "waived": one.waived,
            "to_come": one.to_come,
            "missing": [_row(who) for who in one.missing],
            "with_errors": [{**_row(who), "refused": who.refused} for who in one.with_errors],
        }
        for one in found
    ]


def _row(who: Missing) -> dict[str, str]:
    return {"evaluator": who.evaluator, "name": who.name, "batch": who.batch}


def calendar(evaluation: Evaluation, found: Sequence[Due], on: date) -> list[Part]:
    """The dates in order: open ones with who is missing, those that are settled in a line."""
    title = _("{name}: what is due, as of {day}").format(name=evaluation.settings.name, day=on.isoformat())
    parts: list[Part] = [StyledLine(title, "bold")]
    short = False
    for part in _parts(found):
        if not (short and isinstance(part, StyledLine)):
            parts.append(StyledLine(""))
        parts.append(part)
        short = isinstance(part, StyledLine)
    if not found:
        parts += [StyledLine(""), StyledLine(_("Nothing is due."))]
    return parts


def _parts(found: Sequence[Due]) -> Iterator[StyledLine | LabelledBlock]:
    """A part for each date; meetings in a row that are over are one part, whether their cards are all in or not."""
    for (over, settled), group in groupby(found, key=lambda one: (one.kind == "batch" and one.days < 0, one.settled)):
        alike = list(group)
        if not over or len(alike) <= _FEW:
            yield from (StyledLine(_settled(one), "dim") if one.settled else _open(one) for one in alike)
        elif settled:
            yield StyledLine(_span(alike, _("{first} to {last}  batches of cards: {n} (all in)")), "dim")
        else:
            yield LabelledBlock(
                _span(alike, _("{first} to {last}  batches of cards: {n} (not in)")), tuple(_by_role(alike))
            )


def _by_role(meetings: Sequence[Due]) -> Iterator[tuple[str, str]]:
    """Whose cards are not in, role by role."""
    counts = Counter(who.evaluator for one in meetings for who in one.awaited)
    roles: dict[str, list[str]] = {}
    for one in meetings:
        names = (_name(who, batches=counts[who.evaluator] > 1) for who in one.awaited)
        roles.setdefault(one.role_name, []).extend(names)
    for role, listed in roles.items():
        yield role, _(", ").join(listed)


def _span(alike: Sequence[Due], text: str) -> str:
    first, last = alike[0].date.isoformat(), alike[-1].date.isoformat()
    return text.format(first=first, last=last, n=len(alike))


def _settled(one: Due) -> str:
    if one.kind in _OF_REGISTER:
        return _("{date}  {what} (answered)").format(date=one.date.isoformat(), what=_what(one))
    if one.kind == "matter":
        return _("{date}  {what} (closed)").format(date=one.date.isoformat(), what=_what(one))
    if one.expected is None:
        return _("{date}  {what} (passed)").format(date=one.date.isoformat(), what=_what(one))
    return _("{date}  {what} (all in: {n})").format(date=one.date.isoformat(), what=_what(one), n=one.expected)


def _open(one: Due) -> StyledLine | LabelledBlock:
    """A heading with the account of the sheets under it; a line where there is nothing to say under it."""
    heading = f"{one.date.isoformat()}  {_left(one)}  {_what(one)}"
    if one.kind == "matter":
        waits = _("not put right yet") if one.missing else _("verified, to be closed")
        return LabelledBlock(heading, ((_("state"), waits),))
    if one.kind in _OF_REGISTER:
        waits = _("to be decided") if one.missing else _("decided, to be answered")
        return LabelledBlock(heading, ((_("state"), waits),))
    if one.kind == "remarks":
        figures = _("passed on {expected}, answered {counted}").format(expected=one.expected, counted=one.counted)
        return LabelledBlock(heading, ((_("remarks"), figures), (_("missing"), _names(one, one.missing))))
    names, wrong = (_names(one, listed) for listed in (one.missing, one.with_errors))
    lines: list[tuple[str, str]] = []
    if one.expected is not None and one.kind == "deadline":
        figures = _("expected {expected}, counted {counted}, missing {missing}, waived {waived}")
        counts = {"expected": one.expected, "counted": one.counted, "missing": len(one.missing), "waived": one.waived}
        mend = _("; to be mended {n}").format(n=len(one.with_errors)) if one.with_errors else ""
        later = _("; cards of meetings to come {n}").format(n=one.to_come) if one.to_come else ""
        lines.append((_("sheets"), figures.format(**counts) + mend + later))
    if names:
        lines.append((_("missing"), names))
    if wrong:
        lines.append((_("to be mended"), wrong))
    if one.strict:
        lines.append((_("note"), _("what comes in later needs a decision to count")))
    return LabelledBlock(heading, tuple(lines)) if lines else StyledLine(heading)


def _names(one: Due, listed: Sequence[Missing]) -> str:
    several = len({who.evaluator for who in listed}) < len(listed)
    return _(", ").join(_name(who, batches=several and one.kind == "deadline") for who in listed)


def _what(one: Due) -> str:
    if one.kind == "charges":
        return _("whoever is in charge on this day marks")
    told = {
        "opinions": _("opinions on the draft {what} come in"),
        "posting": _("the posting {what} ends"),
        "opinion": _("opinion {what}"),
        "objection": _("objection {what}"),
        "matter": _("to be put right: {what}"),
        "remarks": _("answers to remarks that were passed on ({what})"),
    }
    if one.kind in told:
        return told[one.kind].format(what=one.what)
    what = one.what + (f" {one.period}" if one.period else "")
    if one.kind == "batch":
        return _("cards: {what}").format(what=what)
    return _("{role}: {what}").format(role=one.role_name or _("everybody"), what=what)


def _left(one: Due) -> str:
    """How far off the day is; a day that has passed is overdue only where something is missing."""
    if one.days == 0:
        return _("today")
    if one.days > 0:
        return _("days left: {n}").format(n=one.days)
    if one.kind == "batch":
        return _("days ago: {n}").format(n=-one.days)
    return _("days overdue: {n}").format(n=-one.days)


def _name(who: Missing, *, batches: bool) -> str:
    name = f"{who.name} / {who.batch}" if batches and who.batch else who.name
    return _("{name} (came, cannot be used)").format(name=name) if who.refused else name
