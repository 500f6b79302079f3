"""What texts were compiled to, kept where Python keeps what it made of modules and by the same rules: beside the
tool's own modules, by whoever may write there, and made anew where it is gone, damaged or of something else.

Kept code is run.  So it lies with the tool's and never in the folder of an evaluation, which many can write into.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import version
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import TypeVar

from evaltool.files import write_atomically

Compiled = TypeVar("Compiled")


def kept(
    beside: str, name: str, made_of: Iterable[bytes], packages: Iterable[str], make: Callable[[], Compiled]
) -> Compiled:
    """What `make` gives, which consists of code, texts, numbers and tuples of them; kept under a name beside the module
    that makes it (its `__file__`), until this, what it is made of, one of the packages or Python is another."""
    key = hashlib.sha256(MAGIC_NUMBER)
    for each in (Path(beside).read_bytes(), *made_of, *(version(package).encode() for package in packages)):
        key.update(hashlib.sha256(each).digest())
    path = _place(beside, name)
    if (body := _read(path, key.digest())) is not None:
        known: Compiled = marshal.loads(body)
        return known
    made = make()
    _write(path, key.digest(), marshal.dumps(made))  # type: ignore[arg-type]  # it consists of what can be
    return made


def _place(beside: str, name: str) -> Path:
    module = Path(cache_from_source(beside))
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]
    return module.with_name(f"{module.stem}.{digest}.kept")


def _read(path: Path, key: bytes) -> bytes | None:
    """None for what is not there, not whole or not of this: nothing is unpacked that was not packed here."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    body = data[64:]
    return body if data[:64] == key + hashlib.sha256(body).digest() else None


def _write(path: Path, key: bytes, body: bytes) -> None:
    if not sys.dont_write_bytecode:
        with suppress(OSError):  # a tool that somebody else has installed
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, key + hashlib.sha256(body).digest() + body)
