"""Where posts are, and where a new one goes: the part of clusters that no person touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.textmine.decisions import Decisions, Standing
from canyu.textmine.memory import Memory, seen_buckets
from canyu.textmine.tuning import LOWEST, SPARSE, Example, rule_for, tuned_threshold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vector = NDArray[np.floating]

N_CLOSEST = 3
"""A cluster is compared by that many of its members."""

MOST_ROWS = 20_000
"""Posts remembered; the oldest that nobody decided about make room for new ones."""

CROWDING_FROM = 512
"""Posts remembered before the rule follows how crowded the stream is, anew at each doubling."""

_N_CANDIDATES = 24
_MOST_SEPARATED = 50
_EXACT = 5
"""Decimals of likeness that count: the rest differs from machine to machine."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where a post went: its cluster, how alike they are, and whether it started the cluster.

    `likeness` is to the nearest cluster, also where that was not near enough; 0 where none is.
    """

    item: int
    cluster: int
    likeness: float
    is_new: bool


class Placing:
    """Posts in clusters, known by the numbers of items and of clusters.

    `n_dimensions` is that of the encoder's vectors, 0 without one. Deterministic: the same calls in
    the same order give the same clusters. Memory is bounded by `most_rows` posts.
    """

    def __init__(self, *, n_dimensions: int = 0, most_rows: int = MOST_ROWS) -> None:
        if n_dimensions < 0 or most_rows < N_CLOSEST:
            msg = (
                f"Clusters need n_dimensions >= 0 and most_rows >= {N_CLOSEST}, "
                f"not {n_dimensions} and {most_rows}."
            )
            raise ValueError(msg)
        self.memory = Memory(n_dimensions)
        self.decisions = Decisions()
        self.examples: list[Example] = []
        self.rule = SPARSE[n_dimensions > 0]
        self.most_rows = most_rows
        self.next_cluster = 0
        self._members: dict[int, list[int]] = {}

    @property
    def threshold(self) -> float:
        """How alike a post and a cluster must be, by the rule and by what people decided."""
        return tuned_threshold(self.rule.online, self.examples)

    @property
    def night_threshold(self) -> float:
        """The same for the average link of the night, moved as far by decisions."""
        return max(LOWEST, self.rule.night + self.threshold - self.rule.online)

    # ------------------------------------------------------------------ asking

    def __contains__(self, item: int) -> bool:
        """Whether the post is remembered."""
        return item in self.memory.row_of

    def cluster_of(self, item: int) -> int:
        """Return the cluster of a remembered post; raises LookupError where it is not."""
        if item not in self.memory.row_of:
            msg = f"Item {item} is not remembered, so it is in no cluster."
            raise LookupError(msg)
        return int(self.memory.cluster[self.memory.row_of[item]])

    def members(self, cluster: int) -> tuple[int, ...]:
        """Return the remembered posts of a cluster in the order in which they came to it."""
        return tuple(self._members.get(self.decisions.heir_of(cluster), ()))

    def clusters(self) -> tuple[int, ...]:
        """Return the clusters that hold remembered posts, in order of number."""
        return tuple(sorted(self._members))

    def standing_of(self, cluster: int) -> Standing:
        """Return what people decided about a cluster."""
        return self.decisions.standing_of(self.decisions.heir_of(cluster))

    def separation(self, cluster: int) -> float:
        """Return how much more alike a cluster's posts are than what is next to them.

        The mean over members (the latest 50) of their likeness to the three closest others of the
        cluster, less that to the three closest posts outside: about 0 where the cluster is a slice
        of something that goes on all around it, .1 and more where it stands by itself.
        """
        cluster = self.decisions.heir_of(cluster)
        rows = [self.memory.row_of[item] for item in self._members.get(cluster, ())]
        if len(rows) < 2:
            return 0.0
        gaps = []
        for item in self._members[cluster][-_MOST_SEPARATED:]:
            likeness = self.memory.likeness_of_row(item).astype(np.float64)
            within = self._to_cluster(likeness, cluster, item)
            likeness[rows] = -1
            outside = np.sort(likeness)[-N_CLOSEST:]
            gaps.append(within - float(np.maximum(outside, 0).mean()))
        return round(float(np.mean(gaps)), _EXACT)

    # ------------------------------------------------------------------ posts

    def add(
        self, item: int, *, terms: Sequence[str] = (), vector: Vector | None = None
    ) -> Assignment:
        """Place a post by its terms and its unit vector (d), either of which may be missing.

        A post that somebody had placed before goes where it was placed. Raises ValueError for an
        item that is here already and for a vector of another length.
        """
        self._check_new(item, vector)
        self.memory.corpus.see(vector, seen_buckets(terms))
        cluster, likeness = self._nearest(item, terms, vector)
        held = self.decisions.held.get(item)
        if held is not None:
            cluster = held
        elif cluster is None or likeness < round(self.threshold, _EXACT):
            cluster = None
        is_new = cluster is None
        if cluster is None:
            cluster = self.new_cluster()
        self._make_room()
        self.memory.put(item, cluster, terms, vector)
        self._members.setdefault(cluster, []).append(item)
        n_posts = self.memory.corpus.n_posts
        if n_posts >= CROWDING_FROM and n_posts & (n_posts - 1) == 0:
            self.follow_crowding()
        return Assignment(item, cluster, likeness, is_new)

    def follow_crowding(self) -> None:
        """Let the rule follow how much the remembered posts repeat one another."""
        if len(self.memory) >= CROWDING_FROM:
            self.rule = rule_for(self.memory.crowding(), has_vectors=self.memory.n_dimensions > 0)

    def restore_members(self, members: dict[int, list[int]]) -> None:
        """Take the order of members as it was saved."""
        self._members = members

    def forget(self, item: int) -> None:
        """Drop a post that is no more, and what was decided about it."""
        self.decisions.forget(item)
        if item in self:
            self._drop(item)

    def move(self, item: int, cluster: int) -> None:
        """Put a post into a cluster; raises ValueError where a decision is against it."""
        here = self.cluster_of(item)
        if not self.decisions.may_be_in(item, cluster):
            msg = f"Item {item} may not go to cluster {cluster}: people decided otherwise."
            raise ValueError(msg)
        if here == cluster:
            return
        self._members[here].remove(item)
        if not self._members[here]:
            del self._members[here]
        self._members.setdefault(cluster, []).append(item)
        self.memory.cluster[self.memory.row_of[item]] = cluster

    def _check_new(self, item: int, vector: Vector | None) -> None:
        if item in self:
            msg = f"Item {item} is in cluster {self.cluster_of(item)} already."
            raise ValueError(msg)
        n_dimensions = self.memory.n_dimensions
        if vector is not None and np.shape(vector) != (n_dimensions,):
            msg = f"The vector of item {item} has shape {np.shape(vector)}, not ({n_dimensions},)."
            raise ValueError(msg)
        if vector is not None and not np.isfinite(vector).all():
            msg = f"The vector of item {item} holds numbers that are not finite."
            raise ValueError(msg)

    def _nearest(
        self, item: int, terms: Sequence[str], vector: Vector | None
    ) -> tuple[int | None, float]:
        likeness = self.memory.likeness(terms, vector)
        best: int | None = None
        most = 0.0
        for cluster in self._candidates(likeness):
            if not self.decisions.may_be_in(item, cluster):
                continue
            found = self._to_cluster(likeness, cluster)
            if found > most:
                best, most = cluster, found
        return best, most

    def _candidates(self, likeness: NDArray[np.float32]) -> list[int]:
        """Return the clusters of the rows most alike, in order of number."""
        n_taken = min(_N_CANDIDATES, likeness.size)
        if n_taken == 0:
            return []
        rows = np.argpartition(-likeness, n_taken - 1)[:n_taken]
        return [int(each) for each in np.unique(self.memory.cluster[rows]) if each >= 0]

    def _to_cluster(
        self, likeness: NDArray[np.floating], cluster: int, without: int | None = None
    ) -> float:
        """Return the mean likeness to the closest three members (fewer where there are fewer)."""
        row_of = self.memory.row_of
        rows = [row_of[item] for item in self._members[cluster] if item != without]
        if not rows:
            return 0.0
        closest = np.sort(likeness[rows])[-N_CLOSEST:]
        return round(float(closest.mean()), _EXACT)

    def _make_room(self) -> None:
        while len(self.memory) >= self.most_rows:
            held = self.decisions.held
            oldest = next((each for each in self.memory.row_of if each not in held), None)
            self._drop(next(iter(self.memory.row_of)) if oldest is None else oldest)

    def _drop(self, item: int) -> None:
        cluster = self.cluster_of(item)
        self.memory.drop(item)
        self._members[cluster].remove(item)
        if not self._members[cluster]:
            del self._members[cluster]

    def new_cluster(self) -> int:
        """Return the number of a cluster that holds nothing yet; none is ever given twice."""
        self.next_cluster += 1
        return self.next_cluster - 1
