"""`dataclass`, as the standard library has it, made in a tenth of the time.

The library writes and compiles three to ten functions for every class; for four hundred classes that was a third of
what a command took before it did anything, and most of them have no instance in it.  Here a class writes `__init__` and
what compares its values when they are first called, and the rest is the same function for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from functools import partial
from typing import TYPE_CHECKING, Any, Never

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # for who checks types it is the library's
else:
    from dataclasses import dataclass as _of_library

    def dataclass(cls=None, /, *, frozen=False, slots=False, order=False, **how):
        """The decorator: what it makes has the fields, equality and pickles of the library's; `replace` knows it."""
        bare = _of_library(init=False, repr=False, eq=False, slots=slots, **how)

        def made(cls):
            cls.__doc__ = cls.__doc__ or cls.__name__  # else the library finds out the signature
            return _with_methods(bare(cls), frozen=frozen, slots=slots, order=order)

        return made if cls is None else made(cls)


def _with_methods(cls: type, *, frozen: bool, slots: bool, order: bool) -> type:
    own = {name for name, each in cls.__dict__.items() if each is not None}  # no hash, where only `__eq__` is written
    written: dict[str, _Text] = {
        "__init__": partial(_init, way=(frozen, slots)),
        "__eq__": partial(_compared, "=="),
        "__hash__": _hash,
    }
    written |= {name: partial(_compared, sign) for name, sign in _ORDER.items()} if order else {}
    methods: dict[str, Any] = {name: _unwritten(cls, name, text) for name, text in written.items()}
    methods["__repr__"] = _repr
    methods |= _FROZEN if frozen else {"__hash__": None}
    methods |= _PICKLED if frozen and slots else {}
    for name in methods.keys() - own:
        setattr(cls, name, methods[name])
    return cls


# --- written for a class when it is first called ---------------------------------------------------------------------

_Text = Callable[[Any, dict[str, Any]], Iterator[str]]
_ORDER = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


def _unwritten(cls: type, name: str, text: _Text) -> Callable[..., Any]:
    def first(self: object, *args: Any, **named: Any) -> Any:
        known: dict[str, Any] = {"_cls": cls, "_MISSING": MISSING, "_set": object.__setattr__}
        head, *lines = text(cls, known)
        exec("\n ".join((f"def {name}({head}):", *lines)), known)  # the names in it are those of fields
        known[name].__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, known[name])
        return known[name](self, *args, **named)

    return first


def _init(cls: Any, known: dict[str, Any], way: tuple[bool, bool]) -> Iterator[str]:
    """Slots are filled by their own setters, which take half as long as `object.__setattr__`."""
    yield "self" + "".join(_arguments(fields(cls), known))
    for each in fields(cls):
        name, made = each.name, f"_made_{each.name}()"
        if each.default_factory is not MISSING:
            known[f"_made_{name}"] = each.default_factory
            given = f"{made} if {name} is _MISSING else {name}" if each.init else made
        elif each.init:
            given = name
        else:
            continue
        if way == (True, True):
            known[f"_set_{name}"] = getattr(cls, name).__set__
            yield f"_set_{name}(self, {given})"
        else:
            yield f"_set(self, {name!r}, {given})" if way[0] else f"self.{name} = {given}"
    yield "self.__post_init__()" if hasattr(cls, "__post_init__") else "return"


def _arguments(own: tuple[Field[Any], ...], known: dict[str, Any]) -> Iterator[str]:
    listed = sorted((each for each in own if each.init), key=lambda each: bool(each.kw_only))
    for at, each in enumerate(listed):
        if each.kw_only and not (at and listed[at - 1].kw_only):
            yield ", *"
        known[f"_default_{each.name}"] = each.default
        missing = each.default is MISSING and each.default_factory is MISSING
        yield f", {each.name}" + ("" if missing else f"=_default_{each.name}")


def _compared(sign: str, cls: Any, _: object) -> Iterator[str]:
    yield "self, other"
    yield f"return {_tuple(cls, 'self')} {sign} {_tuple(cls, 'other')} if other.__class__ is _cls else NotImplemented"


def _hash(cls: Any, _: object) -> Iterator[str]:
    yield "self"
    yield f"return hash({_tuple(cls, 'self')})"


def _tuple(cls: Any, whose: str) -> str:
    return f"({''.join(f'{whose}.{each.name},' for each in fields(cls) if each.compare)})"


# --- the same for all classes ----------------------------------------------------------------------------------------


def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _unchanged(self: object, name: str, *_: object) -> Never:
    raise FrozenInstanceError(f"{type(self).__qualname__}.{name} stays as it is")


def _state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _restored(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_FROZEN: Mapping[str, Callable[..., Any]] = {"__setattr__": _unchanged, "__delattr__": _unchanged}
_PICKLED: Mapping[str, Callable[..., Any]] = {"__getstate__": _state, "__setstate__": _restored}
