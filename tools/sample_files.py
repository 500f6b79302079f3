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
