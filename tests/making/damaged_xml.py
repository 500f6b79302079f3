"""Damage done to the XML of a workbook: what a flipped bit, a careless program or a hostile hand makes of a part.

One mutator for all tests of the reader and for `tools/fuzz.py`; the same part and the same dice give the same mutant.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import rawxlsx as raw

TOKENS = (
    *(b"<", b">", b"/", b"/>", b'"', b"'", b"&", b";", b" ", b"\n", b"\r", b"\t", b"=", b":", b"0", b"1", b"9", b"-"),
    *(b"&amp;", b"&lt;", b"&#51;", b"&#9;", b"&#0;", b"&#55296;", b"&#65534;", b"&#128512;", b"&#x38;", b"&nbsp;"),
    *(b"]]>", b"<!-- -->", b"<!--", b"<![CDATA[38]]>", b"<?pi?>", b"<!DOCTYPE x>", b"\x00", b"\x0b", b"\x7f", b"\xff"),
    *(b"\xef\xbf\xbe", b"\xed\xa0\x80", b"\xc2\x85", b"\xe2\x80\xa8", "３".encode(), b"_x000D_", b"_xD83D_", b"&#;"),
    *(b' r="5"', b' t="s"', b' t="n"', b' t="b"', b' t="d"', b' t="zz"', b' s="1"', b' s="99"', b' ht="0"', b' cm="1"'),
    *(b' xmlns="urn:x"', b' xmlns:x="urn:x"', b' x:y="1"', b' xml:space="preserve"', b' x14ac:dyDescent="0.2"'),
    *(b"<v>1</v>", b"<v/>", b"<v></v>", b"<f>1</f>", b"<f/>", b"<is><t>x</t></is>", b"<is/>", b"<t>x</t>", b"<r/>"),
    *(b'<c r="A1"/>', b'<c r="ZZ7"><v>1</v></c>', b"<c><v>1</v></c>", b'<row r="3"/>', b"<row/>", b"</row>", b"</c>"),
    *(b"<x/>", b"<x></x>", b"<x>", b"</x>", b"<a:b/>", b"<extLst><ext/></extLst>", b"<x>" * 9 + b"</x>" * 9, b"<si/>"),
    *(b"</sheetData>", b"<sheetData>", b"<sheetData/>", b"<cols/>", b'<cols><col min="1" max="3" hidden="1"/></cols>'),
    *(
        b'<mergeCells><mergeCell ref="A1:C9"/></mergeCells>',
        b"<mergeCells/>",
        b'<mergeCell ref="A1"/>',
        b"</worksheet>",
    ),
    *(b' hidden="1"', b' hidden="true"'),
)
NUMBERS = (b"", b"0", b"00", b"1", b"007", b"1048577", b"99999999999", b"1e3", b"-1", b"0.50", b"3.", b" 4 ")
SPACES = ((b"><", b">\n<"), (b"/>", b" />"), (b'"', b"'"), (b' r="', b'  r="'), (b"><", b">x<"), (b' s="', b' s ="'))
ATTRIBUTE = re.compile(rb' [A-Za-z:0-9]+="[^"]*"')
ELEMENT = re.compile(rb"<([A-Za-z]+)[^<>]*/>|<([A-Za-z]+)[^<>]*>[^<>]*</\2>|<[^<>]*>")
DIGITS = re.compile(rb"[0-9]+")


def somewhere(part: bytes, pattern: re.Pattern[bytes], chance: random.Random) -> tuple[int, int]:
    """A match near a random place."""
    match = pattern.search(part, chance.randrange(len(part))) or pattern.search(part)
    return match.span() if match else (0, 0)


def flipped(part: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(part))
    return part[:at] + bytes([part[at] ^ 1 << chance.randrange(8)]) + part[at + 1 :]


def doubled(part: bytes, chance: random.Random) -> bytes:
    first, last = somewhere(part, chance.choice((ATTRIBUTE, ELEMENT)), chance)
    return part[:last] + part[first:]


def dropped(part: bytes, chance: random.Random) -> bytes:
    first, last = somewhere(part, chance.choice((ATTRIBUTE, ELEMENT)), chance)
    return part[:first] + part[last:]


def swapped(part: bytes, chance: random.Random) -> bytes:
    """Two pieces of a kind change places."""
    kind = chance.choice((ATTRIBUTE, ELEMENT, DIGITS))
    (a, b), (c, d) = sorted((somewhere(part, kind, chance), somewhere(part, kind, chance)))
    return part if b > c else part[:a] + part[c:d] + part[b:c] + part[a:b] + part[d:]


def inserted(part: bytes, chance: random.Random) -> bytes:
    """A token, most often at the border of a tag or an attribute."""
    at = chance.choice(
        (chance.randrange(len(part)), *somewhere(part, chance.choice((ATTRIBUTE, ELEMENT, DIGITS)), chance))
    )
    at += chance.choice((0, 0, 0, -1, 1))
    return part[: max(at, 0)] + chance.choice(TOKENS) + part[max(at, 0) :]


def replaced(part: bytes, chance: random.Random) -> bytes:
    first, last = somewhere(part, chance.choice((ATTRIBUTE, ELEMENT, DIGITS)), chance)
    return part[:first] + chance.choice(TOKENS) + part[last:]


def renumbered(part: bytes, chance: random.Random) -> bytes:
    """Another number: an address, a style, a score, a reference, a count."""
    first, last = somewhere(part, DIGITS, chance)
    return part[:first] + chance.choice(NUMBERS) + part[last:]


def prefixed(part: bytes, chance: random.Random) -> bytes:
    """Elements of a name get a prefix, declared or not."""
    name = chance.choice((b"worksheet", b"sheetData", b"row", b"c", b"v", b"mergeCells", b"cols", b"t", b"si", b"sst"))
    where = b"<sheetData" if chance.random() < 0.5 else b"<" + name
    part = re.sub(rb"<(/?)%s\b" % name, rb"<\1p:%s" % name, part, count=chance.choice((0, 1, 2)))
    declared = f' xmlns:p="{chance.choice((raw.MAIN, "urn:p"))}"'.encode()
    return part.replace(where, where + declared, 1) if chance.random() < 0.5 else part


def spaced(part: bytes, chance: random.Random) -> bytes:
    """White space or text between tags, or quotes of the other kind."""
    return part.replace(*chance.choice(SPACES), chance.choice((-1, 1, 3)))


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(flipped, doubled, dropped, swapped, inserted, inserted, replaced, renumbered, renumbered, prefixed, spaced),
)


def damaged_xml(part: bytes, chance: random.Random) -> bytes:
    """A part with one to three of these done to it."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        part = chance.choice(WAYS)(part or b" ", chance)
    return part
