"""What a view knows of the person who asks."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from canyu.web.request import choose_in_browser, language_chosen_in, language_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]


def test_a_stranger_who_sends_a_form_comes_back_to_the_page_of_the_form(client: Client) -> None:
    response = client.post("/test/mine/", HTTP_REFERER="http://testserver/test/blank/?a=1")
    assert response.headers["Location"] == "/account/sign-in/?next=/test/blank/%3Fa%3D1"
    assert client.post("/test/mine/").headers["Location"] == "/account/sign-in/?next=/"


def test_a_member_goes_straight_in(signed_in: Client, jonas: int) -> None:
    assert signed_in.get("/test/mine/").content == f"member {jonas}".encode()


@pytest.mark.parametrize(
    ("cookie", "chosen"), [("zh-hans", "zh-hans"), ("ZH-Hans", "zh-hans"), ("de", ""), ("", "")]
)
def test_only_a_language_that_we_speak_was_chosen(
    rf: RequestFactory, cookie: str, chosen: str
) -> None:
    rf.cookies["canyu_language"] = cookie
    assert language_chosen_in(rf.get("/")) == chosen


def test_a_page_without_a_language_is_in_ours(rf: RequestFactory) -> None:
    with translation.override(None):
        assert language_of(rf.get("/")) == "en"


def test_a_choice_for_good_goes_before_an_older_one_in_the_browser(client: Client) -> None:
    client.post("/language/setlang/", {"language": "en", "next": "/"})
    response = HttpResponse()
    choose_in_browser(response, "zh-hans")
    client.cookies.update(response.cookies)
    assert client.get("/test/echo/").content == b"0 zh-hans"
    forgotten = HttpResponse()
    choose_in_browser(forgotten, "")
    assert forgotten.cookies["canyu_language"]["max-age"] == 0
