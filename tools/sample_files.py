"""Files of the sample: workbooks without the hour of saving, re-saved by LibreOffice, and the ledger."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path

from evaltool.ledger import COLUMNS


def ledger(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS), restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def paper(title: str) -> bytes:
    """A scanned page, blank but for its title in the file's own description."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Title<FEFF" + title.encode("utf-16-be").hex().upper().encode() + b">>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%b endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 5\n0000000000 65535 f \n%btrailer<</Size 5/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (table, len(out))


def settled(data: bytes) -> bytes:
    """The same workbook without the hour at which it was saved, so that making the sample again changes nothing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", b"2027-03-25T09:00:00Z", part)
            new.writestr(zipfile.ZipInfo(name, (2027, 3, 25, 9, 0, 0)), part, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def resaved(files: dict[str, bytes], kind: str = "xlsx") -> dict[str, bytes]:
    """The same workbooks, opened and saved by LibreOffice (as .xls, if `kind` says so)."""
    with tempfile.TemporaryDirectory() as scratch:
        given, saved = Path(scratch) / "given", Path(scratch) / "saved"
        given.mkdir()
        for number, data in enumerate(files.values()):
            (given / f"{number}.xlsx").write_bytes(data)
        command = ["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to", kind]
        command += ["--outdir", str(saved), *(str(path) for path in sorted(given.iterdir()))]
        subprocess.run(command, check=True, capture_output=True)
        made = {path: (saved / f"{number}.{kind}").read_bytes() for number, path in enumerate(files)}
        return {path: settled(data) if kind == "xlsx" else data for path, data in made.items()}
