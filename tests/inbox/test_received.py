"""The record of what came in: every content once, believed as far as its hash bears it out, every file named."""

from __future__ import annotations

import csv
import errno
import os
from hashlib import sha256
from pathlib import Path

import pytest

from evaltool.inbox.received import Seen, Unreceived, receive

FIRST, SECOND = b"one", b"two"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files came in and were taken up; the inbox has been emptied since."""
    put(tmp_path, FIRST, "inbox/a.xlsx")
    put(tmp_path, SECOND, "inbox/b.txt")
    receive(tmp_path)
    for path in (tmp_path / "inbox").iterdir():
        path.unlink()
    return tmp_path


def put(folder: Path, data: bytes, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def stored(data: bytes, ending: str = ".xlsx") -> str:
    return f"received/{digest(data)}{ending}"


def index(folder: Path) -> dict[str, list[str]]:
    text = (folder / "received" / "index.csv").read_text(encoding="utf-8-sig")
    return {line[0]: line for line in list(csv.reader(text.splitlines()))[1:]}


def contents(seen: list[Seen]) -> dict[str, bytes]:
    return {each.name: each.data for each in seen}


def said(refused: list[Unreceived]) -> dict[str, list[str]]:
    for each in refused:
        assert {one.file for one in each.findings} == {each.name}
        assert all("?" not in one.message("zh") + one.message("en") for one in each.findings)
    return {each.name: [one.code for one in each.findings] for each in refused}


def test_what_came_in_once_is_kept_under_its_first_name(folder: Path) -> None:
    """Without an inbox the record alone gives the same contents under the same names, and nothing to say."""
    seen, refused = receive(folder)
    assert contents(seen) == {"inbox/a.xlsx": FIRST, "inbox/b.txt": SECOND}
    assert refused == []


@pytest.mark.parametrize("added", [" (冲突副本)", "-DESKTOP-4F2K9Q1", "(1)", " - 副本", "-甲局"])
def test_of_equal_files_the_plain_name_is_the_one_and_the_others_are_its_copies(folder: Path, added: str) -> None:
    """However the name that a drive or a program made of it sorts."""
    for name in ("a", f"a{added}"):
        put(folder, FIRST, f"inbox/{name}.xlsx")
    seen = {each.name: each.copies for each in receive(folder)[0]}
    assert seen["inbox/a.xlsx"] == (f"inbox/a{added}.xlsx",)


def test_what_is_looked_at_is_not_kept(folder: Path) -> None:
    """What is new is read as it would be, and nothing is written."""
    receive(folder)
    put(folder, b"new", "inbox/c.txt")
    before = sorted(path.name for path in folder.rglob("*"))
    looked, refused = receive(folder, keep=False)
    assert sorted(path.name for path in folder.rglob("*")) == before
    assert "inbox/c.txt" in contents(looked)
    assert {each.name: each.copies for each in looked} == {each.name: each.copies for each in receive(folder)[0]}
    assert refused == []


def test_an_edited_record_is_not_used(folder: Path) -> None:
    """A stored file that was changed counts neither under its old hash nor under its new one; it is named."""
    put(folder, b"other", stored(FIRST))
    seen, refused = receive(folder)
    assert contents(seen) == {"inbox/b.txt": SECOND}
    assert said(refused) == {stored(FIRST): ["RECORD_CHANGED"]}
    assert "inbox/a.xlsx" in refused[0].findings[0].message("zh")
    assert refused[0].findings[0].blocks


def test_an_edited_record_is_named_though_the_inbox_has_the_original(folder: Path) -> None:
    """The original counts; the altered file stays as it is until somebody has removed it, then the record is whole."""
    altered = put(folder, b"other", stored(FIRST))
    put(folder, FIRST, "inbox/again.xlsx")
    seen, refused = receive(folder)
    assert contents(seen) == {"inbox/again.xlsx": FIRST, "inbox/b.txt": SECOND}
    assert said(refused) == {stored(FIRST): ["RECORD_CHANGED"]}
    assert altered.read_bytes() == b"other"
    altered.unlink()
    assert receive(folder)[1] == []
    assert altered.read_bytes() == FIRST


def test_a_file_named_by_a_hash_it_does_not_have_is_never_used(folder: Path) -> None:
    """Also where the index is gone: its name still says that it was something else."""
    (folder / "received" / "index.csv").unlink()
    put(folder, b"other", stored(FIRST))
    seen, refused = receive(folder)
    assert [each.data for each in seen] == [SECOND]
    assert said(refused) == {stored(FIRST): ["RECORD_CHANGED"]}


def test_a_missing_record_is_named(folder: Path) -> None:
    """A content in the index that nobody has any more is an error, at every run; sent again, it is whole again."""
    (folder / stored(FIRST)).unlink()
    for _ in range(2):
        seen, refused = receive(folder)
        assert contents(seen) == {"inbox/b.txt": SECOND}
        assert said(refused) == {stored(FIRST): ["RECORD_MISSING"]}
        assert refused[0].findings[0].blocks
    put(folder, FIRST, "inbox/a.xlsx")
    assert receive(folder)[1] == []
    assert (folder / stored(FIRST)).read_bytes() == FIRST


def test_losing_the_index_loses_no_content(folder: Path) -> None:
    """The contents are taken up again under their stored names, as first seen when they were written."""
    os.utime(folder / stored(FIRST), (0, 0))
    (folder / "received" / "index.csv").unlink()
    seen, refused = receive(folder)
    assert contents(seen) == {stored(FIRST): FIRST, stored(SECOND, ".txt"): SECOND}
    assert refused == []
    assert index(folder)[digest(FIRST)][1:] == [stored(FIRST), "3", "1970-01-01T00:00:00+00:00"]
    assert contents(receive(folder)[0]) == contents(seen)


@pytest.mark.parametrize(
    "damage", [b"\xff\xfe\x00", b'sha256,name,bytes,first_seen\r\n"' + b"x" * 200_000, b"a,b,c,d\r\n"]
)
def test_a_damaged_index_loses_no_content(folder: Path, damage: bytes) -> None:
    """Whatever stands in the index, every content of the record is found."""
    put(folder, damage, "received/index.csv")
    seen, refused = receive(folder)
    assert sorted(each.data for each in seen) == [FIRST, SECOND]
    assert refused == []


def test_an_index_saved_in_another_encoding_keeps_hashes_and_times(folder: Path) -> None:
    """Excel saves a .csv in the encoding of the system; only names suffer."""
    path = folder / "received" / "index.csv"
    before = index(folder)
    path.write_bytes(path.read_text(encoding="utf-8-sig").replace("inbox/a.xlsx", "inbox/甲.xlsx").encode("gbk"))
    put(folder, b"three", "inbox/c.xlsx")
    assert len(receive(folder)[0]) == 3
    assert {key: line[3] for key, line in index(folder).items() if key in before} == {
        key: line[3] for key, line in before.items()
    }


def test_first_seen_stays(folder: Path) -> None:
    """Coming in again, under whatever name, changes no line of the index."""
    before = (folder / "received" / "index.csv").read_bytes()
    put(folder, FIRST, "inbox/later.xlsx")
    seen, _ = receive(folder)
    assert "inbox/later.xlsx" in contents(seen)
    assert (folder / "received" / "index.csv").read_bytes() == before


def test_every_file_of_the_record_is_accounted_for(folder: Path) -> None:
    """What the program did not put there is named, in folders too; a second file of one content is its copy; parts of
    a write that was cut short are nothing."""
    put(folder, b"note", "received/说明.txt")
    put(folder, b"deep", "received/旧/x.xlsx")
    put(folder, b"lock", "received/~$x.xlsx")
    put(folder, b"part", "received/.x.1.part")
    (folder / "received" / "link").symlink_to("/etc")
    copy = f"received/{digest(FIRST)} - 副本.xlsx"
    put(folder, FIRST, copy)
    seen, refused = receive(folder)
    assert {each.name: each.copies for each in seen} == {"inbox/a.xlsx": (copy,), "inbox/b.txt": ()}
    assert said(refused) == {
        "received/说明.txt": ["RECORD_UNKNOWN"],
        "received/旧/x.xlsx": ["RECORD_UNKNOWN"],
        "received/~$x.xlsx": ["SKIP_LOCKFILE"],
        "received/link": ["RECORD_UNKNOWN"],
    }


def test_a_record_that_cannot_be_read_is_named_once(folder: Path) -> None:
    """A link in the place of a stored file is not followed, and the content is not called missing besides."""
    path = folder / stored(FIRST)
    target = put(folder, FIRST, "elsewhere.xlsx")
    path.unlink()
    path.symlink_to(target)
    seen, refused = receive(folder)
    assert contents(seen) == {"inbox/b.txt": SECOND}
    assert said(refused) == {stored(FIRST): ["FILE_NOT_REGULAR"]}


def test_taking_in_twice_writes_nothing(folder: Path) -> None:
    """A run that finds nothing new leaves every file of the record alone."""

    def times() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in (folder / "received").iterdir()}

    before = times()
    receive(folder)
    assert times() == before


def test_a_folder_that_cannot_be_looked_into_is_not_taken_for_empty(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in it would be missing, and nobody told: no permission, a drive that is gone."""
    put(folder, b"three", "inbox/乙/c.xlsx")
    real = os.scandir

    def closed(path: str) -> object:
        if str(path).endswith("乙"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(PermissionError) as stopped:
        receive(folder)
    assert stopped.value.filename == str(folder / "inbox" / "乙")


def test_the_stand_in_for_a_file_in_the_cloud_is_no_submission_that_is_passed_over(folder: Path) -> None:
    """macOS leaves a hidden file with the name in the place of one that it keeps in iCloud."""
    put(folder, b"bplist", "inbox/.甲局.xlsx.icloud")
    assert said(receive(folder)[1]) == {"inbox/.甲局.xlsx.icloud": ["FILE_NOT_HERE"]}


def test_a_large_file_that_changes_before_it_is_kept_stops_the_taking_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the record would promise a content that it does not have."""
    video = put(folder, b"", "inbox/录像.mp4")
    os.truncate(video, 21 << 20)
    monkeypatch.setattr("evaltool.inbox.received.copy_atomically", lambda *_: None)
    with pytest.raises(OSError, match="changed") as stopped:
        receive(folder)
    assert stopped.value.filename == str(video)
    assert len(index(folder)) == 2
