"""A drawing as a PNG.  The fonts are those of the machine; so it is no file of a run, whose bytes must be the same
everywhere."""

from __future__ import annotations

from evaltool.charts.svg import picture
from evaltool.findings import Refused, finding
from evaltool.writers.drawing import Drawing

FAMILY = (
    '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", '
    '"WenQuanYi Micro Hei", "SimHei", sans-serif'
)
TWICE = 2  # dots for each unit of length


def png(drawing: Drawing, *, system_fonts: bool = True) -> bytes:
    """The picture's file.  Raises `Refused` if no font on the machine has Chinese: it would be drawn without a word."""
    if not _writes_chinese(system_fonts=system_fonts):
        raise Refused([finding("PICTURE_FONT")], usage=True)
    return _dots(picture(drawing, FAMILY), system_fonts=system_fonts)


def _writes_chinese(*, system_fonts: bool) -> bool:
    """Whether a character looks different from one that no font has: both are blank, or both the same box, if not."""
    seen = [
        _dots(
            '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
            f'<text x="2" y="16" font-size="16" font-family=\'{FAMILY}\'>{sign}</text></svg>',
            system_fonts=system_fonts,
        )
        for sign in ("评", "\U000f1234")
    ]
    return seen[0] != seen[1]


def _dots(svg: str, *, system_fonts: bool) -> bytes:
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=TWICE, skip_system_fonts=not system_fonts))
