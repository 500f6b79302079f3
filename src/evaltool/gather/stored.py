"""What was gathered as files: the workbook, the table for programs, one long table, and a manifest of what was taken.

The same results of the same cities give the same bytes, without a time or a name in them.  The manifest states each
city's folder, run and digest; so whoever has the folders can prove it again later, and whoever has the files alone can
see that none of them was altered.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from evaltool import __version__
from evaltool.files import is_of_system, write_atomically
from evaltool.files.jsonfile import json_file
from evaltool.findings import Finding, Refused, finding
from evaltool.gather.book import gathered_book
from evaltool.gather.gathered import GatheredProvince, gathered
from evaltool.gather.places import GATHERED, CityPlace
from evaltool.gather.tables import plain_rows
from evaltool.identity import NO_KEY
from evaltool.publish import harmless
from evaltool.runs.store import MANIFEST, SEAL, read_manifest, seal_of, text_of
from evaltool.writers.saving import to_bytes

BOOK, TABLE, VALUE = "汇总排名表.xlsx", "汇总.csv", GATHERED
_SAID = ("tool", "title", "code", "whole", "cities", "outputs")
_STAGED = ".gather-"


def files_of(made: GatheredProvince) -> dict[str, bytes]:
    rows = pl.DataFrame(list(plain_rows(made)))
    return {
        BOOK: to_bytes(gathered_book(made)),
        TABLE: harmless(rows).write_csv(include_bom=True, line_terminator="\r\n").encode() if rows.width else b"",
        VALUE: json_file({"schema": 1, **made.as_value()}),
    }


def store_gathered(folder: Path, made: GatheredProvince) -> Path:
    """Write everything into a folder that is new or empty, all of it or nothing; what is there already stays."""
    files = files_of(made)
    files[MANIFEST] = _manifest(folder, made, files)
    if _holds(folder, files):
        return folder
    if folder.exists() and any(not is_of_system(each.name) for each in folder.iterdir()):
        raise Refused([finding("GATHER_TAKEN", file=folder.as_posix(), value=folder.name)], usage=True)
    folder.resolve().parent.mkdir(parents=True, exist_ok=True)
    staged = folder.resolve().with_name(f"{_STAGED}{os.getpid()}")
    shutil.rmtree(staged, ignore_errors=True)
    for name, data in files.items():
        write_atomically(staged / name, data)
    if folder.exists():
        shutil.rmtree(folder)
    staged.rename(folder.resolve())
    return folder


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    return all((folder / name).is_file() and (folder / name).read_bytes() == data for name, data in files.items())


def _manifest(folder: Path, made: GatheredProvince, files: Mapping[str, bytes]) -> bytes:
    whole = {
        "schema": 1,
        "tool": __version__,
        "title": made.title,
        "code": made.code,
        "whole": made.is_whole,
        "cities": [
            {
                "name": each.name,
                "folder": _way(folder, each.folder),
                "evaluation": each.evaluation,
                "run": each.run,
                "code": each.code,
                "digest": each.digest,
            }
            for each in made.cities
        ],
        "absent": list(made.absent),
        "outputs": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    return text_of({**whole, SEAL: seal_of(text_of(whole), NO_KEY)})


def _way(folder: Path, city: Path) -> str:
    """From the folder of what was gathered to a city's, so that both can be moved together."""
    try:
        return Path(os.path.relpath(city.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive
        return city.resolve().as_posix()


# --- proved again ----------------------------------------------------------------------------------------------------


def prove_gathered(
    folder: Path, progress: Callable[[str], None] = lambda _: None
) -> tuple[dict[str, Any], list[Finding]]:
    """The manifest, and everything that is not as it says: files, cities, and what the cities give when they are
    gathered once more.  Cities that are not there any more are said to be unchecked."""
    data = (folder / MANIFEST).read_bytes() if (folder / MANIFEST).is_file() else b""
    said = read_manifest(data)
    unsealed = {name: value for name, value in said.items() if name != SEAL}
    if not said.keys() >= {*_SAID} or text_of(said) != data or said.get(SEAL) != seal_of(text_of(unsealed), NO_KEY):
        raise Refused([_altered(folder, MANIFEST, "manifest")])
    progress("chain")
    findings = list(_files(folder, said["outputs"]))
    progress("gather")
    places = [CityPlace(_there(folder, each["folder"]), each["name"], each["run"]) for each in said["cities"]]
    away = [place for place in places if not place.folder.is_dir()]
    findings += [_city(place, "GATHER_AWAY") for place in away]
    made = gathered([place for place in places if place not in away], said["title"])
    findings += [one for one in made.findings if one.blocks]
    digests = {each.name: each.digest for each in made.cities}
    stated = {each["name"]: each["digest"] for each in said["cities"]}
    findings += [
        _city(place, "GATHER_MOVED")
        for place in places
        if place.name in digests and digests[place.name] != stated[place.name]
    ]
    if not findings and made.is_whole and said["whole"]:
        findings += _again(folder, said, made)
    return said, findings


def _there(folder: Path, way: str) -> Path:
    return Path(os.path.normpath(folder.resolve() / way))


def _files(folder: Path, stated: Mapping[str, str]) -> Iterator[Finding]:
    there = {path.name for path in folder.iterdir() if not is_of_system(path.name)}
    for name, digest in stated.items():
        if name not in there:
            yield _altered(folder, name, "missing")
        elif hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            yield _altered(folder, name, "changed")
    yield from (_altered(folder, name, "added") for name in sorted(there - stated.keys() - {MANIFEST}))


def _again(folder: Path, said: Mapping[str, Any], made: GatheredProvince) -> Iterator[Finding]:
    """Files that the same cities do not give; another version of the tool may write them otherwise.  What there is to
    say of a city may have become more since, its published figures are the same."""
    if said["tool"] != __version__:
        return
    value = json.loads((folder / VALUE).read_bytes())
    now = made.as_value()
    same = all(value.get(name) == now[name] for name in ("cities", "findings"))
    for name, data in files_of(made).items():
        if (same or name == TABLE) and hashlib.sha256(data).hexdigest() != said["outputs"].get(name):
            yield _altered(folder, name, "repeated")
    if value.get("groups") != now["groups"] and same is False:
        yield _altered(folder, VALUE, "repeated")


def _altered(folder: Path, name: str, because: str) -> Finding:
    return finding("GATHER_ALTERED", file=(folder / name).as_posix(), value=name, because=because)


def _city(place: CityPlace, code: str) -> Finding:
    return finding(code, file=place.shown, value=place.name, args={"city": place.name, "run": place.run})
