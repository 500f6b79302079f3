"""What `evaluation.toml` says: this year's title, office, roles, deadlines, texts for notices.

Everything here belongs to the year; how units are scored is in `schemes/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, Literal, get_args

from pydantic import Field, StrictInt

from evaltool.findings import Finding, blocking, finding
from evaltool.names import nearest
from evaltool.rules import parse, read_toml
from evaltool.rules.documentnumbers import Day, DocumentNumber
from evaltool.rules.strict import Flag, StatedDay, Strict
from evaltool.rules.taken import PartOf, TakenResult

FILE = "evaluation.toml"
SELF = "self"  # the role of every evaluated unit for itself

Collected = Literal[
    "marks", "goals", "progress", "report", "figures", "evidence", "remarks", "rectification", "rectified"
]
"""What a deadline collects: marks and cards; declared goals; progress of goals; what became of them, by the unit; what
they come to, by whoever has the figures; the check of evidence; remarks; what a unit will do about the matters it has
to put right, and what it did."""


class Settings(Strict):
    """`[evaluation]`: what belongs to the year and not to the rules."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    year: StrictInt
    office: str
    committee: str = ""
    language: str = Field(default="zh", pattern="^zh$")
    charge_date: StatedDay | None = None
    targets_until: StatedDay | None = None  # targets may be changed by decisions up to this day
    entered_twice: tuple[str, ...] = ()  # roles whose sheets two people key independently
    leaders: tuple[str, ...] | None = None  # roles of leaders, who are asked and not dunned; None: as the rules show


STAGES = ("sent_for_opinion", "approved", "posted", "final")
"""The stages that a result passes once it is scored, in their order: kinds of decisions, each naming a run."""
StageName = Literal["sent_for_opinion", "approved", "posted", "final"]


class Stages(Strict):
    """`[stages]`: which stages a result passes here, and in how many days.

    `opinion_days`: to answer a draft; `posted_days`: a posting takes at least; `reply_days`: to decide and answer an
    objection or an opinion.  What is stated in a decision itself goes first.
    """

    needed: tuple[StageName, ...] = STAGES  # type: ignore[assignment]
    opinion_days: StrictInt = Field(default=7, ge=1)
    posted_days: StrictInt = Field(default=5, ge=1)
    reply_days: StrictInt = Field(default=15, ge=1)

    @property
    def listed(self) -> tuple[StageName, ...]:
        """Those that are needed, in their order."""
        return tuple(each for each in get_args(StageName) if each in self.needed)


class Deadline(Strict):
    """What is due from a role (blank: from everybody) on a day, and which sheets are collected by it.

    `period` names the quarter or month of a progress sheet.  `strict`: what comes in later needs a decision to count.
    """

    what: str
    role: str = ""
    date: StatedDay
    sheet: Collected | None = None
    period: str = ""
    strict: Flag = False


class Survey(Strict):
    """The export of a survey or poll: who collected it, the file's name in the inbox, what each of its columns is.
    With a * in its name, which stands for anything, it comes in parts that are counted together.

    Long form: a row per answer, `unit` and `choice` name the columns.  Wide form (`units = "columns"`): a row per
    questionnaire, a column per unit under the unit's name.  `respondent` is the column by which repeated answers are
    known, `time` when one was given, which says what is first and last, or `order` a number that does, `point` the
    sampling point.  `ignore` and
    `personal` are columns that are not used; the latter are dropped while the file is read.  `comments` are columns in
    which people write what they like, about the unit of the row or about all; `comments_on`: a column -> the unit that
    it is about.
    """

    evaluator: str
    file: str
    respondent: str = ""
    unit: str = ""
    choice: str = ""
    units: Literal["columns"] | None = None
    point: str = ""
    time: str = ""
    order: str = ""
    ignore: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    comments_on: dict[str, str] = Field(default_factory=dict)

    @property
    def wide(self) -> bool:
        return self.units == "columns"


class Numbers(Strict):
    """`[notice.numbers]`: the document number of each kind of document.

    Where there is one document for each unit, it is the number of the first; the others follow in the order of the
    roster.
    """

    announcement: DocumentNumber = ""
    targets: DocumentNumber = ""
    reminder: DocumentNumber = ""
    quarter: DocumentNumber = ""
    opinion: DocumentNumber = ""
    bulletin: DocumentNumber = ""
    letter: DocumentNumber = ""
    commendation: DocumentNumber = ""
    criticism: DocumentNumber = ""
    rectification: DocumentNumber = ""
    warning: DocumentNumber = ""
    proposal: DocumentNumber = ""
    correction: DocumentNumber = ""
    review: DocumentNumber = ""
    breakdown: DocumentNumber = ""
    forwarding: DocumentNumber = ""
    report: DocumentNumber = ""

    def of(self, kind: str) -> str:
        return str(getattr(self, kind, ""))


class Notice(Strict):
    """Texts for the documents; what a document needs and is left out becomes a marked gap in it.

    `head`: a red head is printed, or its place is kept free for paper that has one, or there is none.  `mark` is the
    name in the red head where it is not the signatory's with 文件 after it.  `sealed` keeps the place of a seal.
    """

    head: Literal["red", "preprinted", "none"] = "red"
    mark: str = ""
    urgency: str = ""
    secrecy: str = ""
    copy_number: str = ""
    signatory: str = ""
    sealed: Flag = True
    recipients: str = ""
    report_to: str = ""
    report_signer: str = ""
    date: Day = None
    copies: str = ""
    printed_by: str = ""
    printed_date: Day = None
    telephone: str = ""
    address: str = ""
    posted_from: Day = None
    posted_until: Day = None
    rectify_until: Day = None
    talk_date: Day = None
    talk_place: str = ""
    talk_by: str = ""
    personnel: str = ""
    numbers: Numbers = Numbers()


@dataclass(frozen=True, slots=True)
class Year:
    """What `evaluation.toml` says."""

    settings: Settings | None
    roles: Mapping[str, str]
    deadlines: tuple[Deadline, ...]
    notice: Notice
    surveys: tuple[Survey, ...] = ()
    stages: Stages = field(default_factory=Stages)
    results: Mapping[str, TakenResult] = field(default_factory=dict)
    part_of: PartOf | None = None
    remarks: Mapping[str, str] = field(default_factory=dict)  # role whose sheets have room for remarks -> their source


_TABLES = ("format", "evaluation", "part_of", "roles", "deadline", "survey", "notice", "stages", "result", "remarks")


def read_year(files: Mapping[str, bytes]) -> tuple[Year, list[Finding]]:
    """The year as the file says it, and every mistake in it."""
    tree, findings = _read_rules(files[FILE], FILE) if FILE in files else ({}, [])
    if blocking(findings):  # what cannot be read as a whole lacks nothing in particular
        return Year(None, {SELF: "被评估单位"}, (), Notice()), findings
    settings, wrong = parse(Settings, tree.get("evaluation", {}), "evaluation", FILE) if FILE in files else (None, [])
    roles, wrong_roles = parse(dict[str, str], tree.get("roles", {}), "roles", FILE)
    deadlines, wrong_deadlines = parse(tuple[Deadline, ...], tree.get("deadline", []), "deadline", FILE)
    notice, wrong_notice = parse(Notice, tree.get("notice", {}), "notice", FILE)
    surveys, wrong_surveys = parse(tuple[Survey, ...], tree.get("survey", []), "survey", FILE)
    stages, wrong_stages = parse(Stages, tree.get("stages", {}), "stages", FILE)
    remarks, wrong_remarks = parse(dict[str, str], tree.get("remarks", {}), "remarks", FILE)
    results, wrong_results = _read_results(tree.get("result", {}))
    whole, wrong_whole = parse(PartOf, tree["part_of"], "part_of", FILE) if "part_of" in tree else (None, [])
    if settings and whole:
        settings = settings.model_copy(update={"name": whole.called(settings.name)})
    lists = deadlines or (), notice or Notice(), surveys or (), stages or Stages(), results, whole, remarks or {}
    year = Year(settings, {SELF: "被评估单位", **(roles or {})}, *lists)
    findings += [*wrong, *wrong_roles, *wrong_deadlines, *wrong_notice, *wrong_surveys, *wrong_stages, *wrong_remarks]
    findings += [*wrong_results, *wrong_whole]
    findings += [_at("RULES_KEY_UNKNOWN", key, key, _TABLES) for key in tree if key not in _TABLES]
    return year, findings + list(_wrong_roles(year))


def _read_results(tables: object) -> tuple[dict[str, TakenResult], list[Finding]]:
    """What is taken of other results, each read on its own; formulas speak of it, so its key is a single name."""
    entries, findings = parse(dict[str, Any], tables, "result", FILE)
    found: dict[str, TakenResult] = {}
    for name, value in (entries or {}).items():
        one, wrong = parse(TakenResult, value, f"result.{name}", FILE)
        findings += wrong
        if not name.isidentifier() or iskeyword(name):
            args: dict[str, object] = {"place": f"result.{name}"}
            args |= {"reason_zh": "应为字母、数字、下划线组成的一个名称", "reason_en": "should be a single name"}
            findings.append(finding("RULES_VALUE", file=FILE, cell=f"result.{name}", value=name, args=args))
        elif one is not None:
            found[name] = one
    return found, findings


def _wrong_roles(year: Year) -> Iterator[Finding]:
    """Roles that nobody has."""
    named = [(f"deadline[{at}].role", each.role) for at, each in enumerate(year.deadlines, 1) if each.role]
    named += [("evaluation.entered_twice", role) for role in (year.settings.entered_twice if year.settings else ())]
    named += [("evaluation.leaders", role) for role in ((year.settings and year.settings.leaders) or ())]
    for key, role in named:
        if role not in year.roles:
            yield _at("REFERENCE_UNKNOWN", key, role, year.roles)


def _at(code: str, key: str, value: str, known: Iterable[str]) -> Finding:
    args: dict[str, object] = {"column": "role", "known": ", ".join(known), "near": nearest(value, known) or "—"}
    return finding(code, file=FILE, cell=key, value=value, args=args)


def _read_rules(data: bytes, file: str) -> tuple[dict[str, Any], list[Finding]]:
    text, wrong = rules_text(data, file)
    return ({}, wrong) if wrong else read_toml(text, file)


def rules_text(data: bytes, file: str) -> tuple[str, list[Finding]]:
    """A rules file as text; some editors save Chinese in another encoding than UTF-8."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n"), []
    except UnicodeDecodeError:
        return "", [finding("RULES_ENCODING", file=file)]
