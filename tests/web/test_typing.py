"""What the page of a new topic asks while somebody types, and what is counted of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from canyu.painpoints.queries.looks import Spared, spared_in
from canyu.painpoints.services import place_new
from canyu.topics import queries as topics
from tests.painpoints.test_similar import BAD
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet

pytestmark = pytest.mark.django_db
ADDRESS = "/p/lumen/topics/new/alike/"
KEY = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    hamlet = make_hamlet()
    place_new()
    return hamlet


@pytest.fixture
def cai(client: Client, hamlet: Hamlet) -> Client:
    assert client.login(username="cai", password=PASSWORD)
    return client


def counted(hamlet: Hamlet) -> Spared:
    return spared_in(hamlet.product_id, since=AT, at=AT + timedelta(hours=2))


def test_topics_come_while_somebody_types_and_count_once(cai: Client, hamlet: Hamlet) -> None:
    for typed, shown in (("Dark pa", ""), ("Dark pages at ni", "1")):
        answer = cai.post(ADDRESS, {"title": typed, "look": KEY, "shown": shown})
        page = answer.content.decode()
        assert "Dark pages at night" in page
        assert "Paste a table" not in page
    assert counted(hamlet).n_left == 1


def test_saying_me_too_there_spares_a_topic(cai: Client, hamlet: Hamlet) -> None:
    cai.post(ADDRESS, {"title": "Dark pages", "look": KEY})
    said = {"voice": "add", "look": KEY}
    cai.post(f"/p/lumen/topics/{hamlet.dark}/voice/", said)
    assert topics.has_voice(hamlet.dark, hamlet.cai)
    assert (counted(hamlet).n_joined, counted(hamlet).n_spared) == (1, 1)


def test_reading_one_spares_a_topic_unless_one_is_posted(cai: Client, hamlet: Hamlet) -> None:
    cai.post(ADDRESS, {"title": "Dark pages", "look": KEY})
    assert cai.post(ADDRESS, {"opened": "1", "look": KEY}).status_code == 204
    assert counted(hamlet).n_opened == 1
    said = {"title": "Dark pages", "seen": "Dark pages", "kind": "idea", "look": KEY}
    assert cai.post("/p/lumen/topics/new/", said).status_code == 303
    assert (counted(hamlet).n_opened, counted(hamlet).n_posted) == (0, 1)


def test_without_the_script_they_are_shown_once_and_count(cai: Client, hamlet: Hamlet) -> None:
    said = {"title": "Dark pages at night time", "kind": "idea", "look": KEY}
    page = cai.post("/p/lumen/topics/new/", said).content.decode()
    assert "Not posted yet" in page
    assert KEY in page
    assert counted(hamlet).n_left == 1


def test_the_team_sees_what_came_of_it(
    cai: Client, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cai.post(ADDRESS, {"title": "Dark pages", "look": KEY})
    client.login(username="lin", password=PASSWORD)
    assert (
        "Nobody who wrote was shown anything" in client.get("/p/lumen/team/help/").content.decode()
    )


def test_strangers_are_asked_to_sign_in(client: Client, hamlet: Hamlet) -> None:
    assert client.post(ADDRESS, {"title": "Dark pages"}).status_code == 302
    assert hamlet.dark


@pytest.mark.parametrize("text", [*BAD, "x" * 3_000_000], ids=range(len(BAD) + 1))
def test_bad_input_is_answered(cai: Client, text: str) -> None:
    said = {
        "title": text.encode("utf-8", "replace").decode(),
        "look": text[:50].encode("utf-8", "replace").decode(),
    }
    assert cai.post(ADDRESS, said).status_code in {200, 400, 413}
