"""Can what a deadline collects be collected: from whom, for which period, and is there anything to ask for?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from evaltool.findings import Finding, finding
from evaltool.identity import ABOUT_GOALS, BY_UNITS, REMARKS
from evaltool.rules import Component, Scheme
from evaltool.rules.settings import FILE, SELF, Deadline

_FORBIDDEN = ";；\n"  # would end an identity early


def check_deadlines(
    deadlines: Sequence[Deadline], schemes: Sequence[Scheme], remarks: Collection[str] = ()
) -> list[Finding]:
    """Every mistake in what the deadlines say about sheets; `remarks`: roles of whose remarks the source is stated."""
    leaves = [component for scheme in schemes for component in scheme.components.values()]
    findings = [
        finding("DEADLINE_SHEET", file=FILE, cell=f"deadline[{at}].{key}", value=value, args=dict(words))
        for at, each in enumerate(deadlines, 1)
        for key, value, words in (*_wrong(each, leaves), *_sourceless(each, remarks))
    ]
    return findings + list(_repeated(deadlines))


def _wrong(each: Deadline, leaves: Sequence[Component]) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    if each.sheet == "progress" and (not each.period.strip() or any(sign in each.period for sign in _FORBIDDEN)):
        yield "period", each.period, _words("进展表要写明时段，如“一季度”", "a progress sheet needs a period")
    if each.sheet != "progress" and each.period:
        yield "period", each.period, _words("只有进展表写时段", "only progress sheets have a period")
    if each.sheet in BY_UNITS and each.role not in ("", SELF):
        yield (
            "role",
            each.role,
            _words("这种表由单位自己填报，role 应为 self", "units fill it in themselves: role is self"),
        )
    if each.sheet in ("evidence", "figures") and each.role in ("", SELF):
        yield "role", each.role, _words("要写明由哪个角色验证", "needs the role that verifies")
    if each.sheet in ABOUT_GOALS and leaves and not any(one.goals for one in leaves):
        yield "sheet", each.sheet, _words("规则中没有 goals = true 的内容", "no component has goals = true")
    if each.sheet == "evidence" and leaves and not any(one.verify for one in leaves):
        yield "sheet", each.sheet, _words("规则中没有 verify = true 的内容", "no component has verify = true")


def _sourceless(each: Deadline, remarks: Collection[str]) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Remarks of which nobody could say whose they are."""
    if each.sheet == REMARKS and each.role not in remarks:
        zh = "写明由哪个角色提意见，并在 [remarks] 中写明它的意见来源"
        yield "role", each.role, _words(zh, "needs a role, with the source of its remarks in [remarks]")


def _words(zh: str, en: str) -> Mapping[str, object]:
    return {"reason_zh": zh, "reason_en": en}


def _repeated(deadlines: Sequence[Deadline]) -> Iterator[Finding]:
    """Two deadlines for the same sheet: nobody could tell by when it is due."""
    first: dict[tuple[str, str, str], int] = {}
    for at, each in enumerate(deadlines, 1):
        if each.sheet and each.sheet != "marks":
            key = each.sheet, each.period, each.role or SELF
            if key in first:
                words = _words(f"与 deadline[{first[key]}] 是同一种表", f"is the same sheet as deadline[{first[key]}]")
                yield finding(
                    "DEADLINE_SHEET", file=FILE, cell=f"deadline[{at}].sheet", value=each.sheet, args=dict(words)
                )
            first.setdefault(key, at)
