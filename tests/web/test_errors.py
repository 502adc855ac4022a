"""Pages that say no."""

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from canyu.journal.errors import Refused
from canyu.web.views import errors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


def in_chinese(page: str) -> bool:
    return '<html lang="zh-Hans"' in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("address", "status"), [("/nowhere/", 404), ("/test/deny/", 403), ("/test/refuse/found/", 404)]
)
def test_what_is_not_there_or_not_allowed_has_a_page_in_both_languages(
    client: Client, address: str, status: int, language: str
) -> None:
    response = client.get(address, HTTP_ACCEPT_LANGUAGE=language)
    assert response.status_code == status
    page = response.content.decode()
    assert in_chinese(page) == (language == "zh-hans")
    assert "<title>" in page
    assert 'class="do"' in page


def test_a_form_without_its_token_is_refused_with_a_sentence() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/test/echo/", {"word": "x"}, HTTP_REFERER="http://testserver/form/?a=1")
    assert response.status_code == 403
    page = response.content.decode()
    assert "Nothing was changed" in page
    assert 'href="/form/?a=1"' in page


@pytest.mark.parametrize("address", ["/test/echo/", "/test/echo-exempt/"])
def test_too_much_at_once_is_refused(client: Client, address: str) -> None:
    response = client.post(address, {"words": "x" * 10_000_000})
    # Django's client sends forms as multipart, of which text fields count.
    assert response.status_code == 413
    assert "bigger than 2 MB" in response.content.decode()


def test_too_long_a_body_of_another_kind_is_refused(client: Client) -> None:
    body = "words=" + "x" * 10_000_000
    response = client.post("/test/echo/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413


def test_too_many_fields_are_refused(client: Client) -> None:
    response = client.post("/test/echo/", {f"f{n}": "x" for n in range(2500)})
    assert response.status_code == 413
    assert "more fields" in response.content.decode()


def test_a_broken_upload_is_refused(client: Client) -> None:
    response = client.post(
        "/test/echo/", b"no boundary here", content_type="multipart/form-data; boundary="
    )
    assert response.status_code == 400
    assert "could not be read" in response.content.decode()


def test_a_host_that_is_not_ours_is_told_so_in_one_line(client: Client) -> None:
    response = client.get("/test/blank/", HTTP_HOST="elsewhere.example")
    assert response.status_code == 400
    assert b"CANYU_HOSTS" in response.content


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_our_own_fault_has_a_page_that_needs_no_database(
    client: Client, language: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        response = client.get("/test/break/", HTTP_ACCEPT_LANGUAGE=language)
    assert response.status_code == 500
    page = response.content.decode()
    assert in_chinese(page) == (language == "zh-hans")
    assert "<h1>" in page


def test_a_slip_in_a_translation_hides_no_reason() -> None:
    refusal = Refused("%(thing)s stays.", thing="It")
    refusal.params = {"another": "It"}
    assert errors.sentence_of(refusal) == "It stays."


def test_a_sentence_is_said_in_the_language_of_the_page() -> None:
    # A sentence of Django's own, which it has translated.
    refusal = Refused("This field is required.")
    with translation.override("zh-hans"):
        assert errors.sentence_of(refusal) != refusal.message


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/plan/", "/plan/"),
        ("http://testserver/plan/?page=2", "/plan/?page=2"),
        ("http://testserver/here/", ""),
        ("http://elsewhere.example/plan/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_way_back_stays_on_this_site(rf: RequestFactory, came_from: str, back: str) -> None:
    assert errors.way_back(rf.get("/here/", HTTP_REFERER=came_from)) == back


def test_whoever_sent_a_form_goes_back_to_it(rf: RequestFactory) -> None:
    request = rf.post("/here/", HTTP_REFERER="http://testserver/here/")
    assert errors.way_back(request) == "/here/"


def test_a_stranger_who_may_not_is_offered_to_sign_in(client: Client) -> None:
    page = client.get("/test/refuse/allowed/").content.decode()
    assert page.count("/account/sign-in/") > 1


def test_a_member_is_not(member_named: Callable[..., int], signed_in: Client) -> None:
    assert "/account/sign-in/" not in signed_in.get("/test/refuse/allowed/").content.decode()
