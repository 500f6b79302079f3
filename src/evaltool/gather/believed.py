"""One city's run, as far as it can be believed (law 12): what it published, and by which digests that is known.

Three kinds of folders: an evaluation; its archive, unpacked, where seals cannot be checked because the key is never
packed; what was packed for the public, which is known by its list of checksums alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evaltool import reader
from evaltool.files import is_of_system
from evaltool.findings import Finding, finding
from evaltool.gather.places import CityPlace
from evaltool.gather.published import PublicRanking, PublishedGroup, read_public
from evaltool.rules import Scheme
from evaltool.rules.scheme import read_scheme
from evaltool.rules.settings import FILE
from evaltool.runs.chain import is_key_away
from evaltool.runs.store import RANKING, SUMS
from evaltool.runs.taken import NotTaken, TakenRun, run_there

CitySource = Literal["folder", "archive", "public"]


@dataclass(frozen=True, slots=True)
class CityRun:
    """What is taken of a city.  `digest`: of the run's manifest, or of the list of checksums where there is no more;
    `year`: None where the public archive does not say it; `schemes`: the digest of each class's file of rules."""

    name: str
    folder: Path
    evaluation: str
    id: str
    year: int | None
    run: str
    code: str
    digest: str
    stage: str
    source: CitySource
    groups: tuple[PublishedGroup, ...]
    schemes: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str]:
        """By which two folders are the same run of the same city."""
        return self.evaluation, self.code


def run_of_city(place: CityPlace) -> tuple[CityRun, list[Finding]]:
    """The run, with what a reader of it should know.  Raises `NotTaken`."""
    if not place.folder.is_dir():
        raise NotTaken("away")
    if (place.folder / FILE).is_file():
        return _of_folder(place)
    if (place.folder / SUMS).is_file():
        return _of_public(place)
    raise NotTaken("bare" if any(place.folder.rglob(Path(RANKING).name)) else "empty")


def _of_folder(place: CityPlace) -> tuple[CityRun, list[Finding]]:
    taken = run_there(place.folder, place.run, by_digest=True)
    folder, settings = taken.entry.folder, taken.evaluation.settings
    schemes, digests = _schemes(folder)
    ranking = read_public(_read(folder / RANKING), schemes)
    _agrees(ranking, taken.entry.code)
    is_away = is_key_away(place.folder)
    made = CityRun(
        place.name or settings.name,
        place.folder,
        settings.name,
        settings.id,
        settings.year,
        taken.entry.number,
        taken.entry.code,
        taken.manifest,
        taken.stage,
        "archive" if is_away else "folder",
        ranking.groups,
        digests,
    )
    return made, list(_remarks(made, taken))


def _remarks(made: CityRun, taken: TakenRun) -> Iterator[Finding]:
    """What may still move, and what could not be checked."""
    passed = taken.passed
    args: dict[str, object] = {"city": made.name, "run": made.run}
    place = {"file": made.folder.as_posix(), "value": made.name}
    if made.source == "archive":
        yield finding("GATHER_UNSEALED", **place, args=args, because="key")
    if passed.needed and made.stage != passed.needed[-1]:
        yield finding("GATHER_DRAFT", **place, args=args)
    if passed.official and passed.official != taken.entry:
        yield finding("GATHER_NEWER", **place, args={**args, "newer": passed.official.number}, because="run")
    elif decided := passed.newer(taken.entry):
        yield finding("GATHER_NEWER", **place, args={**args, "newer": len(decided)}, because="decided")


def _schemes(run: Path) -> tuple[list[Scheme], dict[str, str]]:
    """The rules that the run was made by, and the digest of the file of each class."""
    schemes, digests = [], {}
    for path in sorted((run / "rules" / "schemes").glob("*.toml")):
        data = path.read_bytes()
        made, _ = read_scheme(data.decode("utf-8-sig", "replace"), path.name)
        if made is None or made.unread or not made.is_tree:
            raise NotTaken("refused", path.name)
        schemes.append(made)
        digests[made.id] = hashlib.sha256(data).hexdigest()
    return schemes, digests


def _read(path: Path) -> bytes:
    data = reader.load(path) if path.is_file() else b""
    if isinstance(data, reader.Unreadable):
        raise NotTaken("book")
    return data


def _agrees(ranking: PublicRanking, code: str) -> None:
    if ranking.code != code:
        raise NotTaken("book")


# --- what was packed for the public ----------------------------------------------------------------------------------


def _of_public(place: CityPlace) -> tuple[CityRun, list[Finding]]:
    """Its list of checksums says that nothing changed since it was packed, and not who packed it."""
    sums = (place.folder / SUMS).read_bytes()
    if wrong := next(_changed(place.folder, sums), ""):
        raise NotTaken("sums", wrong)
    runs = sorted(path for path in (place.folder / "runs").glob("*") if path.is_dir() and (path / "code.txt").is_file())
    wanted = [path for path in runs if not place.run or path.name.lstrip("0") == place.run.lstrip("0")]
    if len(wanted) != 1:
        raise NotTaken("unknown", place.run)
    code = (wanted[0] / "code.txt").read_text(encoding="utf-8", errors="replace").strip()
    schemes, digests = _schemes(wanted[0])
    ranking = read_public(_read(wanted[0] / RANKING), schemes)
    _agrees(ranking, code)
    name, digest = place.name or ranking.evaluation, hashlib.sha256(sums).hexdigest()
    made = CityRun(
        name,
        place.folder,
        ranking.evaluation,
        "",
        None,
        wanted[0].name,
        code,
        digest,
        "",
        "public",
        ranking.groups,
        digests,
    )
    args: dict[str, object] = {"city": name, "run": made.run, "code": code}
    found = finding("GATHER_UNSEALED", file=place.shown, value=name, args=args, because="public")
    return made, [found]


def _changed(folder: Path, sums: bytes) -> Iterator[str]:
    """Files that are not what the list says of them, that are gone, or that it does not name."""
    lines = (line.partition("  ") for line in sums.decode("utf-8", "replace").splitlines() if line)
    stated = {name: digest for digest, _, name in lines}
    paths = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not is_of_system(path.name)
    }
    for name in sorted(stated.keys() | (paths.keys() - {SUMS})):
        path = paths.get(name)
        if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != stated.get(name):
            yield name
