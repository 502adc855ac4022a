"""Average link in rounds, against scipy's, one pair at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from canyu.textmine.linking import link
from canyu.textmine.nearness import Likeness, likeness_of_posts
from tests.textmine.streams import some_stream
from tests.textmine.test_nearness import remembered


def groups_of(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == each).tolist()) for each in set(labels.tolist())}


def linked(seed: int, n_posts: int, threshold: float, **pairs: np.ndarray) -> np.ndarray:
    memory = remembered(some_stream(n_posts, 5, seed))
    likeness = Likeness(memory.corpus, memory.posts_of(range(n_posts)))
    core = pairs.get("core", np.full(n_posts, -1))
    return link(likeness, threshold, core, pairs.get("barred", np.zeros((0, n_posts), dtype=bool)))


@given(st.integers(0, 10_000), st.integers(2, 40), st.sampled_from([-0.3, 0.1, 0.25, 0.5, 0.9]))
def test_it_is_scipys_average_link(seed: int, n_posts: int, threshold: float) -> None:
    memory = remembered(some_stream(n_posts, 5, seed))
    among = likeness_of_posts(memory.corpus, memory.posts_of(range(n_posts))).astype(float)
    apart = 2 - (among + among.T) / 2
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average")
    # A merge at the threshold itself may fall to either side by rounding.
    if np.abs(tree[:, 2] - (2 - threshold)).min() > 1e-4:
        theirs = fcluster(tree, 2 - threshold, "distance")
        assert groups_of(linked(seed, n_posts, threshold)) == groups_of(theirs)


@given(st.integers(0, 10_000), st.data())
def test_cores_and_barred_posts_stay_apart(seed: int, data: st.DataObject) -> None:
    n_posts = 20
    n_cores = data.draw(st.integers(1, 4))
    core = np.full(n_posts, -1)
    core[:n_cores] = np.arange(n_cores)
    barred = np.random.default_rng(seed).random((n_cores, n_posts)) < 0.3
    barred[:, :n_cores] = False
    # So low that all that may be one becomes one.
    group = linked(seed, n_posts, -1.0, core=core, barred=barred)
    assert len(set(group[:n_cores])) == n_cores
    for at in range(n_cores):
        assert not barred[at][group == group[at]].any()


@pytest.mark.parametrize("n_posts", [0, 1])
def test_none_and_one_are_no_trouble(n_posts: int) -> None:
    if n_posts:
        assert linked(1, 1, 0.5).tolist() == [0]
    else:
        likeness = Likeness(remembered(some_stream(1, 1, 1)).corpus, remembered(some_stream(1, 1, 1)).posts_of([]))  # noqa: E501  # fmt: skip
        assert link(likeness, 0.5, np.zeros(0, int), np.zeros((0, 0), bool)).size == 0


def test_equal_posts_are_one_group_whatever_their_number() -> None:
    stream = some_stream(1, 1, 3)
    memory = remembered(stream)
    for item in range(1, 30):
        memory.corpus.see(stream.vectors[0], ())
        memory.put(item, 0, stream.terms[0], stream.vectors[0])
    likeness = Likeness(memory.corpus, memory.posts_of(range(30)))
    assert set(link(likeness, 0.9, np.full(30, -1), np.zeros((0, 30), bool))) == {0}
