"""`evaluation.toml` moved on to another year, as text, so that its comments and its order stay.

Names and days of the year move; what one document said of itself (its number, its day, its posting) becomes a gap.  The
text is changed line by line and read again: where that does not give what was meant, nothing is changed and it is said.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

YEARLY = {
    "evaluation": ("id", "name", "year", "charge_date", "targets_until"),
    "part_of": ("id", "name", "folder"),
    "deadline": ("what", "date", "period"),
}
"""Keys that move on with the year."""
OF_A_DOCUMENT = ("date", "printed_date", "posted_from", "posted_until", "rectify_until", "talk_date")
"""Keys of `[notice]` that are left open; so are all of `[notice.numbers]`."""
_TABLE = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?\Z")
_PAIR = re.compile(r"""(\s*)([A-Za-z0-9_-]+)(\s*=\s*)("[^"\\]*"|'[^']*'|[^\s#"']+)(.*)\Z""")
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class MovedValue:
    """A value of a key, such as `deadline[2].date`: what it was and what it is now ("": left open)."""

    key: str
    before: str
    after: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class MovedSettings:
    """The text of the new year, what moved in it, and whether it could be moved at all."""

    text: str
    moved: tuple[MovedValue, ...]
    whole: bool = True


def moved_on(text: str, before: int, after: int) -> MovedSettings:
    """The settings of one year as those of another."""
    lines, moved = [], []
    table, number = "", {"deadline": 0}
    tree = tomllib.loads(text)
    for line in text.split("\n"):
        if heading := _TABLE.match(line):
            table = heading[1]
            number[table] = number.get(table, 0) + 1
        pair = _PAIR.match(line)
        change = _change(table, pair[2], before, after) if pair else None
        if pair and change:
            said = _value(pair[4])
            value = change(said)
            if value != said:
                line = f"{pair[1]}{pair[2]}{pair[3]}{_written(value)}{pair[5]}"
                moved.append(_moved(tree, table, number[table], pair[2], said, value))
        lines.append(line)
    made = "\n".join(lines)
    if _read(made) != _meant(tree, before, after):
        return MovedSettings(text, (), whole=False)
    return MovedSettings(made, tuple(moved))


def _read(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _meant(tree: Mapping[str, Any], before: int, after: int) -> dict[str, Any]:
    """The same change on what the text says, whatever its layout."""

    def changed(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
        made = {}
        for key, value in values.items():
            change = _change(table, key, before, after)
            inside = isinstance(value, dict)
            made[key] = changed(f"{table}.{key}", value) if inside else change(value) if change else value
        return made

    return {
        name: [changed(name, each) for each in value]
        if name == "deadline"
        else changed(name, value)
        if isinstance(value, dict)
        else value
        for name, value in tree.items()
    }


def _change(table: str, key: str, before: int, after: int) -> Callable[[Any], Any] | None:
    """What becomes of the values of a key; None: they stay."""
    if table == "notice.numbers" or (table == "notice" and key in OF_A_DOCUMENT):
        return lambda _: ""
    if table.startswith("result.") and key == "run":
        return lambda _: ""
    if key in YEARLY.get(table, ("name", "folder") if table.startswith("result.") else ()):
        return lambda value: next_year(value, before, after)
    return None


def next_year(value: Any, before: int, after: int) -> Any:
    """A day so many years later (29 February becomes the 28th), a year, or a text with the year in it."""
    if isinstance(value, date):
        return later(value, after - before)
    if isinstance(value, int):
        return after if value == before else value
    return re.sub(rf"(?<![0-9]){before}(?![0-9])", str(after), value) if isinstance(value, str) else value


def later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def in_words(value: object) -> str:
    """A day with its weekday where it is one on which nobody works."""
    if isinstance(value, date):
        weekend = f"（星期{WEEKDAYS[value.weekday()]}）" if value.weekday() >= 5 else ""
        return f"{value.isoformat()}{weekend}"
    return str(value)


def _value(token: str) -> Any:
    """What a token of the file means; as it is where it is none that changes."""
    try:
        return tomllib.loads(f"x = {token}")["x"]
    except tomllib.TOMLDecodeError:
        return None


def _written(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _moved(tree: Mapping[str, Any], table: str, number: int, key: str, said: object, value: object) -> MovedValue:
    about = ""
    if table == "deadline":
        about = str(tree["deadline"][number - 1].get("what", ""))
        table = f"deadline[{number}]"
    return MovedValue(f"{table}.{key}", in_words(said), in_words(value), about)
