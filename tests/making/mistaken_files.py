"""Mistakes with whole files, for the catalogue of `mistakes.py`: what is sent instead of the sheet, or beside it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import openpyxl

from big_year import write
from evaltool.questions.forms import CODE_LABEL, IDENTITY_PROPERTY, IDENTITY_SHEET, Worksheets
from filling import spots
from mistakes import Case, Expected, mistake, saved


def _instead(case: Case, data: bytes, ending: str, code: str) -> Expected:
    """Something else under the sheet's own name; no two are the same file."""
    name = f"{case.file.removesuffix('.xlsx')}{ending}"
    case.files[name] = data
    return case.says(code, file=name)


@mistake
def _old_workbook(case: Case) -> Expected | None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + bytes(3_000)
    return _instead(case, data + case.file.encode(), ".xls", "FILE_XLS_OLD")


@mistake
def _password(case: Case) -> Expected | None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(3_000)
    return _instead(case, data + case.file.encode(), ".xlsx", "FILE_ENCRYPTED")


@mistake
def _text_table(case: Case) -> Expected | None:
    return _instead(case, f"序号,单位,得分\r\n1,{case.file},90\r\n".encode("gb18030"), ".csv", "FILE_CSV")


@mistake
def _web_page(case: Case) -> Expected | None:
    return _instead(case, f"<html><table><tr><td>{case.file}</td></tr></table></html>".encode(), ".xls", "FILE_HTML")


@mistake
def _document(case: Case) -> Expected | None:
    return _instead(case, _zip(case.file, "word/document.xml", "[Content_Types].xml"), ".docx", "FILE_NOT_XLSX")


@mistake
def _archive(case: Case) -> Expected | None:
    """An archive is opened; here the sheet in it is none."""
    _instead(case, _zip(case.file, case.sheet.form.file_name), ".zip", "")
    name = f"{case.file.removesuffix('.xlsx')}.zip"
    return case.says("FILE_NOT_XLSX", file=f"{name}/{case.sheet.form.file_name}")


def _zip(text: str, *names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, f"<a>{text}</a>")
    return out.getvalue()


@mistake
def _cut_off(case: Case) -> Expected | None:
    data = write(case.sheet)
    return _instead(case, data[: int(len(data) * case.dice.uniform(0.3, 0.9))], ".xlsx", "FILE_TRUNCATED")


@mistake
def _empty_file(case: Case) -> Expected | None:
    return _instead(case, b"", ".xlsx", "FILE_EMPTY")


@mistake
def _not_sent(case: Case) -> Expected | None:
    case.files[""] = b""  # nothing comes instead
    return ("SUBMISSION_MISSING", "", "", "")


# --- whose sheet is it? ----------------------------------------------------------------------------------------------


@mistake
def _identity_removed(case: Case) -> Expected | None:
    """Copied into a new workbook, or saved by a program that drops what it does not know."""
    book = case.book()
    del book[IDENTITY_SHEET], book.custom_doc_props[IDENTITY_PROPERTY]
    for sheet in case.sheet.form.sheets:
        book[sheet.title].cell(sheet.foot + 1, 1).value = None
    case.keep(book)
    return case.says("TEMPLATE_UNKNOWN")


@mistake
def _identity_of_another(case: Case) -> Expected | None:
    """Somebody types another's code into one of the three places."""
    book = case.book()
    first = case.sheet.form.sheets[0]
    code = CODE_LABEL + replace(case.sheet.form, evaluator="M").identity().code()
    book[first.title].cell(first.foot + 1, 1).value = code
    case.keep(book)
    return None if case.sheet.form.evaluator == "M" else case.says("IDENTITY_CONFLICT")


@mistake
def _last_years_sheet(case: Case) -> Expected | None:
    other = replace(case.sheet.form, evaluation="songyuan-2025@2025")
    return _instead(case, write(case.sheet, other), ".xlsx", "TEMPLATE_OTHER_EVALUATION")


@mistake
def _older_version(case: Case) -> Expected | None:
    """A sheet that went out before its units or limits changed."""
    first, *rest = case.sheet.form.sheets
    table, *others = first.tables
    older = replace(table, columns=(replace(table.columns[0], header="旧的栏目"), *table.columns[1:]))
    other = replace(case.sheet.form, sheets=Worksheets((replace(first, tables=(older, *others)), *rest)))
    return _instead(case, write(case.sheet, other), ".xlsx", "TEMPLATE_OLD_VERSION")


@mistake
def _sheet_of_a_stranger(case: Case) -> Expected | None:
    name = f"inbox/另报/{case.sheet.form.file_name}"
    case.files[name] = write(case.sheet, replace(case.sheet.form, evaluator="ZZ9"))
    case.files[case.file] = write(case.sheet)
    return case.says("EVALUATOR_UNKNOWN", file=name)


# --- more than one ---------------------------------------------------------------------------------------------------


@mistake
def _same_file_twice(case: Case) -> Expected | None:
    copy = f"inbox/重发/{case.sheet.form.file_name}"
    case.files[case.file] = case.files[copy] = write(case.sheet)
    return case.says("FILE_DUPLICATE", file=max(case.file, copy))


@mistake
def _two_that_differ(case: Case) -> Expected | None:
    """The same evaluator sends two sheets that say different things."""
    spot = next((s for s in spots(case.sheet.form) if s.column.kind in ("number", "choice") and case.value(s)), None)
    if spot is None:
        return None
    other = f"inbox/修改/{case.sheet.form.file_name}"
    book = case.book()
    book[spot.sheet][spot.cell] = None
    case.files[case.file], case.files[other] = write(case.sheet), saved(book)
    return case.says("SUBMISSION_CONFLICT", file=min(case.file, other))


@mistake
def _lock_file(case: Case) -> Expected | None:
    name = f"inbox/~${case.sheet.form.file_name}"
    case.files[name], case.files[case.file] = b"\x05user", write(case.sheet)
    return case.says("SKIP_LOCKFILE", file=name)


@mistake
def _contact_list(case: Case) -> Expected | None:
    """Something else that is a workbook lies in the inbox."""
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = f"{case.sheet.form.evaluator} 联络员通讯录"
    name = f"inbox/通讯录{case.sheet.form.evaluator}{case.sheet.form.batch}.xlsx"
    case.files[name], case.files[case.file] = saved(book), write(case.sheet)
    return case.says("ATTACHMENT_FILED", file=name)
