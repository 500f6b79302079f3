"""Does a piece of a rules file have the shape that it should?  Every mistake with its key, in the clerk's words.

pydantic does the looking; its own sentences never get out.  `_REASONS` says each kind of its errors in both languages,
a key that does not exist is answered with the keys that do, and the branches of a union are one mistake, not three.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from evaltool.findings import Finding, finding
from evaltool.names import day_in, nearest

FORMAT = 1
Path = tuple[str | int, ...]

# kind of error -> what would be right; the gap is the bound, number or list that the error carries
_REASONS: dict[str, tuple[str, str]] = {
    "not_a_number": ("应为数字（不加引号）", "should be a number, without quotes"),
    "not_a_proportion": (
        '应为数字（不加引号）；除不尽的写分数（加引号），如 "2/3"',
        'should be a number without quotes, or a fraction in quotes such as "2/3"',
    ),
    "finite_number": ("应为数字（不加引号）", "should be a number, without quotes"),
    "curve_bound": (
        "应为数字（不加引号），或“参数”表中的名称（加引号）",
        "should be a number without quotes, or in quotes a name of the table 参数",
    ),
    "int_type": ("应为整数（不加引号）", "should be a whole number, without quotes"),
    "string_type": ("应为文字（加引号）", "should be text in quotes"),
    "bool_type": ("应为 true 或 false（不加引号）", "should be true or false, without quotes"),
    "date_type": ("应为日期，如 2026-12-31（不加引号）", "should be a date such as 2026-12-31, without quotes"),
    "document_number": (
        "应为发文字号，如 某政发〔2026〕12号：六角括号〔〕、四位年份、号数前不加“第”和 0",
        "should be a document number such as 某政发〔2026〕12号, with 〔〕, a year of four digits and no leading zero",
    ),
    "document_day": (
        '应为日期，如 2027-04-20（不加引号）或 "2027年4月20日"',
        'should be a date such as 2027-04-20, without quotes, or "2027年4月20日"',
    ),
    "list_type": ("应为一列，只有一个也要加方括号：[…]", "should be a list in brackets, even of one: […]"),
    "tuple_type": ("应为一列，只有一个也要加方括号：[…]", "should be a list in brackets, even of one: […]"),
    "dict_type": ("应为一组“项目 = 值”：{ … }", "should be a table of keys: { … }"),
    "model_type": ("应为一组“项目 = 值”：{ … }", "should be a table of keys: { … }"),
    "literal_error": ("应为下列之一：{}", "should be one of: {}"),
    "method_unknown": ("没有写明计分方法，应为下列之一：{}", "names no scoring method; should be one of: {}"),
    "method_bare": ("这种计分方法要写参数：{}", "this scoring method needs its parameters: {}"),
    "method_plain": ("这种计分方法只写名称：“{}”", 'this scoring method is written by its name alone: "{}"'),
    "greater_than": ("应大于 {}", "should be greater than {}"),
    "greater_than_equal": ("不应小于 {}", "should not be less than {}"),
    "less_than": ("应小于 {}", "should be less than {}"),
    "less_than_equal": ("不应大于 {}", "should not be greater than {}"),
    "table_single": ("表头要用双方括号，如 [[grade]]", "the heading needs double brackets, such as [[grade]]"),
    "too_short": ("项数太少", "has too few entries"),
    "too_long": ("最多 {} 项", "should have at most {} entries"),
    "string_pattern_mismatch": (
        "只能用小写字母、数字和短横，以字母或数字开头",
        "takes lower-case letters, digits and hyphens only, a letter or digit first",
    ),
}
_OTHER = ("写法不对", "is not written as required")
_GAPS = ("known", "gt", "ge", "lt", "le", "max_length")

# what clerks write that TOML does not know -> its sign in the line, quoted text and remarks left out; the first fits
_SLIPS: tuple[tuple[str, tuple[str, str]], ...] = (
    ("[“”‘’]", ('用了中文引号，应为英文引号 "', "the quote is curly; write a straight one")),
    (
        "[\u3000-\u303f\uff01-\uff5e]",
        ("“{}”是中文（全角）符号，应为英文（半角）的 {plain}", "“{}” is a full-width sign; write {plain}"),
    ),
    (
        r"\d{4}(?:年|[/.]\d)[^,]*",
        ("日期应写成 2027-01-15 这样，不写“{}”", "a date is written like 2027-01-15, not {}"),
    ),
    (
        r"(?<=[=\[,])\s*(?:[Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|[Oo]ff|是|否|有|无|对|错)\s*(?=$|[\],}])",
        ("是写 true，否写 false（全用小写字母，不加引号），不写“{}”", "write true or false in small letters, not {}"),
    ),
    (r"\d\s*%", ("百分数只写数字，不写 %", "a percentage is written without %")),
    (
        r"[^\x00-\x7f][^=\]]*(?=[=\]])",
        (
            "“{}”不能作项目名或代号：项目名照 rules.md 写，代号用英文字母和数字，中文写在 name 后面",
            "“{}” cannot be a key or an id: keys are those of rules.md, ids are letters and digits; words go into name",
        ),
    ),
)
_PLAIN = str.maketrans("【】、。", "[],.")
_MIXED = (
    "同名的表头要么都用双方括号，要么只有一个：前面已写过单方括号的",
    "headings of one name all need double brackets: one above has single ones",
)

_SYNTAX: dict[str, tuple[str, str]] = {
    "overwrite": ("同一个项目写了两次", "the same key is written twice"),
    "twice": ("同一张表写了两次", "the same table is written twice"),
    "Expected '='": (
        "项目名后面缺少等号，或名称中有空格",
        "the equals sign after a key is missing, or the key has a blank",
    ),
    "Unclosed": ("括号没有闭合", "a bracket is not closed"),
    "Invalid value": ("等号后面的值写法不对（文字要加引号）", "the value is not valid (text needs quotes)"),
    "Illegal character": (
        "文字的引号没有闭合，或有不允许的字符",
        "a quote is not closed, or a character is not allowed",
    ),
    "Unterminated": ("文字的引号没有闭合", "a quote is not closed"),
}


def read_toml(text: str, file: str) -> tuple[dict[str, Any], list[Finding]]:
    """The file as a tree with exact decimals; a syntax error is a finding with its line.

    A day or a number that is written otherwise than TOML has it, but can be read in one way only, is read, and said.
    """
    findings: list[Finding] = []
    while True:
        try:
            tree = tomllib.loads(text, parse_float=Decimal)
            break
        except tomllib.TOMLDecodeError as error:
            lines = text.split("\n")
            at = _line(str(error), lines)
            put_right = _put_right(lines[at - 1])
            if put_right == lines[at - 1]:
                return {}, [*findings, _syntax(str(error), at, lines[at - 1].strip(), file)]
            args: dict[str, object] = {"line": at, "read": put_right.strip()}
            findings.append(finding("RULES_READ_AS", file=file, cell=str(at), value=lines[at - 1].strip(), args=args))
            text = "\n".join([*lines[: at - 1], put_right, *lines[at:]])
    if tree.get("format") == FORMAT:
        return tree, findings
    return tree, [
        *findings,
        finding("RULES_FORMAT", file=file, cell="format", value=str(tree.get("format", "")), args={"known": FORMAT}),
    ]


def _line(message: str, lines: Sequence[str]) -> int:
    """The line of a syntax error, from 1."""
    place = re.search(r"line (\d+), column (\d+)", message)
    return min(int(place[1]), len(lines)) if place else len(lines)


_QUOTED = re.compile(r'("[^"]*"|\'[^\']*\'|#.*)')
_BARE = re.compile(r"(?<=[=\[,])(\s*)([^\s=\[\],{}][^=\[\],{}]*?)(?=\s*(?:[\],}]|$))")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def _put_right(line: str) -> str:
    """A line with its days and numbers as TOML has them; what is quoted or a remark stays as it is."""
    return "".join(part if _QUOTED.fullmatch(part) else _BARE.sub(_as_toml, part) for part in _QUOTED.split(line))


def _as_toml(found: re.Match[str]) -> str:
    day, number = day_in(found[2]), unicodedata.normalize("NFKC", found[2])
    return found[1] + (day.isoformat() if day else number if _NUMBER.fullmatch(number) else found[2])


def _syntax(message: str, line: int, shown: str, file: str) -> Finding:
    zh, en = _slip(shown) or next((words for sign, words in _SYNTAX.items() if sign in message), _OTHER)
    if "overwrite" in message and shown.startswith("[["):
        zh, en = _MIXED
    args: dict[str, object] = {"line": line, "reason_zh": zh, "reason_en": en}
    return finding("RULES_SYNTAX", file=file, cell=str(line), value=shown[:80], args=args)


def _slip(line: str) -> tuple[str, str] | None:
    """What a clerk's keyboard or habit put into a line; inside of quotes and remarks everything is allowed."""
    bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", line).split("#")[0]
    before, quote, after = bare.partition('"')
    if quote:  # not closed, or by a curly one
        bare = before + ("”" if after.rstrip(" ,]}").endswith("”") else "")
    for sign, (zh, en) in _SLIPS:
        if found := re.search(sign, bare):
            plain = unicodedata.normalize("NFKC", found[0]).translate(_PLAIN)
            said = [words.replace("{}", found[0].strip()).replace("{plain}", plain) for words in (zh, en)]
            return said[0], said[1]
    return None


def parse(shape: Any, value: object, key: str, file: str) -> tuple[Any | None, list[Finding]]:
    """One piece of the rules in its shape, or every mistake in it with its key."""
    try:
        return _adapter(shape).validate_python(value), []
    except ValidationError as error:
        by_path: dict[Path, list[Any]] = {}
        for details in error.errors(include_url=False):
            by_path.setdefault(_path(details, value), []).append(details)
        # what is wrong inside a table says more than that the table fits no branch of a union
        deepest = {path: listed for path, listed in by_path.items() if not _has_deeper(path, by_path)}
        return None, [
            _mistake(shape, value, path, listed, key, file) for path, listed in _merged(shape, value, deepest)
        ]


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    """To make one takes longer than to read most pieces."""
    return TypeAdapter(shape)


def _path(details: Any, value: object) -> Path:
    """The keys from the piece to the mistake; what pydantic adds for its own branches leads nowhere and drops out."""
    path: list[str | int] = []
    for part in details["loc"]:
        listed = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if listed or (isinstance(value, Mapping) and part in value):
            value = value[part]  # type: ignore[index]
            path.append(part)
    missing = details["type"] == "missing" and isinstance(details["loc"][-1], str)
    return (*path, details["loc"][-1]) if missing else tuple(path)


def _has_deeper(path: Path, paths: Iterable[Path]) -> bool:
    return any(len(other) > len(path) and other[: len(path)] == path for other in paths)


def _merged(shape: Any, value: object, by_path: dict[Path, list[Any]]) -> list[tuple[Path, list[Any]]]:
    """Without the missing keys that an unknown key beside them was meant to be: one slip, one finding."""
    unknown = [path for path, listed in by_path.items() if listed[0]["type"] == "extra_forbidden"]
    meant = {(*path[:-1], nearest(str(path[-1]), _keys(shape, value, path))) for path in unknown}
    return [(path, listed) for path, listed in by_path.items() if listed[0]["type"] != "missing" or path not in meant]


def _mistake(shape: Any, value: object, path: Path, listed: list[Any], key: str, file: str) -> Finding:
    cell = _written(key, path)
    first = listed[0]
    if first["type"] == "missing" and path and path[-1] == first["loc"][-1] and isinstance(path[-1], str):
        return finding("RULES_KEY_MISSING", file=file, cell=cell, args={"key": path[-1], "place": cell})
    if first["type"] == "extra_forbidden":
        known = _keys(shape, value, path)
        args: dict[str, object] = {"known": "、".join(known), "near": nearest(str(path[-1]), known) or "—"}
        return finding("RULES_KEY_UNKNOWN", file=file, cell=cell, value=str(path[-1]), args=args)
    reasons = list(dict.fromkeys(_reason(details) for details in listed))
    said = {"reason_zh": "；或者".join(zh for zh, _ in reasons), "reason_en": "; or ".join(en for _, en in reasons)}
    return finding("RULES_VALUE", file=file, cell=cell, value=_shown(value, path), args={"place": cell, **said})


def _written(key: str, path: Path) -> str:
    """The key as one would look for it in the file, lists counted from 1: `award[2].ranks[1]`."""
    return key + "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)


def _shown(value: object, path: Path) -> str:
    for part in path:
        value = value[part]  # type: ignore[index]
    return _as_written(value)[:80]


def _as_written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_as_written(each) for each in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_as_written(each)}' for key, each in value.items())} }}"
    return str(value)


def _reason(details: Any) -> tuple[str, str]:
    kind = "too_short" if details["type"] == "missing" else details["type"]
    context = details.get("ctx", {})
    if "reason_zh" in context:
        return context["reason_zh"], context["reason_en"]
    gap = next((str(context[name]) for name in _GAPS if name in context), "")
    if "expected" in context:
        gap = "、".join(re.findall(r"'([^']*)'", str(context["expected"])))
    zh, en = _REASONS.get(kind, _OTHER)
    bare = re.sub(r"Decimal\('([^']*)'\)", r"\1", gap)
    return zh.replace("{}", bare), en.replace("{}", bare.replace("、", ", "))


def _keys(shape: Any, value: object, path: Path) -> list[str]:
    """The keys that may stand where the last part of `path` stands."""
    models = _models(shape)
    for part in path[:-1]:
        value = value[part]  # type: ignore[index]
        if isinstance(part, str):
            inner = [field.annotation for model in models for name, field in _fields(model) if name == part]
            models = [model for annotation in inner for model in _models(annotation)]
    stated = set(value) if isinstance(value, Mapping) else set()
    fitting = [model for model in models if stated & {name for name, _ in _fields(model)}] or models
    return list(dict.fromkeys(name for model in fitting for name, _ in _fields(model)))


def _fields(model: type[BaseModel]) -> Sequence[tuple[str, Any]]:
    return [(field.alias or name, field) for name, field in model.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
