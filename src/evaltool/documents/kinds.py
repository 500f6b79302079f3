"""Which official documents there are: a row for each, with its writer.

A kind belongs to a run (`evaltool score` writes its draft, once or for each unit; `evaltool notice` the document, once
the result is at its stage) or stands beside one (`evaltool notice` writes it into `documents/`).  A new kind is a row
here and a module with its writer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evaltool.documents import readback
from evaltool.documents.adoption import adoption
from evaltool.documents.announcement import announcement
from evaltool.documents.bonus import bonus
from evaltool.documents.breakdown import breakdown
from evaltool.documents.bulletin import bulletin
from evaltool.documents.closing import CLOSING, closing
from evaltool.documents.commendation import commendation, is_anybody_commended
from evaltool.documents.consequences import rectified
from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.correction import correction
from evaltool.documents.criticism import criticised, criticism
from evaltool.documents.forwarding import NAME as FORWARDING
from evaltool.documents.forwarding import forwarding
from evaltool.documents.letter import letter
from evaltool.documents.matterlist import matter_list
from evaltool.documents.opinion import opinion
from evaltool.documents.posting import posting
from evaltool.documents.proposal import is_anything_proposed, proposal
from evaltool.documents.quarter import quarter
from evaltool.documents.rectification import rectification
from evaltool.documents.reminder import reminder
from evaltool.documents.report import report
from evaltool.documents.review import review
from evaltool.documents.targets import targets
from evaltool.documents.warningtalk import warned, warning_talk
from evaltool.names import folded, nearest
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules.outcomes import COMMENDATION, CRITICISM, PROPOSAL, RECTIFICATION, WARNING_TALK
from evaltool.rules.settings import StageName
from evaltool.views.comparison import ComparedGroup
from evaltool.writers.official import DocumentForm

Need = Literal["rules", "inbox", "run", "runs"]
"""What a document beside a run is made of: rules and roster, what came in as well, a stored run, or two of them."""
Unlike = Callable[[bytes, Sequence[Standing]], list[str]]
"""The units of which a written file says something else than their standings."""


@dataclass(frozen=True, slots=True)
class About:
    """What a draft or a posting can be about, with the options that go with it alone.  `closed`: it goes to nobody whom
    the command line does not name."""

    id: str
    word: str
    needs: Need
    options: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class BesideRun:
    """Documents beside a run.  An option that one has no use for is refused: it would say something that does not come
    to stand in it.

    `says` and `asks`: what it says, and what must be there first, for the list of documents.  `options`: those that it
    takes beside `FRAME`; `required`: those of them that it cannot do without; `single`: those that make it a letter to
    somebody, who is then its recipient.  `posted`: `before` and `after` are the first and the last day of a posting.
    """

    write: Callable[[Occasion], ContentsAndFindings]
    needs: Need
    says: str
    asks: str
    options: tuple[str, ...]
    required: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    about: tuple[About, ...] = ()
    posted: bool = False

    def needs_inbox(self, given: Mapping[str, object]) -> bool:
        """Whether it is about what came in, with these options."""
        needs = next((each.needs for each in self.about if each.id == given.get("about")), self.needs)
        return needs == "inbox"


@dataclass(frozen=True, slots=True)
class OfRun:
    """One document of a run: its place in the run's folder; `stage` at which it goes out, and `issue`, how the command
    line asks for it then; `final`: official results alone have it; `whose`: the units that it names, where it does not
    name all and there is none without any; `ground`: whether this result has a ground for it.
    """

    path: str
    write: Callable[[Result, list[ComparedGroup]], Content]
    unlike: Unlike
    stage: StageName
    issue: BesideRun
    final: bool = True
    whose: Callable[[Result], Collection[str]] | None = None
    ground: Callable[[Result, list[ComparedGroup]], bool] = lambda *_: True


@dataclass(frozen=True, slots=True)
class OfUnits:
    """Letters of a run, one for each unit (of those that `whose` names): the folder that they are in; each is made with
    what its unit lost.  `numbered`: the writer is told the number of the paper too, as its last argument."""

    folder: str
    write: Callable[..., Content]
    unlike: Unlike
    stage: StageName
    issue: BesideRun
    whose: Callable[[Result], Collection[str]] | None = None
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document by its names in English and in Chinese.

    `headed`: whether it has a head and a number at all.  `dated`: the key of `[notice]` that says its day.  `contact`:
    whether whom to ask stands below the date.  `upward`: it goes to a superior, with its signer in the head, where
    `[notice]` says to whom or under which number; else it has no head.
    """

    id: str
    name: str
    makes: OfRun | OfUnits | BesideRun
    form: DocumentForm = "document"
    headed: bool = True
    dated: str = "date"
    contact: bool = False
    upward: bool = False

    @property
    def beside(self) -> BesideRun:
        """What the command line may say about it."""
        return self.makes if isinstance(self.makes, BesideRun) else self.makes.issue

    def is_letter(self, given: Iterable[str]) -> bool:
        """Whether it goes to somebody as a letter, with these options."""
        single = self.beside.single
        return self.form == "letter" and (not single or any(name in single for name in given))


def _(text: str) -> str:
    """A text that the terminal translates."""
    return text


FRAME = ("date", "signatory")
"""What every document beside a run takes: when it is issued, and by whom."""
_ADDRESSED = ("number", "recipients", "copies", "telephone")
_TO_UNIT = ("number", "telephone", "unit")


def _of_stage(_: Occasion) -> ContentsAndFindings:
    raise AssertionError("made from the run of its stage")


def _issued(says: str, asks: str, *options: str, single: tuple[str, ...] = ()) -> BesideRun:
    """How a document of a run is asked for."""
    return BesideRun(_of_stage, "run", says, asks, options, single=single)


_POSTED = _("the result posted (evaltool decide posted)")
_FINAL = _("the result final (evaltool decide final)")

_ALL = (
    DocumentKind(
        "bulletin",
        "结果通报",
        OfRun(
            "public/结果通报.docx",
            bulletin,
            readback.of_rankings,
            "final",
            _issued(_("totals, ranks, grades, awards; what stood out"), _FINAL, *_ADDRESSED),
            final=False,
        ),
    ),
    DocumentKind(
        "posting",
        "结果公示",
        OfRun(
            "public/结果公示.docx",
            posting,
            readback.of_rankings,
            "posted",
            _issued(_("the results, how long they are posted, where to object"), _POSTED, "telephone"),
        ),
        headed=False,
        dated="posted_from",
    ),
    DocumentKind(
        "report",
        "评估报告",
        OfRun(
            "public/评估报告.docx",
            report,
            readback.of_rankings,
            "final",
            _issued(_("the year in figures, with charts"), _FINAL, *_ADDRESSED),
        ),
        upward=True,
    ),
    DocumentKind(
        "commendation",
        COMMENDATION,
        OfRun(
            "public/表彰决定.docx",
            commendation,
            readback.of_awards,
            "final",
            _issued(_("who is commended"), _FINAL, *_ADDRESSED),
            ground=is_anybody_commended,
        ),
    ),
    DocumentKind(
        "letter",
        "反馈书",
        OfUnits(
            "public/反馈书",
            letter,
            readback.of_facts,
            "posted",
            _issued(_("each unit's own result; one with --unit"), _POSTED, "number", "telephone", "unit"),
        ),
        "letter",
    ),
    DocumentKind(
        "rectification",
        RECTIFICATION,
        OfUnits(
            "internal/notices/限期整改通知书",
            rectification,
            readback.of_sentence,
            "final",
            _issued(
                _("what a unit has to put right; one with --unit; --enter: the matters go into the ledger"),
                _FINAL,
                *_TO_UNIT,
                "reply_by",
                "enter",
            ),
            rectified,
            numbered=True,
        ),
        "letter",
    ),
    DocumentKind(
        "criticism",
        CRITICISM,
        OfRun(
            "public/通报批评.docx",
            criticism,
            readback.of_rankings,
            "final",
            _issued(_("who is criticised because of the grade"), _FINAL, *_ADDRESSED),
            whose=criticised,
        ),
    ),
    DocumentKind(
        "warning",
        WARNING_TALK,
        OfUnits(
            "internal/notices/诫勉谈话通知书",
            warning_talk,
            readback.of_sentence,
            "final",
            _issued(_("whose leaders are called to a warning talk; one with --unit"), _FINAL, *_TO_UNIT),
            warned,
        ),
        "letter",
    ),
    DocumentKind(
        "proposal",
        PROPOSAL,
        OfRun(
            "internal/notices/结果运用建议函.docx",
            proposal,
            readback.of_rankings,
            "final",
            _issued(_("results and proposals to the personnel departments"), _FINAL, "number", "copies", "telephone"),
            ground=is_anything_proposed,
        ),
        "letter",
        contact=True,
    ),
    DocumentKind(
        "matters",
        "整改台账",
        BesideRun(
            matter_list,
            "inbox",
            _("every matter to be put right, how far it is, what is overdue"),
            _("matters in the ledger (evaltool decide matter); --on"),
            ("unit", "on"),
        ),
        headed=False,
    ),
    DocumentKind(
        "closing",
        CLOSING,
        BesideRun(
            closing,
            "inbox",
            _("which matters of a unit are closed; one for each unit, or --unit"),
            _("matters closed (evaltool decide matter_closed)"),
            ("number", "copies", "telephone", "unit", "document"),
        ),
        "letter",
        contact=True,
    ),
    DocumentKind(
        "announcement",
        "评估通知",
        BesideRun(
            announcement,
            "rules",
            _("who is evaluated, on what, who submits what by when"),
            _("rules, roster and deadlines"),
            _ADDRESSED,
        ),
        contact=True,
    ),
    DocumentKind(
        "targets",
        "目标批复",
        BesideRun(
            targets,
            "rules",
            _("the approved goals of one unit (--unit), of each (--each) or of all"),
            _("goals approved with evaltool goals --approve"),
            (*_ADDRESSED, "unit", "each"),
            single=("unit", "each"),
        ),
        "letter",
        contact=True,
    ),
    DocumentKind(
        "reminder",
        "催报通知",
        BesideRun(
            reminder,
            "inbox",
            _("who is missing what, days left: to all, to a role, or a letter to each (--each, --unit)"),
            _("what has come into inbox/; --reply-by"),
            (*_ADDRESSED, "unit", "role", "each", "on", "within", "reply_by"),
            single=("unit", "each"),
        ),
        "letter",
        contact=True,
    ),
    DocumentKind(
        "quarter",
        "季度通报",
        BesideRun(
            quarter,
            "inbox",
            _("progress of the goals in a period: who reported, completion, who lags behind"),
            _("sheets of progress in inbox/; --period if not the last"),
            ("number", "recipients", "copies", "period"),
        ),
    ),
    DocumentKind(
        "opinion",
        "征求意见函",
        BesideRun(
            opinion,
            "rules",
            _("a draft of the rules, the goals or the results, sent out for opinions"),
            _("--about rules, targets or results (of a run); --reply-by"),
            (*_ADDRESSED, "about", "unit", "run", "reply_by"),
            required=("about",),
            about=(
                About("rules", "规则", "rules"),
                About("targets", "目标", "inbox", ("unit",)),
                About("results", "结果", "run", ("run",), closed=True),
            ),
        ),
        "letter",
        contact=True,
    ),
    DocumentKind(
        "adoption",
        "意见采纳情况",
        BesideRun(
            adoption,
            "rules",
            _("what was said about the draft, and what became of each opinion"),
            _("opinions in the register (evaltool decide opinion, settled)"),
            (),
        ),
        headed=False,
    ),
    DocumentKind(
        "forwarding",
        FORWARDING,
        BesideRun(
            forwarding,
            "rules",
            _("what units have to answer of what people said, a letter to each; one with --unit"),
            _("remarks with 转办 in the table 意见建议"),
            (*_ADDRESSED, "unit"),
        ),
        "letter",
        contact=True,
    ),
    DocumentKind(
        "bonus",
        "加分公示",
        BesideRun(
            bonus,
            "inbox",
            _("bonuses that were granted or claimed, posted before they count"),
            _("decisions (bonus), or claims in inbox/; --from and --to: the days of the posting"),
            ("telephone", "about", "before", "after"),
            about=(About("granted", "认定", "inbox"), About("claimed", "申报", "inbox")),
            posted=True,
        ),
        headed=False,
    ),
    DocumentKind(
        "breakdown",
        "得分构成说明",
        BesideRun(
            breakdown,
            "run",
            _("one unit's total taken apart, for the unit: weights, rates, points, what was counted, why this place"),
            _("--unit, and an official run (--run if not the newest)"),
            ("number", "copies", "telephone", "unit", "run"),
            required=("unit",),
        ),
        "letter",
        contact=True,
    ),
    DocumentKind(
        "correction",
        "更正通报",
        BesideRun(
            correction,
            "runs",
            _("what changed between two runs, and which decisions caused it"),
            _("two official runs; --from and --to if not the last two"),
            (*_ADDRESSED, "before", "after"),
        ),
        contact=True,
    ),
    DocumentKind(
        "review",
        "复核意见书",
        BesideRun(
            review,
            "inbox",
            _("the reply to one unit's dispute: what was decided, the result before and after"),
            _("--unit, --asked, and a decision (correction or objection_rejected)"),
            ("number", "copies", "telephone", "unit", "asked", "document", "run", "before"),
            required=("unit",),
        ),
        "letter",
        contact=True,
    ),
)
KINDS: Mapping[str, DocumentKind] = {kind.id: kind for kind in _ALL}
NOTICES: Mapping[str, DocumentKind] = {kind.id: kind for kind in _ALL if isinstance(kind.makes, BesideRun)}
"""Those beside a run, which `evaltool notice` writes at any time."""


def notice_named(text: str) -> DocumentKind | None:
    """The kind that is called so, in Chinese or in English."""
    wanted = folded(text).casefold()
    return next((each for each in KINDS.values() if wanted in (each.id, folded(each.name))), None)


def nearest_notice(text: str) -> str:
    return nearest(text, [name for each in KINDS.values() for name in (each.name, each.id)])
