"""How `decide` asks for what is missing, on a terminal: one column after the other, each until its value fits.

A part of a name narrows the choices, and the choice is confirmed; nothing is taken that somebody did not type or say
yes to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from gettext import gettext as _
from pathlib import Path

from evaltool.cli.choices import OfferedChoice, came_as, choices, exact, kinds, narrowed
from evaltool.cli.console import shown
from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.deciding import SEVERAL, file_hash, incomplete
from evaltool.exact import plain
from evaltool.ledger import ALWAYS, KINDS
from evaltool.ledger.kinds import DAYS, HEADERS, misshapen, needed, tidied
from evaltool.rules import Extras, extra_word

Ask = Callable[[str], str]
"""Shows a prompt and returns what was typed; raises EOFError at the end of input."""
AnsweredFields = dict[str, str]

FEW = 15  # choices that are listed without being asked for


def from_terminal(prompt: str) -> str:
    """Ask a person: the prompt to stderr, so that stdout has the result only."""
    print(shown(prompt), end="", file=sys.stderr, flush=True)  # noqa: T201
    typed = sys.stdin.readline()
    if not typed:
        raise EOFError
    return typed.strip()


def nobody(prompt: str) -> str:
    """There is nobody to ask."""
    raise EOFError(prompt)


def tell(text: str) -> None:
    """Something between prompts, to stderr like them."""
    print(shown(text), file=sys.stderr)  # noqa: T201


def ask_kind(ask: Ask, tell: Callable[[str], None]) -> str:
    """Which kind of decision it is; all kinds are listed."""
    for at, each in enumerate(kinds(), 1):
        tell(f"{at:>3}  {each.name}  {each.id}")
    while True:
        typed = ask(_("Kind (word or number): "))
        if typed.isdecimal() and 1 <= int(typed) <= len(kinds()):
            return kinds()[int(typed) - 1].id
        found = exact(kinds(), typed) or _one_of(kinds(), typed, ask, tell)
        if found:
            return found.id


def complete_all(
    folder: Path, kind: str, lines: Sequence[Mapping[str, str]], ask: Ask, tell: Callable[[str], None]
) -> list[AnsweredFields]:
    """Every line complete, and further ones where targets have to add up."""
    evaluation, _findings = load(folder)
    whole = [complete(evaluation, kind, line, ask, tell) for line in lines]
    return balanced(evaluation, whole, ask, tell) if kind in ("target_change", "goal_added") else whole


def complete(
    evaluation: Evaluation, kind: str, given: Mapping[str, str], ask: Ask, tell: Callable[[str], None]
) -> AnsweredFields:
    """A line with every column that it needs; what was given and does not fit is asked for again.  Columns that may be
    left blank are offered when something else was asked for."""
    fields: AnsweredFields = {attribute: "" for attribute in HEADERS if attribute != "kind"} | dict(given)
    asking = bool(incomplete(kind, fields))
    about = KINDS[kind]
    first = ("after", *about.needs) if about.needs_if else about.needs
    for attribute in dict.fromkeys(first):
        fields[attribute] = _settled(evaluation, kind, attribute, fields, ask, tell)
    for attribute in about.needs_if.get(fields["after"], ()):
        fields[attribute] = _settled(evaluation, kind, attribute, fields, ask, tell)
    for attribute in about.may:
        if (asking and _is_offered(evaluation, kind, attribute, fields)) or fields[attribute]:
            fields[attribute] = _settled(evaluation, kind, attribute, fields, ask, tell, optional=True)
    for attribute in needed(about, fields):
        fields[attribute] = fields[attribute] or _settled(evaluation, kind, attribute, fields, ask, tell)
    for attribute in ALWAYS[1:]:
        fields[attribute] = _settled(evaluation, kind, attribute, fields, ask, tell)
    return fields


def _is_offered(evaluation: Evaluation, kind: str, attribute: str, fields: Mapping[str, str]) -> bool:
    """Of vetoes, bonuses and deductions the rules say whether there are kinds, and what has to be said of one; which
    claim a bonus answers is told by the committee's book."""
    if kind == "veto":
        return bool(choices(evaluation, kind, attribute, fields))
    extra = extra_word(kind)
    if extra is None:
        return True
    unit = next((unit for unit in evaluation.roster.units if unit.id == fields["unit"]), None)
    rules = evaluation.classes[unit.class_id].extras(extra) if unit else Extras()
    named = rules.named(fields["item"])
    asked = {
        "item": bool(rules.kinds),
        "after": named is not None and not named[0].is_reckoned,
        "deed": rules.same_deed == "highest",
    }
    return asked.get(attribute, False)


def balanced(
    evaluation: Evaluation, lines: list[AnsweredFields], ask: Ask, tell: Callable[[str], None]
) -> list[AnsweredFields]:
    """Targets that no longer add up: more lines of the same decision until they do."""
    names = {unit.id: unit.name for unit in evaluation.roster.units}
    kept = {key: value for key, value in lines[0].items() if key not in (*SEVERAL, "item")}
    while moved := sum((Fraction(line["after"]) - Fraction(line["before"] or 0) for line in lines), Fraction(0)):
        words = _("The points of {unit} now differ by {points}; change another indicator.")
        tell(words.format(unit=names.get(kept["unit"], kept["unit"]), points=plain(moved)))
        more = complete(evaluation, "target_change", kept, ask, tell)
        lines = [*lines, {**more, "kind": KINDS["target_change"].word}]
    return lines


def _settled(
    evaluation: Evaluation,
    kind: str,
    attribute: str,
    fields: AnsweredFields,
    ask: Ask,
    tell: Callable[[str], None],
    *,
    optional: bool = False,
) -> str:
    """A value that fits, starting with the one that is there."""
    listed = choices(evaluation, kind, attribute, fields)
    typed = fields[attribute]
    if not typed and 0 < len(listed) <= FEW:
        tell("、".join(each.shown for each in listed))
    while True:
        if not typed:
            typed = ask(_prompt(kind, attribute, len(listed), optional=optional))
            if not typed and optional:
                return ""
        value = _fitting(evaluation, kind, attribute, typed, listed, ask, tell) if typed else ""
        if value:
            return value
        typed = ""


def _fitting(
    evaluation: Evaluation,
    kind: str,
    attribute: str,
    typed: str,
    listed: list[OfferedChoice],
    ask: Ask,
    tell: Callable[[str], None],
) -> str:
    """What is written down for a text, or "" after saying why it does not fit."""
    if attribute == "file_hash":
        typed = came_as(evaluation.folder, file_hash(evaluation.folder, typed))
        if not misshapen(KINDS[kind], attribute, tidied(KINDS[kind], attribute, typed)):
            return tidied(KINDS[kind], attribute, typed)
    named = ("unit", "evaluator", "component", "indicator", "batch")
    is_new = attribute == "indicator" and KINDS[kind].new_line
    if attribute != "run" and (listed or (attribute in named and not is_new)):
        found = exact(listed, typed) or _one_of(listed, typed, ask, tell)
        return found.id if found else ""
    value = tidied(KINDS[kind], attribute, typed)
    form = misshapen(KINDS[kind], attribute, value)
    if form:
        tell(_("{value} does not fit: {form}").format(value=typed, form=form_name(form)))
    return "" if form else value


def _one_of(listed: list[OfferedChoice], typed: str, ask: Ask, tell: Callable[[str], None]) -> OfferedChoice | None:
    """The choice that a part of a name leads to, if it is the only one and confirmed."""
    found = narrowed(listed, typed) if typed else []
    if len(found) == 1:
        said = ask(_("Do you mean {name}? [y/n] ").format(name=found[0].shown))
        return found[0] if said.lower() in ("y", "yes", "是", "对") else None
    if found:
        rest = len(found) - FEW
        tell("、".join(each.shown for each in found[:FEW]) + (_(" and {n} more").format(n=rest) if rest > 0 else ""))
    elif typed:
        tell(_("nothing is called {value}").format(value=typed))
    return None


def _prompt(kind: str, attribute: str, count: int, *, optional: bool) -> str:
    hints = [_form_hint(kind, attribute)]
    if count > FEW:
        hints = [_("id, name or a part of it; {n} to choose from").format(n=count)]
    if optional:
        hints.append(_("Enter leaves it blank"))
    said = "；".join(hint for hint in hints if hint)
    return f"{HEADERS[attribute]}（{said}）: " if said else f"{HEADERS[attribute]}: "


def _form_hint(kind: str, attribute: str) -> str:
    about = KINDS[kind]
    if attribute in DAYS:
        return form_name("date")
    if attribute in ("file_hash", "cell"):
        return form_name("hash" if attribute == "file_hash" else "address")
    number = (attribute == "after" and about.after != "any") or (attribute == "before" and about.before == "points")
    return form_name("number") if number else ""


def form_name(form: str) -> str:
    """What a text must look like, in words."""
    return {
        "date": _("a day such as 2027-03-31"),
        "hash": _("8 or more digits of the file's hash, or its path"),
        "address": _("a cell such as C8"),
        "number": _("a positive number in plain digits"),
        "choice": _("one of the words listed"),
        "run": _("the number of a run, such as 0002"),
    }[form]
