"""Whose sign-in ran out while they wrote loses no word; what strangers send is bounded."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from canyu.releases.queries import changes_of
from canyu.remarks.queries import remarks_on
from canyu.remarks.rules import Subject
from canyu.topics.models import Topic
from canyu.topics.services import comment_on_topic, raise_topic
from tests.builders import FRIDAY, Town, make_member, publish, town

pytestmark = pytest.mark.django_db
__all__ = ["town"]


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: FRIDAY + timedelta(days=1))


@pytest.fixture
def change(town: Town) -> int:
    return changes_of([publish(town, 1)])[0].id


def where(change_id: int) -> str:
    return f"/p/lumen/changes/{change_id}/"


def enter(client: Client) -> Client:
    client.force_login(get_user_model().objects.get(pk=make_member("ana")))
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_words_wait_for_their_writer_and_are_handed_back_once(client: Client, change: int) -> None:
    answer = client.post(where(change), {"text": "Kept <meanwhile>", "token": "secret"})
    assert (answer.status_code, answer["Location"]) == (
        303,
        f"/account/sign-in/?next={where(change)}",
    )
    assert "secret" not in str(dict(client.session))
    assert "Your words are kept" in text_of(client, answer["Location"])
    assert "meanwhile" not in text_of(client, where(change)), "not before somebody signs in"
    enter(client)
    assert "meanwhile" not in text_of(client, "/p/lumen/"), "nor on another page"
    page = text_of(client, where(change))
    assert "Kept &lt;meanwhile&gt;" in page
    assert "They are not sent yet" in page
    assert not remarks_on(Subject("change", change))
    assert "meanwhile" not in text_of(client, where(change))


def test_words_that_were_sent_anew_are_those_that_count(client: Client, change: int) -> None:
    client.post(where(change), {"text": "Before"})
    enter(client).post(where(change), {"text": "After"})
    (remark,) = remarks_on(Subject("change", change))
    assert remark.text == "After"


def test_too_much_is_not_kept_and_the_page_says_so(client: Client, change: int) -> None:
    answer = client.post(where(change), {"text": "w" * 50_000})
    assert answer.status_code == 303
    assert "Nothing was saved" in text_of(client, answer["Location"])
    assert "wwww" not in text_of(enter(client), where(change))


def test_a_form_of_a_stranger_from_elsewhere_is_not_even_kept(change: int) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(where(change), {"text": "Hi"}).status_code == 403
    assert not dict(client.session)


def topic_of(town: Town) -> int:
    return raise_topic(
        member_id=town.maker,
        product_id=town.product,
        kind="idea",
        title="Dark pages",
        words="At night.",
        at=FRIDAY,
    )


def test_a_topic_that_was_begun_is_handed_back(client: Client, town: Town) -> None:
    there = "/p/lumen/topics/new/"
    said = {"title": "No more <glare>", "words": "It hurts.", "kind": "trouble", "seen": "x"}
    answer = client.post(there, said)
    assert answer["Location"] == f"/account/sign-in/?next={there}"
    page = text_of(enter(client), there)
    assert "No more &lt;glare&gt;" in page
    assert "It hurts." in page
    (chosen,) = re.findall(r"<input[^>]*checked[^>]*>", page)
    assert 'value="trouble"' in chosen
    assert not Topic.objects.exists()
    assert "It hurts." not in text_of(client, there)


def test_a_comment_and_whom_it_answers_are_handed_back(client: Client, town: Town) -> None:
    topic_id = topic_of(town)
    remark_id = comment_on_topic(member_id=town.owner, topic_id=topic_id, text="Why?", at=FRIDAY)
    there = f"/p/lumen/topics/{topic_id}/"
    client.post(there, {"text": "Because of my eyes", "parent": remark_id})
    page = text_of(enter(client), there)
    assert "Because of my eyes" in page
    assert f'name="parent" value="{remark_id}"' in page
    assert "Because of my eyes" not in text_of(client, there)


def test_a_changed_topic_is_handed_back_to_its_author(client: Client, town: Town) -> None:
    there = f"/p/lumen/topics/{topic_of(town)}/edit/"
    client.post(there, {"title": "Darker pages", "words": "In bed.", "kind": "idea"})
    client.force_login(get_user_model().objects.get(pk=town.maker))
    page = text_of(client, there)
    assert "Darker pages" in page
    assert "In bed." in page
    assert "Darker pages" not in text_of(client, there)
