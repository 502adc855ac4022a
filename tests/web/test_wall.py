"""The wall: the newest award large, the others, and the weeks in which nobody won."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from canyu.awards.queries import award_of
from canyu.awards.services import certify_award, record_gift
from canyu.reports.services import open_report
from canyu.web.shared import shared
from tests.web.hamlet import AT, PASSWORD, Hamlet, judge, make_hamlet, settle, ship

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


def week(
    hamlet: Hamlet,
    version: str,
    n_weeks_ago: int,
    *,
    n_people: int,
    citation: dict[str, str] | None = None,
) -> int:
    at = AT - timedelta(weeks=n_weeks_ago)
    release_id = ship(hamlet, version=version, at=at)
    judge(hamlet, release_id, n_people=n_people, opened_at=at + timedelta(days=4))
    award = award_of(release_id)
    assert award is not None
    if award.state == "proposed":
        certify_award(
            actor_id=hamlet.owner,
            award_id=award.id,
            citation=citation or {},
            at=at + timedelta(days=5),
        )
    settle(at + timedelta(days=5))
    return award.id


def test_nothing_on_the_wall_yet(client: Client, hamlet: Hamlet) -> None:
    page = client.get("/p/lumen/wall/").content.decode()
    assert "Nothing on the wall yet" in page
    assert "#pop" not in page


def test_the_newest_award_stands_large_with_who_asked(client: Client, hamlet: Hamlet) -> None:
    award_id = week(hamlet, "5.0", 2, n_people=36, citation={"en": "Soup no more."})
    record_gift(actor_id=hamlet.owner, award_id=award_id, gift="two cinema seats", gift_on=None)
    page = client.get("/p/lumen/wall/").content.decode()
    assert "Bucket 1, for 5.0" in page
    assert "Lin Yue and Deng Hao, for “Paste a table and it stays a table”" in page
    assert "Soup no more." in page
    assert "From a spreadsheet: every cell" in page
    assert "Ana Li asked first" in page
    assert "“Yes!” From one of the reports." in page
    assert "Chosen by 36 reports." in page
    assert 'href="/p/lumen/releases/5.0/results/"' in page
    assert "two cinema seats" in page
    assert "<script>alert" not in page


def test_a_week_without_a_winner_says_why(client: Client, hamlet: Hamlet) -> None:
    week(hamlet, "5.0", 2, n_people=3)
    page = client.get("/p/lumen/wall/").content.decode()
    assert "It did not pop" in page
    assert "3 people judged, and 30 are needed." in page
    assert "#pop-empty" in page
    assert 'class="pop"' not in page


def test_what_is_not_certified_is_not_on_the_wall(client: Client, hamlet: Hamlet) -> None:
    at = AT - timedelta(weeks=2)
    release_id = ship(hamlet, version="5.0", at=at)
    judge(hamlet, release_id, n_people=36, opened_at=at + timedelta(days=4))
    page = client.get("/p/lumen/wall/").content.decode()
    assert "Bucket" not in page
    assert "Nothing on the wall yet" in page


def test_an_open_report_invites_to_the_next_bucket(client: Client, hamlet: Hamlet) -> None:
    release_id = ship(hamlet, at=AT - timedelta(days=4))
    open_report(release_id=release_id, at=AT, closes_at=AT + timedelta(hours=1))
    client.login(username="ana", password=PASSWORD)
    page = client.get("/p/lumen/wall/").content.decode()
    assert "Fill the four cells of 5.1" in page
    assert page.count('class="do"') == 1


def test_the_wall_asks_the_store_the_same_whatever_hangs_there(
    client: Client, hamlet: Hamlet, django_assert_num_queries: Any
) -> None:
    week(hamlet, "5.0", 1, n_people=31)
    shared.clear()
    with django_assert_num_queries(21):
        client.get("/p/lumen/wall/")
    with django_assert_num_queries(8):
        client.get("/p/lumen/wall/")
    week(hamlet, "4.9", 2, n_people=31)
    week(hamlet, "4.8", 3, n_people=2)
    with django_assert_num_queries(21):
        client.get("/p/lumen/wall/")


def test_a_page_beyond_the_last_is_the_last(client: Client, hamlet: Hamlet) -> None:
    week(hamlet, "5.0", 2, n_people=3)
    assert "It did not pop" in client.get("/p/lumen/wall/?page=99").content.decode()
    assert "It did not pop" in client.get("/p/lumen/wall/?page=x").content.decode()
