"""A new year begins clean: decisions on units and leaders hold on, what belongs to last year stays, all is said."""

from __future__ import annotations

import json
import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from decided_city import ROSTER, RULES, SETTINGS, ledger, line, says
from evaltool.evaluation import load
from evaltool.findings import Finding, Refused
from evaltool.run import score_folder
from evaltool.runs.newsettings import later, moved_on
from evaltool.runs.newyear import Begun, begin_year
from evaltool.runs.store import RANKING
from folders import make, return_all
from terminal import ev

CHANGED = (
    line("单位变动", 单位="丙局", 新值="撤销"),
    line("单位变动", document="2号", 单位="甲局", 新值="更名", 原值="老甲局"),
    line("分管调整", document="3号", 评估主体="李四", 单位="乙局", 原值="张三", 生效日期="2026-06-01"),
    line("加分", document="4号", 单位="甲局", 新值="1"),
    line("不适用", document="5号", 单位="乙局", 评估内容="实绩", 指标="P2"),
)
TABLES = {
    **ROSTER,
    "分管": "评估主体,单位,起,止\nL1,A,2026-03-01,\nL1,B,,\nL2,C,,\n",
    "批次": "评估主体,批次,日期,评价卡数\nV1,1,2027-01-12,2\nV1,2,,2\n",
    "不适用": "对象类别,评估内容,指标,单位,文号\nd,goals,A2,甲局,9号\n",
    "历年结果": "年度,单位,总分,名次,等次\n2025,老甲局,88,1,优秀\n",
}
MORE = """
[[deadline]]
what = "2026年度评分"   # 年年如此
role = "office"
date = 2026-10-31
sheet = "marks"
[notice]
signatory = "市绩效办"
date = "2027-04-20"
posted_from = "2027-04-01"
[notice.numbers]
bulletin = "某绩评〔2027〕3号"
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Last year's folder: decided, scored."""
    folder = make(tmp_path_factory.mktemp("newyear") / "city", TABLES, {"d": RULES}, SETTINGS + MORE)
    ledger(folder, *CHANGED)
    return_all(folder, says)
    score_folder(folder)
    return folder


@pytest.fixture(scope="module")
def begun(city: Path) -> tuple[Path, Begun]:
    folder = city.parent / "next"
    return folder, begin_year(folder, city)


def said(begun: Begun, what: str) -> dict[str, object]:
    """What is said of one thing, with its heading."""
    return next({"heading": one.heading, **one.args} for one in begun.said if one.what == what)


def found(folder: Path) -> list[tuple[str, str]]:
    return [(one.code, one.cell) for one in load(folder)[1]]


# --- what decisions changed ------------------------------------------------------------------------------------------


def test_a_unit_that_a_decision_took_out_takes_no_part(begun: tuple[Path, Begun]) -> None:
    """It stays in the table, since its results are told; its own lines and charges are gone."""
    folder, made = begun
    evaluation, _ = load(folder)
    assert list(evaluation.units) == ["A", "B"]
    assert {unit.id: unit.standing for unit in evaluation.roster.units}["C"] == "out"
    assert "C" not in {row.unit for row in evaluation.roster.indicators}
    assert "C" not in {row.unit for row in evaluation.roster.charges}
    assert said(made, "gone") == {"heading": "carried", "names": "丙局"}


def test_the_new_leader_is_in_charge_all_year_and_the_old_one_is_not(begun: tuple[Path, Begun]) -> None:
    """Who took over in June marks the unit on every day of the next year; whoever began in March of last year too."""
    folder, made = begun
    evaluation, _ = load(folder)
    units = evaluation.units
    days = [date(2027, 1, 1), date(2027, 12, 31)]
    charges = {who: evaluation.charges(who) or [] for who in ("L1", "L2")}
    assert all(any(row.covers(units["B"], day) for row in charges["L2"]) for day in days)
    assert not any(row.covers(units["B"], day) for row in charges["L1"] for day in days)
    assert all(any(row.covers(units["A"], day) for row in charges["L1"]) for day in days)
    assert said(made, "charges") == {"heading": "carried", "names": "李四：乙局", "n": 1}


def test_a_former_name_still_means_the_unit(begun: tuple[Path, Begun]) -> None:
    """Earlier results may be under it."""
    evaluation, _ = load(begun[0])
    assert {unit.id: unit.aliases for unit in evaluation.roster.units}["A"] == ("老甲局",)
    assert set(evaluation.earlier("A")) == {2025, 2026}


def test_whoever_has_only_charges_that_ended_is_not_in_charge_of_everybody(tmp_path: Path) -> None:
    """Without a row they would be: the rows stay, and it is said."""
    tables = {**ROSTER, "分管": "评估主体,单位,起,止\nL1,A,,2026-05-31\nL2,,,\n"}
    folder = make(tmp_path / "city", tables, {"d": RULES}, SETTINGS)
    made = begin_year(tmp_path / "next", folder)
    evaluation, _ = load(tmp_path / "next")
    assert not evaluation.covers("L1", evaluation.units["A"])
    assert not evaluation.covers("L1", evaluation.units["B"])
    assert said(made, "without_charge") == {"heading": "open", "names": "张三"}


# --- what belongs to its year ----------------------------------------------------------------------------------------


def test_decisions_and_meetings_of_last_year_stay_there(begun: tuple[Path, Begun]) -> None:
    """No bonus, nothing not applicable, no day of a meeting; the meetings themselves come again."""
    folder, made = begun
    evaluation, _ = load(folder)
    assert (evaluation.ledger, evaluation.roster.not_applicable, evaluation.roster.changes) == ((), (), ())
    assert [(row.id, row.date, row.cards) for row in evaluation.roster.batches] == [("1", None, 2), ("2", None, 2)]
    assert said(made, "batches") == {"heading": "open", "n": 1}
    assert said(made, "decisions") == {"heading": "open", "n": 2}
    assert said(made, "not_applicable") == {"heading": "open", "n": 1}


def test_goals_are_declared_anew_wherever_they_stood(tmp_path: Path) -> None:
    """Lines of one unit in a component whose goals are declared; shared lines stay."""
    rules = RULES.replace(
        "answer = { points = 10 }\nnot_applicable", "answer = { points = 10 }\ngoals = true\nnot_applicable", 1
    )
    folder = make(tmp_path / "city", ROSTER, {"d": rules}, SETTINGS)
    made = begin_year(tmp_path / "next", folder)
    assert {row.component for row in load(tmp_path / "next")[0].roster.indicators} == {"proof"}
    assert said(made, "goals") == {"heading": "open", "n": 6}


def test_days_move_a_year_and_documents_leave_gaps(begun: tuple[Path, Begun]) -> None:
    """Comments stay; a day on a weekend is said to be one."""
    folder, made = begun
    evaluation, _ = load(folder)
    assert (evaluation.settings.year, evaluation.settings.id) == (2027, "e-2027")
    assert evaluation.settings.targets_until == date(2027, 10, 30)
    assert [(each.what, each.date) for each in evaluation.deadlines] == [("2027年度评分", date(2027, 10, 31))]
    assert (evaluation.notice.date, evaluation.notice.posted_from, evaluation.notice.numbers.bulletin) == (
        None,
        None,
        "",
    )
    assert evaluation.notice.signatory == "市绩效办"
    assert "# 年年如此" in (folder / "evaluation.toml").read_text(encoding="utf-8")
    moved = {one.args["key"]: one.args["after"] for one in made.said if one.what == "value"}
    assert moved["deadline[1].date"] == "2027-10-31（星期日）"
    assert said(made, "notice") == {
        "heading": "open",
        "keys": "notice.date、notice.posted_from、notice.numbers.bulletin",
    }


@pytest.mark.parametrize(
    "text", ["[evaluation]\nyear = 2026\nname = 'a'\n", '[evaluation]\r\nyear=2026 # 年\n[[ deadline ]]\nwhat = "x"\n']
)
def test_settings_are_moved_whatever_their_layout(text: str) -> None:
    """Or left alone as a whole where a line does not say it all, such as a table in one line."""
    assert "2027" in moved_on(text.replace("\r", ""), 2026, 2027).text
    odd = 'evaluation = { year = 2026, name = "2026年" }\n'
    assert (moved_on(odd, 2026, 2027).text, moved_on(odd, 2026, 2027).whole) == (odd, False)


def test_the_29th_of_february_has_no_next_year() -> None:
    """The day before the first of March."""
    assert later(date(2028, 2, 29), 1) == date(2029, 2, 28)


# --- results ---------------------------------------------------------------------------------------------------------


def test_results_come_with_their_components(city: Path, begun: tuple[Path, Begun]) -> None:
    """Each unit's total, place and grade, and its points in each component as printed; which of them were public is
    what the public workbook shows."""
    results = json.loads((city / "runs" / "0001" / "results.json").read_text(encoding="utf-8"))
    evaluation, _ = load(begun[0])
    for one in results["units"]:
        last = evaluation.last(one["id"])
        assert last is not None
        assert (last.year, last.total, last.rank, last.grade) == (
            2026,
            Fraction(one["total"]),
            one["rank"],
            one["grade"],
        )
        parts = {row.component: row for row in evaluation.earlier_parts(one["id"], 2026)}
        names = {"goals": "工作目标", "proof": "实绩", "list": "领导评价", "vote": "民评"}
        assert {names[each["id"]]: Fraction(each["published"]) for each in one["components"]} == {
            name: row.points for name, row in parts.items()
        }
    shown = {row.component for row in evaluation.roster.earlier_parts if row.public == "shown"}
    hidden = {row.component for row in evaluation.roster.earlier_parts if row.public == "kept"}
    assert shown and not shown & hidden
    assert (city / "runs" / "0001" / RANKING).exists()


def test_a_letter_says_in_what_a_unit_gained_and_lost(city: Path, tmp_path: Path) -> None:
    """Against last year's printed points, for components that were public then; a hidden one is not spoken of."""
    from evaltool.documents.letter import told
    from evaltool.run import scored, take_in
    from evaltool.views.comparison import compared

    folder = tmp_path / "next"
    begin_year(folder, city)
    return_all(folder, says)
    path = folder / "roster.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["历年得分"]
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        values = dict(zip(head, row, strict=True))
        if values["单位"].value == "A":
            values["公开"].value = "否" if values["评估内容"].value == "领导评价" else "是"
            values["得分"].value = {"工作目标": 34.5, "实绩": 18, "领导评价": 1, "民评": 16}[values["评估内容"].value]
            values["分值"].value = 25 if values["评估内容"].value == "民评" else values["分值"].value
    book.save(path)
    result = scored(take_in(folder), "0001")
    one = next(one for one in result.standings if one.unit.id == "A")
    text = "".join(told(result, compared(result, "d", "g"), one).sentences)
    gained = "提高的有民评（得分率11.0个百分点）、工作目标（1.50分）"
    assert f"各项评估内容与上年相比，{gained}；下降的有实绩（18.00分）。" in text


def test_only_an_official_run_that_is_as_it_was_written_is_taken(city: Path, tmp_path: Path) -> None:
    """A later interim run is passed over; an altered file keeps the year from beginning, and nothing is written."""
    folder = Path(shutil.copytree(city, tmp_path / "city"))
    score_folder(folder, interim=True)
    made = begin_year(tmp_path / "a", folder)
    assert said(made, "results")["run"] == "0001"
    path = folder / "runs" / "0001" / "results.json"
    path.write_bytes(path.read_bytes().replace(b'"rank": 1', b'"rank": 2'))
    with pytest.raises(Refused) as refused:
        begin_year(tmp_path / "b", folder)
    assert {one.code for one in refused.value.findings} == {"RUN_ALTERED"}
    assert not (tmp_path / "b").exists()


def test_what_changed_after_the_run_is_said(city: Path, tmp_path: Path) -> None:
    """A decision that no run has taken in yet."""
    folder = Path(shutil.copytree(city, tmp_path / "city"))
    ledger_file = folder / "decisions" / "决定.csv"
    ledger_file.write_text(
        ledger_file.read_text(encoding="utf-8") + line("扣分", document="6号", 单位="乙局", 新值="1")
    )
    made = begin_year(tmp_path / "next", folder)
    assert said(made, "since") == {"heading": "open", "run": "0001", "files": "decisions/决定.csv"}


def test_a_folder_with_mistakes_is_not_carried_on(city: Path, tmp_path: Path) -> None:
    """What its decisions mean is not known then."""
    folder = Path(shutil.copytree(city, tmp_path / "city"))
    (folder / "decisions" / "x.csv").write_text("种类,文号,日期,理由,单位\n加分,,,,\n", encoding="utf-8")
    with pytest.raises(Refused):
        begin_year(tmp_path / "next", folder)
    assert not (tmp_path / "next").exists()


def test_a_row_that_stands_there_already_is_said_to_have_stayed(city: Path, tmp_path: Path) -> None:
    """A result of the year itself that somebody typed is no result of the run: not counted as one, not passed over."""
    folder = Path(shutil.copytree(city, tmp_path / "city"))
    with (folder / "roster" / "历年结果.csv").open("a", encoding="utf-8") as file:
        file.write("2026,甲局,88,1,优秀\n")
    made = begin_year(tmp_path / "next", folder)
    assert said(made, "results") == {"heading": "carried", "run": "0001", "n": 1, "parts": 8}
    assert said(made, "kept_rows") == {"heading": "open", "n": 1, "units": "甲局", "year": "2026"}


def test_the_command_says_it_under_three_headings(city: Path, tmp_path: Path) -> None:
    """In words for people, as values for programs."""
    ran = ev("init", str(tmp_path / "a b"), "--from", str(city), "--lang", "zh")
    assert ran.returncode == 0
    assert [each for each in ran.stdout.splitlines() if not each.startswith(" ")][1:] == ["带入", "顺延", "待定"]
    assert f'evaltool scheme "{tmp_path / "a b"}"' in ran.stderr
    ran = ev("init", str(tmp_path / "c"), "--from", str(city), "--year", "2030", "--output-format", "json")
    value = json.loads(ran.stdout)
    assert value["year"] == 2030 and {"heading", "what"} <= set(value["said"][0])


# --- what is left over is said ---------------------------------------------------------------------------------------


def scheme(tmp_path: Path, settings: str = "", rules: str = RULES, **tables: str) -> list[Finding]:
    folder = make(tmp_path / "city", {**ROSTER, **tables}, {"d": rules}, SETTINGS + settings)
    return load(folder)[1]


def test_days_outside_the_evaluation_are_said(tmp_path: Path) -> None:
    """Deadlines, days of meetings, days of documents: before the year begins, or after the end of the year after it."""
    settings = MORE.replace("2026-10-31", "2025-10-31").replace('"2027-04-20"', '"2028-01-01"')
    batches = "评估主体,批次,日期,评价卡数\nV1,1,2025-12-31,2\nV1,2,2027-12-31,2\n"
    found = scheme(tmp_path, settings, 批次=batches)
    assert [(one.code, one.sheet, one.cell, one.value, one.severity) for one in found] == [
        ("YEAR_DATE", "", "deadline[1].date", "2025-10-31", "warning"),
        ("YEAR_DATE", "", "notice.date", "2028-01-01", "warning"),
        ("YEAR_DATE", "批次", "C2", "2025-12-31", "warning"),
    ]


def test_charges_outside_the_year_are_said(tmp_path: Path) -> None:
    """One that is over and one that begins too late have no effect; one that began before the year is only noted."""
    first = "评估主体,单位,起,止\nL1,A,,2025-12-31\nL1,A,2025-06-01,\n"
    charges = f"{first}L1,B,2027-01-01,\nL1,B,2026-02-01,\nL2,C,,2026-12-31\n"
    assert [(one.code, one.cell) for one in scheme(tmp_path, 分管=charges)] == [
        ("YEAR_CHARGE", "D2"),
        ("YEAR_CHARGE_SINCE", "C3"),
        ("YEAR_CHARGE", "C4"),
    ]


def test_an_earlier_result_of_the_year_itself_is_said(tmp_path: Path) -> None:
    """In both tables; points of a component that is gone are compared with nothing."""
    results = "年度,单位,总分\n2026,A,90\n"
    parts = "年度,单位,评估内容,分值,得分\n2026,A,实绩,20,18\n2025,A,旧内容,20,18\n2025,B,旧内容,20,18\n"
    assert [(one.code, one.sheet, one.cell) for one in scheme(tmp_path, 历年结果=results, 历年得分=parts)] == [
        ("ROSTER_NOT_EARLIER", "历年结果", "A2"),
        ("ROSTER_NOT_EARLIER", "历年得分", "A2"),
        ("ROSTER_EARLIER_PART", "历年得分", "C3"),
    ]


AWARD = '[[award]]\nname = "三等奖"\nranks = [3, 5]\n'
PERCENT = '[[award]]\nname = "综合奖"\npercent = { g = 10 }\nat_least = 0\n'
FIELDS = (
    '[[award]]\nname = "单项奖"\nplaces = 3\ncontribution = { by = "office" }\nfields = [{ id = "f", name = "招商" }]\n'
)
QUOTA = 'answer = { choice = "tier", quota = { "一等" = 1, "二等" = 0 } }'
TIERS = '[scale]\ntier = [["一等", 100], ["二等", 80]]\n'


@pytest.mark.parametrize(
    ("rules", "key"),
    [
        (RULES + AWARD, "award[3].ranks"),
        (RULES + PERCENT, "award[3].percent.g"),
        (RULES + FIELDS, "award[3].places"),
        (RULES.replace('name = "优秀"\nfrom = 80', 'name = "优秀"\ntop_percent = 20'), "grade[1].top_percent"),
        (
            RULES.replace('answer = "percent"', QUOTA.replace('"二等" = 0', '"二等" = 1'), 1)
            .replace("[scale]\n", TIERS)
            .replace('by = "leader"', 'by = "office"'),
            "component.list.answer.quota",
        ),
        (
            RULES.replace('answer = "percent"', 'answer = { rank = "p" }') + "[places.p]\npoints = [100]\n",
            "places.p.points",
        ),
    ],
)
def test_places_that_do_not_fit_the_units_are_said(rules: str, key: str, tmp_path: Path) -> None:
    """Three ranked units; an award for the fifth, a tenth of three, three places for nobody, a fifth of three, two
    choices for three units, points for one place where two are ranked."""
    found = scheme(tmp_path, rules=rules, 单项参评="单项,单位\n")
    assert [(one.code, one.cell) for one in found if one.code == "YEAR_PLACES"] == [("YEAR_PLACES", key)]


def test_what_fits_is_not_spoken_of(tmp_path: Path) -> None:
    """The rules and the roster of these tests."""
    assert scheme(tmp_path) == []
