"""Rules by chance: trees, methods, weights, periods and absences, as the files of an evaluation folder."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

METHODS = {
    "more": 'target = "higher"\nfloor = 40\ncap = 120',
    "less": 'target = "lower"\ncap = 110',
    "reached": 'target = "attained"\nmissed = 30',
    "between": 'target = "range"\nlow = 20\nhigh = 40\nzero_below = 5\nzero_above = 70',
    "best": 'compare = "best"\nleast = 50',
    "lowest": 'compare = "best"\nbetter = "lower"',
    "spread": 'compare = "min_max"\nleast = 60\namong = "class"',
    "placed": 'compare = "rank"\nfirst = 100\nstep = 7\nleast = 60\nties = "mean"',
    "evenly": 'compare = "rank"\nfirst = 95\nlast = 55',
    "grown": 'growth = "rate"\nfull_at = 10\nzero_at = -5',
    "climbed": 'growth = "places"\nfull_at = 5\nzero_at = -5',
    "bent": 'curve = [[10, 0], [30, 50], [30, 60.5], ["上限", 120]]',
    "banded": 'curve = [[80, 3], [95, 4], [100, 5]]\nshape = "from"\nover = "target"\nfull = 5\nbeyond = 1',
    "slower": 'curve = [[0, 100], [5, 70], [8.5, 20]]\nshape = "up_to"\nover = "growth"',
    "podium": 'curve = [[1, 10], [3, 8], [6, 2]]\nshape = "up_to"\nover = "place"\nfull = 10\namong = "class"',
    "cases": "deduct = 2.5\nlimit = 5",
}
FORMULAS = (
    "({one} - {one}.base) / {one}.base * 100",
    "{one} ÷ {other}",
    "（{one} － {other}）× 系数",
    "MAX({one} / {other}.基期值, 0.35) * 30 - 5",
    "ROUND({one} * 系数 / 3, 1)",
    "IF({one} < {other}.目标值, {one}, ABS({other} - 100) / 系数)",
    "-{one} + 120.5",
)
CONVERTED = (
    "convert = [[60, 0], [75.5, 80], [90, 100]]",
    'convert = { curve = [[60, 3], [80, 6], [85, 9.5]], shape = "from", full = 10, beyond = 1 }',
)
OVERS = ('"mean"', '"median"', '"best"', '"worst"', "{ trimmed = 0.25 }", "{ drop = 1 }", "{ drop = 1, at_least = 4 }")
AWAY = ('"reweigh"', '"reweigh"', '"group_mean"', '"class_mean"', "72.5")
BENCHMARKS = (
    'benchmark = "best"',
    'benchmark = { full = "best", among = "class", cap = 95 }',
    'benchmark = { full = "mean", cap = 110 }',
    'benchmark = { even = "groups", cap = 120 }',
    'benchmark = { even = "evaluators" }',
)


def _written(weight: int | Fraction) -> str:
    whole = Fraction(weight).denominator == 1
    return str(int(weight)) if whole else f'"{weight}"'


def write_rules(folder: Path, seed: int) -> None:
    """`evaluation.toml`, one class of rules and its tables."""
    draw = _Draw(random.Random(seed))
    (folder / "schemes").mkdir(parents=True)
    (folder / "roster").mkdir()
    (folder / "inbox").mkdir()
    rules = "\n".join(draw.rules())
    (folder / "schemes" / "c.toml").write_text(rules, encoding="utf-8")
    settings = 'format = 1\n[evaluation]\nid = "drawn"\nname = "抽查"\nyear = 2026\noffice = "办"\n[roles]\n'
    settings += "".join(f'{role} = "{role}方"\n' for role in sorted(draw.people))
    (folder / "evaluation.toml").write_text(settings, encoding="utf-8")
    for name, lines in draw.tables().items():
        (folder / "roster" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


class _Draw:
    """What was drawn so far: the tables grow with the components that need them."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.units = [(f"u{at}", dice.choice("ab"), dice.random() < 0.15) for at in range(1, dice.randint(5, 8))]
        self.people: dict[str, int] = {}
        self.owners: list[str] = []
        self.lines: list[str] = []
        self.away: list[str] = []
        self.leaves = 0
        self.formulas: dict[str, str] = {}

    # --- rules ---

    def rules(self) -> Iterator[str]:
        yield 'format = 1\n[scheme]\nid = "c"\nname = "对象"\ntotal = 100'
        yield f"decimals = {self.dice.choice((1, 2, 3))}"
        yield 'groups = [{ id = "a", name = "甲类" }, { id = "b", name = "乙类" }]'
        shares = [self.dice.randint(5, 40) for _ in range(self.dice.randint(3, 5))]
        for at, weight in enumerate(self._adding_up_to_100(shares)):
            yield from self._root(f"r{at}", weight)
        for name, formula in self.formulas.items():
            yield f'[figure.{name}]\nname = "{name}率"\nformula = "{formula}"'
        for name, text in METHODS.items():
            yield f"[method.{name}]\n{text}"
        yield '[scale]\nlevel = [["优", 100], ["良", 85.5], ["中", 60], ["不了解", "abstain"]]'
        yield f'[rank]\nby = "{self.dice.choice(("published", "exact"))}"'
        if len(self.units) % 2:
            yield f"[climb]\npoints = 1.5\n{'most = 2' if self.units[0][1] == 'a' else ''}"
        for name, bound in (("好", 85), ("中", 70), ("差", 0)):
            yield f'[[grade]]\nname = "{name}"\nfrom = {bound}'

    def _adding_up_to_100(self, shares: list[int]) -> list[int]:
        scaled = [100 * share // sum(shares) for share in shares]
        return [*scaled[:-1], 100 - sum(scaled[:-1])]

    def _root(self, key: str, weight: int) -> Iterator[str]:
        if self.dice.random() < 0.5:
            yield from self._leaf(key, "", weight)
            return
        rounded = f"\nround = {self.dice.choice((1, 2))}" if self.dice.random() < 0.3 else ""
        multiplied = '\nfactor = "系数"' if self.dice.random() < 0.2 else ""
        yield f'[component.{key}]\nname = "{key}项"{rounded}{multiplied}'
        if self.dice.random() < 0.2:
            yield from self._leaf(f"{key}x", key, Fraction(weight, 3))
            yield from self._leaf(f"{key}y", key, Fraction(2 * weight, 3))
            return
        first = self.dice.randint(1, weight - 1)
        yield from self._leaf(f"{key}x", key, first)
        yield from self._leaf(f"{key}y", key, weight - first)

    def _leaf(self, key: str, parent: str, weight: int | Fraction) -> Iterator[str]:
        self.leaves += 1
        kind = self.dice.choice(("percent", "choice", "ballot", "points", "owner", "figures", "figures", "tally"))
        if isinstance(weight, Fraction) and kind == "tally":
            kind = "percent"
        yield f'[component.{key}]\nname = "{key}项"\nweight = {_written(weight)}'
        if parent:
            yield f'in = "{parent}"'
        if self.dice.random() < 0.15:
            yield 'factor = "难度"'
        if self.dice.random() < 0.2:
            yield f"round = {self.dice.choice((0, 1, 3))}"
        if kind in ("percent", "ballot", "points", "figures") and self.dice.random() < 0.3:
            yield self.dice.choice(CONVERTED)
        if kind != "tally" and self.dice.random() < 0.25:
            yield self.dice.choice(BENCHMARKS)
        yield from getattr(self, f"_{kind}")(key) if kind != "tally" else self._tally(key, int(weight))

    def _role(self, key: str, count: int) -> str:
        self.people[f"p{key}"] = count
        return f'by = "p{key}"'

    def _percent(self, key: str) -> Iterator[str]:
        yield self._role(key, self.dice.randint(1, 5))
        yield f'answer = "percent"\nover = {self.dice.choice(OVERS)}'
        if self.dice.random() < 0.5:
            over = self.dice.choice(("mean", "best", "last"))
            yield f'each = {{ periods = ["一季度", "二季度", "三季度"], over = "{over}" }}'

    def _choice(self, key: str) -> Iterator[str]:
        yield self._role(key, self.dice.randint(1, 4))
        yield 'answer = { choice = "level" }\nabstained = "out"'

    def _ballot(self, key: str) -> Iterator[str]:
        yield self._role(key, self.dice.randint(1, 2))
        yield f'answer = {{ ballot = "level", pool = "{self.dice.choice(("cards", "batches"))}" }}\nundefined = "zero"'
        self.people[f"p{key}"] *= -1  # collected by batches

    def _tally(self, key: str, weight: int) -> Iterator[str]:
        """Cases of three kinds in one pot."""
        yield self._role(key, 1)
        start = self.dice.choice(("0", str(Decimal(weight) / 4), '"full"'))
        most = f", most = {Decimal(weight) / 2}" if start == "0" and self.dice.random() < 0.5 else ""
        least = f", least = {Decimal(weight) / 8}" if start == '"full"' and self.dice.random() < 0.5 else ""
        yield f'answer = {{ tally = {{ "国家级" = 4, "省级" = 1.5, "迟到" = -0.7 }}, start = {start}{most}{least} }}'

    def _points(self, key: str) -> Iterator[str]:
        yield self._role(key, self.dice.randint(1, 3))
        yield from self._with_lines(key, owned=False, methods=[""])

    def _owner(self, key: str) -> Iterator[str]:
        yield 'by = "owner"'
        yield from self._with_lines(key, owned=True, methods=["", "", *self.dice.sample(sorted(METHODS), 2)])

    def _figures(self, key: str) -> Iterator[str]:
        yield self._role(key, 1)
        yield from self._with_lines(key, owned=False, methods=sorted(METHODS), formulas=True)

    def _with_lines(self, key: str, *, owned: bool, methods: list[str], formulas: bool = False) -> Iterator[str]:
        presets = [self.dice.randint(5, 30) for _ in range(self.dice.randint(2, 4))]
        yield f"answer = {{ points = {sum(presets)} }}"
        yield f'undefined = "{self.dice.choice(("zero", "full"))}"'
        yield f"not_applicable = {self.dice.choice(AWAY)}"
        for at, full in enumerate(presets, 1):
            owner = self._new_owner() if owned else ""
            method = self.dice.choice(methods)
            target = self.dice.randint(20, 60) if method in ("more", "less", "reached", "banded") else ""
            base = self.dice.randint(3, 30) if method in ("grown", "climbed", "slower") else ""
            figure = self._figure(key) if formulas and method != "climbed" and self.dice.random() < 0.5 else ""
            self.lines.append(f"c,{key},{at},{key}第{at},{full},{owner},{method},{target},{base},{figure}")
        for name in ("甲", "乙"):
            if not any(each in self.formulas.get(f"f{key}", "") for each in (f"{key}{name}", f"{key}数{name}")):
                continue
            self.lines.append(
                f"c,{key},{key}{name},{key}数{name},0,,,{self.dice.randint(0, 60)},{self.dice.randint(0, 40)},"
            )
        for unit, _, _ in self.units:
            throw = self.dice.random()
            if throw < 0.1:
                self.away.append(f"c,{key},{self.dice.randint(1, len(presets))},{unit},1号")
            elif throw < 0.15:
                self.away.append(f"c,{key},,{unit},2号")

    def _figure(self, key: str) -> str:
        """A derived figure of a component: over two figures that are typed, their bases and targets, a parameter."""
        name = f"f{key}"
        one, other = f"{key}甲", f"{key}数乙"
        if name not in self.formulas:
            shared = sorted(self.formulas)
            before = f" + MIN({self.dice.choice(shared)}, 50)" if shared and self.dice.random() < 0.4 else ""
            self.formulas[name] = self.dice.choice(FORMULAS).format(one=one, other=other) + before
        return name

    def _new_owner(self) -> str:
        self.owners.append(f"o{len(self.owners) + 1}")
        self.people.setdefault("owners", 0)
        return self.owners[-1]

    # --- tables ---

    def tables(self) -> dict[str, list[str]]:
        units = [
            f"{id_},{id_}局,c,{group},{at},{'不排名' if out else '参评'}"
            for at, (id_, group, out) in enumerate(self.units)
        ]
        people, batches = [], []
        for role, count in self.people.items():
            for at in range(1, abs(count) + 1):
                people.append(f"{role}{at},{role}第{at}人,{role}")
                batches += [f"{role}{at},{batch},会,30" for batch in ("一", "二")] if count < 0 else []
        people += [f"{owner},{owner}办,owners" for owner in self.owners]
        return {
            "单位": ["编号,名称,对象类别,分类,顺序,参评", *units],
            "评估主体": ["编号,名称,角色", *people],
            "批次": ["评估主体,批次,会议,评价卡数", *batches],
            "指标": ["对象类别,评估内容,编号,名称,预赋分值,评分主体,计分方法,目标值,基期值,算式", *self.lines],
            "参数": [
                "单位,参数,数值",
                ",系数,1.5",
                ",上限,60",
                ",难度,1",
                "u1,难度,1.08",
                "u3,难度,0.97",
                "u1,上限,45.5",
                *(f"{id_},系数,{self.dice.choice(('0', '0.95', '1.1'))}" for id_, _, _ in self.units[:2]),
            ],
            "不适用": ["对象类别,评估内容,指标,单位,文号", *self.away],
            "历年结果": [
                "年度,单位,总分,名次",
                *(f"2024,{id_},80,1" for id_, _, _ in self.units),
                *(f"2025,{id_},70,{len(self.units) - at}" for at, (id_, _, _) in enumerate(self.units) if at % 4),
            ],
        }
