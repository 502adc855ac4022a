"""What a question wants, term by term: as typed, completed, or as it was perhaps meant."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from canyu.textmine.plain import normalised, plain_text
from canyu.textmine.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from canyu.textmine.guesses import Guesses

ASKED_READ = 600
MOST_WANTED = 96
_ONE_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_COMPLETIONS = 6
_MEANT = 3
_USUALLY_APART = 5
_ENDING = 3
"""Of "installi" the stem is "instal": how many characters the end of a word may hide."""

COMPLETED_SHARE = 0.5
MEANT_SHARE = 0.7
JOINED_SHARE = 0.5


@dataclass(frozen=True)
class Wanted:
    """Terms of which a post should have one; idf of them together; share of it that counts."""

    terms: tuple[str, ...]
    idf: float
    n_with: int
    share: float = 1.0

    @property
    def weight(self) -> float:
        """What a post of mean length has by it, with the term once."""
        return self.idf * self.share


@dataclass(frozen=True)
class Exact:
    """A term as it was typed, known or not."""

    idf: float
    count: int


@dataclass(frozen=True)
class Asked:
    """A question: what it wants, rarest first; its terms as typed; how many they are."""

    wanted: tuple[Wanted, ...]
    exact: tuple[Exact, ...]
    n_terms: int


def asked_of(
    text: str,
    *,
    n_posts: int,
    n_with: Callable[[str], int],
    guesses: Guesses,
    is_typing: bool,
) -> Asked:
    """Return what `text` wants of `n_posts` posts, of which `n_with(term)` have a term.

    A word that no post has is taken for a mistyping of words that some have. While typing, the
    last word may go on.
    """
    read = plain_text(text)[:ASKED_READ]
    counts = Counter(terms_of(read))
    making = _Making(n_posts, n_with, guesses)
    last = _last_word(text) if is_typing else None
    for term in counts:
        making.want(term)
    if last:
        making.complete(last)
    making.join(terms_of(read))
    wanted = sorted(making.found.values(), key=lambda each: (each.n_with, each.terms))
    exact = tuple(Exact(idf_of(n_posts, n_with(term)), count) for term, count in counts.items())
    return Asked(tuple(wanted[:MOST_WANTED]), exact, counts.total())


def idf_of(n_posts: int, n_with: int) -> float:
    """Return the weight of a term that `n_with` of `n_posts` posts have, above 0."""
    held = min(n_with, n_posts)
    return log(1 + (n_posts - held + 0.5) / (held + 0.5))


class _Making:
    """What is wanted so far, by what was typed."""

    def __init__(self, n_posts: int, n_with: Callable[[str], int], guesses: Guesses) -> None:
        self._n_posts, self._n_with, self._guesses = n_posts, n_with, guesses
        self.found: dict[str, Wanted] = {}

    def want(self, term: str) -> None:
        if self._n_with(term):
            self._take(term, (term,), 1.0)
        elif _ONE_WORD.fullmatch(term):
            # While typing too: what is not known may end in an error.
            meant = [
                (word, edits) for word, edits in self._guesses.near(term) if self._n_with(word)
            ]
            if nearest := [word for word, edits in meant if edits == meant[0][1]]:
                self._take(term, tuple(self._most_usual(nearest)[:_MEANT]), MEANT_SHARE)

    def complete(self, start: str) -> None:
        """Want words that begin with `start` too, or those that it went on from."""
        going_on = [word for word in self._guesses.beginning_with(start) if self._n_with(word)]
        if going_on:
            is_word = bool(self._n_with(start))
            usual = tuple(self._most_usual(going_on)[:_COMPLETIONS])
            self._take(f"{start}…", usual, COMPLETED_SHARE if is_word else 1.0)
            return
        stems = (start[:end] for end in range(len(start) - 1, len(start) - 1 - _ENDING, -1))
        known = next((each for each in stems if len(each) > _ENDING and self._n_with(each)), None)
        if known and known not in self.found:
            self._take(known, (known,), 1.0)

    def join(self, terms: tuple[str, ...]) -> None:
        """Want "screenshot" too where "screen shot" was typed."""
        for one, other in pairwise(terms):
            joined = one + other
            if joined in self.found or joined >= "\u0e00" or not _ONE_WORD.fullmatch(joined):
                continue
            # "how to" is not "howto", which somebody wrote once.
            rarer = min(self._n_with(one), self._n_with(other))
            if self._n_with(joined) > rarer / _USUALLY_APART:
                self._take(joined, (joined,), JOINED_SHARE)

    def _most_usual(self, words: list[str]) -> list[str]:
        return sorted(words, key=lambda word: (-self._n_with(word), word))

    def _take(self, typed: str, terms: tuple[str, ...], share: float) -> None:
        n_with = sum(map(self._n_with, terms))
        self.found[typed] = Wanted(terms, idf_of(self._n_posts, n_with), n_with, share)


def _last_word(text: str) -> str | None:
    """Return the word that `text` ends with, where it does not end with something else."""
    found = _LAST_WORD.search(normalised(text[-64:]).casefold())
    return found[0] if found else None
