"""Which language does the terminal speak?  Asked before the commands are built: Typer fixes its help on import.

The texts of the source are English; `locale/` holds the Chinese ones, Typer's own among them, since it looks in the
same gettext domain.  Findings have both texts in `catalogue.toml`; files of a run are in the evaluation's language
only.
"""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal

TerminalLanguage = Literal["zh", "en"]
LANGUAGES: Mapping[str, TerminalLanguage] = {"zh": "zh", "en": "en"}
VARIABLE = "EVALTOOL_LANG"
DOMAIN = "messages"  # gettext's default domain, in which Typer looks for its texts


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> TerminalLanguage:
    """`--lang`, else EVALTOOL_LANG, else the language of the system, else English."""
    for text in (_option(arguments), environment.get(VARIABLE, ""), _system(environment)):
        if text[:2].lower() in LANGUAGES:
            return LANGUAGES[text[:2].lower()]
    return "en"


def speak(language: TerminalLanguage) -> None:
    """Let gettext answer in this language from now on, here and in processes started from here."""
    os.environ["LANGUAGE"] = "zh_CN" if language == "zh" else "en"
    os.environ[VARIABLE] = language
    gettext.bindtextdomain(DOMAIN, str(Path(__file__).parents[1] / "locale"))
    gettext.textdomain(DOMAIN)


def _option(arguments: Sequence[str]) -> str:
    """The value of the last `--lang X` or `--lang=X`; what is wrong with it is the command line's to say."""
    before = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    values = [each.removeprefix("--lang=") for each in before if each.startswith("--lang=")]
    values += [value for option, value in pairwise(before) if option == "--lang"]
    return values[-1] if values else ""


def _system(environment: Mapping[str, str]) -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return environment[name]
    if sys.platform == "win32":
        import ctypes

        chinese = 0x04  # the primary language in the lower ten bits of Windows' language number
        return "zh" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == chinese else "en"
    return ""
