"""What dossiers are made of, by unit: of the run that counts, and of what the folder says since.

Marks, reports and visits come from the inputs of a run that was proved; decisions, objections, matters and remarks from
the folder, since they go on after it.  Before there is a run, everything comes from the folder.  Each table is gone
through once for all units that are wanted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import combinations
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from evaltool.checks.matters import Followed, followed
from evaltool.documents.issuing import at_issue
from evaltool.documents.kinds import KINDS
from evaltool.documents.of_run import Paper, issued, papers
from evaltool.documents.persons import U
from evaltool.dossier.parts import PaperSource
from evaltool.evaluation import Evaluation
from evaltool.evaluation.remarks import passed_on
from evaltool.explain.sources import BatchCards, EvaluatorMarks, Sources, sources
from evaltool.explain.voices import codes_of
from evaltool.findings import reading_order
from evaltool.identity import EVIDENCE, UNSCORED
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.claims import Claim, claims
from evaltool.inbox.intake import Intake
from evaltool.inbox.lateness import shown_day
from evaltool.inbox.received import index_lines
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.ledger import Decision
from evaltool.ledger.register import Entry
from evaltool.names import folded, safe_name
from evaltool.questions.forms import FIGURE
from evaltool.results.rank import Standing, by_unit
from evaltool.results.result import Result
from evaltool.roster import Remark, Unit
from evaltool.rules import Scheme
from evaltool.runs.stages import PassedStages
from evaltool.runs.store import MANIFEST, RunEntry, read_manifest
from evaltool.views.comparison import ComparedGroup, compared

if TYPE_CHECKING:
    import polars as pl

_SHORT = 8  # digits that a decision writes at least
HASH = 12  # digits of a digest, as findings print it
LETTER = KINDS["letter"]
_STAGE = "posted"  # at which letters go out
_ALL_MARKS = 10**9
UNSCORED_YET = "还没有正式计分"
_ABSENT = f"{U}本单位没有参加这次计分"
Line = tuple[Decision, bool]
"""A line of the ledger, and whether it holds: one that was withdrawn stays in the record."""
_Thing = TypeVar("_Thing")
_Veiled = TypeVar("_Veiled", EvaluatorMarks, BatchCards)


@dataclass(frozen=True)
class Gathered:
    """Everything, for the units that are `wanted`.  `now` and `came`: the folder as it is; `result`: that of the run
    `entry`, as it was scored again (None: there is no run yet); `on`: the day of the dossier."""

    now: Evaluation
    came: Intake
    wanted: Collection[str]
    on: date
    passed: PassedStages
    result: Result | None = None
    entry: RunEntry | None = None
    outcomes: Mapping[str, Mapping[str, dict[str, Any]]] = field(default_factory=dict)  # run -> unit -> its result

    @property
    def then(self) -> Evaluation:
        """What the run knew; without a run, what is known."""
        return self.result.evaluation if self.result else self.now

    @property
    def intake(self) -> Intake:
        return self.result.intake if self.result else self.came

    def scheme(self, unit: Unit) -> Scheme:
        return self.then.classes.get(unit.class_id) or self.now.classes[unit.class_id]

    def why_none(self, unit: Unit) -> str:
        """Why there is no result of a unit; "" where there is one."""
        return UNSCORED_YET if self.result is None else _ABSENT if unit.id not in self.standings else ""

    # --- names and places --------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> dict[str, str]:
        """Units, those that are out among them, and evaluators by id."""
        evaluators = {each.id: each.name for each in self.now.roster.evaluators}
        return evaluators | {each.id: each.name for each in self.now.roster.units}

    @cached_property
    def line_names(self) -> dict[tuple[str, str, str], str]:
        """Component, indicator, unit ("" for all) -> its name, as it is or as the run had it."""
        rows = (*self.then.roster.indicators, *self.now.roster.indicators)
        return {(row.component, row.id, row.unit): row.name for row in rows}

    def line_name(self, component: str, indicator: str, unit: str) -> str:
        names = self.line_names
        return names.get((component, indicator, unit)) or names.get((component, indicator, ""), indicator)

    @cached_property
    def record(self) -> dict[str, dict[str, str]]:
        return index_lines(self.now.folder)

    @cached_property
    def digests(self) -> dict[str, str]:
        """File -> its SHA-256: of submissions, rules, roster, ledger."""
        own = {each.file: each.digest for each in (*self.came.files, *self.intake.files) if each.digest}
        return own | dict(self.then.sources) | dict(self.now.sources)

    def source(self, file: str, digest: str = "", day: str = "") -> PaperSource:
        """A file as a source; the day on which it was first seen, if it came in and no other is stated."""
        digest = digest or self.digests.get(file, "")
        return PaperSource(file, digest, day or self.first_seen(digest))

    def first_seen(self, digest: str) -> str:
        moment = self.record.get(digest, {}).get("first_seen", "")
        return shown_day(moment) if moment else ""

    def tables(self, *names: str) -> list[PaperSource]:
        """The files of the roster in which these tables can stand."""
        stems = {"roster", *names}
        return [PaperSource(*each) for each in self.then.sources if PurePosixPath(each[0]).stem in stems]

    # --- what came in ------------------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> dict[str, list[AnswerRow]]:
        """Unit -> every cell about it but for the marks that nobody repeats, in reading order."""
        import polars as pl

        about = pl.col("unit").is_in(list(self.wanted)) & pl.col("state").is_in(["given", "abstained"])
        found = self.intake.rows(about & (_is_beside() | pl.col("component").is_in(self._in_words)))
        rows = sorted(found.iter_rows(named=True), key=_in_order)
        return _by(rows, lambda row: str(row["unit"]))

    @cached_property
    def _in_words(self) -> list[str]:
        """The leaves whose marks say something one by one: those that are repeated, and what a unit says of itself."""
        every = (each for scheme in self.then.classes.values() for each in scheme.components.items())
        return sorted({key for key, each in every if each.each or each.by == "self"})

    @cached_property
    def sheets_of(self) -> dict[str, list[FileAccount]]:
        """Unit -> what it handed in itself."""
        return _by(self.intake.files, lambda each: each.evaluator if each.evaluator in self.wanted else "")

    @cached_property
    def attachments(self) -> dict[str, list[FileAccount]]:
        return _by(self.came.files, lambda each: each.unit if each.became == "attachment" else "")

    @cached_property
    def claims(self) -> dict[str, list[Claim]]:
        return _by(claims(self.then, self.intake), lambda each: each.unit.id)

    # --- the run -----------------------------------------------------------------------------------------------------

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        return by_unit(self.result.standings) if self.result else {}

    @cached_property
    def marks(self) -> Sources:
        """Marks and cards of every unit, of confidential ones the evaluators by code."""
        assert self.result is not None, "marks are shown once they are scored"
        return sources(self.result, _ALL_MARKS, next(iter(self.wanted)) if len(self.wanted) == 1 else "")

    @cached_property
    def codes(self) -> dict[str, str]:
        return codes_of(self.result) if self.result else {}

    def voice(self, one: EvaluatorMarks | BatchCards, *, secret: bool) -> tuple[str, str]:
        """Who it is and in which file it stands: of what is confidential a code, and the file by its digest."""
        return self.who(one.who, one.evaluator, one.file, secret=secret)

    def who(self, evaluator: str, name: str, file: str, *, secret: bool) -> tuple[str, str]:
        if not secret:
            return name, file
        return self.codes.get(evaluator, "（保密）"), f"received/{self.digests.get(file, '')[:HASH]}…"

    def veiled(self, one: _Veiled, *, secret: bool) -> _Veiled:
        """Marks or cards as sentences may tell of them."""
        name, file = self.voice(one, secret=secret)
        return replace(one, evaluator=name, file=file)

    @cached_property
    def groups(self) -> dict[tuple[str, str], ComparedGroup]:
        """Every group of the result with all of its components."""
        if self.result is None:
            return {}
        keys = dict.fromkeys(one.key for one in self.result.standings)
        return {key: compared(self.result, *key, inside=True) for key in keys}

    @cached_property
    def letters(self) -> dict[str, Paper]:
        """The letters as they went out; as drafts until the result is at their stage."""
        if self.result is None:
            return {}
        if not self.is_told:
            found = [each for each in papers(self.result) if each.kind is LETTER]
        else:
            posting = self.passed.about("posted", self.entry) or self.passed.latest("posted")
            line = posting.line if posting else None
            found = issued(at_issue(self.result, self.now, LETTER, {}, line), LETTER)
        return {one.unit.id: each for each in found for one in each.about}

    @property
    def is_told(self) -> bool:
        """Whether the result has come so far that letters go out."""
        needed = self.passed.needed
        first = needed.index(_STAGE) if _STAGE in needed else len(needed) - 1
        reached = [each.stage for each in self.passed.reached if each.run == self.entry]
        return not needed or any(each in needed[first:] for each in reached)

    @cached_property
    def papers(self) -> dict[str, list[Paper]]:
        """Unit -> the documents of the run that are about it alone."""
        alone = [each for each in (papers(self.result) if self.result else []) if len(each.about) == 1]
        return _by(alone, lambda each: each.about[0].unit.id if each.path in self.manifest["outputs"] else "")

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return self._manifests[self.entry.number] if self.entry else {"outputs": {}}

    def output_of(self, run: RunEntry, name: str) -> str:
        """The digest of a file of a run, as its manifest states it."""
        return str(self._manifests[run.number]["outputs"].get(name, ""))

    @cached_property
    def _manifests(self) -> dict[str, dict[str, Any]]:
        return {run.number: read_manifest((run.folder / MANIFEST).read_bytes()) for run in self.passed.runs}

    @cached_property
    def made_with(self) -> frozenset[tuple[str, ...]]:
        """The decisions that the run was made with."""
        return frozenset(line.same for line in self.then.ledger) if self.result else frozenset()

    # --- what was decided --------------------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> dict[str, list[Line]]:
        """Unit -> the ledger's lines about it, or about what it handed in, by day."""
        every = [(line, True) for line in self.now.ledger] + [(line, False) for line in self.now.withdrawn]
        every.sort(key=lambda pair: (pair[0].date, pair[0].document, pair[0].fingerprint))
        return _by(every, lambda pair: pair[0].unit or self._meant(pair[0]))

    def _meant(self, line: Decision) -> str:
        """The unit that a line means without naming it: by the cell that it corrects, the file or the evaluator."""
        if line.kind == "correction":
            return self._corrected.get(line.fingerprint, "")
        who = line.evaluator or self._senders.get(line.file_hash[:_SHORT], "")
        return who if who in self.now.units else ""

    @cached_property
    def _senders(self) -> dict[str, str]:
        """The first digits of a file's digest -> who sent it, or whose attachment it is."""
        return {each.digest[:_SHORT]: each.evaluator or each.unit for each in self.came.files if each.digest}

    def of_kinds(self, unit: Unit, *kinds: str) -> list[Line]:
        return [each for each in self.lines.get(unit.id, ()) if each[0].kind in kinds]

    @cached_property
    def _corrected(self) -> dict[str, str]:
        """Line about a cell -> the unit of the cell."""
        import polars as pl

        lines = [line for line in (*self.now.ledger, *self.now.withdrawn) if line.kind == "correction"]
        cells = list({line.cell for line in lines})
        rows = self.came.rows(pl.col("cell").is_in(cells)).select("sheet", "cell", "file_hash", "unit").rows()
        where: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for sheet, cell, digest, unit in rows:
            where.setdefault((sheet, cell), []).append((digest, unit))
        return {
            line.fingerprint: unit
            for line in lines
            for digest, unit in where.get((line.sheet, line.cell), ())
            if line.names(digest)
        }

    @cached_property
    def entries(self) -> dict[str, list[Entry]]:
        """Unit -> its opinions and objections, and those that others raised about it."""
        return _by(self.now.register, lambda each: each.first.unit or self._raised.get(folded(each.first.source), ""))

    @cached_property
    def _raised(self) -> dict[str, str]:
        return {folded(name): each.id for each in self.now.roster.units for name in (each.name, *each.other_names)}

    @cached_property
    def matters(self) -> dict[str, list[Followed]]:
        return _by(followed(self.now, self.came), lambda each: each.matter.unit)

    @cached_property
    def remarks(self) -> dict[str, list[Remark]]:
        """Unit -> what was said about it: first what it has to answer."""
        first = passed_on(self.now)
        known = {each.id for each in first}
        rest = [each for each in self.now.roster.remarks if each.id not in known]
        return _by([*first, *rest], lambda each: each.unit)

    # --- documents beside the run ------------------------------------------------------------------------------------

    @cached_property
    def documents(self) -> dict[str, list[PaperSource]]:
        """Name of a unit, as files have it -> the documents whose names have it between their hyphens."""
        found: dict[str, list[PaperSource]] = {}
        for path in _files(self.now.folder / "documents"):
            name = path.relative_to(self.now.folder).as_posix()
            source = PaperSource(name, hashlib.sha256(path.read_bytes()).hexdigest())
            for said in _said_in(path.stem):
                found.setdefault(said, []).append(source)
        return found

    def documents_of(self, unit: Unit) -> list[PaperSource]:
        names = {safe_name(each) for each in (unit.name, *unit.other_names)}
        return sorted({each for name in names for each in self.documents.get(name, ())})


def stored_outcomes(runs: Iterable[RunEntry]) -> dict[str, dict[str, dict[str, Any]]]:
    """What each run says of each unit; of runs that are believed."""
    return {
        each.number: {one["id"]: one for one in json.loads((each.folder / "results.json").read_text("utf-8"))["units"]}
        for each in runs
    }


def _is_beside() -> pl.Expr:
    """Cells that are no marks, and those of the sheets that are not scored."""
    import polars as pl

    marked = pl.col("field").is_in(["mark", "sum"]) | pl.col("field").str.starts_with(FIGURE)
    return ~marked | pl.col("batch").is_in([*UNSCORED, EVIDENCE])


def _in_order(row: AnswerRow) -> tuple[object, ...]:
    return row["file"], row["sheet"], reading_order(str(row["cell"]))


def _by(things: Iterable[_Thing], key: Callable[[_Thing], str]) -> dict[str, list[_Thing]]:
    found: dict[str, list[_Thing]] = {}
    for each in things:
        if name := key(each):
            found.setdefault(name, []).append(each)
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and path.name[0] != "."
    )


_MOST_PIECES = 8


def _said_in(stem: str) -> set[str]:
    """Whatever stands between two hyphens of a file's name, or spans some of them; a number behind it goes: place()
    put it there."""
    whole = stem[: stem.rindex("（")] if stem.endswith("）") and stem[stem.rindex("（") + 1 : -1].isdigit() else stem
    pieces = whole.split("-")[:_MOST_PIECES]
    return {"-".join(pieces[first:last]) for first, last in combinations(range(len(pieces) + 1), 2)}
