"""Makes `sample_data/` anew: the sample evaluation of a made-up city, filled in, and the same with twenty mistakes.

    python tools/make_sample.py

Everybody's sheets are the tool's own blank workbooks, filled by the seeded filler of the tests.  Two in five of them
are then opened and saved by LibreOffice.  The story is told in `sample_story.py`; totals that must be exact are tuned
in `sample_tuning.py`; the mistakes are made in `sample_flaws.py`.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "making"), str(ROOT / "tests" / "oracle"), str(ROOT / "tools")]

import sample_story as story  # noqa: E402
from sample_committee import decide_in_book, granted  # noqa: E402
from sample_files import digest, ledger, paper, plain, resaved, settled  # noqa: E402
from sample_flaws import flaw  # noqa: E402
from sample_goals import agreed_document, leader_of, stand_on_sheets, write_goals  # noqa: E402
from sample_matters import begin_matters, tell_matters  # noqa: E402
from sample_opinions import begin_opinions, tell_opinions  # noqa: E402
from sample_play import Key, Play, play  # noqa: E402
from sample_reports import declarations, tell_reasons, tell_reports, tell_self  # noqa: E402
from sample_tuning import copy_cards, reach, results, settle  # noqa: E402

from evaltool import identity  # noqa: E402
from evaltool.evaluation import load  # noqa: E402
from evaltool.evaluation.key import KEY_FILE, write_key  # noqa: E402
from evaltool.identity import ABOUT_MATTERS, REMARKS  # noqa: E402
from filling import Habits, Value  # noqa: E402

TEMPLATE = ROOT / "templates" / "evaluations" / "songyuan"
SAMPLES = ROOT / "sample_data"
KEY = identity.Key(hashlib.sha256(b"The key of the sample is public and proves nothing.").digest())


def main() -> None:
    folder = SAMPLES / story.ID
    begin(folder)
    evaluation, _ = load(folder)
    waived = {each.id for each in evaluation.roster.evaluators if each.name in {line[5] for line in story.DECISIONS}}
    habits = Habits(quality=story.QUALITY, claiming=0, unvisited=0.04)
    sample = play(evaluation, story.SEED, habits, waived)
    tell(sample)
    with tempfile.TemporaryDirectory() as scratch:
        place = tune(sample, folder, Path(scratch))
    tell_reports(sample)
    tell_reasons(sample)
    tell_self(sample)
    tell_matters(sample)
    tell_opinions(sample)
    send(sample, folder, place)
    with tempfile.TemporaryDirectory() as scratch:
        decide_in_book(folder, Path(scratch))
    flaw(sample, folder, SAMPLES / f"{story.ID}-flawed")


def begin(folder: Path) -> None:
    """The folder of the year as a clerk sets it up: rules, roster, decisions that name no file."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(TEMPLATE, folder)
    settings = (folder / "evaluation.toml").read_text(encoding="utf-8")
    for old, new in story.SETTINGS.items():
        if settings.count(old) != 1:
            raise LookupError(old)
        settings = settings.replace(old, new)
    (folder / "evaluation.toml").write_text(settings, encoding="utf-8")
    write_key(folder, KEY)
    write_goals(folder / "roster")
    begin_opinions(folder / "roster")
    begin_matters(folder)
    names = ("种类", "文号", "日期", "理由", "单位", "评估主体", "新值")
    ledger(folder / "decisions" / "委员会决定.csv", [dict(zip(names, line, strict=True)) for line in story.DECISIONS])


# --- the story -------------------------------------------------------------------------------------------------------


def tell(sample: Play) -> None:
    """What people do because the story wants it: claims, a unit that nobody visits."""
    for unit, claims in story.CLAIMS.items():
        claim(sample, unit, claims)
    for key, spot in list(sample.spots(component="visits", field="unit")):
        names = {sample.evaluation.units[unit].name for unit in story.UNVISITED}
        if sample.value(key, spot) in names:
            for other_key, other in sample.spots(evaluator=key[0], component="visits", repeat=spot.repeat):
                if other.sheet == spot.sheet and other_key == key:
                    sample.put(key, other, None)


def claim(sample: Play, unit: str, claims: Sequence[tuple[str, str, str, str]]) -> None:
    scheme = sample.evaluation.classes[sample.evaluation.units[unit].class_id]
    points = {each.name: Decimal(str(each.most)) for each in scheme.bonus.kinds}
    for number, (kind, facts, document, consent) in enumerate(claims, 1):
        values: dict[str, Value] = {
            "claim_kind": kind,
            "claim_points": points[kind],
            "claim_facts": facts,
            "claim_document": document,
            "claim_consent": consent,
        }
        for key, spot in sample.spots(evaluator=unit, repeat=str(number)):
            if spot.column.field in values:
                sample.put(key, spot, values[spot.column.field])


def tune(sample: Play, folder: Path, scratch: Path) -> int:
    """Exact totals and ties; the place that two units share until the committee decides."""
    units = sample.evaluation.units
    for name in ("evaluation.toml", "schemes", "roster", "decisions", KEY_FILE):
        source = folder / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, scratch / name)
    ledger(scratch / "decisions" / "加分.csv", list(granted({each.id: each.name for each in units.values()})))
    for unit in story.EXACT:
        settle(sample, units[unit])
    for model, unit in (story.DECIDED_TIE, story.SHARED_TIE):
        copy_cards(sample, units[unit], units[model])
    before = results(sample, scratch)
    for unit, wanted in story.EXACT.items():
        exact = before[unit].exact
        reach(sample, units[unit], exact, nearest_half(exact) if wanted == "half" else Fraction(wanted))
    model, unit = story.CHAIN_TIE
    reach(sample, units[unit], before[unit].exact, Fraction(before[model].published))
    for model, unit in (story.DECIDED_TIE, story.SHARED_TIE):
        match_goals(sample, model, unit)
    between = results(sample, scratch)
    for model, unit in (story.DECIDED_TIE, story.SHARED_TIE):
        reach(sample, units[unit], between[unit].exact, Fraction(between[model].published), goals=False)
    after = results(sample, scratch)
    if after[story.DECIDED_TIE[0]].rank != after[story.DECIDED_TIE[1]].rank:
        raise ArithmeticError("no tie to decide")
    return after[story.DECIDED_TIE[0]].rank or 0


def nearest_half(exact: Fraction) -> Fraction:
    """The nearest total that lies exactly between two hundredths."""
    return Fraction(int(exact * 100), 100) + Fraction(1, 200)


def match_goals(sample: Play, model: str, unit: str) -> None:
    """The same sum of priority goals for two units whose goals differ."""
    marks = {"component": "priority", "field": "mark"}
    theirs = sum(Decimal(str(sample.value(*each))) for each in sample.spots(unit=model, **marks))
    own = list(sample.spots(unit=unit, **marks))
    left = theirs - sum(Decimal(str(sample.value(*each))) for each in own)
    for key, spot in own:
        old = Decimal(str(sample.value(key, spot)))
        new = min(max(old + left, Decimal(0)), spot.line.high or spot.column.high)
        sample.put(key, spot, new)
        left -= new - old
    if left:
        raise ArithmeticError(f"{unit}: goals cannot match those of {model}")


# --- files -----------------------------------------------------------------------------------------------------------


def send(sample: Play, folder: Path, place: int) -> None:
    """Every workbook into the inbox under the name that its sender gave it, and the decisions that name files."""
    cells = dict(declarations(sample))
    later = [key for key in sample.reports if key[1] in (REMARKS, *ABOUT_MATTERS)]
    sent = [*(key for key in sample.forms if key[0] not in sample.waived)]
    sent += [key for key in sample.reports if key not in later]
    files = {sample.path(key): settled(sample.file(key)) for key in sent}
    chosen = [path for number, path in enumerate(sorted(files)) if number % 5 in (0, 2)]
    files |= {sample.path(key): settled(sample.file(key)) for key in later}
    files |= resaved({path: files[path] for path in chosen})
    lines = [*agreed(sample, folder, files, cells), *extras(sample, files, place)]
    files |= {f"附件/{name}": paper(Path(name).stem) for name in story.ATTACHMENTS}
    for path, data in files.items():
        target = folder / "inbox" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    ledger(folder / "decisions" / "办公室登记.csv", lines)


def agreed(
    sample: Play, folder: Path, files: dict[str, bytes], cells: dict[Key, dict[str, str]]
) -> list[dict[str, str]]:
    """The leaders in charge approved the sheets on which goals were declared; the roster says where each stands."""
    rows = []
    for key, places in cells.items():
        data, unit = files[sample.path(key)], sample.evaluation.units[key[0]].name
        stand_on_sheets(folder / "roster", {goal: (digest(data), cell) for goal, cell in places.items()})
        row = decided("目标审批", agreed_document(unit), "2026-04-24", "分管领导审定，报委员会确认", data)
        rows.append(row | {"单位": unit, "新值": leader_of(folder / "roster", unit)})
    return rows


def extras(sample: Play, files: dict[str, bytes], place: int) -> list[dict[str, str]]:
    """Files beyond the one that everybody owes: a copy, a mended sheet, rivals of which a decision picks one."""
    keys = {key: sample.path(key) for key in sample.forms}
    rows: list[dict[str, str]] = []
    # the same file, sent twice
    first = keys["B18", "", "1"]
    files["部门/再次报送/教育局.xlsx"] = files[first]
    # a mended sheet that carries the hash of the one that it replaces
    key = ("B33", "", "1")
    mended = settled(sample.file(key, replaces=digest(files[keys[key]])))
    files["部门/应急管理局自我评估（更正后）.xlsx"] = mended
    # two different sheets of one unit: the office decides which counts
    key = ("B05", "", "1")
    rival = changed(sample, key, "self", Decimal("99"))
    files["部门/统计局 初稿.xlsx"] = rival
    rows.append(decided("采用", "澄绩办〔2027〕14号", "2027-04-01", "两次报送，以局党组审定稿为准", files[keys[key]]))
    # cards of a meeting that was not quorate, entered all the same
    key = ("Y32", "1", "1")
    wrong = changed_cards(sample, key)
    files["评价卡/群众/柳泽区群众代表 补录.xlsx"] = wrong
    rows.append(decided("排除", "澄绩办〔2027〕15号", "2027-04-01", "会议未达到法定人数，评价卡不计", wrong))
    # a mark that the review group corrects after a dispute
    key, spot = next(iter(sample.spots(component="priority", unit="B20", field="mark")))
    old = Decimal(str(sample.value(key, spot)))
    rows.append(
        decided(
            "更正", "澄绩办〔2027〕16号", "2027-04-06", "市民政局提出异议，经复核补计一处养老服务中心", files[keys[key]]
        )
        | {"工作表": spot.sheet, "单元格": spot.cell, "原值": plain(old), "新值": plain(old + Decimal("0.5"))}
    )
    # the tie at the edge of the composite award
    row = dict(zip(("文号", "日期", "理由"), story.TIE, strict=True))
    for number, unit in enumerate(story.DECIDED_TIE, place):
        rows.append({"种类": "同分裁定", **row, "单位": sample.evaluation.units[unit].name, "新值": str(number)})
    return rows


def decided(word: str, document: str, day: str, reason: str, data: bytes) -> dict[str, str]:
    return {"种类": word, "文号": document, "日期": day, "理由": reason, "文件指纹": digest(data)[:12]}


def changed(sample: Play, key: Key, component: str, value: Decimal) -> bytes:
    """The same workbook with one other mark."""
    place, spot = next(iter(sample.spots(evaluator=key[0], component=component, field="mark")))
    kept = sample.value(place, spot)
    sample.put(place, spot, value)
    data = settled(sample.file(key))
    sample.put(place, spot, kept)
    return data


def changed_cards(sample: Play, key: Key) -> bytes:
    """The same batch with some cards marked otherwise."""
    cells = [each for each in sample.spots(evaluator=key[0], kind="cards", field="mark") if sample.value(*each)][:5]
    kept = [sample.value(*each) for each in cells]
    for each in cells:
        sample.put(*each, each[1].column.choices[3])
    data = settled(sample.file(key))
    for each, value in zip(cells, kept, strict=True):
        sample.put(*each, value)
    return data


if __name__ == "__main__":
    main()
