"""催报通知: who is missing what, and how many days are left, as of a day: one notice to all, or a letter to each.

Who is missing is what `inbox.accounts.lacking` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from evaltool.documents.content import Content, ContentAsked, ContentsAndFindings, Occasion
from evaltool.documents.named import evaluators_named, role_named
from evaltool.documents.persons import U
from evaltool.documents.phrases import chapters, enumerated, names, one_line, stated_day, table
from evaltool.evaluation import Evaluation
from evaltool.findings import finding
from evaltool.identity import kind_of_batch, sheet_name
from evaltool.inbox.accounts.lacking import Lacking, Why, missed
from evaltool.inbox.accounts.whole import Accounts
from evaltool.questions.forms import ENTRIES
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import SELF
from evaltool.views.addressed import addressed, is_leader
from evaltool.writers.official import DocumentBlock, Text

MOST = 60  # names in a cell: a row must fit on a page
_ASIDE: Mapping[Why, str] = {"refused": "已报送，须改正重报", "late": "逾期报送，待决定"}


def reminder(at: Occasion) -> ContentsAndFindings:
    """One notice with everything that is missing, without leaders and without the names of persons; letters where
    somebody is named, `each` is asked for, or the role is one of leaders."""
    evaluation, came, asked, on = at.evaluation, at.came, at.asked, at.on
    order = {role: place for place, role in enumerate(evaluation.roles)}
    listed = sorted(missed(evaluation, came.intake, on), key=lambda one: (one.until or date.max, order[one.role]))
    lacking = [each for each in listed if _is_meant(evaluation, asked, each, on)]
    if not lacking:
        return [], [finding("NOTICE_NOBODY_MISSING", args={"day": on.isoformat()})]
    leading = [each for each in lacking if is_leader(evaluation, each.role)]
    if not (asked.each or asked.unit) and not (asked.role and leading):
        apart = [finding("NOTICE_LEADERS_APART", args={"n": len(leading)})] if leading else []
        rest = [each for each in lacking if each not in leading]
        return [_to_all(evaluation, came.accounts, rest, asked, on)] if rest else [], apart
    own: dict[str, list[Lacking]] = {}
    for each in lacking:
        own.setdefault(each.evaluator, []).append(each)
    return [_to_one(evaluation, listed, asked, on) for listed in own.values()], []


def _is_meant(evaluation: Evaluation, asked: ContentAsked, each: Lacking, on: date) -> bool:
    if asked.role and each.role != role_named(evaluation, asked.role):
        return False
    if asked.unit and each.evaluator not in {one.id for one in evaluators_named(evaluation, asked.unit)}:
        return False
    return asked.within is None or (each.until is not None and (each.until - on).days <= asked.within)


def _what(evaluation: Evaluation, each: Lacking) -> str:
    """What the sheet is called; cards with their meeting, one of two entries with its number."""
    due = each.deadline
    what = sheet_name(each.batch) or ("评价卡" if each.batch else due.what if due else "评分表")
    if each.meeting:
        what += f"（{each.meeting.meeting or f'第{each.batch}批'}）"
    scored = kind_of_batch(each.batch) in ("marks", "cards")
    twice = scored and each.role in evaluation.settings.entered_twice
    return what + (f"（{ENTRIES[each.entry]}）" if twice else "")


def _name(evaluation: Evaluation, each: Lacking) -> str:
    return one_line(evaluation.evaluators[each.evaluator].name)


def _strict(evaluation: Evaluation, lacking: Sequence[Lacking], on: date) -> list[str]:
    """The sheets, each once, that are late and count by decision only."""
    late = [each for each in lacking if each.strict and each.until is not None and each.until < on]
    return list(dict.fromkeys(_what(evaluation, each) for each in late))


# --- to all -----------------------------------------------------------------------------------------------------------


def _to_all(
    evaluation: Evaluation, accounts: Accounts, lacking: Sequence[Lacking], asked: ContentAsked, on: date
) -> Content:
    name = evaluation.settings.name
    late = [each for each in lacking if each.until is not None and each.until < on]
    early = [each for each in lacking if each.until is not None and each.until >= on]
    open_ = [each for each in lacking if each.until is None]
    blocks = (
        Text(_opening(evaluation, accounts, lacking, asked, on)),
        *chapters(
            (
                ("逾期未报的", _table(evaluation, late, on)),
                ("尚未到期、还未报送的", _table(evaluation, early, on)),
                ("没有规定时限、还未报送的", _table(evaluation, open_, on)),
                ("有关要求", enumerated(_demands(evaluation, lacking, asked, on))),
            )
        ),
    )
    stem = "-".join(part for part in ("催报通知", asked.role and evaluation.roles[lacking[0].role]) if part)
    title = (f"关于{name}材料报送情况的催报通知",)
    return Content(title, blocks, stem=f"{stem}-{on.isoformat()}", form="document")


def _opening(
    evaluation: Evaluation, accounts: Accounts, lacking: Sequence[Lacking], asked: ContentAsked, on: date
) -> str:
    """The account of all sheets, or how many are missing of those that are asked about."""
    late = sum(each.until is not None and each.until < on and each.why == "not_come" for each in lacking)
    overdue = f"，其中{late}份已逾期" if late else ""
    if asked.role or asked.within is not None:
        whose = f"“{evaluation.roles[lacking[0].role]}”" if asked.role else ""
        return f"截至{day_text(on)}，{evaluation.settings.name}{whose}还有{len(lacking)}份材料没有收到{overdue}。"
    own = [each for each in accounts.sheets if not is_leader(evaluation, evaluation.evaluators[each.evaluator].role)]
    others = sum(sheet_name(each.batch) != "" for each in own)
    expected = len(own)
    counted = sum(each.answered == "counted" for each in own)
    waived = sum(each.answered == "waived" for each in own)
    wrong = sum(each.answered == "with_errors" for each in own)
    gone = sum(each.why == "not_come" for each in lacking)
    held = sum(each.why == "late" for each in lacking)
    mend = f"，有错待改{wrong}份" if wrong else ""
    mend += f"，逾期报送、待决定{held}份" if held else ""
    exempt = f"，经批准免报{waived}份" if waived else ""
    later = expected - counted - waived - wrong - gone - held
    not_yet = f"，尚不到时候的{later}份" if later else ""
    parts = f"（评分表和评价卡{expected - others}份，其他的表{others}份）" if others else ""
    return (
        f"截至{day_text(on)}，{evaluation.settings.name}应报送材料{expected}份{parts}，"
        f"已收到并计入{counted}份{mend}{exempt}{not_yet}，"
        f"尚未收到{gone}份{overdue}。现将有关情况通知如下。"
    )


def _table(evaluation: Evaluation, lacking: Sequence[Lacking], on: date) -> Iterator[DocumentBlock]:
    """A row for every kind of sheet and deadline, with the units that miss it; of persons only the number."""
    rows: dict[tuple[str, str, date | None], list[str]] = {}
    for each in lacking:
        aside = _ASIDE.get(each.why, "")
        named = f"{_name(evaluation, each)}（{aside}）" if aside else _name(evaluation, each)
        named = named if addressed(evaluation, each.evaluator) == "unit" else aside
        rows.setdefault((each.role, _what(evaluation, each), each.until), []).append(named)
    made = [
        (evaluation.roles[role], what, _left(until, on), part, str(number))
        for (role, what, until), listed in rows.items()
        for part, number in _parts(listed)
    ]
    if made:
        heads = ("评估主体", "应报材料", "时限", "尚未报送", "份数")
        yield table(heads, made, (27, 30, 36, 51, 12), left=(0, 1, 3))


def _parts(listed: Sequence[str]) -> Iterator[tuple[str, int]]:
    for at in range(0, len(listed), MOST):
        part = listed[at : at + MOST]
        said = Counter(part)
        yield (
            names(f"{each}{n}份" if each in _ASIDE.values() else each for each, n in said.items() if each) or "—",
            len(part),
        )


def _left(until: date | None, on: date) -> str:
    """The day and, below it, how far away it is."""
    if until is None:
        return "—"
    days = (until - on).days
    return f"{day_text(until)}\n" + (f"逾期{-days}天" if days < 0 else f"还有{days}天" if days else "当日到期")


def _demands(evaluation: Evaluation, lacking: Sequence[Lacking], asked: ContentAsked, on: date) -> Iterator[str]:
    if any(each.until is None or each.until < on for each in lacking):
        until = stated_day(asked.reply_by, "补报时限")
        yield f"逾期未报和没有规定时限的，请于{until}前报送{evaluation.settings.office}。"
    if any(each.until is not None and each.until >= on for each in lacking):
        yield "尚未到期的，请抓紧填报，按时报送。"
    if strict := _strict(evaluation, lacking, on):
        yield f"{names(strict)}逾期报送的，经批准后方可计入。"
    if any(each.why == "refused" for each in lacking):
        yield f"注明“{_ASIDE['refused']}”的，请在退回的表中改正后重新报送。"


# --- to one -----------------------------------------------------------------------------------------------------------


def _to_one(evaluation: Evaluation, own: Sequence[Lacking], asked: ContentAsked, on: date) -> Content:
    who = evaluation.evaluators[own[0].evaluator]
    spoken = addressed(evaluation, who.id)
    if spoken == "leader":
        return _to_leader(evaluation, own, asked, on)
    you = {"unit": f"{U}你单位", "person": "您"}.get(spoken, "")
    those = "以下" if len(own) > 1 else ""
    count = f"{you}还有{those}{len(own)}份材料没有{'报送' if you else '收到'}"
    said = [(_what(evaluation, each), _when(each, on), _ASIDE.get(each.why, "")) for each in own]
    opening = f"截至{day_text(on)}，{evaluation.settings.name}{count}："
    late = any(each.until is None or each.until < on for each in own)
    until = stated_day(asked.reply_by, "补报时限")
    please = f"请于{until}前报送{evaluation.settings.office}。" if late else "请抓紧填报，按时报送。"
    strict = _strict(evaluation, own, on)
    blocks = (
        *_items(opening, ["，".join(filter(None, parts)) for parts in said]),
        Text(please + (f"{names(strict)}逾期报送的，经批准后方可计入。" if strict else "")),
    )
    title = (f"关于报送{evaluation.settings.name}有关材料的催报函",)
    stem = f"催报函-{who.id}-{who.name}-{on.isoformat()}"
    own_unit = evaluation.units.get(who.id) if who.role == SELF else None
    return Content(title, blocks, recipients=own_unit.addressed if own_unit else one_line(who.name), stem=stem)


def _to_leader(evaluation: Evaluation, own: Sequence[Lacking], asked: ContentAsked, on: date) -> Content:
    """A request: nobody counts a leader's days."""
    who, name = evaluation.evaluators[own[0].evaluator], evaluation.settings.name
    days = [each.until for each in own if each.until is not None and each.until >= on]
    until = stated_day(asked.reply_by or min(days, default=None), "报送时限")
    blocks = [*_items(f"{name}正在进行，送请您评定：", [_what(evaluation, each) for each in own])]
    if any(each.why == "refused" for each in own):
        blocks.append(Text("其中已经报来的，有个别内容需要与您核对，核对用的表随函送上，敬请审阅。"))
    blocks.append(Text(f"敬请于{until}前拨冗填写，交{evaluation.settings.office}。如已报送，请不必理会本函。"))
    blocks.append(Text("感谢您对评估工作的支持！"))
    title = (f"关于敬请为{name}评分的函",)
    return Content(
        title, tuple(blocks), recipients=one_line(who.name), stem=f"敬请函-{who.id}-{who.name}-{on.isoformat()}"
    )


def _items(opening: str, listed: Sequence[str]) -> list[DocumentBlock]:
    """One in the sentence itself, several in numbered paragraphs below it."""
    if len(listed) == 1:
        return [Text(f"{opening}{listed[0]}。")]
    ends = ["。" if at == len(listed) else "；" for at in range(1, len(listed) + 1)]
    return [Text(opening), *enumerated(text + end for text, end in zip(listed, ends, strict=True))]


def _when(each: Lacking, on: date) -> str:
    if each.until is None:
        return ""
    days = (each.until - on).days
    left = f"已逾期{-days}天" if days < 0 else f"还有{days}天" if days else "今日到期"
    return f"时限{day_text(each.until)}，{left}"
