"""What happens around every page."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from canyu.members.services import choose_language
from tests.web.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


def test_a_page_may_load_nothing_but_our_files_and_run_nothing_inside(client: Client) -> None:
    policy = client.get("/test/blank/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy


@pytest.mark.parametrize("address", ["/test/blank/", "/nowhere/", "/healthz", "/account/sign-in/"])
def test_every_answer_carries_the_policies(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert "object-src 'none'" in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "key", ["\\000" * 10, "\\000abcdefghijk", "\\355\\240\\200abcdefgh", "x" * 5000]
)
def test_a_session_that_nobody_was_given_is_none(client: Client, key: str) -> None:
    odd = {"cookie": f'canyu_session="{key}"; canyu_language=zh-hans'}
    response = client.get("/test/echo/", headers=odd)
    assert response.status_code == 200
    # The sound ones beside it are read.
    assert response.headers["Content-Language"] == "zh-hans"


def test_no_page_of_ours_needs_what_the_policy_forbids(client: Client) -> None:
    page = client.get("/account/sign-in/").content.decode()
    assert " style=" not in page
    assert " onclick=" not in page
    for script in page.split("<script")[1:]:
        head = script.split(">")[0]
        assert " src=" in head or 'type="application/json"' in head


def test_a_member_is_spoken_to_in_the_language_that_they_chose(
    signed_in: Client, jonas: int
) -> None:
    choose_language(actor_id=jonas, language="zh-hans", at=NOW)
    response = signed_in.get("/test/echo/", HTTP_ACCEPT_LANGUAGE="en")
    assert response.content == b"0 zh-hans"
    assert response.headers["Content-Language"] == "zh-hans"


def test_the_choice_made_in_this_browser_goes_before(signed_in: Client, jonas: int) -> None:
    choose_language(actor_id=jonas, language="zh-hans", at=NOW)
    signed_in.post("/language/setlang/", {"language": "en", "next": "/"})
    response = signed_in.get("/test/echo/", HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert response.content == b"0 en"
    assert response.headers["Content-Language"] == "en"


def test_a_member_without_a_choice_follows_the_browser(signed_in: Client) -> None:
    assert signed_in.get("/test/echo/", HTTP_ACCEPT_LANGUAGE="zh-CN").content == b"0 zh-hans"
    assert signed_in.get("/test/echo/", HTTP_ACCEPT_LANGUAGE="en-GB").content == b"0 en"


def test_a_language_that_we_do_not_speak_is_answered_in_ours(client: Client) -> None:
    assert client.get("/test/echo/", HTTP_ACCEPT_LANGUAGE="de").content == b"0 en"


def test_a_stranger_costs_one_query_for_the_products_that_there_are(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get("/test/blank/")


def test_a_member_costs_their_session_and_themself(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        signed_in.get("/test/echo/")


def test_watching_the_server_costs_nothing(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = signed_in.get("/healthz")
    assert response.content == b"ok"


@pytest.mark.parametrize(
    ("kind", "status"), [("refused", 409), ("allowed", 403), ("found", 404), ("invalid", 400)]
)
def test_a_refusal_becomes_a_page_with_its_status(client: Client, kind: str, status: int) -> None:
    response = client.get(f"/test/refuse/{kind}/")
    assert response.status_code == status
    page = response.content.decode()
    assert "<h1" in page
    assert 'href="/"' in page


def test_a_refusal_says_what_was_not_done_and_escapes_it(client: Client) -> None:
    page = client.get("/test/refuse/refused/").content.decode()
    assert "&lt;It&gt; was not done." in page


def test_a_real_fault_is_left_alone(client: Client) -> None:
    with pytest.raises(ZeroDivisionError):
        client.get("/test/break/")
