"""Likeness is a chance, and grows with what speaks for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from canyu.textmine import SAYS_THE_SAME, likeness

shares = some.floats(-1, 3)
near = some.one_of(some.none(), some.floats(-1.001, 1.001))


@given(shares, near, some.floats(0, 1e6))
def test_it_is_a_chance(share: float, cosine: float | None, ratio: float) -> None:
    assert 0 <= likeness(share, cosine, ratio) <= 1


@given(some.floats(0, 0.9), some.floats(-1, 0.9))
def test_it_grows_with_words_and_with_meaning(share: float, cosine: float) -> None:
    assert likeness(share + 0.1, cosine, 1) > likeness(share, cosine, 1)
    assert likeness(share + 0.1, None, 1) > likeness(share, None, 1)
    assert likeness(share, cosine + 0.1, 1) > likeness(share, cosine, 1)


@pytest.mark.parametrize("cosine", [1.0, None])
def test_the_same_text_says_the_same(cosine: float | None) -> None:
    assert likeness(1.0, cosine, 1) > SAYS_THE_SAME
