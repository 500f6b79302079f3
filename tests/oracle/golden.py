"""A bundled evaluation worked out a second time: from the text of its rules and tables and from what people said.

    results(folder, said) -> a row per unit

`folder` has `schemes/*.toml` and `roster/*.csv`; `said` are the rows of a filling (who says what of which unit, in
plain text).  No code is shared with the tool, no workbook is read: what the tool makes of the workbooks must come out
the same.  Whatever these loops do not know stops them (`Unsettled`); nothing is passed over.
"""

from __future__ import annotations

import ast
import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import golden_methods as method
from golden_surveys import surveyed

FIGURE = "figure:"
Row = Mapping[str, str]
Share = Fraction | str  # a share of full marks, or the kind of absence


class Unsettled(Exception):
    """The rules leave it open, or these loops do not know the rule."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the rules give one unit."""

    class_id: str
    group: str
    unit: str
    exact: Fraction
    published: Decimal
    rank: int | None
    grade: str


@dataclass
class Book:
    """Rules, tables and what was said, side by side."""

    rules: dict[str, dict[str, Any]]
    tables: dict[str, list[Row]]
    said: Mapping[tuple[str, str, str], list[Row]]  # by class, component and unit
    ids: dict[str, str] = field(default_factory=dict)  # of classes and groups, by name
    units: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    taken: dict[tuple[str, str], Fraction] = field(default_factory=dict)  # of other results, by `from` and unit

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def id(self, text: str) -> str:
        return self.ids.get(text, text)

    def unit(self, text: str) -> str:
        return self.units.get(text, text)

    def who(self, text: str) -> str:
        return self.people.get(text, text)

    def role(self, text: str) -> str:
        return self.roles.get(text, text)

    def leaves(self, class_id: str) -> list[str]:
        components = self.rules[class_id]["component"]
        parents = {each.get("in", "") for each in components.values()}
        return [key for key in components if key not in parents]


def read(folder: Path, said: Sequence[Row], exports: Mapping[str, bytes] | None = None) -> Book:
    rules = {}
    for path in sorted((folder / "schemes").glob("*.toml")):
        tree = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        rules[tree["scheme"]["id"]] = tree
    said = [*said, *surveyed(folder, rules, exports or {})]
    tables: dict[str, list[Row]] = {}
    for path in sorted((folder / "roster").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            tables[path.stem] = list[Row](csv.DictReader(stream))
    places: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for answer in said:
        places[answer["class"], answer["component"], answer["unit"]].append(answer)
    book = Book(rules, tables, places)
    for tree in rules.values():
        book.ids[tree["scheme"]["name"]] = tree["scheme"]["id"]
        book.ids |= {each["name"]: each["id"] for each in tree["scheme"]["groups"]}
    book.units = {row["名称"]: row["编号"] for row in book.rows("单位")}
    settings = tomllib.loads((folder / "evaluation.toml").read_text("utf-8"))
    book.roles = {name: role for role, name in settings.get("roles", {}).items()}
    book.people = {row["名称"]: row["编号"] for row in book.rows("评估主体")}
    return book


# --- units, lines, evaluators ----------------------------------------------------------------------------------------


def units(book: Book, class_id: str, group: str = "") -> list[Row]:
    rows = [row for row in book.rows("单位") if book.id(row["对象类别"]) == class_id]
    rows = [row for row in rows if row.get("参评", "") != "不参评" and group in ("", book.id(row["分类"]))]
    return sorted(rows, key=lambda row: int(row["顺序"]))


def component_id(book: Book, class_id: str, text: str) -> str:
    components = book.rules[class_id]["component"]
    return text if text in components else next(key for key, each in components.items() if each["name"] == text)


def lines(book: Book, class_id: str, leaf: str, unit: str) -> list[Row]:
    """The indicators that a unit has in a leaf."""
    found = []
    for row in book.rows("指标"):
        mine = book.id(row["对象类别"]) == class_id and component_id(book, class_id, row["评估内容"]) == leaf
        if mine and book.unit(row.get("单位", "") or "") in ("", unit):
            owner = book.who(row.get("评分主体", "") or "")
            own = unit in {
                book.unit(each.get("所属单位", "")) for each in book.rows("评估主体") if each["编号"] == owner
            }
            counted = book.rules[class_id]["component"][leaf].get("own_line") == "count"
            if not is_away(book, class_id, leaf, row["编号"], unit) and (not own or counted):
                found.append(row)
    return found


def is_away(book: Book, class_id: str, leaf: str, indicator: str, unit: str) -> bool:
    for row in book.rows("不适用"):
        same = book.id(row["对象类别"]) == class_id and component_id(book, class_id, row["评估内容"]) == leaf
        if same and book.unit(row["单位"]) == unit and row.get("指标", "") in ("", indicator):
            return True
    return False


def answers(book: Book, class_id: str, leaf: str, unit: str) -> list[Row]:
    return book.said.get((class_id, leaf, unit), [])


# --- one leaf, one unit ----------------------------------------------------------------------------------------------


def share(book: Book, class_id: str, leaf: str, unit: str) -> Share:
    """A unit's share in a leaf, or the kind of absence: where the rules say so the mean of other units stands in."""
    component = book.rules[class_id]["component"][leaf]
    own = counted_share(book, class_id, leaf, unit)
    policy = component.get(own, "refuse") if isinstance(own, str) else ""
    if policy in ("group_mean", "class_mean"):
        me = next(row for row in units(book, class_id) if row["编号"] == unit)
        group = book.id(me["分类"]) if policy == "group_mean" else ""
        found = [counted_share(book, class_id, leaf, each) for each in ranked_units(book, class_id, group)]
        there = [each for each in found if isinstance(each, Fraction)]
        if not there:
            raise Unsettled(f"{leaf}: nobody has a share of which the mean could be taken")
        own = method.combined(there, "mean")
    return own * factor(book, component, unit) if isinstance(own, Fraction) else own


def ranked_units(book: Book, class_id: str, group: str) -> list[str]:
    return [row["编号"] for row in units(book, class_id, group) if is_ranked(row)]


def counted_share(book: Book, class_id: str, leaf: str, unit: str) -> Share:
    """What the answers say, held against those about others, on the curve of the component."""
    component = book.rules[class_id]["component"][leaf]
    found = said_share(book, class_id, leaf, unit)
    if isinstance(found, Fraction) and "benchmark" in component:
        found = held(book, class_id, leaf, unit, found)
    return converted(component, found)


def held(book: Book, class_id: str, leaf: str, unit: str, own: Fraction) -> Share:
    """Against the best or the mean of the ranked units, or times the mean of all over the mean of the review group."""
    component = book.rules[class_id]["component"][leaf]
    rule = component["benchmark"]
    rule = {"full": rule} if isinstance(rule, str) else rule
    me = next(row for row in units(book, class_id) if row["编号"] == unit)
    group = book.id(me["分类"])
    by_groups = rule.get("even") == "groups"
    scope = "" if by_groups or rule.get("among") == "class" else group

    def shares(whom: Sequence[str]) -> list[Fraction]:
        said = [said_share(book, class_id, leaf, each) for each in whom]
        return [each for each in said if isinstance(each, Fraction)]

    def judges(whose: str) -> set[str]:
        if component["by"] != "owner":
            return set(asked(book, class_id, component["by"], whose))
        return {book.who(line["评分主体"]) for line in lines(book, class_id, leaf, whose)}

    everybody = shares(ranked_units(book, class_id, scope))
    panel = ranked_units(book, class_id, group if by_groups else scope)
    mine = shares([each for each in panel if by_groups or judges(each) == judges(unit)])
    if "even" not in rule:
        mine = everybody
    if not everybody or not mine or min(sum(everybody), sum(mine), max(everybody)) <= 0:
        return "undefined"
    mean, of_panel = method.combined(everybody, "mean"), method.combined(mine, "mean")
    made = own * mean / of_panel if "even" in rule else own / (max(everybody) if rule["full"] == "best" else mean)
    return min(made, Fraction(rule.get("cap", 100)) / 100)


def said_share(book: Book, class_id: str, leaf: str, unit: str) -> Share:
    """What the answers about a unit come to."""
    component = book.rules[class_id]["component"][leaf]
    if is_away(book, class_id, leaf, "", unit):
        return "not_applicable"
    if "from" in component:
        figure = book.taken.get((component["from"], unit))
        rates = component.get("answer", {"curve": [[0, 0], [100, 100]]})
        return "missing" if figure is None else method.curve(rates, figure, {})
    answer = component["answer"]
    if isinstance(answer, dict) and "ballot" in answer:
        return cards(book, class_id, leaf, unit)
    has_lines = any(
        component_id(book, class_id, row["评估内容"]) == leaf
        for row in book.rows("指标")
        if book.id(row["对象类别"]) == class_id
    )
    if has_lines and not lines(book, class_id, leaf, unit):
        every = [
            row
            for row in book.rows("指标")
            if book.id(row["对象类别"]) == class_id
            and component_id(book, class_id, row["评估内容"]) == leaf
            and book.unit(row.get("单位", "") or "") in ("", unit)
        ]
        return "not_applicable" if every else "none"
    by_who: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    period_of = periods(component)
    for row in answers(book, class_id, leaf, unit):
        if row["field"] == "mark" or row["field"].startswith(FIGURE):
            repeat = row["repeat"] if row["repeat"] in period_of or row["field"] == "mark" else ""
            who = "" if component["by"] == "owner" else row["evaluator"]
            by_who[who][repeat].append(row)
    found = [one_evaluator(book, class_id, leaf, unit, by_who[who]) for who in who_order(book, by_who)]
    if component.get("missing") == "mean":
        found += ["missing"] * sum(who not in by_who for who in asked(book, class_id, component["by"], unit))
    return settle(component, found, component.get("over", "mean"))


def asked(book: Book, class_id: str, role: str, unit: str) -> list[str]:
    """Who marks a unit: everybody of a role, or whose charges name it, its group or its class."""
    group = next(book.id(row["分类"]) for row in book.rows("单位") if row["编号"] == unit)
    people = [row["编号"] for row in book.rows("评估主体") if book.role(row["角色"]) == role]

    def marks(who: str) -> bool:
        own = [row for row in book.rows("分管") if book.who(row["评估主体"]) == who]
        named = [book.unit(book.id(row.get(column) or "")) for row in own for column in ("对象类别", "分类", "单位")]
        return not own or bool({class_id, group, unit} & set(named))

    return [who for who in people if marks(who)]


def converted(component: Mapping[str, Any], found: Share) -> Share:
    """What everybody comes to, on the curve of the component."""
    convert = component.get("convert")
    if not isinstance(found, Fraction) or convert is None:
        return found
    return method.curve({"curve": convert} if isinstance(convert, list) else convert, found * 100, {})


def factor(book: Book, component: Mapping[str, Any], unit: str) -> Fraction:
    """What multiplies a unit's points in a component: its own factor, those above it, the total's."""
    class_id = next(book.id(row["对象类别"]) for row in book.rows("单位") if row["编号"] == unit)
    rules, made = book.rules[class_id], Fraction(1)
    names = [rules["scheme"].get("factor", "")]
    while component:
        names.append(component.get("factor", ""))
        component = rules["component"].get(component.get("in", ""), {})
    for name in filter(None, names):
        rows = [row for row in book.rows("参数") if row["参数"] == name and row["单位"] in ("", unit)]
        made *= Fraction(max(rows, key=lambda row: row["单位"])["数值"])
    return made


def who_order(book: Book, by_who: Mapping[str, object]) -> list[str]:
    listed = [row["编号"] for row in book.rows("评估主体")]
    return sorted(by_who, key=lambda who: listed.index(who) if who in listed else len(listed))


def periods(component: Mapping[str, Any]) -> list[str]:
    each = component.get("each")
    if isinstance(each, list):
        return each
    if isinstance(each, dict):
        if "stages" in each:
            return [period for stage in each["stages"].values() for period in stage]
        return list(each.get("periods", ()))
    return []


def one_evaluator(book: Book, class_id: str, leaf: str, unit: str, repeats: Mapping[str, list[Row]]) -> Share:
    component = book.rules[class_id]["component"][leaf]
    each = component.get("each")
    wanted = periods(component) or sorted(repeats, key=lambda text: int(text or 0))
    shares = {r: one_answer(book, class_id, leaf, unit, repeats[r]) if r in repeats else "missing" for r in wanted}
    if isinstance(each, dict) and "stages" in each:
        inside = each.get("stage_over", "sum")
        staged = [settle(component, [shares[p] for p in stage], inside) for stage in each["stages"].values()]
        return settle(component, staged, each.get("over", "mean"))
    over = each.get("over", "mean") if isinstance(each, dict) else "mean"
    return settle(component, [shares[r] for r in wanted], over)


def settle(component: Mapping[str, Any], found: Sequence[Share], over: object) -> Share:
    """Absences follow their policy; what is left is combined."""
    shares = []
    for one in found:
        if isinstance(one, Fraction):
            shares.append(one)
            continue
        policy = "out" if one == "none" else component.get(one, "refuse")
        if policy in ("full", "zero"):
            shares.append(Fraction(policy == "full"))
        elif isinstance(policy, int | Decimal):
            shares.append(Fraction(policy) / 100)
        elif policy == "mean":
            given = [each for each in found if isinstance(each, Fraction)]
            shares += [method.combined(given, "mean")] if given and over != "mean" else []
        elif policy != "out":
            return one
    if isinstance(over, Mapping) and "drop" in over and 0 < len(shares) < over.get("at_least", 2 * over["drop"] + 1):
        return "undefined"
    return method.combined(shares, over) if shares else "none"


# --- one answer ------------------------------------------------------------------------------------------------------


def one_answer(book: Book, class_id: str, leaf: str, unit: str, said: Sequence[Row]) -> Share:
    """What one evaluator says of one unit in one period."""
    rules = book.rules[class_id]
    component = rules["component"][leaf]
    answer = component["answer"]
    if "tally" in answer:
        return counted(component, said)
    own = lines(book, class_id, leaf, unit)
    if own:
        return over_lines(book, class_id, leaf, unit, own, said)
    if "lines" in answer:
        return chosen(dict(rules["scale"][answer["choice"]]), answer["lines"], said)
    (row,) = said
    if answer == "percent":
        return withheld(row) or Fraction(row["value"]) / 100
    if "points" in answer:
        return withheld(row) or Fraction(row["value"]) / Fraction(answer["points"])
    if "choice" in answer:
        points = dict(rules["scale"][answer["choice"]])[row["value"]]
        return "abstained" if points == "abstain" else Fraction(points) / 100
    if "rank" in answer:
        places = rules["places"][answer["rank"]]
        place = int(row["value"])
        if "points" in places:
            return Fraction(places["points"][min(place, len(places["points"])) - 1]) / 100
        if "last" in places:
            ranked = len(units(book, class_id)) - 1
            first, last = Fraction(places.get("first", 100)), Fraction(places["last"])
            return (first - (first - last) * Fraction(place - 1, ranked) if ranked else first) / 100
        points = Fraction(places.get("first", 100)) - Fraction(places.get("step", 0)) * (place - 1)
        return max(points, Fraction(places.get("least", 0))) / 100
    raise Unsettled(f"{leaf}: {answer}")


def counted(component: Mapping[str, Any], said: Sequence[Row]) -> Share:
    """Points for each case of every kind in one pot."""
    answer, full = component["answer"], Fraction(component["weight"])
    kinds = component.get("figures", ["件数"])
    pot = full if answer.get("start") == "full" else Fraction(answer.get("start", 0))
    for kind, points in answer["tally"].items():
        rows = {row["field"].removeprefix(FIGURE): row["value"] for row in said if row["indicator"] == kind}
        cases = [rows[each] for each in kinds if rows.get(each)]
        if not cases:
            return "missing"
        pot += Fraction(points) * Fraction(cases[-1])
    return min(max(pot, Fraction(answer.get("least", 0))), Fraction(answer.get("most", full))) / full


def chosen(scale: Mapping[str, Any], aspects: Mapping[str, Any], said: Sequence[Row]) -> Share:
    """A choice for each aspect, which has so many points."""
    by_aspect = {row["indicator"]: scale[row["value"]] for row in said}
    if by_aspect.keys() != aspects.keys() or "abstain" in by_aspect.values():
        raise Unsettled(f"{sorted(aspects)}: not all of them are chosen for")
    got = sum((Fraction(full) * Fraction(by_aspect[aspect]) / 100 for aspect, full in aspects.items()), Fraction(0))
    return got / sum(Fraction(full) for full in aspects.values())


def withheld(row: Row) -> str:
    return "abstained" if row["value"] == "弃权" else ""


def over_lines(book: Book, class_id: str, leaf: str, unit: str, own: Sequence[Row], said: Sequence[Row]) -> Share:
    """Points of the lines out of their preset points; each line by its method, absent ones by their policy."""
    component = book.rules[class_id]["component"][leaf]
    got = preset = Fraction(0)
    gone: list[str] = []
    for line in own:
        full = Fraction(line["预赋分值"])
        if not full:
            continue  # a figure that another line needs
        result = line_share(book, class_id, leaf, unit, line, said)
        if component.get("verify") and not is_verified(book, class_id, leaf, unit, line["编号"]):
            result = "unverified"
        policy = component.get(result, "refuse") if isinstance(result, str) else ""
        if isinstance(result, Fraction):
            got, preset = got + result * full, preset + full
        elif policy in ("full", "zero"):
            got, preset = got + (full if policy == "full" else 0), preset + full
        elif policy == "out":
            gone.append(result)
        else:
            return result
    return got / preset if preset else (gone or ["missing"])[0]


def is_verified(book: Book, class_id: str, leaf: str, unit: str, indicator: str) -> bool:
    """Whether somebody looked at a line and found it true."""
    said = [
        row["value"]
        for row in answers(book, class_id, leaf, unit)
        if row["indicator"] == indicator and row["field"] == "verify_result"
    ]
    return bool(said) and set(said) == {"属实"}


def line_share(book: Book, class_id: str, leaf: str, unit: str, line: Row, said: Sequence[Row]) -> Share:
    rules = book.rules[class_id]
    answer = rules["component"][leaf]["answer"]
    parameters: Any = rules["method"][line["计分方法"]] if line.get("计分方法") else answer
    if "points" in parameters:
        (row,) = [row for row in said if row["indicator"] == line["编号"] and row["field"] == "mark"]
        return withheld(row) or Fraction(row["value"]) / Fraction(line["预赋分值"])
    if line.get("算式"):
        try:
            now = derived(book, class_id, unit, line["算式"], said[0]["repeat"] if said else "")
        except ZeroDivisionError:
            return "undefined"
    else:
        now = figure(book, class_id, leaf, said, line["编号"])
    if now is None:
        return "missing"
    result = by_method(book, class_id, leaf, unit, line, parameters, now, said)
    return "undefined" if result is None else result


def figure(book: Book, class_id: str, leaf: str, said: Sequence[Row], indicator: str) -> Fraction | None:
    """The figure that counts: of the last kind that was given."""
    kinds = book.rules[class_id]["component"][leaf].get("figures", ["初步数", "核实数", "年鉴数"])
    rows = {row["field"].removeprefix(FIGURE): row["value"] for row in said if row["indicator"] == indicator}
    given = [rows[kind] for kind in kinds if rows.get(kind)]
    return Fraction(given[-1]) if given else None


def derived(book: Book, class_id: str, unit: str, key: str, repeat: str) -> Fraction | None:
    """A figure that is reckoned: Python reads the formula, over fractions; None where something is not typed."""
    tokens = re.findall(
        r"'[^']*'|[^\W\d]\w*(?:\.\w+)*|\d+(?:\.\d+)?|<=|>=|\S", book.rules[class_id]["figure"][key]["formula"]
    )
    text, values = [], {}
    for token in tokens:
        if token[0].isdigit():
            text.append(f"Fraction('{token}')")
        elif token.upper() in FUNCTIONS:
            text.append("IF" if token.upper() == "IF" else f"FUNCTIONS['{token.upper()}']")
        elif token[0] == "'" or token[0].isalpha():
            values[token] = named_figure(book, class_id, unit, token.strip("'"), repeat)
            text.append(f"values[{token!r}]")
        else:
            text.append({"×": "*", "÷": "/", "（": "(", "）": ")", "－": "-", "＋": "+"}.get(token, token))
    if None in values.values():
        return None
    tree = ast.fix_missing_locations(OneBranch().visit(ast.parse("".join(text), mode="eval")))
    known = {"Fraction": Fraction, "FUNCTIONS": FUNCTIONS, "values": values}
    return Fraction(eval(compile(tree, key, "eval"), known))


class OneBranch(ast.NodeTransformer):
    """IF reckons the branch that is taken and no other."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return ast.IfExp(*node.args) if ast.unparse(node.func) == "IF" else node


FUNCTIONS: dict[str, Any] = {
    "MIN": min,
    "MAX": max,
    "ABS": abs,
    "IF": None,
    "ROUND": lambda value, digits: half_up(value, int(digits)),
}


def named_figure(book: Book, class_id: str, unit: str, name: str, repeat: str) -> Fraction | None:
    """What a name of a formula stands for."""
    name, _, held = (
        name.rpartition(".") if name.endswith((".base", ".target", ".基期值", ".目标值")) else (name, "", "")
    )
    where, _, name = name.rpartition(".")
    if name in book.rules[class_id].get("figure", {}):
        return derived(book, class_id, unit, name, repeat)
    for row in book.rows("指标"):
        leaf = component_id(book, class_id, row["评估内容"])
        if where in ("", leaf) and name in (row["编号"], row["名称"]) and row.get("单位", "") in ("", unit):
            if held:
                return optional(row, {"base": "基期值", "target": "目标值"}.get(held, held))
            rows = [one for one in answers(book, class_id, leaf, unit) if one["indicator"] == row["编号"]]
            own = [one for one in rows if one["repeat"] == repeat] or rows
            return figure(book, class_id, leaf, own, row["编号"])
    for row in book.rows("参数"):
        if row["参数"] == name and book.unit(row["单位"]) == unit:
            return Fraction(row["数值"])
    rest = [row for row in book.rows("参数") if row["参数"] == name and not row["单位"]]
    return Fraction(rest[0]["数值"]) if rest else None


def by_method(
    book: Book, class_id: str, leaf: str, unit: str, line: Row, p: Mapping[str, Any], now: Fraction, said: Sequence[Row]
) -> Fraction | None:
    if "target" in p:
        return method.target(p, now, optional(line, "目标值"))
    if "deduct" in p:
        return method.deduct(p, now, Fraction(line["预赋分值"]))
    if "curve" in p:
        return on_curve(book, class_id, leaf, unit, line, p, now)
    if "compare" in p:
        me = next(row for row in units(book, class_id) if row["编号"] == unit)
        others = peers(book, class_id, leaf, me, line["编号"], p)
        return method.compare(p, now, others, ranked=is_ranked(me))
    if p["growth"] == "per_head":
        head = next(row for row in lines(book, class_id, leaf, unit) if row["编号"] == p["per"])
        heads, base, base_heads = (
            figure(book, class_id, leaf, said, p["per"]),
            optional(line, "基期值"),
            optional(head, "基期值"),
        )
        if not heads or base is None or not base_heads:
            return None
        return method.growth(p, now / heads, base / base_heads)
    return method.growth(p, now, optional(line, "基期值"))


def of_peer(book: Book, class_id: str, unit: str, key: str) -> Fraction | None:
    try:
        return derived(book, class_id, unit, key, "")
    except ZeroDivisionError:
        return None


def on_curve(
    book: Book, class_id: str, leaf: str, unit: str, line: Row, p: Mapping[str, Any], now: Fraction
) -> Fraction | None:
    """What stands on the curve: the figure, its part of the target, its growth, its place."""
    over, base, target = p.get("over", "figure"), optional(line, "基期值"), optional(line, "目标值")
    if over in ("target", "growth"):
        held = target if over == "target" else base
        if held is None or held <= 0:
            return None
        now = (now / held - (over == "growth")) * 100
    if over == "place":
        me = next(row for row in units(book, class_id) if row["编号"] == unit)
        others = peers(book, class_id, leaf, me, line["编号"], p)
        if not others:
            return None
        now = Fraction(1 + sum(each < now if p.get("better") == "lower" else each > now for each in others))
    own = {row["参数"]: Fraction(row["数值"]) for row in book.rows("参数") if not row["单位"]}
    own |= {row["参数"]: Fraction(row["数值"]) for row in book.rows("参数") if book.unit(row["单位"]) == unit}
    return method.curve(p, now, own)


def optional(row: Row, column: str) -> Fraction | None:
    return Fraction(row[column]) if row.get(column) else None


def is_ranked(unit: Row) -> bool:
    return unit.get("参评", "") in ("", "参评")


def peers(book: Book, class_id: str, leaf: str, me: Row, indicator: str, p: Mapping[str, Any]) -> list[Fraction]:
    """The figures of all other ranked units of the group (or class) that have the line."""
    found = []
    for row in units(book, class_id, "" if p.get("among") == "class" else book.id(me["分类"])):
        other = row["编号"]
        if is_ranked(row) and other != me["编号"]:
            known = any(line["编号"] == indicator for line in lines(book, class_id, leaf, other))
            value = figure(book, class_id, leaf, answers(book, class_id, leaf, other), indicator) if known else None
            formula = [
                line["算式"]
                for line in lines(book, class_id, leaf, other)
                if line["编号"] == indicator and line.get("算式")
            ]
            if formula:
                value = of_peer(book, class_id, other, formula[0])
            found += [value] if value is not None else []
    return found


# --- cards -----------------------------------------------------------------------------------------------------------


def cards(book: Book, class_id: str, leaf: str, unit: str) -> Share:
    rules = book.rules[class_id]
    answer = rules["component"][leaf]["answer"]
    scale = dict(rules["scale"][answer["ballot"]])
    batches: dict[tuple[str, str], list[tuple[Fraction, int]]] = defaultdict(list)
    for row in answers(book, class_id, leaf, unit):
        if row["field"] == "tally" and scale.get(row["indicator"], "abstain") != "abstain":
            points = Fraction(scale[row["indicator"]]) / 100
            batches[row["evaluator"], row["batch"]].append((points, int(row["value"])))
    means = [mean for pairs in batches.values() if (mean := weighted(pairs)) is not None]
    if not means:
        return "undefined" if batches else "none"
    if sum(count for pairs in batches.values() for _, count in pairs) < answer.get("minimum", 1):
        return "undefined"
    if answer.get("pool") == "batches":
        return method.combined(means, "mean")
    pooled = weighted([pair for pairs in batches.values() for pair in pairs])
    assert pooled is not None
    return pooled


def weighted(pairs: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    count = sum(number for _, number in pairs)
    return sum((points * number for points, number in pairs), Fraction(0)) / count if count else None


# --- the total -------------------------------------------------------------------------------------------------------


def half_up(value: Fraction, digits: int) -> Fraction:
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**digits)


def points(book: Book, class_id: str, unit: Row) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Points and weights of every component that exists for a unit; "" is the total."""
    rules = book.rules[class_id]
    components, group = rules["component"], book.id(unit["分类"])
    leaves = [leaf for leaf in book.leaves(class_id) if group in components[leaf].get("groups", [group])]
    stated = {leaf: Fraction(components[leaf].get("weight", 0)) for leaf in leaves}
    if rules["scheme"].get("normalise"):
        whole = sum(stated.values(), Fraction(0))
        stated = {leaf: weight * Fraction(rules["scheme"]["total"]) / whole for leaf, weight in stated.items()}
    shares = {leaf: share(book, class_id, leaf, unit["编号"]) for leaf in leaves}
    weights, fixed = moved(book, class_id, leaves, stated, shares, unit["编号"])
    got = {
        leaf: half_up(fixed[leaf] * weights[leaf], components[leaf]["round"])
        if "round" in components[leaf]
        else fixed[leaf] * weights[leaf]
        for leaf in leaves
    }

    def add(key: str) -> tuple[Fraction, Fraction]:
        parts = [part for part, each in components.items() if each.get("in", "") == key]
        if key and not parts:
            return got.get(key, Fraction(0)), weights.get(key, Fraction(0))
        sums = [add(part) for part in parts]
        total, weight = sum((a for a, _ in sums), Fraction(0)), sum((b for _, b in sums), Fraction(0))
        if key and "round" in components[key]:
            total = half_up(total, components[key]["round"])
        got[key], weights[key] = total, weight
        return total, weight

    add("")
    return got, weights


def moved(
    book: Book,
    class_id: str,
    leaves: Sequence[str],
    stated: Mapping[str, Fraction],
    shares: Mapping[str, Share],
    unit: str,
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """The weights after absent leaves gave theirs away, and the shares that count."""
    components = book.rules[class_id]["component"]
    policy = {leaf: components[leaf].get(kind, "refuse") for leaf, kind in shares.items() if isinstance(kind, str)}
    gone = [leaf for leaf, what in policy.items() if what == "reweigh" or isinstance(what, dict)]
    weights = dict(stated)
    fixed: dict[str, Fraction] = {}
    for leaf in leaves:
        what = policy.get(leaf)
        own = shares[leaf]
        if isinstance(own, Fraction):
            fixed[leaf] = own
        elif what in ("full", "zero"):
            fixed[leaf] = Fraction(what == "full") * factor(book, components[leaf], unit)
        elif isinstance(what, int | Decimal):
            fixed[leaf] = Fraction(what) / 100 * factor(book, components[leaf], unit)
        elif leaf in gone:
            fixed[leaf] = weights[leaf] = Fraction(0)
        else:
            raise Unsettled(f"{leaf}: {own}, and the rules say {what}")
    for leaf in gone:
        present = [each for each in leaves if each not in gone]
        takers = list(takers_of(components, leaf, policy[leaf], present))
        if isinstance(policy[leaf], dict) and isinstance(policy[leaf]["weight_to"], dict):
            shared_out(components, stated, weights, leaf, policy[leaf]["weight_to"], present)
            continue
        whole = sum((stated[taker] for taker in takers), Fraction(0))
        if not whole:
            raise Unsettled(f"{leaf}: nothing can take its weight")
        for taker in takers:
            weights[taker] += stated[leaf] * stated[taker] / whole
    return weights, fixed


def shared_out(
    components: Mapping[str, Any],
    stated: Mapping[str, Fraction],
    weights: dict[str, Fraction],
    leaf: str,
    parts: Mapping[str, Any],
    present: Sequence[str],
) -> None:
    """A weight by stated parts, of which only those count that something is there to take."""
    below = {to: list(takers_of(components, leaf, {"weight_to": [to]}, present)) for to in parts}
    whole = sum((Fraction(of) for to, of in parts.items() if below[to]), Fraction(0))
    if not whole:
        raise Unsettled(f"{leaf}: nothing can take its weight")
    for to, of in parts.items():
        for taker in below[to]:
            own = stated[taker] / sum(stated[each] for each in below[to])
            weights[taker] += stated[leaf] * Fraction(of) / whole * own


def takers_of(components: Mapping[str, Any], leaf: str, what: Any, present: Sequence[str]) -> Iterator[str]:
    roots = what["weight_to"] if isinstance(what, dict) else [components[leaf].get("in", "")]
    for other in present:
        above = {other, ""}
        key = other
        while components[key].get("in"):
            key = components[key]["in"]
            above.add(key)
        if above & set(roots):
            yield other


# --- order and grades ------------------------------------------------------------------------------------------------


def results(folder: Path, said: Sequence[Row], exports: Mapping[str, bytes] | None = None) -> list[Result]:
    """Every unit that takes part: total, rank, grade; `exports`: the files of surveys by name."""
    book = read(folder, said, exports)
    found: list[Result] = []
    for class_id, rules in book.rules.items():
        for group in rules["scheme"]["groups"]:
            found += of_group(book, class_id, group["id"])
    return sorted(found, key=lambda one: (one.class_id, one.group, one.unit))


def of_group(book: Book, class_id: str, group: str) -> Iterator[Result]:
    rules = book.rules[class_id]
    digits = rules["scheme"].get("decimals", 2)
    scored = {row["编号"]: points(book, class_id, row) for row in units(book, class_id, group)}
    ranked = [row["编号"] for row in units(book, class_id, group) if is_ranked(row)]
    keys = {unit: order_key(book, class_id, unit, *scored[unit]) for unit in ranked}
    if "climb" in rules:  # ranked once, rewarded for places climbed, ranked a last time
        for unit, reward in {unit: climbed(book, rules, unit, keys) for unit in ranked}.items():
            scored[unit][0][""] += reward
        keys = {unit: order_key(book, class_id, unit, *scored[unit]) for unit in ranked}
    for unit, (got, weights) in scored.items():
        total = got[""]
        rounded = half_up(total, digits)
        place, rank = None, None
        if unit in keys:
            place = (
                sum(keys[other] > keys[unit] for other in ranked),
                sum(keys[other] == keys[unit] for other in ranked),
            )
            higher = {keys[other] for other in ranked if keys[other] > keys[unit]}
            rank = 1 + (place[0] if rules.get("rank", {}).get("gaps", True) else len(higher))
        measure = total if rules.get("rank", {}).get("by") == "exact" else rounded
        grade = grade_of(rules, measure, place, len(ranked), got, weights)
        text = Decimal(rounded.numerator) / Decimal(rounded.denominator)
        yield Result(class_id, group, unit, total, text.quantize(Decimal(1).scaleb(-digits)), rank, grade)


def climbed(book: Book, rules: Mapping[str, Any], unit: str, keys: Mapping[str, tuple[Fraction, ...]]) -> Fraction:
    """What a unit's places are worth, counted from its last rank to its first one of this year."""
    ranks = {int(row["年度"]): row["名次"] for row in book.rows("历年结果") if book.unit(row["单位"]) == unit}
    if not ranks or not ranks[max(ranks)]:
        return Fraction(0)
    better = [key for key in keys.values() if key > keys[unit]]
    first = 1 + (len(better) if rules.get("rank", {}).get("gaps", True) else len(set(better)))
    made = Fraction(rules["climb"]["points"]) * max(int(ranks[max(ranks)]) - first, 0)
    return min(made, Fraction(rules["climb"]["most"])) if "most" in rules["climb"] else made


def order_key(
    book: Book, class_id: str, unit: str, got: Mapping[str, Fraction], _: Mapping[str, Fraction]
) -> tuple[Fraction, ...]:
    rules = book.rules[class_id]
    ranking = rules.get("rank", {})
    first = got[""] if ranking.get("by") == "exact" else half_up(got[""], rules["scheme"].get("decimals", 2))
    if ranking.get("by") == "variation":
        last = max(
            (row for row in book.rows("历年结果") if book.unit(row["单位"]) == unit), key=lambda r: int(r["年度"])
        )
        first -= Fraction(last["总分"])
    return first, *(got.get(key, Fraction(0)) for key in ranking.get("ties", ()))


def within_quota(grade: Mapping[str, Any], before: int, same: int, ranked: int) -> bool:
    """Whether a unit is among the best so many of a group: so many units stand before it, so many, itself among them,
    share its place."""
    part = Fraction(grade["top_percent"]) * ranked / 100
    most = {"down": part, "up": part + 1, "half_up": part + Fraction(1, 2)}[grade.get("rounding", "down")] // 1
    most -= grade.get("rounding") == "up" and part.denominator == 1
    if before < most < before + same and grade.get("ties", "committee") == "committee":
        raise Unsettled(f"{grade['name']}: {same} units share the place at the edge of {most}")
    return before + same <= most or (before < most and grade.get("ties") == "all")


def grade_of(
    rules: Mapping[str, Any],
    total: Fraction,
    place: tuple[int, int] | None,
    ranked: int,
    got: Mapping[str, Fraction],
    weights: Mapping[str, Fraction],
) -> str:
    """The best grade whose bound, place and conditions a unit meets."""
    for grade in rules.get("grade", ()):
        fits = "from" not in grade or total >= Fraction(grade["from"])
        if "top_percent" in grade:
            fits = fits and place is not None and within_quota(grade, *place, ranked)
        for condition in grade.get("conditions", ()):
            reached = got[condition["component"]]
            wanted = condition.get("points")
            if wanted is None:
                wanted = Fraction(condition["percent"]) / 100 * weights[condition["component"]]
            fits = fits and reached >= Fraction(wanted)
        if fits:
            return str(grade["name"])
    return ""
