"""What holds for the documents of every kind: options, gaps, places, bytes, names that look like code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from announced import FRAME, announced, gaps, paragraphs, refused
from declared_goals import ROSTER, RULES, SETTINGS
from evaltool import documents
from evaltool.cli.completing import document_values, recipient_values
from evaltool.documents.gaps import STATED, Stated
from evaltool.documents.kinds import KINDS, BesideRun, OfRun, notice_named
from evaltool.findings import Refused
from evaltool.run import score_folder
from folders import make
from hostile import ACTIVE, LAYING_OUT, elements
from injections import INJECTIONS, NAMED, evaluation_with
from terminal import ev


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two units in April: nothing declared, nothing scored."""
    return make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)


# --- options ----------------------------------------------------------------------------------------------------------


def test_kinds_go_by_either_name() -> None:
    """English or Chinese, and the shell completes both."""
    assert [(notice_named(each.name), notice_named(each.id.upper())) for each in KINDS.values()] == [
        (each, each) for each in KINDS.values()
    ]
    assert document_values("co") == [("commendation", "表彰决定"), ("correction", "更正通报")]
    assert ("评估通知", "announcement") in document_values("评")


def test_the_shell_completes_units_of_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `--unit` come the names of who can be written to; a folder that is none completes nothing."""
    monkeypatch.setenv("COMP_WORDS", f"evaltool notice {folder} reminder --unit ")
    assert recipient_values("") == [("一组", "P1"), ("甲局", "A"), ("乙局", "B")]
    assert recipient_values("乙") == [("乙局", "B")]
    monkeypatch.setenv("COMP_WORDS", "evaltool notice nowhere reminder --unit ")
    assert recipient_values("") == []


WRONG = [
    ("announcement", {"unit": "甲局", "period": "一季度"}, ["NOTICE_NOT_TAKEN", "NOTICE_NOT_TAKEN"]),
    ("bonus", {"number": "某绩〔2026〕1号"}, ["NOTICE_NOT_TAKEN"]),
    ("announcement", {"number": "某绩(2026)1号", "date": "5月8日"}, ["NOTICE_DAY", "NOTICE_NUMBER"]),
    ("reminder", {"reply_by": "2027-02-30"}, ["NOTICE_DAY"]),
    ("bonus", {"before": "2027-04-07", "after": "2027-04-03"}, ["NOTICE_POSTED"]),
    ("bonus", {"before": "1"}, ["NOTICE_DAY"]),
    ("opinion", {}, ["NOTICE_NEEDS"]),
    ("opinion", {"about": "奖项"}, ["NOTICE_ABOUT"]),
    ("opinion", {"about": "rules", "unit": "甲局", "run": "1"}, ["NOTICE_OPTION_ONLY", "NOTICE_OPTION_ONLY"]),
    ("targets", {"unit": "甲局", "recipients": "各单位"}, ["NOTICE_TO_ONE"]),
    ("targets", {"unit": "丁局"}, ["REFERENCE_UNKNOWN"]),
    ("review", {"asked": "分数有误"}, ["NOTICE_NEEDS"]),
    ("reminder", {"role": "市长"}, ["REFERENCE_UNKNOWN"]),
    ("quarter", {"period": "九季度"}, ["NOTICE_NO_PERIOD"]),
    ("correction", {}, ["NOTICE_RUN"]),
]


@pytest.mark.parametrize(("kind", "given", "expected"), WRONG)
def test_what_does_not_belong_is_refused_all_at_once(
    folder: Path, kind: str, given: dict[str, str], expected: list[str]
) -> None:
    """Every mistake has its finding, in both languages, with what to do; nothing is written."""
    with pytest.raises(Refused) as error:
        announced(folder, kind, **given)
    assert ([one.code for one in error.value.findings], error.value.usage) == (expected, True)
    texts = [text for one in error.value.findings for text in (one.message(), one.hint(), one.message("en"))]
    assert [text for text in texts if not text or "?" in text.replace("did you mean", "").rstrip("?")] == []
    assert not (folder / "documents").exists()


def test_the_command_lists_its_kinds_and_says_what_each_needs(folder: Path) -> None:
    """With --list, or without a kind; a name that is none is answered with the nearest."""
    listed = ev("notice", "--list", "--lang", "zh").stdout
    assert [each for each in KINDS.values() if each.name not in listed or each.id not in listed] == []
    assert ev("notice", str(folder), "--lang", "zh").stdout == listed
    rows = json.loads(ev("notice", "--list", "--output-format", "json").stdout)["kinds"]
    assert [row["kind"] for row in rows] == list(KINDS)
    assert all(row["about"] and row["needs"] for row in rows)
    assert "--unit" in next(row["options"] for row in rows if row["kind"] == "review")
    wrong = ev("notice", str(folder), "评估通告", "--lang", "zh")
    assert (wrong.returncode, "“评估通知”" in wrong.stderr) == (2, True)


def test_programs_get_the_files_and_what_is_missing_in_them(folder: Path) -> None:
    """JSON has path, fate and gaps of each document, and the findings."""
    told = json.loads(ev("notice", str(folder), "评估通知", "--date", "2026-03-20", "--output-format", "json").stdout)
    (made,) = told["documents"]
    assert Path(made["file"]) == folder / "documents" / "评估通知.docx"
    assert made["fate"] == "written"
    assert made["gaps"] == ["发文机关标志", "发文字号", "主送机关", "署名单位", "联系电话"]
    assert [one["value"] for one in told["findings"]] == made["gaps"]


# --- gaps, places, bytes ----------------------------------------------------------------------------------------------


def test_what_nobody_states_is_a_gap_with_a_note_for_each(folder: Path) -> None:
    """Marked in the document, never invented; the note says where to state it."""
    (made,), found = announced(folder, "announcement")
    whole = "".join(paragraphs(made.file.path))
    missing = ["发文机关标志", "发文字号", "主送机关", "署名单位", "成文日期", "联系电话", "印发日期"]
    assert sorted(gaps(found)) == sorted(missing)
    assert [each for each in missing if f"〔待填：{each}〕" not in whole] == []
    hints = {one.value: one.hint("en") for one in found}
    assert "--telephone, evaluation.toml [notice] telephone" in hints["联系电话"]
    assert "[notice.numbers] announcement" in hints["发文字号"]


def test_every_gap_says_where_it_can_be_stated() -> None:
    """Whatever a writer or the frame leaves open stands in the table of gaps, and nothing else does."""
    folder = Path(documents.__file__).parent
    said = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    left = set(re.findall(r"""(?:\bgap|stated_day)\((?:[\w.]+, )?['"](\w+)['"]\)""", said))
    assert left == set(STATED)
    assert [words for words, each in STATED.items() if each == Stated()] == []


def test_no_two_kinds_have_a_name_or_a_place_in_common() -> None:
    """A template, a file and an option of the command line each mean one kind."""
    names = [name for each in KINDS.values() for name in (each.id, each.name)]
    made = [each.makes for each in KINDS.values()]
    places = [each.path if isinstance(each, OfRun) else each.folder for each in made if not isinstance(each, BesideRun)]
    assert (len(names), len(places)) == (len(set(names)), len(set(places)))


def test_the_days_of_the_results_are_not_those_of_other_documents(folder: Path) -> None:
    """`[notice]` states who signs and whom to call for all; its date and posting are those of the results."""
    stated = '[notice]\nsignatory = "某委"\ntelephone = "1"\nrecipients = "各单位"\ndate = 2027-04-20\n'
    (folder / "evaluation.toml").write_text(SETTINGS + stated, encoding="utf-8")
    _, found = announced(folder, "announcement", number="某绩〔2026〕1号")
    assert sorted(gaps(found)) == ["印发日期", "成文日期"]


def test_the_same_again_is_left_alone_and_nothing_is_written_over(folder: Path) -> None:
    """Law 5: the same bytes; a document that the office has edited stays, the new one lies beside it."""
    (first,), _ = announced(folder, "announcement", **FRAME)
    data = first.file.path.read_bytes()
    (again,), _ = announced(folder, "announcement", **FRAME)
    assert (again.file.path, again.file.fate, data) == (first.file.path, "unchanged", first.file.path.read_bytes())
    first.file.path.write_bytes(b"edited")
    (beside,), _ = announced(folder, "announcement", **FRAME)
    assert (beside.file.path.name, beside.file.fate) == ("评估通知（2）.docx", "beside")
    assert (beside.file.path.read_bytes(), first.file.path.read_bytes()) == (data, b"edited")


def test_a_broken_template_of_the_office_is_refused_by_name(folder: Path) -> None:
    """Its unknown field is named; no half document is left."""
    (folder / "notices").mkdir()
    (folder / "notices" / "评估通知.docx").write_bytes(b"no document")
    assert refused(folder, "announcement") == ["NOTICE_TEMPLATE"]
    assert not (folder / "documents").exists()


def test_names_and_reasons_that_look_like_code_stay_text(tmp_path: Path) -> None:
    """No text that anybody typed becomes a field, a link or an element, in any kind that it can stand in."""
    harmful, _ = evaluation_with(tmp_path / "harmful", NAMED, INJECTIONS)
    plain, _ = evaluation_with(
        tmp_path / "plain", tuple(f"单位{at}局" for at in range(len(NAMED))), tuple("文字号数理由")
    )
    for folder in (harmful, plain):
        score_folder(folder)
        announced(folder, "announcement", signatory=INJECTIONS[15], telephone=INJECTIONS[17], date="2027-01-05")
        announced(folder, "bonus", about="granted")
        announced(folder, "bonus", about="claimed")
        announced(folder, "opinion", about="rules", recipients=INJECTIONS[21])
        announced(folder, "opinion", about="results")
    bad, good = (
        elements([p.read_bytes() for p in sorted(each.rglob("documents/*.docx"))]) for each in (harmful, plain)
    )
    assert good["tbl"] > 5
    assert {each: bad[each] for each in ACTIVE} == {each: good[each] for each in ACTIVE}
    assert bad["outside"] == 0
    assert {each for each, count in bad.items() if count} - set(good) <= LAYING_OUT
    cells = paragraphs(harmful / "documents" / "加分公示-申报.docx")
    assert set(NAMED) <= set(cells)
