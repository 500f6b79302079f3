"""Part 依据: the run that the dossier stands on, what it was made of, which papers lie beside it, how it is proved."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.documents.persons import U
from evaltool.dossier.gathered import UNSCORED_YET, Gathered
from evaltool.dossier.parts import DossierPart, DossierRow, DossierSection
from evaltool.roster import Unit

_FACTS = (("项目", 20.0), ("内容", 120.0))
_FILES = (("文件", 70.0), ("指纹（SHA-256）", 72.0))


def grounds(g: Gathered, unit: Unit) -> DossierPart:
    sources = g.then.sources
    sections = (
        DossierSection("计分", _FACTS, tuple(_facts(g)), ""),
        DossierSection("规则、名单和台账", _FILES, tuple(sources), "", counted=False),
        DossierSection(
            f"计分时为{U}本单位所出的公文",
            _FILES,
            tuple(_papers(g, unit)),
            f"没有为{U}本单位单独出的公文",
            counted=False,
        ),
        DossierSection(
            "计分以外印发的公文",
            _FILES,
            tuple(_documents(g, unit)),
            f"documents 中没有写明{U}本单位的公文",
            counted=False,
        ),
        DossierSection("怎样核验", (("核验", 140.0),), tuple((each,) for each in _how(g)), "", counted=False),
    )
    return DossierPart("依据", "计分批次、所依据文件的指纹、有关公文和核验办法。", sections)


def _facts(g: Gathered) -> Iterator[DossierRow]:
    settings = g.then.settings
    yield "评估", f"{settings.name}（{g.then.identity}）"
    if g.entry is None:
        yield "计分批次", f"{UNSCORED_YET}：本档案按文件夹现有材料编成"
        return
    said = g.manifest
    yield "计分批次", g.entry.number
    yield "短码", g.entry.code
    yield "计分时间", g.entry.time
    yield "计分人", g.entry.operator or "—"
    yield "程序版本", str(said.get("tool", ""))
    yield "上一批次封存文件的指纹", str(said.get("previous", "")) or "（第一次计分）"
    standing = g.passed.standing
    if not g.passed.needed:
        yield "结果状态", "规则没有规定审定、公示、公布的程序"
    elif standing is None:
        yield "结果状态", "送审稿，尚未审定、公示、公布"
    elif standing.run != g.entry:
        yield "结果状态", f"现行结果是{standing.run.number}，本档案依据{g.entry.number}"
    else:
        yield "结果状态", f"{standing.line.date}经{standing.line.document}确定"
    newer = [each.number for each in g.passed.runs if int(each.number) > int(g.entry.number)]
    if newer:
        yield "其后的计分", "、".join(newer)


def _papers(g: Gathered, unit: Unit) -> Iterator[DossierRow]:
    for paper in g.papers.get(unit.id, ()):
        assert g.entry is not None, "documents of a run are of the run"
        yield f"runs/{g.entry.number}/{paper.path}", g.manifest["outputs"][paper.path]


def _documents(g: Gathered, unit: Unit) -> Iterator[DossierRow]:
    yield from ((each.file, each.digest) for each in g.documents_of(unit))


def _how(g: Gathered) -> Iterator[str]:
    if g.entry is not None:
        run = f" --run {int(g.entry.number)}"
        yield f"在评估文件夹（或解开的归档）中运行 evaltool verify .{run}：核对每份文件的指纹，重新计算，结果应相同。"
        yield f"单位总分逐层拆解，运行 evaltool explain . 单位{run}。"
        yield "文件的指纹可用 sha256sum 核对；收到的文件按指纹存放在 received 中。"
    yield "计分以后的台账、整改和意见建议取自文件夹现有的材料，各行写明文号。"
    yield "同样的材料、同一天，编出的档案逐字节相同：重新编一次，比对文件即可。"
