import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.awards.errors import AwardRefused
from canyu.awards.rules import (
    LONGEST_CITATION,
    OUTCOMES,
    REASONS,
    Contender,
    check_citation,
    decide,
)


@pytest.mark.parametrize(
    ("p_wins", "not_ruled_out", "outcome", "reason", "winners"),
    [
        ([0.95, 0.03, 0.02], [0], "alone", "clear", [0]),
        ([0.02, 0.90, 0.08], [1, 2], "alone", "clear", [1]),
        ([0.89, 0.11, 0.00], [0, 1], "shared", "close", [0, 1]),
        ([0.30, 0.40, 0.30], [0, 1, 2], "shared", "close", [1, 0, 2]),
        # Nobody else can be the one liked most, though the chance is a little below.
        ([0.89, 0.11, 0.00], [0], "alone", "close", [0]),
        ([0.25, 0.25, 0.25, 0.25], [0, 1, 2, 3], "nobody", "too_close", [0, 1, 2, 3]),
        ([0.6, 0.4], [], "nobody", "unclear", []),
        ([], [], "nobody", "unclear", []),
    ],
)
def test_the_rule(
    p_wins: list[float],
    not_ruled_out: list[int],
    outcome: str,
    reason: str,
    winners: list[int],
) -> None:
    verdict = decide(
        [Contender(number, p_win) for number, p_win in enumerate(p_wins)],
        not_ruled_out=not_ruled_out,
        n_changes=4,
        is_enough=True,
    )

    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert [one.change_id for one in verdict.winners] == winners


@pytest.mark.parametrize(
    ("n_changes", "is_enough", "reason"),
    [(1, True, "one_change"), (0, False, "one_change"), (2, False, "too_few")],
)
def test_without_a_choice_or_without_people_nobody_wins(
    n_changes: int, *, is_enough: bool, reason: str
) -> None:
    verdict = decide(
        [Contender(1, 1.0)], not_ruled_out=[1], n_changes=n_changes, is_enough=is_enough
    )

    assert (verdict.outcome, verdict.reason, verdict.winners) == ("nobody", reason, ())


@given(st.lists(st.floats(0, 1), max_size=9), st.data(), st.integers(0, 9), st.booleans())
def test_a_verdict_hangs_together(
    p_wins: list[float],
    data: st.DataObject,
    n_changes: int,
    is_enough: bool,  # noqa: FBT001
) -> None:
    contenders = [Contender(number, p_win) for number, p_win in enumerate(p_wins)]
    left = data.draw(st.lists(st.sampled_from(range(10)), unique=True))
    verdict = decide(contenders, not_ruled_out=left, n_changes=n_changes, is_enough=is_enough)

    assert verdict.outcome in OUTCOMES
    assert verdict.reason in REASONS
    chances = [one.p_win for one in verdict.winners]
    assert chances == sorted(chances, reverse=True)
    n_winners = {"alone": {1}, "shared": {2, 3}, "nobody": {0, *range(4, 10)}}
    assert len(verdict.winners) in n_winners[verdict.outcome]
    if verdict.winners and verdict.reason == "clear":
        assert verdict.winners[0].p_win == max(p_wins) >= 0.9
    elif verdict.winners:
        assert {one.change_id for one in verdict.winners} <= set(left)


def test_a_citation_is_cleaned_and_short() -> None:
    assert check_citation({"en": " For the light. ", "de": " "}) == {"en": "For the light."}
    assert check_citation({}) == {}
    with pytest.raises(AwardRefused, match="500 characters fit") as refusal:
        check_citation({"en": "x" * (LONGEST_CITATION + 1)})
    assert refusal.value.status == 413
