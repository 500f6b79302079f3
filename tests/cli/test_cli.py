"""The command line: exit codes, streams, languages, and what each command leaves in the folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from unittest import mock

import pytest

from decided_city import ROSTER, RULES, SETTINGS, says
from evaltool.cli import console, language
from evaltool.evaluation import load
from evaltool.findings import Finding, finding
from evaltool.runs import bundled
from folders import bundled_settings, make, return_all
from terminal import DECIDED, Ran, apart, environment, ev
from worked_county import ROSTER as COUNTY
from worked_county import scheme


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The next year of one county, nothing sent out yet; not to be changed."""
    root = tmp_path_factory.mktemp("begun")
    before = make(root / "before", COUNTY, {"counties": scheme()}, bundled_settings())
    assert ev("init", str(root / "year"), "--from", str(before)).returncode == 0
    return root / "year"


@pytest.fixture
def year(begun: Path, tmp_path: Path) -> Path:
    """A copy of a new year's folder."""
    return Path(shutil.copytree(begun, tmp_path / "year"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """The demo's folder and what the command said, with a small evaluation in the place of the sample, of which
    `workbook/test_public.py` does the same."""
    root = tmp_path_factory.mktemp("demo")
    rules = RULES.replace("groups = [", 'groups = [{ id = "h", name = "乙类" }, ')
    roster = {**ROSTER, "单位": ROSTER["单位"].replace("d,g,3", "d,h,3"), "历年结果": EARLIER}
    sample = make(root / "sample", roster, {"d": rules}, SETTINGS)
    return_all(sample, says)
    with mock.patch.object(bundled, "sample", lambda: sample):
        ran = ev("demo", str(root / "out"))
    return root / "out", ran


A_BUNDLED_NAME = "result-report"
EARLIER = "年度,单位,总分,名次,等次\n2025,甲局,88,1,优秀\n"


# --- exit codes and streams ------------------------------------------------------------------------------------------


def test_version_is_a_result() -> None:
    """`--version` prints the version on stdout and ends with 0."""
    from evaltool import __version__

    ran = apart("--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"evaltool {__version__}\n", "")


def test_help_on_no_arguments() -> None:
    """Without arguments the tool shows its commands."""
    ran = apart()
    assert "validate" in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("score", "--nonsense"),
        ("runs", "--output-format", "yaml"),
        ("runs", "--lang", "fr"),
        ("init", "somewhere", "--from", "no-such-evaluation"),
        ("decide", ".", "nonsense", "--document", "1", "--date", "2027-01-01", "--reason", "x"),
    ],
)
def test_wrong_usage_is_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """What the command line gets wrong ends with 2, is said on stderr and leaves nothing behind."""
    ran = ev(*arguments, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["scheme", "template", "ingest", "validate", "due", "score", "runs"])
def test_a_folder_without_an_evaluation_is_left_alone(command: str, tmp_path: Path) -> None:
    """In a folder without evaluation.toml every command ends with 2 and writes nothing."""
    ran = ev(command, cwd=tmp_path)
    assert ran.returncode == 2
    assert "RULES_MISSING" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_wrong_rules_are_2_with_every_reason(year: Path) -> None:
    """Two mistakes in the rules are two findings and exit code 2."""
    for path in (year / "evaluation.toml", year / "schemes" / "counties.toml"):
        path.write_text(path.read_text("utf-8") + "\n[nonsense]\n", "utf-8")
    ran = ev("validate", str(year), "--output-format", "jsonl")
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 2
    assert len({row["file"] for row in rows if row["value"] == "nonsense"}) == 2


def test_blocking_findings_are_1(begun: Path) -> None:
    """While sheets are missing, `validate` and `score` end with 1, and no run is made."""
    assert ev("validate", str(begun), "--on", "2028-04-01").returncode == 1
    assert (
        ev("validate", str(begun), "--on", "2028年4月1日").stdout
        == ev("validate", str(begun), "--on", "2028/4/1").stdout
    )
    assert ev("score", str(begun)).returncode == 1
    assert not (begun / "runs").exists()


def test_nobody_misses_before_its_day_what_score_waits_for(begun: Path) -> None:
    """In January nothing is wrong, for `validate`; `score` refuses all the same and says by when each sheet is due."""
    early = ev("validate", str(begun), "--on", "2027-01-10", "--output-format", "json")
    said = json.loads(early.stdout)
    assert (early.returncode, [one["code"] for one in said["findings"] if one["severity"] == "error"]) == (0, [])
    assert {one["code"] for one in said["not_due"]} == {"SUBMISSION_NOT_DUE"}
    refused = ev("score", str(begun), "--output-format", "json", SOURCE_DATE_EPOCH="1799539200")
    assert refused.returncode == 1
    told = [one["message"] for one in json.loads(refused.stdout)["findings"] if one["severity"] == "error"]
    assert told == [one["message"] for one in said["not_due"]]
    assert any("2028-03-31" in each for each in told)


def test_an_io_error_is_3_in_one_line(year: Path) -> None:
    """A file in the place of a folder is an I/O error: exit code 3, one line, no traceback."""
    (year / "outbox").rmdir()
    (year / "outbox").write_text("")
    ran = ev("template", str(year), "--quiet")
    assert (ran.returncode, ran.stdout) == (3, "")
    assert len(ran.stderr.splitlines()) == 1
    assert "Traceback" in apart("template", str(year), EVALTOOL_DEBUG="1").stderr


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (ZeroDivisionError("x"), 3), (OSError("x"), 3)]
)
def test_what_goes_wrong_inside_has_its_code(
    error: BaseException, code: int, begun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An interruption ends with 130, an internal error with 3; neither shows a traceback."""
    from evaltool import __main__, run

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(run, "take_in", fail)
    monkeypatch.setattr(sys, "argv", ["evaltool", "ingest", str(begun)])
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_fault_of_the_tool(begun: Path) -> None:
    """When nobody reads stdout any more, the tool stops as tools do (128 + SIGPIPE) and says nothing."""
    command = [sys.executable, "-m", "evaltool", "validate", str(begun)]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert (process.wait(), said) == (141, b"")


def test_results_and_messages_keep_apart(year: Path) -> None:
    """stdout is one JSON value; what is for people goes to stderr, and `--quiet` silences it."""
    ran = ev("template", str(year), "--only", "mayor", "--output-format", "json")
    assert [sheet["role"] for sheet in json.loads(ran.stdout)["sheets"]] == ["mayor"]
    assert ran.stderr != ""
    assert ev("template", str(year), "--only", "mayor", "--quiet").stderr == ""


def test_validate_prepares_what_goes_back(year: Path) -> None:
    """`validate` says what it put into returns/; `--no-returns` writes nothing there."""
    shutil.rmtree(year / "returns", ignore_errors=True)  # other tests have validated the folder that this is a copy of
    assert "returns/" not in ev("validate", str(year), "--no-returns").stdout
    assert not (year / "returns").exists()
    assert "催报.txt" in ev("validate", str(year), "--on", "2028-04-01").stdout
    assert (year / "returns" / "催报.txt").is_file()


def test_no_progress_and_no_colour_in_a_pipe(begun: Path) -> None:
    """Into a pipe neither progress nor colours are written, only what comes next; a process of its own says what the
    tests' own one says."""
    ran = apart("validate", str(begun))
    assert ran.stderr.count("\n") == 1
    assert "\x1b" not in ran.stdout + ran.stderr
    here = ev("validate", str(begun))
    assert (here.returncode, here.stdout, here.stderr) == (ran.returncode, ran.stdout, ran.stderr)


def test_a_console_without_chinese_signs_gets_escapes(begun: Path) -> None:
    """An ASCII console is no reason to fail."""
    ran = apart("scheme", str(begun), "--lang", "zh", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0
    assert "\\u" in ran.stdout


# --- languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "ready"),
    [
        (["score", "city", "--interim"], ["score"]),
        (["--lang=zh", "status"], ["status"]),
        (["--lang", "zh", "status"], []),
        (["scor", "status"], []),
        (["--help"], []),
    ],
)
def test_only_the_command_that_is_asked_for_is_made_ready(arguments: list[str], ready: list[str]) -> None:
    """Typer takes its time over every command: it sees that one; where none is named all, to list or suggest them."""
    from evaltool.cli import commands

    every = [each.name for each in commands.app.registered_commands]
    assert [each.name for each in commands.program(arguments).registered_commands] == (ready or every)


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        (["score", "--lang", "zh"], {"EVALTOOL_LANG": "en"}, "zh"),
        (["score", "--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["score"], {"EVALTOOL_LANG": "zh"}, "zh"),
        (["score"], {"LC_ALL": "zh_CN.GBK", "LANG": "en_US.UTF-8"}, "zh"),
        (["score"], {"LANG": "C"}, "en"),
        (["score", "--lang", "xx"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["decide", "--", "--lang", "zh"], {}, "en"),
        (["--lang", "zh", "score", "--lang", "en"], {}, "en"),
    ],
)
def test_language_is_asked_in_order(arguments: list[str], variables: dict[str, str], expected: str) -> None:
    """--lang, else EVALTOOL_LANG, else the system's language, else English; the last --lang counts."""
    assert language.chosen(arguments, {"LANG": "C", **variables}) == expected


@pytest.mark.parametrize(("lang", "words"), [("zh", ["收取", "必填"]), ("en", ["Take in", "required"])])
def test_help_speaks_the_language(lang: str, words: list[str]) -> None:
    """Help is in the language that stands anywhere on the line, Typer's own words included."""
    text = apart("--lang", lang, "ingest", "--help").stdout + apart("init", "--help", "--lang", lang).stdout
    assert [word for word in words if word not in text] == []


def test_findings_speak_the_language(begun: Path) -> None:
    """The same finding comes in Chinese and in English, with the same code."""
    zh, en = (ev("validate", str(begun), "--lang", lang, "--output-format", "jsonl").stdout for lang in ("zh", "en"))
    first, second = json.loads(zh.splitlines()[0]), json.loads(en.splitlines()[0])
    assert first["code"] == second["code"]
    assert first["message"] != second["message"]


# --- what is printed -------------------------------------------------------------------------------------------------


def test_what_steers_a_terminal_is_escaped() -> None:
    """Control characters, direction marks and line breaks of a name become escapes; Chinese stays."""
    assert console.shown("市\x1b[31m\u202ecod.xlsx\n表") == "市\\u001b[31m\\u202ecod.xlsx\\n表"


def test_names_of_files_are_escaped(year: Path) -> None:
    """A file name with escapes in it reaches neither text nor JSON output as it is."""
    (year / "inbox" / "a\u202eb\x1b[2J.txt").write_text("x")
    for form in ("text", "json"):
        said = ev("ingest", str(year), "--output-format", form).stdout
        assert "\u202e" not in said and "\x1b" not in said
    assert json.loads(ev("ingest", str(year), "--output-format", "jsonl").stdout)["file"] == "inbox/a\u202eb\x1b[2J.txt"


def test_findings_are_listed_by_file_errors_first() -> None:
    """Files with errors come first, errors first inside a file, and what to do once for neighbours alike."""
    findings = [
        finding("SKIP_LOCKFILE", file="a.xlsx"),
        finding("SCORE_MISSING", file="b.xlsx", cell="C9"),
        finding("SCORE_MISSING", file="b.xlsx", cell="C8"),
        finding("SKIP_LOCKFILE", file="b.xlsx"),
    ]
    language.speak("en")
    lines = [line.text.split(":")[0] for line in console.finding_lines(findings, "en")]
    assert lines == [
        "",
        "b.xlsx",
        "  error SCORE_MISSING C8",
        "  error SCORE_MISSING C9",
        "      do",
        "  note SKIP_LOCKFILE",
        "      do",
        "",
        "a.xlsx",
        "  note SKIP_LOCKFILE",
        "      do",
    ]


def said_of(findings: list[Finding]) -> list[str]:
    language.speak("en")
    return [line.text.strip() for line in console.finding_lines(findings, "en") if line.text]


def test_a_column_of_the_same_mistake_is_one_statement() -> None:
    """421 wrong cells of one worksheet: how many, the first places, what is wrong there, what to do, in four lines;
    another worksheet's cell is said for itself."""
    cells = [("市直", f"C{row}") for row in range(7, 428)] + [("县区", "C7")]
    found = [finding("SCORE_MISSING", file="a.xlsx", sheet=sheet, cell=cell) for sheet, cell in cells]
    lines = said_of(found)
    assert [line for line in lines if "421 places, the first C7, C8, C9, C10, C11." in line] == [lines[2]]
    assert len(lines) == 4
    assert "县区!C7" in lines[1]


def test_the_same_wrong_name_in_every_sheet_is_one_statement() -> None:
    """A unit that was renamed in the roster makes the same mistake in all sheets: one cause, under one heading, before
    the files of whom something else is wrong."""
    found = [finding("LABEL_CHANGED", file=f"{at}.xlsx", sheet="表", cell="B9", value="甲") for at in range(9)]
    found += [finding("SCORE_MISSING", file=f"{at}.xlsx", sheet="表", cell="B7") for at in range(2)]
    lines = said_of(found)
    assert lines[0] == "9 files"
    assert "9 places, the first 0.xlsx 表!B9, 1.xlsx 表!B9" in lines[1]
    assert [line for line in lines if line.endswith(".xlsx")] == ["0.xlsx", "1.xlsx"]


def test_mistakes_to_be_mended_one_by_one_are_told_one_by_one() -> None:
    """Two mistyped names are two mistakes though they stand in one table, and so are two keys of the rules."""
    names = [finding("REFERENCE_UNKNOWN", file="roster.xlsx", sheet="单位", cell=f"B{at}") for at in range(6)]
    keys = [finding("RULES_VALUE", file="schemes/a.toml", cell=f"component.{at}.by") for at in range(20)]
    assert sum("REFERENCE_UNKNOWN" in line for line in said_of(names)) == 6
    assert sum("RULES_VALUE" in line for line in said_of(keys)) == 20
    different = [
        finding("REFERENCE_UNKNOWN", file="r.xlsx", sheet="单位", cell=f"B{at}", args={"near": str(at)})
        for at in range(30)
    ]
    lines = said_of(different)
    assert sum("error REFERENCE_UNKNOWN 单位!B" in line for line in lines) == 5
    assert any("25 more of these" in line for line in lines)


# --- what commands leave in the folder -------------------------------------------------------------------------------


def test_init_keeps_the_roster_as_a_workbook(tmp_path: Path) -> None:
    """The new folder's roster.xlsx says what the bundled tables say."""
    assert ev("init", str(tmp_path / "year"), "--from", A_BUNDLED_NAME).returncode == 0
    source = bundled.templates() / "evaluations" / A_BUNDLED_NAME
    assert load(tmp_path / "year")[0].roster == load(source)[0].roster
    assert not (tmp_path / "year" / "roster").exists()


def test_init_from_an_earlier_year_takes_rules_and_roster_only(year: Path, tmp_path: Path) -> None:
    """What was sent, received and decided stays in the year that it belongs to; who takes part and who marks whom is
    the same."""
    (year / "inbox" / "a.txt").write_text("x")
    ran = ev("init", str(tmp_path / "next"), "--from", str(year))
    assert ran.returncode == 0
    before, after = load(year)[0].roster, load(tmp_path / "next")[0].roster
    assert [(one.id, one.name) for one in after.units] == [(one.id, one.name) for one in before.units]
    assert after.evaluators == before.evaluators
    assert list((tmp_path / "next" / "inbox").iterdir()) == []


@pytest.mark.parametrize("command", [("demo",), ("init", "--from", "x")])
def test_a_used_folder_is_not_written_to(command: tuple[str, ...], tmp_path: Path) -> None:
    """`demo` and `init` refuse a folder with something in it."""
    (tmp_path / "kept.txt").write_text("x")
    more = (*command[:2], A_BUNDLED_NAME) if len(command) > 1 else command
    assert ev(*more, str(tmp_path)).returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_schemes_lists_what_init_takes() -> None:
    """Every name that `schemes` prints is a bundled evaluation."""
    rows = [json.loads(line) for line in ev("schemes", "--output-format", "jsonl").stdout.splitlines()]
    assert rows and all(bundled.find(row["name"]) for row in rows)


def test_template_writes_a_workbook_per_form(year: Path) -> None:
    """outbox/ holds one workbook for every sheet that is expected back, in a folder per role."""
    from evaltool.questions.layout import forms, is_due

    ran = ev("template", str(year), "--output-format", "jsonl")
    sheets = [json.loads(line) for line in ran.stdout.splitlines()]
    written = {path.relative_to(year).as_posix() for path in (year / "outbox").rglob("*.xlsx")}
    evaluation, _ = load(year)
    assert written == {sheet["file"] for sheet in sheets}
    assert len(sheets) == sum(is_due(evaluation, form) for form in forms(evaluation).values())
    assert {path.name for path in (year / "outbox").iterdir()} <= set(evaluation.roles.values())


def test_template_only_takes_a_role_by_its_name(year: Path) -> None:
    """`--only` knows a role by id or name; an unknown one is refused with those that there are."""
    name = load(year)[0].roles["mayor"]
    assert ev("template", str(year), "--only", name).returncode == 0
    assert [path.name for path in (year / "outbox").iterdir()] == [name]
    ran = ev("template", str(year), "--only", "nobody")
    assert ran.returncode == 2
    assert "mayor" in ran.stderr


def test_template_makes_a_key_once_and_never_silently_another(year: Path) -> None:
    """The first time says what to do with it; where it is gone the sheets that are out are thought of first."""
    key = year / "evaltool.key"
    first = ev("template", str(year), "--only", "mayor")
    assert first.returncode == 0
    assert "evaltool.key" in first.stderr
    made = key.read_bytes()
    assert "evaltool.key" not in ev("template", str(year), "--only", "mayor").stderr
    assert key.read_bytes() == made
    lost = load(year)[0].key.id
    key.unlink()
    ran = ev("template", str(year), "--only", "mayor")
    assert (ran.returncode, key.exists()) == (2, False)
    assert "--new-key" in ran.stderr and lost in ran.stderr
    ran = ev("template", str(year), "--only", "mayor", "--new-key")
    assert ran.returncode == 0
    assert f"key_lost --file {lost}" in ran.stderr
    assert key.read_bytes() != made
    assert ev("decide", str(year), "key_lost", "--file", lost, *DECIDED).returncode == 0
    assert [(line.kind, line.file_hash) for line in load(year)[0].ledger] == [("key_lost", lost)]
    assert ev("template", str(year), "--new-key").returncode == 2


def test_decide_adds_a_file_to_the_ledger(year: Path) -> None:
    """Each decision is a file of its own, numbered on, and stands in the ledger as it was given."""
    unit = next(iter(load(year)[0].units.values()))
    assert ev("decide", str(year), "bonus", "--unit", unit.name, "--to", "0.5", *DECIDED).returncode == 0
    ran = ev("decide", str(year), "veto", "--unit", unit.id, *DECIDED, "--output-format", "json")
    assert json.loads(ran.stdout)["file"] == "decisions/0002-veto.xlsx"
    lines = {line.kind: line for line in load(year)[0].ledger}
    assert (lines["bonus"].unit, lines["bonus"].after, lines["bonus"].document) == (unit.id, "0.5", "〔2027〕1号")
    assert lines["veto"].unit == unit.id


def test_a_wrong_decision_is_refused_and_leaves_nothing(year: Path) -> None:
    """An unknown unit and a word in the place of points are both said, and no file is left."""
    ran = ev("decide", str(year), "bonus", "--unit", "nobody", "--to", "much", *DECIDED, "--output-format", "jsonl")
    assert ran.returncode == 2
    assert [json.loads(line)["value"] for line in ran.stdout.splitlines()] == ["nobody", "much"]
    assert list((year / "decisions").iterdir()) == []


def test_decide_names_a_submission_by_its_path(year: Path) -> None:
    """`--file` takes a path and writes the beginning of the file's SHA-256."""
    import hashlib

    (year / "inbox" / "a.xlsx").write_bytes(b"content")
    assert ev("decide", str(year), "exclusion", "--file", "inbox/a.xlsx", *DECIDED).returncode == 0
    (line,) = load(year)[0].ledger
    assert hashlib.sha256(b"content").hexdigest().startswith(line.file_hash)
    assert len(line.file_hash) >= 8


# --- the demo --------------------------------------------------------------------------------------------------------

Demo = tuple[Path, Ran]


def test_demo_ends_with_what_a_clerk_wants_to_see(demo: Demo) -> None:
    """Per class and group units, grades, best units; the waived sheets; where the files are, and they are there."""
    folder, ran = demo
    assert ran.returncode == 0, ran.stderr
    evaluation, _ = load(folder)
    for each in evaluation.classes.values():
        assert all(group.name in ran.stdout for group in each.head.groups)
    for line in ran.stdout.splitlines()[-3:]:
        assert Path(line.split()[-1]).exists()


def test_the_next_year_starts_with_this_years_results(demo: Demo, tmp_path: Path) -> None:
    """`init` from a scored folder adds the last official results to the roster's earlier years; it loads as it is."""
    folder, _ = demo
    assert ev("init", str(tmp_path / "next"), "--from", str(folder)).returncode == 0
    before, _ = load(folder)
    after, _ = load(tmp_path / "next")
    year = before.settings.year
    carried = {row.unit: row for row in after.roster.earlier if row.year == year}
    run = json.loads(next(iter(sorted((folder / "runs").glob("*/results.json")))).read_text("utf-8"))
    assert {unit: (row.total, row.rank, row.grade) for unit, row in carried.items()} == {
        one["id"]: (Fraction(one["total"]), one["rank"], one["grade"]) for one in run["units"]
    }
    assert len(after.roster.earlier) == len(before.roster.earlier) + len(run["units"])
    assert list(after.units) == list(before.units)
    assert after.roster.indicators == before.roster.indicators


def test_score_prints_the_runs_results(demo: Demo) -> None:
    """`score --output-format json` prints what the run's results.json says, and `runs` lists the run."""
    folder, _ = demo
    ran = ev("score", str(folder), "--output-format", "json")
    number = json.loads(ran.stdout)["run"]
    assert json.loads(ran.stdout) == json.loads((folder / "runs" / number / "results.json").read_text("utf-8"))
    listed = json.loads(ev("runs", str(folder), "--output-format", "json").stdout)["runs"]
    assert listed[-1]["number"] == number


def test_ingest_says_what_each_file_was_taken_for(demo: Demo) -> None:
    """Every file of the inbox is named with what became of it."""
    folder, _ = demo
    files = {path.relative_to(folder).as_posix() for path in (folder / "inbox").rglob("*") if path.is_file()}
    rows = [json.loads(line) for line in ev("ingest", str(folder), "--output-format", "jsonl").stdout.splitlines()]
    assert files <= {row["file"] for row in rows}
    assert {row["became"] for row in rows} >= {"counted"}
