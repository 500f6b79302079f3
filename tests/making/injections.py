"""Texts that look like formulas, links, fields or markup, typed into every text that people may type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from evaltool.evaluation import load
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from filling import Spot
from folders import decide, filled, make
from hostile import (
    LEDGER,
    RULES,
    SETTINGS,
    TOKEN,
    patched,
    roster,
    says,
    table,
    token,
)

INJECTIONS = (
    "=1+1",
    '=HYPERLINK("http://evil.example/","点这里")',
    "=cmd|' /C calc'!A0",
    "{=SUM(A1)}",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "http://evil.example/x",
    "mailto:a@evil.example",
    "file:///etc/passwd",
    "internal:'排名'!A1",
    "#N/A",
    "<w:p>",
    '</w:t></w:r><w:r><w:instrText>INCLUDETEXT "c:/x"</w:instrText></w:r><w:r><w:t>',
    "<!-- x -->]]>",
    "{{ x }}",
    "{{ 7 * 7 }}",
    "{% for %}",
    "{%tr if 1 %}",
    "{# x #}",
    "\x01\x1b[31m",
    "\ufffe",
    "<r><t>x</t></r>",
    "&",
    "&amp;&lt;",
    "_x003D_1+1",
    "'=1",
    "%s %d {0} {unit}",
    "第一行\n第二行",
    "\u202e倒过来",
    "😀",
    "长" * 40_000,
)
NAMED = (
    "=1+1局",
    "@委/办",
    "{{ x }}局",
    "{% if x %}局",
    "<w:p>&amp;局",
    "http://evil.example/局",
    "#N/A",
    "-1",
    "{=SUM(A1)}",
    "局'\"&",
)


def typed(data: bytes, texts: Mapping[str, str]) -> bytes:
    """A filled sheet with tokens replaced by what no library would write, as Excel stores such texts."""
    return patched(data, lambda xml: re.sub(TOKEN, lambda found: stored(texts[found[0]]), xml))


def stored(text: str) -> str:
    """A text as Excel writes it: what XML cannot hold by its number."""
    literal = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub(
        "[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", lambda sign: f"_x{ord(sign[0]):04X}_", escape(literal)
    )


def injected(folder: Path, texts: tuple[str, ...]) -> dict[str, str]:
    """Fill the inbox; every text that is asked gets the next one of these.  Token -> text."""
    put: dict[str, str] = {}

    def say(form: Form, spot: Spot) -> object:
        """Names of units are put in as tokens too: openpyxl would make formulas of some."""
        said = says(form, spot)
        if spot.column.field == "unit" and said is not None:
            put[token(form, spot)] = str(said)
            return token(form, spot)
        if isinstance(said, str) and re.fullmatch(TOKEN, said):
            put[said] = texts[len(put) % len(texts)]
        return said

    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        data = filled(form, lambda spot, form=form: say(form, spot))  # type: ignore[misc]
        (folder / "inbox" / form.file_name).write_bytes(typed(data, put))
    return put


def evaluation_with(root: Path, units: tuple[str, ...], texts: tuple[str, ...]) -> tuple[Path, dict[str, str]]:
    """An evaluation with these texts in every place that takes some; what was typed where."""
    root.mkdir()
    folder = make(root / "e", roster(units, (texts[0], texts[-2])), {"d": RULES}, SETTINGS)
    amounts = [("加分", texts[at], "2027-01-05", texts[-1 - at], unit, 1) for at, unit in enumerate(units[:5])]
    decide(folder, table(LEDGER.strip(), *amounts, ("一票否决", texts[3], "2027-01-05", texts[2], units[-1], "")))
    return folder, injected(folder, texts)
