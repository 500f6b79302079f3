"""A chart of a tab as XlsxWriter makes it: drawn by the spreadsheet program itself, from the cells."""

from __future__ import annotations

from xlsxwriter.chart import Chart as XlsxChart
from xlsxwriter.workbook import Workbook

from evaltool.writers.book import TabChart, clean

_FONT = "宋体"


def drawn(workbook: Workbook, chart: TabChart) -> XlsxChart:
    """The chart with its series, axes and size, ready to be put on a worksheet."""
    kinds = {
        "stacked": {"type": "bar", "subtype": "stacked"},
        "radar": {"type": "radar", "subtype": "with_markers"},
    }
    made = workbook.add_chart(kinds[chart.kind])
    if made is None:
        raise ValueError(f"no chart of kind {chart.kind}")
    for each in chart.series:
        look = {"fill": {"color": each.colour}} if chart.kind == "stacked" else {"line": {"color": each.colour}}
        options = {"name": clean(each.name), "categories": each.categories, "values": each.values, "gap": 40, **look}
        made.add_series(options)
    font = {"name": _FONT, "size": 10}
    bounds = {key: value for key, value in (("min", chart.low), ("max", chart.high)) if value is not None}
    grid = {"visible": True, "line": {"color": "#D9D9D9"}}
    made.set_title({"name": clean(chart.title), "name_font": {"name": _FONT, "size": 14}})
    if chart.kind == "stacked":  # the first row of the table is drawn at the top
        made.set_y_axis({"reverse": True, "num_font": font})
        made.set_x_axis({"num_font": font, "major_gridlines": grid, **bounds})
    else:
        made.set_x_axis({"num_font": font})
        made.set_y_axis({"num_font": font, "num_format": "0%", "major_gridlines": grid, **bounds})
    made.set_legend({"position": "bottom", "font": font})
    made.set_size({"width": chart.size[0], "height": chart.size[1]})
    return made
