"""What is said to evaluators and to the clerk about sheets that go back: plain text, ready to paste."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from unicodedata import category

from evaltool.evaluation import Evaluation
from evaltool.findings import FEW, Finding, by_cause
from evaltool.identity import batch_words, sheet_name
from evaltool.inbox.accounts.lacking import Lacking, Why, lacking
from evaltool.inbox.accounts.whole import role_sheets
from evaltool.inbox.intake import Intake
from evaltool.questions.forms import ENTRIES, Form
from evaltool.returns.sheet import CarriedOver, PointToMend
from evaltool.views.addressed import addressed, is_leader

TO_DO: Mapping[str, str] = {
    "SHEET_MISSING": "该工作表已恢复，请填写；工作表不能改名或删除",
    "SHEET_TWICE": "本表只带入了名称正确的一张（没有的为空白），请核对填写；工作表不能复制",
    "LABEL_CHANGED": "文字已恢复，请补填这一行（列）；名称和表头不能改动",
    "LABEL_MISSING": "这一行（列）已恢复，请补填；行和列不能删除",
    "LABEL_REPEATED": "重复的行已去掉，请按应报的数重新填写这一行",
    "SHEET_BLANK": "请填写",
    "QUESTION_CHANGED": "请按现在所问的重新填写这一格，其余各格不用改动",
    "QUESTION_NEW": "请补填这一格，其余各格不用改动",
    "ROW_UNEXPECTED": "本表没有带入这一数值；应当计入的，请填入对应的行",
    "CELL_OUTSIDE": "本表没有带入这一内容；应当计入的，请填入对应的格",
    "CELL_BLOCKED": "该格不用填写，已清空",
    "SUM_DIFFERS": "合计由表格自动算出，请核对各项分值",
    "SCORE_MISSING": "请补填；确实不评的，请先与我们联系",
    "SCORE_NOT_NUMBER": "只填数字",
    "SCORE_PERCENT": "填不带百分号的分数",
    "SCORE_DATE": "重新填写分数",
    "SCORE_DISPLAY_DIFFERS": "请核对该格的数值是否就是要报的数",
    "SCORE_DISPLAY_HIDES": "原来显示的与实际存的不同，请重新填写",
    "SCORE_FORMULA": "直接填写数字，不用公式",
    "FORMULA_NO_VALUE": "直接填写数字，不用公式",
    "MERGED_SCORE": "标红的格请逐格填写，不要合并",
    "SCORE_RANGE": "改成范围内的数",
    "SCORE_DECIMALS": "请按规定的位数填写",
    "SCORE_NOT_WHOLE": "改成整数",
    "SCORE_ABSTAINED": "此项不能弃权，请填写",
    "ABSTAINED_FIELD": "此格不能弃权，请填写",
    "COUNT_RANGE": "改成范围内的数",
    "ENTRY_DIFFERS": "对照纸质原件核对，录错的改正，没有录错的不用改动",
}
"""What the evaluator does on the fresh sheet, where it is not what the clerk would do with the submission."""
MANY, NAMED = 8, 24  # points that become one line; cells that are named in it
AGAIN = "原表不能采用，请在本工作簿中重新填写"


def one_line(text: str) -> str:
    """Text from a sheet without line breaks and invisible signs, so that it cannot look like lines of ours."""
    shown = (sign for sign in text if sign.isspace() or category(sign) not in ("Cc", "Cf", "Cs"))
    return " ".join("".join(shown).split())


def _name(file: str) -> str:
    """A file as its sender knows it, without the folders of ours."""
    return one_line(PurePosixPath(file).name)


def sentence(text: str) -> str:
    return text.rstrip("。；;. ") + "。"


def wrong(one: Finding) -> str:
    """What is wrong, without the choices, which may be dozens and stand in the drop-down list."""
    return f"“{one.value}”不在下拉列表中" if one.code == "CHOICE_UNKNOWN" else one.message()


def to_mend(
    evaluation: Evaluation,
    form: Form,
    sources: Sequence[str],
    points: Sequence[PointToMend],
    file: str,
    *,
    blank: bool,
    carried: CarriedOver,
) -> list[str]:
    """To the evaluator: which cells, what to do, which file to send back."""
    must, rest = [one for one in points if one.blocks], [one for one in points if not one.blocks]
    opening = (
        f"{_you(evaluation, form)}报送的《{one_line(form.title)}》（收到的文件：{'、'.join(map(_name, sources))}）"
    )
    please = "敬请核对" if addressed(evaluation, form.evaluator) == "leader" else "需要改正"
    said = f"{opening}不能采用，原因如下：" if blank else f"{opening}有 {len(must)} 处{please}："
    lines = [*_greeting(evaluation, form), said, "", *_listed(must)]
    if rest:
        lines += ["", "另请核对（没有问题的不用改动）：", "", *_listed(rest)]
    marked = "" if blank else "需要改正的格标为红色，首页“请改正”列有清单，"
    how = f"{carried.words}{marked}请直接改正" if carried.some else f"{carried.words}{marked}请在其中重新填写"
    lines += ["", f"随信附上“{file}”。{how}，保存后发回这一文件，它将自动代替原来报送的表。请不要另用旧表填写。"]
    return [*lines, *_closing(evaluation)]


def conflict(evaluation: Evaluation, form: Form, sources: Sequence[tuple[str, str]], said: Finding) -> list[str]:
    """To an evaluator of whom two different sheets came: which one is meant, or all of them together?"""
    args = dict(said.args)
    parts = said.code == "SUBMISSION_PARTS"
    what = "没有互相矛盾之处，可以合起来" if parts else "内容不同"
    lines = [
        *_greeting(evaluation, form),
        f"{_you(evaluation, form)}报送的《{one_line(form.title)}》收到 {len(sources)} 份，{what}：",
    ]
    days = zip(sources, args["days"].split("、"), strict=True)
    listed = enumerate(days, 1)
    lines += ["", *(f"{at}. {_name(file)}（指纹 {digest[:12]}，{day} 收到）" for at, ((file, digest), day) in listed)]
    lines += ["", one_line(sentence(args["cells"].removeprefix("；")))] if args["cells"] else []
    ask = "请回复是否合并采用，或者以哪一份为准" if parts else "请回复以哪一份为准"
    lines += ["", f"在确认之前，这几份都不计入。{ask}（写明序号或指纹）。"]
    return [*lines, *_closing(evaluation)]


def _you(evaluation: Evaluation, form: Form) -> str:
    return {"unit": "贵单位", "person": "您", "leader": "您", "other": ""}[addressed(evaluation, form.evaluator)]


def _greeting(evaluation: Evaluation, form: Form) -> list[str]:
    name = one_line(evaluation.evaluators[form.evaluator].name)
    batch = "" if sheet_name(form.batch) else batch_words(form.batch)
    batch += f"（{ENTRIES[form.entry]}）" if form.twice else ""
    return [f"{name}{batch}：", "", "您好！"]


def _closing(evaluation: Evaluation) -> list[str]:
    due = "如有疑问，请与我们联系。谢谢配合！"
    return ["", due, "", evaluation.settings.office]


def _listed(points: Iterable[PointToMend]) -> list[str]:
    """A line per cell; where the same is to be done in many cells of a worksheet, one line with their number, of
    very many with the first of them (the sheet itself marks and lists all)."""
    groups: dict[tuple[str, str], list[PointToMend]] = {}
    for one in points:
        groups.setdefault((one.sheet, one.do), []).append(one)
    lines: list[str] = []
    for (sheet, do), group in groups.items():
        if len(group) > MANY:
            named, rest = (group, "") if len(group) <= NAMED else (group[:FEW], "等")
            cells = "、".join(one.cell for one in named) + rest
            example = f"共 {len(group)} 处，第一处是：{sentence(group[0].wrong)}"
            lines.append(f"{one_line(sheet)}!{cells}：{example}{sentence(do)}")
        else:
            lines += [f"{_at(one)}：{sentence(one.wrong)}{sentence(one.do)}" for one in group]
    return [f"{at}. {line}" for at, line in enumerate(lines, 1)]


def _at(point: PointToMend) -> str:
    unit = f"（{point.unit}）" if point.unit and point.unit not in point.wrong else ""
    return one_line(point.where() + unit)


# --- for the clerk ---------------------------------------------------------------------------------------------------


def overview(
    sent: Sequence[tuple[str, str, str]],
    asked: Sequence[tuple[str, str]],
    left: Sequence[tuple[str, Sequence[Finding]]],
) -> list[str]:
    """What lies in the folder: (file, message, submission) sent back, (message, name) of conflicts, and the files for
    which nothing could be prepared, with the reasons."""
    number = iter("一二三")
    lines = ["退回说明（每次校验时重新生成；手工改过的文件不会被覆盖或删除）", ""]
    if sent:
        lines += [f"{next(number)}、退回改正 {len(sent)} 份（表和可直接粘贴的文字）"]
        lines += [f"  {file}；{text}　←　{one_line(source)}" for file, text, source in sent] + [""]
    if asked:
        lines += [f"{next(number)}、请填报人确认采用哪一份 {len(asked)} 份"]
        lines += [f"  {text}　{one_line(name)}" for text, name in asked] + [""]
    if left:
        lines += [f"{next(number)}、没有准备退回表、需由办公室处理的文件 {len(left)} 份"]
        for file, reasons in left:
            lines.append(f"  {one_line(file)}")
            lines += [f"    {_once(cause)}" for cause in by_cause(reasons)]
        lines += ["  （确认与评估无关，或已有计入的表的，登记“排除”决定即可。）", ""]
    return lines


def _once(cause: Sequence[Finding]) -> str:
    """What is wrong, and in how many places."""
    first = cause[0]
    cells = "、".join(one.place().removeprefix(one.file).strip() for one in cause[:FEW])
    many = f"共 {len(cause)} 处（{cells}{'等' if len(cause) > FEW else ''}）：" if len(cause) > 1 else ""
    return f"{many}{one_line(sentence(first.message()))}{one_line(sentence(first.hint()))}"


_CAME: Mapping[Why, str] = {
    "refused": "（已报送，但不能采用，见“说明.txt”）",
    "late": "（逾期报送，是否计入待决定）",
}


def reminders(evaluation: Evaluation, intake: Intake, on: date) -> list[str]:
    """Who is missing by now, by role and kind of sheet, with the day; nothing if nobody is.  Of what is not due yet it
    says how many and when, without names.  Cards have the day of their meeting, in a
    line of its own where meetings differ."""
    every = lacking(evaluation, intake, on)
    missing = [each for each in every if each.is_due(on)]
    later = [each for each in every if not each.is_due(on)]
    if not missing:
        return []
    head = f"截至 {on.isoformat()}，应报未报 {len(missing)} 份；尚未到期 {len(later)} 份。"
    lines = [f"{evaluation.settings.name}　催报名单", head, ""]
    leaders = {role for role in {each.role for each in missing} if is_leader(evaluation, role)}
    leading = [each for each in missing if each.role in leaders]
    for name, listed in _by_sheet(evaluation, [each for each in missing if each.role not in leaders]):
        days = dict.fromkeys(_due(each, on) for each in listed)
        alike = f"；{next(iter(days))}" if len(days) == 1 else ""
        lines += [f"【{name}】缺 {len(listed)} 份{alike}"]
        names = (_missing(evaluation, each) + ("" if alike else f"；{_due(each, on)}") for each in listed)
        lines += [f"  {at}. {name}" for at, name in enumerate(names, 1)] + [""]
    if leading:
        lines += ["领导同志（不催报，另写敬请函：evaltool notice DIR reminder --role 角色）："]
        lines += [f"  {at}. {_missing(evaluation, each)}" for at, each in enumerate(leading, 1)] + [""]
    if later:
        lines += ["尚未到期，不用催报（名单见 evaltool due）："]
        for name, listed in _by_sheet(evaluation, later):
            days = dict.fromkeys(_due(each, on) for each in sorted(listed, key=lambda each: each.until or on))
            lines += [f"  {name} {len(listed)} 份；{'、'.join(days)}"]
    return lines


def _by_sheet(evaluation: Evaluation, listed: Iterable[Lacking]) -> list[tuple[str, list[Lacking]]]:
    """Sheets by role and kind, in the order of the roles."""
    roles, found = list(evaluation.roles), dict[tuple[int, str], list[Lacking]]()
    for each in listed:
        kind = each.batch if sheet_name(each.batch) else ""
        found.setdefault((roles.index(each.role), kind), []).append(each)
    named = sorted(found.items(), key=lambda item: item[0])
    return [(role_sheets(evaluation.roles[roles[at]], kind), sheets) for (at, kind), sheets in named]


def _missing(evaluation: Evaluation, each: Lacking) -> str:
    """Whose sheet is missing, which one of theirs, and what is to be said about it."""
    other = sheet_name(each.batch)
    batch = "" if other else batch_words(each.batch)
    twice = not other and each.role in evaluation.settings.entered_twice
    batch += f"（{ENTRIES[each.entry]}）" if twice else ""
    return one_line(evaluation.evaluators[each.evaluator].name) + batch + _CAME.get(each.why, "")


def _due(each: Lacking, on: date) -> str:
    if each.until is None:
        return "evaluation.toml 没有写明期限"
    days = (each.until - on).days
    left = f"还有 {days} 天" if days > 0 else "今天截止" if days == 0 else f"已逾期 {-days} 天"
    what = each.meeting.meeting if each.meeting and each.meeting.date else each.deadline.what if each.deadline else ""
    return f"期限 {each.until.isoformat()}{f'（{one_line(what)}）' if what else ''}，{left}"
