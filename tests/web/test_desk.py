"""One's own desk as a page, its count in the head, hours, and giving work to others."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from canyu.painpoints.models import Point
from canyu.products.queries.work import hours_of
from canyu.remarks.rules import Subject
from canyu.remarks.services import write_remark
from canyu.topics import queries as topics
from canyu.topics.models import Topic
from canyu.topics.services import raise_topic, set_status
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, plan_something, settle, ship

N_DESK = 32


@pytest.fixture
def hamlet(db: None, monkeypatch: pytest.MonkeyPatch) -> Hamlet:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)
    return make_hamlet()


def signed_in(handle: str) -> Client:
    client = Client()
    assert client.login(username=handle, password=PASSWORD)
    return client


def read(client: Client, path: str, **more: Any) -> str:
    response = client.get(path, **more)
    assert response.status_code == 200, path
    return response.content.decode()


def test_a_desk_says_what_for_whom_by_when_and_what_to_do(hamlet: Hamlet) -> None:
    ship(hamlet)
    plan_something(hamlet)
    write_remark(
        author_id=hamlet.ana, subject=Subject("change", hamlet.change_id), text="It sticks!", at=AT
    )
    lin = signed_in("lin")

    page = read(lin, "/desk/")

    for words in ("Dark pages", "Promised for 5.2", "It sticks!", "Ana Li", "Put these aside"):
        assert words in page
    for part in ("data-open", "data-act", "desk.js"):
        assert part in page
    assert "粘贴表格，还是表格" in read(lin, "/desk/", HTTP_ACCEPT_LANGUAGE="zh-hans")
    newest = page.partition('name="up_to" value="')[2].partition('"')[0]
    assert lin.post("/desk/seen/", {"up_to": newest}).status_code == 303
    assert "It sticks!" not in read(lin, "/desk/")
    assert lin.post("/desk/seen/", {"up_to": "-5; drop"}).status_code == 303


def test_an_empty_desk_says_so_kindly_and_is_for_teams(hamlet: Hamlet) -> None:
    Topic.objects.update(answered_at=AT, status="talking")
    assert "Nothing waits for you" in read(signed_in("deng"), "/desk/")
    assert signed_in("ana").get("/desk/").status_code == 403
    assert Client().get("/desk/").status_code == 302


@pytest.mark.parametrize("n", [1, 3])
def test_a_page_costs_the_same_however_much_waits(
    hamlet: Hamlet, django_assert_num_queries: Any, n: int
) -> None:
    for number in range(n):
        raise_topic(
            member_id=hamlet.ana,
            product_id=hamlet.product_id,
            kind="question",
            title=f"How, {number}?",
            words="",
            area_id=hamlet.area_id,
            at=AT,
        )
    settle(AT)
    lin = signed_in("lin")
    with django_assert_num_queries(N_DESK):
        lin.get("/desk/")


def test_the_head_counts_for_the_team_only(hamlet: Hamlet) -> None:
    def ways(handle: str) -> list[str]:
        client = signed_in(handle)
        return [
            page.partition("Your desk")[2].partition("<")[0]
            for page in (read(client, f"/p/lumen/{one}") for one in ("", "releases/", "topics/"))
        ]

    assert ways("lin") == [": 1 thing waits"] * 3
    assert ways("ana") == [""] * 3
    set_status(
        actor_id=hamlet.lin, topic_id=hamlet.paste, status="talking", reason="We look.", at=AT
    )
    assert ways("lin") == [""] * 3


def test_owners_see_what_waits_for_whom_and_give_some_to_others(hamlet: Hamlet) -> None:
    point = Point.objects.create(
        product_id=hamlet.product_id,
        name={"en": "Tables"},
        standing="accepted",
        state="digging",
        state_at=AT,
        found_at=AT,
        keeper_id=hamlet.lin,
    )
    path = "/p/lumen/team/loads/"
    olga, lin = signed_in("olga"), signed_in("lin")
    page = read(olga, path)
    names = [page.index(f"{one}</h2>") for one in ("Deng Hao", "Lin Yue", "Olga Stern")]
    assert names == sorted(names)
    assert "Deng Hao</h2>" not in read(lin, path)
    assert "Lin Yue</h2>" in read(lin, path)
    assert signed_in("ana").get(path).status_code == 403

    things = [f"topic:{hamlet.paste}", f"pain:{point.pk}"]
    for wrong in (
        {"thing": things, "to": "nobody"},
        {"thing": things, "to": "ana"},
        {"thing": [*things, "topic:999999"], "to": "deng"},
        {"thing": ["soup"], "to": "deng"},
        {},
    ):
        assert olga.post(path, wrong).status_code in {400, 403, 404}
    assert topics.topic_of(hamlet.paste, at=AT).keeper_id == hamlet.lin

    assert olga.post(path, {"thing": things, "to": "@deng"}).status_code == 303
    point.refresh_from_db()
    assert topics.topic_of(hamlet.paste, at=AT).keeper_id == point.keeper_id == hamlet.deng
    settle(AT)
    assert "is in your hands now" in read(signed_in("deng"), "/notices/")


def test_owners_set_the_hours_by_which_questions_rise(hamlet: Hamlet) -> None:
    path = "/p/lumen/team/product/hours/"
    said = {"weekdays": ["5", "6"], "opens_at": "10:00", "closes_at": "20:00"}
    for wrong in (
        {**said, "weekdays": []},
        {**said, "weekdays": ["7"]},
        {**said, "closes_at": "09:00"},
        {**said, "opens_at": "soon"},
    ):
        assert signed_in("olga").post(path, wrong).status_code == 400
    assert signed_in("lin").post(path, said).status_code == 403
    assert hours_of(hamlet.product_id).weekdays == (0, 1, 2, 3, 4)

    assert signed_in("olga").post(path, said).status_code == 303

    settle(AT)
    assert hours_of(hamlet.product_id).weekdays == (5, 6)
    # Asked on a Saturday at five in the afternoon: three hours of that day, and six of the next.
    rises_at = Topic.objects.get(pk=hamlet.paste).rises_at
    assert rises_at == datetime(2026, 11, 1, 16, 0, tzinfo=UTC)
