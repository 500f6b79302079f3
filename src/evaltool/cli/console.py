"""How does a command speak?  Results to stdout, messages and progress to stderr, as text or as JSON.

Nothing that came from a file or a file's name reaches the terminal as it is: control characters and signs that turn the
direction of writing are shown as escapes.  Rich draws text output only; JSON needs none of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, TextIO

from evaltool.cli.language import TerminalLanguage
from evaltool.findings import FEW, SEVERITIES, Finding, by_cause
from evaltool.views.tables import WORDS, ShownTable

if TYPE_CHECKING:
    from rich.console import Console as Rich

Format = Literal["text", "json", "jsonl"]
ResultRow = Mapping[str, Any]
# columns where the output goes to a file or another program: lists are folded, tables keep one line per row
WIDTH_OF_LISTS, WIDTH_OF_TABLES = 120, 2000

_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}
# C0 and C1 but line feed, direction marks, zero-width signs, line separators, tags, lone surrogates
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


def shown(text: str) -> str:
    """One line as a terminal may show it: what is invisible, breaks it or steers the terminal becomes an escape."""
    return _visible(text).replace("\n", "\\n")


def _visible(text: str) -> str:
    return _HIDDEN.sub(lambda sign: _escape(ord(sign[0])), text)


def _escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + (code - 0x10000 >> 10):04x}\\u{0xDC00 + (code - 0x10000 & 0x3FF):04x}"  # as JSON writes it


@dataclass(frozen=True, slots=True)
class StyledLine:
    """One line of text in a style of Rich."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class LabelledBlock:
    """A heading with a few labelled lines; `whole`: texts that must not be broken, such as paths to be copied."""

    heading: str
    lines: tuple[tuple[str, str], ...]
    whole: bool = False


Part = StyledLine | ShownTable | LabelledBlock


@dataclass(frozen=True, slots=True)
class Console:
    """What the options of every command say about speaking."""

    language: TerminalLanguage = "en"
    format: Format = "text"
    quiet: bool = False
    color: bool = True

    def result(self, value: Mapping[str, Any], rows: Iterable[ResultRow], text: Iterable[Part]) -> None:
        """The outcome of a command in the wanted form: one JSON value, a line per row, or text."""
        if self.format == "json":
            self.raw(json.dumps({"schema": 1, **value}, ensure_ascii=False, indent=1, default=str))
        elif self.format == "jsonl":
            for row in rows:
                self.raw(json.dumps(row, ensure_ascii=False, default=str))
        else:
            for part in text:
                self._draw(part, sys.stdout)

    def raw(self, text: str) -> None:
        """Text for a program, but for what could steer a terminal."""
        print(_visible(text))  # noqa: T201

    def message(self, text: str) -> None:
        """Something for a person beside the result."""
        if not self.quiet:
            print(shown(text), file=sys.stderr)  # noqa: T201

    def trouble(self, findings: Sequence[Finding]) -> None:
        """Why a command did not do what it should: for programs on stdout, for people on stderr."""
        rows = [one.as_row(self.language) for one in findings]
        if self.format == "text":
            for line in finding_lines(findings, self.language):
                self._draw(line, sys.stderr)
        else:
            self.result({"findings": rows}, rows, ())

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[str], None]]:
        """A function to be told what is being done; shown on a terminal only."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda _: None
            return
        with _bar(self._rich(sys.stderr, WIDTH_OF_LISTS)) as told:
            yield told

    def _draw(self, part: Part, stream: TextIO) -> None:
        rich = self._rich(stream, WIDTH_OF_TABLES if isinstance(part, ShownTable) else WIDTH_OF_LISTS)
        if isinstance(part, ShownTable):
            _draw_table(rich, part)
        elif isinstance(part, LabelledBlock):
            _draw_block(rich, part)
        else:
            rich.print(shown(part.text), style=part.style, soft_wrap=True)

    def _rich(self, stream: TextIO, width_of_file: int) -> Rich:
        from rich.console import Console as Rich

        width = None if stream.isatty() or os.environ.get("COLUMNS") else width_of_file
        no_color = True if not self.color else None  # None: NO_COLOR decides
        return Rich(file=stream, width=width, no_color=no_color, markup=False, highlight=False, emoji=False)


_BESIDE = 40  # the bar, its count and the time
_COUNTED = re.compile(r"([a-z]+) (\d+)/(\d+)")


@contextlib.contextmanager
def _bar(rich: Rich) -> Iterator[Callable[[str], None]]:
    """What is being done, how far it is where that can be counted, and since when; wiped out at the end."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(16),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=rich, transient=True) as bar:
        task = bar.add_task("", total=None, count="")

        def told(stage: str) -> None:
            counted = _COUNTED.fullmatch(stage)
            name, done, total = counted.groups() if counted else (stage, "0", "0")
            said = _in_a_line(shown(stage_name(name)))
            count = f"{done}/{total}" if counted else ""
            begins = said != bar.tasks[task].description
            bar.update(
                task, description=said, completed=int(done), total=int(total) or None, count=count, refresh=begins
            )

        yield told


def _in_a_line(text: str) -> str:
    """What is being done, short enough that the line can be wiped out; of a long path the file."""
    from evaltool.cli.folding import cells, folded_lines, on_terminal

    room = on_terminal() - _BESIDE
    short = text if cells(text) <= room else text.rpartition("/")[2]
    return folded_lines(short, room)[0]


def _draw_table(rich: Rich, part: ShownTable) -> None:
    from rich.table import Table as Drawn

    from evaltool.cli.fitting import GAP, as_lists, folded_rows, widths

    heads = [column.header for column in part.columns]
    table = [heads, *([shown(cell) for cell in row] for row in part.texts())]
    room = widths(table, rich.width)
    if part.caption:
        rich.print(shown(part.caption), style="bold", soft_wrap=True)
    if room is None:
        for line in as_lists(table, rich.width):
            rich.print(line, soft_wrap=True)
        return
    drawn = Drawn(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    head, *rows = folded_rows(table, room)
    for column, title in zip(part.columns, head, strict=True):
        drawn.add_column(title, justify="left" if column.kind in WORDS else "right", overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    rich.print(drawn)


def _draw_block(rich: Rich, part: LabelledBlock) -> None:
    from evaltool.cli.folding import aligned, columns

    rich.print(shown(part.heading), style="bold", soft_wrap=True)
    lines = [(shown(label), shown(text)) for label, text in part.lines]
    if part.whole:
        longest = max((aligned(label) for label, _text in lines), default=0)
        drawn = [f"    {label}{' ' * (longest - aligned(label))}  {text}" for label, text in lines]
    else:
        drawn = columns(lines, rich.width - 1, indent="    ")
    for line in drawn:
        rich.print(line, soft_wrap=True)


# --- words -----------------------------------------------------------------------------------------------------------


def stage_name(stage: str) -> str:
    """What a stage of the work is called; other texts (a file that is written) stand for themselves."""
    names = {
        "load": _("reading rules, roster and decisions"),
        "ingest": _("taking in the inbox"),
        "validate": _("checking"),
        "sheets": _("writing the sheets"),
        "returns": _("preparing the sheets to send back"),
        "score": _("scoring"),
        "ranked": _("writing the ranked workbook"),
        "documents": _("writing the documents"),
        "pages": _("writing the report pages"),
        "check": _("reading the files back"),
        "store": _("storing the run"),
        "chain": _("checking the files of all runs"),
        "inputs": _("comparing what the run was made of"),
        "cells": _("reading every counted cell a second time"),
    }
    return names.get(stage, stage)


def severity_name(severity: str) -> str:
    return {"error": _("error"), "warning": _("warning"), "note": _("note")}[severity]


def finding_lines(findings: Sequence[Finding], language: TerminalLanguage) -> list[StyledLine]:
    """Findings by file, files with errors first, errors first inside a file: place, what is wrong, what to do.

    What one mistake made in many places (a column of percentages, a hundred sheets that have not come) is said once,
    with a count and the first places; where these are no cells, with its first sentences."""
    severity = {name: at for at, name in enumerate(SEVERITIES)}
    rank = {one.file: 9 for one in findings}
    for one in findings:
        rank[one.file] = min(rank[one.file], severity[one.severity])
    ordered = sorted(findings, key=lambda one: (rank[one.file], one.file, severity[one.severity], one))
    lines: list[StyledLine] = []
    grouped = sorted(by_cause(ordered), key=lambda cause: len({one.file for one in cause}) == 1)
    for file, causes in groupby(grouped, key=_heading):
        lines += [StyledLine(""), StyledLine(file, "bold")]
        # what to do is said once for neighbours that need the same
        for hint, neighbours in groupby(causes, key=lambda cause: (cause[0].code, cause[0].hint(language))):
            for cause in neighbours:
                lines += _cause_lines(cause, language)
            lines.append(StyledLine("      " + _("do: {hint}").format(hint=hint[1])))
    return lines


def _heading(cause: Sequence[Finding]) -> str:
    """The file that a cause is about."""
    files = {one.file for one in cause}
    return _("{n} files").format(n=len(files)) if len(files) > 1 else cause[0].file or _("(no file)")


def _cause_lines(cause: Sequence[Finding], language: TerminalLanguage) -> Iterator[StyledLine]:
    first = cause[0]
    if len(cause) <= FEW + 1:
        yield from (_finding_line(one, language) for one in cause)
    elif first.file and len({(one.code, one.hint(language)) for one in cause}) == 1:
        yield _statement(cause, language)
    else:  # what is to be done differs, or the sentence alone says where: the first ones in full
        yield from (_finding_line(one, language) for one in cause[:FEW])
        more = _("… and {n} more of these ({code}); --output-format jsonl lists all of them")
        yield StyledLine("  " + more.format(n=len(cause) - FEW, code=first.code), _STYLES[first.severity])


def _statement(cause: Sequence[Finding], language: TerminalLanguage) -> StyledLine:
    """What is wrong in many places, once."""
    first = cause[0]
    several = len({one.file for one in cause}) > 1
    places = _(", ").join(one.place() if several else one.at(file="", sheet="").place() for one in cause[:FEW])
    said = _("{n} places, the first {places}. {message}")
    text = said.format(n=len(cause), places=places, message=first.message(language))
    parts = (severity_name(first.severity), first.code, "" if several else first.sheet)
    return StyledLine(f"  {' '.join(part for part in parts if part)}: {text}", _STYLES[first.severity])


def _finding_line(one: Finding, language: TerminalLanguage) -> StyledLine:
    place = one.at(file="").place()
    parts = (severity_name(one.severity), one.code, place)
    return StyledLine(f"  {' '.join(part for part in parts if part)}: {one.message(language)}", _STYLES[one.severity])
