"""Charts as values, and their SVG.

Every chart says in words what it shows (`title`, `about`), and all its figures also stand in a table.
"""

from evaltool.page.charts.shapes import PageChart, Shape, picture, svg
from evaltool.page.charts.totals import NamedValue, Near, around, strip
from evaltool.page.charts.units import Bar, Sided, TotalChange, arrows, dots, stacked

__all__ = [
    "Bar",
    "NamedValue",
    "Near",
    "PageChart",
    "Shape",
    "Sided",
    "TotalChange",
    "around",
    "arrows",
    "dots",
    "picture",
    "stacked",
    "strip",
    "svg",
]
