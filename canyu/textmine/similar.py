"""What says the same: posts that are alike in words and in meaning.

Compared are the 500 posts nearest in meaning and the 200 best in words. Each half gives a score,
each score is told in deviations from its mean over these, and the two are added as equals. (Adding
reciprocal ranks instead found 4 points less in English and as much in Chinese.) Without an encoder
words decide alone.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile

import numpy as np

from canyu.textmine.errors import WrongVectors
from canyu.textmine.lexical import TITLE_COUNTS, Lexical, parted_title
from canyu.textmine.likeness import likeness
from canyu.textmine.plain import plain_text
from canyu.textmine.postings import Postings
from canyu.textmine.vectors import Near, Vectors, pack_vector

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from canyu.textmine.asked import Asked
    from canyu.textmine.encoders import Encoder
    from canyu.textmine.lexical import Weighed

BODY_ENCODED = 240
_ASKED_ENCODED = 400
LEAST_DEVIATION = 0.04
"""Of a score in words, in shares of what the words asked for would have; 0 to 0.06 were alike."""

_BEST_IN_WORDS = 200
_AT_ONCE = 64
# Counted on whenever terms become others.
_FORM = 2


class Post(NamedTuple):
    """A post: its id (0 or more), title, body, and its stored vector where it is at hand."""

    id: int
    title: str
    body: str = ""
    vector: bytes | None = None


@dataclass(frozen=True)
class Hit:
    """A post that was found.

    `score` orders the hits of one question and means nothing beside another's; `likeness` (0..1)
    is the chance that the two say the same (see `likeness`); `lexical` is the score in words as a
    share of what the same words would have, `cosine` that in meaning, None without a vector.
    """

    id: int
    score: float
    likeness: float
    lexical: float
    cosine: float | None


class Similar:
    """An index of posts that grows and shrinks; safe to share between threads."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        """Begin with no post; without an encoder words decide alone."""
        self._encoder = encoder
        self._words = Lexical()
        self._vectors = Vectors(encoder.name, encoder.n_dimensions) if encoder else None
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, post: int) -> bool:
        return post in self._words

    def add(self, posts: Iterable[Post], *, is_encoding: bool = True) -> None:
        """Take posts in; those without a vector are encoded, where there is an encoder.

        Unless `is_encoding`, they are found by their words alone until they come with a vector.

        Raises `ValueError` for an id below zero or one that is in already, and `WrongVectors` for
        a vector of another model; that post is not taken in, some of those before it are.
        """
        for together in _parted(posts, _AT_ONCE):
            vectors = self._vectors_of(together, is_encoding=is_encoding)
            with self._lock:
                for post, vector in zip(together, vectors, strict=True):
                    self._take(post, vector)

    def replace(self, posts: Iterable[Post]) -> None:
        """Take posts in, in the place of those with the same ids where there are some.

        Raises as `add` does; the post that was there stays.
        """
        for together in _parted(posts, _AT_ONCE):
            vectors = self._vectors_of(together)
            with self._lock:
                for post, vector in zip(together, vectors, strict=True):
                    self._drop(post.id)
                    self._take(post, vector)

    def remove(self, ids: Iterable[int]) -> int:
        """Take posts out; return how many of them were in."""
        with self._lock:
            return sum(self._drop(post) for post in ids)

    def encode(self, posts: Sequence[Post]) -> list[bytes | None]:
        """Return the vector of each post in its stored form; None without an encoder."""
        if self._encoder is None:
            return [None] * len(posts)
        rows = self._encoder.encode([text_encoded(post.title, post.body) for post in posts])
        return [pack_vector(self._encoder.name, row) for row in rows]

    def vector(self, post: int) -> bytes | None:
        """Return the stored form of a post's vector, None where it has none."""
        with self._lock:
            has = self._vectors is not None and post in self._vectors
            return self._vectors.packed(post) if self._vectors is not None and has else None

    def search(
        self, text: str, k: int = 10, *, exclude: Collection[int] = (), is_typing: bool = False
    ) -> list[Hit]:
        """Return at most `k` posts that are like `text`, best first, of equal ones the oldest id.

        `exclude` are ids that are not wanted. While typing, the last word may be the beginning of
        one. Only posts that share a term with it or are encoded can be found.
        """
        if k < 1 or not (read := plain_text(text)):
            return []
        row = self._encoder.encode([read[:_ASKED_ENCODED]])[0] if self._encoder else None
        with self._lock:
            return self._found(text, row, k, frozenset(exclude), is_typing=is_typing)

    def stored(self) -> bytes:
        """Return the index as bytes, from which `of_stored` makes it again within seconds."""
        with self._lock:
            parts = {f"words_{name}": each for name, each in self._words.stored().items()}
            if self._vectors is not None:
                parts |= {f"vectors_{name}": each for name, each in self._vectors.stored().items()}
                parts["model"] = np.frombuffer(self._vectors.name.encode(), dtype=np.uint8)
            parts["form"] = np.array([_FORM])
            held = io.BytesIO()
            np.savez(held, allow_pickle=False, **parts)
            return held.getvalue()

    @classmethod
    def of_stored(cls, held: bytes, encoder: Encoder | None = None) -> Similar:
        """Return the index that `stored` gave.

        Raises `WrongVectors` where it is not whole or its vectors are of another model than the
        encoder's; then it is built anew from the posts.
        """
        try:
            with np.load(io.BytesIO(held), allow_pickle=False) as parts:
                return cls.of_parts({name: parts[name] for name in parts.files}, encoder)
        except (ValueError, KeyError, EOFError, OSError, BadZipFile) as problem:
            if isinstance(problem, WrongVectors):
                raise
            msg = "The stored index was not read, because it is damaged. Build it anew."
            raise WrongVectors(msg) from problem

    @classmethod
    def of_parts(cls, parts: Mapping[str, NDArray[Any]], encoder: Encoder | None) -> Similar:
        """Return the index of the arrays that `stored` writes. Raises as `of_stored` does."""
        made = cls(encoder)
        model = encoder.name if encoder else None
        told = parts["model"].tobytes().decode() if "model" in parts else None
        if parts["form"].tolist() != [_FORM] or (model and told != model):
            msg = f"The stored index was not read: it is of another form or model than {model}."
            raise WrongVectors(msg)
        made._words = Lexical(Postings.of_stored(_of(parts, "words_")))
        if made._vectors is not None:
            made._vectors.restore(_of(parts, "vectors_"))
        return made

    def _vectors_of(self, posts: Sequence[Post], *, is_encoding: bool = True) -> list[bytes | None]:
        if self._vectors is not None:
            # Before anything is changed.
            for post in posts:
                if post.vector is not None:
                    self._vectors.check(post.vector)
        if not is_encoding:
            return [post.vector for post in posts]
        made = iter(self.encode([post for post in posts if post.vector is None]))
        return [next(made) if post.vector is None else post.vector for post in posts]

    def _take(self, post: Post, vector: bytes | None) -> None:
        self._words.add(post.id, post.title, post.body)
        if self._vectors is not None and vector is not None:
            self._vectors.add(post.id, vector)

    def _drop(self, post: int) -> bool:
        if self._vectors is not None:
            self._vectors.remove(post)
        return self._words.remove(post)

    def _found(
        self,
        text: str,
        row: NDArray[np.float32] | None,
        k: int,
        exclude: frozenset[int],
        *,
        is_typing: bool,
    ) -> list[Hit]:
        asked = self._words.ask(text, is_typing=is_typing)
        n_best = max(_BEST_IN_WORDS, k + len(exclude))
        if self._vectors is None or row is None:
            weighed = self._words.weigh(asked, n_best)
            return self._hits(asked, weighed, None, weighed.scores, k, exclude)
        near = self._vectors.near(row)
        weighed = self._words.weigh(asked, n_best, near.ids)
        cosines = _looked_up(weighed.ids, near)
        # The best in words that are not near are compared by themselves.
        others = np.isnan(cosines)
        cosines[others] = self._vectors.cosines_of(row, weighed.ids[others])
        # One shared word of a question in another language is far from the mean, and says little.
        least = LEAST_DEVIATION * self._words.self_score(asked)
        score = _deviations(weighed.scores, least) + _deviations(cosines, 0.0)
        return self._hits(asked, weighed, cosines, score, k, exclude)

    def _hits(
        self,
        asked: Asked,
        weighed: Weighed,
        cosines: NDArray[np.float64] | None,
        score: NDArray[np.float64],
        k: int,
        exclude: frozenset[int],
    ) -> list[Hit]:
        best, n_asked = self._words.self_score(asked), TITLE_COUNTS * max(asked.n_terms, 1)
        hits: list[Hit] = []
        for at in np.lexsort((weighed.ids, -score)).tolist():
            post = int(weighed.ids[at])
            if post in exclude:
                continue
            share = float(weighed.scores[at]) / best if best else 0.0
            cosine = None if cosines is None or np.isnan(cosines[at]) else float(cosines[at])
            sure = likeness(share, cosine, float(weighed.lengths[at]) / n_asked)
            hits.append(Hit(post, float(score[at]), sure, share, cosine))
            if len(hits) == k:
                break
        return hits


def text_encoded(title: str, body: str = "") -> str:
    """Return what of a post is encoded: its title and the beginning of its body."""
    told, rest = parted_title(title, body)
    said, more = told, rest[:BODY_ENCODED]
    return f"{said}. {more}" if said and more else said or more


def _looked_up(ids: NDArray[np.int64], near: Near) -> NDArray[np.float64]:
    """Return the cosine of each of `ids` (m), not a number where it is not near."""
    if not len(near.ids):
        return np.full(len(ids), np.nan)
    order = np.argsort(near.ids)
    at = np.minimum(np.searchsorted(near.ids, ids, sorter=order), len(order) - 1)
    places = order[at]
    return np.where(near.ids[places] == ids, near.cosines[places], np.nan)


def _deviations(values: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """Return how many deviations each value is from the mean, 0 for what is not a number.

    A deviation is `least` at the least.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return np.zeros(len(values))
    deviation = max(float(known.std()), least, 1e-9)
    apart: NDArray[np.float64] = (values - float(known.mean())) / deviation
    return np.nan_to_num(apart)


def _of(parts: Mapping[str, NDArray[Any]], start: str) -> dict[str, NDArray[Any]]:
    return {
        name.removeprefix(start): each for name, each in parts.items() if name.startswith(start)
    }


def _parted(posts: Iterable[Post], size: int) -> Iterable[list[Post]]:
    together: list[Post] = []
    for post in posts:
        together.append(post)
        if len(together) == size:
            yield together
            together = []
    if together:
        yield together
