"""Likeness in meaning: directions kept small, compared by the million on one core.

A vector is kept as its first 1,024 parts, or all that it has, in 8 bits each with a scale of its
own: half of 512 were 0.5 to 1 point worse. What all posts have
in common says nothing about one of them, so the mean of all is taken off both sides (Mu & Viswanath
2018, "All-but-the-Top"), when they are compared: it moves as posts come, what is stored does not.

A question is compared by signs first, 256 bits of each post, as random hyperplanes would part them
(Charikar 2002), and with the whole of the best 500 then.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from canyu.textmine.errors import WrongVectors
from canyu.textmine.growing import with_room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

KEPT = 1024
SIGNS = 256
MOST_COMPARED = 500
_WORDS = SIGNS // 64
_EXACT = 2_000
_BLOCK = 1 << 16
_PRIOR = 50
"""So many posts without any direction the mean is drawn to: that of three posts is no mean."""

_STEPS = 127
_LENGTH = struct.Struct("<B")
_SCALE = struct.Struct("<f")


def pack_vector(name: str, row: NDArray[np.float32]) -> bytes:
    """Return a unit row of the model `name` as bytes: its name, a scale, `KEPT` parts of 8 bits.

    A shorter row is kept whole. Raises `WrongVectors` for a part that is no number.
    """
    parts = row[:KEPT].astype(np.float32)
    if not np.isfinite(parts).all():
        msg = f"No vector of {name} was packed, because not all of its parts are numbers."
        raise WrongVectors(msg)
    scale = float(np.abs(parts).max(initial=0)) / _STEPS or 1.0
    return _packed(name, np.rint(parts / np.float32(scale)).astype(np.int8), scale)


def unpack_vector(name: str, n: int, packed: bytes) -> tuple[NDArray[np.int8], float]:
    """Return the steps (n,) and the scale of what `pack_vector` gave.

    Raises `WrongVectors` where it is of another model, or not whole.
    """
    head = _head(name)
    if not packed.startswith(head) or len(packed) != len(head) + _SCALE.size + n:
        msg = f"A vector was not read: it is not one of {name}, or not whole. Encode it anew."
        raise WrongVectors(msg)
    (scale,) = _SCALE.unpack_from(packed, len(head))
    return np.frombuffer(packed, dtype=np.int8, offset=len(head) + _SCALE.size), float(scale)


def _packed(name: str, steps: NDArray[np.int8], scale: float) -> bytes:
    return _head(name) + _SCALE.pack(scale) + steps.tobytes()


def _head(name: str) -> bytes:
    told = name.encode("utf-8")
    return _LENGTH.pack(len(told)) + told


@dataclass(frozen=True, eq=False)
class Near:
    """Posts with their cosines: ids (m), cosines (m)."""

    ids: NDArray[np.int64]
    cosines: NDArray[np.float64]


class Vectors:
    """The vectors of one model, growing and shrinking. For one thread at a time."""

    def __init__(self, name: str, n_dimensions: int) -> None:
        """Begin with none of the model `name`, whose rows are so long (`SIGNS` or more)."""
        if n_dimensions < SIGNS:
            msg = f"A model needs {SIGNS} dimensions or more, and {name} has {n_dimensions}."
            raise WrongVectors(msg)
        self.name = name
        self._width = min(n_dimensions, KEPT)
        self._n = 0
        self._place_of: dict[int, int] = {}
        self._ids = np.zeros(0, dtype=np.int64)
        self._steps = np.zeros((0, self._width), dtype=np.int8)
        self._scales = np.zeros(0, dtype=np.float32)
        self._bits = np.zeros((_WORDS, 0), dtype=np.uint64)
        self._total = np.zeros(self._width)
        self._centre = np.zeros(self._width, dtype=np.float32)
        self._n_centred = 0

    def __len__(self) -> int:
        return self._n

    def __contains__(self, post: int) -> bool:
        return post in self._place_of

    def add(self, post: int, packed: bytes) -> None:
        """Take a vector in. Raises `WrongVectors`, and `ValueError` for one that is in already."""
        if post in self._place_of:
            msg = f"The vector of post {post} was not added: there is one."
            raise ValueError(msg)
        steps, scale = unpack_vector(self.name, self._width, packed)
        place = self._n
        self._make_room(place + 1)
        self._ids[place], self._steps[place], self._scales[place] = post, steps, scale
        self._place_of[post] = place
        self._n += 1
        self._total += self._row(place)
        if self._n > 2 * self._n_centred:
            self._centre_anew()
        else:
            self._bits[:, place] = _signs((self._row(place) - self._centre)[None])[:, 0]

    def check(self, packed: bytes) -> None:
        """Raise `WrongVectors` for what could not be added."""
        unpack_vector(self.name, self._width, packed)

    def remove(self, post: int) -> bool:
        """Take a vector out; return False where there is none."""
        place = self._place_of.pop(post, None)
        if place is None:
            return False
        self._total -= self._row(place)
        last = self._n - 1
        if place != last:
            for each in (self._ids, self._steps, self._scales):
                each[place] = each[last]
            self._bits[:, place] = self._bits[:, last]
            self._place_of[int(self._ids[place])] = place
        self._n = last
        return True

    def packed(self, post: int) -> bytes:
        """Return the stored form of a vector. Raises `KeyError` where there is none."""
        place = self._place_of[post]
        return _packed(self.name, self._steps[place], float(self._scales[place]))

    def near(self, row: NDArray[np.float32], n_best: int = MOST_COMPARED) -> Near:
        """Return the `n_best` posts or more nearest to a unit row (n_dimensions,), in no order.

        Of up to 2,000 posts all; else those that share most signs are taken for the nearest.
        """
        asked = self._asked(row)
        places = np.arange(self._n)
        if self._n > _EXACT:
            places = self._sharing_signs(asked, n_best)
        return Near(self._ids[places], self._cosines(asked, places))

    def cosines_of(self, row: NDArray[np.float32], posts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the cosine of each post (m) with a unit row; not a number where it has none."""
        place_of = self._place_of
        places = np.fromiter((place_of.get(int(each), -1) for each in posts), np.int64, len(posts))
        cosines = np.full(len(posts), np.nan)
        has = places >= 0
        if has.any():
            cosines[has] = self._cosines(self._asked(row), places[has])
        return cosines

    def stored(self) -> Mapping[str, NDArray[Any]]:
        """Return all of it as arrays without objects."""
        return {
            "ids": self._ids[: self._n],
            "steps": self._steps[: self._n],
            "scales": self._scales[: self._n],
        }

    def restore(self, stored: Mapping[str, NDArray[Any]]) -> None:
        """Hold what `stored` gave, and nothing else.

        Raises `WrongVectors` where its parts do not fit together.
        """
        ids, steps, scales = stored["ids"], stored["steps"], stored["scales"]
        n = len(ids)
        if steps.shape != (n, self._width) or steps.dtype != np.int8 or scales.shape != (n,):
            msg = "Stored vectors were not read: their parts are not of one piece. Encode anew."
            raise WrongVectors(msg)
        self._n = n
        self._ids, self._steps = ids.astype(np.int64), steps.copy()
        self._scales = scales.astype(np.float32)
        self._bits = np.zeros((_WORDS, n), dtype=np.uint64)
        self._place_of = {post: place for place, post in enumerate(ids.tolist())}
        self._total = np.zeros(self._width)
        for block in self._blocks():
            weights = scales[block].astype(np.float64)
            self._total += weights @ steps[block].astype(np.float64)
        self._centre_anew()

    def _row(self, place: int) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self._steps[place] * self._scales[place]
        return row

    def _mean(self) -> NDArray[np.float32]:
        mean: NDArray[np.float32] = (self._total / (self._n + _PRIOR)).astype(np.float32)
        return mean

    def _asked(self, row: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a unit row cut to its first parts, without the mean, of length 1."""
        apart = row[: self._width].astype(np.float32) - self._mean()
        length = float(np.linalg.norm(apart))
        return apart / np.float32(length) if length else apart

    def _cosines(
        self, asked: NDArray[np.float32], places: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the cosines of `asked` with the posts at `places` (m), the mean taken off."""
        rows = self._steps[places].astype(np.float32)
        rows *= self._scales[places][:, None]
        rows -= self._mean()
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        # Not `@`: so small a product is not worth the threads that it would wake.
        cosines: NDArray[np.float64] = np.einsum("ij,j->i", rows, asked).astype(np.float64)
        cosines /= np.maximum(lengths, 1e-9)
        return cosines

    def _sharing_signs(self, asked: NDArray[np.float32], n: int) -> NDArray[np.int64]:
        """Return the places of about the `n` posts whose signs differ least, at least `n`."""
        signs = _signs(asked[None])[:, 0]
        differing = np.empty(self._n, dtype=np.uint8)
        for block in self._blocks():
            # 256 of 256 would be told as 0: such a post is compared in whole, and found far.
            counted = np.bitwise_count(self._bits[0, block] ^ signs[0])
            for word in range(1, _WORDS):
                counted += np.bitwise_count(self._bits[word, block] ^ signs[word])
            differing[block] = counted
        sample = differing[:: max(1, self._n >> 15)]
        wanted = n / self._n * len(sample)
        level = int(np.searchsorted(np.cumsum(np.bincount(sample, minlength=256)), wanted))
        while True:
            places = np.flatnonzero(differing <= level)
            if len(places) >= min(n, self._n):
                break
            level += 1
        if len(places) > 2 * n:
            places = places[np.argpartition(differing[places], n)[:n]]
        return places

    def _centre_anew(self) -> None:
        """Take the signs of all posts about the mean of now."""
        self._centre = self._mean()
        self._n_centred = self._n
        for block in self._blocks():
            rows = self._steps[block, :SIGNS] * self._scales[block][:, None]
            self._bits[:, block] = _signs(rows - self._centre[:SIGNS])

    def _blocks(self) -> list[slice]:
        return [slice(start, min(start + _BLOCK, self._n)) for start in range(0, self._n, _BLOCK)]

    def _make_room(self, n: int) -> None:
        self._ids = with_room(self._ids, n)
        self._steps = with_room(self._steps, n)
        self._scales = with_room(self._scales, n)
        self._bits = with_room(self._bits, n, axis=1)


def _signs(rows: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return the signs of the first parts of rows (m, SIGNS or more), by word (SIGNS / 64, m)."""
    packed = np.packbits(rows[:, :SIGNS] > 0, axis=1)
    return np.ascontiguousarray(packed.view(np.uint64).T)
