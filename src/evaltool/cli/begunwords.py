"""What a new year's folder says of itself: what was carried along, moved on, left open."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

from evaltool.cli.console import Part, StyledLine
from evaltool.runs.newroster import Said
from evaltool.runs.newyear import Begun


def rows(begun: Begun) -> list[dict[str, Any]]:
    """For programs."""
    return [{"heading": one.heading, "what": one.what, **one.args} for one in begun.said]


def lines(begun: Begun) -> list[Part]:
    """For people, under three headings."""
    headings = {"carried": _("Carried along"), "moved": _("Moved on"), "open": _("Left open")}
    parts: list[Part] = []
    for heading, title in headings.items():
        own = [_said(one) for one in begun.said if one.heading == heading]
        if own:
            parts += [StyledLine(title, "bold"), *(StyledLine(f"  {line}") for line in own)]
    return parts


def _said(one: Said) -> str:
    if one.what == "value":
        about = f"（{one.args['about']}）" if one.args["about"] else ""
        return f"{one.args['key']}{about}: {one.args['before']} → {one.args['after']}"
    return _words()[one.what].format(**one.args)


def _words() -> Mapping[str, str]:
    return {
        "matter_units": _("{n} units, office and committee of {name}"),
        "matter_rules": _("schemes/: {name} is marked out of 100 by the office; write the rules of the matter"),
        "matter_result": _('to take its result in the year\'s evaluation.toml: [result.NAME] with folder = "{folder}"'),
        "gone": _("units that decisions took out, as 不参评 in the table of units: {names}"),
        "former": _("former names, as other names (别名) of their units: {names}"),
        "rows_of_gone": _("rows about units that are gone were left out of {table}: {n}"),
        "charges": _("{n} charges as decided: {names}"),
        "ended_charges": _("charges that ended were left out of 分管: {n}"),
        "starts": _("charges that began before the year hold all year, their first day is blank now: {n}"),
        "results": _("results of run {run} in 历年结果: {n} units; their components in 历年得分: {parts}"),
        "changes": _("last year's changes of units (单位变动) were not carried along: {n}"),
        "without_charge": _("whose charges have all ended; remove them from 评估主体 if they are gone: {names}"),
        "batches": _("days of meetings in 批次 are blank: {n}"),
        "matters": _("matters still to be put right, in 整改事项: {n}"),
        "matters_of_gone": _("gone units had matters to put right; enter them anew for whoever took over: {names}"),
        "goals": _("goals were not carried along; units declare theirs: {n}"),
        "remarks": _("remarks of last year were not taken along: {n} ({waiting} passed on without an answer)"),
        "meetings": _("hearings and reviews of last year were not taken along: {n}"),
        "not_applicable": _("rows of 不适用 were decided for last year and were not carried along: {n}"),
        "decisions": _("other decisions stay with their year: {n}"),
        "figures": _("lines of 指标 with targets or bases of last year, to be looked at: {n}"),
        "no_run": _("no official run: no results were carried along"),
        "kept_rows": _("{n} rows of {year} stood in 历年结果 already and were kept, not the run's: {units}"),
        "since": _("these have changed since run {run}, which the results are of: {files}"),
        "settings": _("evaluation.toml was copied as it is: put year {year}, name, id and days in"),
        "notice": _("blank in evaluation.toml: {keys}"),
        "years_in_rules": _("the year {year} stands in: {places}"),
    }
