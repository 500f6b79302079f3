"""What the shell is offered for the kind, the unit, the evaluator of a decision that is being typed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

Complete = Callable[[str], list[tuple[str, str]]]
_WORDS = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS")  # where the shells' scripts put the line as it stands
_PLAIN = ("--quiet", "-q", "--no-color", "--help", "-h")  # options without a value


def values(attribute: str) -> Complete:
    """A function that says what could stand in a column of the decision that is being typed."""

    def found(incomplete: str) -> list[tuple[str, str]]:
        try:
            listed = _choices(attribute, typed(os.environ))
        except Exception:  # a folder that cannot be read completes nothing; the command itself says why
            return []
        pairs = dict.fromkeys(pair for id_, name in listed for pair in ((name, id_), (id_, name)))
        return [pair for pair in pairs if pair[0].startswith(incomplete)]

    return found


def kind_values(incomplete: str) -> list[tuple[str, str]]:
    from evaltool.cli.choices import kinds

    return [(word, name) for name, other in kinds() for word in (name, other) if word.startswith(incomplete)]


def document_values(incomplete: str) -> list[tuple[str, str]]:
    from evaltool.documents.kinds import KINDS

    named = ((word, other) for each in KINDS.values() for word, other in ((each.id, each.name), (each.name, each.id)))
    return [pair for pair in named if pair[0].startswith(incomplete)]


def recipient_values(incomplete: str) -> list[tuple[str, str]]:
    """Units and evaluators of the folder on the line, by name."""
    from evaltool.evaluation import load

    try:
        evaluation, _findings = load(Path(typed(os.environ)["folder"]))
    except Exception:  # as for decisions: the command itself says why
        return []
    return [(each.name, each.id) for each in evaluation.evaluators.values() if each.name.startswith(incomplete)]


def unit_values(incomplete: str) -> list[tuple[str, str]]:
    """Units of the folder on the line, by name and by id."""
    from evaltool.evaluation import load

    try:
        evaluation, _findings = load(Path(typed(os.environ)["folder"]))
    except Exception:  # as for decisions: the command itself says why
        return []
    names = ((word, other) for each in evaluation.units.values() for word, other in _both(each.name, each.id))
    return [pair for pair in names if pair[0].startswith(incomplete)]


def _both(name: str, id_: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (name, id_), (id_, name)


def typed(environment: Mapping[str, str]) -> dict[str, str]:
    """Folder, kind and options of the line as far as it is typed.  Read from the shell's words: the parser forgets the
    arguments as long as an option waits for its value."""
    text = next((environment[name] for name in _WORDS if environment.get(name)), "")
    words = iter(shlex.split(text)[2:])  # without the program and the command
    given: dict[str, str] = {}
    plain = iter(("folder", "kind"))
    for word in words:
        if word.startswith("--") and "=" in word:
            option, _sign, value = word.removeprefix("--").partition("=")
            given[option] = value
        elif word.startswith("--") and word not in _PLAIN:
            given[word.removeprefix("--")] = next(words, "")
        elif word not in _PLAIN:
            given[next(plain, "")] = word
    return given


def _choices(attribute: str, given: Mapping[str, str]) -> list[tuple[str, str]]:
    from evaltool.cli.choices import choices, exact
    from evaltool.evaluation import load
    from evaltool.ledger import kind_named

    evaluation, _findings = load(Path(given["folder"]))
    kind = kind_named(given.get("kind", ""))
    fields: dict[str, str] = {}
    for each in ("unit", "evaluator", "component"):
        one = exact(choices(evaluation, kind, each, fields), given.get(each, ""))
        fields[each] = one.id if one else ""
    return [(one.id, one.name) for one in choices(evaluation, kind, attribute, fields)]
