"""The first page as a value: who is first and last, what is decided, who is close, what is still open."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from evaltool.cli.summary import _group
from evaltool.documents.assessment import foremost, problems, spreads, strengths, suggestions
from evaltool.documents.bulletin import told
from evaltool.documents.commendation import _awards
from evaltool.documents.persons import U
from evaltool.documents.sentences import _next_bound
from evaltool.explain.total import distances
from evaltool.findings import finding
from evaltool.inbox.accounts.whole import RoleAccount
from evaltool.page.report import _cut_words
from evaltool.results.closeness import closeness
from evaltool.results.grade import grade
from evaltool.results.margins import cuts
from evaltool.results.rank import rank
from evaltool.results.reportcard import report_cards
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.views import pictures
from evaltool.views.firstpage import FactKind, GroupFront, first_page
from evaltool.views.history import changes, means_by_year
from evaltool.views.leftopen import left_open
from handmade import RULES, UNITS, Got, decided, parts, result

FIVE = {
    "甲县": parts("20", "19", "9", "28", "19"),  # 95
    "乙县": parts("19", "18", "8.5", "27", "17.9"),  # 90.4
    "丙县": parts("18", "18", "8.5", "27", "18"),  # 89.5
    "丁县": parts("16", "16", "8", "25", "16"),  # 81
    "戊县": parts("12", "12", "6", "20", "10"),  # 60
}


def front(made: Result, *, inside: bool = True) -> GroupFront:
    (group,) = first_page(made, inside=inside).groups
    return group


def placed(made: Result, *, inside: bool = True) -> list[tuple[str, ...]]:
    table = front(made, inside=inside).placed
    return list(table.texts()) if table else []


def said(made: Result, kind: FactKind, *, inside: bool = True) -> tuple[str, ...]:
    fact = front(made, inside=inside).fact(kind)
    return fact.said if fact else ()


def since_last_year(made: Result, earlier: dict[str, tuple[str, int]]) -> Result:
    rows = tuple(Earlier(2025, unit, Fraction(total), rank, "良好") for unit, (total, rank) in earlier.items())
    roster = replace(made.evaluation.roster, earlier=rows)
    return replace(made, evaluation=replace(made.evaluation, roster=roster))


def test_the_best_three_and_the_last_stand_in_the_table() -> None:
    """With place, total, grade and awards; the public page leaves out the last."""
    made = result(FIVE)
    assert [row[:5] for row in placed(made)] == [
        ("前三", "1", "甲县", "95.00", "优秀"),
        ("前三", "2", "乙县", "90.40", "优秀"),
        ("前三", "3", "丙县", "89.50", "良好"),
        ("末位", "5", "戊县", "60.00", "较差"),
    ]
    assert [row[2] for row in placed(made, inside=False)] == ["甲县", "乙县", "丙县"]
    assert [one.unit.name for one in front(made).shown] == ["甲县", "乙县", "丙县", "戊县"]


def test_nobody_stands_there_twice() -> None:
    """A group of three has no other last; one unit alone is first; nobody with a place, no table."""
    assert [row[0] for row in placed(result())] == ["前三"] * 3
    assert [row[:2] for row in placed(result({"甲县": FIVE["甲县"]}))] == [("前三", "1")]
    none = result({"甲县": FIVE["甲县"]}, unranked=["甲县"])
    assert front(none).placed is None
    assert said(none, "unranked") == ("甲县",)


def test_units_that_share_a_place_stand_together() -> None:
    """Four of which two are third are all shown; of very many the first, and how many there are."""
    units = {**FIVE, "己县": FIVE["丙县"]}
    assert [row[1] for row in placed(result(units))] == ["1", "2", "3", "3", "6"]
    many = result({f"{at}县": FIVE["甲县"] for at in range(9)})
    table = front(many).placed
    assert table is not None
    assert len(table.rows) == 6
    assert table.caption == "县区（前三名共9个，列出6个）"
    last = {f"{at}县": FIVE["戊县"] for at in range(4)}
    table = front(result({**FIVE, **last})).placed
    assert table is not None
    assert [row[0] for row in table.texts()].count("末位") == 3
    assert table.caption == "县区（末位并列5个，列出3个）"
    assert front(result({**FIVE, **last})).heading == "县区（9个单位）（末位并列5个，列出3个）"


def test_changes_since_last_year_have_arrows() -> None:
    """Up, down and level are told apart without colours; a unit without an earlier result has a dash."""
    made = since_last_year(result(FIVE), {"甲县": ("90", 3), "乙县": ("92", 2), "戊县": ("80", 1)})
    rows = {row[2]: row[5:7] for row in placed(made)}
    assert rows == {
        "甲县": ("▲2", "▲5.00"),
        "乙县": ("＝", "▼1.60"),
        "丙县": ("—", "—"),
        "戊县": ("▼4", "▼20.00"),
    }
    up = ("名次上升最多：甲县（▲2）", "总分提高最多：甲县（▲5.00）")
    down = ("名次下降最多：戊县（▼4）", "总分下降最多：戊县（▼20.00）")
    assert said(made, "moved") == (up[0], down[0], up[1], down[1])
    assert said(made, "moved", inside=False) == up


def test_without_history_there_is_no_change() -> None:
    """Neither columns nor sentences."""
    table = front(result(FIVE)).placed
    assert table is not None
    assert [each.key for each in table.columns] == ["where", "rank", "unit", "total", "grade", "awards"]
    assert front(result(FIVE)).fact("moved") is None


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    """Earlier totals without ranks say nothing of places; an earlier rank alone says nothing of points."""
    rows = (Earlier(2025, "甲县", Fraction(90)),)
    made = since_last_year(result(FIVE), {})
    roster = replace(made.evaluation.roster, earlier=rows)
    table = front(replace(made, evaluation=replace(made.evaluation, roster=roster))).placed
    assert table is not None
    keys = [each.key for each in table.columns]
    assert "gained" in keys
    assert "climbed" not in keys


def test_zones_have_bars_where_there_are_no_grades() -> None:
    """As the rules colour them; nothing is near a bound then, for there is none."""
    rules, _, rest = RULES.partition("[[grade]]")
    zones = '[[zone]]\nname = "绿区"\nfrom = 90\ncolour = "green"\n[[zone]]\nname = "红区"\nfrom = 0\ncolour = "red"\n'
    made = result(FIVE, rules=f"{rules}{zones}[disclosure]{rest.rpartition('[disclosure]')[2]}")
    page = front(made)
    assert (page.scale, [(each.grade, each.tone, each.count) for each in page.grades]) == (
        "区域",
        [("绿区", "green", 2), ("红区", "red", 3)],
    )
    assert page.fact("near") is None


def test_every_grade_has_its_bar() -> None:
    """Best first, also where nobody has it."""
    bars = [(each.grade, each.count, str(each.share)) for each in front(result(FIVE)).grades]
    assert bars == [("优秀", 2, "2/5"), ("良好", 2, "2/5"), ("较差", 1, "1/5")]


def test_vetoes_bonuses_and_ties_are_said() -> None:
    """Or that there are none; documents of a bonus are for the office."""
    units = {"甲县": UNITS["白山区"], "乙县": parts("17.5", "17.5", "8.5", "27.03", "17"), "丙县": UNITS["临江县"]}
    made = result(units, ledger=(decided("veto", "甲县"), decided("bonus", "丙县", "1.5")))
    assert said(made, "veto") == ("甲县因一票否决事项（某绩委〔2027〕1号），等次由“良好”降为“较差”，总分和名次不变",)
    assert said(made, "bonus") == ("丙县1.5分（某绩委〔2027〕1号）",)
    assert said(made, "bonus", inside=False) == ("丙县1.5分",)
    assert [said(result(FIVE), kind) for kind in ("veto", "tie", "bonus")] == [("无",)] * 3


def test_who_is_close_is_for_the_inside_alone() -> None:
    """Within half a point of a bound, or of an award's last place, on both sides; law 11: nothing of it in public."""
    rules = RULES.replace("ranks = [1, 1]", "ranks = [1, 2]")
    made = result({**FIVE, "乙县": parts("19", "18", "8.5", "27", "17.4")}, rules=rules)  # 89.9
    assert said(made, "near") == (
        "“优秀”下限90分：线下乙县（差0.10）、丙县（差0.50）",
        "“一等奖”名额：线内乙县（高0.40）；线外丙县（差0.40）",
    )
    assert front(made, inside=False).fact("near") is None
    assert said(result(UNITS), "near") == ("没有单位临近等次界线或奖项名额",)


def test_an_interim_result_shows_nothing_that_can_change() -> None:
    """Law 13: no places, awards, ties or bounds; what came in, and which grades are open."""
    units = {**FIVE, "乙县": dict(FIVE["乙县"], mayor=Got("", 0, state="pending"))}
    made = result(units, interim=True)
    page = front(made)
    assert page.placed is None
    assert page.shown == ()
    assert {each.kind for each in page.facts}.isdisjoint({"awards", "tie", "near", "moved"})
    assert said(made, "received") == ("满分100分中已报到70至100分，名次和奖项待报齐后确定",)
    assert [(each.grade, each.count) for each in page.grades][-1] == ("待定", 1)


def test_unfinished_totals_have_no_mean_and_nobody_is_best() -> None:
    """Where more is in of some than of others, or nothing, neither bulletin nor page nor table holds totals against
    each other; where as much is in of all, they can be compared."""
    waits = {"mayor": Got("", 0, state="pending")}
    uneven = result({**FIVE, "乙县": {**FIVE["乙县"], **waits}}, interim=True)
    assert list(spreads([front(uneven).group])) == []
    assert front(uneven).group.mean_total() is None
    assert {each.above_mean for card in report_cards(uneven) for each in card.units} == {None}
    nothing = dict.fromkeys(FIVE["甲县"], Got("", 0, state="pending"))
    none = result(dict.fromkeys(FIVE, nothing), interim=True)
    assert list(spreads([front(none).group])) == []
    assert "并列" not in str(told(none, [front(none).group]))
    even = result({name: {**own, **waits} for name, own in FIVE.items()}, interim=True)
    assert "平均57.78分，3个单位高于平均；最高67.00分（甲县），最低40.00分，相差27.00分。" in next(
        spreads([front(even).group])
    )


# --- what is still open ----------------------------------------------------------------------------------------------


def opened(made: Result) -> dict[str, str]:
    return {each.kind: each.words for each in left_open(made)}


def test_what_is_open_is_said_in_words() -> None:
    """Warnings by what they say, shared places, stages that lie ahead; notes are for the record."""
    warned = [finding("RANK_SINGLE", unit="甲县", evaluator="V", args={"unit_name": "甲县"}) for _ in range(2)]
    note = finding("FILE_DUPLICATE", file="inbox/a.xlsx")
    made = result({"甲县": UNITS["清河县"], "乙县": UNITS["清河县"]}, findings=(*warned, note))
    words = opened(made)
    assert words["findings"].startswith("提醒2条：")
    assert words["findings"].endswith("（同类共2条）")
    assert words["ties"] == "规则未能区分，可由委员会裁定：甲县、乙县并列第1名"
    assert words["stages"] == "本次结果为送审稿，尚待征求意见、审定、公示、公布"


def test_stages_of_earlier_runs_are_told() -> None:
    """With the number of the run that they are about; what this run has passed does not lie ahead."""
    line = replace(decided("approved"), run="0002 abcdef01")
    points = [each.words for each in left_open(result(ledger=(line,))) if each.kind == "stages"]
    assert points[1] == "第0002次计分的结果已审定（某绩委〔2027〕1号，2027-04-01）"
    own = replace(line, run="3")
    points = [each.words for each in left_open(result(ledger=(own,))) if each.kind == "stages"]
    assert points == ["本次结果为送审稿，尚待征求意见、公示、公布"]


def test_an_interim_result_waits_for_its_sheets() -> None:
    """By roles, those with errors among them; it passes no stages."""
    made = result(interim=True)
    roles = (RoleAccount("mayor", "市长", 2, 0, 1, 0, with_errors=1), RoleAccount("vice", "副市长", 1, 1, 0, 0))
    words = opened(replace(made, accounts=replace(made.accounts, roles=roles)))
    assert words["sheets"] == "未报或待改2份（其中有错待改1份）：市长2份"
    assert "送审稿" not in words["stages"]


# --- what is true of every evaluation --------------------------------------------------------------------------------


def by_change() -> Result:
    """The best by change has the lowest total: 甲县 rose by 30 to 60, 乙县 by 5 to 95, 丙县 by 0.5 to 90.4."""
    units = {"甲县": FIVE["戊县"], "乙县": FIVE["甲县"], "丙县": FIVE["乙县"]}
    made = result(units, rules=RULES.replace('ties = ["base"]', 'by = "variation"'))
    made = since_last_year(made, {"甲县": ("30", 3), "乙县": ("90", 1), "丙县": ("89.9", 2)})
    standings, _ = rank(made.evaluation, made.points)
    graded = grade(made.evaluation, standings, made.points)
    return replace(made, standings=graded)


def test_where_change_gives_places_totals_are_no_cut_of_places() -> None:
    """The page says of no award how far totals are from its last place, in words or drawn."""
    made = by_change()
    assert [one.unit.name for one in made.standings] == ["甲县", "乙县", "丙县"]
    group = front(made).group
    assert [cut.name for cut in cuts(group.scheme, "g", group.standings)] == ["优秀", "良好"]
    assert "一等奖" not in str([each.drawing for each in pictures.margins(group)])
    assert "一等奖" not in str(said(made, "near"))


def test_drawings_name_what_is_in_them() -> None:
    """Zones are no grades; no bounds where there are none; no mean where nobody is ranked; persons are persons."""
    rules, _, rest = RULES.partition("[[grade]]")
    zones = '[[zone]]\nname = "绿区"\nfrom = 90\ncolour = "green"\n[[zone]]\nname = "红区"\nfrom = 0\ncolour = "red"\n'
    rules = f"{rules}{zones}[disclosure]{rest.rpartition('[disclosure]')[2]}"
    made = result(FIVE, rules=rules.replace("total = 100", "total = 100\npersons = true"))
    (bar,) = pictures.grades(front(made))
    assert (bar.caption, bar.drawing.about) == ("县区区域", "绿区2人，红区3人")
    drawn = totals_of(made)
    assert drawn.caption == "县区总分与平均分（分）"
    assert "等次" not in drawn.drawing.about
    assert totals_of(result(FIVE)).caption == "县区总分与平均分、等次界线（分）"
    for decimals, mean in ((1, "平均 83.2"), (3, "平均 83.180")):
        made = result(FIVE, rules=RULES.replace("total = 100", f"total = 100\ndecimals = {decimals}"))
        assert mean in [each.says for each in totals_of(made).drawing.shapes]
    nobody = totals_of(result(FIVE, unranked=list(FIVE)))
    assert nobody.caption == "县区总分与等次界线（分）"
    assert "平均" not in nobody.drawing.about


def totals_of(made: Result) -> pictures.Pictured:
    group = front(made).group
    (drawn,) = pictures.totals(group, pictures.scales(made, [group]))
    return drawn


def test_lines_over_years_say_whom_they_name() -> None:
    """The public one names neither who fell nor the last, and does not say so."""
    made = since_last_year(result(FIVE), {"甲县": ("90", 3), "戊县": ("80", 1)})
    for inside in (True, False):
        group = front(made, inside=inside).group
        drawn = list(pictures.change(made, group, changes(made, group), pictures.scales(made, [group]), falls=inside))
        lines = next(each.drawing for each in drawn if "历年" in each.caption)
        named = "".join(shape.says for shape in lines.shapes if shape.kind == "text")
        assert ("末位" in lines.about, "戊县" in named) == (inside, inside)
        assert ("提高最多的和首位写出名称" in lines.about) == (not inside)


def test_a_place_is_vacant_only_where_somebody_would_have_had_it() -> None:
    """Who may have none, and would have had none, leaves no place empty."""
    barred = '[[consequence]]\ngrade = "较差"\ntext = "取消评奖资格"\nno_awards = "this"\n[disclosure]'
    made = result(FIVE, rules=RULES.replace("[disclosure]", barred))
    fact = front(made).fact("withheld")
    assert fact is not None
    assert (fact.label, len(fact.sentences)) == ("不授予奖项", 1)
    taken = result(FIVE, ledger=(replace(decided("award_revoked", "甲县"), component="一等奖"),))
    fact = front(taken).fact("withheld")
    assert fact is not None
    assert (fact.label, fact.sentences) == ("奖项空缺", ("撤销甲县“一等奖”（某绩委〔2027〕1号）",))


# --- what is suggested -----------------------------------------------------------------------------------------------


def bulletin_of(made: Result, heading: str) -> str:
    group = front(made, inside=False).group
    topics = problems(made, [group], ()) if heading == "problems" else suggestions(made, [group], ())
    return "".join(sentence for _, own in topics for sentence in own).replace(U, "")


def test_units_that_have_equally_little_are_not_left_out() -> None:
    """Four have the same share of the weakest component: three are named, and how many there are."""
    low = parts("20", "19", "9", "20", "10")
    made = result({"甲县": FIVE["甲县"], **{f"{at}县": low for at in range(4)}})
    assert "2县（60.0%）等4个单位，" in bulletin_of(made, "suggestions")
    assert "等" not in bulletin_of(result(FIVE), "suggestions").partition("，要对照")[0]


def test_what_is_not_all_in_is_no_difference() -> None:
    """Of an interim result, only what is complete is held against each other (law 13)."""
    half = dict(FIVE["甲县"], mayor=Got("", 0, state="pending"))
    made = result({"甲县": half, "乙县": FIVE["甲县"]}, interim=True)
    assert "领导评估" not in bulletin_of(made, "problems")


def test_who_is_equally_far_is_named_or_counted() -> None:
    """Two that are first; all that are equal; four that gained as much; two components with the same mean rate."""
    low = parts("20", "19", "9", "20", "10")
    two = result({"甲县": FIVE["甲县"], "乙县": FIVE["甲县"], "丙县": low})
    assert "最高95.00分（甲县、乙县），最低78.00分" in "".join(spreads([front(two).group]))
    alike = result({"甲县": low, "乙县": low})
    assert list(spreads([front(alike).group])) == ["县区：排名单位2个，总分均为78.00分。"]
    four = since_last_year(result({f"{at}县": low for at in range(4)}), {f"{at}县": ("75", 1) for at in range(4)})
    (gained,) = dict(strengths(four, [front(four).group]))[f"总分提高{U}的单位"]
    assert gained.replace(U, "").endswith("2县（提高3.00分）等4个单位。")
    even = result({"甲县": parts("18", "18", "9", "27", "13"), "乙县": parts("18", "18", "9", "27", "13")})
    (best,) = dict(strengths(even, [front(even, inside=False).group]))["得分率较高的内容"]
    assert "县区是基础工作、民主评估（90.0%）" in best


def test_an_interim_first_page_says_of_nothing_that_there_is_none() -> None:
    """There may still be a veto or a bonus; those that are decided are told."""
    page = front(result(FIVE, interim=True))
    assert {each.kind for each in page.facts}.isdisjoint({"veto", "bonus"})
    made = result(FIVE, interim=True, ledger=(decided("bonus", "丙县", "1.5"),))
    assert said(made, "bonus") == ("丙县1.5分（某绩委〔2027〕1号）",)


def test_persons_are_counted_as_persons() -> None:
    """Where several share the first places, rise alike, or are not ranked."""
    rules = RULES.replace("total = 100", "total = 100\npersons = true")
    names = [f"{at}某" for at in range(9)]
    made = since_last_year(result(dict.fromkeys(names, FIVE["甲县"]), rules=rules), dict.fromkeys(names, ("90", 2)))
    table = front(made).placed
    assert table is not None
    assert table.caption == "县区（前三名共9人，列出6人）"
    assert said(made, "moved")[0] == "名次上升最多：0某、1某、2某等9人（▲1）"
    nobody = [f"{at}某" for at in range(12)]
    outside = result(dict.fromkeys(nobody, FIVE["甲县"]), rules=rules, unranked=nobody)
    assert said(outside, "unranked")[0].endswith("等12人")


def by_exact() -> Result:
    """Two units look alike at 90.00, and only one of them has 90."""
    units = {"甲县": parts("19", "18", "8.5", "27", "17.501"), "乙县": parts("19", "18", "8.5", "27", "17.496")}
    return result(units, rules=RULES.replace('ties = ["base"]', 'by = "exact"'))


def test_totals_that_only_look_alike_are_told_apart() -> None:
    """Where the unrounded total decides, 90.00 can be behind 90.00 and below 90: nothing says that they are equal."""
    made = by_exact()
    assert [(one.text, one.rank, one.grade) for one in made.standings] == [("90.00", 1, "优秀"), ("90.00", 2, "良好")]
    assert said(made, "tie") == ("甲县、乙县公布的总分均为90.00分，未取舍的总分不同，名次依次为第1、第2",)
    assert said(made, "near") == (
        "“优秀”下限90分：线上甲县（恰在界上）；线下乙县（未取舍的总分不到）",
        "“一等奖”名额：线内甲县（公布的总分相同）；线外乙县（公布的总分相同）",
    )
    group = front(made).group
    first, second = group.ranked
    cut = cuts(group.scheme, "g", group.standings)[0]
    assert ([one.unit.name for one in cut.inside], [one.unit.name for one in cut.outside]) == (["甲县"], ["乙县"])
    assert _cut_words(group, cut).endswith("未达到而最接近的是乙县（总分90.00分，未取舍的总分不到）。")
    assert _next_bound(group, second) == "未取舍的总分不到“优秀”等次（90分）"
    assert list(distances(group, second, "zh")) == [
        "距离：高出“良好”下限10.00分，未取舍的总分不到“优秀”的下限，与前一名甲县公布的总分相同。"
    ]
    assert first.exact - second.exact == Fraction("0.005")


def test_what_is_about_one_group_speaks_of_its_kind_and_what_is_about_all_of_both() -> None:
    """In an evaluation of units and of persons: counts of a group or its award, means of all groups."""
    units = front(result(FIVE)).group
    persons = front(result(FIVE, rules=RULES.replace("total = 100", "total = 100\npersons = true"))).group
    alike = [(Fraction(1), name) for name in "甲乙丙丁"]
    assert [foremost(alike, of=each) for each in (units, persons)] == ["甲、乙、丙等4个单位", "甲、乙、丙等4人"]
    assert foremost(alike) == f"甲、乙、丙等4{U}个单位"
    means = [(each, {2026: Fraction(80)}) for each in (units, persons)]
    assert means_by_year(means, [2026]).caption == "各分类平均分（各年均参评的排名单位和人员）"
    assert [next(iter(_awards([each])))[2] for each in (units, persons)] == ["个", "名"]


def test_the_terminal_names_nobody_best_of_half_a_result_and_counts_persons() -> None:
    """As the first page does; of a final result it says who is first."""
    made = result(FIVE, rules=RULES.replace("total = 100", "total = 100\npersons = true"))
    rules = made.evaluation.classes["c"]
    block = _group("县区", made.standings, rules)
    assert (block.heading, dict(block.lines)["best"].startswith("1 甲县 95.00")) == ("县区: 5 persons", True)
    half = result(FIVE, interim=True)
    assert "best" not in dict(_group("县区", half.standings, half.evaluation.classes["c"]).lines)


def test_all_that_are_equally_near_a_bound_are_named() -> None:
    """In the words beside the drawing of the cuts, also who shares the last place of an award."""
    near = {"甲县": FIVE["乙县"], "乙县": FIVE["乙县"], "丙县": FIVE["丙县"], "丁县": FIVE["丙县"]}
    made = result(near, rules=RULES.replace("ranks = [1, 1]", "ranks = [1, 2]"))
    group = front(made).group
    said = [_cut_words(group, each) for each in cuts(group.scheme, "g", group.standings)]
    assert said[0].endswith("达到的2个，最接近的是甲县、乙县（高出0.40分）；未达到而最接近的是丙县、丁县（差0.50分）。")
    assert said[-1].endswith("末位甲县、乙县（90.40分）与其后的丙县、丁县（89.50分）相差0.90分。")


def test_everybody_within_the_distance_that_is_stated_is_close() -> None:
    """Not the nearest alone: the committee's list and the terminal say that they list who is within half a point."""
    made = result({"甲县": FIVE["乙县"], "乙县": parts("19", "18", "8.5", "27", "17.6"), "丙县": FIVE["丙县"]})
    found = [(one.kind, one.unit.unit.name, one.apart) for one in closeness(made) if one.name == "优秀"]
    assert found == [
        ("above", "乙县", Fraction("0.1")),
        ("above", "甲县", Fraction("0.4")),
        ("below", "丙县", Fraction("0.5")),
    ]
