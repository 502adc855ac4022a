"""Lines that a form wrote, not a person: seen in many posts, they say nothing about one of them.

Posts are counted as they stream by, and what is rare is forgotten: lossy counting (Manku & Motwani
2002, "Approximate Frequency Counts over Data Streams", section 4.2), which misses at most
`_ERROR` of the posts in a count and keeps a few thousand lines however many posts there are.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from canyu.textmine.errors import WrongVectors
from canyu.textmine.plain import LONGEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

SHARE = 0.02
FEWEST_POSTS = 10
"""So many posts must have a line before it can be a form's: two of a hundred are a coincidence."""

_ERROR = 0.002
_WINDOW = round(1 / _ERROR)
_MOST_PIECES = 400
_LONGEST_PIECE = 2_000
_DIGEST = 8
# A line, a sentence, or a label with its colon: forms are often kept without their lines.
_PIECE = re.compile(r"[^\n.!?:。！？：;；]{1,2000}[.!?:。！？：;；]*|[.!?:。！？：;；]+")
_ENDS_HERE = re.compile(r"\s|\Z")
_WORD = re.compile(r"\w+")


class Boilerplate:
    """How many posts have which line. For one thread at a time."""

    def __init__(self) -> None:
        self.n_posts = 0
        # Of each line, by its digest: in how many posts it was counted, and missed at most.
        self._counts: dict[bytes, tuple[int, int]] = {}

    def learn(self, body: str) -> None:
        """Count the lines of one more body."""
        self.n_posts += 1
        missed = self.n_posts // _WINDOW
        for key in {key for _, key in _pieces(body) if key}:
            count, error = self._counts.get(key, (0, missed))
            self._counts[key] = (count + 1, error)
        if self.n_posts % _WINDOW == 0:
            self._counts = {key: held for key, held in self._counts.items() if sum(held) > missed}

    def stripped(self, body: str) -> str:
        """Return a body without lines, sentences and labels that more than 2% of posts have."""
        most = max(SHARE * self.n_posts, FEWEST_POSTS)
        if self.n_posts < FEWEST_POSTS:
            return body
        kept = [piece for piece, key in _pieces(body) if not key or self._seen(key) <= most]
        return "".join(kept).strip()

    def stored(self) -> dict[str, NDArray[Any]]:
        """Return all of it as arrays without objects."""
        held = np.array(list(self._counts.values()), dtype=np.int64).reshape(-1, 2)
        digests = np.frombuffer(b"".join(self._counts), dtype=np.uint8)
        return {"n_posts": np.array([self.n_posts]), "digests": digests, "held": held}

    @classmethod
    def of_stored(cls, stored: Mapping[str, NDArray[Any]]) -> Boilerplate:
        """Return what `stored` gave; raises `WrongVectors` where its parts do not fit together."""
        digests, held = stored["digests"].tobytes(), stored["held"]
        if held.ndim != 2 or len(digests) != _DIGEST * len(held):
            msg = "Stored lines were not read: their parts are not of one piece. Count them anew."
            raise WrongVectors(msg)
        made = cls()
        made.n_posts = int(stored["n_posts"][0])
        keys = (digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST))
        made._counts = {
            key: (int(count), int(error)) for key, (count, error) in zip(keys, held, strict=True)
        }
        return made

    def _seen(self, key: bytes) -> int:
        count, _ = self._counts.get(key, (0, 0))
        return count


def _pieces(body: str) -> list[tuple[str, bytes]]:
    """Return the pieces of a body, which joined are its beginning, each with a key.

    The key is empty where a piece has no word.
    """
    found: list[tuple[str, bytes]] = []
    text, at = body[:LONGEST], 0
    for match in _PIECE.finditer(text):
        # "12.04", "a.b.c", "10:30" and addresses go on.
        goes_on = match[0][-1] in ".!?:;" and not _ENDS_HERE.match(text, match.end())
        if goes_on and match.end() - at < _LONGEST_PIECE:
            continue
        found.append(_keyed(text[at : match.end()]))
        at = match.end()
        if len(found) == _MOST_PIECES:
            break
    if at < len(text):
        found.append(_keyed(text[at:]))
    return found


def _keyed(piece: str) -> tuple[str, bytes]:
    seen = "".join(_WORD.findall(piece.casefold()))
    if not seen:
        return piece, b""
    return piece, blake2b(seen.encode("utf-8", "replace"), digest_size=_DIGEST).digest()
