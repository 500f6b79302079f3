"""The picture of the rules: every component with its weight, who answers it, what absence means, inside the frame."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evaltool.charts.png import FAMILY
from evaltool.charts.svg import picture
from evaltool.evaluation import load
from evaltool.page.rulepicture import draw_rules
from evaltool.rules.wording import worth
from evaltool.runs.bundled import find
from evaltool.views.ruletree import rule_tree
from evaltool.writers.drawing import Drawing, Shape
from evaltool.writers.widths import measure
from folders import make
from small_city import ROSTER, RULES, SETTINGS


def texts(drawn: Drawing) -> list[Shape]:
    return [each for each in drawn.shapes if each.kind == "text"]


@pytest.mark.parametrize("name", ["songyuan", "shenzhen-2007", "three-comparisons"])
def test_every_component_stands_in_the_picture(name: str) -> None:
    """By its name, with its weight; and, for those who cannot see it, in words."""
    folder = find(name)
    assert folder
    evaluation, _ = load(folder)
    for scheme in evaluation.classes.values():
        drawn = rule_tree(evaluation, scheme)
        written = "".join(each.says for each in texts(drawn))
        for key, _ in scheme.walk():
            component, weight = scheme.components[key], worth(scheme.weight(key))
            assert component.name in written.replace("\n", "")
            assert any(each.says == weight for each in texts(drawn))
            assert f"{component.name}{weight}分" in drawn.about


@pytest.mark.parametrize("name", ["songyuan", "shenzhen-2007", "shenzhen-2014", "local-methods"])
def test_nothing_leaves_the_frame_nor_covers_another(name: str) -> None:
    """However deep or wide the tree is; and a page of A4 has room for it."""
    folder = find(name)
    assert folder
    evaluation, _ = load(folder)
    for scheme in evaluation.classes.values():
        drawn = rule_tree(evaluation, scheme)
        assert drawn.height < 1.3 * drawn.width
        for one in drawn.shapes:
            x, y, *more = one.at
            across, down = x, y
            if one.kind == "text":
                long = round(measure(one.says) * one.size * 0.5)
                x -= {"start": 0, "middle": long // 2, "end": long}[one.anchor]
                across = x + long
            elif one.kind == "rect":
                across, down = x + more[0], y + more[1]
            else:
                across, down = more
            assert 0 <= x <= across <= drawn.width, one
            assert 0 <= y <= down <= drawn.height, one
        boxes = sorted((each.at for each in drawn.shapes if each.edge), key=lambda at: at[1])
        for above, below in pairwise(boxes):
            assert above[1] + above[3] < below[1]
            inside = [each for each in texts(drawn) if above[1] < each.at[1] < above[1] + above[3] and each.at[0] < 280]
            assert inside, "a box has its name"


def test_what_the_rules_say_of_absence_is_said(tmp_path: Path) -> None:
    rules = RULES.replace('answer = "percent"\n', 'answer = "percent"\nmissing = "zero"\n')
    evaluation, _ = load(make(tmp_path / "city", ROSTER, {"d": rules}, SETTINGS))
    (scheme,) = evaluation.classes.values()
    said = [each.says for each in texts(rule_tree(evaluation, scheme))]
    assert "未报送的，按零分计" in said
    assert any("“领导”评，2个主体" in each for each in said)
    assert sum("按零分计" in each for each in said) == 1


def test_it_is_told_apart_without_colour() -> None:
    """What lies on a box is far from it in lightness, after a copier too."""
    folder = find("shenzhen-2007")
    assert folder
    evaluation, _ = load(folder)
    drawn = rule_tree(evaluation, next(iter(evaluation.classes.values())))
    boxes = [each for each in drawn.shapes if each.kind == "rect"]
    for one in texts(drawn):
        under = [box for box in boxes if _covers(box, one)]
        ground = _lightness(under[-1].colour) if under else 1.0
        high, low = max(ground, _lightness(one.colour)), min(ground, _lightness(one.colour))
        assert (high + 0.05) / (low + 0.05) > 4.5, one


def _covers(box: Shape, text: Shape) -> bool:
    (left, top, width, height), (x, y) = box.at, text.at
    return left <= x <= left + width and top < y < top + height


def _lightness(colour: str) -> float:
    parts = [int(part, 16) / 255 for part in re.findall("..", colour.lstrip("#"))]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_picture_is_written_for_each_class(tmp_path: Path) -> None:
    """SVG and PNG; what somebody wrote into a name stays text."""
    rules = RULES.replace('name = "工作"', 'name = "工作<b>&"')
    evaluation, _ = load(make(tmp_path / "city", ROSTER, {"d": rules}, SETTINGS))
    written = draw_rules(evaluation)
    assert [path.name for path in written] == ["评估方案图-部门.svg", "评估方案图-部门.png"]
    svg = written[0].read_text(encoding="utf-8")
    assert "工作<b>&" in [each.text for each in ElementTree.fromstring(svg).iter() if each.text]
    assert written[1].read_bytes().startswith(b"\x89PNG")


def test_the_same_rules_give_the_same_picture(tmp_path: Path) -> None:
    evaluation, _ = load(make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS))
    (scheme,) = evaluation.classes.values()
    drawn = rule_tree(evaluation, scheme)
    heavier = replace(drawn, shapes=drawn.shapes[1:])
    assert picture(drawn, FAMILY) == picture(rule_tree(evaluation, scheme), FAMILY)
    assert picture(drawn, FAMILY) != picture(heavier, FAMILY)
