"""The reference page of the rules' language, made from the models: every table, every key, what it takes, its default.

The words stand in `reference.toml`, a section per model; a key without words, or words without a key, stop the page.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

WORDS = Path(__file__).with_name("reference.toml")


def reference_page(made: str) -> str:
    """`docs/rules.md`."""
    words = tomllib.loads(WORDS.read_text("utf-8"))
    lines = ["# The rules' language 规则的写法", "", made, "", *words["intro"]["text"].strip().splitlines()]
    for key, model in _models().items():
        lines += ["", *_section(words.pop(key), model)]
    lines += ["", *_roster(words.pop("Roster"))][:-1]
    assert set(words) == {"intro"}, f"no such model: {sorted(words)}"
    return "\n".join(lines) + "\n"


def _models() -> dict[str, type[BaseModel]]:
    """Section of `reference.toml` -> model, in the order of the page."""
    from evaltool import rules
    from evaltool.rules import methods, outcomes, scheme, settings
    from evaltool.rules.methods import choicequota

    names: list[tuple[Any, str]] = [
        (settings, "Settings"),
        (settings, "Deadline"),
        (settings, "Stages"),
        (settings, "Survey"),
        (settings, "TakenResult"),
        (settings, "PartOf"),
        (settings, "Notice"),
        (settings, "Numbers"),
        (scheme, "Head"),
        (outcomes, "Group"),
        (rules, "Component"),
        (rules, "GoalRules"),
        (rules, "ReasonRule"),
        (rules, "Each"),
        (rules, "Trimmed"),
        (rules, "Dropped"),
        (rules, "WeightTo"),
        (rules, "Benchmark"),
        *((methods, method.__name__) for method in methods.METHODS.values()),
        (choicequota, "ChoiceQuota"),
        (rules, "Places"),
        (scheme, "DerivedFigure"),
        *(
            (outcomes, name)
            for name in (
                "Ranking",
                "ClimbRule",
                "Grade",
                "Condition",
                "Zone",
                "Award",
                "Contribution",
                "Veto",
                "VetoKind",
            )
        ),
        (outcomes, "VetoKind"),
        *((outcomes, name) for name in ("Bonus", "Deduction", "ExtraKind", "Constraint", "Consequence", "Disclosure")),
    ]
    return {name: getattr(module, name) for module, name in names if hasattr(module, name)}


def _section(words: dict[str, Any], model: type[BaseModel]) -> Iterator[str]:
    keys = {field.alias or name: field for name, field in model.model_fields.items()}
    stated = {key: text for key, text in words.items() if key not in ("_title", "_text")}
    assert keys.keys() == stated.keys(), f"{model.__name__}: {sorted(keys.keys() ^ stated.keys())}"
    yield f"## {words['_title']}"
    yield ""
    yield words["_text"].strip()
    if keys:
        yield ""
        yield "| key | value | default | 含义 | meaning |"
        yield "|---|---|---|---|---|"
        for key, field in keys.items():
            zh, en = stated[key]
            yield f"| `{key}` | {_cell(_value(field))} | {_cell(_default(field))} | {_cell(zh)} | {_cell(en)} |"


def _roster(words: dict[str, Any]) -> Iterator[str]:
    """The worksheets of the roster: what each is for, and its columns as their lines in `evaltool.roster` say."""
    from evaltool.roster import TABLES

    stated = {key: text for key, text in words.items() if not key.startswith("_")}
    assert TABLES.keys() == stated.keys(), f"roster: {sorted(TABLES.keys() ^ stated.keys())}"
    yield from (f"## {words['_title']}", "", *words["_text"].strip().splitlines(), "")
    for name, table in TABLES.items():
        zh, en = stated[name]
        yield from (f"### {name}", "", f"{en[0].upper()}{en[1:]}.", f"{zh}。", "")
        yield from ("| column 列 | value | required | 含义 | meaning |", "|---|---|---|---|---|")
        for column in table.columns.values():
            needed = "required 必填" if column.required else ""
            yield f"| {column.header} | {_column_value(column)} | {needed} | {_cell(column.zh)} | {_cell(column.en)} |"
        yield ""


def _column_value(column: Any) -> str:
    """What may stand in a column of the roster."""
    if column.choices:
        return " ".join(f"`{each}`" for each in column.choices)
    if column.refers:
        return f"{column.refers}, by id or name"
    return {**_PLAIN, "count": "whole number", "number": "number", "list": "names, 用“、”隔开"}.get(
        column.kind, column.kind
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(field: FieldInfo) -> str:
    """The default as one would write it; nothing where the key must be there or means nothing when left out."""
    if field.is_required():
        return "required 必填"
    value = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined or value in ("", [], {}, ()):
        return ""
    return f"`{_written(value)}`"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    return str(value)


def _value(field: FieldInfo) -> str:
    bounds = [word for each in field.metadata for word in _bound(each)]
    return " ".join([_type(field.annotation), *bounds])


def _bound(limit: object) -> Iterator[str]:
    for kind, sign, name in ((Ge, "≥", "ge"), (Gt, ">", "gt"), (Le, "≤", "le"), (Lt, "<", "lt")):
        if isinstance(limit, kind):
            yield f"{sign} {getattr(limit, name)}"


def _type(annotation: Any) -> str:
    """What may stand behind the equals sign."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        bounds = [word for each in annotation.__metadata__ for word in _field_bounds(each)]
        return " ".join([_type(arguments[0]), *bounds])
    if str(origin) == "typing.Literal":
        return " ".join(f'`"{each}"`' for each in arguments if each is not None)
    if origin in (list, tuple):
        return f"[{', '.join(dict.fromkeys(_type(each) for each in arguments if each is not ...))} …]"
    if origin is dict:
        return f"{{ {_type(arguments[0])} = {_type(arguments[1])} }}"
    if arguments and origin is not None:
        return " / ".join(dict.fromkeys(_each(arguments)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "method 计分方法" if annotation.__name__ == "Method" else f"{{ {annotation.__name__} }}"
    return _PLAIN.get(getattr(annotation, "__name__", str(annotation)), str(annotation))


def _each(arguments: Iterable[Any]) -> list[str]:
    return [_type(each) for each in arguments if each is not type(None)]


def _field_bounds(each: object) -> Iterator[str]:
    if isinstance(each, FieldInfo):
        for limit in each.metadata:
            yield from _bound(limit)
    else:
        yield from _bound(each)


_PLAIN = {
    "str": "text",
    "Decimal": "number",
    "Fraction": 'number or "a/b"',
    "int": "whole number",
    "bool": "true / false",
    "date": "date",
    "FigureFormula": "formula 算式",
}
assert Decimal.__name__ in _PLAIN
