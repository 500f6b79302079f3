"""A generated case as a folder: rules as TOML, long tables as CSV, the tool's own blank sheets filled in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from evaltool.evaluation import load
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from filling import Spot
from folders import filled, make
from generated import MARKING, OWNERS, PLACES, SCALE, VOTING, Batch, Case, Leaf, MarkKey, Policy

SETTINGS = """
format = 1
[evaluation]
id = "g-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
""" + "".join(f'{role} = "{role}组"\n' for role in (*MARKING, VOTING, OWNERS))
ROOM = 8
"""Cards that a batch's sheet has room for."""


def folder_of(case: Case, folder: Path, seed: int) -> Path:
    """The evaluation with all its sheets returned, in sub-folders and under names that say nothing."""
    make(folder, _roster(case), {"d": rules(case)}, SETTINGS, _ledger(case))
    fill_inbox(case, folder, seed)
    return folder


def fill_inbox(case: Case, folder: Path, seed: int) -> None:
    """Every sheet that is not waived, each input cell filled with what the case says and nothing left over."""
    dice = random.Random(seed)
    evaluation, _ = load(folder)
    sheets = [form for form in forms(evaluation).values() if form.evaluator not in case.waived]
    dice.shuffle(sheets)
    said: set[object] = set()
    for form in sheets:
        target = folder / "inbox" / dice.choice(("", "a", "回收/二")) / f"{dice.randrange(10**9)}.xlsx"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(filled(form, speaker(case, form, said)))
    unsaid = {*case.marks, *case.visits, *case.batches} - said
    assert not unsaid, unsaid


def speaker(case: Case, form: Form, said: set[object]) -> Callable[[Spot], object]:
    """What the case's evaluator writes into each cell of a form; the keys of what was written go into `said`."""

    def say(spot: Spot) -> object:
        leaf, field = spot.component, spot.column.field
        if form.batch:
            said.add((leaf, form.evaluator, form.batch))
            return _card(case.batches[leaf, form.evaluator, form.batch], spot)
        if spot.table.kind == "open":
            said.add((leaf, form.evaluator))
            rows = case.visits[leaf, form.evaluator]
            at = int(spot.line.repeat) - 1
            if at >= len(rows):
                return None
            return {"unit": f"{rows[at][0]}局", "date": "2026-05-20", "mark": _typed(rows[at][1])}.get(field)
        if field in ("stated_grade", "reasons"):
            return "末等"
        key = (leaf, form.evaluator, spot.unit, spot.repeat, spot.indicator)
        said.add(key)
        return _typed(case.marks[key])

    return say


def _typed(mark: object) -> object:
    return format(mark, "f") if isinstance(mark, Decimal) else mark


def _card(batch: Batch, spot: Spot) -> object:
    if spot.table.kind == "grid":
        spoiled = sum(card is None for card in batch.cards)
        return {"issued": batch.issued, "returned": len(batch.cards), "spoiled": spoiled}[spot.column.field]
    if spot.table.kind == "tally":
        counts = Counter(card[spot.unit] for card in batch.cards if card is not None)
        return None if batch.tally == "no" else counts["" if spot.indicator == "未填" else spot.indicator]
    at = int(spot.line.repeat) - 1
    if at >= len(batch.cards) or batch.tally == "only":
        return None
    card = batch.cards[at]
    if spot.column.field == "spoiled":
        return "废票" if card is None else None
    return card[spot.unit] or None if card is not None else None


def cells(case: Case, form: Form) -> Iterator[tuple[Spot, MarkKey]]:
    """The cells of a form that hold one mark each, with the key of the mark."""
    from filling import spots

    for spot in spots(form):
        if spot.column.field == "mark" and spot.table.kind == "grid" and not form.batch:
            yield spot, (spot.component, form.evaluator, spot.unit, spot.repeat, spot.indicator)


# --- rules -----------------------------------------------------------------------------------------------------------


def rules(case: Case) -> str:
    """The rules as the office would write them."""
    groups = ", ".join(f'{{ id = "{group}", name = "{group}类" }}' for group in case.groups)
    head = [
        "format = 1\n[scheme]",
        f'id = "d"\nname = "部门"\ntotal = {case.total}\ndecimals = {case.decimals}',
        f"normalise = {_word(case.normalise)}\ngroups = [{groups}]",
    ]
    options = ", ".join(f'["{choice}", {points or _text("abstain")}]' for choice, points in SCALE.items())
    tail = [f"[scale]\ns = [{options}]", f"[places.p]\npoints = [{', '.join(PLACES)}]"]
    tail += [f'[rank]\nby = "{case.by}"\nties = {_list(case.ties)}']
    tail += [f"[bonus]\ncap = {case.cap}"] if case.cap is not None else []
    return "\n".join([*head, *_nodes(case), *(_leaf(leaf) for leaf in case.leaves), *tail, *_grades(case)]) + "\n"


def _nodes(case: Case) -> Iterator[str]:
    for key, (parent, digits) in case.nodes.items():
        yield f'[component.{key}]\nname = "{key}"' + _optional("in", parent) + _number("round", digits)


def _leaf(leaf: Leaf) -> str:
    lines = [
        f'[component.{leaf.key}]\nname = "{leaf.key}"\nweight = {leaf.weight}\nby = "{leaf.role}"',
        f"answer = {_answer(leaf)}\ndecimals = {leaf.decimals}",
        f'own_line = "{"count" if leaf.counts_own else "not_applicable"}"',
    ]
    if leaf.kind != "ballot":
        over = f"{{ trimmed = {leaf.over} }}" if isinstance(leaf.over, Decimal) else _text(leaf.over)
        lines.append(f"over = {over}")
    if leaf.periods or leaf.visits:
        repeats = f"periods = {_list(leaf.periods)}" if leaf.periods else 'word = "踏查"'
        lines.append(f'each = {{ {repeats}, over = "{leaf.each_over}" }}')
    lines += [f"groups = {_list(leaf.groups)}"] if leaf.groups else []
    lines += [f"{absence} = {_policy(policy)}" for absence, policy in leaf.policies.items()]
    return "\n".join(lines) + _optional("in", leaf.parent) + _number("round", leaf.round)


def _answer(leaf: Leaf) -> str:
    ballot = f'{{ ballot = "s", pool = "{leaf.pool}" }}'
    points = f"{{ points = {leaf.points} }}"
    answers = {"choice": '{ choice = "s" }', "rank": '{ rank = "p" }', "ballot": ballot, "points": points}
    return answers.get(leaf.kind, _text(leaf.kind))


def _policy(policy: Policy) -> str:
    return _text(policy) if isinstance(policy, str) else f"{{ weight_to = {_list(policy)} }}"


def _grades(case: Case) -> Iterator[str]:
    for grade in case.grades:
        yield f'[[grade]]\nname = "{grade.name}"\nfrom = {grade.bound}'
        for one in grade.conditions:
            bound = f"percent = {one.percent}" if one.percent is not None else f"points = {one.points}"
            yield f'[[grade.conditions]]\ncomponent = "{one.component}"\n{bound}'


def _text(word: str) -> str:
    return f'"{word}"'


def _word(flag: bool) -> str:
    return "true" if flag else "false"


def _list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_text, words)) + "]"


def _optional(key: str, word: str) -> str:
    return f'\n{key} = "{word}"' if word else ""


def _number(key: str, number: int | None) -> str:
    return "" if number is None else f"\n{key} = {number}"


# --- long tables -----------------------------------------------------------------------------------------------------


def _roster(case: Case) -> dict[str, str]:
    leaves = [(leaf.key, line) for leaf in case.leaves for line in leaf.lines]
    tables = {
        "单位": ["编号,名称,对象类别,分类,顺序,参评"]
        + [f"{u.id},{u.name},d,{u.group},{at},{u.standing}" for at, u in enumerate(case.units, 1)],
        "评估主体": ["编号,名称,角色,所属单位"]
        + [f"{each.id},评委{each.id},{each.role},{each.unit}" for each in case.evaluators],
        "分管": ["评估主体,单位"] + [f"{each.id},{unit}" for each in case.evaluators for unit in each.charge or ()],
        "批次": ["评估主体,批次,评价卡数"] + [f"{who},{batch},{ROOM}" for who, batch in case.meetings],
        "指标": ["对象类别,评估内容,编号,名称,预赋分值,评分主体,单位"]
        + [f"d,{leaf},{one.id},{one.id}项,{one.full},{one.owner},{one.unit}" for leaf, one in leaves],
        "不适用": ["对象类别,评估内容,指标,单位,文号,理由"]
        + [f"d,{leaf},{line},{unit},文1,无此职责" for leaf, line, unit in case.away],
    }
    return {name: "\n".join(rows) + "\n" for name, rows in tables.items()}


def _ledger(case: Case) -> str:
    names = {unit.id: unit.name for unit in case.units}
    waived = [names.get(who, f"评委{who}") for who in sorted(case.waived)]
    lines = [f"免报,文2,2027-01-05,出差,,{who}," for who in waived]
    lines += [f"加分,文3-{at},2027-01-06,表彰,{unit},,{points}" for at, (unit, points) in enumerate(case.bonus)]
    lines += [f"扣分,文4-{at},2027-01-07,通报,{unit},,{points}" for at, (unit, points) in enumerate(case.deduction)]
    lines += [f"一票否决,文5-{at},2027-01-08,事故,{unit},," for at, unit in enumerate(case.vetoes)]
    lines += [f"同分裁定,文6,2027-01-09,会议,{unit},,{place}" for unit, place in case.places.items()]
    return "种类,文号,日期,理由,单位,评估主体,新值\n" + "".join(f"{line}\n" for line in lines)
