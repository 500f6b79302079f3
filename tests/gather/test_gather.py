"""A province over its cities: proved, ranked, compared with what can be compared, nothing that was not published."""

from __future__ import annotations

import json
import shutil
import zipfile
from fractions import Fraction
from pathlib import Path
from statistics import mean, median

import pytest

from evaltool.findings import Refused
from evaltool.gather.book import gathered_book
from evaltool.gather.gathered import GatheredProvince, gather
from evaltool.gather.standings import GatheredGroup, RankedUnit
from evaltool.gather.stored import BOOK, TABLE, VALUE, files_of, prove_gathered, store_gathered
from evaltool.proof.pack import pack
from evaltool.writers.saving import to_bytes
from gathered_province import OtherCities, city
from spreadsheet import disagreeing, opened
from terminal import ev

MARKS = {
    "甲市": {"东区": "95", "西区": "88", "南县": "70"},
    "乙市": {"江县": "88", "河县": "91.5"},
    "丙市": {"山县": "60", "林县": "95", "开发区": "99"},
}


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three cities side by side; in the last one a zone is scored without a place."""
    root = tmp_path_factory.mktemp("province")
    for name, marks in MARKS.items():
        city(root / name, name, marks, unranked="开发区")
    return root


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> OtherCities:
    return OtherCities(tmp_path_factory.mktemp("others"))


@pytest.fixture
def province(scored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scored, tmp_path / "province"))


def only(made: GatheredProvince) -> GatheredGroup:
    (group,) = made.groups
    return group


def said(one: RankedUnit) -> tuple[int | None, str, str, str]:
    return one.rank, one.city.removesuffix("2027年度绩效评估"), one.unit.name, one.unit.grade


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(one.code, one.value) for one in refused.value.findings]


def reason(refused: pytest.ExceptionInfo[Refused]) -> str:
    (one,) = refused.value.findings
    return one.message("en")


# --- ranks and figures -----------------------------------------------------------------------------------------------


def test_units_of_all_cities_are_ranked_by_their_published_totals(scored: Path) -> None:
    """Equal totals share a place and take up as many; who has no place in the city has none in the province."""
    assert [said(one) for one in only(gather([scored])).units] == [
        (1, "丙市", "林县", "优秀"),
        (1, "甲市", "东区", "优秀"),
        (3, "乙市", "河县", "优秀"),
        (4, "乙市", "江县", "良好"),
        (4, "甲市", "西区", "良好"),
        (6, "甲市", "南县", "一般"),
        (7, "丙市", "山县", "一般"),
        (None, "丙市", "开发区", "优秀"),
    ]


def test_what_each_city_comes_to_is_reckoned_from_its_ranked_units(scored: Path) -> None:
    """Means, medians and spreads as another program works them out; grades of all units; means of components."""
    made = only(gather([scored]))
    for figures in made.cities:
        name = figures.city.removesuffix("2027年度绩效评估")
        totals = [Fraction(mark) for unit, mark in MARKS[name].items() if unit != "开发区"]
        assert (figures.mean, figures.median) == (mean(totals), median(totals))
        assert (figures.highest, figures.lowest) == (max(totals), min(totals))
        square = mean([(each - mean(totals)) ** 2 for each in totals])
        assert figures.deviation is not None
        assert abs(float(figures.deviation) - float(square) ** 0.5) <= 0.005
        assert sum(figures.grades.values()) == figures.units == len(MARKS[name])
        assert figures.parts["工作实绩\n（60）"] == mean(totals) * 60 / 100
    assert (made.whole.units, made.whole.ranked, made.whole.grades["优秀"]) == (8, 7, 4)
    assert [each.best for each in made.cities] == [1, 3, 1]


def test_the_workbook_reckons_ranks_counts_and_means_anew(scored: Path) -> None:
    """Every formula comes to what stands in its cell; a higher total moves the place and the mean."""
    book, cached = opened(to_bytes(gathered_book(gather([scored]))))
    assert len(list(book.formulas())) > 30
    assert disagreeing(book, cached) == []
    title, total = "县（区）", 4
    row = next(spot[1] for spot, value in cached.items() if value == "山县")
    changed = book.with_changes({(title, row, total): 97})
    assert changed.value((title, row, 1)) == 1
    compared = next(row for (tab, row, column), value in cached.items() if (tab, value) == ("各市比较", "全部"))
    assert changed.value(("各市比较", compared, 4)) == pytest.approx((588 - 60.5 + 97) / 7, abs=0.1)


def test_order_and_place_of_the_folders_change_nothing(province: Path, tmp_path: Path) -> None:
    """The same results give the same bytes, in whatever order and from wherever they are named."""
    one = files_of(gather([province]))
    moved = Path(shutil.copytree(province, tmp_path / "elsewhere" / "cities"))
    assert files_of(gather([moved / name for name in ("丙市", "甲市", "乙市")])) == one


def test_a_list_says_names_order_and_runs(province: Path) -> None:
    """A list keeps its order, which is the office's; CSV, a path a line, or folders give the same figures."""
    (province / "各市.csv").write_text("城市,文件夹,计分\n第一市,丙市,1\n第二市,甲市,\n", encoding="utf-8")
    (province / "各市.txt").write_text("# 各市\n丙市\n甲市\n", encoding="utf-8")
    named, plain = gather([province / "各市.csv"]), gather([province / "各市.txt"])
    assert [each.name for each in named.cities] == ["第一市", "第二市"]
    assert [one.unit for one in only(named).units] == [one.unit for one in only(plain).units]


# --- what can be compared --------------------------------------------------------------------------------------------


def test_other_weights_stand_apart_and_it_is_said(province: Path, others: OtherCities) -> None:
    """Totals that are not of one measure are in no common ranking; the finding names city and weight."""
    others.put("weights", province / "丁市")
    made = gather([province])
    assert [(each.of.title, len(each.units)) for each in made.groups] == [
        ("县（区）（方案1）", 8),
        ("县（区）（方案2）", 2),
    ]
    assert [one.rank for one in made.groups[1].units] == [1, 2]
    (apart,) = (one for one in made.findings if one.code == "GATHER_APART")
    assert "丁市" in apart.message()
    assert "“工作实绩”70（方案1为60）" in apart.message()


def test_a_class_of_one_city_is_ranked_alone(province: Path, others: OtherCities) -> None:
    """A class that the others do not have stands for itself, and says which cities are not in it."""
    others.put("towns", province / "丁市")
    groups = gather([province]).as_value()["groups"]
    assert [(group["title"], group["lacking"]) for group in groups] == [
        ("乡镇", [f"{name}2027年度绩效评估" for name in ("丙市", "乙市", "甲市")]),
        ("县（区）", ["丁市2027年度绩效评估"]),
    ]


def test_only_what_a_city_published_is_gathered(province: Path, others: OtherCities) -> None:
    """Components that a city keeps back are in no file; then they are in no common table either."""
    others.put("hidden", province / "丁市")
    files = files_of(gather([province]))
    assert "19.8" not in files[VALUE].decode()  # of 20 in each part that is kept back
    shown = [{len(unit["components"]) for unit in group["units"]} for group in json.loads(files[VALUE])["groups"]]
    assert shown == [{2}, {0}]


def test_vetoes_are_counted_and_listed(province: Path, others: OtherCities) -> None:
    """A unit whose grade a veto lowered keeps its place; the city and the whole count it, a tab says why."""
    others.put("veto", province / "丁市")
    made = gather([province])
    group = only(made)
    assert (1, "丁市", "北县", "良好") in map(said, group.units)
    assert (group.whole.vetoes, [each.vetoes for each in group.cities]) == (1, [1, 0, 0, 0])
    tab = next(tab for tab in gathered_book(made).tabs if tab.title == "一票否决")
    assert any("由“优秀”降为“良好”" in str(cell.value) for cell in tab.cells.values())


# --- what is not taken -----------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_comes_together(province: Path) -> None:
    """A tampered city, one without a result, one that is gone: each named, nothing written, exit code 1."""
    path = province / "甲市" / "runs" / "0001" / "public" / "排名表.xlsx"
    path.write_bytes(path.read_bytes() + b" ")
    (province / "丁市").mkdir()
    (province / "各市.csv").write_text("城市,文件夹\n甲市,甲市\n乙市,乙市\n丁市,丁市\n戊市,戊市\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        gather([province / "各市.csv"])
    assert {(code, value) for code, value in codes(refused)} == {
        ("GATHER_CITY", "甲市"),
        ("GATHER_CITY", "丁市"),
        ("GATHER_CITY", "戊市"),
    }
    ran = ev("gather", str(province / "各市.csv"), "--out", "汇总", cwd=province)
    assert ran.returncode == 1
    assert not (province / "汇总").exists()
    assert "排名表.xlsx" in ran.stderr


def test_the_others_are_gathered_when_that_is_asked_for(province: Path) -> None:
    """What is incomplete says so: in the workbook's head, and who is missing."""
    shutil.rmtree(province / "甲市" / "runs")
    made = gather([province], part=True)
    assert made.absent == ("甲市",)
    assert len(only(made).units) == 5
    texts = [cell.value for cell in gathered_book(made).tabs[0].cells.values()]
    assert any("阶段性结果" in str(each) for each in texts)
    assert "甲市" in texts


def test_a_draft_is_taken_only_by_its_number(province: Path, others: OtherCities) -> None:
    """A result that is not final is none; whoever names the run gets it with a warning."""
    others.put("draft", province / "丁市")
    with pytest.raises(Refused) as refused:
        gather([province])
    assert codes(refused) == [("GATHER_CITY", "丁市")]
    (province / "丁.csv").write_text("城市,文件夹,计分\n丁市,丁市,1\n", encoding="utf-8")
    made = gather([province / "丁.csv"])
    assert [one.code for one in made.findings] == ["GATHER_DRAFT"]


def test_nothing_of_an_interim_run_is_taken(province: Path, others: OtherCities) -> None:
    """Nothing of it was published, whoever names it."""
    others.put("interim", province / "丁市")
    (province / "丁.csv").write_text("城市,文件夹,计分\n丁市,丁市,1\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        gather([province / "丁.csv"])
    assert "interim" in reason(refused)


def test_a_city_stands_there_once_and_of_the_same_year(province: Path, others: OtherCities) -> None:
    """A copy of a folder, a name that two share, another year."""
    shutil.copytree(province / "甲市", province / "甲市 - 副本")
    with pytest.raises(Refused) as refused:
        gather([province])
    assert [code for code, _ in codes(refused)] == ["GATHER_TWICE"]
    shutil.rmtree(province / "甲市 - 副本")
    others.put("namesake", province / "丁市")
    others.put("earlier", province / "戊市")
    with pytest.raises(Refused) as refused:
        gather([province])
    assert sorted(code for code, _ in codes(refused)) == ["GATHER_NAME", "GATHER_YEAR"]


# --- other folders ---------------------------------------------------------------------------------------------------


def unpacked(folder: Path, target: Path, *, public: bool) -> Path:
    path, _ = pack(folder, public=public, out=target.with_suffix(".zip"))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(target)
    return target


@pytest.mark.parametrize("public", [False, True])
def test_unpacked_archives_give_the_same_figures(province: Path, tmp_path: Path, *, public: bool) -> None:
    """The whole archive or what is for the public; that a seal could not be checked is said."""
    target = tmp_path / "archives" / "甲市"
    made = gather([unpacked(province / "甲市", target, public=public)])
    assert [one.code for one in made.findings] == ["GATHER_UNSEALED"]
    assert [one.unit for one in only(made).units] == [one.unit for one in only(gather([province / "甲市"])).units]


def test_public_files_are_held_against_their_checksums(province: Path, tmp_path: Path) -> None:
    """One that was changed, and public documents alone, of which nobody can say whether they were."""
    target = unpacked(province / "甲市", tmp_path / "archives" / "甲市", public=True)
    rules = target / "runs" / "0001" / "rules" / "schemes" / "c.toml"
    rules.write_bytes(rules.read_bytes() + b"#")
    with pytest.raises(Refused) as refused:
        gather([target])
    assert "c.toml" in reason(refused)
    with pytest.raises(Refused) as refused:
        gather([province / "甲市" / "runs" / "0001" / "public"])
    assert "without rules or checksums" in reason(refused)


def test_nothing_is_written_into_a_city(scored: Path, tmp_path: Path) -> None:
    """A folder that is only lent for reading stays as it is."""
    before = {path: path.stat().st_mtime_ns for path in scored.rglob("*")}
    store_gathered(tmp_path / "汇总", gather([scored]))
    assert {path: path.stat().st_mtime_ns for path in scored.rglob("*")} == before


# --- proved again ----------------------------------------------------------------------------------------------------


def test_what_was_gathered_is_proved_against_its_cities(province: Path) -> None:
    """As it is; after the city has a newer run; with a city that is away: no error, and the last is said."""
    out = store_gathered(province.parent / "汇总", gather([province]))
    assert prove_gathered(out)[1] == []
    shutil.move(province / "丙市", province.parent / "丙市")
    assert [(one.code, one.blocks) for one in prove_gathered(out)[1]] == [("GATHER_AWAY", False)]


def test_an_altered_file_or_city_is_found(province: Path, others: OtherCities) -> None:
    """A figure in the table, a line of the manifest, another run in a city's place."""
    out = store_gathered(province.parent / "汇总", gather([province]))
    kept = (out / TABLE).read_bytes()
    (out / TABLE).write_bytes(kept.replace(b"91.5", b"92.5"))
    assert [(one.code, one.value) for one in prove_gathered(out)[1]] == [("GATHER_ALTERED", TABLE)]
    (out / TABLE).write_bytes(kept)
    shutil.rmtree(province / "乙市")
    others.put("namesake", province / "乙市")
    assert [one.code for one in prove_gathered(out)[1]] == ["GATHER_MOVED"]
    manifest = out / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("乙市", "丁市"), "utf-8")
    assert ev("gather", "--check", str(out)).returncode == 1


def test_files_that_lie_there_stay(province: Path) -> None:
    """The same gathering again changes nothing; anything else is not written over."""
    out = store_gathered(province / "汇总", gather([province / "甲市"]))
    assert len(gather([province]).cities) == 3  # it is no city itself
    before = (out / BOOK).stat().st_mtime_ns
    store_gathered(out, gather([province / "甲市"]))
    assert (out / BOOK).stat().st_mtime_ns == before
    ran = ev("gather", str(province / "乙市"), "--out", str(out))
    assert ran.returncode == 2
    assert (out / BOOK).stat().st_mtime_ns == before


def test_programs_get_every_unit(province: Path) -> None:
    """As JSON the whole; as JSON lines a unit each."""
    ran = ev("gather", str(province), "--out", "a", "--output-format", "json", cwd=province.parent)
    value = json.loads(ran.stdout)
    assert [unit["rank"] for unit in value["groups"][0]["units"]] == [1, 1, 3, 4, 4, 6, 7, None]
    ran = ev("gather", str(province), "--out", "a", "--output-format", "jsonl", cwd=province.parent)
    assert [json.loads(line)["name"] for line in ran.stdout.splitlines()][:3] == ["林县", "东区", "河县"]
    assert ev("gather").returncode == 2


@pytest.mark.slow
def test_a_hundred_cities(tmp_path: Path) -> None:
    """Every city is there, every unit has its place, and the whole is proved again."""
    for at in range(100):
        marks = {f"{at}区{unit}": str(60 + (at * 7 + unit * 13) % 40) for unit in range(5)}
        city(tmp_path / "cities" / f"c{at:03}", f"城{at:03}", marks)
    out = store_gathered(tmp_path / "out", gather([tmp_path / "cities"]))
    value = json.loads((out / VALUE).read_text("utf-8"))
    assert len(value["cities"]) == 100
    totals = [Fraction(unit["total"]) for unit in value["groups"][0]["units"]]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) == 500
    assert prove_gathered(out)[1] == []
