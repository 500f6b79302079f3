"""Breaks a title into lines by sense: no word is cut, 关于 begins a line, the lines are no hourglass.

Chinese has no blanks between words, so words are known by a short list of those that titles of evaluations are made of;
between two signs that belong to no known word nothing is broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from evaltool.writers.widths import measure

WIDTH = 19.0  # signs of 22 pt in the 156 mm of a line, with a little room

_WORDS = (
    "绩效管理|绩效评估|绩效考核|绩效考评|目标管理|阶段性|征求意见|委员会|办公室|领导小组|人民政府|"
    "市直机关|机关|单位|部门|政府|年度|绩效|评估|考核|考评|评价|结果|目标|工作|意见|责任|任务|"
    "进展|情况|加分|扣分|事项|名单|先进|集体|个人|优秀|限期|整改|要求|分工|一览表|表彰|通报|"
    "通知|公示|反馈|决定|批复|报告|函|复核|更正|调整|开展|做好|报送|材料|制定|实施|建设|发展|"
    "以及"
)
_JOINING = "和与及或暨"  # stand at the beginning of a line, not at the end
_KEPT = re.compile(r"《[^》]*》|〔[^〕]*〕|（[^）]*）|[0-9A-Za-z.%]+年?度?|" + _WORDS)


def title_lines(title: Sequence[str]) -> list[str]:
    """The lines as given; one that is too long is broken."""
    return [line for given in title for line in broken(given)]


def broken(title: str, room: float = WIDTH) -> list[str]:
    if span(title) <= room:
        return [title]
    places = sorted(_places(title))
    for count in range(2, 6):
        found = [lines for lines in _divided(title, places, count) if max(map(span, lines)) <= room]
        if found:
            return min(found, key=_ugliness)
    return [title]  # the program that shows it breaks it somewhere


def span(text: str) -> float:
    """Width in signs: a Latin letter or digit is half of one."""
    return measure(text) / 2


def _places(title: str) -> Iterator[int]:
    """Where a line may end: at the edge of a known word, not before 的 or a closing sign, nor after a joining one."""
    edges = {0, len(title)}
    for found in _KEPT.finditer(title):
        edges |= {found.start(), found.end()}
    inner = {at for found in _KEPT.finditer(title) for at in range(found.start() + 1, found.end())}
    edges |= {found.start() for found in re.finditer("关于", title)}
    edges |= {found.end() for found in re.finditer("的", title)}
    for at in edges - inner:
        if 0 < at < len(title) and title[at] not in "的》〕）、，" and title[at - 1] not in _JOINING + "《〔（":
            yield at


def _divided(title: str, places: Sequence[int], count: int) -> Iterator[list[str]]:
    if count == 1:
        yield [title]
        return
    for at in places:
        for rest in _divided(title[at:], [place - at for place in places if place > at], count - 1):
            yield [title[:at], *rest]


def _ugliness(lines: Sequence[str]) -> float:
    """Less is better: uneven lines, a middle shorter than both its neighbours, 关于 within a line cost."""
    spans = [span(line) for line in lines]
    cost = max(spans) - min(spans)
    cost += sum(8.0 for a, b, c in zip(spans, spans[1:], spans[2:], strict=False) if b < a and b < c)
    cost += 30.0 * sum("关于" in line[1:] for line in lines)
    cost += sum(4.0 for before, after in pairwise(lines) if not after.startswith("关于") and not before.endswith("的"))
    return cost + (2.0 if span(lines[-1]) < 4 else 0.0) * 4
