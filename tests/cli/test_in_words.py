"""The terminal in one language throughout, and in eighty columns: every command's help, and what was typed wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata

import pytest

from evaltool.cli import folding
from terminal import environment

LANGUAGES = ("zh", "en")
WRONG = [
    [],
    ["nosuch"],
    ["validat"],
    ["validate", "--foo"],
    ["validate", "-x"],
    ["validate", "--oon", "2027-01-01"],
    ["validate", "--on", "foo"],
    ["validate", "--on", "2027-13-40"],
    ["validate", "--on"],
    ["score", "--notice"],
    ["score", "--interim=3"],
    ["init"],
    ["init", "new"],
    ["init", "new", "--from", "nope"],
    ["picture", "--top", "x"],
    ["picture", "--top", "1.5"],
    ["due", "--within", "-3"],
    ["due", "--within", "soon"],
    ["runs", "a", "b", "c"],
    ["runs", "--output-format", "yaml"],
    ["runs", "--lang", "fr"],
    ["--output-format", "json", "runs"],
    ["runs", "nowhere"],
    ["template", "nowhere", "--only", "x"],
    ["decide"],
    ["goals", "--document", "x"],
    ["completion", "fish9"],
    ["notice", "nowhere", "nothing"],
]
RUN = """
import contextlib, functools, io, json, os, sys
import typer.main
from evaltool import __main__
def run(arguments):
    out = io.StringIO()
    sys.argv = ["evaltool", *arguments]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            __main__.main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
    return code, out.getvalue()
from evaltool.cli import language
language.speak(os.environ["EVALTOOL_LANG"])
from evaltool.cli.commands import app
typer.main.get_command = functools.cache(typer.main.get_command)  # half of the time, for the same commands every time
asked = [["--help"]] + [[name, "--help"] for name in typer.main.get_command(app).commands] + json.loads(sys.argv[1])
print(json.dumps([[each, *run(each)] for each in asked]))
"""
ENGLISH = re.compile(
    "(?<![A-Za-z])(?:usage|options?|arguments?|commands?|missing|invalid|error|value|try|such|did|mean|help|show|exit|"
    "default|required|should|input|valid|integer|match|format|one|of|unexpected|requires|aborted|none|greater|string|"
    "not|is|no|or|and|the|for|file|folder|message|unable|parse)(?![A-Za-z])",
    re.IGNORECASE,
)


@pytest.fixture(scope="module", params=LANGUAGES)
def said(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, list[tuple[str, int, str]]]:
    """What each of the calls printed, in a terminal of eighty columns; and its exit code."""
    folder = tmp_path_factory.mktemp("nowhere")
    variables = environment(EVALTOOL_LANG=request.param, COLUMNS="80")
    command = [sys.executable, "-c", RUN, json.dumps(WRONG)]
    ran = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return request.param, [(" ".join(call), code, text) for call, code, text in json.loads(ran.stdout)]


def plain(text: str) -> str:
    """Without what is written the same in every language: options, commands, paths, names of evaluations, values."""
    quoted = re.sub(r"`[^`]*`|“[^”]*”|evaltool [^，。（]*|--?[a-z-]+", "", text)
    return re.sub(r"text\|json\|jsonl|\S*/\S*|[a-z_]+\.(toml|key|xlsx|docx)|[A-Z_]{4,}", "", quoted)


def test_the_chinese_terminal_is_chinese_throughout(said: tuple[str, list[tuple[str, int, str]]]) -> None:
    """No English word of the command line's own, nor of its validator's, is left in."""
    language, calls = said
    if language == "zh":
        left = {call: found for call, _, text in calls if (found := ENGLISH.findall(plain(text)))}
        assert left == {}
        assert all(re.search("[\u4e00-\u9fff]", text) for _, _, text in calls)
    else:
        assert not any(re.search("用法|选项|错误|参数", text) for _, _, text in calls)


def test_no_line_is_wider_than_eighty_cells(said: tuple[str, list[tuple[str, int, str]]]) -> None:
    """By the width that East Asian signs have, wherever they are ambiguous by the greater one."""
    for call, _, text in said[1]:
        if "--help" in call or text.startswith(("用法", "Usage")):
            assert [line for line in text.splitlines() if _cells(line) > 80] == [], call


def _cells(line: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(sign) in "WFA") for sign in line)


def test_nothing_is_cut_off_and_no_option_broken_in_two(said: tuple[str, list[tuple[str, int, str]]]) -> None:
    """An ellipsis stands only where more may be written; every option stands whole, in front of what it does."""
    for call, _, text in said[1]:
        assert not re.search("[^ ]…|… *$", text.replace("命令 …", "").replace("COMMAND …", "").replace("DIR …", "")), (
            call
        )
        assert not re.search(r"-$|--[a-z]*-$", text, re.MULTILINE), call
    score = next(text for call, _, text in said[1] if call == "score --help")
    assert "[notice]" in score
    assert "--output-format text|json|jsonl\n" in score


def test_wrong_usage_is_2_and_says_where_help_is(said: tuple[str, list[tuple[str, int, str]]]) -> None:
    """Whatever was typed; a near miss is answered with what was meant."""
    calls = {call: (code, text) for call, code, text in said[1]}
    assert {code for call, (code, _) in calls.items() if "--help" not in call} == {2}
    assert {code for call, (code, _) in calls.items() if "--help" in call} == {0}
    near = {"validat": "validate", "validate --oon 2027-01-01": "--on"}
    for call, meant in near.items():
        assert re.search(f"(是不是|did you mean) {meant}[？?]", calls[call][1])
    assert "evaltool init --help" in calls["init new"][1]
    assert "--from" in calls["init new"][1]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三四五，六七", ["一二三四", "五，六七"]),
        ("一二三四（五）", ["一二三四", "（五）"]),
        ("写 --quiet 时", ["写", "--quiet", "时"]),
        ("a bb ccc dddd", ["a bb ccc", "dddd"]),
        ("abcdefghijkl", ["abcdefghi", "jkl"]),
        ("一\n\n二", ["一", "", "二"]),
        ("", [""]),
    ],
)
def test_lines_are_folded_as_they_are_read(text: str, lines: list[str]) -> None:
    """Nine cells: no sign in front of a line that ends a phrase, no option broken, words whole if they fit at all."""
    assert folding.folded_lines(text, 9) == lines
