"""The parts of a .docx as they lie in its archive, compressed: read once, put together again without the clock."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArchivedPart:
    """A part of the package as it stands in the archive: still compressed, with its checksum and plain size."""

    name: str
    method: int
    checksum: int
    size: int
    body: bytes


def entries(data: bytes) -> list[ArchivedPart] | None:
    """Every part in its order; None for what is no Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [_entry(data, info) for info in archive.infolist()]
            methods = {entry.method for entry in found} <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
            if methods and archive.testzip() is None and "word/document.xml" in archive.namelist():
                return found
    except (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError):
        pass
    return None


def _entry(data: bytes, info: zipfile.ZipInfo) -> ArchivedPart:
    # zipfile cannot hand out compressed bytes; they follow the local header, whose name and extra field vary in length
    name_length, extra_length = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + 30 + name_length + extra_length
    body = data[start : start + info.compress_size]
    return ArchivedPart(info.filename, info.compress_type, info.CRC, info.file_size, body)


def plain(entry: ArchivedPart) -> bytes:
    return entry.body if entry.method == zipfile.ZIP_STORED else zlib.decompress(entry.body, -zlib.MAX_WBITS)


def packed(name: str, body: bytes) -> ArchivedPart:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return ArchivedPart(
        name, zipfile.ZIP_DEFLATED, zlib.crc32(body), len(body), deflate.compress(body) + deflate.flush()
    )


def archive(parts: Iterable[ArchivedPart]) -> bytes:
    """A zip file with every date at 1980-01-01: the clock is no part of a document."""
    chunks: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in parts:
        name = entry.name.encode()
        head = struct.pack(
            "<5H3I2H", 20, 0x800, entry.method, 0, 0x21, entry.checksum, len(entry.body), entry.size, len(name), 0
        )
        local = b"PK\x03\x04" + head + name
        directory.append(b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<3H2I", 0, 0, 0, 0, offset) + name)
        chunks += (local, entry.body)
        offset += len(local) + len(entry.body)
    size = sum(map(len, directory))
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, len(directory), len(directory), size, offset, 0)
    return b"".join((*chunks, *directory, end))
