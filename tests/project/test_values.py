"""Values are what the standard library's dataclasses are, however their classes are made."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from evaltool import values


class Base:
    """What a value may derive from."""

    __slots__ = ()

    def width(self) -> int:
        return len(dataclasses.fields(self))  # type: ignore[arg-type]


def declared(made: Callable[..., Any], name: str) -> Any:
    """The same class, by whoever makes it, under the name by which pickles find it here."""

    @made(frozen=True, slots=True)
    class Mark(Base):
        unit: str
        points: tuple[int, ...]
        note: str = "-"
        seen: list[str] = field(default_factory=list, compare=False)
        secret: bytes = field(default=b"", repr=False)
        old: bool = field(default=False, kw_only=True)
        entry: int = field(kw_only=True)

        @property
        def total(self) -> int:
            return sum(self.points)

    Mark.__qualname__ = name
    return Mark


Ours = declared(values.dataclass, "Ours")
Theirs = declared(dataclasses.dataclass, "Theirs")
GIVEN: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("U1", (1, 2)), {"entry": 1}),
    (("U1", (1, 2), "-", ["x"]), {"entry": 1}),
    (("U1", (1, 2), "late", []), {"entry": 1, "old": True}),
    ((), {"entry": 2, "unit": "U2", "points": (), "secret": b"s"}),
]


@pytest.mark.parametrize(("args", "named"), GIVEN)
def test_says_what_the_librarys_says(args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Fields, words, parts and changed copies of a value are those of the library's class."""
    ours, theirs = Ours(*args, **named), Theirs(*args, **named)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert dataclasses.astuple(ours) == dataclasses.astuple(theirs)
    assert dataclasses.asdict(dataclasses.replace(ours, unit="U9")) == {**dataclasses.asdict(theirs), "unit": "U9"}
    assert (ours.total, ours.width()) == (theirs.total, theirs.width())
    assert not hasattr(ours, "__dict__")


def test_equal_as_the_librarys_are() -> None:
    """Two values are equal, and are found in a set, where two of the library's are; of another class they never are."""
    for made in (Ours, Theirs):
        marks = [made(*args, **named) for args, named in GIVEN]
        pairs = [[one == other for other in marks] for one in marks]
        assert pairs == [[at == other or {at, other} == {0, 1} for other in range(4)] for at in range(4)]
    fields = ("U1", (1,), "-")
    assert Ours(*fields, entry=1) != Theirs(*fields, entry=1)


def test_hashed_by_what_is_compared() -> None:
    """What is equal has the same hash, though a list is in it that nobody compares."""
    first, second = (hash(Ours(*args, **named)) for args, named in GIVEN[:2])
    assert first == second != hash(Ours("U2", (1, 2), entry=1))


def test_nothing_can_be_changed() -> None:
    """Nothing is set or taken away once a value is made, a name that is no field included."""
    mark = Ours("U1", (1,), entry=1)
    with pytest.raises(FrozenInstanceError):
        mark.unit = "U2"
    with pytest.raises(FrozenInstanceError):
        del mark.unit
    with pytest.raises(FrozenInstanceError):
        mark.other = "U2"
    assert mark.unit == "U1"


def test_each_has_its_own_default() -> None:
    """What is made by default is made for every value anew."""
    Ours("U1", (1,), entry=1).seen.append("x")
    assert Ours("U1", (1,), entry=1).seen == []


@pytest.mark.parametrize("args", [(), ("U1",), ("U1", (1,), "-", [], b"", True)])
def test_arguments_are_held_to(args: tuple[Any, ...]) -> None:
    """Too few arguments and too many are refused, by the first call and by every later one."""
    made = declared(values.dataclass, "Made")
    for _ in range(2):
        with pytest.raises(TypeError, match=r"Made\.__init__\(\)"):
            made(*args, entry=1)


def test_goes_to_workers_and_back() -> None:
    """A value that was pickled or copied is the same value."""
    mark = Ours("U1", (1,), entry=1)
    for other in (pickle.loads(pickle.dumps(mark)), copy.copy(mark), copy.deepcopy(mark)):
        assert (other, hash(other)) == (mark, hash(mark))


def test_written_methods_stay() -> None:
    """What a class writes itself is left as it is."""

    @values.dataclass(frozen=True, slots=True)
    class Alike:
        name: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Alike) and other.name.lower() == self.name.lower()

        def __hash__(self) -> int:
            return hash(self.name.lower())

    assert Alike("A") == Alike("a")
    assert len({Alike("A"), Alike("a")}) == 1
