"""The strip and the page of the known truth, as people of the town see them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canyu.demo.clock import now
from canyu.members import queries as members
from canyu.releases import queries as releases

pytestmark = pytest.mark.usefixtures("town")
As = Callable[..., Client]


@pytest.fixture
def look_as() -> As:
    def look(handle: str = "", language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        if handle:
            assert client.post("/demo/as/", {"handle": handle}).status_code == 302
        return client

    return look


def strip_of(client: Client) -> str:
    page = client.get("/", follow=True)
    assert page.status_code == 200
    found = re.search(r'<aside class="demo".*?</aside>', page.text, re.DOTALL)
    assert found
    return found[0]


def said_by(response: Any) -> list[str]:
    return [str(one) for one in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("handle", ["", "su-wan", "jonas-weber", "lin-yue", "dev-rao"])
def test_the_strip_stands_on_every_page_for_everybody(
    look_as: As, handle: str, language: str
) -> None:
    client = look_as(handle, language)
    strip = strip_of(client)
    assert {"friday", "close", "next"} == set(re.findall(r'name="to" value="(\w+)"', strip))
    assert strip.count("<option") == 5
    chosen = re.search(r'value="([\w-]*)" selected', strip)
    assert (chosen[1] if chosen else "") == handle
    assert all('type="submit"' in button for button in re.findall(r"<button[^>]*>", strip))
    truth = client.get("/demo/truth/")
    assert truth.status_code == 200
    assert "1.1" in truth.text


def test_travelling_says_what_came_true(look_as: As) -> None:
    client = look_as("jonas-weber")
    for move, sentence in (
        ("close", "The report of 1.3 is closed; its tally stands."),
        ("friday", "1.4 is out."),
        ("open", "The report of 1.4 is open."),
    ):
        seen = now().isoformat()
        answer = client.post("/demo/travel/", {"to": move, "since": seen})
        assert (answer.status_code, answer["location"]) == (302, "/")
        assert sentence in said_by(answer)
        page = client.get("/", follow=True)
        assert sentence in page.text
    # The same button again, on a page that was loaded before.
    answer = client.post("/demo/travel/", {"to": "open", "since": seen})
    assert "The report of 1.4 is open." in said_by(answer)


def test_a_story_that_has_ended_says_so(look_as: As) -> None:
    client = look_as()
    for move in ("next", "next", "close"):
        client.post("/demo/travel/", {"to": move})
    assert "The story ends here." in strip_of(client)
    answer = client.post("/demo/travel/", {"to": "next"})
    assert answer.status_code == 409
    assert "its story ends here" in answer.text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"to": "yesterday"}, 409),
        ({}, 409),
        ({"to": "close", "since": "soon"}, 400),
        ({"to": "close", "since": "2026-11-10T02:40:00"}, 400),
    ],
)
def test_an_odd_journey_is_refused_with_a_sentence(
    look_as: As, form: dict[str, str], status: int
) -> None:
    before = now()
    answer = look_as().post("/demo/travel/", form)
    assert answer.status_code == status
    assert "The town did not move" in answer.text
    assert now() == before


def test_only_the_faces_of_the_strip_can_be_borrowed(look_as: As) -> None:
    client = look_as("jonas-weber")
    for handle in ("sofie-brandt", "reader-1", "nobody", "su-wan\x00"):
        answer = client.post("/demo/as/", {"handle": handle})
        assert answer.status_code == 404
        assert "lends their face" in answer.text
    assert client.session["_auth_user_id"] == str(members.member_by_handle("jonas-weber").id)
    assert client.post("/demo/as/", {"handle": ""}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_forms_of_the_strip_need_their_token() -> None:
    client = Client(enforce_csrf_checks=True)
    for path in ("/demo/as/", "/demo/travel/"):
        assert client.post(path, {"handle": "dev-rao", "to": "next"}).status_code == 403
        assert client.get(path).status_code == 405


def test_the_truth_page_says_of_every_change_what_was_known_and_found(look_as: As) -> None:
    client = look_as()
    client.post("/demo/travel/", {"to": "close"})
    page = client.get("/demo/truth/").text
    release = releases.release_of(1, "1.3")
    for change in releases.changes_of([release.id]):
        assert change.text["en"] in page
    assert "Rank correlation" in page
    assert "2.40" in page


def test_a_look_asks_for_the_time_once_and_a_journey_moves_it(settings: Any, look_as: As) -> None:
    settings.MIDDLEWARE = ["canyu.demo.middleware.OneMoment", *settings.MIDDLEWARE]
    client = look_as("jonas-weber")
    client.get("/", follow=True)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/notices/").status_code == 200
    looked = [one["sql"] for one in asked.captured_queries if '"demo_town"."now"' in one["sql"]]
    # The strip asks for the town itself besides.
    assert len([sql for sql in looked if "is_founded" not in sql]) == 1
    before = now()
    assert client.post("/demo/travel/", {"to": "close"}).status_code == 302
    assert now() > before


def test_the_product_has_no_demo_outside_the_demo(settings: Any, look_as: As) -> None:
    settings.ROOT_URLCONF = "canyu.config.urls"
    settings.CANYU_DEMO = False
    client = look_as()
    assert client.post("/demo/as/", {"handle": "dev-rao"}).status_code == 404
    assert client.get("/demo/truth/").status_code == 404
    assert 'class="demo"' not in client.get("/", follow=True).text
