"""Coming in: accounts, passwords, passkeys, and the links that owners give."""

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from canyu.journal import clock
from canyu.members.queries import has_operator, member_by_handle, member_of, n_members
from canyu.members.services import (
    deactivate_member,
    make_invitation,
    make_recovery_link,
    make_start_link,
    register_member,
)
from canyu.products.queries import is_team, products_for
from canyu.products.services import add_product, invite
from tests.web.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]

PERSON = {"username": "lin", "name": "Lin Yue", "password1": "under the pear tree"}


def fields_without_label(page: str) -> list[str]:
    """Return the visible fields of a page that no label speaks of."""
    main = page.split("<main")[1].split("</main>", maxsplit=1)[0]
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", main)
    seen = [one for one in fields if 'type="hidden"' not in one and " hidden" not in one]
    ids = [match.group(1) if (match := re.search(r'id="([^"]+)"', one)) else "" for one in seen]
    return [one for one in ids if not one or f'<label for="{one}"' not in main]


def start_owner(client: Client) -> int:
    token = make_start_link(at=clock.now())
    said = {"handle": "olga", "name": "Olga", "password": "the first one here"}
    response = client.post(f"/start/{token}/", said)
    assert response.status_code == 302
    return member_by_handle("olga").id


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "address", ["/account/sign-in/", "/account/sign-up/", "/account/lost/", "/account/ended/"]
)
def test_strangers_pages_have_titles_and_labels(
    client: Client, address: str, language: str
) -> None:
    response = client.get(address, HTTP_ACCEPT_LANGUAGE=language)
    assert response.status_code == 200
    page = response.content.decode()
    assert re.search(r"<title>\s*[^\s<·]", page)
    assert page.count("<h1") == 1
    assert fields_without_label(page) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "address",
    [
        "/account/",
        "/account/password/",
        "/account/confirm/",
        "/account/sign-out/",
    ],
)
def test_members_pages_have_titles_and_labels(
    signed_in: Client, address: str, language: str
) -> None:
    response = signed_in.get(address, HTTP_ACCEPT_LANGUAGE=language)
    assert response.status_code == 200
    page = response.content.decode()
    assert re.search(r"<title>\s*[^\s<·]", page)
    assert page.count("<h1") == 1
    assert fields_without_label(page) == []


@pytest.mark.parametrize("address", ["/account/", "/account/password/", "/account/passkeys/add/"])
def test_strangers_are_sent_to_sign_in_first(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/")


@pytest.mark.parametrize(
    "address",
    [
        "/account/email/",
        "/account/confirm-email/",
        "/account/password/reset/",
        "/accounts/password/reset/",
    ],
)
def test_no_page_about_mail_is_there(signed_in: Client, address: str) -> None:
    assert signed_in.get(address).status_code == 404


def test_signing_up_makes_a_member_who_is_signed_in(client: Client) -> None:
    response = client.post("/account/sign-up/", PERSON)
    assert response.status_code == 302
    assert response.headers["Location"] == "/"
    lin = member_by_handle("lin")
    assert (lin.name, lin.language, lin.is_operator, lin.has_joined) == (
        "Lin Yue",
        "",
        False,
        True,
    )
    assert client.get("/test/mine/").content == f"member {lin.id}".encode()


def test_the_language_chosen_before_signing_up_stays_theirs(client: Client) -> None:
    client.post("/language/setlang/", {"language": "zh-hans", "next": "/"})
    client.post("/account/sign-up/", PERSON)
    assert member_by_handle("lin").language == "zh-hans"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "admin"}, "username"),
        ({"username": "x" * 65}, "username"),
        ({"username": "jonas"}, "username"),
        ({"username": "JONAS"}, "username"),
        ({"username": "Ｊonas"}, "username"),
        ({"username": "li\x00n"}, "username"),
        ({"name": "x" * 81}, "name"),
        ({"password1": "short"}, "password1"),
        ({"password1": "password123"}, "password1"),
        ({"password1": "linlinlinlin", "username": "linlinlinli"}, "password1"),
        ({"password1": "x" * 1025}, "password1"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    client: Client, jonas: int, change: dict[str, str], field: str
) -> None:
    before = n_members()
    response = client.post("/account/sign-up/", {**PERSON, **change})
    assert response.status_code == 200
    page = response.content.decode()
    assert f'id="id_{field}_error"' in page
    assert "Traceback" not in page
    assert n_members() == before
    # What was typed is still there, but for the password.
    assert PERSON["password1"] not in page


def test_nobody_signs_up_uninvited_where_that_is_the_rule(client: Client, settings: Any) -> None:
    settings.CANYU_SIGNUP = "invited"
    response = client.get("/account/sign-up/")
    assert response.status_code == 403
    assert "By invitation" in response.content.decode()
    assert client.post("/account/sign-up/", PERSON).status_code == 403
    assert n_members() == 0


@pytest.mark.parametrize("typed", ["jonas", "Jonas", "ｊｏｎａｓ "])
def test_a_handle_is_known_however_it_is_typed(client: Client, jonas: int, typed: str) -> None:
    response = client.post("/account/sign-in/", {"login": typed, "password": PASSWORD})
    assert response.status_code == 302
    assert client.get("/test/mine/").content == f"member {jonas}".encode()


def test_a_wrong_password_says_neither_which_nor_who(client: Client, jonas: int) -> None:
    wrong = client.post("/account/sign-in/", {"login": "jonas", "password": "no such word"})
    nobody = client.post("/account/sign-in/", {"login": "nobody", "password": "no such word"})
    sentence = "handle and password do not match"
    assert sentence in wrong.content.decode()
    assert sentence in nobody.content.decode()


def test_guessing_is_stopped_after_a_while(client: Client, jonas: int) -> None:
    for _ in range(6):
        last = client.post("/account/sign-in/", {"login": "jonas", "password": "no such word"})
    assert "too many attempts" in last.content.decode()
    # The right one does not get in now either, and says the same.
    right = client.post("/account/sign-in/", {"login": "jonas", "password": PASSWORD})
    assert "too many attempts" in right.content.decode()


def test_signing_up_by_the_dozen_is_stopped(client: Client) -> None:
    for n in range(21):
        response = client.post("/account/sign-up/", {**PERSON, "username": f"lin{n}", "name": ""})
        client.logout()
    assert response.status_code == 429
    assert "too often" in response.content.decode().lower()


def test_signing_in_leads_back_to_where_one_was_going(client: Client, jonas: int) -> None:
    first = client.get("/test/mine/")
    assert first.headers["Location"] == "/account/sign-in/?next=/test/mine/"
    page = client.get(first.headers["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/test/mine/">' in page
    said = {"login": "jonas", "password": PASSWORD, "next": "/test/mine/"}
    assert client.post("/account/sign-in/", said).headers["Location"] == "/test/mine/"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_signing_in_leads_nowhere_else(client: Client, jonas: int, elsewhere: str) -> None:
    said = {"login": "jonas", "password": PASSWORD, "next": elsewhere}
    assert client.post("/account/sign-in/", said).headers["Location"] == "/"


def test_an_ended_account_does_not_come_in(client: Client, jonas: int) -> None:
    deactivate_member(actor_id=jonas, member_id=jonas, at=clock.now())
    client.post("/account/sign-in/", {"login": "jonas", "password": PASSWORD})
    assert client.get("/test/mine/").status_code == 302


@pytest.mark.parametrize("cookie", ["forged", "../../etc/passwd", "x" * 4000, "é", ""])
def test_a_forged_session_is_no_session(client: Client, jonas: int, cookie: str) -> None:
    client.cookies["canyu_session"] = cookie
    response = client.get("/test/mine/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/sign-in/")


def test_signing_out_needs_the_form(signed_in: Client) -> None:
    assert signed_in.get("/account/sign-out/").status_code == 200
    assert signed_in.get("/test/mine/").status_code == 200
    signed_in.post("/account/sign-out/")
    assert signed_in.get("/test/mine/").status_code == 302


def test_changing_the_password_ends_every_session(signed_in: Client, jonas: int) -> None:
    other = Client()
    other.login(username="jonas", password=PASSWORD)
    new = "another way to the sea"
    said = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    response = signed_in.post("/account/password/", said)
    assert response.headers["Location"] == "/account/sign-in/"
    assert signed_in.get("/test/mine/").status_code == 302
    assert other.get("/test/mine/").status_code == 302
    assert other.login(username="jonas", password=new)


def test_a_password_is_not_changed_without_the_old_one(signed_in: Client) -> None:
    new = "another way to the sea"
    said = {"oldpassword": "no such word", "password1": new, "password2": new}
    page = signed_in.post("/account/password/", said).content.decode()
    assert "not your current password" in page
    assert 'id="id_oldpassword_error"' in page
    assert Client().login(username="jonas", password=PASSWORD)


def test_passkeys_are_added_after_asking_once_more(signed_in: Client) -> None:
    asked = signed_in.get("/account/passkeys/add/")
    assert asked.headers["Location"] == "/account/confirm/?next=%2Faccount%2Fpasskeys%2Fadd%2F"
    said = {"password": PASSWORD, "next": "/account/passkeys/add/"}
    confirmed = signed_in.post("/account/confirm/", said)
    assert confirmed.headers["Location"] == "/account/passkeys/add/"
    page = signed_in.get("/account/passkeys/add/").content.decode()
    question = json.loads(re.search(r'id="passkey-question"[^>]*>(.*?)</script>', page)[1])  # type: ignore[index]
    assert question["creation_options"]["publicKey"]["user"]["displayName"] == "Jonas Weber"
    assert fields_without_label(page) == []
    assert 'value="Passkey 1"' in page


@pytest.fixture
def confirmed(signed_in: Client) -> Client:
    signed_in.post("/account/confirm/", {"password": PASSWORD})
    signed_in.get("/account/passkeys/add/")
    return signed_in


@pytest.mark.parametrize(
    "credential",
    ["", "x", "5", "[]", "{}", "null", '{"id": "x"}', '{"id": 1, "response": {}, "type": "x"}'],
)
def test_what_is_no_passkey_is_refused(confirmed: Client, credential: str) -> None:
    said = {"name": "Phone", "credential": credential, "passwordless": "on"}
    response = confirmed.post("/account/passkeys/add/", said)
    assert response.status_code == 200
    assert "You have none yet" in confirmed.get("/account/").content.decode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "rawId",
                    "response",
                    "type",
                    "clientDataJSON",
                    "attestationObject",
                    "authenticatorData",
                    "signature",
                    "userHandle",
                    "clientExtensionResults",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(credential=JSON)
@example(credential={"rawId": 10**30, "id": 10**30})
@hypothesis_settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_false_passkey_breaks_anything(confirmed: Client, credential: Any) -> None:
    said = {"credential": json.dumps(credential), "passwordless": "on"}
    assert confirmed.post("/account/passkeys/add/", said).status_code == 200
    stranger = Client(REMOTE_ADDR="192.0.2.1")
    stranger.get("/account/sign-in/passkey/", HTTP_ACCEPT="application/json")
    assert stranger.post("/account/sign-in/passkey/", said).status_code in {302, 429}


def keep_passkeys(member_id: int, n: int) -> list[int]:
    return [
        Authenticator.objects.create(
            user_id=member_id, type=Authenticator.Type.WEBAUTHN, data={"name": f"Key {k}"}
        ).pk
        for k in range(n)
    ]


@pytest.mark.parametrize(
    ("password", "n_keys", "n_left"), [(None, 1, 1), (None, 2, 1), (PASSWORD, 1, 0)]
)
def test_the_only_way_in_is_not_removed(
    client: Client, password: str | None, n_keys: int, n_left: int
) -> None:
    member_id = register_member(handle="kay", password=password, at=clock.now())
    first, *_others = keep_passkeys(member_id, n_keys)
    client.force_login(get_user_model().objects.get(pk=member_id))
    session = client.session
    confirmed = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [confirmed]
    session["account_authentication_methods_user"] = str(member_id)
    session.save()
    page = client.get("/account/").content.decode()
    assert "Key 0" in page
    assert client.get(f"/account/passkeys/{first}/remove/").status_code == 200
    response = client.post(f"/account/passkeys/{first}/remove/")
    assert response.status_code == (403 if n_left == n_keys else 302)
    assert Authenticator.objects.filter(user_id=member_id).count() == n_left


def test_a_passkey_is_renamed_by_its_member_only(
    confirmed: Client, jonas: int, member_named: Callable[..., int]
) -> None:
    other = member_named("lei")
    (theirs,) = keep_passkeys(other, 1)
    assert confirmed.post(f"/account/passkeys/{theirs}/name/", {"name": "x"}).status_code == 404
    assert confirmed.post(f"/account/passkeys/{theirs}/remove/").status_code == 404
    (own,) = keep_passkeys(jonas, 1)
    assert confirmed.post(f"/account/passkeys/{own}/name/", {"name": "Phone"}).status_code == 302
    assert "Phone" in confirmed.get("/account/").content.decode()


def test_the_question_for_a_passkey_names_nobody(client: Client, jonas: int) -> None:
    response = client.get("/account/sign-in/passkey/", HTTP_ACCEPT="application/json")
    question = response.json()["request_options"]["publicKey"]
    assert question["userVerification"] == "required"
    assert not question.get("allowCredentials")


def test_the_first_owner_comes_by_the_start_link(client: Client) -> None:
    olga = start_owner(client)
    assert member_of(olga).is_operator
    assert client.get("/test/mine/").content == f"member {olga}".encode()
    page = client.get("/start/product/").content.decode()
    assert fields_without_label(page) == []
    said = {"name_en": "Lumen", "name_zh": "流明", "slug": "lumen"}
    assert client.post("/start/product/", said).headers["Location"] == "/"
    (product,) = products_for(olga)
    assert (product.slug, product.name) == ("lumen", {"en": "Lumen", "zh-hans": "流明"})


def test_the_start_link_works_once(client: Client) -> None:
    token = make_start_link(at=clock.now())
    said = {"handle": "olga", "name": "", "password": "the first one here"}
    assert client.post(f"/start/{token}/", said).status_code == 302
    again = Client().get(f"/start/{token}/")
    assert again.status_code == 403
    assert "used up" in again.content.decode()


@pytest.mark.parametrize("way", ["start", "join", "recover"])
@pytest.mark.parametrize("token", ["x", "é", "x" * 500, "%00"])
def test_an_unknown_link_lets_nobody_in(client: Client, way: str, token: str) -> None:
    response = client.get(f"/{way}/{token}/")
    assert response.status_code == 403
    assert "not known here" in response.content.decode()
    assert not has_operator()


def test_a_link_of_one_kind_opens_no_other_door(client: Client, jonas: int) -> None:
    token = make_recovery_link(actor_id=None, member_id=jonas, at=clock.now())
    assert client.get(f"/start/{token}/").status_code == 403
    assert client.get(f"/join/{token}/").status_code == 403


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name_en": "", "name_zh": "", "slug": "lumen"}, "name_en"),
        ({"name_en": "Lumen", "slug": ""}, "slug"),
        ({"name_en": "Lumen", "slug": "Lu men/"}, "slug"),
        ({"name_en": "x" * 81, "slug": "lumen"}, "name_en"),
    ],
)
def test_a_product_that_cannot_be_is_said_at_its_field(
    client: Client, said: dict[str, str], field: str
) -> None:
    start_owner(client)
    page = client.post("/start/product/", said).content.decode()
    assert f'id="id_{field}_error"' in page
    assert products_for(None) == []


def test_only_who_runs_canyu_makes_products(signed_in: Client) -> None:
    said = {"name_en": "Lumen", "slug": "lumen"}
    assert signed_in.post("/start/product/", said).status_code == 403
    assert products_for(None) == []


@pytest.fixture
def invitation(client: Client) -> tuple[str, int]:
    owner = Client()
    olga = start_owner(owner)
    product = add_product(actor_id=olga, slug="lumen", name={"en": "Lumen"}, at=clock.now())
    token = invite(actor_id=olga, product_id=product, role="maker", at=clock.now())
    return token, product


def test_an_invitation_waits_until_the_stranger_has_an_account(
    client: Client, settings: Any, invitation: tuple[str, int]
) -> None:
    settings.CANYU_SIGNUP = "invited"
    token, product = invitation
    page = client.get(f"/join/{token}/").content.decode()
    assert "Olga asks you" in page
    assert client.get("/account/sign-up/").status_code == 200
    assert client.post("/account/sign-up/", PERSON).status_code == 302
    assert is_team(product, member_by_handle("lin").id)
    # It was for one.
    assert Client().get(f"/join/{token}/").status_code == 403


def test_an_invitation_waits_until_the_member_has_signed_in(
    client: Client, jonas: int, invitation: tuple[str, int]
) -> None:
    token, product = invitation
    client.get(f"/join/{token}/")
    said = {"login": "jonas", "password": PASSWORD}
    response = client.post("/account/sign-in/", said)
    assert response.headers["Location"] == f"/join/{token}/"
    page = client.get(f"/join/{token}/").content.decode()
    assert "You come in as Jonas Weber" in page
    assert not is_team(product, jonas)
    assert client.post(f"/join/{token}/").status_code == 302
    assert is_team(product, jonas)
    # The door is not shown again at the next sign-in.
    client.logout()
    assert client.post("/account/sign-in/", said).headers["Location"] == "/"


def test_a_stranger_cannot_take_an_invitation_without_an_account(
    client: Client, invitation: tuple[str, int]
) -> None:
    token, _product = invitation
    assert client.post(f"/join/{token}/").status_code == 403
    assert client.get(f"/join/{token}/").status_code == 200


def test_an_invitation_that_went_bad_in_between_holds_nobody_up(
    client: Client, settings: Any, jonas: int
) -> None:
    token = make_invitation(
        actor_id=jonas,
        grant={},
        n_uses=1,
        valid_days=1,
        at=clock.now() - timedelta(hours=23, minutes=59, seconds=59),
    )
    client.get(f"/join/{token}/")
    settings.CANYU_CLOCK = "tests.web.test_accounts.tomorrow"
    assert client.post("/account/sign-up/", PERSON).headers["Location"] == "/"
    settings.CANYU_SIGNUP = "invited"
    client.logout()
    assert client.get("/account/sign-up/").status_code == 403


def tomorrow() -> Any:
    return clock.machine_now() + timedelta(days=1)


def test_a_recovery_link_sets_a_password_and_signs_in(client: Client, jonas: int) -> None:
    token = make_recovery_link(actor_id=None, member_id=jonas, at=clock.now())
    page = client.get(f"/recover/{token}/").content.decode()
    assert "Welcome back, Jonas Weber" in page
    assert fields_without_label(page) == []
    weak = client.post(f"/recover/{token}/", {"password": "password123"})
    assert 'id="id_password_error"' in weak.content.decode()
    new = "another way to the sea"
    assert client.post(f"/recover/{token}/", {"password": new}).headers["Location"] == "/"
    assert client.get("/test/mine/").content == f"member {jonas}".encode()
    assert Client().login(username="jonas", password=new)
    assert Client().get(f"/recover/{token}/").status_code == 403


def test_pages_behind_links_are_kept_by_nobody(client: Client, jonas: int) -> None:
    token = make_recovery_link(actor_id=None, member_id=jonas, at=clock.now())
    headers = client.get(f"/recover/{token}/").headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["Referrer-Policy"] == "same-origin"


def test_what_the_sign_in_library_says_is_said_in_our_words(
    signed_in: Client, member_named: Callable[..., int]
) -> None:
    with translation.override("en"):
        page = signed_in.post("/account/sign-out/", follow=True).content.decode()
    assert "You are signed out." in page
