"""Which keys of the rules are not the same?  Each of them is a cause, and can be changed without the others."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Set
from copy import deepcopy
from decimal import Decimal
from typing import Any

from evaltool.proof.causes import Cause, DifferingPart, InputFiles, whole
from evaltool.rules.settings import rules_text

KeyPath = tuple[str | int, ...]
_NOTHING = object()
_TEXTS = "notice"  # texts of documents: one cause, whatever is new in them


def rule_parts(old: InputFiles, new: InputFiles) -> Iterator[DifferingPart]:
    """A part for each file of the rules."""
    for name in sorted(old.keys() | new.keys()):
        if name != "evaluation.toml" and not name.startswith("schemes/"):
            continue
        before, after = ({name: side[name]} if name in side else {} for side in (old, new))
        if before and after:
            yield from _changed(name, before, after)
        else:
            yield whole(Cause("rules", "added" if after else "removed", name), before, after)


def _changed(name: str, before: InputFiles, after: InputFiles) -> Iterator[DifferingPart]:
    """The keys of one file; none where only remarks or the order of keys are new."""
    one, other = (parsed(side[name], name) for side in (before, after))
    paths = list(_paths((), one, other))
    causes = tuple(_cause(name, path, _at(one, path), _at(other, path), at) for at, path in enumerate(paths))
    if causes:
        by_cause = dict(zip(causes, paths, strict=True))

        def between(applied: Set[Cause]) -> InputFiles:
            mixed = deepcopy(one)
            for path in (by_cause[cause] for cause in causes if cause in applied):
                put(mixed, path, _at(other, path))
            return {name: to_toml(mixed)}

        yield DifferingPart(causes, before, after, between)


def parsed(data: bytes, name: str) -> dict[str, Any]:
    """The keys of a rules file."""
    return tomllib.loads(rules_text(data, name)[0], parse_float=Decimal)


def _cause(name: str, path: KeyPath, before: object, after: object, number: int) -> Cause:
    what = "added" if before is _NOTHING else "removed" if after is _NOTHING else "changed"
    was, now = ("" if value is _NOTHING else _written(value) for value in (before, after))
    return Cause("rules", what, name, _dotted(path), was, now, number)  # type: ignore[arg-type]


def _dotted(path: KeyPath) -> str:
    """A path as people write it: `component.work.weight`, `grade[2].from`."""
    return "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")


# --- paths -----------------------------------------------------------------------------------------------------------


def _paths(path: KeyPath, one: Any, other: Any) -> Iterator[KeyPath]:
    """Where two values differ, as deep as both have the same shape."""
    if isinstance(one, Mapping) and isinstance(other, Mapping) and path != (_TEXTS,):
        for key in {**one, **other}:
            yield from _paths((*path, key), one.get(key, _NOTHING), other.get(key, _NOTHING))
    elif _tables(one) and _tables(other) and len(one) == len(other):
        for at, pair in enumerate(zip(one, other, strict=True)):
            yield from _paths((*path, at), *pair)
    elif not _alike(one, other):
        yield path


def _tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


def _alike(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _at(value: Any, path: KeyPath) -> Any:
    for key in path:
        if isinstance(value, Mapping) and key not in value:
            return _NOTHING
        value = value[key]
    return value


def can_hold(value: Any, path: KeyPath) -> bool:
    """Whether something can be put at a path: all above it are tables, or lists that are long enough."""
    for key in path[:-1]:
        if not _has_room(value, key):
            return False
        value = value.get(key, {}) if isinstance(value, Mapping) else value[key]
    return _has_room(value, path[-1])


def _has_room(value: Any, key: str | int) -> bool:
    if isinstance(key, int):
        return isinstance(value, list) and 0 <= key < len(value)
    return isinstance(value, Mapping)


def put(value: Any, path: KeyPath, new: Any) -> None:
    """Put a new value at a path, whose tables are there or are made."""
    *above, last = path
    for key in above:
        value = value.setdefault(key, {}) if isinstance(value, dict) else value[key]
    if new is _NOTHING:
        del value[last]
    else:
        value[last] = deepcopy(new)


# --- written back ----------------------------------------------------------------------------------------------------


def to_toml(rules: Mapping[str, Any]) -> bytes:
    """A rules file of these keys, a line for each of the first level."""
    return "".join(f"{_key(key)} = {_written(value)}\n" for key, value in rules.items()).encode()


def _written(value: Any) -> str:
    """A value of a rules file in TOML, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return str(value) if isinstance(value, int | Decimal) else str(value.isoformat())


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
