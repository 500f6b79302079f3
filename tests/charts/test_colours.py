"""Colours stay apart: on a grey print, for readers who see no red, no green or no blue, and from the ink on them."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import pytest

from evaltool.charts.colours import ABOVE, BELOW, GRID, HEAT, SIDES, TONES, WHITE, ink_on, luminance
from evaltool.runs.bundled import templates
from evaltool.writers.drawing import INK

# what is left of red, green and blue in linear light: Machado, Oliveira, Fernandes 2009, severity 1
SIGHT = {
    "whole": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
GROUNDS = [ground for ground, _ in TONES.values()]


def lightness(colour: str) -> float:
    """L* of CIE 1976, 0 to 100: what is left on a grey print."""
    return float(116 * luminance(colour) ** (1 / 3) - 16)


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, sight: str) -> tuple[float, float, float]:
    """L*, a*, b* of a colour as somebody sees it."""
    linear = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in linear]
    red, green, blue = (sum(a * b for a, b in zip(row, linear, strict=True)) for row in SIGHT[sight])
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (max(each, 0) ** (1 / 3) for each in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("palette", [SIDES, (ABOVE, BELOW), GROUNDS], ids=["sides", "mean", "grades"])
def test_colours_of_one_drawing_stay_apart_in_grey(palette: tuple[str, ...]) -> None:
    """By lightness alone; a difference of ten is seen at a glance where fields touch."""
    assert min(abs(lightness(one) - lightness(other)) for one, other in combinations(palette, 2)) >= 14


def test_a_heat_map_goes_one_way_in_grey() -> None:
    """The darker, the more was lost: every step is seen, none turns back."""
    steps = [lightness(one) - lightness(other) for one, other in pairwise(HEAT)]
    assert min(steps) >= 6


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("palette", [SIDES, (ABOVE, BELOW), GROUNDS], ids=["sides", "mean", "grades"])
def test_colours_stay_apart_for_every_sight(palette: tuple[str, ...], sight: str) -> None:
    """As they are simulated for readers without one of the three kinds of cones."""
    for one, other in combinations(palette, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen(one, sight), seen(other, sight), strict=True)) ** 0.5
        assert apart >= 20, (one, other)


def test_what_stands_on_a_colour_is_read() -> None:
    """The contrast of text is that of WCAG 2, level AA."""
    for ground, ink in [*TONES.values(), *((each, ink_on(each)) for each in (*HEAT, GRID))]:
        assert contrast(ground, ink) >= 4.5, ground
    assert {ink_on(HEAT[0]), ink_on(HEAT[-1])} == {INK, WHITE}


def test_page_and_drawings_have_the_same_colours() -> None:
    """A grade's colour in a table is its colour in a drawing."""
    style = (templates() / "pages" / "report.css").read_text("utf-8")
    found = dict(re.findall(r"\.(green|blue|yellow|red) \{ background: (#\w+)", style))
    assert found == {tone: ground for tone, (ground, _) in TONES.items()}
