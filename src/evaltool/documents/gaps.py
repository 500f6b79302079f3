"""What documents need and nobody has stated: a note for each gap, with where it can be stated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaltool.documents.kinds import KINDS, DocumentKind
from evaltool.documents.of_run import Paper, papers
from evaltool.documents.official.fields import gaps
from evaltool.documents.official.forms import TEMPLATES
from evaltool.findings import Finding, finding
from evaltool.names import nearest
from evaltool.results.result import Result
from evaltool.rules.settings import FILE
from evaltool.runs.bundled import NOTICES

if TYPE_CHECKING:
    from evaltool.documents.beside import Announced


@dataclass(frozen=True, slots=True)
class Stated:
    """Where something is stated: `key` of `[notice]`, for documents of a run (they have nothing else that can be
    missing); `beside`: for those beside one."""

    key: str = ""
    beside: str = "—"


STATED: Mapping[str, Stated] = {
    "发文机关标志": Stated("signatory", f"--signatory, {FILE} [notice] signatory, mark"),  # made from the signatory
    "发文字号": Stated("numbers.{kind}", f"--number, {FILE} [notice.numbers] {{kind}}"),
    "主送机关": Stated("{to}", f"--recipients, {FILE} [notice] recipients"),
    "签发人": Stated("report_signer"),
    "署名单位": Stated("signatory", f"--signatory, {FILE} [notice] signatory"),
    "成文日期": Stated("{dated}", "--date"),
    "印发机关": Stated("printed_by", f"{FILE} [notice] printed_by"),
    "印发日期": Stated("printed_date", "--date"),
    "联系电话": Stated("telephone", f"--telephone, {FILE} [notice] telephone"),
    "公示期的第一天": Stated("posted_from"),
    "公示期的最后一天": Stated("posted_until"),
    "公示起止日期": Stated(beside="--from, --to"),
    "整改期限": Stated("rectify_until"),
    "谈话时间": Stated("talk_date"),
    "谈话地点": Stated("talk_place"),
    "谈话人": Stated("talk_by"),
    "组织人事部门": Stated("personnel"),
    "报送时限": Stated(beside=f"{FILE} [[deadline]]"),
    "反馈期限": Stated(beside="--reply-by"),
    "补报时限": Stated(beside="--reply-by"),
    "异议事项": Stated(beside="--asked"),
}
"""By the words that mark the gap."""


def gaps_of_run(result: Result) -> list[Finding]:
    """A note for each missing key, not for each letter, with the documents in which its place is left open."""
    found: dict[str, tuple[str, list[str]]] = {}
    for kind, open_places in _open_places(result).items():
        to = "report_to" if kind.upward else "recipients"
        for words in open_places:
            key = STATED.get(words, Stated()).key.format(kind=kind.id, dated=kind.dated, to=to)
            if key:
                _, names = found.setdefault(key, (_named(kind, words), []))
                names += [] if kind.name in names else [kind.name]
    return [_note_of_run(key, words, names) for key, (words, names) in found.items()]


def unused_templates(files: Iterable[str]) -> list[Finding]:
    """The office's own templates that are called like no document and no form, by file."""
    known = {*(kind.name for kind in KINDS.values()), *(PurePosixPath(name).stem for name in TEMPLATES.values())}
    return [_unused(file, known) for file in files if file.startswith(f"{NOTICES}/") and _stem(file) not in known]


def _unused(file: str, known: Collection[str]) -> Finding:
    args: dict[str, object] = {"near": nearest(_stem(file), known)}
    return finding("NOTICE_TEMPLATE_UNUSED", file=file, value=PurePosixPath(file).name, args=args)


def _stem(file: str) -> str:
    return PurePosixPath(file).stem.strip()


def _open_places(result: Result) -> dict[DocumentKind, list[str]]:
    """What is missing by kind of document; letters of a kind all miss the same."""
    first: dict[DocumentKind, Paper] = {}
    for paper in papers(result):
        first.setdefault(paper.kind, paper)
    return {kind: gaps(paper.make()) for kind, paper in first.items()}


def _named(kind: DocumentKind, words: str) -> str:
    """The mark is made from the signatory; every kind of document has a number of its own."""
    if words == "发文字号":
        return f"{kind.name}{words}"
    return "署名单位" if words == "发文机关标志" else words


def _note_of_run(key: str, words: str, names: Sequence[str]) -> Finding:
    where = f"{FILE} notice.{key}, evaltool score --notice {key}=…"
    args: dict[str, object] = {"documents": "、".join(names), "where": where}
    return finding("NOTICE_GAP", file=FILE, cell=f"notice.{key}", value=words, args=args)


def gaps_beside(kind: DocumentKind, made: Sequence[Announced]) -> list[Finding]:
    """A note for each gap; one that many documents have in common is one, at their folder."""
    places = {each.file.path for each in made}
    place = str(places.pop() if len(places) == 1 else next(iter(places)).parent) if places else ""
    return [_note_beside(kind, gap, place) for gap in dict.fromkeys(gap for each in made for gap in each.gaps)]


def _note_beside(kind: DocumentKind, gap: str, place: str) -> Finding:
    where = STATED.get(gap, Stated()).beside.format(kind=kind.id)
    return finding("NOTICE_GAP", file=place, value=gap, args={"documents": kind.name, "where": where})
