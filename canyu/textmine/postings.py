"""Which post has which term how often, kept both ways round.

A post gets the next free slot; a term keeps its posts as one array of 32-bit numbers, slot times
256 plus count, which is in order of slots by itself. Beside it each slot keeps its terms, so that a
post can be taken out without its text. Slots of removed posts are given up when they are many.
"""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from canyu.textmine.errors import WrongVectors
from canyu.textmine.growing import with_room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MOST_SLOTS = 1 << 24
MOST_COUNT = 255
_GONE = -1
_FEWEST_GONE = 1_000


class Posting(NamedTuple):
    """Slots in ascending order (n), removed ones among them, and how often the term is in each."""

    slots: NDArray[np.int64]
    counts: NDArray[np.float32]


class Postings:
    """Terms of posts, growing and shrinking."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.n_with: array[int] = array("q")
        """Of each term, in how many posts it is."""
        self.n_posts = 0
        self.total_length = 0
        self._packed: list[array[int]] = []
        self._slot_of: dict[int, int] = {}
        self._n_slots = 0
        self._ids: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._lengths: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self._starts: array[int] = array("q", [0])
        self._terms: array[int] = array("I")
        self._counts: array[int] = array("B")

    def __contains__(self, post: int) -> bool:
        return post in self._slot_of

    @property
    def ids(self) -> NDArray[np.int64]:
        """Id of each slot (n_slots); below zero where the post was removed, as ids never are."""
        return self._ids[: self._n_slots]

    @property
    def lengths(self) -> NDArray[np.float32]:
        """How many terms each slot has (n_slots), repeated ones counted again."""
        return self._lengths[: self._n_slots]

    def add(self, post: int, counts: Mapping[str, int]) -> list[str]:
        """Take a post in; return the terms that were never seen before.

        Raises `ValueError` for an id below zero or one that is in already, and `OverflowError`
        beyond `MOST_SLOTS` posts.
        """
        if post < 0 or post in self._slot_of:
            msg = f"Post {post} was not added: ids are 0 or more, and each is added once."
            raise ValueError(msg)
        slot = self._next_slot()
        new = []
        for term, count in counts.items():
            number = self.numbers.get(term)
            if number is None:
                number = self.numbers[term] = len(self._packed)
                self._packed.append(array("I"))
                self.n_with.append(0)
                new.append(term)
            held = min(count, MOST_COUNT)
            self._packed[number].append(slot << 8 | held)
            self._terms.append(number)
            self._counts.append(held)
            self.n_with[number] += 1
        self._starts.append(len(self._terms))
        self._ids[slot], self._lengths[slot] = post, sum(counts.values())
        self._slot_of[post] = slot
        self.n_posts += 1
        self.total_length += int(self._lengths[slot])
        return new

    def remove(self, post: int) -> bool:
        """Take a post out; return False where it was not in."""
        slot = self._slot_of.pop(post, None)
        if slot is None:
            return False
        for place in range(self._starts[slot], self._starts[slot + 1]):
            self.n_with[self._terms[place]] -= 1
        self._ids[slot] = _GONE
        self.n_posts -= 1
        self.total_length -= int(self._lengths[slot])
        if self._n_slots - self.n_posts > max(_FEWEST_GONE, self.n_posts):
            self._give_up_gone()
        return True

    def of_term(self, term: str, most: int | None = None) -> Posting:
        """Return where a known term is: everywhere, or in the `most` newest slots."""
        held = self._packed[self.numbers[term]]
        packed = np.frombuffer(held, dtype=np.uint32)
        if most is not None:
            packed = packed[-most:]
        return Posting((packed >> 8).astype(np.int64), (packed & 255).astype(np.float32))

    def counts_in(self, term: str, slots: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return how often a known term is in each of `slots` (m), 0 where it is not."""
        packed = np.frombuffer(self._packed[self.numbers[term]], dtype=np.uint32)
        wanted = slots.astype(np.uint32) << 8
        at = np.minimum(np.searchsorted(packed, wanted), len(packed) - 1)
        found = packed[at]
        counts: NDArray[np.float32] = np.where(found >> 8 == slots, found & 255, 0).astype(
            np.float32
        )
        return counts

    def slots_of(self, posts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the slot of each post (m), -1 where it is not in."""
        slot_of = self._slot_of
        return np.fromiter((slot_of.get(int(post), _GONE) for post in posts), np.int64, len(posts))

    def stored(self) -> dict[str, NDArray[Any]]:
        """Return all of it as arrays without objects, removed posts left out."""
        alive = np.flatnonzero(self.ids >= 0)
        starts = np.frombuffer(self._starts, dtype=np.int64)
        sizes = np.diff(starts)[alive]
        places = _places(starts[alive], sizes)
        names = "\n".join(self.numbers).encode("utf-8")
        return {
            "names": np.frombuffer(names, dtype=np.uint8),
            "ids": self.ids[alive],
            "lengths": self.lengths[alive],
            "sizes": sizes,
            "terms": np.frombuffer(self._terms, dtype=np.uint32)[places],
            "counts": np.frombuffer(self._counts, dtype=np.uint8)[places],
        }

    @classmethod
    def of_stored(cls, stored: Mapping[str, NDArray[Any]]) -> Postings:
        """Return what `stored` gave; raises `WrongVectors` where its parts do not fit together."""
        told = stored["names"].tobytes().decode("utf-8")
        names = told.split("\n") if told else []
        ids, sizes = stored["ids"].astype(np.int64), stored["sizes"].astype(np.int64)
        terms, counts = stored["terms"].astype(np.uint32), stored["counts"].astype(np.uint8)
        fits = (
            len(ids) == len(sizes) == len(stored["lengths"])
            and int(sizes.sum()) == len(terms) == len(counts)
            and (not len(terms) or int(terms.max()) < len(names))
        )
        if not fits:
            msg = "The stored index was not read: its parts are not of one piece. Build it anew."
            raise WrongVectors(msg)
        made = cls()
        made._take(names, ids, stored["lengths"].astype(np.float32), sizes, terms, counts)
        return made

    def _take(
        self,
        names: list[str],
        ids: NDArray[np.int64],
        lengths: NDArray[np.float32],
        sizes: NDArray[np.int64],
        terms: NDArray[np.uint32],
        counts: NDArray[np.uint8],
    ) -> None:
        n_with = np.bincount(terms, minlength=len(names))
        used = n_with > 0
        # A term that no post has is forgotten, its number with it.
        renumbered = (np.cumsum(used) - 1).astype(np.uint32)[terms]
        kept = [name for name, is_used in zip(names, used.tolist(), strict=True) if is_used]
        slots = np.repeat(np.arange(len(ids), dtype=np.uint32), sizes)
        packed = (slots << 8 | counts)[np.argsort(renumbered, kind="stable")].tobytes()
        ends = np.cumsum(n_with[used]).tolist()
        self.numbers = {name: number for number, name in enumerate(kept)}
        self.n_with = array("q", n_with[used].tolist())
        self._packed = [
            array("I", packed[4 * start : 4 * end]) for start, end in pairwise([0, *ends])
        ]
        self.n_posts = self._n_slots = len(ids)
        self.total_length = int(lengths.sum())
        self._ids, self._lengths = ids.copy(), lengths.copy()
        self._slot_of = {post: slot for slot, post in enumerate(ids.tolist())}
        self._starts = array("q", [0, *np.cumsum(sizes).tolist()])
        self._terms = array("I", renumbered.tobytes())
        self._counts = array("B", counts.tobytes())

    def _give_up_gone(self) -> None:
        stored = self.stored()
        self._take(
            list(self.numbers),
            stored["ids"],
            stored["lengths"],
            stored["sizes"],
            stored["terms"],
            stored["counts"],
        )

    def _next_slot(self) -> int:
        if self._n_slots >= MOST_SLOTS:
            msg = f"No post was added: the index holds {MOST_SLOTS} posts at most."
            raise OverflowError(msg)
        slot = self._n_slots
        self._n_slots += 1
        self._ids = with_room(self._ids, self._n_slots)
        self._lengths = with_room(self._lengths, self._n_slots)
        return slot


def _places(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of all runs that begin at `starts` and are `sizes` long, in order."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))
