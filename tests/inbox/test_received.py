"""The record of what came in: every content once, believed as far as its hash bears it out, every file named."""

from __future__ import annotations

import csv
import errno
import io
import os
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from evaltool.inbox.received import (
    HEADER,
    Seen,
    Unreceived,
    in_inbox,
    index_lines,
    is_index_as_written,
    on_record,
    receive,
    whole_record,
)
from evaltool.inbox.received import (
    stored as content_of,
)

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


# --- the record by itself --------------------------------------------------------------------------------------------


def test_the_record_is_looked_at_without_the_inbox(folder: Path) -> None:
    """What it holds under its names, what stands in it without being that; nothing is written, index or not."""
    put(folder, b"three", "inbox/c.xlsx")
    put(folder, b"note", "received/说明.txt")
    held, strange = whole_record(folder)
    assert {each.name: each.data for each in held.values()} == {"inbox/a.xlsx": FIRST, "inbox/b.txt": SECOND}
    assert [each.name for each in strange] == ["received/说明.txt"]
    assert held == on_record(folder)
    (folder / "received" / "index.csv").unlink()
    assert {each.name for each in on_record(folder).values()} == {stored(FIRST), stored(SECOND, ".txt")}
    assert not (folder / "received" / "index.csv").exists()


def test_what_the_index_says(folder: Path) -> None:
    """Name, size and moment of each content; whether it is as it was written."""
    moment = datetime.now(UTC)
    lines = index_lines(folder)
    assert {key: (line["name"], line["bytes"]) for key, line in lines.items()} == {
        digest(FIRST): ("inbox/a.xlsx", "3"),
        digest(SECOND): ("inbox/b.txt", "3"),
    }
    for line in lines.values():
        assert abs((datetime.fromisoformat(line["first_seen"]) - moment).total_seconds()) < 60
        assert line["first_seen"].endswith("+00:00")
    assert is_index_as_written(folder)
    path = folder / "received" / "index.csv"
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert not is_index_as_written(folder)
    path.unlink()
    assert (is_index_as_written(folder), index_lines(folder)) == (True, {})


def test_lines_of_the_index_that_are_none_are_passed_over(folder: Path) -> None:
    """Too few cells, something else than a hash; the others stay."""
    path = folder / "received" / "index.csv"
    path.write_bytes(path.read_bytes() + b"x,y\r\nabc,n,1,t\r\n" + digest(b"z").encode() + b",n,1\r\n")
    assert set(index_lines(folder)) == {digest(FIRST), digest(SECOND)}
    assert len(HEADER) == 4


def test_a_content_is_read_by_its_hash(folder: Path) -> None:
    """One that was altered is not it, unless an unaltered one stands beside it."""
    assert (content_of(folder, digest(FIRST)), content_of(folder, digest(b"x"))) == (FIRST, None)
    put(folder, b"other", stored(FIRST))
    assert content_of(folder, digest(FIRST)) is None
    put(folder, FIRST, f"received/{digest(FIRST)} (2).xlsx")
    assert content_of(folder, digest(FIRST)) == FIRST


def test_of_several_files_of_one_content_the_simplest_name_speaks(folder: Path) -> None:
    """That which the program wrote, whichever a folder lists first; others are its copies."""
    copy = put(folder, FIRST, f"received/{digest(FIRST)} - 副本.xlsx")
    (folder / "received" / "index.csv").unlink()
    os.utime(folder / stored(FIRST), (0, 0))
    os.utime(copy, (86_400, 86_400))
    seen, _ = receive(folder)
    (one,) = [each for each in seen if each.digest == digest(FIRST)]
    assert (one.name, one.copies) == (stored(FIRST), (f"received/{copy.name}",))
    assert one.first_seen == "1970-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.XLSX", ".xlsx"),
        ("a.c", ".c"),
        ("a", ""),
        ("a.表", ""),
        ("a.x y", ""),
        ("a.tar.gz", ".gz"),
        ("a.", ""),
        (".xlsx", ""),
    ],
)
def test_a_content_keeps_the_ending_that_it_came_with(tmp_path: Path, name: str, ending: str) -> None:
    """In small letters, where it is plain letters and digits."""
    put(tmp_path, FIRST, f"inbox/甲{name}" if not name.startswith(".") else f"inbox/甲/{name[1:]}")
    receive(tmp_path)
    assert sorted(path.name for path in (tmp_path / "received").iterdir()) == [digest(FIRST) + ending, "index.csv"]


def test_what_came_in_has_its_size_and_all_its_names(tmp_path: Path) -> None:
    """The first by the order of names is that by which it goes; nothing is too large to be held here."""
    for name in ("inbox/乙/a.xlsx", "inbox/b.xlsx", "inbox/甲.xlsx"):
        put(tmp_path, FIRST, name)
    (one,) = receive(tmp_path)[0]
    assert (one.name, one.copies, one.size, one.large, one.inside) == (
        "inbox/b.xlsx",
        ("inbox/甲.xlsx", "inbox/乙/a.xlsx"),
        3,
        False,
        0,
    )
    assert in_inbox(tmp_path) == dict.fromkeys(("inbox/b.xlsx", "inbox/甲.xlsx", "inbox/乙/a.xlsx"), digest(FIRST))


def test_a_large_file_is_kept_as_it_is(tmp_path: Path) -> None:
    """With how it begins; the record has it, also when it is gone from the inbox; damaged there it is named."""
    video = put(tmp_path, b"begins", "inbox/录像.mp4")
    os.truncate(video, (20 << 20) + 1)
    for _ in range(2):
        (one,) = receive(tmp_path)[0]
        assert (one.name, one.large, one.size, one.data[:6]) == ("inbox/录像.mp4", True, (20 << 20) + 1, b"begins")
        assert one.path == tmp_path / "received" / f"{one.digest}.mp4"
        assert one.path.stat().st_size == one.size
        video.unlink(missing_ok=True)
    assert one.path is not None
    with one.path.open("r+b") as stream:
        stream.write(b"B")
    assert said(receive(tmp_path)[1]) == {f"received/{one.digest}.mp4": ["RECORD_CHANGED"]}


def test_a_link_to_a_folder_is_named_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, FIRST, "elsewhere/a.xlsx")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "甲").symlink_to(tmp_path / "elsewhere")
    seen, refused = receive(tmp_path)
    assert (seen, said(refused)) == ([], {"inbox/甲": ["FILE_NOT_REGULAR"]})


# --- archives --------------------------------------------------------------------------------------------------------


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


SHEET = packed({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
ARCHIVE = packed({"甲/表.xlsx": SHEET, "说明.txt": SECOND, "Thumbs.db": b"x"})


def archived(tmp_path: Path, name: str = "inbox/全部.ZIP") -> Path:
    return put(tmp_path, ARCHIVE, name)


def test_what_lies_in_an_archive_came_in_too(tmp_path: Path) -> None:
    """Under the archive's name; what nobody sent is passed over in it too; also once the archive is gone."""
    path = archived(tmp_path)
    for _ in range(2):
        seen, refused = receive(tmp_path)
        assert {each.name: each.inside for each in seen} == {
            "inbox/全部.ZIP": 3,
            "inbox/全部.ZIP/甲/表.xlsx": 0,
            "inbox/全部.ZIP/说明.txt": 0,
        }
        assert said(refused) == {"inbox/全部.ZIP/Thumbs.db": ["SKIP_SYSTEM"]}
        path.unlink(missing_ok=True)
    assert len(on_record(tmp_path)) == 3
    assert {each.inside for each in on_record(tmp_path).values()} == {0, 3}


def test_a_file_that_came_by_itself_too_goes_by_its_own_name(tmp_path: Path) -> None:
    archived(tmp_path)
    put(tmp_path, SECOND, "inbox/自己.txt")
    (one,) = [each for each in receive(tmp_path)[0] if each.data == SECOND]
    assert (one.name, one.copies) == ("inbox/自己.txt", ("inbox/全部.ZIP/说明.txt",))
    assert in_inbox(tmp_path)["inbox/全部.ZIP/说明.txt"] == digest(SECOND)


def test_an_archive_under_two_names_is_opened_under_both(tmp_path: Path) -> None:
    archived(tmp_path)
    archived(tmp_path, "inbox/又.zip")
    (one,) = [each for each in receive(tmp_path)[0] if each.data == SECOND]
    assert sorted((one.name, *one.copies)) == ["inbox/全部.ZIP/说明.txt", "inbox/又.zip/说明.txt"]


@pytest.mark.parametrize("name", ["inbox/全部.dat", "inbox/全部.zip.txt"])
def test_what_is_not_called_an_archive_stays_closed(tmp_path: Path, name: str) -> None:
    archived(tmp_path, name)
    assert [(each.name, each.inside) for each in receive(tmp_path)[0]] == [(name, 0)]


def test_what_was_packed_twice_stays_closed(tmp_path: Path) -> None:
    """Also where a folder is called like an archive."""
    put(tmp_path, packed({"内.zip": ARCHIVE, "表.xlsx": SHEET}), "inbox/外.zip")
    archived(tmp_path, "inbox/文件夹.zip/里.zip")
    found = {each.name: each.inside for each in receive(tmp_path)[0]}
    assert found == {"inbox/外.zip": 2, "inbox/外.zip/表.xlsx": 0, "inbox/文件夹.zip/里.zip": 0}


def test_an_archive_without_sheets_is_a_paper(tmp_path: Path) -> None:
    put(tmp_path, packed({"a.txt": FIRST}), "inbox/a.zip")
    assert [(each.name, each.inside) for each in receive(tmp_path)[0]] == [("inbox/a.zip", 0)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("~$表.xlsx", "SKIP_LOCKFILE"),
        (".~lock.表.xlsx#", "SKIP_LOCKFILE"),
        ("Thumbs.db", "SKIP_SYSTEM"),
        ("__MACOSX/a.xlsx", "SKIP_SYSTEM"),
        (".隐藏/a.xlsx", "SKIP_SYSTEM"),
        ("下载.xlsx.CRDOWNLOAD", "SKIP_SYSTEM"),
        ("快捷方式.lnk", "SKIP_SYSTEM"),
        (".甲.xlsx.icloud", "FILE_NOT_HERE"),
    ],
)
def test_what_programs_leave_behind_is_named_and_not_looked_into(tmp_path: Path, name: str, code: str) -> None:
    put(tmp_path, FIRST, f"inbox/{name}")
    seen, refused = receive(tmp_path)
    assert (seen, said(refused)) == ([], {f"inbox/{name}": [code]})
