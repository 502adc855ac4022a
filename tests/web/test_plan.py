"""The public plan, and the team's form for it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from canyu.plan.queries import plan_item_of, plan_of
from canyu.plan.services import put_plan_item
from canyu.topics.queries import topic_of
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, plan_something

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


def as_member(client: Client, handle: str) -> Client:
    assert client.login(username=handle, password=PASSWORD)
    return client


def an_item(hamlet: Hamlet, **other: Any) -> dict[str, Any]:
    return {
        "title_en": "Lock one notebook",
        "state": "planned",
        "reason_en": "Phones are shared.",
        "keeper": str(hamlet.deng),
        "due_version": "5.3",
        "due_on": "2026-12-04",
        **other,
    }


def test_the_plan_of_nothing(client: Client, hamlet: Hamlet) -> None:
    assert "Nothing is planned in public yet" in client.get("/p/lumen/plan/").content.decode()


def test_the_plan_shows_states_people_reasons_and_topics(client: Client, hamlet: Hamlet) -> None:
    plan_something(hamlet)
    page = client.get("/p/lumen/plan/").content.decode()
    assert page.index("Dark pages") < page.index("A note store of our own")
    assert "Being made, for 5.2" in page
    assert "Many of you read in bed." in page
    assert "Said no to" in page
    assert "Your files stay yours, where you put them." in page
    assert f'href="/p/lumen/topics/{hamlet.dark}/"' in page
    assert "Lin Yue" in page
    assert "Change it" not in page
    assert "late" not in page


def test_a_promise_past_its_day_is_late_with_a_name(
    client: Client, hamlet: Hamlet, monkeypatch: Any
) -> None:
    plan_something(hamlet)
    later = AT + timedelta(days=10)
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: later)
    page = client.get("/p/lumen/plan/").content.decode()
    assert "3 days late" in page
    assert "Lin Yue owes it." in page


@pytest.mark.parametrize("n", [1, 3])
def test_the_plan_asks_the_store_the_same_whatever_is_planned(
    client: Client, hamlet: Hamlet, django_assert_num_queries: Any, n: int
) -> None:
    for number in range(n):
        put_plan_item(
            actor_id=hamlet.lin,
            product_id=hamlet.product_id,
            title={"en": f"Item {number}"},
            state="considered",
            topic_ids=[hamlet.dark],
            at=AT,
        )
    with django_assert_num_queries(5):
        client.get("/p/lumen/plan/")


def test_the_team_adds_and_changes_an_item(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "lin")
    said = an_item(hamlet, find=f"#{hamlet.dark}")
    answer = client.post("/p/lumen/team/plan/new/", said)
    item = plan_of(hamlet.product_id, today=AT.date())[0]
    assert answer.status_code == 303
    assert answer["Location"] == f"/p/lumen/plan/#item-{item.id}"
    assert (item.keeper_id, item.due_on) == (hamlet.deng, date(2026, 12, 4))
    assert item.topic_ids == (hamlet.dark,)
    assert topic_of(hamlet.dark, at=AT).status == "planned"

    here = f"/p/lumen/team/plan/{item.id}/"
    assert 'value="Lock one notebook"' in client.get(here).content.decode()
    assert client.post(here, an_item(hamlet, state="doing", due_on="")).status_code == 303
    changed = plan_item_of(item.id, today=AT.date())
    assert (changed.state, changed.due_on, changed.topic_ids) == ("doing", None, ())


def test_what_cannot_be_planned_stays_in_the_form(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "lin")
    for said, sentence in (
        (an_item(hamlet, state="declined", reason_en=""), "a no needs its reason"),
        (an_item(hamlet, title_en=""), "needs a title"),
        (an_item(hamlet, due_on="soon"), "Enter a valid date"),
        (an_item(hamlet, keeper=str(hamlet.ana)), "Select a valid choice"),
    ):
        answer = client.post("/p/lumen/team/plan/new/", said)
        assert answer.status_code == 400
        assert sentence in answer.content.decode()
        assert 'value="5.3"' in answer.content.decode()
    assert not plan_of(hamlet.product_id, today=AT.date())


def test_others_do_not_write_the_plan(client: Client, hamlet: Hamlet) -> None:
    plan_something(hamlet)
    as_member(client, "ana")
    assert client.get("/p/lumen/team/plan/new/").status_code == 403
    address = f"/p/lumen/team/plan/{hamlet.plan_doing}/"
    assert client.post(address, an_item(hamlet)).status_code == 403
    as_member(client, "lin")
    assert client.get("/p/lumen/team/plan/999/").status_code == 404
