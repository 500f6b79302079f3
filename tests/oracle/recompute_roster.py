"""Rules, names and decisions of an evaluation folder, read without any of the tool's code; part of `recompute.py`.

Rules come from `schemes/*.toml`, names from `roster/*.csv`, decisions from `decisions/`.  Rules that the recomputation
would have to ignore are refused, so that it can never agree by ignoring something.
"""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

Row = dict[str, str]
Leaf = tuple[str, str]  # class, component
KNOWN_TABLES = {
    "format",
    "scheme",
    "component",
    "scale",
    "places",
    "rank",
    "grade",
    "award",
    "veto",
    "bonus",
    "consequence",
}
KNOWN_KEYS = {
    "name",
    "in",
    "weight",
    "by",
    "answer",
    "each",
    "none",
    "not_applicable",
    "verify",
    "unverified",
    "waived",
    "own_line",
}
SILENT = {"decimals", "public", "source", "disclosure", "interim", "goals", "reason"}  # they change no number


class Unsettled(Exception):
    """The rules give no result here: something is missing, undecided, or beyond what this recomputation knows."""


def number(value: object) -> Fraction:
    """A cell's number as Excel shows it at full precision."""
    text = fold(str(value)) if isinstance(value, str) else format(float(value), ".15g")  # type: ignore[arg-type]
    if isinstance(value, bool) or not text.replace(".", "", 1).replace("-", "", 1).replace("e", "", 1).isdecimal():
        raise Unsettled(f"{value!r} is not a number")
    return Fraction(Decimal(text))


def fold(text: object) -> str:
    """Names are compared without blanks, widths and kinds of brackets."""
    plain = unicodedata.normalize("NFKC", str(text if text is not None else ""))
    for bracket, usual in (("〔", "("), ("〕", ")"), ("【", "("), ("】", ")"), ("[", "("), ("]", ")")):
        plain = plain.replace(bracket, usual)
    plain = plain.replace("·", ".").replace("•", ".").replace("‧", ".")
    return "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))


def heading(text: object) -> str:
    """What a column is called: the first line of its heading (the second line states the range)."""
    return fold(str(text if text is not None else "").split("\n")[0])


def read_table(path: Path) -> list[Row]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines: list[list[Any]] = [list(line) for line in csv.reader(file)]
    else:
        lines = [list(line) for sheet in load_workbook(path) for line in sheet.iter_rows(values_only=True)]
    texts = [[_text(value) for value in line] for line in lines]
    filled = [line for line in texts if any(line)]
    header = filled[0] if filled else []
    return [dict(zip(header, line, strict=False)) for line in filled[1:] if line != header]


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format(Decimal(format(float(value), ".15g")).normalize(), "f")
    return str(value if value is not None else "").strip()


class Roster:
    """The rules of each class and the long tables, with every reference turned into an id."""

    def __init__(self, folder: Path) -> None:
        settings = tomllib.loads((folder / "evaluation.toml").read_text(encoding="utf-8-sig"), parse_float=Decimal)
        year = settings["evaluation"]["year"]
        self.year = int(year)
        self.id = f"{settings['evaluation']['id']}@{year}"  # as the sheets carry it
        self.day: date = settings["evaluation"].get("charge_date") or date(year, 12, 31)
        self.rules = dict(_rules(path) for path in sorted((folder / "schemes").glob("*.toml")))
        self.names: dict[str, dict[str, str]] = defaultdict(dict)
        self._learn_rules(settings.get("roles", {}))
        tables = {
            name: read_table(folder / "roster" / f"{name}.csv")
            for name in _ROSTER
            if (folder / "roster" / f"{name}.csv").exists()
        }
        for path in (folder / "roster").glob("目标.*"):  # approved goals are indicators like others
            tables["指标"] = [*tables.get("指标", []), *read_table(path)]
        self.units = {row["编号"]: row for row in tables["单位"] if row.get("参评") != "不参评"}
        for row in tables["单位"]:
            others = row.get("别名", "").replace("；", "、").replace(";", "、").split("、")
            self._learn("unit", row["编号"], row["名称"], *others)
        for row in tables["评估主体"]:
            self._learn("evaluator", row["编号"], row["名称"])
        for row in tables.get("单位变动", []):
            self._learn("unit", self.of("unit", row.get("并入单位") or row["单位"]), row.get("原名称", ""))
        self.decisions = [row for path in sorted((folder / "decisions").glob("*.*")) for row in read_table(path)]
        for row in self.decided("单位变动"):
            if row["新值"] == "更名":  # the former name means the unit from here on
                self._learn("unit", self.of("unit", row["单位"]), row["原值"])
        for rows in tables.values():
            for row in rows:
                self._resolve(row)
        self.evaluators = {row["编号"]: row for row in tables["评估主体"]}
        self.evaluators |= {unit: {"编号": unit, "角色": "self", "所属单位": unit} for unit in self.units}
        self.lines = tables.get("指标", [])
        self.charges = tables.get("分管", [])
        self.away = {(r["对象类别"], r["评估内容"], r.get("指标", ""), r["单位"]) for r in tables.get("不适用", [])}
        self.fields = {(row["单项"], row["单位"]) for row in tables.get("单项参评", [])}
        self.grades: dict[str, dict[int, str]] = {}  # unit -> year -> grade
        for row in tables.get("历年结果", []):
            self.grades.setdefault(row["单位"], {})[int(row["年度"])] = row.get("等次", "")
        for row in self.decisions:
            award = row.pop("评估内容", "") if row["种类"] == "撤销奖项" else ""
            self._resolve(row)
            row |= {"评估内容": award} if award else {}
        self._carry_out()

    def _learn(self, kind: str, id_: str, *names: str) -> None:
        for name in (id_, *names):
            if name and self.names[kind].setdefault(fold(name), id_) != id_:
                self.names[kind][fold(name)] = ""  # two things bear this name: it means neither

    def _learn_rules(self, roles: Mapping[str, str]) -> None:
        for role, name in {"self": "被评估单位", **roles}.items():
            self._learn("role", role, name)
        for class_id, rules in self.rules.items():
            self._learn("class", class_id, rules["scheme"]["name"])
            for group in rules["scheme"]["groups"]:
                self._learn("group", group["id"], group["name"])
            for key, component in rules["component"].items():
                self._learn("component", key, component["name"])
            for one in (one for award in rules["award"] for one in award.get("fields", [])):
                self._learn("field", one["id"], one["name"])

    def of(self, kind: str, text: str) -> str:
        found = self.names[kind].get(fold(text), "")
        if not found:
            raise Unsettled(f"no {kind} is called {text!r}")
        return found

    def _resolve(self, row: Row) -> None:
        for column, kind in _REFERENCES.items():
            if row.get(column):
                row[column] = self.of(kind, row[column])

    def decided(self, word: str) -> list[Row]:
        return [row for row in self.decisions if row["种类"] == word]

    def waived(self, evaluator: str) -> bool:
        return any(row["评估主体"] == evaluator and not row.get("批次") for row in self.decided("免报"))

    def _carry_out(self) -> None:
        """What decisions change in the tables: targets, lines that are not applicable, units that are dissolved,
        leaders who take over a unit that their predecessor had by a line of its own."""
        for row in self.decided("单位变动"):
            if row["新值"] == "撤销":
                del self.units[row["单位"]]
            elif row["新值"] not in ("新设", "更名"):
                raise Unsettled(f"a unit changed: {row}")
        for row in sorted(self.decided("目标调整"), key=lambda row: (row["生效日期"], row["日期"])):
            self._line(row)["预赋分值"] = row["新值"]
        for row in self.decided("不适用"):
            line = self._line(row)["编号"] if row.get("指标") else ""
            self.away.add((self.units[row["单位"]]["对象类别"], row["评估内容"], line, row["单位"]))
        for row in self.decided("分管调整"):
            day = date.fromisoformat(row.get("生效日期") or row["日期"])
            former = self.of("evaluator", row["原值"])
            for charge in self.charges:
                if (charge["评估主体"], charge.get("单位")) == (former, row["单位"]):
                    charge["止"] = (day - timedelta(days=1)).isoformat()
            self.charges.append({"评估主体": row["评估主体"], "单位": row["单位"], "起": day.isoformat()})

    def _line(self, row: Row) -> Row:
        """The indicator that a decision names by id or name."""
        mine = [line for line in self.lines if line["评估内容"] == row["评估内容"]]
        mine = [line for line in mine if line.get("单位", "") in ("", row["单位"])]
        return next(line for line in mine if row["指标"] in (line["编号"], line["名称"]))

    def doubted(self, leaf: Leaf, unit: str) -> set[str]:
        """The lines of a component whose evidence is not verified; the last word of the last day holds."""
        if not self.rules[leaf[0]]["component"][leaf[1]].get("verify"):
            return set()
        rows = [row for row in self.decided("证据核实") if (row["评估内容"], row["单位"]) == (leaf[1], unit)]
        true: dict[str, bool] = {}
        for row in sorted(rows, key=lambda row: (row["日期"], bool(row.get("指标")))):
            named = (
                [self._line(row)["编号"]] if row.get("指标") else [line["编号"] for line in self.lines_of(leaf, unit)]
            )
            true |= dict.fromkeys(named, row["新值"] == "属实")
        return {line["编号"] for line in self.lines_of(leaf, unit) if not true.get(line["编号"])}

    def applies(self, leaf: Leaf, indicator: str, unit: str) -> bool:
        return (*leaf, indicator, unit) not in self.away and (*leaf, "", unit) not in self.away

    def lines_of(self, leaf: Leaf, unit: str) -> list[Row]:
        """The scored lines of a unit in a component, without those that do not exist for it: decided so, or a line
        that the unit would have to score for itself."""
        own_counts = self.rules[leaf[0]]["component"][leaf[1]].get("own_line") == "count"
        lines = [r for r in self.lines if (r["对象类别"], r["评估内容"]) == leaf and r.get("单位", "") in ("", unit)]
        lines = [row for row in lines if self.applies(leaf, row["编号"], unit)]
        owners = {row["编号"]: self.evaluators.get(row.get("评分主体", ""), {}).get("所属单位", "") for row in lines}
        return [row for row in lines if own_counts or owners[row["编号"]] != unit]

    def scale_of(self, leaf: Leaf) -> dict[str, Fraction | None]:
        """The choices of a component in the rules' order, each with its share of full marks; None is an abstention."""
        answer = self.rules[leaf[0]]["component"][leaf[1]]["answer"]
        scale = self.rules[leaf[0]]["scale"][answer.get("ballot") or answer["choice"]]
        return {fold(choice): None if points == "abstain" else Fraction(points) / 100 for choice, points in scale}

    def in_charge(self, evaluator: str, unit: str) -> bool:
        mine = [row for row in self.charges if row["评估主体"] == evaluator]
        if not mine:
            return True
        about = self.units[unit]
        for row in mine:
            begun = not row.get("起") or date.fromisoformat(row["起"]) <= self.day
            ended = bool(row.get("止")) and date.fromisoformat(row["止"]) < self.day
            wanted = (("对象类别", about["对象类别"]), ("分类", about["分类"]), ("单位", unit))
            if begun and not ended and all(row.get(column, "") in ("", value) for column, value in wanted):
                return True
        return False

    def askers(self, leaf: Leaf, unit: str) -> list[str]:
        """Who marks a unit in a component: the role that the rules name, in charge of it, and not the unit itself."""
        component = self.rules[leaf[0]]["component"][leaf[1]]
        if component["by"] == "self":
            return [unit]
        counts = component.get("own_line") == "count"
        having = [key for key, row in self.evaluators.items() if row["角色"] == component["by"]]
        having = [key for key in having if counts or self.evaluators[key].get("所属单位", "") != unit]
        return [key for key in having if self.in_charge(key, unit)]


_ROSTER = ("单位", "单位变动", "评估主体", "分管", "指标", "不适用", "单项参评", "历年结果")
_REFERENCES = {
    "对象类别": "class",
    "分类": "group",
    "单位": "unit",
    "所属单位": "unit",
    "并入单位": "unit",
    "评估主体": "evaluator",
    "评分主体": "evaluator",
    "评估内容": "component",
    "角色": "role",
    "单项": "field",
}


def _rules(path: Path) -> tuple[str, dict[str, Any]]:
    """One class's rules; anything that this recomputation would have to ignore is refused."""
    rules = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    strange = set(rules) - KNOWN_TABLES - SILENT
    strange |= {key for component in rules["component"].values() for key in set(component) - KNOWN_KEYS - SILENT}
    strange |= {key for key in ("normalise",) if rules["scheme"].get(key)}
    strange |= {key for grade in rules["grade"] for key in set(grade) - {"name", "from"}}
    if strange or any(component.get("waived", "out") != "out" for component in rules["component"].values()):
        raise Unsettled(f"{path.name}: rules beyond this recomputation: {strange}")
    return rules["scheme"]["id"], rules
