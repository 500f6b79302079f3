"""待核实证据: what units claim in components that count only when they are verified, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evaltool.evaluation import Evaluation
from evaltool.identity import EVIDENCE
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.ledger import Decision
from evaltool.points.evidence import EvidenceLine, Verified, conclusions, unverified
from evaltool.questions.forms import FIGURE
from evaltool.questions.layout.evidence import TRUE, UNTRUE, verified_lines
from evaltool.returns.committee.matters import (
    DECISION,
    REMARK,
    REMARKS,
    UNIT,
    CommitteeView,
    DecidedMatter,
    FactColumn,
    LineSaid,
    MatterId,
    MatterKind,
    choice,
    enters_word,
    one_line,
    same_word,
)

_ID = "evidence"
_NEITHER = "未核实"
_NOT_REPORTED = "（未填报）"


def _matters(view: CommitteeView) -> Iterator[DecidedMatter]:
    """Every line that does not count yet; what a decision has verified is known by its line."""
    evaluation = view.evaluation
    claimed, concluded = _claimed(view), _concluded(evaluation, view.intake)
    decided = {_decided(line) for line in evaluation.ledger}
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            open_ = unverified(evaluation, view.intake, scheme.id, leaf)
            for unit in evaluation.units_of(scheme.id) if open_ else ():
                for row in verified_lines(evaluation, scheme, leaf, unit):
                    line = row.id if row else ""
                    about = (_ID, unit.id, leaf, line)
                    if line not in open_[unit.id] and about not in decided:
                        continue
                    key = scheme.id, leaf, line, unit.id
                    facts = (
                        unit.name,
                        scheme.components[leaf].name,
                        row.name if row else scheme.components[leaf].name,
                        claimed.get(key, _NOT_REPORTED),
                        row.verified_by if row else "",
                        concluded.get(key, _NEITHER),
                    )
                    fields = {"kind": "证据核实", "unit": unit.name, "component": leaf, "indicator": line}
                    yield DecidedMatter(about, facts, fields)


def _waits(view: CommitteeView, matter: DecidedMatter) -> bool:
    """Once its unit has said anything that can be verified, where no sheet asks anybody else to verify it."""
    asked = any(each.sheet == "evidence" for each in view.evaluation.deadlines)
    return not asked and _NOT_REPORTED not in matter.facts


def _claimed(view: CommitteeView) -> Mapping[EvidenceLine, str]:
    """Line -> what was filled in for it."""
    import polars as pl

    verified = {
        leaf
        for scheme in view.evaluation.classes.values()
        for leaf in scheme.leaves()
        if scheme.components[leaf].verify
    }
    asked = (pl.col("field") == "mark") | view.intake.begins("field", FIGURE)
    rows = view.intake.rows(
        pl.col("component").is_in(list(verified)) & (pl.col("batch") != EVIDENCE) & (pl.col("state") == "given") & asked
    )
    found: dict[EvidenceLine, list[str]] = {}
    for row in rows.sort("file", "sheet", "cell").iter_rows(named=True):
        key = row["class_id"], row["component"], row["indicator"], row["unit"]
        what = (row["repeat"], "" if row["field"] == "mark" else row["field"].removeprefix(FIGURE), row["text"])
        found.setdefault(key, []).append("：".join(filter(None, what)))
    return {key: "、".join(dict.fromkeys(said)) for key, said in found.items()}


def _concluded(evaluation: Evaluation, intake: Intake) -> Mapping[EvidenceLine, str]:
    """Line -> what those who were to verify it say."""
    import polars as pl

    rows = intake.rows((pl.col("batch") == EVIDENCE) & (pl.col("state") == "given"))
    beside: dict[tuple[Verified, str], dict[str, AnswerRow]] = {}
    for row in rows.iter_rows(named=True):
        line = Verified(row["class_id"], row["component"], row["indicator"], row["unit"])
        beside.setdefault((line, row["file"]), {})[row["field"]] = row
    found: dict[EvidenceLine, str] = {}
    for line, results in conclusions(intake).items():
        said = [_conclusion(evaluation, beside[line, row["file"]]) for row in results]
        found[line] = "；".join(dict.fromkeys(said))
    return found


def _conclusion(evaluation: Evaluation, said: Mapping[str, AnswerRow]) -> str:
    who = evaluation.evaluators[said["verify_result"]["evaluator"]].name
    more = [one_line(said[each]["text"]) for each in ("verify_method", "verify_remark") if each in said]
    return f"{said['verify_result']['text']}（{'，'.join([who, *more])}）"


# --- decided ---------------------------------------------------------------------------------------------------------


def _decided(line: Decision) -> MatterId | None:
    return (_ID, line.unit, line.component, line.indicator) if line.kind == "evidence_verified" else None


def _needs(matter: DecidedMatter, said: LineSaid) -> Sequence[str]:
    """Why something is untrue is said, as on the sheets of those who verify."""
    return (REMARK,) if said[DECISION] == UNTRUE else ()


PROVED = MatterKind(
    _ID,
    "待核实证据",
    ("只有核实为属实的才计分。不属实的在备注中写明理由；空着的仍按未核实处理。",),
    (
        FactColumn(UNIT, 18),
        FactColumn("评估内容", 16),
        FactColumn("指标", 26),
        FactColumn("填报值", 18),
        FactColumn("规定方式", 12, centred=True),
        FactColumn("核实情况", 34),
    ),
    (choice(TRUE, UNTRUE), REMARKS),
    _matters,
    _decided,
    same_word,
    _needs,
    enters=enters_word,
    named=(0, 1, 2),
    waits=_waits,
)
