"""The documents of a run as they go out, once its result is at their stage: written beside the run, which keeps its
drafts, with the numbers, days and texts that hold now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from evaltool.documents.beside import FOLDER, Announced
from evaltool.documents.kinds import DocumentKind, OfRun, OfUnits
from evaltool.documents.named import unit_named
from evaltool.documents.of_run import Paper, issued
from evaltool.documents.official.fields import gaps
from evaltool.documents.official.forms import forms_of
from evaltool.evaluation import Evaluation
from evaltool.files import place
from evaltool.findings import Refused, finding
from evaltool.ledger import Decision
from evaltool.ledger.stages import run_of
from evaltool.results.result import Result
from evaltool.rules.settings import Notice


def issue(
    result: Result,
    now: Evaluation,
    kind: DocumentKind,
    given: Mapping[str, Any],
    posting: Decision | None,
    out: Path | None = None,
) -> list[Announced]:
    """Write the documents of a kind.  `now`: the folder's evaluation, whose texts go before those of the run; `given`:
    what the command line says, which goes before both; `posting`: the decision that says from when to when."""
    result = at_issue(result, now, kind, given, posting)
    unit = unit_named(now, given["unit"]).id if "unit" in given else ""
    papers = [each for each in issued(result, kind) if not unit or [one.unit.id for one in each.about] == [unit]]
    if out is not None and len(papers) > 1:
        raise Refused([finding("NOTICE_OUT", value=str(out), args={"n": len(papers)})], usage=True)
    return list(_written(now, result.run, kind, papers, out))


def at_issue(
    result: Result, now: Evaluation, kind: DocumentKind, given: Mapping[str, Any], posting: Decision | None
) -> Result:
    """The result with the texts that hold when its documents go out, and what units have to put right by then."""
    notice = _stated(_later(result.evaluation.notice, now.notice), kind, given, posting, result.run)
    return replace(result, evaluation=replace(result.evaluation, notice=notice, matters=now.matters))


def _later(then: Notice, now: Notice) -> Notice:
    """What is stated now; what is not, as it was stated for the run."""
    stated = {name: value for name in Notice.model_fields if (value := getattr(now, name)) not in ("", None)}
    numbers = {name: value for name, value in now.numbers.model_dump().items() if value}
    return then.model_copy(update={**stated, "numbers": then.numbers.model_copy(update=numbers)})


def _stated(notice: Notice, kind: DocumentKind, given: Mapping[str, Any], posting: Decision | None, run: str) -> Notice:
    update = {name: given[name] for name in ("signatory", "recipients", "telephone", "copies") if name in given}
    if kind.upward and "recipients" in update:
        update["report_to"] = update.pop("recipients")
    if "date" in given:
        update |= {"date": given["date"], "printed_date": given["date"]}
    if "reply_by" in given:  # of a notice of rectification
        update["rectify_until"] = given["reply_by"]
    if "number" in given:
        update["numbers"] = notice.numbers.model_copy(update={kind.id: given["number"]})
    if posting is not None:
        days = date.fromisoformat(posting.day), date.fromisoformat(posting.until)
        update |= dict(zip(("posted_from", "posted_until"), days, strict=True))
    corrected = posting is not None and int(run_of(posting)[0]) != int(run)  # after another result was posted
    if "date" in kind.dated and ("date" in given or corrected):
        update |= dict.fromkeys(kind.dated, given.get("date", notice.date))
    return notice.model_copy(update=update)


def _written(
    evaluation: Evaluation, run: str, kind: DocumentKind, papers: Sequence[Paper], out: Path | None
) -> Iterator[Announced]:
    """Each is read back and compared with the standings before any is written (law 9)."""
    assert isinstance(kind.makes, OfRun | OfUnits)
    made = [paper.make() for paper in papers]
    with forms_of(evaluation) as forms:
        files = [forms.write(each) for each in made]
    wrong = [
        finding("OUTPUT_DISAGREES", value=f"{paper.path}: {name}")
        for paper, data in zip(papers, files, strict=True)
        for name in kind.makes.unlike(data, paper.about)
    ]
    if wrong:
        raise Refused(wrong)
    for paper, official, data in zip(papers, made, files, strict=True):
        placed = place(out or evaluation.folder / FOLDER / _name(paper, kind, run), data)
        yield Announced(kind.id, "".join(official.title), placed, tuple(gaps(official)))


def _name(paper: Paper, kind: DocumentKind, run: str) -> Path:
    path = PurePosixPath(paper.path)
    return Path(f"{path.stem}-{run}.docx" if isinstance(kind.makes, OfRun) else f"{kind.name}-{run}/{path.name}")
