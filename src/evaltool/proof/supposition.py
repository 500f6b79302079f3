"""What is supposed in a trial: other keys of the rules, other marks, somebody left out, other weights.

What the folder has words for is written as the office would write it, a key of the rules or a line of the ledger, into
inputs that nobody stores; so a trial is checked and scored as the real thing would be.  Weights alone are put in place
after the scoring, as exact fractions: what is left over is shared in proportion, which decimals cannot always say.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from evaltool.evaluation import Evaluation
from evaltool.evaluation.deciding import Fields, ledger_book
from evaltool.evaluation.named import evaluators_meant, unit_meant
from evaltool.exact import plain
from evaltool.findings import Finding, Refused, finding
from evaltool.ledger import of_kind
from evaltool.names import folded, meant, nearest
from evaltool.points.score import Weights
from evaltool.proof.changedkeys import KeyPath, can_hold, parsed, put, to_toml
from evaltool.proof.inputs import Inputs
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.rules.scheme import TOP_KEYS, Head
from evaltool.writers.saving import to_bytes

LEDGER = "decisions/试算-{kind}.xlsx"
DOCUMENT = "试算"
FEW = 5  # places that are named where one was not enough
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")  # nothing with an exponent, which could be of any size
ComponentKey = tuple[str, str]  # class and component


@dataclass(frozen=True, slots=True)
class Supposition:
    """As it was typed: `weights`, `settings` and `marks` as NAME=VALUE, `without` as a name."""

    weights: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.weights, self.settings, self.without, self.marks))


@dataclass
class Supposed:
    """What it comes to: keys of the rules (file, path -> value), lines of the ledger (kind -> what one is about -> the
    line), digests of sheets that are left out, weights by class and component."""

    keys: dict[tuple[str, KeyPath], Any] = field(default_factory=dict)
    lines: dict[str, dict[tuple[str, ...], Fields]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    weights: dict[ComponentKey, Fraction] = field(default_factory=dict)
    wrong: list[Finding] = field(default_factory=list)


def supposed(said: Supposition, inputs: Inputs, base: Result) -> Supposed:
    """Raises `Refused` (usage) with everything that names nothing or cannot be read."""
    made, day = Supposed(), _day(base.evaluation)
    for each in said.weights:
        _weight(made, base.evaluation, each)
    for each in said.settings:
        _setting(made, base.evaluation, inputs, each)
    for each in said.without:
        _without(made, base, each, day)
    for each in said.marks:
        _mark(made, base, each, day)
    if not made.wrong:
        made.wrong += _not_adding_up(base.evaluation, made.weights)
    if made.wrong:
        raise Refused(made.wrong, usage=True)
    return made


def _day(evaluation: Evaluation) -> str:
    """The day of the lines that are supposed: no earlier than any in the ledger, and the same whenever it is tried."""
    return max((line.date for line in evaluation.ledger), default=f"{evaluation.settings.year}-12-31")


def _suppose(made: Supposed, kept: dict[Any, Any], wanted: Mapping[Any, Any], said: str) -> None:
    """Put down what is supposed; of what is supposed in two ways nobody knows which was meant."""
    if kept.keys() & wanted.keys():
        made.wrong.append(_unknown("twice", said))
    kept |= wanted


def put_in_place(made: Supposed, inputs: Inputs) -> Inputs:
    """The inputs with what the folder has words for."""
    files = dict(inputs.files)
    for name in dict.fromkeys(name for name, _ in made.keys):
        rules = parsed(files[name], name)
        for (file, path), value in made.keys.items():
            if file == name:
                put(rules, path, value)
        files[name] = to_toml(rules)
    for kind, lines in made.lines.items():
        files[LEDGER.format(kind=kind)] = to_bytes(ledger_book(kind, list(lines.values())))
    seen = tuple(each for each in inputs.seen if each.digest not in made.left_out)
    return replace(inputs, files=files, seen=seen)


# --- rules -----------------------------------------------------------------------------------------------------------


def _setting(made: Supposed, evaluation: Evaluation, inputs: Inputs, said: str) -> None:
    """`COMPONENT.KEY=VALUE` or a path as it stands in the rules, of all classes or of the one named before a colon."""
    name, sign, text = said.partition("=")
    schemes, path = _of_class(evaluation, name.strip())
    first, *rest = (
        int(key) - 1 if key.isdecimal() else key for key in path.replace("[", ".").replace("]", "").split(".")
    )
    if not sign or not schemes or not isinstance(first, str):
        made.wrong.append(_unknown("setting", said))
        return
    of = {file: scheme for scheme in schemes if (file := _file(inputs, scheme))}
    places: list[tuple[str, KeyPath]] = [
        (file, ("component", component, *rest))
        for file, scheme in of.items()
        for component in _components(scheme, first)
        if rest
    ]
    places = places or [
        (file, whole) for file in of if (whole := _as_written(parsed(inputs.files[file], file), first, rest))
    ]
    places = [(file, keys) for file, keys in places if can_hold(parsed(inputs.files[file], file), keys)]
    if not places:
        made.wrong.append(_unknown("setting", said, _near(evaluation, first)))
    _suppose(made, made.keys, {place: _typed(text.strip()) for place in places}, name.strip())


def _as_written(rules: Mapping[str, Any], first: str, rest: Sequence[str | int]) -> KeyPath:
    """The path of a key that stands in a file by itself, or could; `decimals` and the like are those of the head."""
    if first in rules or first in TOP_KEYS:
        return (first, *rest)
    return ("scheme", first, *rest) if first in Head.model_fields else ()


def _file(inputs: Inputs, scheme: Scheme) -> str:
    """The rules file of a class."""
    named = (name for name in inputs.files if name.startswith("schemes/") and name.endswith(".toml"))
    heads = ((name, parsed(inputs.files[name], name).get("scheme", {})) for name in named)
    return next((name for name, head in heads if head.get("id") == scheme.id), "")


def _typed(text: str) -> Any:
    """A value as the rules would have it; what is no TOML is a word."""
    try:
        return tomllib.loads(f"value = {text}", parse_float=Decimal)["value"]
    except tomllib.TOMLDecodeError:
        return text


def _of_class(evaluation: Evaluation, name: str) -> tuple[list[Scheme], str]:
    """The classes that are meant, and the name without theirs."""
    before, sign, after = name.replace("：", ":").partition(":")
    if not sign:
        return list(evaluation.classes.values()), name
    return meant(before, evaluation.classes.values(), lambda each: (each.id, each.head.name)), after


def _components(scheme: Scheme, name: str) -> list[str]:
    return [key for key, _ in meant(name, scheme.components.items(), lambda pair: (pair[0], pair[1].name))]


def _near(evaluation: Evaluation, name: str) -> str:
    known = {each for scheme in evaluation.classes.values() for key in scheme.components.items() for each in _both(key)}
    return nearest(name, sorted(known))


def _both(pair: tuple[str, Any]) -> tuple[str, str]:
    return pair[0], pair[1].name


def _unknown(because: str, value: str, near: str = "") -> Finding:
    return finding("TRIAL_UNKNOWN", value=value, args={"near": near or "—"}, because=because)


# --- weights ---------------------------------------------------------------------------------------------------------


def _weight(made: Supposed, evaluation: Evaluation, said: str) -> None:
    name, _, text = said.partition("=")
    plain_text = folded(text)
    weight = Fraction(plain_text) if _NUMBER.fullmatch(plain_text) else Fraction(0)
    if not _NUMBER.fullmatch(plain_text):
        made.wrong.append(_unknown("weight", said))
    found = list(_named(evaluation, name.strip()))
    if not found:
        made.wrong.append(_unknown("component", name.strip(), _near(evaluation, name)))
    _suppose(made, made.weights, dict.fromkeys(found, weight), name.strip())


def _named(evaluation: Evaluation, name: str) -> Iterator[ComponentKey]:
    """The components of that name, of every class that has it."""
    schemes, component = _of_class(evaluation, name)
    for scheme in schemes:
        yield from ((scheme.id, key) for key in _components(scheme, component))


def weighed(wanted: Mapping[ComponentKey, Fraction]) -> Weights:
    """The weights of the rules with others in their place.  What a component is given is shared among its parts in
    proportion; so is what is left of its parent among the other parts, so that the total stays."""
    made: dict[tuple[str, str], dict[str, Fraction]] = {}

    def weight(scheme: Scheme, leaf: str, group: str) -> Fraction:
        if (scheme.id, group) not in made:
            made[scheme.id, group] = dict(_shared(scheme, group, "", scheme.weight("", group), wanted))
        return made[scheme.id, group].get(leaf, Fraction(0))

    return weight


def _shared(
    scheme: Scheme, group: str, parent: str, whole: Fraction, wanted: Mapping[ComponentKey, Fraction]
) -> Iterator[tuple[str, Fraction]]:
    parts = list(scheme.children(parent))
    if not parts:
        yield parent, whole
        return
    given, rest, others = _of_parts(scheme, group, parts, whole, wanted)
    for part in parts:
        own = given[part] if part in given else rest * scheme.weight(part, group) / others if others else Fraction(0)
        yield from _shared(scheme, group, part, own, wanted)


def _of_parts(
    scheme: Scheme, group: str, parts: Sequence[str], whole: Fraction, wanted: Mapping[ComponentKey, Fraction]
) -> tuple[dict[str, Fraction], Fraction, Fraction]:
    """The weights that are given, what is left of the whole, and the own weights of those that share it."""
    here = [part for part in parts if not scheme.components[part].groups or group in scheme.components[part].groups]
    given = {part: wanted[scheme.id, part] for part in here if (scheme.id, part) in wanted}
    others = sum((scheme.weight(part, group) for part in here if part not in given), Fraction(0))
    return given, whole - sum(given.values(), Fraction(0)), others


def _not_adding_up(evaluation: Evaluation, wanted: Mapping[ComponentKey, Fraction]) -> Iterator[Finding]:
    """Weights that are more than there is, or that leave something over that nobody is left to take."""
    told = set()
    for scheme in evaluation.classes.values():
        for group in scheme.head.groups:
            for name, whole, left in _left_over(scheme, group.id, "", scheme.weight("", group.id), wanted):
                if (scheme.id, name) not in told:
                    told.add((scheme.id, name))
                    args: dict[str, object] = {"near": plain(whole)}
                    yield finding("TRIAL_UNKNOWN", component=name, value=plain(whole - left), args=args, because="sum")


def _left_over(
    scheme: Scheme, group: str, parent: str, whole: Fraction, wanted: Mapping[ComponentKey, Fraction]
) -> Iterator[tuple[str, Fraction, Fraction]]:
    parts = list(scheme.children(parent))
    given, rest, others = _of_parts(scheme, group, parts, whole, wanted)
    if given and (rest < 0 or (rest and not others)):
        yield parent, whole, rest
        return
    for part in parts:
        own = given[part] if part in given else rest * scheme.weight(part, group) / others if others else Fraction(0)
        yield from _left_over(scheme, group, part, own, wanted)


# --- somebody left out -----------------------------------------------------------------------------------------------


def _without(made: Supposed, base: Result, name: str, day: str) -> None:
    """A component, an evaluator, or a batch of one as EVALUATOR/BATCH; what could be two of them is asked for.  Who is
    left out counts as waived, and what came from him as not come."""
    evaluation = base.evaluation
    components = list(_named(evaluation, name))
    who, _, batch = name.partition("/")
    evaluators = evaluators_meant(evaluation, who)
    if len(evaluators) + bool(components) > 1:
        near = "、".join([*(each.id for each in evaluators), *dict.fromkeys(key for _, key in components)])
        made.wrong.append(_unknown("several", name, near))
    elif components:
        alone = (_alone(evaluation, *each) for each in components)
        _suppose(made, made.weights, dict.fromkeys(alone, Fraction(0)), name)
    elif evaluators:
        id_ = evaluators[0].id
        line = {"evaluator": id_, "document": DOCUMENT, "date": day, "reason": DOCUMENT}
        made.left_out |= {
            each.digest for each in base.accounts.files if each.evaluator == id_ and batch in ("", each.batch)
        }
        waived = ((each.evaluator, each.batch) for each in of_kind(evaluation.ledger, "waiver"))
        if (id_, batch) not in waived:
            line |= {"batch": batch} if batch else {}
            _suppose(made, made.lines.setdefault("waiver", {}), {(id_, batch): line}, name)
    else:
        known = [text for each in evaluation.evaluators.values() for text in (each.id, each.name)]
        made.wrong.append(_unknown("without", name, nearest(who, known) or _near(evaluation, who)))


def _alone(evaluation: Evaluation, class_id: str, component: str) -> ComponentKey:
    """The component, or the one whose only part it is."""
    scheme = evaluation.classes[class_id]
    while (parent := scheme.components[component].parent) and len(list(scheme.children(parent))) == 1:
        component = parent
    return class_id, component


# --- a mark ----------------------------------------------------------------------------------------------------------


def _mark(made: Supposed, base: Result, said: str, day: str) -> None:
    """`EVALUATOR/UNIT/COMPONENT=VALUE`, with the line, the repeat or the field behind it where there are several, or
    `EVALUATOR/SHEET/CELL=VALUE`: the one cell of a counted sheet."""
    address, sign, text = said.partition("=")
    parts = [each.strip() for each in address.split("/")]
    rows = _cells(base, *parts) if sign and len(parts) >= len(("who", "unit", "component")) else None
    if rows is None or not text.strip():
        made.wrong.append(_unknown("mark", said))
    elif len(rows) != 1:
        near = "、".join(_addressed(each) for each in rows[:FEW]) + ("……" if len(rows) > FEW else "")
        made.wrong.append(_unknown("cells" if rows else "nowhere", address, near))
    else:
        at = {key: rows[0][key] for key in ("file_hash", "sheet", "cell")}
        line = {**at, "before": rows[0]["text"], "after": text.strip()}
        line |= {"document": DOCUMENT, "date": day, "reason": DOCUMENT}
        _suppose(made, made.lines.setdefault("correction", {}), {tuple(at.values()): line}, address)


def _cells(base: Result, who: str, what: str, where: str, *more: str) -> list[dict[str, Any]]:
    evaluators = [each.id for each in evaluators_meant(base.evaluation, who)]
    unit = unit_meant(base.evaluation, what)
    rows = base.intake.rows(pl.col("evaluator").is_in(evaluators)).iter_rows(named=True)
    components = {key for _, key in _named(base.evaluation, where)}
    return [
        row
        for row in rows
        if (folded(row["sheet"]) == folded(what) and row["cell"] == where.upper())
        or (unit is not None and row["unit"] == unit.id and row["component"] in components)
        if all(folded(each) in _tells(base.evaluation, row) for each in more)
    ]


def _tells(evaluation: Evaluation, row: Mapping[str, Any]) -> set[str]:
    """What tells a cell from others of the same unit and component."""
    of = (each.name for each in evaluation.roster.indicators if each.id == row["indicator"])
    return {folded(text) for text in (row["indicator"], row["repeat"], row["field"], *of) if text}


def _addressed(row: Mapping[str, Any]) -> str:
    return f"{row['evaluator']}/{row['sheet']}/{row['cell']}"


def in_words(said: Supposition) -> Iterable[tuple[str, str]]:
    """What is supposed, each with its kind: weight, setting, without, mark."""
    kinds = {"weight": said.weights, "setting": said.settings, "without": said.without, "mark": said.marks}
    return [(kind, each) for kind, typed in kinds.items() for each in typed]
