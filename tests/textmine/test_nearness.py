"""How alike posts are: the formula said the long way, and sums of groups against their pairs."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.textmine.memory import Memory, seen_buckets
from canyu.textmine.nearness import (
    OTHER_SCRIPT_SHARE,
    VECTOR_SHARE,
    Likeness,
    bucket_of,
    likeness_of_posts,
    script_of,
)
from tests.textmine.streams import DIMENSIONS, Stream, some_stream


def remembered(stream: Stream, *, with_vectors: bool = True) -> Memory:
    memory = Memory(DIMENSIONS if with_vectors else 0)
    for item in range(len(stream)):
        vector = stream.vectors[item] if with_vectors else None
        memory.corpus.see(vector, seen_buckets(stream.terms[item]))
        memory.put(item, 0, stream.terms[item], vector)
    return memory


def test_a_term_has_one_number_on_every_machine() -> None:
    """CRC-32 of "123456789" is cbf43926 (the check value of its specification)."""
    assert bucket_of("123456789") == 0xCBF43926 & 0xFFFF
    bucket_of("\ud800")


@pytest.mark.parametrize(
    ("terms", "script"),
    [((), 0), (("screen", "shot"), 0), (("截", "图", "截图"), 1), (("截", "wifi", "nfc"), 0)],
)
def test_the_script_is_that_of_most_terms(terms: tuple[str, ...], script: int) -> None:
    assert script_of(terms) == script


def test_likeness_is_what_the_formula_says() -> None:
    memory = Memory(2)
    rows = [
        (("a", "b"), np.array([1.0, 0.0])),
        (("a", "c"), np.array([0.6, 0.8])),
        (("截", "图"), np.array([0.0, 1.0])),
    ]
    for item, (terms, vector) in enumerate(rows):
        memory.corpus.see(vector, seen_buckets(terms))
        memory.put(item, 0, terms, vector)
    found = likeness_of_posts(memory.corpus, memory.posts_of([0, 1, 2]))
    mean = np.array([1.6, 1.8]) / 53
    away = [vector - mean for _, vector in rows]
    cosine = [each / np.linalg.norm(each) for each in away]
    shared, own = np.log(4 / 2.5), np.log(4 / 1.5)
    words = shared**2 / (shared**2 + own**2)
    same_script = VECTOR_SHARE * cosine[0] @ cosine[1] + (1 - VECTOR_SHARE) * words
    assert found[0, 1] == pytest.approx(same_script, abs=1e-6)
    assert found[0, 2] == pytest.approx(OTHER_SCRIPT_SHARE * cosine[0] @ cosine[2], abs=1e-6)
    np.testing.assert_allclose(np.diag(found), 1, atol=1e-6)


@given(seed=st.integers(0, 1000), with_vectors=st.booleans(), n_posts=st.integers(2, 12))
def test_likeness_of_groups_is_the_mean_over_their_pairs(
    *, seed: int, with_vectors: bool, n_posts: int
) -> None:
    memory = remembered(some_stream(n_posts, 3, seed), with_vectors=with_vectors)
    posts = memory.posts_of(range(n_posts))
    drawn = np.random.default_rng(seed).integers(0, 3, n_posts)
    group = np.unique(drawn, return_inverse=True)[1]
    among = likeness_of_posts(memory.corpus, posts)
    found = Likeness(memory.corpus, posts, group).of(np.array([0]))
    for other in set(group.tolist()):
        pairs = product(np.flatnonzero(group == 0), np.flatnonzero(group == other))
        mean = np.mean([among[a, b] for a, b in pairs])
        assert found[0, other] == pytest.approx(mean, abs=1e-5)


@given(seed=st.integers(0, 1000), with_vectors=st.booleans())
def test_memory_finds_the_same_as_all_pairs_at_once(*, seed: int, with_vectors: bool) -> None:
    stream = some_stream(20, 4, seed)
    memory = remembered(stream, with_vectors=with_vectors)
    among = likeness_of_posts(memory.corpus, memory.posts_of(range(20)))
    # What was computed while posts came is computed anew once there are many more.
    memory._computed_at = 0
    row = memory.likeness_of_row(7)
    for item in range(20):
        assert row[memory.row_of[item]] == pytest.approx(among[7, item], abs=1e-5)


def test_without_terms_and_vectors_nothing_is_alike() -> None:
    memory = Memory(0)
    for item in range(3):
        memory.corpus.see(None, ())
        memory.put(item, 0, (), None)
    assert not memory.likeness((), None).any()


def test_a_dropped_post_is_like_nothing_and_its_row_is_used_again() -> None:
    memory = remembered(some_stream(10, 2, 1))
    row = memory.row_of[4]
    memory.drop(4)
    assert memory.likeness_of_row(3)[row] == 0
    memory.put(99, 0, ("x",), None)
    assert memory.row_of[99] == row
    assert len(memory) == 10
