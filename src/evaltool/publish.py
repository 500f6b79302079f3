"""From one result to the files of a run: the machine files, the internal workbook, the public documents.

All files are made in memory, read back and compared with the standings (law 9) before anything is stored.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from evaltool.exact import exact, published
from evaltool.files.jsonfile import json_file
from evaltool.findings import Finding, finding
from evaltool.inbox.tables import MARKS
from evaltool.results.rank import Standing
from evaltool.results.reportcard import as_value as report_card
from evaltool.results.result import Result
from evaltool.results.satisfaction import Satisfaction, satisfaction
from evaltool.runs.store import RANKING

if TYPE_CHECKING:
    import polars as pl

Files = dict[str, bytes]
SatisfiedByKey = Mapping[tuple[str, str], Satisfaction]
RANKED = "internal/排名总表.xlsx"
PRINTED = "internal/评审会打印稿.xlsx"
PARQUET_ABOVE = 1_000_000
AT_ONCE = 100_000


def outputs(result: Result, progress: Callable[[str], None] = lambda _: None) -> Files:
    """Every file of the run but the manifest, by path inside the run's folder."""
    from evaltool.page import pages

    files = machine_files(result)
    progress("ranked")
    files |= workbook_files(result)
    progress("documents")
    files |= _documents(result, progress)
    progress("pages")
    return files | pages(result) | _copies(result)


def workbook_files(result: Result) -> Files:
    """The workbooks for people."""
    from evaltool.workbook.parts import frame, note_cell
    from evaltool.workbook.printedbook import printed_book
    from evaltool.workbook.public import public_book
    from evaltool.workbook.ranked import ranked_book
    from evaltool.writers.saving import to_bytes

    ranked = ranked_book(result)
    made = {RANKED: to_bytes(ranked), PRINTED: to_bytes(printed_book(ranked, note_cell(frame(result))))}
    return made if result.interim else made | {RANKING: to_bytes(public_book(result))}


def _documents(result: Result, progress: Callable[[str], None]) -> Files:
    from evaltool.documents.of_run import written
    from evaltool.documents.official.forms import forms_of

    with forms_of(result.evaluation) as forms:
        return written(result, forms, progress)


def machine_files(result: Result) -> Files:
    files = {
        "results.json": json_file(results(result)),
        "reportcard.json": json_file(report_card(result)),
        "accounts.json": json_file({"schema": 1, **result.accounts.as_value()}),
        "findings.jsonl": "".join(_line(one.as_row()) for one in result.findings).encode(),
    }
    files |= _table("marks", result.intake.kept(_filled()).select(MARKS))
    return files | _table("ballots", result.intake.ballots)


def _filled() -> pl.Expr:
    import polars as pl

    return pl.col("state") != "blank"


def _table(name: str, table: pl.DataFrame) -> Files:
    """CSV for spreadsheet programs; Parquet for tables that no such program opens."""
    import polars as pl

    out = io.BytesIO()
    typed = [name for name, kind in table.schema.items() if isinstance(kind, pl.Enum) and _has_formulas(kind)]
    if table.height > PARQUET_ABOVE:
        table.write_parquet(out)
        return {f"{name}.parquet": out.getvalue()}
    for at in range(0, max(table.height, 1), AT_ONCE):  # as texts a row takes many times what it takes as it is kept
        rows = harmless(table.slice(at, AT_ONCE).with_columns(pl.col(typed).cast(pl.String)))
        rows.write_csv(out, include_bom=at == 0, include_header=at == 0, line_terminator="\r\n")
    return {f"{name}.csv": out.getvalue()}


def _has_formulas(texts: pl.Enum) -> bool:
    import polars as pl

    words = pl.DataFrame({"text": texts.categories})
    return not harmless(words).equals(words)


def harmless(table: pl.DataFrame) -> pl.DataFrame:
    """Texts that a spreadsheet program would take for a formula get a leading apostrophe; a negative number is none."""
    import polars as pl
    import polars.selectors as cs

    return table.with_columns(
        pl.when(text.str.contains(r"^[=+\-@\t\r]") & ~text.str.contains(r"^-[0-9]+(\.[0-9]+)?$"))
        .then("'" + text)
        .otherwise(text)
        .name.keep()
        for text in (pl.col(name) for name in table.select(cs.string()).columns)
    )


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def results(result: Result) -> dict[str, Any]:
    """The content of `results.json`."""
    settings = result.evaluation.settings
    schemes = result.evaluation.classes.values()
    happy = {key: each for scheme in schemes for key, each in satisfaction(result.intake, scheme).items()}
    return {
        "schema": 1,
        "run": result.run,
        "interim": result.interim,
        "code": result.code,
        "evaluation": {"id": settings.id, "name": settings.name, "year": settings.year},
        "units": [_unit(result, one, happy) for one in result.standings],
    }


def _unit(result: Result, one: Standing, happy: SatisfiedByKey) -> dict[str, Any]:
    return {
        "id": one.unit.id,
        "name": one.unit.name,
        "class": one.unit.class_id,
        "group": one.unit.group,
        "total": one.text,
        "exact": exact(one.exact),
        "bonus": exact(one.bonus),
        "deduction": exact(one.deduction),
        **_climbed(one),
        "available": exact(one.available),
        **_unfinished(one),
        "rank": one.rank,
        "tie": one.tie,
        "grade": one.grade,
        "veto": one.veto,
        "awards": list(one.awards),
        "no_awards": [each.words for each in one.barred],
        "awards_withheld": list(one.withheld),
        "components": list(_components(result, one, happy)),
    }


def _climbed(one: Standing) -> dict[str, Any]:
    """Where places climbed are rewarded: the first rank, the earlier one, the points."""
    if one.climbed is None:
        return {}
    return {"first_rank": one.climbed.first, "earlier_rank": one.climbed.before, "climb": exact(one.climbed.points)}


def _unfinished(one: Standing) -> dict[str, Any]:
    """What only an interim result says: the weight of what is in, and the grades that are still possible."""
    return {} if one.received is None else {"received": exact(one.received), "possible_grades": list(one.possible)}


def _components(result: Result, one: Standing, happy: SatisfiedByKey) -> Iterable[dict[str, Any]]:
    scheme = result.evaluation.classes[one.unit.class_id]
    for component, _ in scheme.walk():
        point = result.points.get((one.unit.id, component))
        if point is not None:
            known = point.points is not None
            yield {
                "id": component,
                "in": scheme.components[component].parent,
                "weight": exact(point.weight),
                "points": exact(point.points) if point.points is not None else None,
                "published": published(point.points, scheme.head.decimals) if point.points is not None else None,
                "state": point.state if known or point.state != "scored" else "pending",
                "basis": point.basis,
                **_satisfied(happy.get((one.unit.id, component))),
            }


def _satisfied(found: Satisfaction | None) -> dict[str, Any]:
    """Of voters' cards: how many chose, and how many of them were satisfied."""
    return {"satisfaction": {"answers": found.answers, "satisfied": found.satisfied}} if found else {}


def _copies(result: Result) -> Files:
    """The rules, roster and decisions that the run was made with, so that it can be recomputed."""
    return {f"rules/{name}": data for name, data in result.evaluation.files.items()}


def disagreements(result: Result, files: Mapping[str, bytes]) -> list[Finding]:
    """What the written files say, read back, against the standings; empty if all agree."""
    from evaltool.documents.of_run import check_documents
    from evaltool.page import check_pages
    from evaltool.workbook.ranked import read_ranked, shown_in_ranked

    wrong = []
    for name in (RANKED, PRINTED) if result.interim else (RANKED, PRINTED, RANKING):
        shown = read_ranked(files[name])
        wrong += [
            f"{name}: {result.evaluation.units[unit].name}"
            for unit, expected in shown_in_ranked(result).items()
            if shown.get(result.evaluation.units[unit].name) != expected
        ]
    written = {
        one["id"]: (one["total"], one["rank"], one["grade"]) for one in json.loads(files["results.json"])["units"]
    }
    wrong += [
        f"results.json: {one.unit.name}"
        for one in result.standings
        if written.get(one.unit.id) != (one.text, one.rank, one.grade)
    ]
    wrong += [name for name in files if result.interim and name.startswith("public/")]
    wrong += [*check_documents(result, files), *check_pages(result, files)]
    return [finding("OUTPUT_DISAGREES", value=each) for each in wrong]
