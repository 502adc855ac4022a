"""Posts come and go, and what is left is as if the others had never been there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from canyu.textmine.errors import WrongVectors
from canyu.textmine.postings import Postings

counts = some.dictionaries(some.sampled_from("abcdef"), some.integers(1, 300), max_size=4)


def told(postings: Postings) -> dict[str, dict[int, float]]:
    """Of each term that is in use, how often which post has it."""
    found: dict[str, dict[int, float]] = {}
    for term, number in postings.numbers.items():
        slots, times = postings.of_term(term)
        pairs = zip(postings.ids[slots].tolist(), times.tolist(), strict=True)
        alive = {post: count for post, count in pairs if post >= 0}
        assert postings.n_with[number] == len(alive)
        if alive:
            found[term] = alive
    return found


@given(some.lists(counts, max_size=8), some.sets(some.integers(0, 7)))
def test_what_is_left_is_as_if_the_others_had_never_been(
    posts: list[dict[str, int]], gone: set[int]
) -> None:
    all_of_them, fewer = Postings(), Postings()
    for post, has in enumerate(posts):
        all_of_them.add(post, has)
        if post not in gone:
            fewer.add(post, has)
    for post in gone:
        assert all_of_them.remove(post) is (post < len(posts))
    assert told(all_of_them) == told(fewer)
    assert all_of_them.n_posts == fewer.n_posts
    assert all_of_them.total_length == fewer.total_length
    again = Postings.of_stored(all_of_them.stored())
    assert told(again) == told(fewer)
    assert again.total_length == fewer.total_length


def test_slots_of_removed_posts_are_given_up() -> None:
    postings = Postings()
    for post in range(2_500):
        postings.add(post, {"all": 1, f"only{post}": 2})
    for post in range(2_400):
        postings.remove(post)
    assert len(postings.ids) < 1_500
    assert sorted(told(postings)["all"]) == list(range(2_400, 2_500))
    assert told(postings)["only2450"] == {2450: 2}
    postings.add(0, {"all": 3})
    assert told(postings)["all"][0] == 3


def test_an_id_is_added_once_and_never_below_zero() -> None:
    postings = Postings()
    postings.add(3, {"a": 1})
    for wrong in (3, -1):
        with pytest.raises(ValueError, match=str(wrong)):
            postings.add(wrong, {"a": 1})
    assert told(postings) == {"a": {3: 1}}


def test_parts_that_do_not_fit_are_refused() -> None:
    postings = Postings()
    postings.add(3, {"a": 1, "b": 2})
    for name in ("ids", "sizes", "terms", "counts", "lengths", "names"):
        stored = postings.stored()
        stored[name] = np.zeros(0, dtype=stored[name].dtype)
        with pytest.raises(WrongVectors):
            Postings.of_stored(stored)
