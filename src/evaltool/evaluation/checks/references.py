"""Names that the rules give to things, and what is said when one is unknown or stands twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from evaltool.findings import Finding, Place, finding
from evaltool.names import folded, nearest
from evaltool.rules import Scheme

"""(file, key, name that stands there)"""

SHOWN = 30  # known names that a finding lists at most


class NameKind(Enum):
    """What a name is the name of: its words in both languages, and the table of the rules that holds such things."""

    CLASS = ("对象类别", "class", "scheme")
    GROUP = ("分类", "group", "scheme")
    COMPONENT = ("评估内容", "component", "component")
    ROLE = ("角色", "role", "")
    SCALE = ("选项表", "scale", "scale")
    CHOICE = ("选项", "choice", "")
    PLACES = ("名次分值表", "table of places", "places")
    PERIOD = ("时段", "period", "")
    GRADE = ("等次", "grade", "grade")
    AWARD = ("奖项", "award", "award")
    FIELD = ("单项", "field", "award")
    ZONE = ("区域", "zone", "zone")
    CONSTRAINT = ("规定", "constraint", "constraint")
    VETO = ("一票否决的情形", "kind of veto", "veto")
    BONUS = ("加分种类", "kind of bonus", "bonus")
    DEDUCTION = ("扣分种类", "kind of deduction", "deduction")
    UNIT = ("单位", "unit", "")
    EVALUATOR = ("评估主体", "evaluator", "")
    EXPORT = ("导出文件", "export", "survey")
    BATCH = ("批次", "batch", "")
    INDICATOR = ("指标", "indicator", "")
    PARAMETER = ("参数", "parameter", "")
    EARLIER = ("历年结果", "earlier result", "")
    ENTRY = ("单项参评", "entry of a field", "")
    MATTER = ("整改事项", "matter", "")
    MEETING = ("听证评审", "meeting", "")
    REMARK = ("意见建议", "remark", "")
    LINE = ("不适用", "line not applicable", "")

    @property
    def words(self) -> dict[str, object]:
        return {"kind_zh": self.value[0], "kind_en": self.value[1]}


def unknown(
    scheme: Scheme, kind: NameKind, name: str, key: str, known: Iterable[str], titles: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """A finding where a name is not known; silent where the thing may stand in a piece that could not be read.

    `titles` says what the known ids are called: who wrote the title is told the id."""
    names = list(known)
    table = kind.value[2]
    unread = {table, f"{table}.{name}"} & scheme.unread or any(each.startswith(f"{table}[") for each in scheme.unread)
    if name in names or (table and unread):
        return
    listed = "、".join(names[:SHOWN]) + ("……" if len(names) > SHOWN else "")
    meant = next((id_ for id_, title in (titles or {}).items() if folded(title) == folded(name)), "")
    near = meant or nearest(name, names) or "—"
    args: dict[str, object] = {"near": near, "known": listed or "—", **kind.words}
    yield finding("RULES_NAME_UNKNOWN", file=scheme.file, cell=key, value=name, args=args)


def duplicates(kind: NameKind, places: Iterable[Place]) -> Iterator[Finding]:
    """A finding at every second place of a name, saying where the first one is."""
    first: dict[str, tuple[str, str]] = {}
    for file, key, name in places:
        if folded(name) not in first:
            first[folded(name)] = (file, key)
            continue
        other = " ".join(first[folded(name)])
        yield finding("RULES_DUPLICATE", file=file, cell=key, value=name, args={"other": other, **kind.words})
