"""Likeness in words: Okapi BM25 over posts that come and go.

A post's weight for a term is

    idf * c (k1 + 1) / (c + k1 (1 - b + b length / mean length)),   idf = ln(1 + (n - m + 1/2) / (m + 1/2))

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
BODY_READ = 800
"""Characters of a body; 600 to 1,500 measured alike."""

MOST_ADDED = 60_000
_RESCORED = 2_000


@dataclass(frozen=True, eq=False)
class Weighed:
    """Posts with scores: ids (m), scores (m) >= 0, and mean and deviation of the score over all posts."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float64]
    mean: float
    deviation: float


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
            n_with=lambda term: postings.n_with[number]
            if (number := postings.numbers.get(term)) is not None
            else 0,
            guesses=self._guesses,
            is_typing=is_typing,
        )

    def weigh(self, asked: Asked, n_best: int, among: NDArray[np.int64] | None = None) -> Weighed:
        """Return the scores of the `n_best` best posts and of those `among` that are in.

        Posts without any of the terms are among the best only where `among` names them.
        """
        slots, mean, deviation = self._candidates(asked, n_best)
        if among is not None:
            named = self._postings.slots_of(among)
            slots = np.union1d(slots, named[named >= 0])
        return Weighed(self._postings.ids[slots], self._scores(asked, slots), mean, deviation)

    def self_score(self, asked: Asked) -> float:
        """Return the score of a post whose title is what was asked, word for word."""
        length = TITLE_COUNTS * asked.n_terms
        counts = np.array([TITLE_COUNTS * each.count for each in asked.exact], dtype=float)
        idf = np.array([each.idf for each in asked.exact])
        return float(np.sum(idf * self._saturated(counts, np.full(len(counts), length))))

    def stored(self) -> Mapping[str, NDArray[Any]]:
        """Return all of it as arrays; see `Postings.stored`."""
        return self._postings.stored()

    def _candidates(
        self, asked: Asked, n_best: int
    ) -> tuple[NDArray[np.int64], float, float]:
        """Return the slots of the best posts, and mean and deviation of the score over all."""
        n = self._postings.n_posts
        if not n:
            return np.zeros(0, dtype=np.int64), 0.0, 0.0
        touched, rest = self._added_up(asked)
        scores = self._sums[touched]
        mean, square = float(scores.sum()) / n, float(scores @ scores) / n
        variance = max(square - mean**2, 0.0)
        for wanted in rest:
            # As if each post had it once or not at all, with the mean length.
            share = min(wanted.n_with / n, 1.0)
            mean += share * wanted.weight
            variance += share * (1 - share) * wanted.weight**2
        self._sums[touched] = 0.0
        kept = max(n_best, _RESCORED) if rest else n_best
        best = _best(touched, scores, self._postings.ids, kept)
        if rest and len(best) > n_best:
            best = _best(best, self._scores(asked, best), self._postings.ids, n_best)
        return best, mean, float(np.sqrt(variance))

    def _added_up(self, asked: Asked) -> tuple[NDArray[np.int64], list[Wanted]]:
        """Add the rare terms up in `_sums`; return the slots touched and the terms left out."""
        postings = self._postings
        self._sums = with_room(self._sums, len(postings.ids))
        touched = [np.zeros(0, dtype=np.int64)]
        allowed = MOST_ADDED
        for at, wanted in enumerate(asked.wanted):
            if wanted.n_with > allowed and at:
                return np.concatenate(touched), list(asked.wanted[at:])
            allowed -= wanted.n_with
            for term in wanted.terms:
                # A question of frequent terms only is answered by the newest that have them.
                slots, counts = postings.of_term(term, MOST_ADDED)
                alive = postings.ids[slots] >= 0
                slots, counts = slots[alive], counts[alive]
                touched.append(slots[self._sums[slots] == 0])
                weights = self._saturated(counts, postings.lengths[slots])
                self._sums[slots] += wanted.idf * wanted.share * weights
        return np.concatenate(touched), []

    def _scores(self, asked: Asked, slots: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the whole score of each slot (m)."""
        scores = np.zeros(len(slots))
        lengths = self._postings.lengths[slots]
        for wanted in asked.wanted:
            for term in wanted.terms:
                counts = self._postings.counts_in(term, slots)
                scores += wanted.idf * wanted.share * self._saturated(counts, lengths)
        return scores

    def _saturated(
        self, counts: NDArray[np.int64] | NDArray[np.float64], lengths: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        mean = self._postings.total_length / max(self._postings.n_posts, 1)
        norm = K1 * (1 - B) + K1 * B / max(mean, 1.0) * lengths
        weights: NDArray[np.float64] = counts * (K1 + 1) / (counts + norm)
        return weights


def counts_of(title: str, body: str = "") -> Counter[str]:
    """Return how often each term counts in a post: in the title twice."""
    counts = Counter(terms_of(plain_text(body)[:BODY_READ]))
    for term, count in Counter(terms_of(plain_text(title))).items():
        counts[term] += TITLE_COUNTS * count
    return counts


def _best(
    slots: NDArray[np.int64], scores: NDArray[np.float64], ids: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    """Return the `n` slots of highest score; of equal ones those with the lowest id."""
    if len(slots) <= n:
        return slots
    least = -np.partition(-scores, n - 1)[n - 1]
    above, level = slots[scores > least], slots[scores == least]
    level = level[np.argsort(ids[level], kind="stable")]
    return np.concatenate([above, level[: n - len(above)]])
