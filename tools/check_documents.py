"""Measures the official documents as they come out on paper: python tools/check_documents.py [DIR]

Scores the sample evaluation (with a consequence added to its rules, so that every kind of document is written), has
LibreOffice draw the documents, and measures the drawing: margins, lines and characters, fonts, page numbers, pages of
letters, the imprint, rows of tables that stand alone, units' official names.  Prints a table and fails on a deviation
from GB/T 9704-2012.

Needs LibreOffice, poppler (pdftotext, pdffonts) and stand-ins for the fonts that cannot be shipped: Noto Serif CJK SC,
and the Fandol fonts of TeX, or Noto in their place.  EVALTOOL_FONTS names a folder with them where they are not
installed.  With DIR the PDF files are kept there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from docx import Document  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from evaltool.documents.official.forms import OfficeTemplates  # noqa: E402
from evaltool.evaluation import load  # noqa: E402
from evaltool.run import score_folder  # noqa: E402
from evaltool.runs.bundled import copy_sample, notice_templates  # noqa: E402
from evaltool.writers.official import DocumentForm, Letterhead, Official, Text  # noqa: E402

STAND_INS = {
    "仿宋_GB2312": ("FandolFang", ""),
    "楷体_GB2312": ("FandolKai", ""),
    "黑体": ("FandolHei", ""),
    "宋体": ("FandolSong", ""),
    "方正小标宋简体": ("Noto Serif CJK SC", "bold"),
}
IN_THEIR_PLACE = {"FandolHei": "Noto Sans CJK SC"}
"""Where the Fandol fonts are not installed; Noto Serif CJK SC for the others.  All have square signs."""
DRAWN = re.compile(r"Fandol(Fang|Kai|Hei|Song)|Noto(Serif|Sans)CJK|TimesNewRoman|LiberationSerif|Tinos|Times")
CONSEQUENCE = '\n[[consequence]]\ngrade = "一般"\ntext = "限期整改"\ndocument = "限期整改通知书"\n'
MM = 72 / 25.4
PAGE, TOP, BOTTOM, LEFT, RIGHT = (210, 297), 37.0, 262.0, 28.0, 184.0  # mm
PITCH, LINES, SIGNS = 28.95, 22, 28
HANGING = 5.7  # mm: LibreOffice lets a closing sign hang over the margin
LETTER_PAGES = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text on a page; places in mm from the upper left."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


Pages = list[list[Word]]


def main(keep: Path | None = None) -> int:
    missing = [each for each in ("soffice", "pdftotext", "pdffonts", "fc-list") if shutil.which(each) is None]
    with tempfile.TemporaryDirectory() as scratch:
        place = keep or Path(scratch)
        place.mkdir(parents=True, exist_ok=True)
        fonts = _fonts_conf(place)
        missing += [] if missing else _without_font(fonts)
        if missing:
            sys.stderr.write(f"needed and not installed: {', '.join(missing)}\n")
            return 2
        return _checked(place, fonts)


def _checked(place: Path, fonts: Path) -> int:
    wanted = _documents(place)
    called = _official_names(place / "sample")
    _to_pdf(place, list(wanted.values()), fonts)
    table = Table("公文", "页数", "版心（毫米）", "行 × 字", "行距（磅）", "字体", "不符")
    wrong = 0
    for name, path in wanted.items():
        pages, drawn = _read(path.with_suffix(".pdf")), _drawn(path.with_suffix(".pdf"))
        found = [*_grid(pages)] if name.startswith("满版") else [*_layout(name, pages), *_alone(path, pages)]
        found += _short_names(pages, called)
        found += [f"字体 {each}" for each in sorted(drawn) if not DRAWN.search(each)]
        wrong += len(found)
        full = f"{_lines(pages)} × {_signs(pages)}" if name.startswith("满版") else ""
        said = "；".join(found) or "无"
        table.add_row(name, str(len(pages)), _area(pages), full, f"{_pitch(pages):.2f}", str(len(drawn)), said)
    Console(width=150).print(table)
    return int(bool(wrong))


# --- what is measured ------------------------------------------------------------------------------------------------


def _documents(place: Path) -> dict[str, Path]:
    """Every document of the sample, and a page of each form filled to the last character; name -> .docx."""
    folder = place / "sample"
    shutil.rmtree(folder, ignore_errors=True)
    copy_sample(folder)
    for scheme in (folder / "schemes").glob("*.toml"):
        scheme.write_text(scheme.read_text(encoding="utf-8") + CONSEQUENCE, encoding="utf-8")
    run = score_folder(folder).folder
    found: dict[str, Path] = {}
    for path in sorted([*(run / "public").rglob("*.docx"), *(run / "internal" / "notices").rglob("*.docx")]):
        name = path.stem if path.parent.name == "public" else f"{path.parent.name} {path.stem}"
        found[name] = place / f"{name}.docx"
        shutil.copy(path, found[name])
    forms = OfficeTemplates(notice_templates({}))
    for words, form, head in (("满版 文件", "document", "none"), ("满版 信函", "letter", "red")):
        found[words] = place / f"{words}.docx"
        found[words].write_bytes(forms.write(_full(form, head)))  # type: ignore[arg-type]
    return found


def _full(form: DocumentForm, head: Letterhead) -> Official:
    """One paragraph over several pages."""
    kind = "反馈书" if form == "letter" else "结果公示"
    body = (Text("国" * SIGNS * LINES * 4), Text("完。"))
    return Official(kind, ("满版",), body, form, head, mark="某市绩效办", number="某函〔2027〕1号", recipients=None)


def _to_pdf(place: Path, files: Sequence[Path], fonts: Path) -> None:
    profile = (place / "profile").as_uri()
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={profile}",
        "--convert-to",
        "pdf",
        "--outdir",
        str(place),
    ]
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    subprocess.run([*command, *map(str, files)], check=True, env=environment, stdout=subprocess.DEVNULL)


def _fonts_conf(place: Path) -> Path:
    """Stand-ins under the names of the fonts that an office has; these are not drawn, and no real one is shipped."""
    own = os.environ.get("EVALTOOL_FONTS")
    lines = [f"<dir>{own}</dir>"] if own else []
    known = _families({})
    for name, (wanted, weight) in STAND_INS.items():
        font = wanted if own or wanted in known else IN_THEIR_PLACE.get(wanted, "Noto Serif CJK SC")
        bold = f'<edit name="weight" mode="assign" binding="same"><const>{weight}</const></edit>' if weight else ""
        lines.append(
            f'<match target="pattern"><test name="family" qual="any"><string>{name}</string></test>'
            f'<edit name="family" mode="assign" binding="same"><string>{font}</string></edit>{bold}</match>'
        )
    path = place / "fonts.conf"
    head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
    system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    path.write_text(f"{head}{system}{''.join(lines)}</fontconfig>", encoding="utf-8")
    return path


def _without_font(fonts: Path) -> list[str]:
    known = _families({"FONTCONFIG_FILE": str(fonts)})
    wanted = set(re.findall(r"<string>([^<]*)</string></edit>", fonts.read_text(encoding="utf-8")))
    return sorted(font for font in wanted if font not in known)


def _families(more: Mapping[str, str]) -> str:
    if shutil.which("fc-list") is None:
        return ""
    environment = {**os.environ, **more}
    command = ["fc-list", ":", "family"]
    return subprocess.run(command, capture_output=True, check=True, env=environment, text=True).stdout


def _read(path: Path) -> Pages:
    said = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, text=True).stdout
    pages: Pages = []
    for line in said.splitlines():
        if "<page " in line:
            width, height = (float(each) / MM for each in re.findall(r'(?:width|height)="([\d.]+)"', line))
            assert (round(width), round(height)) == PAGE, f"{path.name}: {width:.0f} x {height:.0f} mm"
            pages.append([])
        elif found := re.search(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', line):
            pages[-1].append(Word(*(float(each) / MM for each in found.groups()[:4]), found[5]))
    return pages


def _drawn(path: Path) -> set[str]:
    listed = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True, text=True).stdout
    return {line.split()[0].partition("+")[2] or line.split()[0] for line in listed.splitlines()[2:] if line.strip()}


# --- what it should be -----------------------------------------------------------------------------------------------


def _inside(page: Sequence[Word]) -> list[Word]:
    """The words of the type area: not the mark in a letter's head, not the page number."""
    return [word for word in page if word.top > TOP - 1 and word.top < BOTTOM]


def _layout(name: str, pages: Pages) -> Iterator[str]:
    words = [word for page in pages for word in _inside(page)]
    if min(word.left for word in words) < LEFT - 0.6:
        yield f"左边距 {min(word.left for word in words):.1f}"
    if max(word.right for word in words) > RIGHT + HANGING:
        yield f"右边距 {PAGE[0] - max(word.right for word in words):.1f}"
    if max(word.bottom for word in words) > BOTTOM + 0.6:
        yield f"下边 {max(word.bottom for word in words):.1f}"
    if abs(_pitch(pages) - PITCH) > 0.3:  # a line of another face has its box a little higher or lower
        yield f"行距 {_pitch(pages):.2f}"
    letter = "反馈书" in name or "整改" in name
    yield from _numbers(pages, first=1 if letter else 0)
    if "反馈书" in name and _before_annexes(pages) > LETTER_PAGES:
        yield f"超过{LETTER_PAGES}页"
    if not letter and "公示" not in name:
        yield from _imprint(pages)


def _before_annexes(pages: Pages) -> int:
    """Pages of the letter itself: an annex begins with its label on the first line."""
    first = (next(iter(_lines_of(page)), "") for page in pages)
    return next((at for at, line in enumerate(first) if re.fullmatch(r"附件\d*", line)), len(pages))


def _lines_of(page: Sequence[Word]) -> list[str]:
    """The lines of a page from above, without blanks."""
    lines: dict[int, list[Word]] = {}
    for word in sorted(_inside(page), key=lambda word: (word.top, word.left)):
        near = next((key for key in lines if abs(key / 10 - (word.top + word.bottom) / 2) < 1.5), None)
        lines.setdefault(round((word.top + word.bottom) * 5) if near is None else near, []).append(word)
    return ["".join(word.text for word in sorted(line, key=lambda word: word.left)) for line in lines.values()]


def _alone(path: Path, pages: Pages) -> Iterator[str]:
    """Tables of which a page has the head alone or a single row; those whose rows are all on one line."""
    shown = [_lines_of(page) for page in pages]
    heads: Counter[tuple[str, int]] = Counter()  # tables of a head with rows on a page
    for table in Document(str(path)).tables:
        rows = ["".join("".join(cell.text for cell in row.cells).split()) for row in table.rows]
        head, body = rows[0], rows[1:]
        on = Counter(next((at for at, lines in enumerate(shown) if row in lines), -1) for row in body)
        heads += Counter((head, at) for at in on)
        if len(set(rows)) == len(rows) and -1 not in on and len(body) > 1:
            yield from (f"第{at + 1}页表“{head}”只有一行" for at, count in sorted(on.items()) if count == 1)
    for head in dict.fromkeys(head for head, at in heads if (head, -1) not in heads):
        for at, lines in enumerate(shown):
            if lines.count(head) > heads[head, at]:
                yield f"第{at + 1}页表头“{head}”下没有行"


def _official_names(folder: Path) -> dict[str, str]:
    """Short name -> official name, where they differ."""
    units = load(folder)[0].roster.units
    return {unit.name: unit.addressed for unit in units if unit.addressed != unit.name}


def _short_names(pages: Pages, called: Mapping[str, str]) -> Iterator[str]:
    text = "".join(line for page in pages for line in _lines_of(page))
    for short, official in called.items():
        if re.search(f"{short}(?!{official.removeprefix(short)})", text):
            yield f"没有用公文名称：{short}"


def _numbers(pages: Pages, *, first: int) -> Iterator[str]:
    """Odd pages at the right, even ones at the left, a character from the edge, 7 mm below the type area (7.5)."""
    for at, page in enumerate(pages):
        if at == len(pages) - 1 and _is_imprint_alone(page):
            continue  # 7.5: neither it nor a blank page before it has a number
        foot = [word for word in page if word.top > BOTTOM + 3]
        text = "".join(word.text for word in sorted(foot, key=lambda word: word.left))
        if at < first:
            if text:
                yield f"第{at + 1}页有页码"
        elif text != f"—{at + 1}—":
            yield f"第{at + 1}页页码 {text or '无'}"
        else:
            yield from _number_place(at, foot)


def _is_imprint_alone(page: Sequence[Word]) -> bool:
    """Whether there is nothing above the imprint."""
    return min((word.top for word in page), default=0.0) > BOTTOM - 60


def _number_place(at: int, foot: Sequence[Word]) -> Iterator[str]:
    sign = 14 / MM
    edge = min(word.left for word in foot) - LEFT if at % 2 else RIGHT - max(word.right for word in foot)
    dash = median((word.top + word.bottom) / 2 for word in foot) - BOTTOM
    if abs(edge - sign) > 1 or abs(dash - 7) > 1:
        yield f"第{at + 1}页页码距边{edge:.1f}，距版心{dash:.1f}"


def _imprint(pages: Pages) -> Iterator[str]:
    """On the last page only, which is an even one, its last line at the lower edge of the type area (7.4)."""
    places = [(at, word) for at, page in enumerate(pages) for word in page if word.text.endswith("印发")]
    if [at for at, _ in places] != [len(pages) - 1]:
        yield "版记不在末页"
    elif len(pages) % 2:
        yield "版记在奇数页"
    elif not BOTTOM - 9 < places[0][1].bottom < BOTTOM:
        yield f"版记末行 {places[0][1].bottom:.1f}"


def _grid(pages: Pages) -> Iterator[str]:
    """Full pages hold 22 lines of 28 characters (5.2.3)."""
    if _lines(pages) != LINES:
        yield f"每页{_lines(pages)}行"
    if _signs(pages) != str(SIGNS):
        yield f"每行{_signs(pages)}字"
    if abs(_pitch(pages[1:2]) - PITCH) > 0.05:
        yield f"行距 {_pitch(pages[1:2]):.2f}"
    full = _full_lines(pages)
    if abs(min(word.left for word in full) - LEFT) > 0.6 or abs(max(word.right for word in full) - RIGHT) > 1:
        yield _area(pages)


def _full_lines(pages: Pages) -> list[Word]:
    """The second page of a document that fills several."""
    return [word for word in _inside(pages[1]) if "国" in word.text]


def _lines(pages: Pages) -> int:
    return len({round(word.top, 1) for word in _full_lines(pages)})


def _signs(pages: Pages) -> str:
    """Characters of a line; all of them where lines differ."""
    counted: Counter[float] = Counter()
    for word in _full_lines(pages):
        counted[round(word.top, 1)] += len(word.text)
    return "/".join(map(str, sorted(set(counted.values()))))


def _pitch(pages: Pages) -> float:
    """Points from one line of the body to the next, on average; LibreOffice puts lines on tenths of a point."""
    tops = [sorted({round(word.top * MM, 2) for word in _inside(page) if not word.text.isascii()}) for page in pages]
    steps = [below - above for page in tops for above, below in pairwise(page)]
    near = [step for step in steps if 28 < step < 30]
    return mean(near) if near else 0.0


def _area(pages: Pages) -> str:
    words = [word for page in pages for word in _inside(page)]
    left, right = min(word.left for word in words), max(word.right for word in words)
    return f"{left:.1f}-{right:.1f} × {min(word.top for word in words):.1f}-{max(word.bottom for word in words):.1f}"


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
