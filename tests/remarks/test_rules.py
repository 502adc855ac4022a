import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.remarks.errors import RemarkRefused
from canyu.remarks.rules import (
    LONGEST_REMARK,
    check_remark,
    check_words,
    clean_texts,
    clean_words,
)

FAMILY = "👩‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  I like it \n", "I like it"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("tab\tstays", "tab\tstays"),
        ("turned \u202eround\u202c", "turned round"),
        ("half a pair \ud83d", "half a pair"),
        ("很好，喜欢。", "很好，喜欢。"),
        (FAMILY, FAMILY),
        ("👍", "👍"),
        ("…", "…"),
        ("\u200b\u2060\ufeff", ""),
        ("\u3000\u00a0 ", ""),
        ("", ""),
    ],
)
def test_words_are_kept_and_what_cannot_be_seen_is_not(text: str, words: str) -> None:
    assert clean_words(text) == words


@given(st.text())
def test_clean_words_can_be_stored_and_cleaning_again_changes_nothing(text: str) -> None:
    words = clean_words(text)

    words.encode("utf-8")
    assert "\0" not in words
    assert words == words.strip()
    assert clean_words(words) == words
    assert not {unicodedata.category(sign) for sign in words} <= {"Cf", "Zs"} or not words


def test_texts_lose_the_languages_that_say_nothing() -> None:
    assert clean_texts({"en": " Hi ", "zh-hans": "\u200b", "de": ""}) == {"en": "Hi"}


def test_as_many_words_as_fit_are_taken_and_not_one_sign_more() -> None:
    assert check_words(" " + "字" * 10, longest=10) == "字" * 10
    with pytest.raises(RemarkRefused, match="11 characters long, and 10 fit") as refusal:
        check_words("字" * 11, longest=10)
    assert refusal.value.status == 413


def test_ten_megabytes_are_refused() -> None:
    with pytest.raises(RemarkRefused) as refusal:
        check_remark("x" * 10_000_000)
    assert refusal.value.params["longest"] == LONGEST_REMARK


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "\x00"])
def test_a_remark_without_words_is_refused(text: str) -> None:
    with pytest.raises(RemarkRefused, match="no words") as refusal:
        check_remark(text)
    assert refusal.value.status == 400
