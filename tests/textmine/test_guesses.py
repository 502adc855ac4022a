"""Half typed and mistyped words find what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from canyu.textmine import guesses as guesses_file
from canyu.textmine.guesses import Guesses, n_edits

KNOWN = ["screen", "screenshot", "printer", "print", "battery", "截屏", "update", "upload", "экран"]


@pytest.fixture
def guesses() -> Guesses:
    made = Guesses()
    made.learn(KNOWN)
    return made


def test_words_that_begin_so(guesses: Guesses) -> None:
    assert set(guesses.beginning_with("scr")) == {"screen", "screenshot"}
    assert guesses.beginning_with("screen") == ["screenshot"]
    assert guesses.beginning_with("экр") == ["экран"]
    assert guesses.beginning_with("s") == []
    assert guesses.beginning_with("") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pritner", "printer"),
        ("screeenshot", "screenshot"),
        ("batery", "battery"),
        ("updaet", "update"),
        ("экрна", "экран"),
    ],
)
def test_a_mistyped_word_finds_what_was_meant(guesses: Guesses, typed: str, meant: str) -> None:
    assert guesses.near(typed)[0] == (meant, 1)


def test_what_is_far_or_short_is_left_alone(guesses: Guesses) -> None:
    assert guesses.near("elephant") == []
    assert guesses.near("prt") == []
    assert guesses.near("x" * 1_000) == []


@given(
    some.sets(some.text("abc", min_size=3, max_size=8)), some.text("abc", min_size=2, max_size=4)
)
def test_beginnings_are_found_sorted_or_not(words: set[str], start: str) -> None:
    made = Guesses()
    made.learn(sorted(words)[::2])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guesses_file, "_UNSORTED", 1)
        made.beginning_with(start)
    made.learn(sorted(words)[1::2])
    wanted = {word for word in words if word.startswith(start) and word != start}
    assert set(made.beginning_with(start)) == wanted


@given(some.text("abc", max_size=6), some.text("abc", max_size=6))
def test_edits_are_a_measure(one: str, other: str) -> None:
    edits = n_edits(one, other)
    assert edits == n_edits(other, one)
    assert (edits == 0) is (one == other)
    assert abs(len(one) - len(other)) <= edits <= max(len(one), len(other))


def test_a_swap_is_one_edit() -> None:
    assert n_edits("teh", "the") == 1
    assert n_edits("ca", "abc") == 3
