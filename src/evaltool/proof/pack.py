"""The archive of an evaluation: everything an auditor needs, or what anybody may have, with one list of checksums.

The same content gives the same bytes.  `SHA256SUMS` stands at its top, and `sha256sum -c SHA256SUMS` checks it in the
unpacked folder, without this tool.  The folder's key is never packed: whoever has it can sign sheets.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from evaltool.evaluation import load
from evaltool.files import is_of_system, locked, write_atomically
from evaltool.findings import Finding, Refused, finding
from evaltool.inbox.received import index_lines, is_digest
from evaltool.runs.chain import altered, broken_links
from evaltool.runs.stages import passed_stages
from evaltool.runs.store import SUMS, RunEntry, chosen_run, list_runs

ARCHIVE = "archive"
_RULES = ("evaluation.toml", "roster.xlsx")
_FOLDERS = (
    "schemes",
    "roster",
    "decisions",
    "notices",
    "received",
    "sent",
    "runs",
    "documents",
    "goals",
    "committee",
    "remarks",
    "confirmations",
)
_DATE = (1980, 1, 1, 0, 0, 0)


def pack(folder: Path, run: str = "", *, public: bool = False, out: Path | None = None) -> tuple[Path, list[str]]:
    """Write the archive (default: into `archive/`), and the names in it.  Raises `Refused` if a run in it is not what
    it was, or if the one that would be made public is not official.  `run`: of what is public the default is what was
    posted or published last, where something was."""
    entry = chosen_run(folder, run or (_published(folder) if public else ""))
    entries = [entry] if public else list_runs(folder)
    if wrong := [*(one for each in entries for one in altered(folder, each)), *broken_links(folder)]:
        raise Refused(dict.fromkeys(wrong))
    if public and entry.interim:
        raise Refused([finding("NOTICE_RUN_INTERIM", value=entry.number)], usage=True)
    files = _public(folder, entry) if public else _whole(folder)
    if wrong := list(_changed(folder, files)):
        raise Refused(wrong)
    path = out or folder / ARCHIVE / f"{entry.number}-{entry.code}{'-public' if public else ''}.zip"
    with locked(folder):
        write_atomically(path, _zipped(files))
    return path, sorted(files)


def _published(folder: Path) -> str:
    """The number of the run that was posted or published last; "" for none."""
    with suppress(Refused):  # rules or ledger that cannot be read say nothing about it
        closing = passed_stages(load(folder)[0]).closing
        return closing.run.number if closing else ""
    return ""


def _whole(folder: Path) -> dict[str, bytes]:
    """All that the runs were made of, the runs, and the documents beside them."""
    paths = [path for path in folder.iterdir() if path.name.casefold() in _RULES]
    paths += [path for name in _FOLDERS for path in sorted((folder / name).rglob("*"))]
    kept = [path for path in paths if path.is_file() and not path.is_symlink() and not _is_nobodys(path, folder)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def _changed(folder: Path, files: dict[str, bytes]) -> Iterator[Finding]:
    """Files of the record that are not what their names digest: with fresh checksums they would look as they came."""
    index = index_lines(folder)
    for name, data in files.items():
        digest = PurePosixPath(name).name[:64]
        if name.startswith("received/") and is_digest(digest) and hashlib.sha256(data).hexdigest() != digest:
            yield finding("RECORD_CHANGED", file=name, args={"name": index.get(digest, {}).get("name", "—")})


def _public(folder: Path, entry: RunEntry) -> dict[str, bytes]:
    """What was published, and the rules by which: nothing that says who marked what."""
    schemes = (entry.folder / "rules" / "schemes").glob("*")
    paths = [path for path in (*(entry.folder / "public").rglob("*"), *schemes) if path.is_file()]
    files = {f"runs/{entry.number}/{path.relative_to(entry.folder).as_posix()}": path.read_bytes() for path in paths}
    return {**files, f"runs/{entry.number}/code.txt": f"{entry.code}\n".encode()}


def _is_nobodys(path: Path, folder: Path) -> bool:
    return any(is_of_system(part) for part in path.relative_to(folder).parts)


def _zipped(files: dict[str, bytes]) -> bytes:
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [(SUMS, sums.encode()), *sorted(files.items())]:
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()
