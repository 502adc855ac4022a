"""Handles, names and links."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canyu.members import rules
from canyu.members.errors import HandleRefused, InvitationRefused, KeyRefused, MemberRefused

AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


@given(st.text(max_size=80))
@example("ß")
@example("ΐ")
@example("Ⅷ")
@example("İ")
@example("ª")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert rules.fold_handle(rules.fold_handle(text)) == rules.fold_handle(text)


@given(st.text(max_size=80))
def test_a_taken_handle_is_one_word_of_letters_digits_and_three_signs(text: str) -> None:
    try:
        handle = rules.check_handle(text)
    except HandleRefused:
        return
    assert rules.check_handle(handle) == handle
    assert 1 <= len(handle) <= 64
    assert unicodedata.is_normalized("NFKC", handle)
    assert not set(handle) & set("/?#%&<>\"' \t\r\n@:\\")
    assert all(unicodedata.category(sign)[0] in "LMN" or sign in "-_." for sign in handle)


@given(st.text(alphabet=st.characters(categories=("Ll", "Lo", "Nd")), min_size=1, max_size=20))
def test_plain_words_of_any_script_are_taken(text: str) -> None:
    folded = rules.fold_handle(text)
    if folded in rules.RESERVED_HANDLES or unicodedata.category(folded[0]) == "Mn":
        return
    if all(unicodedata.category(sign)[0] in "LMN" for sign in folded):
        assert rules.check_handle(text) == folded


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ana", "ana"),
        (" 参与者 ", "参与者"),
        ("ＡＢＣ", "abc"),
        ("Straße", "strasse"),
        ("a.b-c_d", "a.b-c_d"),
    ],
)
def test_handles_are_folded(typed: str, stored: str) -> None:
    assert rules.check_handle(typed) == stored


@pytest.mark.parametrize(
    "handle",
    ["", " ", "a b", "a/b", "me", "NEW", "Admin", "a\x00b", "a\u202eb", ".a", "a.", "-a", "..", "_",
     "a" * 65, "former-7", "\u0301a", "\ud800", "😀"],
)  # fmt: skip
def test_handles_that_cannot_be_are_refused(handle: str) -> None:
    with pytest.raises(HandleRefused) as refusal:
        rules.check_handle(handle)
    assert 400 <= refusal.value.status < 500


@given(st.text(max_size=100))
@example("renovate[bot]")
@example("Former-3")
def test_a_name_from_elsewhere_becomes_a_handle_or_is_refused(text: str) -> None:
    if not any(sign.isalnum() for sign in rules.fold_handle(text)[:64]):
        return
    assert rules.check_handle(rules.handle_like(text))


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("renovate[bot]", "renovate-bot"),
        ("Ana Li", "ana-li"),
        ("admin", "_admin"),
        ("former-3", "_former-3"),
    ],
)
def test_handles_are_bent_as_little_as_possible(name: str, handle: str) -> None:
    assert rules.handle_like(name) == handle


@given(st.text(max_size=200))
def test_a_shown_name_is_one_line_of_signs_that_can_be_shown(text: str) -> None:
    name = rules.name_like(text, otherwise="ana")
    assert 1 <= len(name) <= rules.NAME_LENGTH
    assert name == " ".join(name.split())
    assert not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name)
    assert rules.check_name(name, otherwise="ana") == name


def test_a_name_that_says_nothing_is_the_handle() -> None:
    assert rules.check_name(" \u200b ", otherwise="ana") == "ana"
    assert rules.check_name("", otherwise="ana") == "ana"


@pytest.mark.parametrize("name", ["a" * 81, "a\x07b", "ana\u202eobloc"])
def test_names_that_cannot_be_shown_are_refused(name: str) -> None:
    with pytest.raises(MemberRefused):
        rules.check_name(name, otherwise="ana")


def test_words_about_oneself() -> None:
    assert rules.check_about(" one\r\ntwo ") == "one\ntwo"
    for about in ("a" * 501, "a\x00b"):
        with pytest.raises(MemberRefused):
            rules.check_about(about)


def test_only_languages_that_are_spoken() -> None:
    assert [rules.check_language(code) for code in ("", "en", "zh-hans")] == ["", "en", "zh-hans"]
    with pytest.raises(MemberRefused):
        rules.check_language("tlh")


@pytest.mark.parametrize(("n_uses", "valid_days"), [(0, 7), (-1, 7), (10_001, 7), (1, 0), (1, 367)])
def test_terms_out_of_reason_are_refused(n_uses: int, valid_days: int) -> None:
    with pytest.raises(InvitationRefused) as refusal:
        rules.check_terms(n_uses=n_uses, valid_days=valid_days)
    assert refusal.value.status == 400


def test_a_link_says_why_it_is_closed() -> None:
    later = AT + timedelta(days=1)
    rules.check_invitation_open(expires_at=later, revoked_at=None, n_uses_left=1, at=AT)
    closed = [
        ({"expires_at": AT, "revoked_at": None, "n_uses_left": 1}, "no longer valid"),
        ({"expires_at": later, "revoked_at": AT, "n_uses_left": 1}, "taken back"),
        ({"expires_at": later, "revoked_at": None, "n_uses_left": 0}, "used up"),
    ]
    for state, why in closed:
        with pytest.raises(InvitationRefused, match=why):
            rules.check_invitation_open(**state, at=AT)  # type: ignore[arg-type]


def test_a_key_has_a_name() -> None:
    assert rules.check_key_name(" nightly  build ") == "nightly build"
    for name in ("", " ", "a" * 81, "a\x00"):
        with pytest.raises(KeyRefused):
            rules.check_key_name(name)


@given(st.text(max_size=50))
def test_any_token_can_be_looked_up(token: str) -> None:
    assert len(rules.hash_token(token)) == 64
