"""The posts that clusters remember, in bounded rows, and how alike a new one is to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from canyu.textmine.nearness import (
    MOST_TERMS,
    N_BUCKETS,
    OTHER_SCRIPT_SHARE,
    VECTOR_SHARE,
    Corpus,
    Posts,
    bucket_of,
    likeness_of_posts,
    script_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_GROWTH = 1.25
"""Directions and weights are computed again when there are that many times the posts."""

_FIRST_ROWS = 64
_SAMPLE = 1_000
_NEIGHBOUR = 3
_NOBODY = -1


class Memory:
    """Rows of posts: which item and cluster each is, and how alike to a new post.

    Holds 2 d + 96 numbers of four bytes for each row: 90 MB for 20,000 rows with 512 dimensions.
    """

    def __init__(self, n_dimensions: int) -> None:
        self.corpus = Corpus(n_dimensions)
        self.row_of: dict[int, int] = {}
        self.item = np.zeros(0, dtype=np.int64)
        self.cluster = np.zeros(0, dtype=np.int64)
        self._posts = _no_posts(0, n_dimensions)
        self._directions = np.zeros((0, n_dimensions), dtype=np.float32)
        self._weights = np.zeros((0, MOST_TERMS), dtype=np.float32)
        self._free: list[int] = []
        self._computed_at = 0
        # Most posts have few terms: the columns after the fullest row are never read.
        self._width = 1

    def __len__(self) -> int:
        """Return how many posts are remembered."""
        return len(self.row_of)

    @property
    def n_dimensions(self) -> int:
        """The length of vectors; 0 where there is no encoder."""
        return int(self._posts.raw.shape[1])

    def put(
        self,
        item: int,
        cluster: int,
        terms: Sequence[str],
        vector: NDArray[np.floating] | None,
    ) -> None:
        """Remember a post, whose terms and vector the corpus has seen."""
        if not self._free:
            self._grow()
        row = self._free.pop()
        self.row_of[item] = row
        self.item[row], self.cluster[row] = item, cluster
        one = self._as_post(terms, vector)
        self._posts.raw[row], self._posts.terms[row] = one.raw[0], one.terms[0]
        self._posts.script[row] = one.script[0]
        self._directions[row] = self.corpus.directions(one.raw)[0]
        self._weights[row] = self.corpus.weights(one.terms)[0]
        self._width = max(self._width, int((one.terms[0] >= 0).sum()))

    def drop(self, item: int) -> None:
        """Forget a post."""
        row = self.row_of.pop(item)
        self.item[row] = self.cluster[row] = _NOBODY
        self._posts.raw[row] = self._directions[row] = self._weights[row] = 0
        self._posts.terms[row] = -1
        self._free.append(row)

    def likeness(
        self, terms: Sequence[str], vector: NDArray[np.floating] | None
    ) -> NDArray[np.float32]:
        """Return the likeness of a post to each row; 0 in rows that hold none."""
        self._compute_now_and_then()
        return self._likeness_of(self._as_post(terms, vector))

    def likeness_of_row(self, item: int) -> NDArray[np.float32]:
        """Return the likeness of a remembered post to each row, its own included."""
        self._compute_now_and_then()
        return self._likeness_of(self.posts_of([item]))

    def _likeness_of(self, one: Posts) -> NDArray[np.float32]:
        spread = np.zeros(N_BUCKETS + 1, dtype=np.float32)
        # Bucket -1 is the last place, and stays 0.
        spread[one.terms[0]] = self.corpus.weights(one.terms)[0]
        spread[-1] = 0
        width = self._width
        found: NDArray[np.float32] = np.einsum(
            "ij,ij->i", spread[self._posts.terms[:, :width]], self._weights[:, :width]
        )
        direction = self.corpus.directions(one.raw)[0]
        if not direction.any():
            return found
        same = self._posts.script == one.script[0]
        near = self._directions @ direction
        both = VECTOR_SHARE * near + (1 - VECTOR_SHARE) * found
        return np.asarray(np.where(same, both, OTHER_SCRIPT_SHARE * near), dtype=np.float32)

    def posts_of(self, items: Sequence[int]) -> Posts:
        """Return posts by item, in that order."""
        return self._posts.take(np.array([self.row_of[item] for item in items], dtype=np.intp))

    def crowding(self) -> float:
        """Return the median likeness of a post to its third nearest, in a thousand of all ages."""
        items = list(self.row_of)
        evenly = np.unique(np.linspace(0, len(items) - 1, _SAMPLE).astype(int))
        among = likeness_of_posts(self.corpus, self.posts_of([items[at] for at in evenly]))
        np.fill_diagonal(among, -1)
        return round(float(np.median(np.sort(among, axis=1)[:, -_NEIGHBOUR])), 4)

    def _as_post(self, terms: Sequence[str], vector: NDArray[np.floating] | None) -> Posts:
        one = _no_posts(1, self.n_dimensions)
        if vector is not None:
            one.raw[0] = vector
        one.terms[0] = self.corpus.kept_terms(terms)
        one.script[0] = script_of(terms)
        return one

    def _grow(self) -> None:
        n_rows = self.item.size
        more = max(_FIRST_ROWS, n_rows // 2)
        extra = _no_posts(more, self.n_dimensions)
        self._posts = Posts(
            np.concatenate([self._posts.raw, extra.raw]),
            np.concatenate([self._posts.terms, extra.terms]),
            np.concatenate([self._posts.script, extra.script]),
        )
        self._directions = np.concatenate([self._directions, np.zeros_like(extra.raw)])
        self._weights = np.concatenate(
            [self._weights, np.zeros((more, MOST_TERMS), dtype=np.float32)]
        )
        nobody = np.full(more, _NOBODY, dtype=np.int64)
        self.item = np.concatenate([self.item, nobody])
        self.cluster = np.concatenate([self.cluster, nobody])
        self._free = list(range(n_rows + more - 1, n_rows - 1, -1))

    def _compute_now_and_then(self) -> None:
        if self.corpus.n_posts >= _GROWTH * self._computed_at:
            self._directions = self.corpus.directions(self._posts.raw)
            self._weights = self.corpus.weights(self._posts.terms)
            self._computed_at = self.corpus.n_posts

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return what `restore` needs, posts in the order in which they came."""
        items = np.array(list(self.row_of), dtype=np.int64)
        rows = np.array(list(self.row_of.values()), dtype=np.intp)
        posts = self._posts.take(rows)
        return {
            "items": items,
            "clusters": self.cluster[rows],
            "raw": posts.raw,
            "terms": posts.terms,
            "script": posts.script,
            "directions": self._directions[rows],
            "weights": self._weights[rows],
            "total": self.corpus.total,
            "uses": self.corpus.uses,
            "counts": np.array([self.corpus.n_posts, self._computed_at], dtype=np.int64),
        }

    @classmethod
    def restore(cls, arrays: dict[str, NDArray[np.generic]]) -> Memory:
        """Return the memory that `arrays` came from; what it answers from then on is the same."""
        held = {name: np.asarray(array) for name, array in arrays.items()}
        memory = cls(held["raw"].shape[1])
        memory.corpus.total = held["total"].astype(np.float64)
        memory.corpus.uses = held["uses"].astype(np.int64)
        memory.corpus.n_posts = int(held["counts"][0])
        memory._computed_at = int(held["counts"][1])
        memory.item, memory.cluster = held["items"].copy(), held["clusters"].copy()
        memory._posts = Posts(held["raw"].copy(), held["terms"].copy(), held["script"].copy())
        memory._directions = held["directions"].copy()
        memory._weights = held["weights"].copy()
        memory.row_of = {int(item): row for row, item in enumerate(held["items"])}
        memory._width = max(1, int((memory._posts.terms >= 0).sum(axis=1).max(initial=0)))
        return memory


def seen_buckets(terms: Sequence[str]) -> list[int]:
    """Return the distinct buckets of `terms`."""
    return sorted({bucket_of(term) for term in terms})


def _no_posts(n_rows: int, n_dimensions: int) -> Posts:
    return Posts(
        np.zeros((n_rows, n_dimensions), dtype=np.float32),
        np.full((n_rows, MOST_TERMS), -1, dtype=np.int32),
        np.zeros(n_rows, dtype=np.int8),
    )
