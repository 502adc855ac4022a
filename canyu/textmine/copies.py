"""Coordinated copies: one text from many accounts in a short time is one voice group.

Two texts are near copies where the Jaccard likeness of their sets of five characters (letters and
digits only, in one case) is at least 0.8. Candidates come from MinHash in bands (Broder 1997, "On
the resemblance and containment of documents"; Leskovec, Rajaraman and Ullman, "Mining of Massive
Datasets", 3.4) and are then compared exactly. Copies are coordinated where so many accounts sent
them in so short a time that chance is no explanation; short texts, which people do write alike,
need more accounts in less time. Such accounts are counted as one voice, and shown as such.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

SAME = 0.8
"""Jaccard likeness of near copies."""

_SHINGLE = 5
_MOST_CHARACTERS = 2_000
_N_BANDS, _N_IN_BAND = 20, 3
_PRIME = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Demand:
    """How many accounts within how many hours make copies of at least some length coordinated.

    Length is in letters and digits; a Chinese character counts as three.
    """

    length: int
    n_people: int
    hours: float


DEMANDS = (Demand(length=60, n_people=5, hours=14 * 24.0), Demand(0, n_people=12, hours=24.0))
"""Longest first: the first that a text is long enough for is asked."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A post as copying sees it: `text` is plain text, `hour` counts hours from any start."""

    item: int
    person: int
    hour: float
    text: str


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Near copies of one text: the posts and who sent them, both in order of number."""

    items: tuple[int, ...]
    people: tuple[int, ...]
    hours: float


def find_copies(
    posts: Sequence[Sent], demands: Sequence[Demand] = DEMANDS
) -> tuple[CopyGroup, ...]:
    """Return the coordinated copies among posts, the largest group of people first.

    Does not depend on the order of `posts`. Empty texts are never copies.
    """
    ordered = sorted(posts, key=lambda each: each.item)
    texts = [_letters(each.text) for each in ordered]
    # What is equal to the letter needs no comparing, be it five hundred times.
    first: dict[str, int] = {}
    parent = [first.setdefault(text, at) for at, text in enumerate(texts)]
    distinct = [at for text, at in first.items() if text]
    shingles = {at: _shingles(texts[at]) for at in distinct}
    for one, other in _candidates(distinct, shingles):
        if _jaccard(shingles[one], shingles[other]) >= SAME:
            _unite(parent, one, other)
    found: dict[int, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        if text:
            found[_root(parent, at)].append(at)
    groups = [
        group
        for rows in found.values()
        if (group := _coordinated([ordered[at] for at in rows], demands)) is not None
    ]
    return tuple(sorted(groups, key=lambda each: (-len(each.people), each.items)))


def voices_of(people: Iterable[int], groups: Iterable[CopyGroup]) -> dict[int, int]:
    """Return the voice of each person: the lowest number among those whom copies tie together.

    A person is one voice however often they post; the senders of copies are one voice together,
    and so are two groups that share a sender. So copies can only ever take voices away.
    """
    voice = {person: person for person in people}

    def root(person: int) -> int:
        while voice[person] != person:
            person = voice[person]
        return person

    for group in groups:
        here = [person for person in group.people if person in voice]
        for person in here[1:]:
            low, high = sorted((root(here[0]), root(person)))
            voice[high] = low
    return {person: root(person) for person in voice}


def count_voices(people: Iterable[int], groups: Iterable[CopyGroup] = ()) -> int:
    """Return how many voices people have: distinct people, copies as one group."""
    return len(set(voices_of(people, groups).values()))


def _letters(text: str) -> str:
    return "".join(each for each in text[:_MOST_CHARACTERS].casefold() if each.isalnum())


def _length(text: str) -> int:
    return sum(3 if each >= "\u2e80" else 1 for each in text)


def _shingles(text: str) -> frozenset[int]:
    n_shingles = max(len(text) - _SHINGLE + 1, 1)
    return frozenset(
        zlib.crc32(text[at : at + _SHINGLE].encode("utf-8", "surrogatepass"))
        for at in range(n_shingles)
    )


def _candidates(rows: Sequence[int], shingles: dict[int, frozenset[int]]) -> list[tuple[int, int]]:
    """Return pairs that share a band; of many in one bucket each is paired with the first."""
    if not rows:
        return []
    # Multipliers of fixed hash functions h(x) = (a x + b) mod p, the same everywhere.
    drawn = np.random.default_rng(20_261_122).integers(1, _PRIME, (2, _N_BANDS * _N_IN_BAND))
    signed = np.stack([_signature(shingles[at], drawn) for at in rows])
    pairs: set[tuple[int, int]] = set()
    for band in range(_N_BANDS):
        part = signed[:, band * _N_IN_BAND : (band + 1) * _N_IN_BAND]
        seen: dict[bytes, int] = {}
        for at, key in zip(rows, part, strict=True):
            other = seen.setdefault(key.tobytes(), at)
            if other != at:
                pairs.add((other, at))
    return sorted(pairs)


def _signature(shingles: frozenset[int], drawn: NDArray[np.int64]) -> NDArray[np.int64]:
    values = np.fromiter(shingles, dtype=np.int64, count=len(shingles))[:, None] % _PRIME
    mixed = (values * drawn[0] + drawn[1]) % _PRIME
    return np.asarray(mixed.min(axis=0))


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


def _unite(parent: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(parent, one), _root(parent, other)))
    parent[high] = low


def _coordinated(posts: list[Sent], demands: Sequence[Demand]) -> CopyGroup | None:
    """Return the group where enough people sent it within the hours; else None.

    All that sent the text are of the group then, those who came late to it too.
    """
    length = min(_length(_letters(each.text)) for each in posts)
    demand = next((each for each in demands if length >= each.length), None)
    if demand is None:
        return None
    timed = sorted(posts, key=lambda each: (each.hour, each.item))
    start, window = 0, defaultdict[int, int](int)
    for each in timed:
        window[each.person] += 1
        while each.hour - timed[start].hour > demand.hours:
            gone = timed[start].person
            window[gone] -= 1
            if window[gone] == 0:
                del window[gone]
            start += 1
        if len(window) >= demand.n_people:
            return CopyGroup(
                items=tuple(sorted(post.item for post in posts)),
                people=tuple(sorted({post.person for post in posts})),
                hours=timed[-1].hour - timed[0].hour,
            )
    return None
