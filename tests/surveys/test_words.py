"""What is said fits what was found."""

from __future__ import annotations

import pytest

from canyu.surveys.terminal import Look, text_of
from canyu.surveys.words import count, facts, headline, how_to_read, may_be_first, percent
from tests.surveys.made_up import file_of, judge, made_survey


def test_chances_are_never_certain() -> None:
    assert [percent(chance) for chance in (0.0, 0.004, 0.5, 0.994, 1.0)] == [
        "<1%", "<1%", "50%", "99%", ">99%",
    ]  # fmt: skip


def test_numbers_have_their_nouns() -> None:
    assert count(1, "row") == "1 row"
    assert count(1200, "person", "people") == "1,200 people"


def test_a_clear_survey_has_one_first() -> None:
    found = judge(made_survey(n_people=300, spread=2.0))
    assert headline(found) == "green comes first"
    assert facts(found) == "300 people, 900 answered screens, 6 items"


def test_a_close_survey_shares_the_first_place() -> None:
    rows = [f"{n},1,tea|milk|water,{'tea' if n % 2 else 'milk'},water" for n in range(100)]
    found = judge(file_of(*rows))
    assert set(found.award.items) == {"milk", "tea"}
    assert headline(found).endswith(" share first place")


def test_noise_has_no_first() -> None:
    found = judge(made_survey(spread=0.0))
    assert found.award.outcome == "nobody"
    assert headline(found) == "No item surely comes first"
    assert "in bold may be first" in how_to_read(found)
    assert "green" in may_be_first(found)


def test_scores_are_told_as_what_they_are_in_each_model() -> None:
    # Of two items shown to all, 39 in 50 pick tea: the score of bests is that share, and the score
    # of pairs, whose square root it is, is not.
    rows = [f"{n},1,tea|milk,{'tea,milk' if n < 39 else 'milk,tea'}" for n in range(50)]
    told = {}
    for model in ("sequential", "best", "maxdiff", "worst"):
        found = judge(file_of(*rows), model=model, ghost=0.0)
        tea, milk = found.items
        told[model] = "how often the item would be picked as best" in how_to_read(found)
        is_share = tea.score == pytest.approx(100 * 39 / 50)
        is_root = tea.score / milk.score == pytest.approx((39 / 11) ** 0.5)
        assert (is_share, is_root) == (model != "maxdiff", model == "maxdiff")
        legend = " ".join(text_of(found, source="x", look=Look()).split())
        assert ("would be picked as best" in legend) == told[model]
        assert ("in proportion to the score" in legend) == is_root
    assert told == {"sequential": True, "best": True, "maxdiff": False, "worst": False}


@pytest.mark.parametrize("n", [1, 2])
def test_hardly_anybody_is_said(n: int) -> None:
    found = judge(file_of(*(f"{person},1,a|b,a,b" for person in range(n))))
    assert any(f"Only {count(n, 'person', 'people')}" in note for note in found.notes)
