"""Likeness in words: Okapi BM25 over posts that come and go.

A post's weight for a term is

    idf * c (k1 + 1) / (c + k1 (1 - b + b length / mean length))
    idf = ln(1 + (n - m + 1/2) / (m + 1/2))

for c times the term in the post and m of n posts that have it (Robertson & Zaragoza 2009, "The
Probabilistic Relevance Framework: BM25 and Beyond", equation 3.15, with the 1 inside the logarithm
that keeps it above zero). A title counts twice, of a body its beginning.

Rare terms are added up first. When as many weights as are allowed were added, the terms that are
left are so frequent that they say little: they are looked up for the best posts only, so that a
question costs about the same at a thousand posts and at a million.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.textmine.asked import Asked, Wanted, asked_of
from canyu.textmine.growing import with_room
from canyu.textmine.guesses import Guesses
from canyu.textmine.plain import plain_text
from canyu.textmine.postings import Postings
from canyu.textmine.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

K1 = 2.0
B = 0.75
TITLE_COUNTS = 2
TITLE_READ = 300
BODY_READ = 800
"""Characters of a body; 600 to 1,500 measured alike."""

MOST_ADDED = 40_000
_RESCORED = 1_000


@dataclass(frozen=True, eq=False)
class Weighed:
    """Posts with scores: ids (m), scores (m) >= 0, how many terms each has (m), titles twice."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float64]
    lengths: NDArray[np.float32]


class Lexical:
    """An index by words that grows and shrinks. For one thread at a time."""

    def __init__(self, postings: Postings | None = None) -> None:
        """Begin with nothing, or with what `Postings.of_stored` gave."""
        self._postings = postings or Postings()
        self._guesses = Guesses()
        self._guesses.learn(self._postings.numbers)
        self._sums = np.zeros(0)

    def __len__(self) -> int:
        return self._postings.n_posts

    def __contains__(self, post: int) -> bool:
        return post in self._postings

    @property
    def ids(self) -> NDArray[np.int64]:
        """Ids of all posts (n), in no order that means something."""
        held = self._postings.ids
        return held[held >= 0]

    def add(self, post: int, title: str, body: str = "") -> None:
        """Take a post in. Raises `ValueError` for an id below zero or one that is in already."""
        self._guesses.learn(self._postings.add(post, counts_of(title, body)))

    def remove(self, post: int) -> bool:
        """Take a post out; return False where it was not in."""
        return self._postings.remove(post)

    def ask(self, text: str, *, is_typing: bool = False) -> Asked:
        """Return what `text` wants; while typing, its last word may be the beginning of one."""
        postings = self._postings
        return asked_of(
            text,
            n_posts=postings.n_posts,
            n_with=lambda term: (
                postings.n_with[number] if (number := postings.numbers.get(term)) is not None else 0
            ),
            guesses=self._guesses,
            is_typing=is_typing,
        )

    def weigh(self, asked: Asked, n_best: int, among: NDArray[np.int64] | None = None) -> Weighed:
        """Return the scores of the `n_best` best posts and of those `among` that are in.

        Posts without any of the terms are among the best only where `among` names them.
        """
        postings = self._postings
        rest = self._add_up(asked)
        sums = self._sums[: len(postings.ids)]
        touched = np.flatnonzero(sums)
        slots = self._best(touched, sums[touched], max(n_best, _RESCORED) if rest else n_best)
        if rest and len(slots) > n_best:
            slots = self._best(slots, self._scores(slots, rest), n_best)
        if among is not None:
            named = postings.slots_of(among)
            slots = np.union1d(slots, named[named >= 0])
        scores = self._scores(slots, rest)
        sums[touched] = 0.0
        return Weighed(postings.ids[slots], scores, postings.lengths[slots])

    def self_score(self, asked: Asked) -> float:
        """Return the score of a post whose title is what was asked, word for word."""
        counts = np.array([TITLE_COUNTS * each.count for each in asked.exact], dtype=np.float32)
        lengths = np.full(len(counts), TITLE_COUNTS * asked.n_terms, dtype=np.float32)
        idf = np.array([each.idf for each in asked.exact])
        return float(np.sum(idf * _saturated(counts, lengths, self._mean_length())))

    def stored(self) -> Mapping[str, NDArray[Any]]:
        """Return all of it as arrays; see `Postings.stored`."""
        return self._postings.stored()

    def _add_up(self, asked: Asked) -> list[Wanted]:
        """Add the rare terms up in `_sums`, by slot; return the terms that were left out."""
        postings = self._postings
        self._sums = with_room(self._sums, len(postings.ids))
        has_gone = postings.n_posts < len(postings.ids)
        allowed = MOST_ADDED
        for at, wanted in enumerate(asked.wanted):
            if wanted.n_with > allowed and at:
                return list(asked.wanted[at:])
            allowed -= wanted.n_with
            for term in wanted.terms:
                # A question of frequent terms only is answered by the newest that have them.
                slots, counts = postings.of_term(term, MOST_ADDED)
                if has_gone:
                    alive = postings.ids[slots] >= 0
                    slots, counts = slots[alive], counts[alive]
                self._sums[slots] += wanted.weight * self._saturated(counts, slots)
        return []

    def _scores(self, slots: NDArray[np.int64], rest: list[Wanted]) -> NDArray[np.float64]:
        """Return the whole score of each slot (m): what is in `_sums`, and what `rest` adds."""
        scores = self._sums[slots]
        for wanted in rest:
            for term in wanted.terms:
                counts = self._postings.counts_in(term, slots)
                scores += wanted.weight * self._saturated(counts, slots)
        return scores

    def _best(
        self, slots: NDArray[np.int64], scores: NDArray[np.float64], n: int
    ) -> NDArray[np.int64]:
        """Return the `n` slots of highest score; of equal ones those with the lowest id."""
        if len(slots) <= n:
            return slots
        least = np.partition(scores, len(scores) - n)[len(scores) - n]
        above, level = slots[scores > least], slots[scores == least]
        level = level[np.argsort(self._postings.ids[level], kind="stable")]
        return np.concatenate([above, level[: n - len(above)]])

    def _saturated(
        self, counts: NDArray[np.float32], slots: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        return _saturated(counts, self._postings.lengths[slots], self._mean_length())

    def _mean_length(self) -> float:
        return max(self._postings.total_length / max(self._postings.n_posts, 1), 1.0)


def _saturated(
    counts: NDArray[np.float32], lengths: NDArray[np.float32], mean: float
) -> NDArray[np.float32]:
    """Return what `counts` of a term weigh in posts of `lengths`, without idf."""
    norm = lengths * np.float32(K1 * B / mean)
    norm += np.float32(K1 * (1 - B))
    norm += counts
    weights: NDArray[np.float32] = counts * np.float32(K1 + 1) / norm
    return weights


def parted_title(title: str, body: str = "") -> tuple[str, str]:
    """Return title and body as plain text; what of a title is too long begins the body."""
    told, rest = plain_text(title), plain_text(body)
    if len(told) <= TITLE_READ:
        return told, rest
    return told[:TITLE_READ], f"{told[TITLE_READ:]} {rest}".strip()


def counts_of(title: str, body: str = "") -> Counter[str]:
    """Return how often each term counts in a post: in the title twice."""
    told, rest = parted_title(title, body)
    counts = Counter(terms_of(rest[:BODY_READ]))
    for term, count in Counter(terms_of(told)).items():
        counts[term] += TITLE_COUNTS * count
    return counts
