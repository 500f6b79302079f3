"""Values are what the standard library's dataclasses are, however their classes are made."""

from __future__ import annotations

import copy
import dataclasses
import operator
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from functools import cached_property
from typing import Any

import pytest

from evaltool import values


class Base:
    """What a value may derive from."""

    __slots__ = ()

    def width(self) -> int:
        return len(dataclasses.fields(self))  # type: ignore[arg-type]


def declared(made: Callable[..., Any], name: str, **how: bool) -> Any:
    """The same class, by whoever makes it, under the name by which pickles find it here."""

    @made(**how)
    class Mark(Base):
        unit: str
        points: tuple[int, ...]
        note: str = "-"
        seen: list[str] = field(default_factory=list, compare=False)
        secret: bytes = field(default=b"", repr=False)
        kinds: list[str] = field(init=False, default_factory=lambda: ["a"])
        old: bool = field(default=False, kw_only=True)
        entry: int = field(kw_only=True)

        @property
        def total(self) -> int:
            return sum(self.points)

    Mark.__qualname__ = name
    globals()[name] = Mark
    return Mark


WAYS = [
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "order": True},
    {"frozen": True},
    {"slots": True},
    {},
]
PAIRS = [
    (declared(values.dataclass, f"Ours{at}", **how), declared(dataclasses.dataclass, f"Theirs{at}", **how))
    for at, how in enumerate(WAYS)
]
FROZEN = [pair for pair, how in zip(PAIRS, WAYS, strict=True) if how.get("frozen")]
GIVEN: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("U1", (1, 2)), {"entry": 1}),
    (("U1", (1, 2), "-", ["x"]), {"entry": 1}),
    (("U1", (1, 2), "late", []), {"entry": 1, "old": True}),
    ((), {"entry": 2, "unit": "U2", "points": (), "secret": b"s"}),
]


def both(of_all: list[tuple[Any, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("ours", "theirs"), of_all)


@both(PAIRS)
@pytest.mark.parametrize(("args", "named"), GIVEN)
def test_says_what_the_librarys_says(ours: Any, theirs: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Fields, words, parts and changed copies of a value are those of the library's class."""
    one, other = ours(*args, **named), theirs(*args, **named)
    assert repr(one) == repr(other).replace("Theirs", "Ours")
    assert dataclasses.astuple(one) == dataclasses.astuple(other)
    assert dataclasses.asdict(dataclasses.replace(one, unit="U9")) == {**dataclasses.asdict(other), "unit": "U9"}
    assert (one.total, one.width(), ours.__match_args__) == (other.total, other.width(), theirs.__match_args__)
    assert hasattr(one, "__dict__") == hasattr(other, "__dict__")


@both(PAIRS)
def test_compared_as_the_librarys_are(ours: Any, theirs: Any) -> None:
    """Values are equal, ordered and hashed alike where the library's are, and refused where the library's are."""

    def said(made: Any, how: Callable[[Any, Any], object]) -> list[object]:
        marks = [made(*args, **named) for args, named in GIVEN]
        return [_or_name_of_error(lambda: how(one, other)) for one in marks for other in marks]  # noqa: B023

    for how in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
        assert said(ours, how) == said(theirs, how)
    assert said(ours, _hashed_alike) == said(theirs, _hashed_alike)
    args, named = GIVEN[0]
    assert ours(*args, **named) != theirs(*args, **named)


def _hashed_alike(one: Any, other: Any) -> bool:
    return hash(one) == hash(other)


def _or_name_of_error(asked: Callable[[], object]) -> object:
    try:
        return asked()
    except TypeError:
        return TypeError


@both(FROZEN)
def test_nothing_can_be_changed(ours: Any, theirs: Any) -> None:
    """Nothing is set or taken away once a value is made, a name that is no field included."""
    for made in (ours, theirs):
        mark = made("U1", (1,), entry=1)
        with pytest.raises(FrozenInstanceError):
            mark.unit = "U2"
        with pytest.raises(FrozenInstanceError):
            del mark.unit
        with pytest.raises((FrozenInstanceError, TypeError)):  # with slots the library's stumbles
            mark.other = "U2"
        assert mark.unit == "U1"


@both(PAIRS)
def test_each_has_its_own_default(ours: Any, theirs: Any) -> None:
    """What is made by default is made for every value anew."""
    for made in (ours, theirs):
        made("U1", (1,), entry=1).seen.append("x")
        assert made("U1", (1,), entry=1).seen == []


@pytest.mark.parametrize("args", [(), ("U1",), ("U1", (1,), "-", [], b"", True)])
def test_arguments_are_held_to(args: tuple[Any, ...]) -> None:
    """Too few arguments and too many are refused, by the first call and by every later one."""
    made = declared(values.dataclass, "Made", frozen=True, slots=True)
    for _ in range(2):
        with pytest.raises(TypeError, match=r"Made\.__init__\(\)"):
            made(*args, entry=1)


@both(PAIRS)
def test_goes_to_workers_and_back(ours: Any, theirs: Any) -> None:
    """A value that was pickled or copied is the same value."""
    for made in (ours, theirs):
        mark = made("U1", (1,), entry=1)
        for other in (pickle.loads(pickle.dumps(mark)), copy.copy(mark), copy.deepcopy(mark)):
            assert dataclasses.astuple(other) == dataclasses.astuple(mark)
            assert other == mark


def test_written_methods_stay() -> None:
    """What a class writes itself is left as it is, and done after the fields are there where it says so."""

    @values.dataclass(frozen=True)
    class Alike:
        name: str

        def __post_init__(self) -> None:
            object.__setattr__(self, "name", self.name.strip())

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Alike) and other.name.lower() == self.name.lower()

        def __hash__(self) -> int:
            return hash(self.name.lower())

        @cached_property
        def first(self) -> str:
            return self.name[:1]

    assert Alike(" A") == Alike("a")
    assert len({Alike("A"), Alike("a ")}) == 1
    assert Alike(" b").first == "b"
