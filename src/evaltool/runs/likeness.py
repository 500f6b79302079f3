"""Which bundled evaluation is nearest to an office's own text?  By the pairs of neighbouring signs that it shares with
what an evaluation says: its rules in words, its lines, the remarks in its files.

A pair counts the more, the fewer evaluations have it: "评估" says nothing, "红旗" something.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.in_words import explain
from evaltool.findings import Refused
from evaltool.names import folded
from evaltool.runs.bundled import Bundled, folders

SHOWN, CLAUSES = 3, 5
_ENDS = re.compile(r"[。；;！？!?\n\r]+")
_WORDS = re.compile(r"[^\W\d_]+")
_ALIKE, _LEAST = Fraction(1, 5), 3  # part and number of a clause's pairs: less is chance
Pairs = frozenset[str]


@dataclass(frozen=True, slots=True)
class LikeClause:
    """A clause of the text, the words of the evaluation that are nearest to it, what part of its pairs they share."""

    clause: str
    words: str
    part: Fraction


@dataclass(frozen=True, slots=True)
class Likeness:
    """A bundled evaluation; `part`: how much of the text's pairs it has, each by how rare it is."""

    bundled: Bundled
    part: Fraction
    clauses: tuple[LikeClause, ...]


def nearest_to(text: str, most: int = SHOWN) -> list[Likeness]:
    """The bundled evaluations that share most with a text, best first; none where nothing is shared."""
    said = {path: _said(path) for path in folders()}
    known = {path: frozenset[str]().union(*map(pairs, lines)) for path, (_, lines) in said.items()}
    having = Counter(pair for of in known.values() for pair in of)
    wanted = pairs(text)

    def weight(of: Iterable[str]) -> Fraction:
        return sum((Fraction(1, having[pair] or 1) for pair in of), Fraction(0))

    whole = weight(wanted)
    parts = {path: weight(wanted & of) / whole if whole else Fraction(0) for path, of in known.items()}
    best = sorted((path for path in parts if parts[path]), key=lambda path: (-parts[path], path.name))[:most]
    return [Likeness(said[path][0], parts[path], _clauses(text, said[path][1])) for path in best]


def pairs(text: str) -> Pairs:
    """Neighbouring signs of the words of a text; figures and signs of punctuation keep words apart."""
    words = (word for word in _WORDS.findall(folded(text).casefold()))
    return frozenset(one + other for word in words for one, other in pairwise(word))


def _said(path: Path) -> tuple[Bundled, list[str]]:
    """What an evaluation says, line by line."""
    evaluation = _loaded(path)
    made = Bundled.of(path, evaluation)
    remarks = [line.partition("#")[2] for file in _rules(path) for line in file.read_text("utf-8").splitlines()]
    if evaluation is None:
        return made, remarks
    lines = [row.name for row in evaluation.roster.indicators]
    return made, list(dict.fromkeys(line.strip() for line in (*explain(evaluation), *lines, *remarks) if line.strip()))


def _rules(path: Path) -> Sequence[Path]:
    return [path / "evaluation.toml", *sorted((path / "schemes").glob("*.toml"))]


def _loaded(path: Path) -> Evaluation | None:
    try:
        return load(path)[0]
    except Refused:
        return None


def _clauses(text: str, lines: Sequence[str]) -> tuple[LikeClause, ...]:
    """The clauses that are matched best, in the order of the text."""
    of_lines: Mapping[str, Pairs] = {line: pairs(line) for line in lines}
    found: list[tuple[int, LikeClause]] = []
    for at, clause in enumerate(filter(None, map(str.strip, _ENDS.split(text)))):
        mine = pairs(clause)
        line = max(of_lines, key=lambda each: (len(mine & of_lines[each]), -len(each)))
        shared = len(mine & of_lines[line])
        if shared >= _LEAST and shared >= _ALIKE * len(mine):
            found.append((at, LikeClause(clause, line, Fraction(shared, len(mine)))))
    best = sorted(found, key=lambda pair: (-pair[1].part, pair[0]))[:CLAUSES]
    return tuple(each for _, each in sorted(best, key=lambda pair: pair[0]))
