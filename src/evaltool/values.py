"""`dataclass`, as the standard library has it, made in a tenth of the time.

The library writes and compiles six functions for every frozen class with slots; for four hundred classes that was a
third of what a command took before it did anything, and most of them have no instance in it.  Here such a class writes
`__init__`, `__eq__` and `__hash__` when the first of them is called, and the rest is the same function for all.  Every
other dataclass is the library's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from typing import TYPE_CHECKING, Any, Never

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # for who checks types it is the library's
else:
    from dataclasses import dataclass as _of_library

    def dataclass(cls=None, /, *, frozen=False, slots=False, order=False, **how):
        """The decorator: what it makes has the fields, equality and pickles of the library's; `replace` knows it."""
        if not (frozen and slots) or order:
            return _of_library(cls, frozen=frozen, slots=slots, order=order, **how)
        bare = _of_library(init=False, repr=False, eq=False, slots=True, **how)

        def made(cls):
            cls.__doc__ = cls.__doc__ or cls.__name__  # else the library finds out the signature
            return _with_methods(bare(cls))

        return made


def _with_methods(cls: type) -> type:
    for name, method in (*_ALIKE.items(), *((name, _unwritten(cls, name)) for name in _WRITTEN)):
        if name not in cls.__dict__:
            setattr(cls, name, method)
    return cls


# --- written for a class when it is first called ---------------------------------------------------------------------


def _unwritten(cls: type, name: str) -> Callable[..., Any]:
    def first(self: object, *args: Any, **named: Any) -> Any:
        known: dict[str, Any] = {"_cls": cls, "_MISSING": MISSING}
        exec("\n ".join(_WRITTEN[name](cls, known)), known)  # its names are those of fields
        known[name].__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, known[name])
        return known[name](self, *args, **named)

    return first


def _init(cls: Any, known: dict[str, Any]) -> Iterator[str]:
    """Slots are filled by their own setters, which take half as long as `object.__setattr__`."""
    yield f"def __init__(self{''.join(_arguments(fields(cls), known))}):"
    for each in fields(cls):
        known[f"_set_{each.name}"] = getattr(cls, each.name).__set__
        made = f"_made_{each.name}() if {each.name} is _MISSING else " if f"_made_{each.name}" in known else ""
        yield f"_set_{each.name}(self, {made}{each.name})"
    yield "return"


def _arguments(own: tuple[Field[Any], ...], known: dict[str, Any]) -> Iterator[str]:
    named = False
    for each in sorted(own, key=lambda each: bool(each.kw_only)):
        if each.kw_only and not named:
            named = True
            yield ", *"
        if each.default_factory is not MISSING:
            known[f"_made_{each.name}"] = each.default_factory
            yield f", {each.name}=_MISSING"
        elif each.default is not MISSING:
            known[f"_default_{each.name}"] = each.default
            yield f", {each.name}=_default_{each.name}"
        else:
            yield f", {each.name}"


def _eq(cls: Any, _: object) -> Iterator[str]:
    yield "def __eq__(self, other):"
    yield f"return {_compared(cls, 'self')} == {_compared(cls, 'other')} if other.__class__ is _cls else NotImplemented"


def _hash(cls: Any, _: object) -> Iterator[str]:
    yield "def __hash__(self):"
    yield f"return hash({_compared(cls, 'self')})"


def _compared(cls: Any, whose: str) -> str:
    return f"({''.join(f'{whose}.{each.name},' for each in fields(cls) if each.compare)})"


_WRITTEN: Mapping[str, Callable[[Any, dict[str, Any]], Iterator[str]]] = {
    "__init__": _init,
    "__eq__": _eq,
    "__hash__": _hash,
}


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


_ALIKE: Mapping[str, Callable[..., Any]] = {
    "__repr__": _repr,
    "__setattr__": _unchanged,
    "__delattr__": _unchanged,
    "__getstate__": _state,
    "__setstate__": _restored,
}
