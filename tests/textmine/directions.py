"""Encoders for tests: one that needs no weights, and the usual one, loaded once."""

from collections.abc import Sequence
from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from canyu.textmine import UniversalEncoder


@cache
def universal() -> UniversalEncoder:
    """The encoder that is installed; its weights are read once in a run."""
    return UniversalEncoder()


class TrigramEncoder:
    """Texts are near that share trigrams."""

    name = "trigrams-1"
    n_dimensions = 256

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self._row(text) for text in texts], dtype=np.float32).reshape(-1, 256)

    def _row(self, text: str) -> NDArray[np.float32]:
        row = np.zeros(self.n_dimensions, dtype=np.float32)
        padded = f"^{text}$"
        for at in range(max(len(padded) - 2, 1)):
            seed = crc32(padded[at : at + 3].encode("utf-8", "replace"))
            row += np.random.default_rng(seed).standard_normal(self.n_dimensions)
        return row / np.linalg.norm(row)
