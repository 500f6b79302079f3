"""What would be sent back before it is signed: names, self-praise, lists without order, a second form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from evaltool.documents.assessment import strengths, suggestions
from evaltool.documents.bulletin import bulletin, groups_of
from evaltool.documents.commendation import commendation
from evaltool.documents.of_run import check_documents, papers, written
from evaltool.documents.official.forms import OfficeTemplates
from evaltool.documents.officialnames import under_official_names
from evaltool.documents.persons import U, all_persons, spoken
from evaltool.documents.posting import posting
from evaltool.documents.rectification import rectification
from evaltool.documents.report import report
from evaltool.results.result import Result
from evaltool.rules.settings import Deadline
from evaltool.runs.bundled import notice_templates
from evaltool.views.lostpoints import lost_points
from evaltool.writers.official import DocumentTable, Heading, Text
from handmade import RULES, UNITS, result

OFFICIAL = "清河县人民政府"


def renamed(made: Result) -> Result:
    """With an official name for one unit."""
    units = tuple(
        replace(unit, official=OFFICIAL if unit.name == "清河县" else "") for unit in made.evaluation.roster.units
    )
    evaluation = replace(made.evaluation, roster=replace(made.evaluation.roster, units=units))
    standings = tuple(replace(one, unit=evaluation.units[one.unit.id]) for one in made.standings)
    return replace(made, evaluation=evaluation, standings=standings)


def test_units_are_called_by_their_official_names() -> None:
    """In every document, in words and tables; files keep the short name, and what is written is read back by it."""
    made = renamed(result())
    for paper in papers(made):
        said = repr(paper.make())
        assert "清河县" not in said.replace(OFFICIAL, ""), paper.path
    assert OFFICIAL in repr(next(each for each in papers(made) if each.path == "public/结果通报.docx").make())
    files = written(made, OfficeTemplates(notice_templates({})))
    assert "public/反馈书/01-清河县.docx" in files
    assert check_documents(made, files) == []


def test_what_units_say_of_themselves_is_not_praised() -> None:
    """Nor is it named as where they differ most or are weakest; it is said that it was left out."""
    rules = RULES.replace('by = "office"', 'by = "self"', 1)
    made = result(rules=rules)
    groups = groups_of(made)
    own = "基础工作"
    said = repr([*strengths(made, groups), *suggestions(made, groups, ())])
    assert f"（{own}除外）" in said
    assert own not in said.replace(f"（{own}除外）", "")


def test_the_commendation_is_grouped_by_award() -> None:
    """A heading for each award with the number of its units, the units below it."""
    made = result()
    body = commendation(made, groups_of(made)).body
    assert [each.text.replace(U, "") for each in body if isinstance(each, Heading)] == ["一等奖（1个）"]


def test_every_table_is_introduced() -> None:
    """What stands before a table in the text says that it follows, and annexes are named where they are spoken of."""
    made = result()
    groups = groups_of(made)
    for content in (bulletin(made, groups), report(made, groups), posting(made, groups)):
        before: object = None
        for block in content.body:
            if isinstance(block, DocumentTable) and not isinstance(before, DocumentTable):
                assert isinstance(before, Text), block.caption
                assert "如下" in before.text, block.caption
            before = block
    assert "有关说明见附件2" in repr(bulletin(made, groups).body)


@pytest.mark.parametrize("sheets", [False, True])
def test_a_notice_of_rectification_has_a_form_only_where_no_sheets_go_out(sheets: bool) -> None:
    """One form is asked for, not two."""
    due = Deadline(what="整改情况", role="self", date=date(2027, 9, 1), sheet="rectified")
    made = result()
    made = replace(made, evaluation=replace(made.evaluation, deadlines=(due,) if sheets else ()))
    group = groups_of(made)[0]
    one = group.standings[-1]
    said = rectification(made, group, one, lost_points(made, [group])[one.unit.id])
    assert len(said.attachments) == (0 if sheets else 1)
    assert ("见附件" in repr(said.body)) is not sheets


def test_what_is_about_units_and_persons_says_so() -> None:
    """A mixed evaluation has documents about both; letters to one stay as they are."""
    made = result().evaluation
    scheme = made.classes["c"]
    persons = replace(scheme, head=scheme.head.model_copy(update={"persons": True}))
    both = replace(made, classes={"c": scheme, "p": persons})
    assert all_persons(both) is None
    assert spoken(f"{U}各单位共3{U}个单位，{U}先进单位的决定", persons=None) == (
        "各单位和人员共3个单位和人员，先进单位和先进个人的决定"
    )
    assert spoken(f"{U}你单位", persons=None) == "你单位"


def test_unit_names_do_not_change_where_there_is_no_official_one() -> None:
    """The result is handed on as it is."""
    made = result()
    assert under_official_names(made) is made
    assert set(UNITS) == {one.unit.name for one in made.standings}
