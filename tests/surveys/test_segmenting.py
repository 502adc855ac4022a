"""The groups of a column: compared, and the small ones said to be so."""

from __future__ import annotations

import pytest

from canyu.surveys.errors import SurveyRefused
from tests.surveys.made_up import HEADER, file_of, judge, made_survey


def taste_of(n: int, land: str, best: str) -> list[str]:
    rest = {"tea": "milk", "milk": "water", "water": "tea"}
    return [
        f"{land}{at},1,tea|milk|water,{best if at % 4 else rest[best]},{rest[rest[best]]},{land}"
        for at in range(n)
    ]


def test_groups_of_one_taste_do_not_differ() -> None:
    found = judge(made_survey(n_people=120), by="age").segments
    assert found is not None
    assert [(group.name, group.n_respondents) for group in found.groups] == [
        ("old", 40), ("young", 80),
    ]  # fmt: skip
    assert found.p_value is not None
    assert found.p_value > 0.05
    assert found.df == 5
    assert "do not differ" in found.sentence
    for group in found.groups:
        assert sum(item.score for item in group.items) == pytest.approx(100)


def test_groups_of_two_tastes_differ_in_named_items() -> None:
    rows = [*taste_of(80, "here", "tea"), *taste_of(80, "there", "milk")]
    found = judge(file_of(*rows, header=f"{HEADER},land"), by="land").segments
    assert found is not None
    assert found.p_value is not None
    assert found.p_value < 0.01
    assert "like different things" in found.sentence
    assert "tea" in found.differs
    first = {group.name: max(group.items, key=lambda item: item.score) for group in found.groups}
    assert first["here"].name == "tea"
    assert first["there"].name == "milk"


def test_a_small_group_is_not_compared() -> None:
    rows = [
        *taste_of(80, "here", "tea"), *taste_of(80, "there", "milk"), *taste_of(5, "far", "tea"),
    ]  # fmt: skip
    found = judge(file_of(*rows, header=f"{HEADER},land"), by="land").segments
    assert found is not None
    far = next(group for group in found.groups if group.name == "far")
    assert (far.n_respondents, far.items) == (5, ())
    assert '"far"' in found.sentence


def test_numbered_groups_stand_by_number() -> None:
    rows = [f"{n},1,a|b,a,b,{(2, 10, 1)[n % 3]}" for n in range(120)]
    found = judge(file_of(*rows, header=f"{HEADER},ring"), by="ring").segments
    assert found is not None
    assert [group.name for group in found.groups] == ["1", "2", "10"]


def test_one_group_is_nothing_to_compare() -> None:
    found = judge(file_of(*taste_of(80, "here", "tea"), header=f"{HEADER},land"), by="land")
    assert found.segments is not None
    assert found.segments.p_value is None
    assert "not two groups" in found.segments.sentence


def test_people_in_several_groups_are_said() -> None:
    found = judge(made_survey(), by="task").segments
    assert found is not None
    assert "Some people are in several groups" in found.sentence


def test_too_many_groups_are_refused() -> None:
    with pytest.raises(SurveyRefused, match="60 different values"):
        judge(made_survey(), by="respondent")
