from datetime import date

import pytest

from canyu.plan.errors import PlanRefused
from canyu.plan.rules import OPEN_STATES, STATES, check_state, check_texts, is_late

DUE = date(2026, 11, 20)


@pytest.mark.parametrize("state", STATES)
def test_a_no_needs_its_reason_and_nothing_else_does(state: str) -> None:
    assert check_state(state, {"en": "Too early."}) == state
    if state == "declined":
        with pytest.raises(PlanRefused, match="a no needs its reason"):
            check_state(state, {})
    else:
        assert check_state(state, {}) == state


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(PlanRefused, match="“someday” is no state"):
        check_state("someday", {})


def test_texts_lose_what_says_nothing_and_a_title_is_needed() -> None:
    assert check_texts(
        {"en": " Dark \n", "de": " ", "zh-hans": "深色"}, longest=9, needed=True
    ) == {
        "en": "Dark",
        "zh-hans": "深色",
    }
    assert check_texts({"en": " "}, longest=9, needed=False) == {}
    with pytest.raises(PlanRefused, match="needs a title"):
        check_texts({"en": " \u200b"}, longest=9, needed=True)


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(PlanRefused, match="10 characters, and 9 fit") as refusal:
        check_texts({"en": "short", "zh-hans": "字" * 10}, longest=9, needed=True)
    assert refusal.value.status == 413


@pytest.mark.parametrize("state", STATES)
def test_an_open_promise_is_late_the_day_after(state: str) -> None:
    assert not is_late(DUE, state, DUE)
    assert is_late(DUE, state, date(2026, 11, 21)) is (state in OPEN_STATES)
    assert not is_late(None, state, date(2030, 1, 1))
