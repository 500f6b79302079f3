"""A line of the ledger as a person reads it: names in the place of ids."""

from __future__ import annotations

from evaltool.evaluation import Evaluation
from evaltool.ledger import KINDS, Decision, kind_named
from evaltool.ledger.kinds import HEADERS
from evaltool.rules import Scheme

_HASH = 12  # digits of a file's hash, as findings print it


def in_words(evaluation: Evaluation, line: Decision) -> dict[str, str]:
    """Every column of a line as a person reads it: attribute -> text."""
    said = {attribute: str(getattr(line, attribute)) for attribute in HEADERS}
    unit, evaluators = evaluation.listed_units.get(line.unit), evaluation.evaluator_names
    said["kind"] = KINDS[line.kind].word
    said["unit"] = unit.name if unit else line.unit
    said["evaluator"] = evaluators.get(line.evaluator, line.evaluator)
    said["component"] = component_name(evaluation, line)
    said["indicator"] = indicator_name(evaluation, line)
    said["file_hash"] = line.file_hash[:_HASH]
    if KINDS[line.kind].before == "evaluator":
        said["before"] = evaluators.get(line.before, line.before)
    if line.kind == "withdrawal" and kind_named(line.after):
        said["after"] = KINDS[kind_named(line.after)].word
    return said


def component_name(evaluation: Evaluation, line: Decision) -> str:
    """What 评估内容 names: a component, a field of work, an award."""
    classes = _classes(evaluation, line.unit)
    if KINDS[line.kind].refers == "field":
        fields = {each.id: each.name for one in classes for award in one.awards for each in award.fields}
        return fields.get(line.component, line.component)
    names = {key: each.name for one in classes for key, each in one.components.items()}
    return names.get(line.component, line.component)


def _classes(evaluation: Evaluation, unit: str) -> list[Scheme]:
    own = evaluation.listed_units.get(unit)
    return [one for id_, one in evaluation.classes.items() if not own or id_ == own.class_id]


def indicator_name(evaluation: Evaluation, line: Decision) -> str:
    classes = _classes(evaluation, line.unit)
    rows = (row for one in classes for row in evaluation.indicators(one.id, line.component, line.unit))
    return next((row.name for row in rows if row.id == line.indicator and row.unit in ("", line.unit)), line.indicator)


# --- what was decided about a unit -----------------------------------------------------------------------------------


def unit_changes(evaluation: Evaluation, unit: str) -> list[str]:
    """Sentences on how a unit changed, with the document."""
    return [_changed(in_words(evaluation, line), line) for line in evaluation.decided("unit_changed", unit)]


def _changed(said: dict[str, str], line: Decision) -> str:
    name = said["unit"]
    since = f"自{line.effective}起" if line.effective else ""
    what = {
        "更名": f"{line.before}{since}更名为{name}",
        "合并": f"{line.before}{since}并入{name}",
        "撤销": f"{name}{since}撤销",
        "新设": f"{name}{since}新设",
    }
    return f"{what[line.after]}（{line.document}）"


def decided_for(evaluation: Evaluation, unit: str) -> list[str]:
    """Sentences on decisions about one unit that its own figures do not show: changed targets with their old points,
    tasks that were added, how the unit changed, objections that were rejected."""
    targets = goal_decisions(evaluation, unit)
    documents = "、".join(dict.fromkeys(line.document for line in evaluation.decided("objection_rejected", unit)))
    return [
        *unit_changes(evaluation, unit),
        *(_target(in_words(evaluation, line), line) for line in targets),
        *([f"所提异议经研究不予采纳（{documents}）"] if documents else []),
    ]


def _target(said: dict[str, str], line: Decision) -> str:
    what = f"{said['component']}“{said['indicator']}”"
    how = {
        "goal_added": f"{what}自{line.effective}起增加，预赋分值{line.after}分",
        "goal_text": f"{what}的{line.item}自{line.effective}起由“{line.before or '（空）'}”变更为“{line.after}”",
        "target_change": f"{what}的预赋分值自{line.effective}起由{line.before}分调整为{line.after}分",
    }
    return f"{how[line.kind]}（{line.document}）"


def goal_decisions(evaluation: Evaluation, unit: str) -> list[Decision]:
    """What was decided about a unit's goals since they were approved, in the order of the days from which it holds."""
    kinds = ("goal_added", "goal_text", "target_change")
    return sorted((line for line in evaluation.decided_about(unit) if line.kind in kinds), key=lambda line: line.day)
