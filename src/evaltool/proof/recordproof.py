"""Is the record still what a run was made of?  What came in (`received/`), its index, and what was asked (`sent/`).

A content is proved by its name, which is its hash.  The index says when each came and under which name; nothing vouches
for it but the run's sealed manifest, which repeats its lines, and so it is held against that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evaltool.findings import Finding, finding
from evaltool.inbox.received import (
    INDEX,
    Seen,
    in_inbox,
    index_lines,
    is_index_as_written,
    stands,
    whole_record,
)
from evaltool.questions.sent import digests, is_borne_out

_INDEX = f"received/{INDEX}"
_BECAUSE = {"name": "the_name", "bytes": "the_bytes", "first_seen": "the_first_seen"}
"""Field of the index -> reason of the catalogue."""
OnRecord = Mapping[str, Seen]  # by hash


def record_proof(folder: Path, manifest: Mapping[str, Any]) -> tuple[int, tuple[Finding, ...]]:
    """How many contents a run was made of, and what is not in the record, its index, the inbox and `sent/` as then."""
    record, strange = whole_record(folder)
    run, inbox = str(manifest["run"]), in_inbox(folder)
    found = [one for each in strange for one in each.findings if one.blocks]
    for each in manifest["submissions"]:
        name, digest = each["file"], each["sha256"]
        args: dict[str, object] = {"name": name, "run": run}
        if digest not in record and not stands(digest, strange):
            found.append(finding("RECORD_MISSING", file=name, args=args))
        if name in inbox and inbox[name] != digest:
            found.append(finding("INPUT_ALTERED", file=name, args=args, because="content"))
    known = {each["sha256"]: each for each in manifest["submissions"]}
    told = {one.file for one in found}
    late = {name for name, digest in inbox.items() if digest not in known}
    late |= {_stored(folder, digest) for digest in record if digest not in known and digest not in inbox.values()}
    found += [finding("INPUT_ADDED", file=name, args={"run": run}, because="added") for name in sorted(late - told)]
    found += [*_index(folder, run, record, known), *_sent(folder, manifest)]
    return len(known), tuple(dict.fromkeys(found))


def _stored(folder: Path, digest: str) -> str:
    """Where a content stands in the record."""
    return min((folder / "received").rglob(f"{digest}*")).relative_to(folder).as_posix()


def _index(folder: Path, run: str, record: OnRecord, known: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    lines = index_lines(folder)
    if not is_index_as_written(folder):
        yield finding("RECORD_INDEX", file=_INDEX, args={"run": run}, because="form")
    for digest in sorted(record.keys() | lines.keys() | known.keys()):
        there, then = lines.get(digest), known.get(digest, {})
        name = str(then.get("file") or (there or {}).get("name") or record[digest].name)
        if there is None:
            yield finding("RECORD_INDEX", file=_INDEX, args={"run": run, "name": name}, because="line")
            continue
        if digest not in record and digest not in known:
            yield finding("RECORD_INDEX", file=_INDEX, args={"run": run, "name": name}, because="nothing")
        stated = {"bytes": str(record[digest].size)} if digest in record else {}
        stated |= {field: then[field] for field in _BECAUSE if field in then}
        for field, wanted in stated.items():
            if there[field] != wanted:
                args: dict[str, object] = {"run": run, "name": name, "now": there[field], "then": wanted}
                yield finding("RECORD_INDEX", file=_INDEX, args=args, because=_BECAUSE[field])


def _sent(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """What was asked, as the names of the files digest it, and to the byte as it stood there when the run was made."""
    there, then = digests(folder), dict(manifest.get("sent", {}))
    for name in sorted(there.keys() | then.keys()):
        if name not in there:
            yield finding("SENT_CHANGED", file=name, because="missing")
        elif there[name] != then.get(name, there[name]) or not is_borne_out(folder, name):
            yield finding("SENT_CHANGED", file=name, because="changed")
