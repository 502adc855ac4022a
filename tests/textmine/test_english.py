"""The larger encoder knows English better, and leaves other languages to the usual one."""

import numpy as np
import pytest

from canyu.textmine import (
    EncoderMissing,
    EnglishEncoder,
    JoinedEncoder,
    Post,
    Similar,
    english,
    joined_encoder,
)
from tests.textmine.directions import universal

TEXTS = ["How do I take a screenshot?", "Capturing my screen", "The battery is empty by noon."]


@pytest.fixture(scope="module")
def joined() -> JoinedEncoder:
    return JoinedEncoder(universal(), EnglishEncoder())


def test_two_wordings_are_nearer_than_two_troubles(joined: JoinedEncoder) -> None:
    rows = joined.encode(TEXTS)
    near = rows @ rows.T
    assert near[0, 1] > near[0, 2] + 0.3


def test_the_cosine_of_two_english_texts_is_a_mean_of_both(joined: JoinedEncoder) -> None:
    ours = joined.encode(TEXTS)
    usual, other = (each.encode(TEXTS) for each in (universal(), EnglishEncoder()))
    share = english.ENGLISH_SHARE
    mean = (1 - share) * usual @ usual.T + share * other @ other.T
    np.testing.assert_allclose(ours @ ours.T, mean, atol=1e-5)


def test_what_is_not_in_latin_letters_is_as_near_as_before(joined: JoinedEncoder) -> None:
    texts = ["怎么截屏？", "如何截图", "电池中午就没电了"]
    ours, before = joined.encode(texts), universal().encode(texts)
    np.testing.assert_allclose(ours @ ours.T, before @ before.T, atol=1e-5)
    # One of each keeps the part that the usual one has.
    mixed, usual = (
        joined.encode(["怎么截屏？", TEXTS[0]]),
        universal().encode(["怎么截屏？", TEXTS[0]]),
    )
    part = np.sqrt(1 - english.ENGLISH_SHARE)
    assert mixed[0] @ mixed[1] == pytest.approx(part * (usual[0] @ usual[1]), abs=1e-5)


def test_any_text_has_a_direction_and_company_changes_nothing(joined: JoinedEncoder) -> None:
    hostile = ["", " ", "a", "\x00\u202e", "\ud800", "😀" * 400, "عربي", "word " * 200_000]
    rows = joined.encode(hostile)
    assert rows.shape == (len(hostile), joined.n_dimensions)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alone = np.concatenate([joined.encode([text]) for text in hostile])
    np.testing.assert_allclose(rows, alone, atol=1e-5)
    assert joined.encode([]).shape == (0, joined.n_dimensions)


def test_all_of_it_is_kept_and_searched(joined: JoinedEncoder) -> None:
    index = Similar(joined)
    index.add(Post(at, text) for at, text in enumerate([*TEXTS, "怎么截屏？"]))
    kept = Similar.of_stored(index.stored(), joined)
    for one in (index, kept):
        best = one.search("screen capture", 4)
        assert {hit.id for hit in best[:2]} == {0, 1}
        cosine = next(hit.cosine for hit in best if hit.id == 1)
        assert cosine is not None
        assert cosine > 0.5


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("Screenshot", True),
        ("é à", True),
        ("截屏 screenshot 截屏截屏截屏截屏", False),
        ("12 !", False),
    ],
)
def test_latin_letters_decide(text: str, *, is_it: bool) -> None:
    assert english.is_mostly_latin(text) is is_it


def test_without_its_packages_it_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(english, "find_spec", lambda name: None)
    with pytest.raises(EncoderMissing, match=r"scripts/prepare\.sh english"):
        joined_encoder()
