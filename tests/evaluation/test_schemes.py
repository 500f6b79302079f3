"""The rules' language is proved by writing down every scheme of the sources: each loads and explains itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.checks.unbuilt import unbuilt
from evaltool.evaluation.in_words import explain
from evaltool.findings import Finding, Refused, blocking

SCHEMES = Path(__file__).parents[2] / "templates" / "evaluations"
REFUSED = {"kpi-printed": [("RULES_WEIGHTS", "schemes/departments.toml", "scheme.total")]}
LOADING = sorted(path.name for path in SCHEMES.iterdir() if path.is_dir() and path.name not in REFUSED)


def loaded(name: str) -> Evaluation:
    evaluation, findings = load(SCHEMES / name)
    assert blocking(findings) == []
    return evaluation


def refusal(name: str) -> list[Finding]:
    with pytest.raises(Refused) as refused:
        load(SCHEMES / name)
    return refused.value.findings


@pytest.mark.parametrize("name", LOADING)
def test_every_scheme_loads_without_a_finding(name: str) -> None:
    """A scheme of the sources is written in the rules' language without a mistake and without a warning."""
    assert load(SCHEMES / name)[1] == []


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_scheme_is_refused_for_its_reason_only(name: str) -> None:
    """What cannot hold is refused with its code and key, and with nothing else."""
    assert [(one.code, one.file, one.cell) for one in refusal(name)] == REFUSED[name]


def test_weights_of_110_are_named_with_their_sum_and_parts() -> None:
    """The clerk reads the sum, what it should be, every weight, and what can be done."""
    wrong = refusal("kpi-printed")[0]
    assert wrong.message("zh").startswith("各项权重之和是 110，应为 100：工作目标完成情况 30 ＋ 绩效评估结果 20")
    assert wrong.message("en").startswith("the weights add up to 110, not to 100: ")
    assert "normalise = true" in wrong.hint("zh")


def test_stated_normalisation_scales_the_weights_to_the_total() -> None:
    """With `normalise`, 30 of 110 is 300/11 of 100, and everything still adds up to 100 exactly."""
    scheme = loaded("kpi-normalised").classes["departments"]
    assert (scheme.weight("goals"), scheme.weight()) == (Fraction(300, 11), Fraction(100))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", LOADING)
def test_the_explanation_mentions_everything_that_the_rules_name(name: str, language: str) -> None:
    """Every class, group, component, grade, award, zone and constraint is read out, in either language."""
    evaluation = loaded(name)
    text = "\n".join(explain(evaluation, "zh" if language == "zh" else "en"))
    for scheme in evaluation.classes.values():
        names = [scheme.head.name, *(one.name for one in scheme.components.values())]
        names += [one.name for one in scheme.head.groups] + [one.name for one in scheme.grades]
        names += [one.name for one in scheme.awards] + [one.name for one in scheme.zones]
        names += [one.name for one in scheme.constraints]
        assert [one for one in names if one not in text] == []


@pytest.mark.parametrize("name", LOADING)
def test_every_bundled_evaluation_can_be_scored(name: str) -> None:
    """Nothing in the rules of the sources is left out."""
    assert unbuilt(loaded(name)) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("city-leadership", "优秀：总分不低于 90，且“人均增幅”不低于其满分的 100%"),
        (
            "three-comparisons",
            "20%（单位数舍去余数：5 个单位取 1 个；名额边缘名次并列的，由委员会裁定）",
        ),
        (
            "three-comparisons",
            "以总分比上年的增减从高到低；相同的比较工作实绩；仍相同的并列，并列的占名次",
        ),
        (
            "national-indicators",
            "数值在 1 至 3 之间得满分，低于此按比例递减，到 -1 为零分，高于此按比例递减，到 6 为零分",
        ),
        ("direct-departments", "没有人评的，权重转到“职能业务目标”"),
        ("shenzhen-2009", "公众满意度调查所占比例不得低于15%：公众满意度调查占总分不低于 15%"),
        ("shenzhen-2009", "连续 3 年“优秀”：记集体三等功（表彰决定）"),
        ("shenzhen-2008", "经核验后才计分：共 63 项，现场验证 19、工作底单核验 18、综合验证 18"),
        ("songyuan", "每个单位由 50 人评价，发放的评价卡不得少于此数"),
        ("local-methods", "去掉最高和最低的各 20% 后取平均"),
        ("songyuan", "按所列单项的次序评，一个单位最多得一个单项，在前面单项已得的，后面的单项由下一个单位得"),
        ("tax-staff", "未报齐时的阶段性结果，由已报齐的各阶段取平均"),
        ("tax-staff", "参评人员："),
        ("tax-staff", "每个阶段内各次相加，各阶段取平均"),
        ("kpi-normalised", "工作目标完成情况　≈27.27 (300/11) 分"),
        ("local-methods", "数据种类：初步数、核实数、年鉴数，以填了的最后一种为准"),
        ("abc-indicators", "从满分中扣减：每一件（次、分）扣 5 分，最低 0 分"),
    ],
)
def test_the_explanation_says_it_as_one_would_read_it_out(name: str, sentence: str) -> None:
    """What is particular about a scheme stands in its explanation as a sentence."""
    assert sentence in "\n".join(explain(loaded(name)))
