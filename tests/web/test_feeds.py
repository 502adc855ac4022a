"""Atom feeds: readers take them, what is private stays so, and a 304 is never wrong."""

from datetime import timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client

from canyu.channels.models import FeedKey
from canyu.painpoints.services import accept_point
from canyu.products.services import change_product
from canyu.releases.services import draft_release
from canyu.remarks.services import change_remark
from canyu.topics.services import comment_on_topic, hide_topic
from tests.api.test_pains import suggest
from tests.builders import Town
from tests.web.hamlet import AT, PASSWORD, Hamlet, judge, make_hamlet, ship

pytestmark = pytest.mark.django_db
RELEASES = "/p/lumen/releases.atom"


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


def read(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(answer.content)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def test_what_went_out_names_its_makers_and_who_asked(client: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT - timedelta(days=1))
    found = read(client, RELEASES)
    (entry,) = found.entries
    assert entry.title == "Lumen 5.1"
    assert [one.name for one in entry.authors] == ["Lin Yue", "Deng Hao"]
    assert "Asked for by Ana Li" in entry.content[0].value
    assert entry.link == "http://testserver/p/lumen/releases/5.1/"
    assert entry.id.startswith("tag:testserver,2026:lumen/release/")
    assert entry.published == "2026-11-19T17:00:00+00:00"
    chinese = read(client, f"{RELEASES}?lang=zh-hans")
    assert chinese.entries[0].id == entry.id
    assert "粘贴表格" in chinese.entries[0].content[0].value


def test_all_of_them_are_whole_though_nothing_is_in_them(client: Client, hamlet: Hamlet) -> None:
    for address in (RELEASES, "/p/lumen/wall.atom"):
        assert read(client, address).entries == []
    (said,) = read(client, f"/p/lumen/topics/{hamlet.dark}.atom").entries
    assert said.title == "Dark pages at night"


def test_odd_words_break_nothing(client: Client, hamlet: Hamlet) -> None:
    words = "]]> <script>alert(1)</script> \x07 \u202e & “quoted” \ufffe"
    comment_on_topic(member_id=hamlet.lin, topic_id=hamlet.paste, text=words, at=AT)
    newest, asked = read(client, f"/p/lumen/topics/{hamlet.paste}.atom").entries
    assert "<script" not in newest.content[0].value
    assert asked.authors[0].name == "Ana Li"


def test_the_wall_says_when_nobody_won(client: Client, hamlet: Hamlet) -> None:
    release_id = ship(hamlet, at=AT - timedelta(days=9))
    judge(hamlet, release_id, n_people=5, opened_at=AT - timedelta(days=5))
    (entry,) = read(client, "/p/lumen/wall.atom").entries
    assert entry.title == "Nobody won"
    assert "#award-" in entry.link


def test_a_pain_point_is_read_once_the_team_accepted_it(client: Client, hamlet: Hamlet) -> None:
    town = Town(hamlet.product_id, hamlet.owner, hamlet.lin, hamlet.deng)
    point_id = suggest(town, 3)
    address = f"/p/lumen/pains/{point_id}.atom"
    assert client.get(address).status_code == 404
    accept_point(actor_id=hamlet.owner, point_id=point_id, at=AT)
    assert len(read(client, address).entries) == 4


def test_what_is_hidden_is_in_no_feed(client: Client, hamlet: Hamlet) -> None:
    hide_topic(actor_id=hamlet.lin, topic_id=hamlet.dark, reason="Spam.", at=AT)
    assert client.get(f"/p/lumen/topics/{hamlet.dark}.atom").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"If-None-Match": "garbage"},
        {"If-None-Match": '"', "If-Modified-Since": "yesterday"},
        {"If-None-Match": 'W/"1", ,"'},
        {"If-Modified-Since": "Sat, 01 Jan 2050 00:00:00 GMT"},
        {"If-Modified-Since": "Mon, 99 Foo 2026 25:61:61 GMT"},
        {"If-Match": '"none"'},
    ],
)
def test_a_reader_with_wrong_conditionals_is_served(
    client: Client, hamlet: Hamlet, fields: dict[str, str]
) -> None:
    assert client.get(RELEASES, headers=fields).status_code in {200, 412}
    assert client.get(RELEASES, headers=fields).status_code != 304


def test_who_has_it_is_told_so_until_a_word_changes(client: Client, hamlet: Hamlet) -> None:
    here = f"/p/lumen/topics/{hamlet.paste}.atom"
    said = comment_on_topic(member_id=hamlet.lin, topic_id=hamlet.paste, text="Soon.", at=AT)
    tag = client.get(here)["ETag"]
    assert client.get(here, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(here, headers={"If-None-Match": f"W/{tag}"}).status_code == 304
    change_remark(author_id=hamlet.lin, remark_id=said, text="Done.", at=AT)
    answer = client.get(here, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert b"Done." in answer.content


def test_a_product_for_members_is_read_by_an_address_of_ones_own(
    client: Client, hamlet: Hamlet
) -> None:
    change_product(actor_id=hamlet.owner, product_id=hamlet.product_id, visibility="members", at=AT)
    stranger = Client()
    assert stranger.get(RELEASES).status_code == 404
    assert stranger.get(f"{RELEASES}?key=guess").status_code == 404
    assert client.login(username="ana", password=PASSWORD)
    page = client.post("/p/lumen/feeds/").content.decode()
    key = page.partition("key=")[2].partition("&")[0]
    assert FeedKey.objects.get().digest != key
    read(stranger, f"{RELEASES}?key={key}")
    client.post("/p/lumen/feeds/")
    assert stranger.get(f"{RELEASES}?key={key}").status_code == 404


def test_a_feed_costs_the_same_however_long(
    client: Client, hamlet: Hamlet, django_assert_num_queries: Any
) -> None:
    for n in range(1, 4):
        ship(hamlet, version=f"5.{n}", at=AT - timedelta(days=9 - n))
        if n != 2:
            client.get("/p/lumen/wall.atom")
            with django_assert_num_queries(11):
                client.get(RELEASES)
    draft_release(actor_id=hamlet.lin, product_id=hamlet.product_id, version="9", at=AT)
    assert len(read(client, RELEASES).entries) == 3
