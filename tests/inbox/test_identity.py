"""Whose sheet it is: what was made over is found out, a lost key has a way out, and the key stays where it belongs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evaltool.evaluation import load
from evaltool.evaluation.key import KEY_FILE, write_key
from evaltool.findings import Finding, Refused
from evaltool.identity import NO_KEY, Identity, Key, parse_code
from evaltool.inbox.newkey import make_key
from evaltool.inbox.proof import Expected, forged
from evaltool.questions.forms import (
    CODE_LABEL,
    IDENTITY_PROPERTY,
    IDENTITY_SHEET,
    Form,
    FormColumn,
    FormLine,
    FormSheet,
    FormTable,
    Worksheets,
)
from evaltool.questions.layout import forms
from evaltool.returns import write_returns
from evaltool.run import score_folder
from evaltool.runs import bundled, newyear
from folders import KEY, TEMPLATES, decide, filled, make, return_all
from small_city import LEDGER, ROSTER, RULES, SETTINGS, blocking, fates, says, taken

OFFICE, LEADER, OTHER_LEADER = "O1-绩效办.xlsx", "L1-张三.xlsx", "L2-李四.xlsx"
OTHER_KEY = Key(bytes(range(32, 64)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation with all four sheets returned."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(made, says)
    return made


def code_in(path: Path) -> str:
    return str(openpyxl.load_workbook(path)[IDENTITY_SHEET]["B1"].value)


def rewrite(path: Path, change: Callable[[str], str], places: tuple[str, ...] = ("hidden", "property", "text")) -> None:
    """Edit the identity of a workbook in some of the places where it stands, as somebody with a script would."""
    book = openpyxl.load_workbook(path)
    if "hidden" in places:
        book[IDENTITY_SHEET]["B1"] = change(str(book[IDENTITY_SHEET]["B1"].value))
    if "property" in places:
        book.custom_doc_props[IDENTITY_PROPERTY].value = change(str(book.custom_doc_props[IDENTITY_PROPERTY].value))
    for sheet in book.worksheets if "text" in places else ():
        for cell in sheet["A"]:
            if str(cell.value).startswith(CODE_LABEL):
                cell.value = CODE_LABEL + change(str(cell.value).removeprefix(CODE_LABEL))
    book.save(path)


def put(at: int, text: str) -> Callable[[str], str]:
    """Another text in one of the fields of a code."""
    return lambda code: ";".join(text if number == at else part for number, part in enumerate(code.split(";")))


def only(findings: list[Finding], code: str) -> Finding:
    (found,) = [one for one in findings if one.code == code]
    return found


# --- where it stands -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("note", "found"), [(None, set()), ("另附说明", {"CELL_OUTSIDE"})])
def test_a_sheet_of_an_earlier_layout_counts(folder: Path, note: str | None, found: set[str]) -> None:
    """Its identity stands above the tables; a note in the place where it stands now is noticed as any other."""
    path = folder / "inbox" / LEADER
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for cell in list(sheet["A"]):
            if str(cell.value).startswith(CODE_LABEL):
                assert cell.row > 6, "nobody who fills it in has to look past it"
                sheet["A3"], cell.value = cell.value, note
    book.save(path)
    _, intake, findings = taken(folder)
    assert fates(intake)[LEADER] == "counted"
    assert {one.code for one in findings} == found


# --- made over -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "text", "said"),
    [
        (1, "e-2025@2025", "评估发出时为“e-2026@2026”，现为“e-2025@2025”"),
        (2, "L2", "评估主体发出时为“L1”，现为“L2”"),
        (3, "1", "批次发出时为“”，现为“1”"),
        (4, "2", "录入次序发出时为“1”，现为“2”"),
        (5, "ab" * 32, "代替的表发出时为“”，现为“abababababababababab”"),
        (6, "0" * 12, "版本发出时为"),
        (7, "0" * 8, "密钥编号发出时为"),
        (8, "0" * 16, "无法还原改动之处"),
        (8, "", "无法还原改动之处"),
    ],
)
def test_a_forged_field_is_found_and_named(folder: Path, at: int, text: str, said: str) -> None:
    """Whichever field is changed, in all three places: the sheet is refused, and the finding says what was changed."""
    rewrite(folder / "inbox" / LEADER, put(at, text))
    _, intake, findings = taken(folder)
    assert fates(intake)[LEADER] == "rejected"
    assert said in only(findings, "IDENTITY_FORGED").message()


def test_who_edits_the_identity_to_pass_as_a_leader_is_found_out(folder: Path) -> None:
    """The leader is still missing, the office knows whom to ask, and nothing goes back in the leader's name."""
    forged, real = folder / "inbox" / LEADER, folder / "inbox" / OTHER_LEADER
    version = next(form for form in forms(load(folder)[0]).values() if form.evaluator == "L2").version()
    rewrite(forged, lambda code: put(6, version)(put(2, "L2")(code)))
    real.unlink()
    evaluation, intake, findings = taken(folder)
    one = only(findings, "IDENTITY_FORGED")
    prepared = write_returns(evaluation, intake, findings, date(2027, 3, 1))
    assert (prepared.sheets, prepared.left) == ((), (f"inbox/{LEADER}",))
    assert "请向L1-张三核实" in one.hint()
    assert "“L1” and is now “L2”" in one.message("en")
    assert {sheet.evaluator for sheet in intake.sheets if sheet.answered == "missing"} == {"L1", "L2"}
    assert {one.evaluator for one in findings if one.code == "SUBMISSION_MISSING"} == {"L1", "L2"}


@pytest.mark.parametrize("place", ["hidden", "property", "text"])
def test_a_single_place_that_was_made_over_contradicts_the_others(folder: Path, place: str) -> None:
    """Also with the identity of somebody else's sheet, which is sound in itself."""
    other = code_in(folder / "inbox" / OTHER_LEADER)
    rewrite(folder / "inbox" / LEADER, lambda _: other, (place,))
    findings = taken(folder)[2]
    assert "IDENTITY_CONFLICT" in blocking(findings)
    assert only(findings, "IDENTITY_CONFLICT").value == "L1、L2"


def test_a_sheet_without_proof_does_not_count_where_there_is_a_key(folder: Path) -> None:
    """Who takes the key's id and the check digits away proves nothing; nor does a sheet of an old version."""
    rewrite(folder / "inbox" / LEADER, lambda code: put(7, "")(put(8, "")(code)))
    rewrite(folder / "inbox" / OTHER_LEADER, lambda code: ";".join(["evaltool1", *code.split(";")[1:7]]))
    assert blocking(taken(folder)[2]) == ["IDENTITY_OLD_FORMAT", "IDENTITY_UNSIGNED"]


def test_a_strangers_sheet_that_was_put_aside_leaves_nobody_excluded(folder: Path) -> None:
    """An unsigned sheet in a leader's name is excluded by decision: the leader is missing, not excluded."""
    rewrite(folder / "inbox" / LEADER, lambda code: put(7, "")(put(8, "")(code)))
    _, intake, _ = taken(folder)
    digest = next(each.digest for each in intake.files if each.file.endswith(LEADER))
    decide(folder, f"{LEDGER}排除,绩办〔2027〕2号,2027-04-01,来历不明,,,{digest},,,,\n")
    assert blocking(taken(folder)[2]) == ["SUBMISSION_MISSING"]


@pytest.mark.parametrize("mac", ["é" * 16, "\ud800" * 16, "；" * 16, "0" * 20_000])
def test_no_text_in_the_place_of_the_digits_does_harm(mac: str) -> None:
    """They are compared as they stand, whatever they are."""
    identity = Identity("e@2026", "L1\ud800", "", "1", "", "0" * 12, KEY.id, mac)
    assert not identity.is_proved_by(KEY)
    assert forged(identity, Expected("e@2026", {}, KEY)) is not None


def test_fields_with_separators_in_them_come_back_as_they_were() -> None:
    """A batch may be called "1;2" or "50%3B"."""
    for batch in ("1;2", "50%", "%3B", ";;"):
        identity = Identity("e@2026", "V1", batch, "1", "", "0" * 12).signed(KEY)
        assert parse_code(identity.code()) == identity
        assert identity.is_proved_by(KEY)


# --- a lost key ------------------------------------------------------------------------------------------------------


def test_without_the_key_no_sheet_counts_until_it_is_put_back(folder: Path) -> None:
    """Every sheet says which key it needs; nothing is sent back for it; with the key restored all is well."""
    (folder / KEY_FILE).rename(folder.parent / "backup")
    evaluation, intake, findings = taken(folder)
    assert blocking(findings) == ["IDENTITY_KEY_UNKNOWN"] * 4
    assert all(KEY.id in one.message() for one in findings if one.blocks)
    assert write_returns(evaluation, intake, findings, date(2027, 3, 1)).sheets == ()
    with pytest.raises(Refused) as refused:
        make_key(folder, evaluation.identity)
    assert [one.code for one in refused.value.findings] == ["KEY_MISSING"]
    assert not (folder / KEY_FILE).exists()
    (folder.parent / "backup").rename(folder / KEY_FILE)
    assert taken(folder)[2] == []


LOST = f"{LEDGER}密钥遗失,绩办〔2027〕2号,2027-04-01,硬盘损坏,,,{KEY.id},,,,\n"


def test_a_key_that_is_lost_for_good_has_a_way_out(folder: Path) -> None:
    """New key, decision: the sheets of the old one count with a warning each; new sheets are proved by the new key."""
    (folder / KEY_FILE).unlink()
    decide(folder, LOST)
    assert blocking(taken(folder)[2]) == ["KEY_LOST_NOT_RENEWED"]
    made = make_key(folder, load(folder)[0].identity, anew=True)
    assert (made.made, dict(made.lost)) == (True, {KEY.id: 4})  # in the inbox, and again in the record
    _, intake, findings = taken(folder)
    assert [one.code for one in findings] == ["IDENTITY_UNPROVED"] * 4
    assert set(fates(intake).values()) == {"counted"}
    assert all("数据确认单" in one.hint() for one in findings)
    evaluation, _ = load(folder)
    form = next(form for form in forms(evaluation).values() if form.evaluator == "L1")
    shutil.rmtree(folder / "received")
    (folder / "inbox" / LEADER).write_bytes(filled(form, lambda spot: says(form, spot), key=evaluation.key))
    assert [one.code for one in taken(folder)[2]] == ["IDENTITY_UNPROVED"] * 3


def test_a_lost_key_excuses_no_sheet_of_the_present_one(folder: Path) -> None:
    """After the decision a wrong digest under the present key is still forged, also under the name of the lost key."""
    write_key(folder, OTHER_KEY)
    decide(folder, LOST)
    return_all(folder, says)
    rewrite(folder / "inbox" / LEADER, put(2, "L2"))
    rewrite(folder / "inbox" / OFFICE, put(7, KEY.id))
    _, _, findings = taken(folder)
    assert {one.file for one in findings if one.code == "IDENTITY_FORGED"} == {f"inbox/{LEADER}", f"inbox/{OFFICE}"}


@pytest.mark.parametrize("key", [KEY.id, "0" * 8])
def test_a_decision_about_a_key_that_is_not_lost_is_seen(folder: Path, key: str) -> None:
    """The present key, or one that signed nothing: the decision does nothing, and says so."""
    decide(folder, LOST.replace(KEY.id, key))
    assert [one.code for one in taken(folder)[2]] == ["KEY_LOST_WITHOUT_EFFECT"]


def test_a_key_is_never_written_over_and_a_broken_one_is_refused(folder: Path) -> None:
    """`--new-key` beside a key is refused; a file that is no key is a mistake of the folder."""
    with pytest.raises(Refused) as refused:
        make_key(folder, "e-2026@2026", anew=True)
    assert [one.code for one in refused.value.findings] == ["KEY_THERE"]
    assert load(folder)[0].key == KEY
    (folder / KEY_FILE).write_text("\ufeff" + KEY.secret.hex().upper() + "\r\n", encoding="utf-8")
    assert load(folder)[0].key == KEY
    (folder / KEY_FILE).write_text("0123", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(folder)
    assert [one.code for one in refused.value.findings] == ["KEY_FILE_BROKEN"]


def test_a_folder_that_never_sent_anything_gets_a_key(tmp_path: Path) -> None:
    """The first blank sheets make it; two folders have two keys; sheets of other years do not count as its own."""
    keys = set()
    for name in ("a", "b"):
        folder = make(tmp_path / name, ROSTER, {"d": RULES}, SETTINGS)
        (folder / KEY_FILE).unlink()
        other = replace(next(iter(forms(load(folder)[0]).values())), evaluation="e-2025@2025")
        (folder / "inbox" / "去年.xlsx").write_bytes(filled(other, lambda _: None, key=OTHER_KEY))
        assert make_key(folder, load(folder)[0].identity).made
        assert not make_key(folder, load(folder)[0].identity).made
        keys.add(load(folder)[0].key.secret)
    assert len(keys) == 2
    assert all(len(key) == 32 for key in keys)


# --- where the key goes, and where not -------------------------------------------------------------------------------


def test_the_key_is_in_no_run_no_template_and_no_new_year(folder: Path, tmp_path: Path) -> None:
    """Nor are its digits written into anything that a run keeps, and a run does not depend on it."""
    done = score_folder(folder)
    (folder / "inbox" / KEY_FILE).unlink(missing_ok=True)
    for path in (path for path in folder.rglob("*") if path.is_file() and path != folder / KEY_FILE):
        content = path.read_bytes()
        assert path.name != KEY_FILE
        assert KEY.secret.hex().encode() not in content, path
        assert KEY.secret not in content, path
    assert KEY_FILE not in (done.folder / "manifest.json").read_text(encoding="utf-8")
    newyear.begin_year(tmp_path / "next", folder)
    assert not (tmp_path / "next" / KEY_FILE).exists()
    assert list(TEMPLATES.rglob(KEY_FILE)) == []
    assert KEY.secret.hex() not in repr(load(folder)[0])


def test_the_sample_has_a_key_of_its_own_that_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries the sample can read its sheets."""
    sample = make(tmp_path / "sample", ROSTER, {"d": RULES}, SETTINGS)
    monkeypatch.setattr(bundled, "sample", lambda: sample)
    bundled.copy_sample(tmp_path / "copy")
    assert load(tmp_path / "copy")[0].key == KEY


def test_sheets_without_a_key_count_where_there_is_none(folder: Path) -> None:
    """A folder that never had a key reads its own sheets, and says that nothing proves whose they are."""
    (folder / KEY_FILE).unlink()
    return_all(folder, says)
    _, intake, findings = taken(folder)
    assert {one.code for one in findings} == {"IDENTITY_UNPROVED"}
    assert set(fates(intake).values()) == {"counted"}
    assert load(folder)[0].key == NO_KEY


# --- the version -----------------------------------------------------------------------------------------------------

COLUMN = FormColumn("得分", "number", high=Decimal(10), choices=("一",), units=("A",))
LINE = FormLine(("1", "甲局"), "A", high=Decimal(5))
TABLE = FormTable("grid", "d", "work", 5, ("序号", "被评估单位"), (LINE,), (COLUMN,))
SHEET = FormSheet("打分", "打分表", ("说明",), (TABLE,))
ONLY_READ = {"heading", "notes", "caption", "may_abstain", "beside", "width", "wanted", "shows_goals"}
"""What stands on a sheet, or is decided by the rules on the day, and is not asked."""


def version(sheet: FormSheet, title: str = "某年评估") -> str:
    return Form("e@2026", "O1", "", title, "x.xlsx", Worksheets((sheet,))).version()


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return value + 1
    if isinstance(value, tuple):
        return (*value, value[0]) if value else ((0, 0),)
    return f"{value}x"


@pytest.mark.parametrize("part", [COLUMN, LINE, TABLE, SHEET], ids=lambda part: type(part).__name__)
def test_the_version_follows_every_label_limit_and_meaning_and_no_note(
    part: FormColumn | FormLine | FormTable | FormSheet,
) -> None:
    """Each attribute of each part in turn; what is added to a form later has to be put on one side or the other."""
    before = version(SHEET)
    for each in fields(part):
        changed: Any = replace(part, **{each.name: other(getattr(part, each.name))})
        if isinstance(changed, FormColumn):
            changed = replace(TABLE, columns=(changed,))
        if isinstance(changed, FormLine):
            changed = replace(TABLE, lines=(changed,))
        sheet = changed if isinstance(changed, FormSheet) else replace(SHEET, tables=(changed,))
        assert (version(sheet) == before) == (each.name in ONLY_READ), each.name
    assert version(SHEET, "另一名称") == before
    same = replace(SHEET, tables=(replace(TABLE, columns=(replace(COLUMN, high=Decimal("10.0")),)),))
    assert version(same) == before
