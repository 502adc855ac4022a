"""What a half typed or mistyped word may have meant, out of the words that posts have.

The beginnings of words are found in a sorted list; mistyped words share trigrams with what was
meant (Zamora, Pollock & Zamora 1981), and of those that share most the nearest are kept, by edits
with transpositions (Damerau 1964). Only words of scripts that part words: the others are already
compared by single characters.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST_BEGINNING = 2
SHORTEST_MISTYPED = 4
LONGEST = 24
_UNSORTED = 2_000
_COMPARED = 24
_RAREST = 8
_MOST_BEGINNINGS = 256


class Guesses:
    """All words that were ever told it; whoever asks leaves out those that are no more."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._sorted: list[str] = []
        self._unsorted: list[str] = []
        self._grams: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))

    def learn(self, words: Iterable[str]) -> None:
        """Take in words that were not told before."""
        for word in words:
            if not _is_guessed(word):
                continue
            number = len(self._words)
            self._words.append(word)
            self._unsorted.append(word)
            for gram in _grams(word):
                self._grams[gram].append(number)

    def beginning_with(self, start: str) -> list[str]:
        """Return words that begin so, the first `_MOST_BEGINNINGS` of them in order, without it."""
        if len(start) < SHORTEST_BEGINNING:
            return []
        self._sort()
        found: list[str] = []
        for at in range(bisect_left(self._sorted, start), len(self._sorted)):
            word = self._sorted[at]
            if not word.startswith(start) or len(found) == _MOST_BEGINNINGS:
                break
            if word != start:
                found.append(word)
        return found + [word for word in self._unsorted if word.startswith(start) and word != start]

    def near(self, word: str) -> list[tuple[str, int]]:
        """Return words that `word` may be a mistyping of, with their edits, nearest first.

        One edit in words of up to seven characters, two in longer ones; the first character counts
        as sure in words of up to five.
        """
        if not SHORTEST_MISTYPED <= len(word) <= LONGEST:
            return []
        most = 1 if len(word) <= 7 else 2
        found = []
        for other in self._sharing(word):
            if abs(len(other) - len(word)) > most or (len(word) <= 5 and other[0] != word[0]):
                continue
            edits = n_edits(word, other)
            if 0 < edits <= most:
                found.append((other, edits))
        return sorted(found, key=lambda each: (each[1], each[0]))

    def _sharing(self, word: str) -> list[str]:
        known = sorted(
            (self._grams[gram] for gram in set(_grams(word)) if gram in self._grams), key=len
        )
        if not known:
            return []
        numbers = np.concatenate([np.frombuffer(each, np.uint32) for each in known[:_RAREST]])
        distinct, shared = np.unique(numbers, return_counts=True)
        best = np.lexsort((distinct, -shared))[:_COMPARED]
        return [self._words[number] for number in distinct[best].tolist()]

    def _sort(self) -> None:
        # Two sorted runs are merged, not sorted; and a few words are looked through as they are.
        if len(self._unsorted) > _UNSORTED:
            self._sorted += sorted(self._unsorted)
            self._sorted.sort()
            self._unsorted = []


def n_edits(one: str, other: str) -> int:
    """Return how many characters to insert, delete, change or swap with the next (Damerau 1964).

    No part is edited twice (the "optimal string alignment").
    """
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, mine in enumerate(one):
        row = [i + 1]
        for j, theirs in enumerate(other):
            least = min(above[j] + (mine != theirs), above[j + 1] + 1, row[j] + 1)
            if i and j and mine == other[j - 1] and one[i - 1] == theirs:
                least = min(least, before[j - 1] + 1)
            row.append(least)
        before, above = above, row
    return above[-1]


def _is_guessed(word: str) -> bool:
    return SHORTEST_BEGINNING < len(word) <= LONGEST and word.isalpha() and word < "\u0e00"


def _grams(word: str) -> list[str]:
    padded = f"^{word}$"
    return [padded[at : at + 3] for at in range(len(padded) - 2)]
