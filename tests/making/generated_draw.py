"""Draws cases: the rules piece by piece by hypothesis, so that a failing example shrinks to few pieces; the marks from
a seed and from what each cell means.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from generated import (
    MARKING,
    OVERS,
    OWNERS,
    PERIODS,
    SCALE,
    VOTING,
    WITHHELD,
    Batch,
    Case,
    Condition,
    Evaluator,
    Grade,
    Leaf,
    Line,
    Mark,
    MarkKey,
    Policy,
    Unit,
)

few = st.integers(0, 4).map(lambda n: max(n - 2, 0))  # mostly 0
rarely = st.integers(0, 5).map(lambda n: n == 5)


@st.composite
def cases(draw: st.DrawFn, *, steady: bool = False) -> Case:
    """An evaluation with everything that its evaluators say; `steady`: without decided ties and deductions."""
    units = _units(draw)
    nodes, parents = _tree(draw)
    evaluators = _evaluators(draw, units)
    count = draw(st.integers(1, 5))
    leaves = [_leaf(draw, f"c{at}", draw(st.sampled_from(parents)), units, evaluators) for at in range(count)]
    leaves += _split(draw, parents, units)
    nodes = {key: value for key, value in nodes.items() if _used(key, nodes, leaves)}
    voters = [each.id for each in evaluators if each.role == VOTING]
    used = {leaf.role for leaf in leaves}
    meetings = tuple((who, str(n)) for who in voters for n in range(1, draw(st.integers(1, 2)) + 1))
    marked = [each for each in evaluators if each.role in used or (each.role == OWNERS and "owner" in used)]
    everybody = [each.id for each in marked] + ([unit.id for unit in units] if "self" in used else [])
    normalise = draw(st.booleans())
    stated = sum((leaf.weight for leaf in leaves if not leaf.groups or "g1" in leaf.groups), Decimal(0))
    total = Decimal(100) if normalise else stated
    takers = [unit.id for unit in units if unit.standing != "不参评"]
    amounts = st.decimals("0.01", "1.5", places=2)
    case = Case(
        units=units,
        nodes=nodes,
        leaves=tuple(leaves),
        evaluators=tuple(marked),
        meetings=meetings if VOTING in used else (),
        away=(),
        waived=frozenset(who for who in everybody if draw(rarely) or (who == "owners-0" and draw(st.booleans()))),
        total=total,
        normalise=normalise,
        decimals=draw(st.sampled_from((0, 0, 2, 3))),
        by=draw(st.sampled_from(("published", "exact"))),
        ties=(),
        grades=(),
        cap=draw(st.none() | st.decimals("0.5", "2", places=1)),
        bonus=tuple((draw(st.sampled_from(takers)), draw(amounts)) for _ in range(draw(st.integers(0, 2)))),
        deduction=() if steady else tuple((draw(st.sampled_from(takers)), draw(amounts)) for _ in range(draw(few))),
        vetoes=tuple(draw(st.sampled_from(takers)) for _ in range(draw(few))),
    )
    case = _with_policies(draw, case)
    components = [*case.nodes, *(leaf.key for leaf in case.leaves)]
    case = replace(
        case,
        ties=tuple(draw(st.permutations(components))[: draw(st.integers(0, 2))]),
        grades=_grades(draw, total, components),
        away=_away(draw, case),
    )
    return said(case, draw(st.integers(0, 10**6)), twins=draw(st.booleans()))


def _units(draw: st.DrawFn) -> tuple[Unit, ...]:
    groups = draw(st.integers(1, 2))
    standing = st.sampled_from(("参评", "参评", "参评", "参评", "不排名", "不参评"))
    return tuple(
        Unit(f"U{at}", f"g{at % groups + 1}", "参评" if at < groups else draw(standing))
        for at in range(draw(st.integers(2, 5)))
    )


def _tree(draw: st.DrawFn) -> tuple[dict[str, tuple[str, int | None]], list[str]]:
    """Up to two components with parts, one perhaps below the other."""
    nodes: dict[str, tuple[str, int | None]] = {}
    for key in ("n1", "n2")[: draw(st.integers(0, 2))]:
        nodes[key] = draw(st.sampled_from(["", *nodes])), draw(st.sampled_from((None, None, 1)))
    return nodes, ["", *nodes]


def _used(key: str, nodes: Mapping[str, tuple[str, int | None]], leaves: list[Leaf]) -> bool:
    inner = [node for node, (parent, _) in nodes.items() if parent == key]
    return any(leaf.parent == key for leaf in leaves) or any(_used(node, nodes, leaves) for node in inner)


def _evaluators(draw: st.DrawFn, units: tuple[Unit, ...]) -> list[Evaluator]:
    made = []
    ids = [unit.id for unit in units if unit.standing != "不参评"]
    for role, least, most in (*((role, 1, 5) for role in MARKING), (OWNERS, 2, 2), (VOTING, 1, 2)):
        for at in range(draw(st.integers(least, most))):
            charge = tuple(draw(st.lists(st.sampled_from(ids), unique=True, min_size=1))) if draw(rarely) else None
            unit = draw(st.sampled_from(ids)) if role != VOTING and draw(rarely) else ""
            made.append(Evaluator(f"{role}-{at}", role, unit, None if role == OWNERS else charge))
    return made


def _leaf(draw: st.DrawFn, key: str, parent: str, units: tuple[Unit, ...], evaluators: list[Evaluator]) -> Leaf:
    kind = draw(st.sampled_from(("percent", "points", "points", "points", "choice", "rank", "ballot", "ballot")))
    roles = {"ballot": [VOTING], "rank": [*MARKING], "points": [*MARKING, "self", "owner", "owner"]}
    leaf = Leaf(
        key,
        parent,
        Decimal(draw(st.integers(1, 20) | st.integers(1, 20) | st.integers(20, 400))) / 10,
        draw(st.sampled_from(roles.get(kind, [*MARKING, "self"]))),
        kind,
        decimals=0 if kind == "rank" else draw(st.integers(0, 3)),
        round=draw(st.sampled_from((None, None, None, 0, 2))),
        points=Decimal(draw(st.sampled_from((4, 10, 30)))),
        pool=draw(st.sampled_from(("cards", "batches"))),
        counts_own=draw(st.booleans()),
    )
    if kind == "ballot":
        return leaf
    over: str | Decimal = draw(st.sampled_from(OVERS) | st.sampled_from((Decimal("0.2"), Decimal("0.34"))))
    leaf = replace(leaf, over=over)
    if kind == "points":
        leaf = replace(leaf, lines=_lines(draw, leaf, units, [each.id for each in evaluators if each.role == OWNERS]))
    each = draw(st.sampled_from(("once", "periods", "visits")))
    own_lines = any(line.unit for line in leaf.lines)
    if each == "periods" and not own_lines:
        leaf = replace(leaf, periods=PERIODS[: draw(st.integers(1, 3))])
    if each == "visits" and not leaf.lines and kind != "rank":
        leaf = replace(leaf, visits=True)
    return replace(leaf, each_over=draw(st.sampled_from(OVERS))) if leaf.periods or leaf.visits else leaf


def _lines(draw: st.DrawFn, leaf: Leaf, units: tuple[Unit, ...], owners: list[str]) -> tuple[Line, ...]:
    """Shared lines, or goals of each unit's own beside one that all share; their points make up the leaf's."""
    if leaf.role == "owner" or draw(st.booleans()):
        count = draw(st.integers(1 if leaf.role == "owner" else 0, 4))
        fulls = enumerate(_shared(leaf.points, count))
        owned = leaf.role == "owner"
        return tuple(Line(f"i{at}", full, owner=owners[at % len(owners)] if owned else "") for at, full in fulls)
    shared = draw(st.sampled_from((Decimal(0), Decimal(1))))
    lines = [Line("all", shared)] if shared else []
    for unit in units:
        goals = [] if not shared and draw(rarely) else _shared(leaf.points - shared, draw(st.integers(1, 3)))
        lines += [Line(f"{unit.id}-{at}", full, unit.id) for at, full in enumerate(goals)]
    return tuple(lines)


def _shared(points: Decimal, count: int) -> list[Decimal]:
    """So many parts of the points, the first ones half a point each."""
    return [Decimal("0.5")] * (count - 1) + [points - Decimal("0.5") * (count - 1)] if count else []


def _split(draw: st.DrawFn, parents: list[str], units: tuple[Unit, ...]) -> list[Leaf]:
    """A component that each group has in its own way, with the same weight."""
    groups = sorted({unit.group for unit in units})
    if len(groups) < 2 or draw(st.booleans()):
        return []
    one = Leaf("s1", draw(st.sampled_from(parents)), Decimal("7.5"), MARKING[0], "percent")
    other = Leaf("s2", "", Decimal("7.5"), "self", "choice", groups=(groups[1],))
    return [replace(one, groups=(groups[0],)), other]


def _with_policies(draw: st.DrawFn, case: Case) -> Case:
    """What each kind of absence means; a weight moves only where somebody can take it."""
    leaves = []
    for leaf in case.leaves:
        others = [part for part in case.parts(leaf.parent) if part != leaf.key]
        fixed: list[Policy] = ["full", "zero"]
        moves: list[Policy] = ["reweigh", "reweigh", tuple(others[:1]), tuple(others[-2:])] if others else []
        refuse: list[Policy] = ["refuse"] if draw(rarely) else []
        policies = {
            absence: draw(st.sampled_from(fixed + moves + refuse))
            for absence in ("none", "not_applicable", "undefined")
        }
        if leaf.kind != "ballot":
            policies["waived"] = draw(st.sampled_from(["out", "out", *fixed]))
        if any(line.unit for line in leaf.lines) and policies["none"] == "refuse":
            policies["none"] = "zero"  # a unit may have no goals
        policies["abstained"] = draw(st.sampled_from(["out", "out", *fixed, *moves[:1], *refuse]))
        policies["missing"] = draw(st.sampled_from(["out", *fixed]))
        leaves.append(replace(leaf, policies=policies))
    return replace(case, leaves=tuple(leaves))


def _away(draw: st.DrawFn, case: Case) -> tuple[tuple[str, str, str], ...]:
    """Decided lines and components that do not exist for a unit; only where the rules say what then."""
    found = []
    for leaf in case.leaves:
        for unit in case.taking_part:
            mine = not leaf.groups or unit.group in leaf.groups
            if mine and leaf.policy("not_applicable") != "refuse" and draw(rarely):
                lines = ["", *(line.id for line in leaf.lines if line.unit in ("", unit.id))]
                found.append((leaf.key, draw(st.sampled_from(lines)), unit.id))
    return tuple(found)


def _grades(draw: st.DrawFn, total: Decimal, components: list[str]) -> tuple[Grade, ...]:
    bounds = sorted(draw(st.lists(st.integers(30, 95), unique=True, max_size=3)), reverse=True)
    made = []
    for bound in bounds:
        conditions = []
        if draw(st.booleans()):
            percent = draw(st.booleans())
            value = Decimal(draw(st.integers(20, 95)))
            component = draw(st.sampled_from(components))
            conditions.append(Condition(component, value if percent else None, None if percent else Decimal("0.1")))
        made.append(Grade(f"等次{bound}", total * bound / 100, tuple(conditions)))
    return (*made, Grade("末等", Decimal(0)))


# --- what the evaluators say -----------------------------------------------------------------------------------------


def said(case: Case, seed: int, *, twins: bool) -> Case:
    """The case with every mark, visit and card; `twins`: the second unit is judged like the first."""

    def dice(*about: str) -> random.Random:
        return random.Random("|".join((str(seed), *about)))

    def mark(leaf: Leaf, who: str, unit: Unit, repeat: str, line: Line | None) -> Mark:
        face = "U0" if twins and unit.id == "U1" else unit.id
        thrown = dice(leaf.key, who, face, repeat, line.id.removeprefix(unit.id) if line else "")
        if thrown.random() < 0.04:
            return WITHHELD
        if leaf.kind == "choice":
            return thrown.choice(list(SCALE))
        high = (line.full if line else leaf.points) if leaf.kind == "points" else Decimal(100)
        steps = int(high * 10**leaf.decimals)
        coarse = thrown.choice((0, steps // 2, steps))
        return Decimal(coarse if thrown.random() < 0.4 else thrown.randint(0, steps)).scaleb(-leaf.decimals)

    marks: dict[MarkKey, Mark] = {}
    visits: dict[tuple[str, str], tuple[tuple[str, Mark], ...]] = {}
    batches: dict[tuple[str, str, str], Batch] = {}
    for leaf in case.leaves:
        if leaf.role == "owner":
            marks |= _owned(case, leaf, mark)
        for who, units in case.asking(leaf):
            thrown = dice(leaf.key, who)
            if leaf.kind == "ballot":
                mine = [batch for voter, batch in case.meetings if voter == who]
                batches |= {(leaf.key, who, each): _batch(dice(leaf.key, who, each), units) for each in mine}
            elif leaf.visits:
                seen = [unit for unit in units for _ in range(thrown.choice((0, 1, 2, 4)))]
                thrown.shuffle(seen)
                visits[leaf.key, who] = tuple((u.id, mark(leaf, who, u, str(at), None)) for at, u in enumerate(seen))
            elif leaf.kind == "rank":
                for repeat in leaf.periods or ("",):
                    marks |= _listed(leaf, who, units, repeat, thrown)
            else:
                for unit in units:
                    for repeat in leaf.periods or ("",):
                        for line in case.lines(leaf, unit) if leaf.lines else [None]:
                            key = (leaf.key, who, unit.id, repeat, line.id if line else "")
                            marks[key] = mark(leaf, who, unit, repeat, line)
    return replace(case, marks=marks, visits=visits, batches=batches)


def _owned(case: Case, leaf: Leaf, mark: object) -> dict[MarkKey, Mark]:
    assert callable(mark)
    return {
        (leaf.key, line.owner, unit.id, repeat, line.id): mark(leaf, line.owner, unit, repeat, line)
        for unit in case.taking_part
        if case.applies(leaf, unit)
        for line in case.lines(leaf, unit)
        if line.owner not in case.waived
        for repeat in leaf.periods or ("",)
    }


def _listed(leaf: Leaf, who: str, units: list[Unit], repeat: str, dice: random.Random) -> dict[MarkKey, Mark]:
    """One list of places, perhaps without somebody."""
    order = [unit.id for unit in units]
    dice.shuffle(order)
    left_out = order.pop() if len(order) > 1 and dice.random() < 0.1 else ""
    made: dict[MarkKey, Mark] = {(leaf.key, who, unit, repeat, ""): Decimal(at) for at, unit in enumerate(order, 1)}
    return made | ({(leaf.key, who, left_out, repeat, ""): WITHHELD} if left_out else {})


def _batch(dice: random.Random, units: list[Unit]) -> Batch:
    """Some cards; no valid one is blank altogether."""
    cards: list[Mapping[str, str] | None] = []
    for _ in range(dice.randint(1, 5)):
        choices = {unit.id: dice.choice(("", *SCALE, *SCALE)) for unit in units}
        if not any(choices.values()):
            choices[units[0].id] = "良"
        cards.append(None if dice.random() < 0.1 else choices)
    return Batch(len(cards) + dice.randint(0, 2), tuple(cards), dice.choice(("no", "too", "only")))
