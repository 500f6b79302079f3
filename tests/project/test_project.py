"""The shape of the project: who may import whom, what is packaged, that texts are translated, how fast it starts."""

from __future__ import annotations

import ast
import csv
import gettext
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "evaltool"
LOCALE = SOURCE / "locale" / "zh_CN" / "LC_MESSAGES"


def dotted(path: Path) -> str:
    """The name of a module inside the project, such as `reader.container`; a package has its folder's."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


FILES = {dotted(path): path for path in sorted(SOURCE.rglob("*.py"))}


@cache
def trees() -> Mapping[str, ast.Module]:
    """The sources, read when a test asks first: who runs other tests does not wait for it."""
    return {module: ast.parse(path.read_text("utf-8")) for module, path in FILES.items()}


# the house from the ground up, as the data flow: a folder (or a module beside the folders) knows those before it only
ORDER = (
    "exact",
    "names",
    "identity",
    "findings",
    "files",
    "reader",
    "writers",
    "charts",
    "rules",
    "roster",
    "ledger",
    "evaluation",
    "questions",
    "inbox",
    "points",
    "results",
    "checks",
    "sheets",
    "views",
    "explain",
    "returns",
    "runs",
    "documents",
    "workbook",
    "page",
    "publish",
    "dossier",
    "run",
    "proof",
    "gather",
    "cli",
    "__main__",
)
LEVELS = 50
"""How deep modules may stand upon one another."""
BESIDE = 8
"""How many modules may stand beside the folders."""

# what only these modules may import, wherever in the module the import stands
RESERVED = {
    "typer": {
        f"cli.{each}"
        for each in (
            "program",
            "helppage",
            "beginning",
            "sheets",
            "confirming",
            "goals",
            "committee",
            "deciding",
            "noticing",
            "remarks",
            "scoring",
            "proving",
            "explaining",
            "dossiers",
            "differing",
            "supposing",
            "gathering",
        )
    },
    "rich": {"cli.console"},
    "xlrd": {"reader.oldbooks"},
    "xlsxwriter": {"writers.xlsx", "writers.xlsxcells", "writers.xlsxcharts"},
    "docx": {"writers.word.templates"},
    "docxtpl": {"writers.word.templates"},
    "jinja2": {"writers.word.templates", "page.written"},
    "resvg_py": {"charts.png"},
    "distributed": {"inbox.cluster"},  # an extra: imported when a cluster is asked for
    "openpyxl": {"proof.otherreader"},  # the second, independent reader
}

# what is too heavy, or too dangerous after a fork, for those who read sheets in processes of their own
HEAVY = {"polars", "pydantic", "typer", "rich", "xlsxwriter", "openpyxl", "docx", "docxtpl", "jinja2", "distributed"}


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that a piece of source imports, by its full name; for typing only does not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr):  # nothing is imported inside
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, "imports name the whole path"
            names = [f"{node.module}.{each.name}" for each in node.names]
            yield from (name if name.removeprefix("evaltool.") in FILES else str(node.module) for name in names)
        else:
            yield from imports(node)


@cache
def imported() -> Mapping[str, frozenset[str]]:
    """What each module imports."""
    return {module: frozenset(imports(tree)) for module, tree in trees().items()}


def own(module: str) -> set[str]:
    """The modules of the project that a module imports, late imports included.  A module of another package brings in
    that package too, as Python does."""
    names = {name.removeprefix("evaltool.") for name in imported()[module] if name.startswith("evaltool.")}
    packages = {name.split(".")[0] for name in names} - {module.split(".")[0]}
    return (names | packages) & FILES.keys()


@cache
def graph() -> Mapping[str, set[str]]:
    """Whom each module imports of the project."""
    return {module: own(module) - {module} for module in FILES}


# --- who may import whom ---------------------------------------------------------------------------------------------


def test_no_imports_in_a_circle() -> None:
    """Late imports included, modules form no circle."""
    list(TopologicalSorter(graph()).static_order())  # raises CycleError, which names the circle


def test_folders_import_in_one_order() -> None:
    """A folder imports from itself and from those below it, whichever of its modules; late imports included."""
    assert {module.split(".")[0] for module in FILES} - {"__init__"} == set(ORDER)
    upwards = {
        (module, other)
        for module, others in graph().items()
        for other in others
        if ORDER.index(other.split(".")[0]) > ORDER.index(module.split(".")[0])
    }
    assert upwards == set()


def test_modules_stand_on_few_others() -> None:
    """From the ground to the command line there are so many levels of imports at the most."""
    depth: dict[str, int] = {}
    for module in TopologicalSorter(graph()).static_order():
        depth[module] = 1 + max((depth[other] for other in graph()[module]), default=0)
    assert max(depth.values()) <= LEVELS


def test_the_list_of_files_can_be_read() -> None:
    """Few modules stand beside the folders, so that the list shows how the data flow."""
    beside = [path.stem for path in SOURCE.glob("*.py") if path.stem != "__init__"]
    assert len(beside) <= BESIDE


TYPE_NAME = re.compile(r"_?[A-Z]([a-z]\w*)?")


def type_names(tree: ast.Module) -> Iterator[str]:
    """The classes of a module, and its names for types, which are written like classes."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and TYPE_NAME.fullmatch(name := ast.unparse(node.targets[0])):
            yield name


def test_the_name_of_a_type_means_one_thing() -> None:
    """No two modules give the same name to types of theirs: who reads `GroupKey` need not look which one it is."""
    modules: dict[str, list[str]] = {}
    for module, tree in trees().items():
        for name in type_names(tree):
            modules.setdefault(name, []).append(module)
    assert modules.keys() >= {"Finding", "Standing", "GroupKey", "AnswerKey"}  # classes, and names of other types
    assert {name: found for name, found in modules.items() if len(found) > 1} == {}


def test_functions_fit_on_a_page() -> None:
    """No function is longer than 52 lines, the options of a command among them."""
    lengths = {
        f"{module}.{node.name}": node.end_lineno - node.lineno + 1
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno
    }
    assert {name: lines for name, lines in lengths.items() if lines > 52} == {}


def test_the_map_names_every_folder() -> None:
    """Who opens the package reads in its first lines how the data flow; nothing is missing or made up."""
    text = ast.get_docstring(ast.parse((SOURCE / "__init__.py").read_text("utf-8"))) or ""
    assert set(re.findall(r"`(\w+)`", text)) == set(ORDER) - {"__main__"}


def test_the_design_page_lists_the_folders_in_their_order() -> None:
    """The table of `docs/design.md` names every folder and module of the house, in the order that imports follow."""
    page = (ROOT / "docs" / "design.md").read_text("utf-8")
    table = page[page.index("| folder or module |") : page.index("`checks/` stands behind")]
    named = [
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)/?`", line.split("|")[1])
    ]
    assert named == [name for name in ORDER if name not in ("run", "__main__")]


def test_packages_are_looked_into() -> None:
    """What stands in a package is known by its dotted name, and what it imports is seen."""
    assert {"reader", "reader.container", "rules.scheme", "documents.letter"} <= FILES.keys()
    assert {"rules.outcomes", "rules.methods"} <= own("rules.scheme")
    assert {"rules", "findings"} <= own("evaluation.checks.references")


@pytest.mark.parametrize(("library", "allowed"), list(RESERVED.items()))
def test_libraries_have_their_module(library: str, allowed: set[str]) -> None:
    """A library that draws, writes or parses arguments is known to the one module that stands for it."""
    users = {module for module, names in imported().items() if library in {name.split(".")[0] for name in names}}
    assert users <= allowed


@pytest.mark.parametrize(
    "module",
    [
        "inbox.workers",
        "inbox.cluster",
        "proof.otherreader",
        "reader",
        "questions.forms",
        "names",
        "identity",
        "__main__",
        "cli.language",
    ],
)
def test_readers_stay_light(module: str) -> None:
    """What worker processes import brings in neither Polars nor pydantic nor any other large library."""
    code = f"import sys, evaltool.{module}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    said = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    assert said.stdout.split() == []


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        ("cli.commands", {"polars", "evaltool.evaluation", "evaltool.rules"}),  # for help and completion
        ("run", {f"evaltool.{each}" for each in ("returns", "sheets", "documents", "workbook", "page", "proof")}),
    ],
)
def test_nothing_is_loaded_for_other_work(module: str, unneeded: set[str]) -> None:
    """Building the commands loads no rules and no tables; looking at an evaluation nothing of what is written of it."""
    code = f"import sys, evaltool.{module}; print(*sorted({unneeded!r} & sys.modules.keys()))"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    said = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    assert said.stdout.split() == []


def test_no_names_of_places_in_the_source() -> None:
    """What differs between evaluations is in the rules: no scheme's, city's or unit's name stands in `src/`."""
    text = "\n".join(path.read_text("utf-8").lower() for path in SOURCE.rglob("*.py"))
    names = {"松原", "深圳", "songyuan", "shenzhen", "chengchuan"}
    for folder in [*(ROOT / "templates" / "evaluations").iterdir(), *(ROOT / "sample_data").iterdir()]:
        names.add(folder.name)
        for path in (folder / "roster").glob("单位.csv"):
            rows = csv.DictReader(path.read_text("utf-8-sig").splitlines())
            names |= {name for row in rows for name in (row["名称"], *row.get("别名", "").split("、")) if len(name) > 2}
    assert sorted(name for name in names if name.lower() in text) == []


# --- findings --------------------------------------------------------------------------------------------------------

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
# texts in capitals that are no codes: variables of the environment, flags of the operating system
NO_CODES = re.compile(r"EVALTOOL_[A-Z]+|PYDANTIC_[A-Z_]+|COMP_WORDS|LC_[A-Z]+|O_[A-Z]+|NO_COLOR|SOURCE_DATE_EPOCH")


@cache
def texts() -> Mapping[str, frozenset[str]]:
    """Every text that stands in a module's source by itself."""
    return {
        module: frozenset(
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        for module, tree in trees().items()
    }


def codes(module: str) -> set[str]:
    """Every text in a module that looks like a finding's code."""
    return {text for text in texts()[module] if CODE.fullmatch(text) and not NO_CODES.fullmatch(text)}


def test_entries_are_what_the_whole_catalogue_says() -> None:
    """An entry that is read by itself says what TOML has at its place in the whole file, and no code is left out."""
    from evaltool.findings import CATALOGUE

    whole = tomllib.loads((SOURCE / "catalogue.toml").read_text("utf-8"))
    read = {
        code: {
            "severity": one.severity,
            **one.message,
            **{f"do_{language}": text for language, text in one.hint.items()},
            **({"because": {name: list(words) for name, words in one.because.items()}} if one.because else {}),
        }
        for code, one in CATALOGUE.items()
    }
    assert read == whole


def test_every_code_has_its_words() -> None:
    """A code named anywhere in the source stands in the catalogue: the finding has a severity and can be printed."""
    from evaltool.findings import CATALOGUE

    unknown = {module: codes(module) - CATALOGUE.keys() for module in FILES}
    assert {module: names for module, names in unknown.items() if names} == {}


def test_every_entry_of_the_catalogue_is_used() -> None:
    """The catalogue promises no finding that the source never makes; every code looks like one."""
    from evaltool.findings import CATALOGUE

    assert CATALOGUE.keys() - set[str]().union(*map(codes, FILES)) == set()


def test_every_reason_of_the_catalogue_is_used() -> None:
    """What a finding may be because of is named in the source."""
    from evaltool.findings import CATALOGUE

    reasons = {name for entry in CATALOGUE.values() for name in entry.because}
    assert len(reasons) > 20
    assert reasons - set[str]().union(*texts().values()) == set()


# --- languages -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def po() -> dict[str, str]:
    """The catalogue as people edit it."""
    from babel.messages.pofile import read_po

    with (LOCALE / "messages.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def messages(tree: ast.Module) -> Iterator[str]:
    """Every text in `_(...)`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("_"), args=[ast.Constant(str(text)), *_]):
                yield text


def test_every_message_is_translated(po: dict[str, str]) -> None:
    """Every text in `_(...)` stands in the catalogue with a translation; `make locale` adds new ones."""
    found = {text for tree in trees().values() for text in messages(tree)}
    assert len(found) > 100
    assert sorted(text for text in found if not po.get(text)) == []


def test_translations_keep_the_gaps(po: dict[str, str]) -> None:
    """A translation has the same {gaps} as its message."""
    from string import Formatter

    def gaps(text: str) -> list[str]:
        return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)

    assert [text for text, translation in po.items() if gaps(text) != gaps(translation)] == []


def test_compiled_catalogue_is_current(po: dict[str, str]) -> None:
    """The .mo that the program reads says what the .po says; `make locale` compiles it."""
    with (LOCALE / "messages.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert {text: compiled.gettext(text) for text in po} == po


# --- the package -----------------------------------------------------------------------------------------------------


def test_the_wheel_takes_templates_and_the_clean_sample() -> None:
    """What is put into the wheel from outside `src/` is there, and where the program looks for it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert set(included.values()) == {"evaltool/templates", "evaltool/sample"}
    for source in included:
        assert (ROOT / source).is_dir()
        assert "flawed" not in source
    assert project["project"]["scripts"]["evaltool"] == "evaltool.__main__:main"


def test_the_sample_of_the_checkout_is_the_one_in_the_wheel() -> None:
    """The demo shows the same evaluation from a checkout and from an installed package."""
    from evaltool.runs import bundled

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    packaged = next(source for source, target in included.items() if target == "evaltool/sample")
    assert bundled.sample() == ROOT / packaged


def test_version_answers_at_once() -> None:
    """`evaltool --version` takes at most 1.5 times as long as importing Typer (the best of several runs each)."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}

    def took(*arguments: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], env=env, check=True, capture_output=True)
        return time.perf_counter() - start

    pairs = [(took("-c", "import typer"), took("-m", "evaltool", "--version")) for _ in range(8)]
    assert min(ours for _, ours in pairs) <= 1.5 * min(theirs for theirs, _ in pairs)
