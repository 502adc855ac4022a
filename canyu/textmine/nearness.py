"""How alike two posts are: by direction (a sentence encoder), by words, or by both.

Likeness is w cos(x - m, y - m) + (1 - w) cos(t_x, t_y): m is the mean of all vectors seen, so that
what every post of a product shares counts for nothing, and t are terms weighted by
log((n + 1) / (df + 1/2)), repeated terms once. Two posts in scripts that share no words (Chinese
and English) are compared by direction alone. Without vectors likeness is that of the words.

Terms are kept as 16 bits of their CRC: the table of how common they are is then of one size for
ever, and two texts rarely share more than one false term.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int32]

VECTOR_SHARE = 0.6
"""Weight of direction where there are words to compare too; .5 to .7 do equally well."""

OTHER_SCRIPT_SHARE = 0.9
"""Weight of direction between scripts that share no words."""

N_BUCKETS = 1 << 16
MOST_TERMS = 48
"""Of one post, the rarest."""

_NO_TERM = -1
_HALF_SURE = 50.0
"""The mean of the vectors is taken that many posts towards none: few posts know little."""


def bucket_of(term: str) -> int:
    """Return the number of a term in 0 .. 65,535, the same on every machine."""
    return zlib.crc32(term.encode("utf-8", "surrogatepass")) & (N_BUCKETS - 1)


def script_of(terms: Sequence[str]) -> int:
    """Return 0 where most terms part words by spaces, 1 where most do not, as in Chinese."""
    unparted = sum(term[:1] >= "\u2e80" for term in terms)
    return int(2 * unparted > len(terms))


@dataclass(frozen=True, eq=False, slots=True)
class Posts:
    """Posts as likeness sees them, n of them.

    `raw` (n, d) holds unit rows, of d = 0 where there is no encoder, and zeros for a post that has
    no vector; `terms` (n, 48) holds buckets, -1 where there are fewer; `script` (n) 0 or 1.
    """

    raw: Floats
    terms: Ints
    script: NDArray[np.int8]

    def __len__(self) -> int:
        """Return n."""
        return len(self.terms)

    def take(self, rows: NDArray[np.intp]) -> Posts:
        """Return some of them, in the order of `rows`."""
        return Posts(self.raw[rows], self.terms[rows], self.script[rows])


class Corpus:
    """What all posts so far share: their mean direction, and how many use each term.

    Grows by nothing: 512 numbers for the mean and 65,536 for the terms.
    """

    def __init__(self, n_dimensions: int) -> None:
        self.n_posts = 0
        self.total = np.zeros(n_dimensions)
        self.uses = np.zeros(N_BUCKETS, dtype=np.int64)

    def see(self, vector: NDArray[np.floating] | None, buckets: Sequence[int]) -> None:
        """Count one post: its unit vector (d) or None, and its distinct buckets."""
        self.n_posts += 1
        if vector is not None:
            self.total += vector
        self.uses[list(buckets)] += 1

    def rarity(self, buckets: Ints) -> Floats:
        """Return log((n + 1) / (df + 1/2)) for each bucket, 0 where there is none (-1)."""
        found = np.log((self.n_posts + 1) / (self.uses[buckets] + 0.5))
        return np.where(buckets == _NO_TERM, 0, np.maximum(found, 0.01)).astype(np.float32)

    def directions(self, raw: Floats) -> Floats:
        """Return unit rows less the mean direction; rows of zeros stay zeros."""
        if raw.shape[1] == 0:
            return raw
        mean = (self.total / (self.n_posts + _HALF_SURE)).astype(np.float32)
        has = (raw != 0).any(axis=1, keepdims=True)
        return _unit(np.where(has, raw - mean, 0))

    def weights(self, terms: Ints) -> Floats:
        """Return unit rows of term weights beside `terms`."""
        return _unit(self.rarity(terms))

    def kept_terms(self, terms: Sequence[str]) -> Ints:
        """Return the buckets (48) of the rarest distinct terms, -1 where there are fewer."""
        buckets = np.array(sorted({bucket_of(term) for term in terms}), dtype=np.int32)
        rarest = np.argsort(-self.rarity(buckets), kind="stable")[:MOST_TERMS]
        row = np.full(MOST_TERMS, _NO_TERM, dtype=np.int32)
        row[: rarest.size] = buckets[rarest]
        return row


def term_matrix(terms: Ints, weights: Floats) -> csr_matrix:
    """Return the rows of `weights` spread over all buckets (n, 65,536)."""
    present = terms != _NO_TERM
    ends = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    shape = (len(terms), N_BUCKETS)
    return _sparse((weights[present], terms[present], ends), shape)


def _sparse(parts: object, shape: tuple[int, int]) -> csr_matrix:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - a third of a second, when it is needed

    return csr_matrix(parts, shape=shape)


class Likeness:
    """Likeness among groups of posts: the mean over their pairs (average link).

    Sums of unit rows suffice for that: the mean of x'y over all pairs of two groups is the product
    of the means. Starts with one group for each post, or with those of `group` (n, from 0).
    """

    def __init__(self, corpus: Corpus, posts: Posts, group: NDArray[np.intp] | None = None) -> None:
        directions = corpus.directions(posts.raw)
        words = term_matrix(posts.terms, corpus.weights(posts.terms))
        self.has_vectors = bool(posts.raw.shape[1]) and bool(directions.any())
        member = np.arange(len(posts)) if group is None else group
        n_groups = int(member.max()) + 1 if len(posts) else 0
        shape = (n_groups, len(posts))
        gather = _sparse((np.ones(len(posts)), (member, np.arange(len(posts)))), shape)
        self.size = np.bincount(member, minlength=n_groups).astype(np.float32)
        self.words = (gather @ words).astype(np.float32).tocsr()
        # One sum for each script: between scripts words say nothing.
        self.by_script = [
            (gather @ (directions * (posts.script == script)[:, None])).astype(np.float32)
            for script in (0, 1)
        ]

    def __len__(self) -> int:
        """Return the number of groups."""
        return self.size.size

    def merged(self, into: NDArray[np.intp], n_groups: int) -> None:
        """Put groups together: group g goes to `into[g]`, of `n_groups`."""
        shape = (n_groups, into.size)
        gather = _sparse((np.ones(into.size), (into, np.arange(into.size))), shape)
        self.size = (gather @ self.size).astype(np.float32)
        self.words = (gather @ self.words).astype(np.float32).tocsr()
        self.by_script = [(gather @ each).astype(np.float32) for each in self.by_script]

    def of(self, groups: NDArray[np.intp]) -> Floats:
        """Return the likeness (m, n) of m groups to all, themselves included."""
        found = (self.words[groups] @ self.words.T).toarray()
        if self.has_vectors:
            latin, unparted = self.by_script
            here, there = latin[groups], unparted[groups]
            found *= 1 - VECTOR_SHARE
            found += VECTOR_SHARE * (here @ latin.T)
            if unparted.any():
                found += VECTOR_SHARE * (there @ unparted.T)
                found += OTHER_SCRIPT_SHARE * (here @ unparted.T + there @ latin.T)
        found /= self.size[groups, None] * self.size
        return np.asarray(found, dtype=np.float32)


def likeness_of_posts(corpus: Corpus, posts: Posts) -> Floats:
    """Return the likeness (n, n) of posts to one another."""
    return Likeness(corpus, posts).of(np.arange(len(posts)))


def _unit(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1), dtype=np.float32)
