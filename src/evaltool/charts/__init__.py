"""Charts as values, and their SVG.

Every chart says in words what it shows (`title`, `about`), and all its figures also stand in a table.
"""

from evaltool.charts.shapes import Chart, Shape, picture, svg
from evaltool.charts.totals import Mark, Near, around, strip
from evaltool.charts.units import Bar, Change, Sided, arrows, dots, stacked

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
