"""The folder `returns/`: what the tool made there is made anew each time, what people put or changed there stays.

`index.csv` lists every generated file with its hash.  A file whose hash is no longer that of the index was changed by
hand and is treated as a person's.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from evaltool.files import write_atomically

INDEX = "index.csv"
_HEADER = ("name", "sha256")

Entry = tuple[str, str]


def free_stem(wanted: str, endings: Sequence[str], taken: set[str]) -> str:
    """The stem, with a number where a file of that name and one of these endings is there (in any case of letters).

    The names are taken from then on.
    """
    for stem in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))):
        names = {f"{stem}{ending}".casefold() for ending in endings}
        if not names & taken:
            taken |= names
            return stem
    raise ValueError(f"no free name left for {wanted}")


def foreign(folder: Path) -> set[str]:
    """The names, in lower case, that are a person's; the index has its own."""
    own = _own(folder)
    names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
    return {INDEX} | {name.casefold() for name in names if name not in own}


def rebuild(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make these the generated files of the folder.  The index names a file before it is there, so that one that was
    written just before a kill is known as the tool's."""
    own = _own(folder)
    if not files and not own:
        return
    wanted = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    if own != wanted:
        _write_index(folder, {*own.items(), *wanted.items()})
    for name in own.keys() - wanted.keys():
        (folder / name).unlink()
    for name, digest in wanted.items():
        if own.get(name) != digest:
            write_atomically(folder / name, files[name])
    _write_index(folder, wanted.items())


def _own(folder: Path) -> dict[str, str]:
    """Generated files that are still as they were generated, with their hashes."""
    path = folder / INDEX
    if not path.is_file():
        return {}
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))[1:]
    entries = {(line[0], line[1]) for line in lines if len(line) == 2 and Path(line[0]).name == line[0]}
    found = {(name, _digest(folder / name)) for name, _ in entries}
    return dict(sorted(entries & found))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""


def _write_index(folder: Path, entries: Iterable[Entry]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerows(sorted(entries))
    write_atomically(folder / INDEX, out.getvalue().encode("utf-8-sig"))
