"""征求意见函: a draft of the rules, of the goals or of the results, sent out for opinions, with a day to answer by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool.checks.declared import Declared, goals_of_units
from evaltool.documents.content import Came, Content, ContentAsked, ContentsAndFindings, Occasion
from evaltool.documents.named import unit_named
from evaltool.documents.official.titles import WIDTH, broken
from evaltool.documents.official.titles import span as signs
from evaltool.documents.persons import U
from evaltool.documents.phrases import closed_up, enumerated, names, quoted, some, stated_day, table
from evaltool.documents.ruletexts import by_class, outcome_texts
from evaltool.documents.storedruns import StoredRun, by_group, opened, run_named
from evaltool.documents.targets import FEW, ShownTarget, approved, goal_lists, preset
from evaltool.evaluation import Evaluation
from evaltool.evaluation.in_words import method
from evaltool.exact import plain
from evaltool.findings import Refused, finding
from evaltool.questions.layout.goals import goal_components
from evaltool.roster import Unit, figure_in
from evaltool.rules import Scheme
from evaltool.rules.wording import worth
from evaltool.writers.official import Attachment, DocumentBlock, Heading, Text

RULES, TARGETS = "rules", "targets"
DRAFT = "（征求意见稿）"
BLANKS = 3  # lines of the sheet for opinions


def opinion(at: Occasion) -> ContentsAndFindings:
    """One letter on one draft."""
    evaluation, asked = at.evaluation, at.asked
    if asked.about == RULES:
        return [_on_rules(evaluation, asked)], []
    if asked.about == TARGETS:
        return _on_targets(evaluation, at.came, asked)
    return [_on_results(opened(run_named(evaluation.folder, asked.run)), evaluation, asked)], []


def _letter(
    evaluation: Evaluation,
    asked: ContentAsked,
    name: str,
    opening: Sequence[DocumentBlock],
    attachment: Attachment,
    stem: str,
) -> Content:
    """The letter around a draft."""
    until = stated_day(asked.reply_by, "反馈期限")
    please = (
        f"请认真研究，将意见填入附件2，加盖公章后于{until}前反馈{evaluation.settings.office}；没有意见的，也请函复。"
    )
    body = (*opening, Text(please))
    title = _title(evaluation, quoted(name + DRAFT))
    attachments = (attachment, Attachment(("意见反馈表",), tuple(_sheet())))
    return Content(title, body, attachments, stem=f"征求意见函-{stem}")


def _title(evaluation: Evaluation, draft: str) -> tuple[str, ...]:
    """On one line if there is room, else broken behind the name of the evaluation: nowhere else inside 《》."""
    title = f"关于征求{draft}意见的函"
    before, name, after = title.partition(evaluation.settings.name)
    if signs(title) <= WIDTH or not name:
        return (title,)
    return (*broken(before + name), after)


def _sheet() -> Iterator[DocumentBlock]:
    """A table to be filled in by hand or in Word."""
    blank = tuple((str(at), "\n\n\n", "", "") for at in range(1, BLANKS + 1))
    yield table(("序号", "涉及内容", "意见和建议", "理由"), blank, (14, 42, 56, 44))
    yield Text("填报单位（盖章）：")
    yield Text("联系人：　　　　　　　　联系电话：")
    yield Text("填报日期：　　　　年　　月　　日")


# --- rules ------------------------------------------------------------------------------------------------------------


def _on_rules(evaluation: Evaluation, asked: ContentAsked) -> Content:
    name = f"{evaluation.settings.name}规则"
    opening = [Text(f"现将{quoted(name + DRAFT)}（见附件1）送你们征求意见。")]
    attachment = Attachment((name, DRAFT), tuple(_rules(evaluation)))
    return _letter(evaluation, asked, name, opening, attachment, "规则")


def _rules(evaluation: Evaluation) -> Iterator[DocumentBlock]:
    """The rules of every class: components with their methods, then what follows from the total."""
    parts = [
        [*_methods(evaluation, scheme), *outcome_texts(evaluation, scheme)] for scheme in evaluation.classes.values()
    ]
    yield from by_class(evaluation, parts, level=1)


def _methods(evaluation: Evaluation, scheme: Scheme) -> Iterator[DocumentBlock]:
    total, digits = plain(scheme.head.total), scheme.head.decimals
    yield Text(f"总分{total}分，公布到小数点后{digits}位，四舍五入。评估内容和计分办法如下：")
    rows = [
        ("　" * depth + scheme.components[key].name, worth(scheme.weight(key)), _method(evaluation, scheme, key))
        for key, depth in scheme.walk()
    ]
    yield table(("评估内容", "分值", "计分办法"), rows, (46, 16, 94), left=(0, 2))


def _method(evaluation: Evaluation, scheme: Scheme, key: str) -> str:
    parts = ["各部分得分之和"] if scheme.children(key) else []
    said = parts + [closed_up(line).rstrip("。") for line in method(evaluation, scheme, key)]
    return "；".join(said) + "。"


# --- goals ------------------------------------------------------------------------------------------------------------


def _on_targets(evaluation: Evaluation, came: Came, asked: ContentAsked) -> ContentsAndFindings:
    """The goals that are declared and without errors; of units whose goals stand in the roster already those."""
    declared = {each.unit.id: each for each in goals_of_units(evaluation, came.intake, came.findings)}
    if not declared:
        raise Refused([finding("NOTICE_NO_GOALS_ASKED")], usage=True)
    units = [unit_named(evaluation, asked.unit)] if asked.unit else list(evaluation.units.values())
    listed: list[tuple[Unit, list[ShownTarget]]] = []
    for unit in units:
        own = approved(evaluation, unit)
        stated = declared.get(unit.id)
        if stated is not None and stated.state in ("ready", "waiting"):
            order = [leaf for _, leaf, _ in goal_components(evaluation, unit)]
            own += preset(evaluation, unit)
            own += [_declared(each) for each in sorted(stated.lines, key=lambda one: order.index(one.component))]
        if own:
            listed.append((unit, own))
    if not listed:
        return [], [finding("NOTICE_NO_GOALS")]
    there = {unit.id for unit, _ in listed}
    left = [unit.name for unit in units if unit.id in declared and unit.id not in there]
    args: dict[str, object] = {"n": len(left), "units": some(left, FEW)}
    year = evaluation.settings.year
    who = listed[0][0].name if asked.unit else ""
    name = f"{who}{year}年度工作目标" if who else f"{evaluation.settings.name}工作目标"
    count = sum(len(own) for _, own in listed)
    whose = "" if who else f"{len(listed)}{U}个单位"
    opening = [Text(f"现将{quoted(name + DRAFT)}（见附件1，共{whose}{count}项目标）送你们征求意见。")]
    attachment = Attachment((name, DRAFT), tuple(goal_lists(evaluation, listed)))
    stem = "-".join(part for part in ("目标", who) if part)
    found = [finding("NOTICE_GOALS_NOT_READY", args=args)] if left else []
    return [_letter(evaluation, asked, name, opening, attachment, stem)], found


def _declared(line: Declared) -> ShownTarget:
    said = line.texts
    persons = names(
        dict.fromkeys(said[each] for each in ("goal_leader", "goal_manager", "goal_person") if said.get(each))
    )
    full = Fraction(line.points or 0)
    aim = said.get("goal_target", "")
    aim += said.get("goal_measure", "") if figure_in(aim) is not None else ""
    part, name, standard, role = (said.get(f"goal_{each}", "") for each in ("part", "name", "standard", "role"))
    return ShownTarget(part, name, full, standard, role, persons, aim)


# --- results ----------------------------------------------------------------------------------------------------------


def _on_results(run: StoredRun, evaluation: Evaluation, asked: ContentAsked) -> Content:
    name = f"{evaluation.settings.name}结果"
    judges = evaluation.settings.committee or "评估委员会"
    facts = list(dict.fromkeys(fact for each in evaluation.classes.values() for fact in each.veto.facts))
    questions = [f"{U}参评单位的名次、等次和奖项有无不同意见"]
    if facts:
        questions.insert(0, f"{U}参评单位是否存在应当一票否决的情形：{'；'.join(facts)}")
    ends = ["。" if at == len(questions) else "；" for at in range(1, len(questions) + 1)]
    opening: list[DocumentBlock] = [
        Text(f"现将{quoted(name + DRAFT)}（见附件1）送你们，请就以下事项提出意见："),
        *enumerated(text + end for text, end in zip(questions, ends, strict=True)),
        Text(f"征求意见稿尚未经{judges}审定，请注意保密，不得对外提供。"),
    ]
    attachment = Attachment((name, DRAFT), tuple(_results(run)))
    return _letter(evaluation, asked, name, opening, attachment, "结果")


def _results(run: StoredRun) -> Iterator[DocumentBlock]:
    groups = by_group(run.evaluation, run.units.values())
    for name, own in groups:
        if len(groups) > 1:
            yield Heading(name)
        rows = [(each.rank_text, each.name, each.total, each.grade_text, names(each.awards) or "—") for each in own]
        yield table(("名次", f"{U}单位", "总分", "等次", "奖项"), rows, (16, 54, 22, 22, 42), left=(1, 4))
