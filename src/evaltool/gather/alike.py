"""What can be compared: rankings of one class and group by the same full marks, decimals, components, weights, grades.

What differs in any of these stands apart, as a ranking of its own that says in what.  How a component is scored may
differ without that: then the files of rules are not the same, which is said too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from evaltool.exact import plain
from evaltool.gather.believed import CityRun
from evaltool.gather.published import PublishedGroup

_WORDS = {
    "full": "满分",
    "digits": "总分小数位",
    "by": "排名依据",
    "parts": "评估内容和权重",
    "grades": "等次标准",
}
_BY = {"published": "总分", "exact": "未四舍五入的总分", "variation": "比上年的变化"}


@dataclass(frozen=True, slots=True)
class GroupShape:
    """What has to be the same for totals to be of one measure; `parts`: name with the names above it -> weight."""

    class_id: str
    class_name: str
    group_name: str
    full: Fraction
    digits: int
    by: str
    parts: tuple[tuple[str, Fraction], ...]
    grades: tuple[tuple[str, str], ...]

    @property
    def subject(self) -> tuple[str, str, str]:
        """Whom it is about."""
        return self.class_id, self.class_name, self.group_name

    @property
    def title(self) -> str:
        return self.class_name if self.group_name == self.class_name else f"{self.class_name}·{self.group_name}"


def shape_of(group: PublishedGroup) -> GroupShape:
    scheme = group.scheme
    head = scheme.head
    parts = tuple(
        ("／".join(scheme.components[each].name for each in (*reversed(scheme.ancestors(key)), key)), weight)
        for key, _ in scheme.walk()
        if (weight := scheme.weight(key, group.group))
    )
    grades = tuple((each.name, _bound(each.bound, each.top_percent)) for each in scheme.grades)
    name = scheme.group_name(group.group)
    by = scheme.ranking.by
    return GroupShape(head.id, head.name, name, Fraction(head.total), head.decimals, by, parts, grades)


def _bound(bound: object, percent: object) -> str:
    said = [f"{plain(Fraction(str(bound)))}分" if bound is not None else ""]
    said += [f"前{plain(Fraction(str(percent)))}%" if percent is not None else ""]
    return "、".join(filter(None, said))


@dataclass(frozen=True, slots=True)
class ComparableGroup:
    """The cities whose rankings of a group are of one measure; `variant`: 1 for that of most cities, 0 where there is
    no other; `differs`: in what it is not that one."""

    shape: GroupShape
    cities: tuple[tuple[CityRun, PublishedGroup], ...]
    variant: int
    differs: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.shape.title if not self.variant else f"{self.shape.title}（方案{self.variant}）"

    @property
    def rule_files(self) -> int:
        """How many different files of rules there are among the cities."""
        return len({city.schemes.get(self.shape.class_id) for city, _ in self.cities})


def comparable(cities: Iterable[CityRun]) -> list[ComparableGroup]:
    """Every ranking of every city stands in one of them: by class and group as they first appear, those of most cities
    first."""
    found: dict[tuple[str, str, str], dict[GroupShape, list[tuple[CityRun, PublishedGroup]]]] = {}
    for city in cities:
        for group in city.groups:
            shape = shape_of(group)
            found.setdefault(shape.subject, {}).setdefault(shape, []).append((city, group))
    return [each for shapes in found.values() for each in _variants(shapes)]


def _variants(shapes: dict[GroupShape, list[tuple[CityRun, PublishedGroup]]]) -> Iterator[ComparableGroup]:
    ordered = sorted(shapes, key=lambda each: -len(shapes[each]))  # those of as many cities stay as they came
    for number, shape in enumerate(ordered, 1):
        differs = tuple(_differences(shape, ordered[0])) if number > 1 else ()
        yield ComparableGroup(shape, tuple(shapes[shape]), number if len(ordered) > 1 else 0, differs)


def _differences(own: GroupShape, other: GroupShape) -> Iterator[str]:
    """In what one is not the other, in words."""
    for each in fields(GroupShape):
        here, there = getattr(own, each.name), getattr(other, each.name)
        if here != there and each.name in _WORDS:
            if each.name in ("parts", "grades"):
                yield f"{_WORDS[each.name]}：{'；'.join(_lines(dict(here), dict(there))) or '次序不同'}"
            else:
                yield f"{_WORDS[each.name]}{_said(each.name, here)}（方案1为{_said(each.name, there)}）"


def _said(name: str, value: object) -> str:
    return _BY[str(value)] if name == "by" else plain(Fraction(str(value)))


def _lines(own: dict[str, object], other: dict[str, object]) -> Iterator[str]:
    for name in dict.fromkeys((*own, *other)):
        here, there = own.get(name), other.get(name)
        if here != there:
            yield f"“{name}”{_worth(here)}（方案1为{_worth(there)}）"


def _worth(value: object) -> str:
    return "无" if value is None else plain(value) if isinstance(value, Fraction) else str(value) or "不按分数"


def lacking(group: ComparableGroup, cities: Sequence[CityRun]) -> list[str]:
    """The cities that have no ranking in it."""
    there = {city.name for city, _ in group.cities}
    return [each.name for each in cities if each.name not in there]
