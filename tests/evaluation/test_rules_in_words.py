"""What the rules say in words where a reader could take them for something else."""

from __future__ import annotations

from decimal import Decimal

from evaltool.findings import Language
from evaltool.rules import Head, Scheme
from evaltool.rules.methods import Method, Places, Rank, Target


def said(language: Language, answer: Method, points: list[Decimal] | None = None) -> str:
    head = Head.model_validate({"id": "c", "name": "县区", "total": 100, "groups": [{"id": "g", "name": "全部"}]})
    scheme = Scheme(head, {}, places={"list": Places(points=points or [])})
    return answer.in_words(language, scheme, "20")


def test_a_list_of_places_says_what_comes_after_its_end() -> None:
    """A list that is shorter than the units goes on with its last points; the words say so, and the points do."""
    points = [Decimal(100), Decimal(95), Decimal(90)]
    assert "第3名以后同第3名" in said("zh", Rank(rank="list"), points)
    assert "places after number 3 are worth the same as it" in said("en", Rank(rank="list"), points)
    assert Places(points=points).share(9) == Places(points=points).share(3)


def test_a_figure_is_called_a_figure() -> None:
    """The English words for targets speak of figures throughout."""
    assert "figure / target" in said("en", Target(target="higher"))
    assert "target / figure" in said("en", Target(target="lower"))
    assert "full marks for a figure of at least the target" in said("en", Target(target="attained"))
