"""The award rule in words: each clause says its numbers and what they mean."""

from __future__ import annotations

import json

from canyu.surveys.judgement import Clause, Judgement
from tests.surveys.made_up import file_of, judge, made_survey


def clause(found: Judgement, key: str) -> Clause:
    return next(each for each in found.award.clauses if each.key == key)


def test_a_clear_winner_holds_all_clauses() -> None:
    found = judge(made_survey(n_people=300, spread=2.0))
    assert [each.key for each in found.award.clauses] == ["A1", "A2", "A3", "A4"]
    assert [each.holds for each in found.award.clauses] == [True] * 4
    assert found.award.outcome == "alone"
    assert found.award.items == ("green",)
    assert found.award.n_flip is not None
    assert f"{found.award.n_flip} people of 300" in found.award.sentence


def test_a_handful_that_decides_is_told() -> None:
    rows = [f"{n},1,tea|milk|water,{'tea' if n < 51 else 'milk'},water" for n in range(100)]
    found = judge(file_of(*rows))
    small = clause(found, "A3")
    assert small.holds is False
    assert found.award.flip_to == "milk"
    assert "but at least 4 are asked" in small.sentence
    assert small.sentence in found.award.sentence


def test_one_order_cannot_be_tested_and_does_not_block() -> None:
    rows = [f"{n},1,tea|milk|water,tea,{'milk' if n % 3 else 'water'}" for n in range(200)]
    found = judge(file_of(*rows))
    place = clause(found, "A4")
    assert place.holds is None
    assert "cannot be told" in place.sentence
    assert found.award.outcome == "alone"


def test_a_place_that_is_picked_is_told() -> None:
    names = ("tea", "milk", "water")
    rows = []
    for n in range(300):
        shown = [names[(n + at) % 3] for at in range(3)]
        best = shown[0] if n % 10 else "tea"
        worst = next(name for name in shown[::-1] if name != best)
        rows.append(f"{n},1,{'|'.join(shown)},{best},{worst}")
    place = clause(judge(file_of(*rows)), "A4")
    assert place.numbers["corrected"] is True
    assert "picked more often than others. With that taken out, tea is still first" in (
        place.sentence
    )


def test_a_group_that_makes_the_winner_is_told() -> None:
    rows = [
        f"{n},1,tea|milk|water,{'tea' if n < 40 or n >= 85 else 'milk'},water,"
        f"{'club' if n >= 85 else 'rest'}"
        for n in range(130)
    ]
    text = file_of(*rows, header="respondent,task,shown,best,worst,who")
    found = judge(text, by="who")
    groups = clause(found, "A2")
    assert groups.holds is False
    assert groups.sentence.startswith('Without the 45 people of who "club", milk would be first.')
    left_out = {each["name"]: each for each in groups.numbers["left_out"] if each["name"]}
    assert left_out["club"]["first"] == "milk"
    # More than half of the people: no brigade, so that it was not tried.
    assert left_out["rest"]["first"] is None


def test_groups_too_large_to_leave_out_are_said() -> None:
    sentence = clause(judge(made_survey(n_people=20), by="age"), "A2").sentence
    assert sentence.startswith("No group could be left out")


def test_equal_answers_too_many_are_told_by_their_names() -> None:
    rows = made_survey(n_people=200, n_tasks=1).splitlines()[1:]
    rows += [f"x{n},0,white|mint|oolong|rooibos,mint,white,old,1" for n in range(60)]
    header = "respondent,task,shown,best,worst,age,weight"
    groups = clause(judge(file_of(*rows, header=header)), "A2")
    pairs = [each for each in groups.numbers["left_out"] if each["kind"] == "pattern"]
    assert {"best": "mint", "worst": "white"}.items() <= pairs[0].items()
    assert "more frequent than expected" in groups.sentence


def test_the_numbers_are_plain() -> None:
    found = judge(made_survey(), by="age")
    for each in found.award.clauses:
        assert json.dumps(each.numbers, allow_nan=False)


def test_what_else_would_change_it_is_told_as_what_it_is() -> None:
    picked = ("tea,milk", "milk,water", "water,tea")
    rows = [f"{n},1,tea|milk|water,{picked[n % 3]},{'abcd'[n % 4]}" for n in range(400)]
    found = judge(file_of(*rows, header="respondent,task,shown,best,worst,class"), by="class")
    told = clause(found, "A2")
    left_out = told.numbers["left_out"]
    changed = [one for one in left_out if one["first"] not in {None, found.award.leader}]
    pairs = [one for one in changed if one["kind"] == "pattern"]
    groups = len(changed) - len(pairs)
    assert pairs
    assert groups > 1
    noun = "group" if groups == 2 else "groups"
    more = "pair of answers" if len(pairs) == 1 else "pairs of answers"
    assert f"The same holds for {groups - 1} other {noun} and {len(pairs)} {more}." in told.sentence


def test_nobody_need_be_left_out_where_two_are_level() -> None:
    found = judge(file_of("1,1,tea|milk,tea,milk", "2,1,tea|milk,milk,tea"))
    assert found.award.n_flip == 0
    assert "are level: nobody need" in clause(found, "A3").sentence
    assert "0 people" not in found.award.sentence
