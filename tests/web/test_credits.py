"""Who brought something about, on pages and in files."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canyu.credits import services
from canyu.credits.models import Entry, Mark, Named
from canyu.credits.services import NotedRecord
from canyu.members.services import change_profile, choose_credit_name
from canyu.releases.records import ChangeRecord
from canyu.releases.services import add_to_history
from canyu.topics.services import comment_on_topic
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, settle, ship

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MARKUP = "<script>*x*</script> [a](//b)"


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


def as_member(client: Client, handle: str) -> Client:
    client.logout()
    assert client.login(username=handle, password=PASSWORD)
    return client


def page_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def change_page(hamlet: Hamlet) -> str:
    return f"/p/lumen/changes/{hamlet.change_id}/"


def past(hamlet: Hamlet, *names: str) -> None:
    """A release of the past in which these people are named, each for a change of their own."""
    records = [
        ChangeRecord(f"c{n}", "other", {"en": f"Old change {n}"}, {}, "", (), ())
        for n, _name in enumerate(names)
    ]
    add_to_history(
        product_id=hamlet.product_id, version="0.9", published_at=AT, records=records, at=AT
    )
    noted = [
        NotedRecord("0.9", f"c{n}", name, "report", "asked", 1, AT) for n, name in enumerate(names)
    ]
    services.note_past(product_id=hamlet.product_id, records=noted, at=AT)


def test_a_remark_is_marked_with_one_tap_and_named_where_it_led(
    client: Client, hamlet: Hamlet
) -> None:
    before = AT - 2 * HOUR
    said = comment_on_topic(
        member_id=hamlet.cai, topic_id=hamlet.paste, text="Keep the cells", at=before
    )
    ship(hamlet, at=AT - HOUR)
    settle(AT)
    topic = f"/p/lumen/topics/{hamlet.paste}/"
    tap = f"/p/lumen/remarks/{said}/mark/"
    as_member(client, "ana")
    assert tap not in page_of(client, topic)
    assert client.post(tap, {"idea": "1"}).status_code == 403
    as_member(client, "lin")
    assert tap in page_of(client, topic)
    answer = client.post(tap, {"idea": "1"})
    assert (answer.status_code, answer["Location"]) == (303, f"{topic}#remark-{said}")
    page = page_of(client, change_page(hamlet))
    assert "<dt>Idea</dt>" in page
    assert "Cai Wen" in page
    assert 'aria-pressed="true">This is the idea we took' in page_of(client, topic)
    client.post(tap, {"idea": "1"})
    assert "<dt>Idea</dt>" not in page_of(client, change_page(hamlet))
    assert Mark.objects.get().back_by_id == hamlet.lin
    assert client.post(tap, {"golden": "1"}).status_code == 400
    assert client.post("/p/lumen/remarks/999/mark/", {"idea": "1"}).status_code == 404


def test_the_ledger_tells_why_and_owners_write_by_hand(client: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT - HOUR)
    settle(AT)
    ledger = f"{change_page(hamlet)}credits/"
    page = page_of(client, ledger)
    assert "raised a topic that it came from, on " in page
    assert "Paste a table and it turns to soup" in page
    assert 'name="more-handle"' not in page
    entry = {"more-handle": "@cai", "more-role": "translated", "more-why": MARKUP, "enter": "1"}
    as_member(client, "lin")
    assert client.post(ledger, entry).status_code == 403
    as_member(client, "olga")
    assert (
        "There is no such member"
        in client.post(ledger, {**entry, "more-handle": "nobody"}).content.decode()
    )
    assert client.post(ledger, {**entry, "more-why": ""}).status_code == 400
    assert client.post(ledger, entry).status_code == 303
    page = page_of(client, ledger)
    assert "Olga Stern wrote on " in page
    assert "<script>*x*" not in page
    row = f"{hamlet.cai}-0-translated"
    gone = {"less-row": row, "less-why": "A mistake", "withdraw": "1"}
    assert client.post(ledger, {**gone, "less-row": "1-x-king"}).status_code == 400
    assert client.post(ledger, gone).status_code == 303
    assert Entry.objects.count() == 2
    assert "Olga Stern withdrew on " in page_of(client, ledger)
    as_member(client, "bo")
    page = page_of(client, ledger)
    assert "Olga Stern withdrew a name on " in page
    assert page.count("Cai Wen") == 1


def test_a_wish_holds_on_every_page_and_in_every_file(client: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT - HOUR)
    settle(AT)
    places = (
        "/p/lumen/",
        "/p/lumen/releases/5.1/",
        change_page(hamlet),
        f"{change_page(hamlet)}credits/",
        "/p/lumen/releases/5.1/notes.md",
        "/p/lumen/changelog.md",
        "/api/v1/products/lumen/releases/5.1/credits",
    )
    for place in places:
        assert "Ana Li" in page_of(client, place), place
    as_member(client, "ana")
    assert client.post("/me/credits/", {"way": "alias", "alias": " "}).status_code == 400
    assert client.post("/me/credits/", {"way": "king"}).status_code == 400
    assert client.post("/me/credits/", {"way": "alias", "alias": "Moth"}).status_code == 303
    client.logout()
    choose_credit_name(actor_id=hamlet.lin, way="none", alias="", at=AT)
    for place in places:
        page = page_of(client, place)
        assert "Ana Li" not in page, place
        assert "Moth" in page, place
        assert "/members/ana/" not in page, place
        assert "Lin Yue" not in page, place
    assert "Paste a table" not in page_of(client, "/members/ana/")
    as_member(client, "ana")
    assert "Paste a table" in page_of(client, "/members/ana/")


def test_a_name_that_is_markup_is_a_name(client: Client, hamlet: Hamlet) -> None:
    change_profile(actor_id=hamlet.ana, name=MARKUP, about="", at=AT)
    ship(hamlet, at=AT - HOUR)
    settle(AT)
    past(hamlet, MARKUP)
    named = Named.objects.get()
    person = f"/p/lumen/people/{named.pk}/"
    for place in (change_page(hamlet), person):
        page = page_of(client, place)
        assert "<script>*x*" not in page
        assert "&lt;script&gt;*x*" in page
    notes = page_of(client, "/p/lumen/releases/5.1/notes.md")
    assert r"\<script\>\*x\*\</script\> \[a\]\(//b\)" in notes
    assert "text/markdown" in client.get("/p/lumen/releases/5.1/notes.md")["Content-Type"]
    assert "Old change 0" in page_of(client, person)
    assert page_of(client, "/p/lumen/people/999999/", 404)
    face = client.get(page_of(client, person).split('class="face" src="')[1].split('"')[0])
    assert face["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("n", [1, 3])
def test_pages_of_credits_ask_the_store_the_same_whatever_there_is(
    client: Client, hamlet: Hamlet, n: int
) -> None:
    past(hamlet, *["Ana"] * n)
    ship(hamlet, at=AT - HOUR, n_plain=n)
    settle(AT)
    expected = {
        f"/p/lumen/people/{Named.objects.get().pk}/": 11,
        "/members/ana/": 18,
        "/p/lumen/changelog.md": 9,
        f"{change_page(hamlet)}credits/": 9,
        "/api/v1/members/ana/credits": 9,
        "/api/v1/products/lumen/releases/5.1/credits": 7,
    }
    told = {}
    for place in expected:
        client.get(place)
        with CaptureQueriesContext(connection) as asked:
            client.get(place)
        told[place] = len(asked)
    assert told == expected


def test_the_api_tells_what_a_member_brought_about(client: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT - HOUR)
    settle(AT)
    said = client.get("/api/v1/members/ana/credits").json()
    assert [(one["version"], one["roles"]) for one in said["brought"]] == [("5.1", ["asked"])]
    one = client.get(f"/api/v1/products/lumen/changes/{hamlet.change_id}/credits").json()
    assert (one["roles"][0]["role"], one["roles"][0]["n_people"]) == ("asked", 3)
    assert client.get("/api/v1/products/lumen/changes/999999/credits").status_code == 404
    choose_credit_name(actor_id=hamlet.ana, way="none", alias="", at=AT)
    assert client.get("/api/v1/members/ana/credits").json()["n_changes"] == 0
