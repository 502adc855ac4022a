"""Weights: of the file, or to shares that are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from canyu.surveys.asked import Asked, Targets, read_targets
from canyu.surveys.errors import SurveyRefused
from canyu.surveys.weighting import weigh_survey
from tests.surveys.made_up import file_of, judge, made_survey, read

HEADER = "respondent,task,shown,best,worst,land"


def test_weights_of_the_file_are_those_of_people() -> None:
    found = judge(made_survey(), weight="weight")
    weights = np.array([1.0, 2.0] * 30)
    assert found.weights is not None
    assert found.weights.n_eff == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert found.weights.deff == pytest.approx(60 / found.weights.n_eff)
    assert found.items[0].coef != judge(made_survey()).items[0].coef


def test_only_the_ratios_of_weights_matter() -> None:
    text = made_survey()
    tenfold = text.replace(",1\n", ",10\n").replace(",2\n", ",20\n")
    one, other = judge(text, weight="weight"), judge(tenfold, weight="weight")
    assert [item.coef for item in other.items] == pytest.approx([item.coef for item in one.items])
    assert other.loglik == pytest.approx(one.loglik)


def test_raking_brings_people_to_their_shares() -> None:
    targets = read_targets("age=young:30%,old:70%")
    asked = Asked(rake=(targets,))
    survey, weights = weigh_survey(read(made_survey(n_people=240), rake=(targets,)), asked)
    old = survey.columns["age"].code == survey.columns["age"].values.index("old")
    assert survey.rows.weight[old].sum() / survey.rows.weight.sum() == pytest.approx(0.7)
    assert survey.rows.weight.mean() == pytest.approx(1)
    assert weights is not None
    assert weights.n_eff < 240
    assert "age" in weights.sentence


def test_what_cannot_be_raked_is_noted() -> None:
    rows = [f"{n},1,a|b,a,b,{'x' if n < 95 else 'y' if n < 98 else ''}" for n in range(100)]
    targets = Targets("land", (("x", 0.4), ("y", 0.4), ("z", 0.2)))
    notes = judge(file_of(*rows, header=HEADER), rake=(targets,)).notes
    assert any('Only 3 people have land "y"' in note for note in notes)
    assert any('Nobody who answered has land "z"' in note for note in notes)
    assert any("2 people is empty" in note for note in notes)


def test_a_value_without_a_share_is_refused() -> None:
    with pytest.raises(SurveyRefused, match='--rake gives age no share for "old"'):
        judge(made_survey(), rake=(Targets("age", (("young", 1.0),)),))


def test_shares_given_twice_are_refused() -> None:
    targets = read_targets("age=young:50,old:50")
    with pytest.raises(SurveyRefused, match="shares of age twice"):
        judge(made_survey(), rake=(targets, targets))


def test_a_person_of_two_groups_cannot_be_raked() -> None:
    rows = ["1,1,a|b,a,b,x", "1,2,a|b,a,b,y"]
    targets = Targets("land", (("x", 0.5), ("y", 0.5)))
    with pytest.raises(SurveyRefused, match="line 3: the respondent has another land"):
        judge(file_of(*rows, header=HEADER), rake=(targets,))


def test_weights_that_leave_few_are_told() -> None:
    rows = [
        f"{n},1,tea|milk,{'tea,milk' if n % 2 else 'milk,tea'},{5000 if n == 1 else 1}"
        for n in range(60)
    ]
    text = file_of(*rows, header="respondent,task,shown,best,worst,weight")
    found = judge(text, weight="weight")
    assert found.weights is not None
    assert found.weights.n_eff < 2
    (note,) = (note for note in found.notes if note.startswith("Weighted, "))
    assert "those of 1 would" in note
    assert not any(note.startswith("Weighted, ") for note in judge(text).notes)
