"""Drawings as values, and as SVG or PNG: what pages, pictures and documents show is drawn here once.

Every drawing says in words what it shows (`title`, `about`), and all its figures also stand in a table.  Which figures
those are is decided elsewhere (`views/pictures`).
"""

from evaltool.charts.changes import TotalChange, YearLine, arrows, slopes
from evaltool.charts.gradebar import GradePart, grade_bar
from evaltool.charts.heat import HeatRow, HeatScale, heat, scale_of
from evaltool.charts.sides import Sided, dots
from evaltool.charts.svg import picture, svg
from evaltool.charts.totals import Against, DrawnTotal, NamedValue, Near, Span, around, strip, totals

__all__ = [
    "Against",
    "DrawnTotal",
    "GradePart",
    "HeatRow",
    "HeatScale",
    "NamedValue",
    "Near",
    "Sided",
    "Span",
    "TotalChange",
    "YearLine",
    "around",
    "arrows",
    "dots",
    "grade_bar",
    "heat",
    "picture",
    "scale_of",
    "slopes",
    "strip",
    "svg",
    "totals",
]
