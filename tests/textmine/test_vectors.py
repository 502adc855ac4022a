"""Small vectors compare nearly as whole ones, whatever way they came and went."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from numpy.typing import NDArray

from canyu.textmine import Vectors, WrongVectors, pack_vector, unpack_vector, vectors

NAME, WIDTH = "drawn-1", 512


def rows(n: int, seed: int = 0, n_groups: int = 40) -> NDArray[np.float32]:
    """Unit rows around `n_groups` middles, all of them leaning the same way."""
    generator = np.random.default_rng(seed)
    middles = generator.standard_normal((n_groups, WIDTH))
    drawn = middles[np.arange(n) % n_groups] + 0.7 * generator.standard_normal((n, WIDTH)) + 0.5
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def held(drawn: NDArray[np.float32]) -> Vectors:
    made = Vectors(NAME, WIDTH)
    for post, row in enumerate(drawn):
        made.add(post, pack_vector(NAME, row))
    return made


def cosines(made: Vectors, row: NDArray[np.float32]) -> dict[int, float]:
    near = made.near(row)
    return dict(zip(near.ids.tolist(), near.cosines.tolist(), strict=True))


def test_a_packed_vector_keeps_its_direction() -> None:
    (row,) = rows(1)
    packed = pack_vector(NAME, row)
    assert len(packed) == 1 + len(NAME) + 4 + WIDTH
    steps, scale = unpack_vector(NAME, WIDTH, packed)
    kept = steps * np.float32(scale)
    assert float(kept @ row / np.linalg.norm(kept)) > 0.9999
    assert held(row[None]).packed(0) == packed


@pytest.mark.parametrize("wrong", [b"", b"\x00", b"x" * 600])
def test_what_is_no_vector_is_refused(wrong: bytes) -> None:
    with pytest.raises(WrongVectors, match="Encode it anew"):
        Vectors(NAME, WIDTH).add(1, wrong)


def test_a_vector_of_another_model_or_without_numbers_is_refused() -> None:
    (row,) = rows(1)
    with pytest.raises(WrongVectors, match="another"):
        Vectors("another", WIDTH).add(1, pack_vector(NAME, row))
    with pytest.raises(WrongVectors, match="numbers"):
        pack_vector(NAME, row * np.float32("nan"))
    with pytest.raises(WrongVectors, match="256"):
        Vectors("short", 128)


def test_cosines_are_those_of_whole_vectors_without_their_mean() -> None:
    drawn = rows(200)
    made = held(drawn)
    mean = drawn.sum(axis=0) / (200 + vectors._PRIOR)
    apart = drawn - mean
    apart /= np.linalg.norm(apart, axis=1, keepdims=True)
    wanted = apart @ apart[7]
    found = cosines(made, drawn[7])
    assert [found[post] for post in range(200)] == pytest.approx(wanted.tolist(), abs=0.01)


def test_by_signs_nearly_all_of_the_nearest_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = rows(3_000)
    made = held(drawn)
    monkeypatch.setattr(vectors, "_EXACT", 10)
    for at in (0, 1_234, 2_999):
        near = made.near(drawn[at], 200)
        assert 200 <= len(near.ids) <= 600
        best = np.argsort(-(drawn @ drawn[at]))[:50]
        assert len(set(best.tolist()) & set(near.ids.tolist())) >= 48


@given(some.sets(some.integers(0, 29)), some.permutations(range(30)))
def test_what_is_left_is_as_if_the_others_had_never_been(gone: set[int], order: list[int]) -> None:
    drawn = rows(30)
    made, fewer = Vectors(NAME, WIDTH), Vectors(NAME, WIDTH)
    for post in order:
        made.add(post, pack_vector(NAME, drawn[post]))
    for post in gone:
        assert made.remove(post)
        assert not made.remove(post)
    for post in range(30):
        if post not in gone:
            fewer.add(post, pack_vector(NAME, drawn[post]))
    assert len(made) == len(fewer) == 30 - len(gone)
    assert cosines(made, drawn[0]) == pytest.approx(cosines(fewer, drawn[0]), abs=1e-5)
    again = Vectors(NAME, WIDTH)
    again.restore(made.stored())
    assert cosines(again, drawn[0]) == pytest.approx(cosines(made, drawn[0]), abs=1e-5)


def test_signs_follow_their_posts_when_some_go(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = rows(400)
    made = held(drawn)
    for post in range(0, 400, 3):
        made.remove(post)
    monkeypatch.setattr(vectors, "_EXACT", 10)
    for post in (1, 200, 398):
        near = made.near(drawn[post], 20)
        assert near.ids[int(np.argmax(near.cosines))] == post


def test_a_post_without_a_vector_has_no_cosine() -> None:
    drawn = rows(3)
    found = held(drawn).cosines_of(drawn[0], np.array([2, 99]))
    assert not np.isnan(found[0])
    assert np.isnan(found[1])
