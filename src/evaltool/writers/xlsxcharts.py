"""A chart of a tab as XlsxWriter makes it: drawn by the spreadsheet program itself, from the cells."""

from __future__ import annotations

from xlsxwriter.chart import Chart as XlsxChart
from xlsxwriter.workbook import Workbook

from evaltool.writers.book import TabChart, clean

_FONT = "宋体"
_MARKS = ("circle", "square")
_UPRIGHT = 271  # one sign below the other: names are long, places narrow


def drawn(workbook: Workbook, chart: TabChart) -> XlsxChart:
    """The chart with its series, axes and size, ready to be put on a worksheet."""
    made = workbook.add_chart({"type": "line"})
    if made is None:
        raise ValueError("no line chart")
    for each, shape in zip(chart.series, _MARKS, strict=False):
        fill = {"color": each.colour}
        marker = {"type": shape, "size": 9, "fill": fill, "border": {"color": "#FFFFFF"}}
        look = {"line": {"none": True}, "marker": marker}
        made.add_series({"name": clean(each.name), "categories": each.categories, "values": each.values, **look})
    joined = {"line": {"color": "#7F7F7F", "width": 1.5}}
    if len(chart.series) > 1:
        made.set_high_low_lines(joined)
    else:
        made.set_drop_lines({"line": {"color": "#C9CED6"}})
    font = {"name": _FONT, "size": 10}
    # an axis is no score: where it begins may be a float
    bounds = {key: float(value) for key, value in (("min", chart.low), ("max", chart.high)) if value is not None}
    grid = {"visible": True, "line": {"color": "#D9D9D9"}}
    made.set_title({"name": clean(chart.title), "name_font": {"name": _FONT, "size": 14}})
    made.set_x_axis({"num_font": {**font, "rotation": _UPRIGHT}})
    made.set_y_axis({"num_font": font, "num_format": "0%" if chart.share else "0", "major_gridlines": grid, **bounds})
    made.set_legend({"position": "bottom", "font": font} if len(chart.series) > 1 else {"none": True})
    made.set_size({"width": chart.size[0], "height": chart.size[1]})
    return made
