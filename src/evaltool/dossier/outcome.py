"""Part 结果: what each run came to, the run that counts taken apart by components, and what the unit was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaltool.documents.persons import U
from evaltool.dossier.gathered import LETTER, Gathered
from evaltool.dossier.parts import DossierPart, DossierRow, DossierSection, PaperSource, listed
from evaltool.exact import decimal, half_up, plain
from evaltool.explain.figures import fine
from evaltool.explain.leaf import in_words
from evaltool.ledger import KINDS
from evaltool.results.rank import Standing
from evaltool.roster import Unit
from evaltool.rules import EXTRAS
from evaltool.runs.store import RunEntry
from evaltool.views.comparison import ComparedGroup
from evaltool.views.extras import extras_of, less_words
from evaltool.views.wording import barred_words, climb_words, veto_words
from evaltool.writers.official import DocumentBlock, DocumentTable, Heading, Official, Text

_RUNS = (
    ("计分批次", 10.0),
    ("短码", 12.0),
    ("计分时间", 22.0),
    ("总分", 10.0),
    ("名次", 9.0),
    ("等次", 10.0),
    ("奖项", 22.0),
    ("经过的程序", 44.0),
    ("说明", 16.0),
)
_PARTS = (("评估内容", 32.0), ("分值", 9.0), ("得分率", 10.0), ("得分", 12.0), ("怎样计算", 70.0))
_EXTRAS = (
    ("种类", 10.0),
    ("项目", 24.0),
    ("分值", 9.0),
    ("计入", 9.0),
    ("文号", 24.0),
    ("日期", 12.0),
    ("理由", 40.0),
    ("说明", 24.0),
)
_LETTER = (("反馈书正文", 140.0),)
_SENT = (("公文", 60.0), ("指纹（SHA-256）", 70.0), ("说明", 24.0))


def outcome(g: Gathered, unit: Unit) -> DossierPart:
    none, letter = g.why_none(unit), _made(g, unit)
    sections = (
        DossierSection("历次正式计分", _RUNS, tuple(_runs(g, unit)), none or f"没有{U}本单位的结果", counted=not none),
        DossierSection("各项得分", _PARTS, tuple(_components(g, unit)), none, counted=False),
        DossierSection("加分、扣分", _EXTRAS, tuple(_extras(g, unit)), none or "没有加分、扣分", counted=False),
        DossierSection(
            "说明事项", (("说明", 140.0),), tuple(_notes(g, unit)), none or "没有需要说明的事项", counted=False
        ),
        DossierSection(_letter_title(g, letter), _LETTER, tuple(_letter(letter)), none or "没有反馈书", counted=False),
        DossierSection(
            "反馈书文件（正文以印发的文件为准）", _SENT, tuple(_sent(g, unit)), none or "没有反馈书文件", counted=False
        ),
    )
    days = tuple(each.line.date for each in g.passed.reached if each.run.number in _own_runs(g, unit))
    return DossierPart(
        "结果", "历次计分的结果，计入的一次各项得分，以及反馈书。", sections, listed(_papers(g, none)), days
    )


def _papers(g: Gathered, none: str) -> Iterator[PaperSource]:
    for run in g.passed.runs if not none else ():
        name = "results.json"
        yield PaperSource(f"runs/{run.number}/{name}", g.output_of(run, name), run.time[:10])


# --- runs ------------------------------------------------------------------------------------------------------------


def _own_runs(g: Gathered, unit: Unit) -> list[str]:
    return [number for number, units in g.outcomes.items() if unit.id in units]


def _runs(g: Gathered, unit: Unit) -> Iterator[DossierRow]:
    for run in g.passed.runs:
        if one := g.outcomes.get(run.number, {}).get(unit.id):
            rank = "不排名" if one["rank"] is None else str(one["rank"])
            said = one["total"], rank, one["grade"] or "不评等次", "、".join(one["awards"])
            counts = "本档案所依据" if g.entry and run.number == g.entry.number else ""
            yield run.number, run.code, run.time, *said, "；".join(_stages(g, run)), counts


def _stages(g: Gathered, run: RunEntry) -> Iterator[str]:
    for each in g.passed.reached:
        if each.run.number == run.number:
            yield f"{each.line.date}{KINDS[each.stage].word}（{each.line.document}）"


# --- the run that counts ---------------------------------------------------------------------------------------------


def _group(g: Gathered, unit: Unit) -> tuple[ComparedGroup, Standing] | None:
    one = g.standings.get(unit.id)
    return (g.groups[one.key], one) if one else None


def _components(g: Gathered, unit: Unit) -> Iterator[DossierRow]:
    found = _group(g, unit)
    if found is None or g.result is None:
        return
    group, one = found
    for component, depth in group.scheme.walk():
        point = g.result.points.get((unit.id, component))
        if point is not None:
            rate = "—" if point.share is None else f"{fine(point.share * 100)}%"
            points = "—" if point.points is None else fine(point.points)
            name = "　" * depth + group.scheme.components[component].name
            yield name, plain(half_up(point.weight, 4)), rate, points, "".join(_how(g, group, one, component))
    yield "总分", "", "", one.text, f"加分{fine(one.bonus)}，扣分{fine(one.deduction)}，未取舍{fine(one.exact)}"


def _how(g: Gathered, group: ComparedGroup, one: Standing, leaf: str) -> Iterator[str]:
    """The sentences of the pages, of leaves alone; evaluators in them go by codes where they are confidential."""
    if g.result is None or group.scheme.children(leaf):
        return
    spot, secret = (one.unit.id, leaf), group.scheme.is_secret(leaf)
    sheets = [g.veiled(each, secret=secret) for each in g.marks.sheets.get(spot, ())]
    cards = [g.veiled(each, secret=secret) for each in g.marks.cards.get(spot, ())]
    yield from in_words(group, one, g.result.points[spot], sheets, cards, g.marks.lines.get(spot, ()))


def _extras(g: Gathered, unit: Unit) -> Iterator[DossierRow]:
    found = _group(g, unit)
    for kind in EXTRAS if found and g.result else ():
        assert found and g.result
        for each in extras_of(g.result, found[1], kind).lines:
            line = each.decided.line
            papers = line.document, line.date, line.reason
            points = decimal(each.decided.points), decimal(each.counted)
            yield KINDS[kind].word, each.decided.name or line.item, *points, *papers, less_words(each, "zh")


def _notes(g: Gathered, unit: Unit) -> Iterator[DossierRow]:
    found = _group(g, unit)
    if found is None:
        return
    group, one = found
    said = [one.tie, veto_words(one) if one.veto else "", barred_words(one)]
    said += [climb_words(group.scheme, one)] if one.climbed else []
    said += [f"依据{document}，撤销所获“{label}”。" for label, document in one.revoked]
    yield from ((each,) for each in said if each)


# --- the letter ------------------------------------------------------------------------------------------------------


def _made(g: Gathered, unit: Unit) -> Official | None:
    found = g.letters.get(unit.id)
    return found.make() if found else None


def _letter_title(g: Gathered, made: Official | None) -> str:
    number = f"　{made.number}" if made and made.number else ""
    return f"反馈书{number}" if made is None or g.is_told else "反馈书（尚未印发）"


def _letter(made: Official | None) -> Iterator[DossierRow]:
    """A line for each paragraph and each row of a table, attachments behind."""
    if made is None:
        return
    head = ["".join(made.title), *([f"{made.recipients}："] if made.recipients else []), *_said(made.body)]
    for each in made.attachments:
        head += ["附件：" + "".join(each.title), *_said(each.body)]
    end = [made.signatory, made.date or "", f"计分短码：{made.code}" if made.code else ""]
    yield from ((each,) for each in (*head, *end) if each)


def _said(body: Sequence[DocumentBlock]) -> Iterator[str]:
    for block in body:
        if isinstance(block, DocumentTable):
            yield from filter(None, [block.caption, "　|　".join(block.head)])
            yield from ("　|　".join(row) for row in block.rows)
        elif isinstance(block, Text | Heading):
            yield block.text


def _sent(g: Gathered, unit: Unit) -> Iterator[DossierRow]:
    """The draft in the run, and what was issued of it."""
    paper = g.letters.get(unit.id)
    if paper is not None and g.entry is not None:
        draft = f"runs/{g.entry.number}/{paper.path}"
        yield draft, g.manifest["outputs"].get(paper.path, ""), "计分时所留"
        yield from ((each.file, each.digest, "印发") for each in g.documents_of(unit) if LETTER.name in each.file)
