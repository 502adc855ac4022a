"""Addresses, words, languages and rights."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.journal.errors import NotAllowed
from canyu.products import rules
from canyu.products.errors import ProductRefused, RingRefused, TeamRefused

LANGUAGES = st.sampled_from(["en", "en-gb", "zh-hans", "zh-hant", "zh", "de", "pt-br"])


@given(st.text(max_size=50))
def test_any_text_is_a_slug_or_refused(text: str) -> None:
    try:
        slug = rules.check_slug(text)
    except ProductRefused as refusal:
        assert refusal.status == 400  # noqa: PT017 - either outcome is right
    else:
        assert slug == text
        assert re.fullmatch("[a-z0-9-]{1,40}", slug)


@given(st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,9}){0,3}", fullmatch=True))
def test_words_with_hyphens_are_slugs(text: str) -> None:
    if text not in rules.RESERVED_SLUGS:
        assert rules.check_slug(text) == text


@pytest.mark.parametrize(
    "slug", ["", "-a", "a-", "a--b", "A", "a b", "a/b", "a\n", "参与", "new", "a" * 41, "٣"]
)
def test_slugs_that_cannot_be_are_refused(slug: str) -> None:
    with pytest.raises(ProductRefused):
        rules.check_slug(slug)


@pytest.mark.parametrize(
    ("texts", "language", "text"),
    [
        ({"en": "Red", "zh-hans": "红"}, "zh-hans", "红"),
        ({"en": "Red", "zh-Hans": "红"}, "zh_HANS", "红"),
        ({"en": "Red", "zh": "红"}, "zh-hans", "红"),
        ({"en": "Red", "zh-hant": "紅"}, "zh-hans", "紅"),
        ({"en-gb": "Colour", "en": "Color"}, "en-us", "Color"),
        ({"de": "Rot", "en": "Red"}, "fr", "Red"),
        ({"de": "Rot", "en-gb": "Red"}, "fr", "Red"),
        ({"de": "Rot", "ja": "赤"}, "fr", "Rot"),
        ({"fr": "", "de": "Rot"}, "fr", "Rot"),
        ({}, "en", ""),
        ({"en": ""}, "en", ""),
    ],
)
def test_the_nearest_language_is_shown(texts: dict[str, str], language: str, text: str) -> None:
    assert rules.in_language(texts, language) == text
    # However the store has kept them.
    assert rules.in_language(dict(reversed(texts.items())), language) == text


@given(st.dictionaries(LANGUAGES, st.text(max_size=5)), LANGUAGES)
def test_what_is_shown_is_one_of_the_texts(texts: dict[str, str], language: str) -> None:
    shown = rules.in_language(texts, language)
    assert shown in texts.values() or not any(texts.values())
    if texts.get(language):
        assert shown == texts[language]
    assert bool(shown) == any(texts.values())


@given(st.dictionaries(st.text(max_size=6), st.text(max_size=30), max_size=5))
def test_any_texts_are_tidied_or_refused(texts: dict[str, str]) -> None:
    try:
        tidy = rules.check_texts(texts, length=20)
    except ProductRefused as refusal:
        assert refusal.status == 400  # noqa: PT017 - either outcome is right
    else:
        assert rules.check_texts(tidy, length=20) == tidy
        assert all(0 < len(text) <= 20 for text in tidy.values())


@pytest.mark.parametrize(
    "texts",
    [{}, {"en": "", "de": "  "},
     {"english!": "Red"}, {"en": "a" * 21}, {"en": "a\0"}, {"en": "\ud800"},
     dict.fromkeys((f"{a}{b}" for a in "abcdefg" for b in "abcdefg"), "x")],
)  # fmt: skip
def test_texts_that_cannot_be_are_refused(texts: dict[str, str]) -> None:
    with pytest.raises(ProductRefused):
        rules.check_texts(texts, length=20, required=True)


def test_who_sees_what() -> None:
    assert rules.may_see("open", is_member=False)
    assert rules.may_see("members", is_member=True)
    assert not rules.may_see("members", is_member=False)


def test_who_decides() -> None:
    rules.check_may_write_team(is_owner=True, is_operator=False)
    rules.check_may_write_team(is_owner=False, is_operator=True)
    with pytest.raises(NotAllowed):
        rules.check_may_write_team(is_owner=False, is_operator=False)


def test_the_last_owner_stays() -> None:
    rules.check_owner_stays(is_owner=True, n_owners=2)
    rules.check_owner_stays(is_owner=False, n_owners=1)
    with pytest.raises(TeamRefused):
        rules.check_owner_stays(is_owner=True, n_owners=1)


def test_rings_by_invitation() -> None:
    rules.check_may_join_ring("open", is_invited=False, is_team=False)
    rules.check_may_join_ring("invited", is_invited=True, is_team=False)
    rules.check_may_join_ring("invited", is_invited=False, is_team=True)
    with pytest.raises(RingRefused):
        rules.check_may_join_ring("invited", is_invited=False, is_team=False)


def test_words_from_a_short_list() -> None:
    assert rules.check_role("owner") == "owner"
    assert rules.check_visibility("members") == "members"
    with pytest.raises(TeamRefused):
        rules.check_role("admin")
    with pytest.raises(ProductRefused):
        rules.check_visibility("secret")


def test_a_device_is_one_short_line() -> None:
    assert rules.check_word("  Mi\n 2S ") == "Mi 2S"
    for word in ("a" * 65, "a\0b"):
        with pytest.raises(ProductRefused):
            rules.check_word(word)
