"""A poll counted by evaltool, from its files to counts, accounts and findings, as a process of its own.

python benchmarks/poll_evaltool.py OUT RULE FILE...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from evaltool.inbox.exports.counting import count_export
from evaltool.inbox.exports.shapes import Export, ExportPart, Question
from poll_data import CHOICE as SAID
from poll_data import CHOICES, POINT, RESPONDENT, TIME, UNIT, UNITS

_HEAD = 1 << 20


def main() -> None:
    out, rule, *files = sys.argv[1:]
    question = Question("d", "poll", "测评", tuple(CHOICES[:-1]), rule)  # type: ignore[arg-type]
    asked = {name: (name, 0) for name in UNITS}
    settles = rule != "all"
    export = Export(
        evaluator="V",
        file="答卷*",
        wide=False,
        respondent=RESPONDENT if settles else "",
        unit=UNIT,
        choice=SAID,
        point=POINT,
        time=TIME if settles else "",
        unused=() if settles else (RESPONDENT, TIME),
        names={name: name for name in UNITS},
        asked=asked,
        questions=(question,),
    )
    said = count_export([_part(Path(file)) for file in files], export)
    assert said[0].answers is not None and said[0].answers.whole is not None
    whole = said[0].answers.whole
    counts = {f"{one.unit} {one.point} {one.choice}": one.answers for one in whole.counts}
    figures = {"rows": whole.rows, "repeated": whole.repeated, "refused": whole.refused}
    Path(out).write_text(json.dumps({"counts": counts, **figures}, ensure_ascii=False, sort_keys=True), "utf-8")


def _part(path: Path) -> ExportPart:
    with path.open("rb") as stream:
        return ExportPart(path.name, path.name, stream.read(_HEAD), path, path.stat().st_size)


if __name__ == "__main__":
    main()
