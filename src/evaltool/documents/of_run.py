"""The official documents of a run, as values and as files.

`bulletin` (结果通报), `letter` (评估结果反馈书, one per unit), `posting` (结果公示), `commendation` (表彰决定) and
`report` (评估报告) are public; `rectification` (限期整改通知书, one per unit) is not.  `assessment` has the sentences
that several of them share, `sentences` those of a letter; `consequences` says who gets what because of a grade,
`missing` what nobody has stated.  An interim result has a bulletin and letters, marked as such, and nothing that would
decide anything.

Templates are compiled once.  `readback` reads the written files again and compares them with the standings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from evaltool.documents.bulletin import bulletin, bulletin_of, groups_of
from evaltool.documents.commendation import commendation
from evaltool.documents.consequences import COMMENDATION, RECTIFICATION, commended, rectified
from evaltool.documents.letter import letter, letter_in
from evaltool.documents.official.forms import Forms
from evaltool.documents.posting import posting
from evaltool.documents.readback import check_letter, check_ranking, facts_in, totals_in
from evaltool.documents.rectification import rectification
from evaltool.documents.report import report
from evaltool.names import safe_name
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.views.comparison import Group
from evaltool.writers.official import Official

__all__ = [
    "BULLETIN",
    "LETTERS",
    "bulletin",
    "check_documents",
    "documents",
    "facts_in",
    "letter",
    "papers",
    "totals_in",
]

BULLETIN = "public/结果通报.docx"
POSTING = "public/结果公示.docx"
COMMENDED = f"public/{COMMENDATION}.docx"
REPORT = "public/评估报告.docx"
LETTERS = "public/反馈书"
RECTIFICATIONS = f"internal/notices/{RECTIFICATION}"


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of the run: where it goes inside the run's folder, its kind, how it is made.

    `unit` is the standing that it is about, if it is about one.
    """

    path: str
    kind: str
    make: Callable[[], Official]
    unit: Standing | None = None


def papers(result: Result, groups: list[Group] | None = None) -> list[Paper]:
    """Every document that this result has a ground for."""
    groups = groups_of(result) if groups is None else groups
    made = [Paper(BULLETIN, "bulletin", lambda: bulletin_of(result, groups))]
    if not result.interim:
        made += [
            Paper(POSTING, "posting", lambda: posting(result, groups)),
            Paper(REPORT, "report", lambda: report(result, groups)),
        ]
        decision = commendation(result, groups, commended(result))
        made += [Paper(COMMENDED, "commendation", lambda: decision)] if decision else []
    return [*made, *_letters(result, groups), *_rectifications(result, groups)]


def documents(result: Result, templates: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every document by its path.  `templates`: file name -> bytes.  Raises `TemplateError`."""
    forms = Forms(templates)
    return {paper.path: forms.write(paper.make()) for paper in papers(result)}


def _letters(result: Result, groups: list[Group]) -> Iterator[Paper]:
    for nth, (path, group, one) in enumerate(_numbered(LETTERS, groups)):
        yield Paper(path, "letter", _bound(letter_in, result, group, one, nth), one)


def _rectifications(result: Result, groups: list[Group]) -> Iterator[Paper]:
    named = rectified(result)
    own = [each for each in _numbered(RECTIFICATIONS, groups) if each[2].unit.id in named]
    for nth, (path, group, one) in enumerate(own):
        make = _bound(rectification, result, group, one, named[one.unit.id], nth)
        yield Paper(path, "rectification", make, one)


def _bound(write: Callable[..., Official], *args: object) -> Callable[[], Official]:
    return lambda: write(*args)


def _numbered(folder: str, groups: list[Group]) -> Iterator[tuple[str, Group, Standing]]:
    """(path, group, standing) of each unit, numbered in the order of the roster."""
    every = [(one, group) for group in groups for one in group.standings]
    every.sort(key=lambda pair: (pair[0].unit.order, pair[0].unit.id))
    digits = max(2, len(str(len(every))))
    for number, (one, group) in enumerate(every, 1):
        yield f"{folder}/{safe_name(f'{number:0{digits}}-{one.unit.name}')}.docx", group, one


def check_documents(result: Result, files: Mapping[str, bytes]) -> list[str]:
    """Where written documents say something else than the standings, or are not there; empty if they agree."""
    wrong: list[str] = []
    for paper in papers(result):
        data = files.get(paper.path)
        if paper.unit is not None:
            agrees = data is not None and check_letter(data, paper.unit, brief=paper.kind == "rectification")
            wrong += [] if agrees else [f"{paper.path}: {paper.unit.unit.name}"]
        elif paper.kind == "commendation":
            wrong += [f"{paper.path}: {name}" for name in _uncommended(result, data)]
        else:
            wrong += [f"{paper.path}: {name}" for name in check_ranking(data, result.standings)]
    return wrong


def _uncommended(result: Result, data: bytes | None) -> list[str]:
    """Winners of an award whom the decision does not name."""
    from evaltool.writers.word.templates import text_of

    text = "\n".join(text_of(data)) if data is not None else ""
    return [one.unit.name for one in result.standings if one.awards and one.unit.name not in text]
