"""Charts as values, and their SVG.

Every chart says in words what it shows (`title`, `about`), and all its figures also stand in a table.
"""

from evaltool.page.charts.shapes import Chart, Shape, picture, svg
from evaltool.page.charts.totals import Mark, Near, around, strip
from evaltool.page.charts.units import Bar, Change, Sided, arrows, dots, stacked

__all__ = [
    "Bar",
    "Change",
    "Chart",
    "Mark",
    "Near",
    "Shape",
    "Sided",
    "around",
    "arrows",
    "dots",
    "picture",
    "stacked",
    "strip",
    "svg",
]
