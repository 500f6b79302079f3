"""What is taken of another result, as a figure that nobody types: `[result.NAME]` of `evaluation.toml`.

The other result is a run of another folder, the result of another class of this evaluation, or the unit's own of the
last year.  What is taken of it is always what was published: the printed total, the rank, the grade.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from evaltool.rules.strict import Exact, Flag, Positive, Strict

RESULT = "result"
"""Before the dot of a name that means something taken: `result.NAME`, in formulas and as a component's `from`."""
KEPT = "results/"
"""The folder, inside a run's inputs, of what was taken of other folders."""
Take = Literal["points", "percent", "rank", "grade"]


class TakenResult(Strict):
    """`[result.NAME]`: of another folder (its last final run, or the one that `run` names), of the `folders` that the
    roster names, a unit each, of a `class` that is scored before, or of the unit's own last `earlier` year; `whose`:
    the unit's own result, that of the unit it leads, or the mean of all ranked units of the class `of` there."""

    name: str
    take: Take
    folder: str = ""
    folders: Flag = False
    run: str = ""
    interim: Flag = False
    of_class: str = Field(default="", alias="class")
    earlier: Flag = False
    whose: Literal["own", "led", "all"] | None = None
    of: str = ""
    grades: dict[str, Exact] = Field(default_factory=dict)
    full: Positive | None = None
    source: str = ""

    @model_validator(mode="after")
    def _one_source(self) -> TakenResult:
        for wrong, zh, en in self._mistakes():
            if wrong:
                raise PydanticCustomError("result", "result", {"reason_zh": zh, "reason_en": en})
        return self

    def _mistakes(self) -> tuple[tuple[bool, str, str], ...]:
        return (
            (
                bool(self.folder) + self.folders + bool(self.of_class) + self.earlier != 1,
                "要写明取自哪里，只写一个：folder（另一个评估）、folders = true（各单位自己的评估）、"
                "class（先计分的一类）、earlier = true（历年结果）",
                "says where it is taken from, by one of: `folder`, `folders = true`, `class`, `earlier = true`",
            ),
            (
                (self.whose == "all" or bool(self.of)) and not (self.folders and self.whose == "all" and bool(self.of)),
                'whose = "all" 取一类单位的平均，与 folders = true、of = "那里的类别代号" 一起写',
                '`whose = "all"` is the mean of a class of units: it needs `folders = true` and `of`, the class there',
            ),
            (
                self.whose == "all" and self.take == "rank",
                "一类单位的平均可以取总分、得分率、等次，不取名次",
                "of a class of units the total, the percentage or the grade is taken, not the rank",
            ),
            (
                bool(self.folder) and not is_near(self.folder),
                "folder 要写本文件夹里面或旁边的文件夹，如 ../专项-2027",
                "`folder` is a folder inside of this one or beside it, such as ../matter-2027",
            ),
            (
                not self.folder and (bool(self.run) or self.interim),
                "run、interim 只用于另一个文件夹的结果",
                "`run` and `interim` are for the result of a folder",
            ),
            (
                bool(self.grades) != (self.take == "grade"),
                '取等次（take = "grade"）的要写 grades = { "优秀" = 100, … }，其他的不写',
                '`take = "grade"` needs `grades = { "优秀" = 100, … }`, others do without',
            ),
            (
                (self.full is not None) != (self.earlier and self.take == "percent"),
                "历年结果取得分率的要写当年的满分 full，其他的不写",
                "an earlier year's percentage needs `full`, the full marks of then; others do without",
            ),
            (
                bool(self.of_class) and self.whose == "own",
                '取自另一类的，是所在单位的结果：whose = "led"',
                'what is taken of a class is the result of the unit that one leads: `whose = "led"`',
            ),
        )

    @property
    def is_led(self) -> bool:
        """Whether it is the result of the unit that somebody leads."""
        return self.whose == "led" or bool(self.of_class)

    def worth(self, grade: str) -> Decimal | None:
        """What a grade counts as; None where the rules do not say."""
        return self.grades.get(grade)


MATTER = "专项评估"


class PartOf(Strict):
    """`[part_of]`: this is the evaluation of a single matter (专项评估) beside the yearly one that is named here."""

    id: str
    name: str
    folder: str = ".."

    def called(self, name: str) -> str:
        """A name that says that it is a single matter's."""
        return name if MATTER in name else name.removesuffix("评估") + MATTER


def file_of(name: str, folder: str = "") -> str:
    """Under which name a run keeps what it took of another folder; `folder`: of one among many."""
    among = f".{hashlib.sha256(folder.encode()).hexdigest()[:12]}" if folder else ""
    return f"{KEPT}{name}{among}.json"


def is_near(folder: str) -> bool:
    """Whether a path leads into this folder or beside it, and to no other place."""
    parts = PurePosixPath(folder.replace("\\", "/")).parts
    inner = parts[1:] if parts[:1] == ("..",) else parts
    return bool(inner) and ".." not in inner and not any(part.startswith("/") or ":" in part for part in parts)
