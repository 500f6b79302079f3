"""The report pages: they agree with the standings, the public one keeps what is confidential, both are complete in
themselves."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from evaltool.documents.of_run import papers
from evaltool.explain.measured import measured
from evaltool.explain.sources import sources
from evaltool.page import INTERNAL, PUBLIC, check_pages, pages, said_in
from evaltool.page.report import unit_keys
from evaltool.questions.forms import FIGURE
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.rules.settings import Notice
from evaltool.run import score_folder, scored, take_in
from evaltool.views.comparison import compared
from evaltool.views.printed import in_facts
from evaltool.workbook.public import public_book
from filled_years import returned
from folders import bundled_settings, make, return_all
from handmade import RULES, UNITS, Got, decided, parts, result
from worked_county import ROSTER, says, scheme

MOVED = Got("0", 0, "0", "moved", "无人评估，权重转到市长")
ONLY_MAYOR = {**UNITS, "白山区": {**UNITS["白山区"], "mayor": Got("44.87", 1, "50"), "vice": MOVED}}
SECRETS = ("28.77", "19.11", "27.03", "24.41", "44.87", "王某", "李某", "inbox", ".xlsx")


def page(made: Result, name: str) -> str:
    return pages(made)[name].decode()


def words(text: str) -> str:
    """What a page says, without tags."""
    return "\n".join(ElementTree.fromstring(text).itertext())


# --- law 9: everything agrees ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example, scored from its sheets."""
    folder = make(tmp_path_factory.mktemp("page") / "city", ROSTER, {"counties": scheme()}, bundled_settings())
    return_all(folder, says)
    return score_folder(folder).folder


def test_pages_of_a_run_say_what_results_json_says(run: Path) -> None:
    """Rank, total and grade of every unit, in the ranking and in its own section, read back from the files."""
    units = json.loads((run / "results.json").read_text("utf-8"))["units"]
    for name in (INTERNAL, PUBLIC):
        said = said_in((run / name).read_bytes())
        wanted = [(each["name"], (str(each["rank"] or "不排名"), each["total"], each["grade"])) for each in units]
        assert list(said.rankings.values()) == wanted
        assert [in_facts(said.sections[key]) for key in said.rankings] == [found for _, found in wanted]


def test_a_page_that_says_something_else_is_named() -> None:
    """A total, a rank or a grade that differs in one place of one page, or a page that cannot be read."""
    made = result(unranked=["临江县"])
    files = pages(made)
    assert check_pages(made, files) == []
    for name in (INTERNAL, PUBLIC):
        text = files[name].decode()
        ranking = text.index('class="key-ranking"')
        own = text.index(f'<section id="{unit_keys(made)["白山区"]}"')
        for at, old, new in (
            (ranking, ">87.53<", ">87.54<"),
            (ranking, ">不排名<", ">3<"),
            (own, "<dd>87.53分</dd>", "<dd>87.52分</dd>"),
            (own, "<dd>良好</dd>", "<dd>优秀</dd>"),
        ):
            changed = text[:at] + text[at:].replace(old, new, 1)
            assert changed != text
            assert len(check_pages(made, {**files, name: changed.encode()})) == 1, (name, old)
        assert len(check_pages(made, {**files, name: files[name][:-9]})) == 3
        assert len(check_pages(made, {key: data for key, data in files.items() if key != name})) == 3


def test_units_of_the_same_name_are_told_apart() -> None:
    """Names that no page can hold, long ones, and such as look alike on the page, are read back all the same."""
    names = ("甲\u202e局", "甲\u2066局", "<b>&amp;\"'</b>", "长" * 400, "\x01")
    made = result(dict.fromkeys(names, UNITS["清河县"]))
    assert check_pages(made, pages(made)) == []


def test_the_components_add_up_to_the_total() -> None:
    """The explanation of a unit adds its components up again, exactly, and rounds once."""
    made = result(ledger=(decided("bonus", "白山区", "1"),))
    text = words(page(made, INTERNAL))
    assert "基础工作18＋民主评估25.5＋领导评估44.03＋加分1＝88.53分，四舍五入保留2位小数，为88.53分" in text
    assert "四舍五入保留2位小数，为93.89分（未取舍的精确值 18777/200）" in text  # 93.885
    assert "与计分结果不符" not in text


def test_a_leaf_is_explained_down_to_its_cells(run: Path) -> None:
    """The sheets of the worked example: every mark stands beside its file, worksheet and cell, and the sums are
    written out."""
    text = words((run / INTERNAL).read_text("utf-8"))
    marks = (run / "marks.csv").read_text("utf-8-sig").splitlines()[1:]
    cells = {tuple(line.split(",")[0:3]) for line in marks}
    assert cells
    assert "张×100" in text
    assert re.search(r"得分率[\d.]+%；[\d.]+%×\d+[＝≈][\d.]+分", text)
    for name in {path.name for path in (run.parent.parent / "inbox").iterdir()}:
        assert name in text


@pytest.mark.parametrize("name", ["national-indicators", "abc-indicators", "local-dimensions"])
def test_measured_lines_add_up_to_what_was_scored(name: str, tmp_path: Path) -> None:
    """What the page says of each figure is what it got: shares times preset points, added up, are the component's
    share; and the table has them."""
    returned(name, tmp_path / "e", 1)
    made = scored(take_in(tmp_path / "e"), "0001", interim=True)
    found = measured(made)
    summed = {
        spot: Fraction(sum(each.share * each.line.full for each in lines if each.share is not None))
        / sum(each.line.full for each in lines)
        for spot, lines in found.items()
        if all(each.share is not None or not each.line.full for each in lines)
    }
    assert len(summed) > 10
    assert summed == {spot: made.points[spot].share for spot in summed}
    text = words(page(made, INTERNAL))
    assert text.count("各指标按各自的办法（见下表）") == len(found)
    assert text.count("各指标得分合计") >= len(summed)


def test_very_many_marks_are_left_to_the_workbook(run: Path) -> None:
    """Above a number of marks the page stops at what each evaluator's marks come to, and says so."""
    made = scored(take_in(run.parent.parent), "0009")
    whole, cut = sources(made), sources(made, most=1)
    assert (whole.whole, cut.whole, cut.sheets) == (True, False, {})
    assert cut.marks == whole.marks > 1
    assert whole.shares == cut.shares != {}


def test_of_very_many_evaluators_the_page_says_no_shares(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted by unit, component and evaluator."""
    made = scored(take_in(run.parent.parent), "0009")
    marks = made.intake.answers.filter((pl.col("unit") != "") & (pl.col("state") != "blank"))
    marks = marks.filter(pl.col("field").is_in(["mark", "reason"]) | pl.col("field").str.starts_with(FIGURE))
    answers = marks.select("unit", "component", "evaluator").unique().collect().height
    for most, is_told in ((answers, True), (answers - 1, False)):
        monkeypatch.setattr("evaltool.explain.sources.MOST_MARKS", most)
        assert bool(sources(made, 10**6).shares) == is_told


# --- law 11: confidential stays so -----------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [UNITS, ONLY_MAYOR])
def test_the_public_page_has_no_secret(units: dict[str, dict[str, Got]]) -> None:
    """Neither a leader's points, names, nor files stand anywhere in it, tags and charts included; inside they do."""
    made = result(units, waived=True, ledger=(decided("waiver", evaluator="V"),))
    text = page(made, PUBLIC)
    assert [secret for secret in SECRETS if secret in text] == []
    inside = page(made, INTERNAL)
    assert all(secret in inside for secret in ("28.77", "19.11", "李某"))


def test_the_public_page_names_no_component_that_is_not_shown() -> None:
    """What `disclosure` leaves out is neither a column, a chart's legend, nor a line of a unit's section."""
    made = result(ONLY_MAYOR)
    shown = {compared(made, "c", "g").title(each) for each in compared(made, "c", "g").shown}
    hidden = {each.name for each in made.evaluation.classes["c"].components.values()} - shown
    text = page(made, PUBLIC)
    accounts = text[text.index('<section id="accounts"') : text.index('<section id="units"')]  # roles, not components
    assert hidden >= {"领导评估", "市长", "副市长"}
    named = re.findall(r"<(?:th|td|text|title)\b[^>]*>([^<]*)<", text.replace(accounts, ""))
    assert "基础工作（20）" in named
    assert [name for name in hidden if any(name in each for each in named)] == []


def test_nothing_follows_from_the_public_charts() -> None:
    """Where one component is hidden, no figure of the page is the total less what is shown."""
    rules = RULES.replace('public = "show"', 'public = "hidden"')
    made = result(rules=rules)
    text = words(page(made, PUBLIC))
    assert "19.01" not in text  # 19.005, the hidden component's points
    assert "95.0" not in text  # its percentage
    assert "基础工作" not in text.replace("基础工作得分确定名次", "")


# --- what a page is --------------------------------------------------------------------------------------------------


def test_a_page_needs_nothing_else() -> None:
    """No address, no picture from elsewhere; the policy forbids them and allows this style and this script alone."""
    for text in (page(result(), name) for name in (INTERNAL, PUBLIC)):
        script = text[text.index("<script>") : text.index("</script>")]
        rest = text.replace(script, "").replace("http-equiv", "")
        assert not re.search(r"<script|https?:|//|\bsrc=|url\(|@import|\bon\w+=|\bstyle=", rest)
        assert not re.search(r"https?:|fetch|XMLHttp|innerHTML|eval|import|localStorage|cookie", script)
        for name in ("style", "script"):
            found = re.search(f"<{name}>(.*?)</{name}>", text, re.DOTALL)
            assert found
            digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
            assert f"{name}-src 'sha256-{digest}';" in text
        assert "content=\"default-src 'none'; style-src" in text


def test_every_link_leads_somewhere() -> None:
    """Links are to sections of the same page, each id is there once, every unit is linked from the ranking."""
    for text in (page(result(), name) for name in (INTERNAL, PUBLIC)):
        ids = re.findall(r'\bid="([^"]+)"', text)
        targets = re.findall(r'href="([^"]*)"', text)
        assert len(ids) == len(set(ids))
        assert {target[:1] for target in targets} == {"#"}
        assert {target[1:] for target in targets} <= set(ids)
        assert set(unit_keys(result()).values()) <= {target[1:] for target in targets}


def test_the_same_result_gives_the_same_bytes() -> None:
    """Law 5; the public page does not even tell the number of the run."""
    assert pages(result()) == pages(result())
    assert "0003" in page(result(), INTERNAL)
    assert "0003" not in page(result(), PUBLIC)


def test_an_interim_page_says_so_everywhere() -> None:
    """The mark stands at the top, at the bottom, in the title, on each printed page and beside every heading; nothing
    of it is public, and it has no day of issue, no margins to grades and no bounds in a chart."""
    notice = Notice(signatory="某市评估委员会", date=date(2027, 4, 20))
    short = {**UNITS, "白山区": {**UNITS["白山区"], "vice": Got("", 0, "", "pending")}}
    made = result(short, interim=True, notice=notice)
    assert list(pages(made)) == [INTERNAL]
    text = page(made, INTERNAL)
    assert "（阶段性结果，不作为最终结果）</title>" in text
    assert text.count("阶段性结果，不作为最终结果") >= 4
    headings = re.findall(r"<h[23] .*?</h[23]>", text)
    assert headings
    assert all('<span class="tag">阶段性结果</span>' in each for each in headings)
    assert not [each for each in ("某市评估委员会", "2027年4月20日", "临界情况", "总分分布", "距离：") if each in text]
    assert "阶段性结果" not in page(result(), PUBLIC)


def test_whose_page_it_is() -> None:
    """Signatory and date come from the settings; without a date there is none."""
    text = page(result(notice=Notice(signatory="某市评估委员会", date=date(2027, 4, 20))), PUBLIC)
    assert '<p class="meta">某市评估委员会</p>' in text
    assert '<p class="meta">2027年4月20日</p>' in text
    assert "某市绩效办" in page(result(), PUBLIC)


def test_colours_never_stand_alone() -> None:
    """Every coloured cell has its word."""
    for text in (page(result(), name) for name in (INTERNAL, PUBLIC)):
        coloured = re.findall(r'<td class="w (?:green|blue|yellow|red)">(.*?)</td>', text)
        assert {"优秀", "良好"} <= set(coloured)
        assert "" not in coloured


def test_charts_stay_inside_their_frames() -> None:
    """Nothing of a chart lies outside its frame, however long names are and however far totals lie apart."""
    units = {**UNITS, "名称很长很长的一个县级经济技术开发区管理委员会": parts("1", "2", "1", "3", "1")}
    root = ElementTree.fromstring(page(result(units), INTERNAL))
    charts = list(root.iter("svg"))
    assert len(charts) >= 3
    for chart in charts:
        _, _, width, height = map(Fraction, chart.attrib["viewBox"].split())
        for shape in chart.iter():
            for key, most in (("x", width), ("x1", width), ("x2", width), ("cx", width), ("y", height), ("cy", height)):
                assert 0 <= Fraction(shape.get(key, "0")) <= most, (chart[0].text, shape.attrib)


def test_a_page_without_grades_or_history_leaves_them_out() -> None:
    """Sections that would be empty are not there, and the contents do not list them."""
    rules = RULES[: RULES.index("[[grade]]")] + "[disclosure]\nfloor = 2\n"
    made = result(rules=rules)
    assert check_pages(made, pages(made)) == []
    text = page(made, PUBLIC)
    assert "等次</th>" not in text
    assert "奖项</th>" not in text
    listed = re.findall(r'<li><a href="#(\w+)">', text)
    assert "change" not in listed
    assert listed == re.findall(r'<section id="([a-z]+)"', text)


def test_a_large_group_has_charts_that_fit_on_paper() -> None:
    """A line for each unit, no chart higher than a sheet of A4, and their number in the caption; dots of one total lie
    closer instead of higher."""
    made = result({f"单位{at}": parts("19", "18", "9", "28", "17") for at in range(100)})
    root = ElementTree.fromstring(page(made, PUBLIC))
    heights = [int(chart.attrib["viewBox"].split()[3]) for chart in root.iter("svg")]
    captions = [each.text or "" for each in root.iter("figcaption")]
    assert max(heights) < 1000
    for drawn in ("县区总分与平均分、等次界线（分）", "县区各项得分率（%）"):
        assert [each for each in captions if each.startswith(drawn)] == [f"{drawn}（{at}／3）" for at in (1, 2, 3)]
    assert sum(text.text == "91.00" for text in root.iter("text")) == 100


def test_what_is_printed_the_same_is_drawn_and_told_the_same() -> None:
    """Law 11: a confidential mark that moves inside what printed figures leave open moves nothing in public: no dot,
    no colour, no arrow, no order, no unit that is named in the bulletin, the report or a letter."""
    made = [marked(mayor) for mayor in ("28.77", "28.80")]
    assert all(each.published["c", "g"].guarded for each in made)
    assert len({each.standings[0].exact for each in made}) == 2
    said = [{paper.path: str(paper.make()) for paper in papers(each)} for each in made]
    assert said[0] == said[1]
    assert page(made[0], PUBLIC) == page(made[1], PUBLIC)
    assert public_book(made[0]) == public_book(made[1])


def marked(mayor: str) -> Result:
    """Two units above a third, and last year's results; totals have one decimal."""
    units = {**UNITS, "清河县": {**UNITS["清河县"], "mayor": Got(mayor, 1)}}
    made = result(units, rules=RULES.replace("total = 100", "total = 100\ndecimals = 1"))
    earlier = tuple(Earlier(2025, unit, Fraction(80 + at), at + 1, "良好") for at, unit in enumerate(units))
    roster = replace(made.evaluation.roster, earlier=earlier)
    return replace(made, evaluation=replace(made.evaluation, roster=roster))


def test_who_gained_equally_much_is_counted_and_persons_are_persons() -> None:
    """Of four that gained the same three are named; whoever is not ranked is marked in the heat map, which says so."""
    units = {f"{at}某": UNITS["白山区"] for at in range(4)}
    rules = RULES.replace("total = 100", "total = 100\npersons = true")
    made = result({**units, "末某": UNITS["临江县"]}, rules=rules, unranked=["末某"])
    rows = tuple(Earlier(2025, unit, Fraction(80), None, "") for unit in units)
    roster = replace(made.evaluation.roster, earlier=rows)
    text = words(page(replace(made, evaluation=replace(made.evaluation, roster=roster)), PUBLIC))
    assert "总分上升的4人，上升最多的是0某（+7.53分）、1某（+7.53分）、2某（+7.53分）等4人。" in text
    assert "县区各项得分率（%，※为不排名）" in text
    assert "※" not in words(page(result(), PUBLIC))
