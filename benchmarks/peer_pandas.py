"""The same totals and a ranked .xlsx, as a straightforward script in an office would do it.

    python benchmarks/peer_pandas.py FOLDER OUT.xlsx --engine openpyxl|calamine

It trusts every file: no identities, no checks, no findings, no documents, floats throughout.  `OUT.json` has the totals
for whoever wants to compare them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

HEADER = 5  # rows above the heading
UNIT = "被评估单位"
WORK, BASE = 90, 10  # weights
GRADES = ((90, "优秀"), (80, "良好"), (60, "一般"), (0, "较差"))
NEARLY = 1e-9  # so that floats round halves upwards, as the rules want


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--engine", choices=("openpyxl", "calamine"), default="openpyxl")
    given = parser.parse_args()

    inbox = given.folder / "inbox"
    marks = pd.concat([panel_sheet(path, given.engine) for path in sorted((inbox / "panel").glob("*.xlsx"))])
    office = read(inbox / "office.xlsx", given.engine)

    work = marks.groupby([UNIT, "指标"])["分"].mean().groupby(UNIT).sum() / 100 * WORK
    base = office.set_index(UNIT).iloc[:, -1].astype(float) / 100 * BASE

    units = pd.read_csv(given.folder / "roster" / "单位.csv").set_index("名称")
    table = units[["分类"]].assign(工作实绩=work, 基础工作=base)
    table["总分"] = (table["工作实绩"] + table["基础工作"] + NEARLY).round(2)
    table["名次"] = table.groupby("分类")["总分"].rank(ascending=False, method="min").astype(int)
    table["等次"] = [next(grade for bound, grade in GRADES if total >= bound) for total in table["总分"]]
    table = table.sort_values(["分类", "名次"])

    table.to_excel(given.out, sheet_name="排名", engine="xlsxwriter")
    table["总分"].to_json(given.out.with_suffix(".json"), force_ascii=False)


def read(path: Path, engine: str) -> pd.DataFrame:
    """The first worksheet as a table."""
    return pd.read_excel(path, header=HEADER, engine=engine)


def panel_sheet(path: Path, engine: str) -> pd.DataFrame:
    """One row for every mark of an evaluator."""
    sheet = read(path, engine).drop(columns=["序号", "合计"])
    return sheet.melt(id_vars=UNIT, var_name="指标", value_name="分").assign(评估主体=path.stem)


if __name__ == "__main__":
    main()
