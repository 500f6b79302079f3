"""The colours of all drawings: few, each apart from the others in lightness too, so that they stay apart on a grey
print and for readers who see no red or no green.  Where two meet, their marks have different shapes as well."""

from __future__ import annotations

from evaltool.writers.drawing import INK

FAINT, LINE, NAVY, GRID, WHITE = "#5a6270", "#c9ced6", "#1f3a5f", "#e6e8ec", "#ffffff"
WARNING = "#8c1515"

ABOVE, BELOW = "#12436d", "#d07a1c"
"""Better and worse than what something is held against."""

SIDES = (ABOVE, BELOW, "#9cc3e4")
"""Of things that are set against each other on one line."""

HEAT = ("#f5f8fb", "#d5e2ef", "#a9c5e0", "#7099c4", "#3f6d9f", "#1b416b")
"""From nearly full marks to few: the darker, the more was lost."""

TONES = {
    "green": ("#2c7a4b", WHITE),
    "blue": ("#9cc3e4", "#10263c"),
    "yellow": ("#f8e9ae", "#3d2f00"),
    "red": (WARNING, WHITE),
}
"""A tone's ground and its ink: from the best grade to the worst."""


def ink_on(ground: str) -> str:
    """The ink that is read on a ground: white on a dark one."""
    return WHITE if luminance(ground) < 0.22 else INK


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
