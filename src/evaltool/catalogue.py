"""Every code that a finding can carry, with its severity and its words: `catalogue.toml`, read once.

The words stand in a file of their own so that they can be read and mended without reading code.  `docs/findings.md` is
generated from it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal, NamedTuple


class Entry(NamedTuple):
    """Severity of a code; what is wrong and what to do, by language."""

    severity: Literal["error", "warning", "note"]
    message: Mapping[str, str]
    hint: Mapping[str, str]


def _read() -> dict[str, Entry]:
    tree = tomllib.loads((files("evaltool") / "catalogue.toml").read_text(encoding="utf-8"))
    return {
        code: Entry(one["severity"], {"zh": one["zh"], "en": one["en"]}, {"zh": one["do_zh"], "en": one["do_en"]})
        for code, one in tree.items()
    }


CATALOGUE: Mapping[str, Entry] = _read()
