"""The workbook of a batch of cards: the batch's account, then for each class its cards row by row and as a tally."""

from __future__ import annotations

from decimal import Decimal

from evaltool.evaluation import Evaluation
from evaltool.questions.forms import SERIAL, TOP, UNIT, FormColumn, FormLine, FormSheet, FormTable
from evaltool.questions.layout.asked import units_on_cards
from evaltool.roster import Batch, Evaluator, Unit
from evaltool.rules import Scheme

BLANK_CHOICE = "未填"
SPOILED = "废票"


def card_sheets(evaluation: Evaluation, evaluator: Evaluator, batch: Batch) -> list[FormSheet]:
    """The batch's account, then for each class its cards row by row and as a tally."""
    sheets: list[FormSheet] = []
    account: list[FormLine] = []
    judged: list[tuple[str, list[Unit], int]] = []
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            component = scheme.components[leaf]
            units = units_on_cards(evaluation, scheme.id, leaf, evaluator, batch.id) if component.ballot else []
            if units:
                choices = tuple(choice for choice, _ in scheme.scales[component.scale_name])
                name = scheme.head.name
                judged.append((name, units, len(evaluation.units_of(scheme.id))))
                account.append(FormLine((name, component.name), class_id=scheme.id, component=leaf))
                notes = (
                    f"每张评价卡一行，每个单位从下拉列表选一项：{'、'.join(choices)}；不评的留空。废票在最后一列选“{SPOILED}”。",
                )
                sheets.append(
                    FormSheet(
                        f"评价卡·{name}", f"{name}　评价卡登记", notes, (_cards(scheme, leaf, units, choices, batch),)
                    )
                )
                notes = ("已逐张登记的不必填本表；只有汇总数的填本表。每个单位各栏之和等于有效卡数（收回减废票）。",)
                sheets.append(
                    FormSheet(f"汇总·{name}", f"{name}　评价卡汇总", notes, (_tally(scheme, leaf, units, choices),))
                )
    if not sheets:
        return []
    columns = tuple(FormColumn(header, "count", field, high=Decimal(100_000)) for header, field in _ACCOUNT)
    table = FormTable("grid", "", "", TOP, ("对象类别", "评估主体"), tuple(account), columns)
    place = "　".join(
        part for part in (batch.meeting, batch.place, batch.date.isoformat() if batch.date else "") if part
    )
    return [
        FormSheet(
            "批次",
            f"评价卡批次 {batch.id}",
            (place or "先填本表：发放、收回、废票张数。", f"评价范围：{_scope(judged)}。"),
            (table,),
        ),
        *sheets,
    ]


_FEW = 3  # units that are named one by one


def _scope(judged: list[tuple[str, list[Unit], int]]) -> str:
    """Whom the cards are about: (class, its units on the cards, how many there are), in words."""
    parts: dict[str, None] = {}
    for name, units, every in judged:
        listed = "、".join(unit.name for unit in units[:_FEW])
        if len(units) == every > 1:
            said = f"{name}（全部{every}个）"
        elif len(units) <= _FEW:
            said = listed
        else:
            said = f"{name}中的{len(units)}个（{listed}等）"
        parts[said] = None
    return "；".join(parts)


_ACCOUNT = (("发放张数", "issued"), ("收回张数", "returned"), ("废票张数", "spoiled"))


def _cards(scheme: Scheme, leaf: str, units: list[Unit], choices: tuple[str, ...], batch: Batch) -> FormTable:
    columns = [FormColumn(unit.name, "choice", unit=unit.id, choices=choices, required=False) for unit in units]
    columns.append(FormColumn(SPOILED, "choice", "spoiled", choices=(SPOILED,), required=False))
    lines = tuple(FormLine((str(at),), repeat=str(at)) for at in range(1, batch.cards + 1))
    return FormTable("cards", scheme.id, leaf, TOP, ("卡号",), lines, tuple(columns))


def _tally(scheme: Scheme, leaf: str, units: list[Unit], choices: tuple[str, ...]) -> FormTable:
    columns = tuple(
        FormColumn(choice, "count", "tally", indicator=choice, high=Decimal(100_000), required=False)
        for choice in (*choices, BLANK_CHOICE)
    )
    lines = tuple(FormLine((str(at), unit.name), unit.id) for at, unit in enumerate(units, 1))
    return FormTable("tally", scheme.id, leaf, TOP, (SERIAL, UNIT), lines, columns)
