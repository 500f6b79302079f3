"""What is no sheet: passed over, filed, tied to a unit, opened; it never blocks, and the accounts have all of it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from evaltool.inbox.suggested import units_claiming
from evaltool.names import folded
from evaltool.proof.verify import verify
from evaltool.questions.forms import CODE_LABEL, IDENTITY_PROPERTY, IDENTITY_SHEET, Form
from evaltool.reader import Limits, load
from evaltool.run import TakenIn, score_folder, take_in
from filling import Spot
from folders import decide, make, return_all
from mistakes import saved
from small_city import LEDGER, ROSTER, RULES, SETTINGS, says

PDF, WORD = b"%PDF-1.4\n1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small city with all its sheets in."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(made, says)
    return made


def put(folder: Path, name: str, data: bytes) -> None:
    path = folder / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


class Named(zipfile.ZipInfo):
    """A name in an encoding, without saying so, as Chinese programs write it."""

    encoding = "utf-8"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(self.encoding), 0


def packed(files: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = Named(name)
            info.filename, info.encoding = name, encoding
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def fates(taken: TakenIn) -> dict[str, tuple[str, str]]:
    """What became of each file beside the sheets, and the unit that it is filed under."""
    listed = [(each.file.removeprefix("inbox/"), (each.became, each.unit)) for each in taken.intake.files]
    assert len(listed) == len(dict(listed))
    return {name: fate for name, fate in listed if fate[0] not in ("counted",)}


def blocking(taken: TakenIn) -> list[str]:
    return [one.code for one in taken.findings if one.blocks]


@pytest.mark.parametrize(
    "name",
    [
        *("Thumbs.db", "desktop.ini", "~$O1.xlsx", ".DS_Store", "._表.xlsx", "__MACOSX/a.xlsx", ".~lock.a.xlsx#"),
        *("x.tmp", "表.xlsx.crdownload", "甲局/THUMBS.DB", "~WRL0001.tmp", "$RECYCLE.BIN/a.xlsx", "a.xlsx.part"),
    ],
)
def test_what_programs_leave_behind_is_passed_over(folder: Path, name: str) -> None:
    """It is named once, nothing of it is read or kept, and nothing blocks."""
    put(folder, name, b"whatever")
    taken = take_in(folder)
    assert fates(taken) == {name: ("not_a_submission", "")}
    assert [(one.severity, one.file) for one in taken.findings] == [("note", f"inbox/{name}")]
    assert len(list((folder / "received").iterdir())) == 4 + 1  # the sheets and the index


NO_SHEETS = {
    "报告.pdf": PDF,
    "说明.doc": WORD,
    "相片.jpg": b"\xff\xd8\xff\xe0 x",
    "信.eml": b"From: a\r\n\r\nb",
    "请查收.txt": "请查收".encode(),
    "名单.csv": b"a,b\n1,2\n",
    "空.pdf": b"",
    "怪.xlsx": b"PK\x03\x04x",
    "锁.xlsx": WORD.replace(b"W", b"V") + "EncryptedPackage".encode("utf-16-le"),
    "材料.rar": b"Rar!\x1a\x07",
    "通讯录.xlsx": saved(openpyxl.Workbook()),
}


def test_what_is_no_sheet_is_filed_and_does_not_block(folder: Path) -> None:
    """It is an attachment, stored under its hash with its ending; a run can be made, and its manifest has it."""
    for name, data in NO_SHEETS.items():
        put(folder, name, data)
    run = score_folder(folder).folder
    said = json.loads((run / "manifest.json").read_text("utf-8"))["submissions"]
    filed = {each["file"]: each["sha256"] for each in said if each["became"] == "attachment"}
    assert filed == {f"inbox/{name}": hashlib.sha256(data).hexdigest() for name, data in NO_SHEETS.items()}
    for name, data in NO_SHEETS.items():
        kept = folder / "received" / f"{hashlib.sha256(data).hexdigest()}{Path(name).suffix}"
        assert kept.read_bytes() == data
    assert fates(take_in(folder)) == dict.fromkeys(NO_SHEETS, ("attachment", ""))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("甲局/证明.pdf", "A"),
        ("甲局证明.pdf", "A"),
        ("证明/乙局-奖状.jpg", "B"),
        ("甲局和乙局.pdf", ""),  # two units: nobody can tell
        ("甲局/乙局的回函.pdf", ""),
        ("证明.pdf", ""),
        ("某甲 局.pdf", "A"),  # blanks are no difference
        ("A/证明.pdf", "A"),
        ("PLAN A.pdf", ""),  # an id of one letter stands in many names
    ],
)
def test_an_attachment_belongs_to_the_unit_that_its_path_names(folder: Path, name: str, unit: str) -> None:
    """The unit is stated in the accounts and the finding where exactly one is named."""
    put(folder, name, PDF)
    taken = take_in(folder)
    assert fates(taken) == {name: ("attachment", unit)}
    assert [one.unit for one in taken.findings if one.file == f"inbox/{name}"] == [unit]


def test_a_scan_beside_its_sheet_is_an_attachment_and_one_in_its_place_is_none(folder: Path) -> None:
    """The signed paper under the sheet's own name is filed; where the sheet itself is missing, that is asked for."""
    put(folder, "O1-绩效办.pdf", PDF)
    assert fates(take_in(folder)) == {"O1-绩效办.pdf": ("attachment", "")}
    (folder / "inbox" / "O1-绩效办.xlsx").unlink()
    for path in (folder / "received").iterdir():
        path.unlink()
    taken = take_in(folder)
    assert (fates(taken), blocking(taken)) == ({"O1-绩效办.pdf": ("rejected", "")}, ["FILE_NOT_XLSX"])


def test_a_sheet_that_lost_its_identity_is_no_attachment(folder: Path) -> None:
    """Whatever it is called now: it has the worksheets that were sent out, so somebody answered on it."""
    book = openpyxl.load_workbook(folder / "inbox" / "O1-绩效办.xlsx")
    del book[IDENTITY_SHEET], book.custom_doc_props[IDENTITY_PROPERTY]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if str(cell.value).startswith(CODE_LABEL):
                    cell.value = None
    put(folder, "新建.xlsx", saved(book))
    assert blocking(take_in(folder)) == ["TEMPLATE_UNKNOWN"]


# --- archives --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_an_archive_of_sheets_is_opened(folder: Path, encoding: str) -> None:
    """Its files count as if they had come by themselves, under the archive's name; also once the archive is gone."""
    sheet = (folder / "inbox" / "O1-绩效办.xlsx").read_bytes()
    (folder / "inbox" / "O1-绩效办.xlsx").unlink()
    files = {"报送/O1-绩效办.xlsx": sheet, "材料/甲局证明.pdf": PDF, "__MACOSX/._a": b"x"}
    put(folder, "全部.zip", packed(files, encoding))
    for _ in range(2):
        taken = take_in(folder)
        assert blocking(taken) == []
        listed = {each.file: (each.became, each.unit) for each in taken.intake.files if "zip" in each.file}
        assert listed == {
            "inbox/全部.zip": ("not_a_submission", ""),
            "inbox/全部.zip/报送/O1-绩效办.xlsx": ("counted", ""),
            "inbox/全部.zip/材料/甲局证明.pdf": ("attachment", "A"),
            "inbox/全部.zip/__MACOSX/._a": ("not_a_submission", ""),
        }
        (folder / "inbox" / "全部.zip").unlink(missing_ok=True)


@pytest.mark.parametrize("kind", ["排除", "采用", "合并采用"])
def test_a_decision_that_names_an_archive_is_refused(folder: Path, kind: str) -> None:
    """Which of its files are meant nobody can tell: they count as before, and it is said; the accounts say excluded of
    the archive alone."""
    sheet = (folder / "inbox" / "O1-绩效办.xlsx").read_bytes()
    (folder / "inbox" / "O1-绩效办.xlsx").unlink()
    archive = packed({"O1-绩效办.xlsx": sheet})
    put(folder, "包.zip", archive)
    hashed = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in (("包", archive), ("表", sheet))}
    decide(folder, f"{LEDGER}{kind},8号,2027-04-01,误发,,,{hashed['包']},,,,\n")
    taken = take_in(folder)
    assert blocking(taken) == ["DECISION_REFUSED"]
    assert "包.zip" in next(one for one in taken.findings if one.blocks).message("zh")
    listed = {each.file: each.became for each in taken.intake.files if "zip" in each.file}
    became = "excluded" if kind == "排除" else "not_a_submission"
    assert listed == {"inbox/包.zip": became, "inbox/包.zip/O1-绩效办.xlsx": "counted"}
    if kind == "排除":
        decide(folder, f"{LEDGER}{kind},8号,2027-04-01,误发,,,{hashed['表']},,,,\n")
        taken = take_in(folder)
        assert {each.file: each.became for each in taken.intake.files if "zip" in each.file} == {
            "inbox/包.zip": "not_a_submission",
            "inbox/包.zip/O1-绩效办.xlsx": "excluded",
        }


def test_an_archive_of_proofs_is_one_attachment(folder: Path) -> None:
    """Nothing in it can be a sheet, so it stays closed, and says so."""
    put(folder, "甲局.zip", packed({"证明.pdf": PDF}))
    taken = take_in(folder)
    assert fates(taken) == {"甲局.zip": ("attachment", "A")}
    assert [(one.code, one.severity) for one in taken.findings] == [("ARCHIVE_UNOPENED", "warning")]


def test_an_archive_in_an_archive_stays_closed(folder: Path) -> None:
    """One level is opened; what was packed twice is filed and said."""
    inner = packed({"表.xlsx": b"x"})
    put(folder, "外.zip", packed({"内.zip": inner, "表.csv": b"a,b\n1,2\n"}))
    first = fates(take_in(folder))
    taken = take_in(folder)  # now the record has the inner one as a content of its own
    assert fates(taken) == first
    assert sorted(first.values()) == [("attachment", ""), ("attachment", ""), ("not_a_submission", "")]
    assert "ARCHIVE_UNOPENED" in {one.code for one in taken.findings}
    assert blocking(taken) == []


@pytest.mark.parametrize("name", ["../../evil.xlsx", "/etc/evil.xlsx", "C:/evil.xlsx"])
def test_a_path_out_of_an_archive_keeps_it_closed(folder: Path, name: str) -> None:
    """Nothing is written outside the record, and the archive is a suspicious attachment."""
    put(folder, "坏.zip", packed({name: b"x"}))
    taken = take_in(folder)
    assert fates(taken) == {"坏.zip": ("attachment", "")}
    assert not list(folder.parent.rglob("evil*"))


def test_a_large_file_is_kept_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan beyond the size of any sheet is stored under its hash and never read; a large workbook is asked about."""
    limits = Limits(bytes=1_000)
    monkeypatch.setattr(load, "__defaults__", (limits,))
    data = PDF + bytes(5_000)
    sheets = {path.name: path.read_bytes() for path in (folder / "inbox").iterdir()}
    for name in sheets:
        (folder / "inbox" / name).unlink()
    put(folder, "甲局/扫描件.pdf", data)
    put(folder, "大.xlsx", b"PK\x03\x04" + bytes(5_000))
    taken = take_in(folder)
    assert fates(taken) == {"甲局/扫描件.pdf": ("attachment", "A"), "大.xlsx": ("attachment", "")}
    kept = {path.suffix: path.read_bytes() for path in (folder / "received").iterdir()}
    assert kept[".pdf"] == data
    codes = {one.file: one.code for one in taken.findings if one.file}
    assert codes == {"inbox/甲局/扫描件.pdf": "ATTACHMENT_FILED", "inbox/大.xlsx": "ATTACHMENT_UNREAD"}


# --- by a document's number ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("党组纪要〔2026〕3号.pdf", {"A"}),
        ("附件 党组纪要[2026] 3号（扫描）.pdf", {"A"}),
        ("党组纪要〔2026〕13号.pdf", set()),
        ("签批单12号.pdf", {"A", "B"}),
        ("某文.pdf", set()),
    ],
)
def test_a_claims_document_says_whose_proof_it_is(name: str, units: set[str]) -> None:
    """The number stands in the file's name, whatever its brackets and blanks; part of another number is not it."""
    claimed = {folded("党组纪要〔2026〕3号"): {"A"}, folded("签批单12号"): {"A", "B"}}
    assert units_claiming(f"inbox/{name}", claimed) == units


def test_the_documents_are_those_of_the_claims(tmp_path: Path) -> None:
    """What a unit writes into its claim is the number by which its proofs are known."""
    bonus = '[bonus]\ncap = 3\nclaimed_in = "work"\nkinds = [["创新", 1]]\n'
    rules = RULES.replace('by = "office"', 'by = "self"').replace("[[grade]]", bonus + "[[grade]]", 1)
    folder = make(tmp_path / "city", ROSTER, {"d": rules}, SETTINGS)

    def claims(form: Form, spot: Spot) -> object:
        if spot.column.field in ("stated_grade", "reasons"):
            return {"stated_grade": "合格", "reasons": "自查"}[spot.column.field]
        if not spot.column.field.startswith("claim_"):
            return says(form, spot)
        said = {"claim_kind": "创新", "claim_points": "1", "claim_facts": "事实", "claim_document": "纪要〔2026〕3号"}
        return said.get(spot.column.field) if form.evaluator == "A" and spot.line.repeat == "1" else None

    return_all(folder, claims)
    put(folder, "纪要〔2026〕3号.pdf", PDF)
    assert fates(take_in(folder)) == {"纪要〔2026〕3号.pdf": ("attachment", "A")}


def test_a_run_with_all_of_it_can_be_verified(folder: Path) -> None:
    """Attachments, an archive that was opened and a system file: scored again from the record, the run is the same."""
    put(folder, "Thumbs.db", b"x")
    put(folder, "甲局/证明.pdf", PDF)
    put(folder, "全部.zip", packed({"证明2.pdf": PDF + b"2", "表.csv": b"a,b\n1,2\n", "__MACOSX/._a": b"x"}))
    score_folder(folder)
    assert [one.code for each in verify(folder) for one in each.findings] == []
