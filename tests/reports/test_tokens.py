import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from canyu.reports.errors import ReportRefused
from canyu.reports.tokens import ReportToken, _sign, _text, open_token, seal_token
from tests.builders import WEDNESDAY

KEY = b"our own key"
TOKEN = ReportToken(
    release_id=5,
    member_id=42,
    ring_key="weekly",
    screen=3,
    shown=(9, 7, 8),
    expires_at=WEDNESDAY,
    is_team=True,
    device="小米 14",
    version="5.2",
)
SEALED = seal_token(TOKEN, key=KEY)


def test_a_token_says_what_was_sealed_until_it_expires() -> None:
    assert open_token(SEALED, key=KEY, at=WEDNESDAY) == TOKEN
    with pytest.raises(ReportRefused, match="open for too long") as refusal:
        open_token(SEALED, key=KEY, at=WEDNESDAY + timedelta(seconds=1))
    assert refusal.value.status == 410


def test_a_token_is_safe_in_a_form_and_an_address() -> None:
    assert set(SEALED) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(
    st.builds(
        ReportToken,
        release_id=st.integers(1),
        member_id=st.integers(1),
        ring_key=st.text("abc-", max_size=40),
        screen=st.integers(0, 59),
        shown=st.lists(st.integers(1), max_size=7).map(tuple),
        expires_at=st.just(WEDNESDAY),
        is_team=st.booleans(),
        device=st.text(st.characters(exclude_categories=["Cs"])),
        version=st.text(st.characters(exclude_categories=["Cs"])),
    )
)
def test_any_token_comes_back(token: ReportToken) -> None:
    assert open_token(seal_token(token, key=KEY), key=KEY, at=WEDNESDAY) == token


def refuse(sealed: str) -> None:
    with pytest.raises(ReportRefused, match="not made by this server") as refusal:
        open_token(sealed, key=KEY, at=WEDNESDAY)
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    "sealed",
    [
        "",
        ".",
        "..",
        "a",
        "字.字",
        "=.=",
        f"{SEALED}.more",
        SEALED.split(".", maxsplit=1)[0],
        SEALED.split(".")[0] + ".",
        "." + SEALED.split(".")[1],
        SEALED[:-4],
        seal_token(TOKEN, key=b"another key"),
    ],
)
def test_what_was_forged_or_cut_is_refused(sealed: str) -> None:
    refuse(sealed)


@given(st.text() | st.binary().map(lambda raw: f"{_text(raw)}.{_text(raw)}"))
def test_anything_else_is_refused_with_a_sentence(sealed: str) -> None:
    refuse(sealed)


def test_another_members_name_under_ones_own_seal_is_refused() -> None:
    body = seal_token(replace(TOKEN, member_id=43), key=KEY).split(".", maxsplit=1)[0]
    seal = SEALED.split(".")[1]
    refuse(f"{body}.{seal}")


@given(st.integers(0, len(SEALED.split(".", maxsplit=1)[0]) - 1), st.sampled_from("Ab0-_"))
def test_one_changed_letter_breaks_the_seal(place: int, letter: str) -> None:
    body, seal = SEALED.split(".")
    changed = body[:place] + letter + body[place + 1 :]

    def raw(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    if raw(changed) != raw(body):
        refuse(f"{changed}.{seal}")


def test_a_token_of_an_earlier_version_of_us_has_been_open_for_too_long() -> None:
    body = json.dumps([5, 42, "weekly"]).encode()
    with pytest.raises(ReportRefused, match="open for too long"):
        open_token(f"{_text(body)}.{_text(_sign(body, KEY))}", key=KEY, at=WEDNESDAY)
