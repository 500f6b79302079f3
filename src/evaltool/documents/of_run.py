"""The official documents of a run, as values and as files: what the table of kinds has for this result.

What lies in a run's folder is a draft, since nothing was decided of a result that has just been scored; `issued` has
the same documents without that mark, once the result is at their stage.  An interim result has a bulletin and letters,
marked as such, and nothing that would decide anything.  Templates are compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from evaltool.documents.bulletin import groups_of
from evaltool.documents.content import Content
from evaltool.documents.kinds import KINDS, DocumentKind, OfRun, OfUnits
from evaltool.documents.official.forms import OfficeTemplates
from evaltool.documents.official.frame import framed
from evaltool.documents.officialnames import under_official_names
from evaltool.documents.persons import whom
from evaltool.names import safe_name
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules.documentnumbers import following
from evaltool.views.comparison import ComparedGroup
from evaltool.views.lostpoints import LostPoints, lost_points
from evaltool.views.wording import DRAFT, INTERIM
from evaltool.writers.official import Official

Lost = Callable[[], Mapping[str, LostPoints]]
"""Unit -> what it lost, when it is asked for."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of the run: where it goes inside the run's folder, its kind, how it is made, about whom it is."""

    path: str
    kind: DocumentKind
    make: Callable[[], Official]
    about: tuple[Standing, ...]


def papers(result: Result) -> list[Paper]:
    """Every document that this result has a ground for, as a draft where a stage is still to come."""
    named = _short_names(result)
    result = under_official_names(result)
    groups, draft = groups_of(result), bool(result.evaluation.stages.needed)
    lost = _lost(result)
    return [paper for kind in KINDS.values() for paper in _papers(result, groups, lost, named, kind, draft=draft)]


def issued(result: Result, kind: DocumentKind) -> list[Paper]:
    """The documents of one kind as they go out."""
    named = _short_names(result)
    result = under_official_names(result)
    groups = groups_of(result)
    return _papers(result, groups, _lost(result), named, kind, draft=False)


def _short_names(result: Result) -> Mapping[str, str]:
    """What the files about units are called after."""
    return {one.unit.id: one.unit.name for one in result.standings}


def _lost(result: Result) -> Lost:
    """Gone through once for all letters of all kinds, and only if one is written."""
    return lambda: result.view((lost_points,), lambda: lost_points(result, groups_of(result)))


def _papers(
    result: Result,
    groups: list[ComparedGroup],
    lost: Lost,
    named: Mapping[str, str],
    kind: DocumentKind,
    *,
    draft: bool,
) -> list[Paper]:
    made: list[Paper] = []
    if isinstance(kind.makes, OfRun):
        made += _of_run(result, groups, kind, kind.makes)
    elif isinstance(kind.makes, OfUnits):
        made += _of_units(result, groups, lost, named, kind, kind.makes)
    return [replace(paper, make=_marked(paper.make)) for paper in made] if draft and not result.interim else made


def _marked(make: Callable[[], Official]) -> Callable[[], Official]:
    """The document with what says that it is a draft, behind its title, where every form has a place for it."""

    def made() -> Official:
        paper = make()
        return replace(paper, title=(*paper.title[:-1], paper.title[-1] + DRAFT))

    return made


def written(
    result: Result, forms: OfficeTemplates, progress: Callable[[str], None] = lambda _: None
) -> dict[str, bytes]:
    """Every document by its path.  Raises `TemplateError`."""
    files: dict[str, bytes] = {}
    asked = list(papers(result))
    for at, paper in enumerate(asked, 1):
        files[paper.path] = forms.write(paper.make())
        progress(f"documents {at}/{len(asked)}")
    return files


def _of_run(result: Result, groups: list[ComparedGroup], kind: DocumentKind, one: OfRun) -> Iterator[Paper]:
    if (result.interim and one.final) or not one.ground(result, groups):
        return
    whose = None if one.whose is None else one.whose(result)
    about = tuple(each for each in result.standings if whose is None or each.unit.id in whose)
    if about or whose is None:
        yield Paper(_place(result, one.path), kind, _made(result, kind, 0, one.write, result, groups), about)


def _of_units(
    result: Result,
    groups: list[ComparedGroup],
    lost: Lost,
    named: Mapping[str, str],
    kind: DocumentKind,
    letters: OfUnits,
) -> Iterator[Paper]:
    """Files are numbered in the order of the roster, documents in their own."""
    whose = None if letters.whose is None else letters.whose(result)
    numbered = _numbered(_place(result, letters.folder), groups, named)
    own = [each for each in numbered if whose is None or each[2].unit.id in whose]
    first = result.evaluation.notice.numbers.of(kind.id)
    for nth, (path, group, one) in enumerate(own):
        number = (following(first, nth),) if letters.numbered else ()
        write = _letter(letters, lost)
        yield Paper(path, kind, _made(result, kind, nth, write, result, group, one, *number), (one,))


def _letter(letters: OfUnits, lost: Lost) -> Callable[..., Content]:
    """One letter, with what its unit lost."""
    return lambda result, group, one, *number: letters.write(result, group, one, lost()[one.unit.id], *number)


def _place(result: Result, path: str) -> str:
    """Nothing of an interim result is public."""
    return path.replace("public/", "internal/", 1) if result.interim else path


def _made(
    result: Result, kind: DocumentKind, nth: int, write: Callable[..., Content], *args: object
) -> Callable[[], Official]:
    """The document, made when it is asked for."""
    return lambda: _framed(result, kind, write(*args), nth)


def _framed(result: Result, kind: DocumentKind, said: Content, nth: int) -> Official:
    """With the run's short code.  A letter about one unit is nobody else's business."""
    notice = result.evaluation.notice
    said = whom(result.evaluation, said)
    if isinstance(kind.makes, OfUnits):
        notice = notice.model_copy(update={"copies": ""})
    paper = replace(framed(kind, result.evaluation.settings, notice, said, nth), code=result.code)
    return _unfinished(paper, result) if result.interim else paper


def _unfinished(paper: Official, result: Result) -> Official:
    """An interim document is a working paper of the office: it says so at the top, and has nothing of the final one: no
    red head, no number, no day of issue, no seal, no imprint."""
    return replace(
        paper,
        form="document",  # a letter without a head has no place for what stands above the title
        head="none",
        mark="",
        number=None,
        above=(INTERIM,),
        signatory=result.evaluation.settings.office,
        date=None,
        sealed=False,
        imprint=None,
    )


def _numbered(
    folder: str, groups: list[ComparedGroup], named: Mapping[str, str]
) -> Iterator[tuple[str, ComparedGroup, Standing]]:
    """(path, group, standing) of each unit, numbered in the order of the roster."""
    every = [(one, group) for group in groups for one in group.standings]
    every.sort(key=lambda pair: (pair[0].unit.order, pair[0].unit.id))
    digits = max(2, len(str(len(every))))
    for number, (one, group) in enumerate(every, 1):
        yield f"{folder}/{safe_name(f'{number:0{digits}}-{named[one.unit.id]}')}.docx", group, one


def check_documents(result: Result, files: Mapping[str, bytes]) -> list[str]:
    """Where written documents say something else than the standings, or are not there; empty if they agree."""
    wrong: list[str] = []
    for paper in papers(result):
        assert isinstance(paper.kind.makes, OfRun | OfUnits)
        named = paper.kind.makes.unlike(files.get(paper.path, b""), paper.about)
        wrong += [f"{paper.path}: {name}" for name in named]
    return wrong
