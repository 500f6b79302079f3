"""The small city with a survey that has columns of comments and observers who write remarks."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from evaltool.evaluation import load
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from filling import Spot
from folders import filled, make
from small_city import ROSTER, RULES, SETTINGS, says

SURVEYED = (
    SETTINGS
    + """
observer = "绩效观察员"
[remarks]
observer = "绩效观察员"
voters = "公众"
[[deadline]]
what = "意见建议"
role = "observer"
date = 2027-03-31
sheet = "remarks"
[[survey]]
evaluator = "V1"
file = "问卷.csv"
units = "columns"
respondent = "编号"
personal = ["电话"]
comments = ["总的意见"]
[survey.comments_on]
"对甲局的意见" = "甲局"
"""
)
FLOOR = "\n[disclosure]\nfloor = 3\n"
HEAD = "编号,电话,甲局,乙局,丙局,总的意见,对甲局的意见\n"
ANSWERS = (
    "Q9,13900000001,好,中,好,网站不好用，我叫赵六电话13900000001,窗口排队长",
    "Q2,13900000002,好,好,中,无,窗口排队长 ",
    "Q5,13900000003,中,好,中,,=办事快",
    "Q1,13900000004,好,好,好,网站不好用，我叫钱七电话13900000004,",
)


def city(
    folder: Path, answers: tuple[str, ...] = ANSWERS, remarks: tuple[tuple[str, str, str], ...] = (), **roster: str
) -> Path:
    """A folder with the survey in its inbox, and the observers' sheet with remarks (unit, kind, text)."""
    tables = {name: text for name, text in ROSTER.items() if name != "批次"} | roster
    tables["评估主体"] += "G1,观察员甲,observer\n"
    make(folder, tables, {"d": RULES + FLOOR}, SURVEYED)
    (folder / "inbox" / "问卷.csv").write_text(HEAD + "\n".join(answers) + "\n", encoding="utf-8")
    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        say = partial(_said, form, remarks)
        (folder / "inbox" / form.file_name).write_bytes(filled(form, say))
    return folder


def _said(form: Form, remarks: tuple[tuple[str, str, str], ...], spot: Spot) -> object:
    return _remark(spot, remarks) if form.kind == "remarks" else says(form, spot)


def _remark(spot: Spot, remarks: tuple[tuple[str, str, str], ...]) -> object:
    at = int(spot.line.repeat) - 1
    if at >= len(remarks):
        return None
    unit, kind, text = remarks[at]
    return {"unit": unit or None, "remark_kind": kind or None, "remark_text": text}.get(spot.column.field)
