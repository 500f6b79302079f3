"""Before any cell is read: what a file is, whether its archive is sound, and every limit."""

from __future__ import annotations

import errno
import io
import os
import struct
import zipfile
from itertools import count
from pathlib import Path

import pytest

import rawxlsx as raw
from evaltool.reader import Limits, Unreadable, Workbook, large, load, read

WIDE = "".join(f'<row r="{n}">' + "".join(f"<c><v>{n}</v></c>" for _ in range(9)) + "</row>" for n in range(1, 9))
GOOD = raw.parts({"表": raw.sheet(raw.cell("><v>38</v>"))})


def opened(data: bytes, limits: Limits | None = None) -> Workbook:
    result = read(data, limits or Limits())
    assert isinstance(result, Workbook), result
    return result


def refused(data: bytes, limits: Limits | None = None) -> Unreadable:
    result = read(data, limits or Limits())
    assert isinstance(result, Unreadable), result
    return result


CSV = "序号,被评单位,工作业绩\r\n1,财务处,38\r\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"P", "FILE_NOT_XLSX"),
        (b"%PDF-1.4\n", "FILE_NOT_XLSX"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "FILE_NOT_XLSX"),
        (b"Rar!\x1a\x07\x00", "FILE_NOT_XLSX"),
        (b"MZ" + bytes(300) + raw.archive(GOOD), "FILE_NOT_XLSX"),
        (b"\x00\x01\x02" * 40, "FILE_NOT_XLSX"),
        ("一段文字".encode(), "FILE_NOT_XLSX"),
        (b"<?xml version='1.0'?><feed/>", "FILE_NOT_XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "FILE_NOT_XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "FILE_XLS_OLD"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "FILE_NOT_XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "FILE_ENCRYPTED"),
        (b"<html><body><table><tr><td>38</td></tr></table>", "FILE_HTML"),
        (b"\r\n<!DOCTYPE html>\n<p>", "FILE_HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "FILE_XML2003"),
        (CSV.encode("gbk"), "FILE_CSV"),
        (CSV.encode("utf-8-sig"), "FILE_CSV"),
        (CSV.encode("utf-16"), "FILE_CSV"),
        (CSV.replace(",", "\t").encode(), "FILE_CSV"),
    ],
)
def test_the_first_bytes_tell_what_a_file_is(data: bytes, code: str) -> None:
    """What people send instead of a workbook is named, so that the clerk knows what to ask for."""
    assert refused(data).code == code


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_cut_file_is_truncated(kept: float) -> None:
    """An archive without its end is a broken transfer."""
    data = raw.archive(GOOD)
    assert refused(data[: int(len(data) * kept)]).code == "FILE_TRUNCATED"
    assert refused(data[:-4]).code == "FILE_TRUNCATED"


def test_bytes_after_the_archive() -> None:
    """A line break from a mail gateway is noted; much, or another archive, is refused."""
    data = raw.archive(GOOD)
    assert [(n.code, n.args) for n in opened(data + b"\r\n").notes] == [("FILE_TRAILING_BYTES", (("n", "2"),))]
    assert refused(data + bytes(70_000)).code == "FILE_CORRUPT"
    assert refused(data + data).code == "FILE_CORRUPT"
    assert refused(data[:-1] + b"\xff" + b"x" * 9).code == "FILE_TRUNCATED"


def patched(data: bytes, *, local: int, central: int, form: str, value: int) -> bytes:
    """Overwrite one field in the first local header and in its line of the directory (offset 0: leave alone)."""
    changed = bytearray(data)
    if local:
        struct.pack_into(form, changed, local, value)
    if central:
        struct.pack_into(form, changed, data.index(b"PK\x01\x02") + central, value)
    return bytes(changed)


@pytest.mark.parametrize(
    ("what", "local", "central", "form", "value", "code"),
    [
        ("encrypted", 6, 8, "<H", 1, "FILE_ENCRYPTED"),
        ("encrypted in one place", 6, 0, "<H", 1, "FILE_CORRUPT"),
        ("bzip2", 8, 10, "<H", 12, "FILE_CORRUPT"),
        ("methods differ", 8, 0, "<H", 0, "FILE_CORRUPT"),
        ("checksums differ", 14, 0, "<L", 1, "FILE_CORRUPT"),
        ("sizes differ", 22, 0, "<L", 1, "FILE_CORRUPT"),
        ("name differs", 30, 0, "<B", 65, "FILE_CORRUPT"),
        ("zip64 size", 0, 24, "<L", 0xFFFFFFFF, "FILE_CORRUPT"),
        ("not at byte 0", 0, 42, "<L", 7, "FILE_CORRUPT"),
        ("other disk", 0, 34, "<H", 1, "FILE_CORRUPT"),
    ],
)
def test_directory_and_entries_must_agree(
    what: str, local: int, central: int, form: str, value: int, code: str
) -> None:
    """What a zip says twice must be the same twice, and of a kind that Excel writes."""
    data = raw.archive(GOOD)
    assert refused(patched(data, local=local, central=central, form=form, value=value)).code == code, what


def test_a_size_that_lies_is_found_without_unpacking_everything() -> None:
    """A part that states 100 bytes and unpacks to megabytes is stopped at 101."""
    data = raw.archive(GOOD | {"xl/worksheets/sheet1.xml": b" " * 3_000_000})
    directory = data.index(b"PK\x01\x02")
    at = data.rindex(b"xl/worksheets/sheet1.xml")
    lied = bytearray(data)
    struct.pack_into("<L", lied, at - 46 + 24, 100)
    struct.pack_into("<L", lied, data.index(b"xl/worksheets/sheet1.xml") - 30 + 22, 100)
    assert directory < at
    result = refused(bytes(lied))
    assert (result.code, dict(result.args)["reason_en"]) == ("FILE_CORRUPT", "its size is not what the archive states")


def test_entries_that_overlap_or_leave_room_are_refused() -> None:
    """Two lines of the directory for the same bytes; bytes that no line of the directory covers."""
    data = raw.archive(GOOD)
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    overlapping = bytearray(data)
    struct.pack_into("<L", overlapping, second + 42, 0)
    assert refused(bytes(overlapping)).code == "ZIP_BOMB"
    end = struct.unpack_from("<L", data, len(data) - 6)[0]
    hidden = bytearray(data[:end] + bytes(100) + data[end:])
    struct.pack_into("<L", hidden, len(hidden) - 6, end + 100)
    assert refused(bytes(hidden)).code == "FILE_CORRUPT"


def test_sizes_after_the_data_are_legal() -> None:
    """Writers that stream put sizes behind each entry (flag bit 3); such archives are read."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: object) -> int:
            self.data += memoryview(piece)  # type: ignore[arg-type]
            return len(memoryview(piece))  # type: ignore[arg-type]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in GOOD.items():
            target.writestr(name, part)
    assert opened(bytes(pipe.data)) == opened(raw.archive(GOOD))


@pytest.mark.parametrize(
    ("data", "limits", "code", "what"),
    [
        (raw.archive(GOOD), Limits(bytes=100), "FILE_TOO_BIG", "bytes in the file"),
        (raw.archive(GOOD), Limits(entries=3), "ZIP_BOMB", None),
        (raw.archive(GOOD), Limits(part=200), "FILE_TOO_BIG", "bytes in one unpacked part"),
        (raw.archive(GOOD), Limits(unpacked=900), "FILE_TOO_BIG", "bytes unpacked"),
        (raw.archive(GOOD | {"x.png": bytes(9_000)}), Limits(ratio=100, ratio_from=4_000), "ZIP_BOMB", None),
        (raw.book(WIDE), Limits(cells=40), "FILE_TOO_COMPLEX", "cells"),
        (raw.book(after="<a>" * 70 + "</a>" * 70), Limits(), "FILE_TOO_COMPLEX", "levels of XML"),
        (raw.book(texts="<a>" * 70 + "</a>" * 70), Limits(), "FILE_TOO_COMPLEX", "levels of XML"),
        (raw.book(styles="<a>" * 70 + "</a>" * 70), Limits(), "FILE_TOO_COMPLEX", "levels of XML"),
        (
            raw.book(after="<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 5 + "</mergeCells>"),
            Limits(merges=4),
            "FILE_TOO_COMPLEX",
            "merged ranges",
        ),
        (
            raw.book(WIDE, after="<mergeCells>" + '<mergeCell ref="A1:XFD9"/>' * 5 + "</mergeCells>"),
            Limits(cells=300),
            "FILE_TOO_COMPLEX",
            "cells under merged ranges",
        ),
        (
            raw.book(before="<cols>" + '<col min="1" max="16384" hidden="1"/>' * 5 + "</cols>"),
            Limits(columns=4),
            "FILE_TOO_COMPLEX",
            "column definitions",
        ),
        (
            raw.archive(raw.parts({f"s{n}": raw.sheet() for n in range(5)})),
            Limits(sheets=4),
            "FILE_TOO_COMPLEX",
            "worksheets",
        ),
        (
            raw.book(styles="<cellXfs>" + '<xf numFmtId="0"/>' * 5 + "</cellXfs>"),
            Limits(styles=4),
            "FILE_TOO_COMPLEX",
            "styles",
        ),
        (
            raw.book(raw.cell('t="str"><v>' + "长" * 60 + "</v>")),
            Limits(text=50),
            "TEXT_TOO_LONG",
            "characters in one text",
        ),
        (
            raw.book(raw.cell('t="inlineStr"><is><t>' + "长" * 60 + "</t></is>")),
            Limits(text=50),
            "TEXT_TOO_LONG",
            "characters in one text",
        ),
        (
            raw.book(texts="<si><t>" + "长" * 60 + "</t></si>"),
            Limits(text=50),
            "TEXT_TOO_LONG",
            "characters in one text",
        ),
        (raw.archive(GOOD), Limits(seconds=-1.0), "READER_TIMEOUT", None),
    ],
)
def test_every_limit_holds(data: bytes, limits: Limits, code: str, what: str | None) -> None:
    """What passes a limit is refused, naming what there is too much of."""
    result = refused(data, limits)
    assert result.code == code
    assert dict(result.args).get("what_en") == what
    assert isinstance(read(data, Limits()), Workbook) or "levels" in (what or "") or code == "ZIP_BOMB"


def test_a_flood_of_spaces_is_a_bomb() -> None:
    """17 MiB that packs into a few kilobytes is refused before it is unpacked."""
    assert refused(raw.archive(GOOD | {"xl/media/x.png": bytes(17 << 20)})).code == "ZIP_BOMB"


def test_an_unexpected_failure_concerns_the_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong inside becomes a value with a code."""

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("evaltool.reader.unpack", fail)
    assert refused(b"x") == Unreadable("READER_CRASH", (("reason", "MemoryError"),))


def test_load_reads_regular_files_only(tmp_path: Path) -> None:
    """A file gives its bytes; a link, a pipe, a folder or nothing gives a reason, at once."""
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"content")
    assert load(file) == b"content"
    (tmp_path / "link.xlsx").symlink_to(file)
    os.mkfifo(tmp_path / "pipe.xlsx")
    codes = {}
    for name in ("link.xlsx", "pipe.xlsx", "", "none.xlsx", "nul\0.xlsx"):
        result = load(tmp_path / name)
        assert isinstance(result, Unreadable)
        codes[name] = result.code
    assert codes == {
        "link.xlsx": "FILE_NOT_REGULAR",
        "pipe.xlsx": "FILE_NOT_REGULAR",
        "": "FILE_NOT_REGULAR",
        "none.xlsx": "FILE_UNREADABLE",
        "nul\0.xlsx": "FILE_UNREADABLE",
    }
    too_big = load(file, Limits(bytes=3))
    assert isinstance(too_big, Unreadable)
    assert too_big.code == "FILE_TOO_BIG"


@pytest.mark.parametrize("more", [b"more", b""])
def test_a_file_that_changes_while_it_is_read_is_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: bytes
) -> None:
    """It is being copied or synchronised: the half that is there is no submission.  It grows, or is written again."""
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"content")
    real, moments = os.read, count(1)

    def slowly(handle: int, most: int) -> bytes:
        data = real(handle, most)
        if data:
            file.write_bytes(b"content" + more)
            os.utime(file, ns=(moment := next(moments), moment))
        return data

    monkeypatch.setattr(os, "read", slowly)
    assert load(file) == Unreadable("FILE_CHANGING")
    assert large(file) == Unreadable("FILE_CHANGING")


@pytest.mark.parametrize(("winerror", "code"), [(362, "FILE_NOT_HERE"), (389, "FILE_NOT_HERE"), (5, "FILE_UNREADABLE")])
def test_a_file_that_is_in_the_cloud_only_is_told_from_one_that_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winerror: int, code: str
) -> None:
    """Windows gives errors of their own for files of which a synchronising drive has only the name here."""

    def away(*_: object) -> int:
        problem = OSError(errno.EINVAL, "away")
        problem.winerror = winerror  # type: ignore[attr-defined]
        raise problem

    monkeypatch.setattr(os, "open", away)
    said = load(tmp_path / "a.xlsx")
    assert isinstance(said, Unreadable)
    assert said.code == code


def test_a_machine_that_can_open_no_file_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sheet would be taken for one that cannot be read, and what follows from that would be decided."""

    def none_left(*_: object) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", none_left)
    with pytest.raises(OSError, match="Too many"):
        load(tmp_path / "a.xlsx")
