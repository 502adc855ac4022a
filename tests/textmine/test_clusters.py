"""Clusters as posts come, and people's decisions: respected by all that comes later."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canyu.textmine.clusters import Clusters
from canyu.textmine.keeping import restored, saved
from canyu.textmine.nearness import likeness_of_posts
from canyu.textmine.regroup import Join, Move, Night, Split, regroup, settle
from canyu.textmine.tuning import (
    CROWDED,
    HIGHEST,
    LOWEST,
    SPARSE,
    Example,
    rule_for,
    tuned_threshold,
)
from tests.textmine.streams import DIMENSIONS, filled, partition, some_stream

ACTS = ("add", "accept", "accept_one", "dismiss", "take_out", "split", "join", "forget", "night")


class Office:
    """Clusters under random decisions, and beside them what was said last of each post."""

    def __init__(self, seed: int, n_posts: int = 40) -> None:
        self.stream = some_stream(n_posts, 6, seed)
        self.rng = np.random.default_rng(seed)
        self.clusters = Clusters(n_dimensions=DIMENSIONS)
        self.coming = list(range(n_posts))
        self.held: dict[int, int] = {}
        self.apart: list[tuple[int, int]] = []

    def some_cluster(self) -> int:
        return int(self.rng.choice(self.clusters.clusters()))

    def act(self, act: str) -> None:
        if self.clusters.clusters():
            getattr(self, act)()
        else:
            self.add()

    def add(self) -> None:
        if self.coming:
            self.stream.add(self.clusters, self.coming.pop(0))

    def accept(self) -> None:
        here = self.some_cluster()
        self.clusters.accept(here)
        self.hold(here, self.clusters.members(here))

    def accept_one(self) -> None:
        here = self.some_cluster()
        one = self.clusters.members(here)[:1]
        self.clusters.accept(here, one)
        self.hold(here, one)

    def dismiss(self) -> None:
        here = self.some_cluster()
        self.clusters.dismiss(here)
        self.hold(here, self.clusters.members(here))

    def take_out(self) -> None:
        here = self.some_cluster()
        item = int(self.rng.choice(self.clusters.members(here)))
        self.clusters.take_out(item)
        self.held.pop(item, None)
        self.apart.append((item, here))

    def join(self) -> None:
        some = {self.some_cluster(), self.some_cluster()}
        members = [item for each in some for item in self.clusters.members(each)]
        heir = self.clusters.join(some)
        if len(some) > 1:
            self.apart = [(i, heir if c in some else c) for i, c in self.apart]
            self.held = {i: heir if c in some else c for i, c in self.held.items()}
            self.hold(heir, members)

    def forget(self) -> None:
        item = int(self.rng.choice(self.clusters.members(self.some_cluster())))
        self.clusters.forget(item)
        self.held.pop(item, None)
        self.apart = [(i, c) for i, c in self.apart if i != item]

    def night(self) -> None:
        settle(self.clusters, regroup(self.clusters))

    def split(self) -> None:
        large = [c for c in self.clusters.clusters() if len(self.clusters.members(c)) > 2]
        if not large:
            return
        here = large[0]
        members = self.clusters.members(here)
        parts = [members[:1], members[1:2]]
        numbers = self.clusters.split(here, parts)
        for number, part in zip(numbers, parts, strict=True):
            self.hold(number, part)

    def hold(self, cluster: int, items: tuple[int, ...] | list[int]) -> None:
        self.held |= dict.fromkeys(items, cluster)
        self.apart = [(i, c) for i, c in self.apart if i not in items or c != cluster]

    def check(self) -> None:
        clusters = self.clusters
        for item, cluster in self.held.items():
            assert clusters.cluster_of(item) == cluster
        for item, cluster in self.apart:
            assert clusters.cluster_of(item) != cluster
        listed = [item for each in clusters.clusters() for item in clusters.members(each)]
        assert len(listed) == len(set(listed)) == len(clusters.memory)
        for each in clusters.clusters():
            assert all(clusters.cluster_of(item) == each for item in clusters.members(each))
            assert each < clusters.next_cluster


@given(st.integers(0, 10_000), st.lists(st.sampled_from(ACTS), max_size=30))
@settings(max_examples=max(settings().max_examples // 2, 10))
def test_what_people_decided_stands_whatever_comes(seed: int, acts: list[str]) -> None:
    office = Office(seed)
    for act in ["add"] * 12 + acts + ["night", "add", "add", "night"]:
        office.act(act)
        office.check()


@given(st.integers(0, 1000), st.lists(st.sampled_from(ACTS), max_size=12))
@settings(max_examples=max(settings().max_examples // 8, 5))
def test_what_is_saved_goes_on_as_if_never_away(seed: int, acts: list[str]) -> None:
    office = Office(seed)
    for act in ["add"] * 12 + acts:
        office.act(act)
    data = saved(office.clusters)
    again = restored(data)
    assert saved(again) == data
    for item in office.coming:
        assert office.stream.add(again, item) == office.stream.add(office.clusters, item)
    assert regroup(again) == regroup(office.clusters)
    assert again.threshold == office.clusters.threshold


@pytest.mark.parametrize("data", [b"", b"no clusters", b"PK\x05\x06" + bytes(18)])
def test_bytes_that_are_no_clusters_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"no saved clusters|pickled"):
        restored(data)


def test_torn_bytes_are_refused() -> None:
    data = saved(filled(some_stream(20, 3, 1)))
    with pytest.raises(ValueError):
        restored(data[: len(data) // 2])


@pytest.mark.parametrize("with_vectors", [True, False])
def test_clear_subjects_are_found(*, with_vectors: bool) -> None:
    stream = some_stream(120, 6, 5, noise=0.15)
    clusters = filled(stream, with_vectors=with_vectors)
    settle(clusters, regroup(clusters))
    subjects = {
        frozenset(i for i, each in enumerate(stream.subject) if each == subject)
        for subject in set(stream.subject)
    }
    if with_vectors:
        assert partition(clusters) == subjects
    # By words that each post draws anew, groups are mostly of one subject, if not whole.
    largest = [
        max(Counter(stream.subject[i] for i in part).values()) for part in partition(clusters)
    ]
    assert sum(largest) >= 0.9 * len(stream)
    assert len(largest) < len(stream) / 3


@given(st.integers(0, 1000))
@settings(max_examples=max(settings().max_examples // 8, 5))
def test_the_night_does_not_depend_on_the_order_of_posts(seed: int) -> None:
    stream = some_stream(50, 6, seed)
    order = np.random.default_rng(seed).permutation(50).tolist()
    found = []
    for each in (None, order):
        clusters = filled(stream, order=each)
        settle(clusters, regroup(clusters))
        found.append(partition(clusters))
    assert found[0] == found[1]


def test_a_second_night_finds_nothing_more() -> None:
    clusters = filled(some_stream(80, 8, 4))
    settle(clusters, regroup(clusters))
    assert regroup(clusters).moves == ()


def test_regrouping_alone_changes_nothing() -> None:
    clusters = filled(some_stream(60, 6, 2))
    before = saved(clusters)
    assert regroup(clusters).moves
    assert saved(clusters) == before


def test_memory_is_bounded_and_keeps_what_people_decided() -> None:
    stream = some_stream(200, 10, 8)
    clusters = Clusters(n_dimensions=DIMENSIONS, most_rows=50)
    for item in range(5):
        stream.add(clusters, item)
        clusters.accept(clusters.cluster_of(item))
    for item in range(5, 200):
        stream.add(clusters, item)
    assert len(clusters.memory) == 50
    assert all(item in clusters for item in range(5))
    assert all(item in clusters for item in range(155, 200))


def test_what_grew_together_is_proposed_for_joining_until_somebody_says_no() -> None:
    stream = some_stream(40, 1, 3, noise=0.2)
    clusters = Clusters(n_dimensions=DIMENSIONS)
    for item in range(20):
        stream.add(clusters, item)
    clusters.join(clusters.clusters())
    one, other = clusters.split(0, [range(10), range(10, 20)])
    clusters.decisions.apart.clear()
    proposed = regroup(clusters).joins
    assert [each.clusters for each in proposed] == [(one, other)]
    assert proposed[0].likeness >= clusters.night_threshold * 0.8
    clusters.keep_apart([one, other])
    assert regroup(clusters).joins == ()
    settle(clusters, Night((), (Join((one, other), 1.0),), ()))
    assert clusters.members(one) == tuple(range(10))


def test_a_cluster_that_says_two_things_is_proposed_for_splitting_until_somebody_says_no() -> None:
    stream = some_stream(60, 2, 3, noise=0.1)
    clusters = filled(stream)
    whole = clusters.join(clusters.clusters())
    (split,) = regroup(clusters).splits
    assert isinstance(split, Split)
    assert split.cluster == whole
    assert {frozenset(part) for part in split.parts} == {
        frozenset(i for i in range(60) if stream.subject[i] == subject) for subject in (0, 1)
    }
    clusters.keep_whole(whole)
    assert regroup(clusters).splits == ()


def test_what_is_like_a_dismissed_cluster_goes_there_and_is_not_proposed() -> None:
    stream = some_stream(30, 1, 3, noise=0.1)
    clusters = Clusters(n_dimensions=DIMENSIONS)
    first = stream.add(clusters, 0)
    clusters.dismiss(first)
    assert {stream.add(clusters, item) for item in range(1, 30)} == {first}
    assert clusters.standing_of(first) == "dismissed"
    assert regroup(clusters).joins == ()


def test_a_decision_taken_after_the_night_was_computed_stands() -> None:
    clusters = filled(some_stream(60, 6, 2))
    night = regroup(clusters)
    assert len(night.moves) > 1
    item = night.moves[0].item
    clusters.accept(clusters.cluster_of(item), [item])
    here = clusters.cluster_of(item)
    moved = settle(clusters, night)
    assert item not in moved
    assert clusters.cluster_of(item) == here
    assert settle(clusters, Night((Move(9999, 0),), (), ())) == ()


def test_a_joined_cluster_answers_to_its_old_number() -> None:
    clusters = filled(some_stream(30, 8, 2))
    one, other, *_ = clusters.clusters()
    heir = clusters.join([other, one])
    assert heir == one
    assert clusters.members(other) == clusters.members(one)
    assert clusters.standing_of(other) == "accepted"


def test_bad_calls_say_what_is_wrong() -> None:
    stream = some_stream(6, 1, 1, noise=0.1)
    clusters = filled(stream)
    here = clusters.cluster_of(0)
    for call, words in (
        (lambda: clusters.add(0), "Item 0 is in cluster"),
        (lambda: clusters.add(9, vector=np.zeros(3)), r"shape \(3,\)"),
        (lambda: clusters.add(9, vector=np.full(DIMENSIONS, np.nan)), "not finite"),
        (lambda: clusters.split(here, [[0]]), "two parts"),
        (lambda: clusters.split(here, [[0, 1], [1]]), "without a common post"),
        (lambda: clusters.accept(here, [77]), r"does not hold \[77\]"),
        (lambda: clusters.join([]), "needs clusters"),
        (lambda: Clusters(most_rows=1), "most_rows"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
    for look in (lambda: clusters.cluster_of(77), lambda: clusters.accept(77)):
        with pytest.raises(LookupError, match="77"):
            look()
    assert clusters.members(here) == tuple(range(6))


def test_empty_posts_are_each_alone() -> None:
    clusters = Clusters()
    assert [clusters.add(item).cluster for item in range(3)] == [0, 1, 2]
    assert clusters.add(3).likeness == 0


# ---------------------------------------------------------------------- thresholds


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40),
    st.floats(0.2, 0.7),
    st.floats(0, 1),
)
def test_a_no_never_lowers_and_a_yes_never_raises_the_threshold(
    said: list[tuple[float, bool]], rule: float, likeness: float
) -> None:
    examples = [Example(*each) for each in said]
    before = tuned_threshold(rule, examples)
    assert LOWEST <= before <= HIGHEST
    assert tuned_threshold(rule, [*examples, Example(likeness, belongs=True)]) <= before + 1e-7
    assert tuned_threshold(rule, [*examples, Example(likeness, belongs=False)]) >= before - 1e-7


def test_many_decisions_outweigh_the_rule_and_none_leave_it() -> None:
    assert tuned_threshold(0.5, []) == 0.5
    said = [Example(0.3, belongs=True), Example(0.2, belongs=False)] * 200
    assert 0.2 < tuned_threshold(0.5, said) < 0.3


def test_decisions_move_the_threshold_of_clusters() -> None:
    clusters = filled(some_stream(60, 6, 2))
    rule, night = clusters.threshold, clusters.night_threshold
    for _ in range(8):
        wide = max(clusters.clusters(), key=lambda each: len(clusters.members(each)))
        clusters.take_out(clusters.members(wide)[0])
    assert clusters.threshold > rule
    assert clusters.night_threshold - night == pytest.approx(clusters.threshold - rule)


def test_the_rule_follows_how_crowded_the_stream_is() -> None:
    for has in (True, False):
        assert rule_for(0.0, has_vectors=has) == SPARSE[has]
        assert rule_for(0.9, has_vectors=has) == CROWDED[has]
        assert CROWDED[has].night < rule_for(0.4 if has else 0.32, has_vectors=has).night
    crowded = filled(some_stream(520, 5, 1, noise=0.3))
    assert crowded.rule.night < SPARSE[True].night


# ---------------------------------------------------------------------- families and confidence


@given(st.integers(0, 1000), st.lists(st.sampled_from(ACTS), max_size=12))
@settings(max_examples=max(settings().max_examples // 4, 8))
def test_families_are_wider_than_clusters_and_keep_to_decisions(seed: int, acts: list[str]) -> None:
    office = Office(seed)
    for act in ["add"] * 25 + acts:
        office.act(act)
    night = regroup(office.clusters)
    settle(office.clusters, night)
    seen: set[int] = set()
    for family in night.families:
        assert not seen & set(family.items)
        seen |= set(family.items)
        decided = {office.held[item] for item in family.items if item in office.held}
        assert len(decided) <= 1
        for item, cluster in office.apart:
            assert item not in family.items or item in office.held or cluster not in decided
        assert family.likeness <= 1


def test_a_family_puts_unlike_words_together_and_tells_how_alike() -> None:
    stream = some_stream(60, 3, 3, noise=0.9)
    clusters = filled(stream)
    night = regroup(clusters)
    assert night.families
    for family in night.families:
        among = likeness_of_posts(clusters.memory.corpus, clusters.memory.posts_of(family.items))
        n = len(family.items)
        mean = (among.sum() - np.trace(among)) / (n * (n - 1))
        assert family.likeness == pytest.approx(mean, abs=1e-3)
        assert family.likeness >= 0.5 * clusters.night_threshold


def test_what_stands_by_itself_is_more_apart_than_a_slice_of_something() -> None:
    stream = some_stream(60, 4, 3, noise=0.1)
    clusters = filled(stream)
    settle(clusters, regroup(clusters))
    whole = max(clusters.clusters(), key=lambda each: len(clusters.members(each)))
    apart = clusters.separation(whole)
    assert apart > 0.3
    half = clusters.members(whole)[:4]
    part, _ = clusters.split(whole, [half, clusters.members(whole)[4:]])
    assert clusters.separation(part) < apart / 2
    assert clusters.separation(clusters.take_out(half[0])) == 0
