"""加分公示: the bonuses that were granted, or before that the claims, with reasons and documents, as a posting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.checks.claims import undecided_claims
from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.persons import U
from evaltool.documents.phrases import contact_words, one_line, some, span, table
from evaltool.evaluation import Evaluation
from evaltool.evaluation.extras import CountedExtra, unit_extras
from evaltool.exact import plain
from evaltool.findings import Finding, finding
from evaltool.inbox.claims import Claim, ClaimPlace, claims, one_phrase
from evaltool.inbox.intake import Intake
from evaltool.names import folded
from evaltool.roster import Unit
from evaltool.writers.official import DocumentBlock, DocumentTable, Text, gap

FEW = 10
GRANTED, CLAIMED = "granted", "claimed"


@dataclass(frozen=True, slots=True)
class Item:
    """One bonus: its kind, what was achieved, how many points (None where a claim says none) and how many of them count
    in their kind, by which document it was granted."""

    unit: Unit
    kind: str
    deed: str
    points: Fraction | None
    counted: Fraction | None
    document: str = ""


def bonus(at: Occasion) -> ContentsAndFindings:
    """What was granted if anything was, else what is claimed."""
    evaluation = at.evaluation
    granted, claimed = _granted(evaluation, at.came.intake), _claimed(evaluation, at.came.intake)
    about = at.asked.about or (GRANTED if granted else CLAIMED)
    items = granted if about == GRANTED else claimed
    if not items:
        return [], [finding("NOTICE_NO_BONUS")]
    found: list[Finding] = []
    left = list(dict.fromkeys(each.unit.name for each in undecided_claims(evaluation, at.came.intake)))
    if about == GRANTED and left:
        found.append(finding("NOTICE_CLAIMS_LEFT", args={"n": len(left), "units": some(left, FEW)}))
    return [_posting(evaluation, about, items)], found


def _granted(evaluation: Evaluation, intake: Intake) -> list[Item]:
    claimed = {each.place: each for each in claims(evaluation, intake)}
    made = [
        _item(unit, each, claimed)
        for unit in evaluation.units.values()
        for each in unit_extras(evaluation, evaluation.classes[unit.class_id], "bonus", unit.id).lines
    ]
    return sorted(made, key=lambda each: (each.unit.order, each.unit.id))


def _item(unit: Unit, each: CountedExtra, claimed: Mapping[ClaimPlace, Claim]) -> Item:
    """What was achieved, as the decision says it; where it says no more than the kind, as the unit claimed it."""
    decided = each.decided
    said, line = one_phrase(decided.line.reason), decided.line
    answered = claimed.get((unit.id, folded(line.sheet), line.cell)) if line.cell else None
    facts = one_phrase(answered.facts) if answered else ""
    deed = facts if facts and said in ("", decided.name) else said
    return Item(unit, decided.name, deed, decided.points, each.counted, line.document)


def _claimed(evaluation: Evaluation, intake: Intake) -> list[Item]:
    """The claims on the sheets that count, line by line."""
    made = claims(evaluation, intake)
    return [Item(each.unit, one_phrase(each.chosen), one_phrase(each.facts), each.points, each.points) for each in made]


# --- the posting ------------------------------------------------------------------------------------------------------


def _posting(evaluation: Evaluation, about: str, items: Sequence[Item]) -> Content:
    name = evaluation.settings.name
    granted = about == GRANTED
    opening = (
        f"根据{name}规则，经审核，拟对{U}下列单位的有关事项予以加分"
        if granted
        else f"{name}中，{U}下列单位申报了加分事项"
    )
    count = len({each.unit.id for each in items})
    blocks: tuple[DocumentBlock, ...] = (
        Text(f"{opening}，共{count}{U}个单位、{len(items)}项（如下表），现予公示。"),
        _table(items, granted=granted),
        *(Text(text) for text in _kinds(items)),
        *(Text(text) for text in _caps(evaluation, items, granted=granted)),
        Text(f"公示时间：{_posted(evaluation)}。"),
        Text(
            f"对公示内容有异议的，请在公示期内以书面形式向{evaluation.settings.office}反映，并写明事实和依据；"
            "以单位名义反映的加盖公章，以个人名义反映的署真实姓名和联系方式。"
        ),
        Text(f"{contact_words(evaluation.settings, evaluation.notice)}。"),
    )
    title = (f"关于{name}{'加分事项' if granted else '加分申报事项'}的公示",)
    stem = "加分公示" if granted else "加分公示-申报"
    return Content(title, blocks, recipients=None, stem=stem)


def _table(items: Sequence[Item], *, granted: bool) -> DocumentTable:
    """What is granted with its document; of claims no numbers of minutes and consents: those are internal."""
    rows: list[tuple[str, ...]] = [
        (str(at), one_line(each.unit.name), each.kind or "—", each.deed or "—", _points(each))
        for at, each in enumerate(items, 1)
    ]
    if not granted:
        return table(
            ("序号", f"{U}单位", "加分种类", "主要事实", "申报分值"), rows, (10, 38, 32, 56, 20), left=(1, 2, 3)
        )
    documents = [each.document for each in items]
    whole = [(*row, document) for row, document in zip(rows, documents, strict=True)]
    return table(
        ("序号", f"{U}单位", "加分种类", "主要事实", "分值", "依据"), whole, (10, 34, 28, 44, 12, 28), left=(1, 2, 3, 5)
    )


def _kinds(items: Sequence[Item]) -> Iterator[str]:
    if any(each.counted != each.points for each in items):
        yield "分值后注明“计”的，按规则同一事项只按最高的一次、同一种只计一次或已到该种上限，按所注分值计。"


def _points(item: Item) -> str:
    if item.points is None or item.counted is None:
        return "—"
    counts = "" if item.counted == item.points else f"（计{plain(item.counted)}）"
    return f"{plain(item.points)}{counts}"


def _caps(evaluation: Evaluation, items: Sequence[Item], *, granted: bool) -> Iterator[str]:
    """What the cap does to units whose points exceed it."""
    sums: dict[str, Fraction] = {}
    for each in items:
        sums[each.unit.id] = sums.get(each.unit.id, Fraction(0)) + (each.counted or 0)
    word = "合计" if granted else "申报合计"
    for unit, total in sums.items():
        cap = evaluation.classes[evaluation.units[unit].class_id].bonus.cap
        if cap is not None and total > Fraction(cap):
            yield (
                f"{U}每个单位最多加{plain(cap)}分，{evaluation.units[unit].name}{word}{plain(total)}分，"
                f"{'按' if granted else '最多按'}{plain(cap)}分计入总分。"
            )


def _posted(evaluation: Evaluation) -> str:
    first, last = evaluation.notice.posted_from, evaluation.notice.posted_until
    if first is None or last is None:
        return gap("公示起止日期")
    return f"{span(first, last)}（共{(last - first).days + 1}天）"
