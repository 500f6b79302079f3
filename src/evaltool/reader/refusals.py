"""Why a file from outside cannot be read, or what is odd about it, as values that a worker process can send back.

The code and its sentence stand in the catalogue; what fills the sentence's gaps is made here.  A gap that needs words
is filled twice, `reason` in Chinese and `reason_en` in English, so that neither sentence mixes languages.  `Limits`
names every bound that the reader sets itself.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """Something odd that does not stop the reading."""

    code: str
    args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why nothing of the file counts.  `args` has `sheet` and `cell` where the trouble has such a place."""

    code: str
    args: tuple[tuple[str, str], ...] = ()


class Refusal(Exception):
    """Carries an `Unreadable` up to `read`; never leaves the reader."""

    def __init__(self, unreadable: Unreadable) -> None:
        self.unreadable = unreadable
        super().__init__(unreadable.code)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds in bytes, counts, characters and seconds; a filled-in sheet stays below a hundredth of most of them."""

    bytes: int = 20 << 20
    stored: int = 1 << 36  # what is no workbook is kept, not read as one
    entries: int = 4_096
    unpacked: int = 128 << 20
    part: int = 64 << 20
    ratio: int = 200  # unpacked to packed, for what is larger than `ratio_from`
    ratio_from: int = 16 << 20
    trailing: int = 1_024  # mail gateways add a line break or two behind the archive
    cells: int = 2_000_000
    depth: int = 64
    text: int = 4_000_000
    merges: int = 20_000
    columns: int = 20_000
    sheets: int = 1_024
    styles: int = 100_000
    seconds: float = 15.0


LIMITS = Limits()

WORDS: dict[str, tuple[str, str]] = {
    # what is damaged
    "crc": ("校验和不符", "its checksum is wrong"),
    "size": ("实际大小与标明的不符", "its size is not what the archive states"),
    "inflate": ("压缩数据损坏", "its compressed data is damaged"),
    "method": ("压缩方法不受支持", "its compression method is not supported"),
    "directory": ("压缩包目录损坏", "the archive's directory is damaged"),
    "local": ("压缩包目录与内容不一致", "the archive's directory and its content disagree"),
    "gap": ("压缩包内有不明数据", "there is unexplained data inside the archive"),
    "trailing": ("文件尾有大量多余数据", "there is much unexplained data after the archive"),
    "zip64": ("超大压缩包格式不受支持", "the archive is in the large (zip64) format"),
    "missing": ("缺少此部分", "this part is missing"),
    "target": ("指向文件之外或不存在的部分", "it points outside the file or at a part that does not exist"),
    "twice": ("同一内容出现两次", "the same thing is stated twice"),
    "xml": ("XML 结构错误", "its XML is not well-formed"),
    "encoding": ("字符编码不受支持", "its character encoding is not supported"),
    "root": ("内容类型不符", "it is not the kind of part that it should be"),
    "order": ("行或单元格次序颠倒", "rows or cells are out of order"),
    "structure": ("含有不应出现的内容", "it has content that does not belong there"),
    "address": ("单元格地址无效", "a cell's address is not valid"),
    "type": ("单元格类型无效", "a cell's type is not valid"),
    "number": ("数值格式无效", "a number is not written as a number"),
    "string": ("文本编号无效", "a cell refers to a text that does not exist"),
    "state": ("工作表状态无效", "a worksheet's state is not valid"),
    # what is suspicious
    "too_many_entries": ("压缩包条目过多", "the archive has too many entries"),
    "overlap": ("压缩包条目互相重叠", "entries of the archive overlap"),
    "ratio": ("压缩比异常", "it unpacks to many times its size"),
    # what there is too much of
    "bytes": ("文件字节数", "bytes in the file"),
    "part": ("解压后单个部分字节数", "bytes in one unpacked part"),
    "unpacked": ("解压后总字节数", "bytes unpacked"),
    "cells": ("单元格数", "cells"),
    "depth": ("XML 嵌套层数", "levels of XML"),
    "covered": ("合并区域覆盖的单元格数", "cells under merged ranges"),
    "merges": ("合并区域数", "merged ranges"),
    "columns": ("列定义数", "column definitions"),
    "sheets": ("工作表数", "worksheets"),
    "styles": ("样式数", "styles"),
    "text": ("单段文本字符数", "characters in one text"),
    # what the file is instead
    "unknown": ("未知格式", "of an unknown format"),
    "plain": ("纯文本", "plain text"),
    "ole": ("其他旧式 Office 文件", "some other file of old Office programs"),
    "archive": ("普通压缩包", "an ordinary archive"),
    "closed_archive": ("压缩包（rar、7z 等）", "an archive (rar, 7z or the like)"),
    "empty_archive": ("空压缩包", "an empty archive"),
    "program": ("程序或自解压包", "a program or a self-extracting archive"),
    "image": ("图片", "an image"),
    "pdf": ("PDF", "a PDF"),
    "rtf": ("RTF 文档", "an RTF document"),
    "word": ("Word 文档", "a Word document"),
    "slides": ("演示文稿", "a presentation"),
    "opendocument": ("OpenDocument 文档", "an OpenDocument text or drawing"),
    "ofd": ("OFD 版式文件", "an OFD document"),
    "xml_other": ("其他 XML 文件", "some other XML file"),
    # what stands at a path instead of a file
    "link": ("链接", "a link"),
    "folder": ("文件夹", "a folder"),
    "special": ("管道或设备", "a pipe or a device"),
}


def refusal(code: str, **args: object) -> Refusal:
    """The exception for `code`; `args` that are keys of `WORDS` become words in both languages."""
    filled: dict[str, str] = {}
    for key, value in args.items():
        if key in ("reason", "what", "kind"):
            filled[key], filled[f"{key}_en"] = WORDS.get(str(value), (str(value), str(value)))
        else:
            filled[key] = str(value)
    return Refusal(Unreadable(code, tuple(sorted(filled.items()))))


def too_much(what: str, found: int, limit: int, *, code: str = "FILE_TOO_COMPLEX", **place: object) -> Refusal:
    """The exception for a limit that is passed, with both numbers."""
    return refusal(code, what=what, n=found, limit=limit, **place)
