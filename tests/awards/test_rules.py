from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.awards.errors import AwardRefused
from canyu.awards.rules import LONGEST_CITATION, OUTCOMES, REASONS, check_citation, decide
from canyu.reports.figures import (
    ChanceFigures,
    GroupsFigures,
    PositionFigures,
    SmallestFigures,
    VerdictFigures,
)

HOLDS = VerdictFigures(
    end="top",
    outcome="alone",
    change_id=1,
    sharing=(1,),
    contenders=(1,),
    chance=ChanceFigures(True, 0.97, 0.9),
    groups=GroupsFigures(True, ()),
    smallest=SmallestFigures(True, 35, 2, 600, 600.0, 18.0, 1.0, 0.0, 18.0),
    position=PositionFigures(True, 0.4, 0.5, False, None, None),
    count_lead=90.0,
    count_bound=44,
)
CHANCES = {1: 0.6, 2: 0.3, 3: 0.1}


def verdict(outcome: str, contenders: tuple[int, ...], *failed: str) -> VerdictFigures:
    """A verdict of which these clauses fail."""
    clauses: dict[str, Any] = {
        name: replace(getattr(HOLDS, name), holds=name not in failed)
        for name in ("chance", "groups", "smallest", "position")
    }
    sharing = () if outcome == "nobody" else contenders
    return replace(HOLDS, outcome=outcome, contenders=contenders, sharing=sharing, **clauses)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (verdict("alone", (1,)), "clear"),
        (verdict("shared", (1, 2), "chance"), "close"),
        (verdict("nobody", (1, 2, 3, 4), "chance"), "too_close"),
        (verdict("shared", (1, 2), "groups"), "groups"),
        (verdict("shared", (1, 2, 3), "smallest"), "smallest"),
        (verdict("nobody", (1,), "position"), "position"),
        # Of several that fail, the first of the rule is told.
        (verdict("nobody", (1, 2, 3, 4), "position", "groups", "smallest"), "groups"),
        (verdict("shared", (1, 2), "chance", "smallest"), "close"),
    ],
)
def test_the_reason_is_the_clause_that_failed(said: VerdictFigures, reason: str) -> None:
    decision = decide(said, CHANCES, n_changes=4, is_enough=True)

    assert (decision.outcome, decision.reason) == (said.outcome, reason)
    assert tuple(one.change_id for one in decision.contenders) == said.contenders
    assert decision.contenders[0].p_win == 0.6


def test_what_cannot_be_tested_blocks_nobody() -> None:
    said = replace(HOLDS, position=PositionFigures(None, None, None, False, None, None))
    assert decide(said, CHANCES, n_changes=2, is_enough=True).reason == "clear"


@pytest.mark.parametrize(
    ("n_changes", "is_enough", "said", "reason"),
    [
        (1, True, HOLDS, "one_change"),
        (0, False, HOLDS, "one_change"),
        (2, False, HOLDS, "too_few"),
        (3, True, None, "unclear"),
    ],
)
def test_without_a_choice_or_without_people_nobody_wins(
    n_changes: int, *, is_enough: bool, said: VerdictFigures | None, reason: str
) -> None:
    decision = decide(said, CHANCES, n_changes=n_changes, is_enough=is_enough)

    assert (decision.outcome, decision.reason, decision.contenders) == ("nobody", reason, ())


@given(
    st.sampled_from(OUTCOMES),
    st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True),
    st.sets(st.sampled_from(["chance", "groups", "smallest", "position"])),
    st.integers(0, 9),
    st.booleans(),
)
def test_a_decision_hangs_together(
    outcome: str,
    contenders: list[int],
    failed: set[str],
    n_changes: int,
    is_enough: bool,  # noqa: FBT001
) -> None:
    said = verdict(outcome, tuple(contenders), *failed)
    decision = decide(said, CHANCES, n_changes=n_changes, is_enough=is_enough)

    assert decision.outcome in OUTCOMES
    assert decision.reason in REASONS
    if decision.contenders:
        assert is_enough
        assert n_changes > 1
        assert (decision.reason == "clear") == (not failed)


def test_a_citation_is_cleaned_and_short() -> None:
    assert check_citation({"en": " For the light. ", "de": " "}) == {"en": "For the light."}
    assert check_citation({}) == {}
    with pytest.raises(AwardRefused, match="500 characters fit") as refusal:
        check_citation({"en": "x" * (LONGEST_CITATION + 1)})
    assert refusal.value.status == 413
