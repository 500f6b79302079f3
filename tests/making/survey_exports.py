"""Exports of surveys and polls as their programs write them: drawn from a seed, with repeated and blank answers."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator

from evaltool.evaluation import Evaluation
from evaltool.rules.settings import Survey

CHOICES = ("满意", "比较满意", "一般", "不满意", "不了解", "")
POINTS = [f"{at:02}号点" for at in range(1, 15)]
QUESTIONNAIRES, VISITS = 10_207, 6_155


def exports(evaluation: Evaluation, seed: int) -> dict[str, bytes]:
    """The file of every survey of an evaluation, by name."""
    return {survey.file: _export(evaluation, survey, seed) for survey in evaluation.surveys}


def _export(evaluation: Evaluation, survey: Survey, seed: int) -> bytes:
    dice = random.Random(f"{seed}|{survey.file}")
    names = [unit.name for unit in evaluation.units.values()]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    rows = _wide(survey, names, dice) if survey.wide else _long(survey, names, dice)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _opinion(name: str, dice: random.Random) -> str:
    liked = random.Random(name).uniform(0.25, 0.75)
    weights = (liked * 60, liked * 60, 25, (1 - liked) * 25, 6, 2)
    return dice.choices(CHOICES, weights)[0]


def _wide(survey: Survey, names: list[str], dice: random.Random) -> Iterator[list[str]]:
    yield [survey.respondent, survey.point, *survey.personal, *names]
    for number in range(1, QUESTIONNAIRES + 1):
        yield [f"Q{number:05}", dice.choice(POINTS), *_person(survey, number), *(_opinion(n, dice) for n in names)]


def _long(survey: Survey, names: list[str], dice: random.Random) -> Iterator[list[str]]:
    """A row per unit that somebody judges; who is known by the respondent's column may come back and answer again."""
    point = [survey.point] if survey.point else []
    yield [survey.respondent, *point, *survey.personal, *survey.ignore, survey.unit, survey.choice]
    people = QUESTIONNAIRES if survey.point else VISITS
    for number in range(1, people + 1):
        again = not survey.point and dice.random() < 0.07
        who = f"{'Q' if survey.point else 'V'}{dice.randint(1, number) if again else number:05}"
        place = [dice.choice(POINTS)] if survey.point else []
        rest = [*_person(survey, number), *("2010-12-16 19:30" for _ in survey.ignore)]
        for name in dice.sample(names, 4):
            yield [who, *place, *rest, name, _opinion(name, dice)]


def _person(survey: Survey, number: int) -> list[str]:
    return [{"姓名": f"市民{number}", "电话": f"139{number:08}"}.get(column, "") for column in survey.personal]
