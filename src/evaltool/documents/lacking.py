"""What is still missing in documents that were written: a note for each gap, with where it can be stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evaltool.documents.kinds import Kind
from evaltool.findings import Finding, finding

if TYPE_CHECKING:
    from evaltool.documents.beside import Announced

_WHERE: Mapping[str, str] = {
    "发文机关标志": "--signatory, evaluation.toml [notice] signatory, mark",
    "发文字号": "--number, evaluation.toml [notice.numbers] {kind}",
    "主送机关": "--recipients, evaluation.toml [notice] recipients",
    "署名单位": "--signatory, evaluation.toml [notice] signatory",
    "成文日期": "--date",
    "印发机关": "evaluation.toml [notice] printed_by",
    "印发日期": "--date",
    "联系电话": "--telephone, evaluation.toml [notice] telephone",
    "报送时限": "evaluation.toml [[deadline]]",
    "反馈期限": "--reply-by",
    "补报时限": "--reply-by",
    "公示起止日期": "--from, --to",
    "异议事项": "--asked",
}


def lacking(kind: Kind, made: Sequence[Announced]) -> list[Finding]:
    """A note for each; one that many documents have in common is one, at their folder."""
    places = {each.file.path for each in made}
    place = str(places.pop() if len(places) == 1 else next(iter(places)).parent) if places else ""
    return [_note(kind, gap, place) for gap in dict.fromkeys(gap for each in made for gap in each.gaps)]


def _note(kind: Kind, gap: str, place: str) -> Finding:
    where = _WHERE.get(gap, "—").format(kind=kind.id)
    return finding("NOTICE_GAP", file=place, value=gap, args={"documents": kind.word, "where": where})
