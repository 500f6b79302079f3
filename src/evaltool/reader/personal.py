"""What in a text that somebody wrote tells who a person is: telephone and identity numbers, names, addresses.

Nothing of it is needed to know what a remark says, so that it is covered before anybody reads it.  What merely looks
like it is covered too: a person looks at the text afterwards, and a word that was covered can be put back, a number
that was printed cannot be taken back.
"""

from __future__ import annotations

import re
import unicodedata

COVER = "＊＊＊"  # always as long, so that its length says nothing
_PLAIN = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width signs as plain ones, one for one: a place in one text is the same in the other."""
_HAN = "[\u3400-\u9fff]"
_SPOKEN = "[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_DOUBLE = "欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|端木|东方|独孤|南宫|申屠"
_PLATE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]"
_NAME = f"(?:(?:{_DOUBLE}){_HAN}{{1,2}}|{_HAN}{{2}}(?:(?!电话|手机|联系|住|在|是|来|反映|想|要|说|今年|家){_HAN})?)"
_CALLED = "我的?名字(?:是|叫)|(?:我|本人|名)叫|姓名|署名|落款|(?:联系|反映|投诉|举报|来信|申请|填表)人(?=[:是为])"
_RULES = (
    ("邮箱", r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    ("证件号或卡号", r"(?<!\d)\d(?:[ -]?\d){14,18}[Xx]?(?!\d)"),
    ("电话号码", r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}(?!\d)"),
    ("电话号码", r"(?<!\d)\(?0\d{2,3}[ )-]*\d(?:[ -]?\d){6,7}(?!\d)"),
    (
        "电话号码",
        r"(?:电话|手机|联系方式|号码|[Tt][Ee][Ll])(?:号码?)?(?:是|为)?[:\s]*(?P<it>\d(?:[ -]?\d){5,11})(?!\d)",
    ),
    ("电话号码", f"{_SPOKEN}{{7,}}"),
    ("网络账号", r"(?:微信|[Qq]{2})(?:账?号)?(?:是|为)?[:\s]*(?P<it>[A-Za-z0-9_-]{5,})"),
    ("车牌号", rf"{_PLATE}[A-Za-z][ ·.-]?[A-Za-z0-9]{{4,5}}[A-Za-z0-9挂学警港澳]"),
    ("住址", r"\d+(?:号楼|栋|幢|座)?\d*单元\d*(?:室|号|户)?"),
    ("姓名", rf"(?:{_CALLED})(?:是|为)?[:\s]*(?P<it>{_NAME})"),
    ("姓名", rf"(?:—|--)\s*(?P<it>{_HAN}{{2,4}})\s*$"),
)


def covered(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with whatever tells of a person covered, and what it was (电话号码, 姓名 …)."""
    kinds: dict[str, None] = {}
    for word, rule in _RULES:
        plain = text.translate(_PLAIN)
        for found in reversed(list(re.finditer(rule, plain))):  # compiled for the first text, which few commands have
            start, end = found.span("it" if "it" in found.re.groupindex else 0)
            if COVER not in text[start:end]:
                text = text[:start] + COVER + text[end:]
                kinds[word] = None
    return text, tuple(kinds)


def on_one_line(text: str) -> str:
    """A text that somebody typed, without line breaks, doubled blanks, signs that nobody sees, and those at its
    beginning that would make a formula of it."""
    seen = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    return " ".join(
        "".join(sign for sign in seen if unicodedata.category(sign) not in ("Cf", "Cs", "Cn")).split()
    ).lstrip("=+-@ ")
