from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.journal.errors import NotAllowed, NotFound, Refused
from canyu.journal.queries import n_events
from canyu.plan import queries, services
from canyu.plan.errors import PlanRefused
from canyu.plan.models import PlanItem
from canyu.topics import queries as topics
from canyu.topics import services as topic_services
from tests.builders import FRIDAY as AT
from tests.builders import Town, make_member, make_product

TODAY = AT.date()
DAY = timedelta(days=1)


@pytest.fixture
def ana(db: None) -> int:
    return make_member("ana")


def put(town: Town, state: str = "planned", **more: Any) -> int:
    return services.put_plan_item(
        **{
            "actor_id": town.maker,
            "product_id": town.product,
            "title": {"en": "Dark mode", "zh-hans": "深色模式"},
            "state": state,
            "at": AT,
            **more,
        }
    )


def raise_topic(town: Town, member_id: int, *, language: str = "") -> int:
    return topic_services.raise_topic(
        member_id=member_id,
        product_id=town.product,
        kind="idea",
        title="Dark mode",
        words="",
        at=AT,
        language=language,
    )


def topic(topic_id: int) -> topics.TopicView:
    return topics.topic_of(topic_id, at=AT)


def item(item_id: int, *, today: date = TODAY) -> queries.PlanItemView:
    return queries.plan_item_of(item_id, today=today)


def test_an_item_is_written_with_a_key_and_a_keeper(town: Town) -> None:
    first = item(put(town, due_version=" 5.3 ", due_on=date(2026, 11, 27)))
    second = item(put(town, keeper_id=town.owner, key="dark"))
    third = item(put(town))

    assert (first.key, first.keeper_id, first.due_version) == ("p1", town.maker, "5.3")
    assert (second.key, second.keeper_id) == ("dark", town.owner)
    assert third.key == "p3"
    assert n_events("PlanItemMoved") == 3
    assert not first.is_late
    assert item(first.id, today=date(2026, 11, 28)).is_late
    assert queries.item_ids_by_key(town.product) == {
        "p1": first.id,
        "dark": second.id,
        "p3": third.id,
    }


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"title": {"en": " "}}, 400),
        ({"title": {"en": "x" * 201}}, 413),
        ({"state": "someday"}, 400),
        ({"state": "declined"}, 400),
        ({"state": "declined", "reason": {"en": " "}}, 400),
        ({"keeper_id": 999}, 400),
        ({"item_id": 999}, 404),
        ({"key": "taken"}, 409),
    ],
)
def test_what_cannot_be_taken_leaves_nothing(
    town: Town, ana: int, wrong: dict[str, Any], status: int
) -> None:
    put(town, key="taken")
    topic_id = raise_topic(town, ana)
    with pytest.raises(Refused) as refusal:
        put(town, **{"topic_ids": [topic_id], **wrong})

    assert refusal.value.status == status
    assert PlanItem.objects.count() == 1
    assert topic(topic_id).status == "received"


def test_only_the_team_writes_the_plan(town: Town, ana: int) -> None:
    item_id = put(town)
    for wrong in ({}, {"item_id": item_id}):
        with pytest.raises(NotAllowed, match="only the team"):
            put(town, actor_id=ana, **wrong)
    with pytest.raises(PlanRefused, match="must be in the team"):
        put(town, keeper_id=ana)


def test_an_item_of_another_product_is_not_there(town: Town) -> None:
    elsewhere = make_product(town.owner, "other")
    item_id = put(town)

    with pytest.raises(NotFound):
        put(town, actor_id=town.owner, product_id=elsewhere, item_id=item_id)


@pytest.mark.parametrize(
    ("state", "status"),
    [("considered", "received"), ("planned", "planned"), ("doing", "doing"),
     ("declined", "declined")],
)  # fmt: skip
def test_the_topics_of_an_item_are_told(town: Town, ana: int, state: str, status: str) -> None:
    english, chinese = raise_topic(town, ana, language="en"), raise_topic(town, ana, language="zh")
    put(
        town,
        state,
        reason={"en": "Because.", "zh-hans": "因为。"},
        topic_ids=[english, chinese, chinese, 999],
    )

    assert topic(english).status == topic(chinese).status == status
    if status != "received":
        assert (topic(english).reason, topic(chinese).reason) == ("Because.", "因为。")


def test_a_title_stands_in_for_a_reason_and_a_long_one_is_cut(town: Town, ana: int) -> None:
    first, second = raise_topic(town, ana, language="zh-hans"), raise_topic(town, ana)
    put(town, topic_ids=[first])
    put(town, "declined", reason={"en": "x" * 5_000}, topic_ids=[second])

    assert topic(first).reason == "深色模式"
    assert topic(second).reason == "x" * 2_000


def test_a_topic_added_later_is_told_too_and_only_it(town: Town, ana: int) -> None:
    first, second = raise_topic(town, ana), raise_topic(town, ana)
    item_id = put(town, topic_ids=[first])
    topic_services.set_status(
        actor_id=town.maker, topic_id=first, status="talking", reason="Which?", at=AT
    )
    put(town, item_id=item_id, topic_ids=[first, second])

    assert item(item_id).topic_ids == (first, second)
    assert (topic(first).status, topic(second).status) == ("talking", "planned")
    assert n_events("PlanItemMoved") == 1


def test_a_plan_takes_nothing_back_that_shipped(town: Town, ana: int) -> None:
    shipped, open_ = raise_topic(town, ana), raise_topic(town, ana)
    topic_services.ship_topics(topic_ids=[shipped], version="5.2", at=AT)
    put(town, "declined", reason={"en": "No."}, topic_ids=[shipped, open_])

    assert (topic(shipped).status, topic(open_).status) == ("shipped", "declined")


def test_a_topic_of_another_product_is_no_source(town: Town, ana: int) -> None:
    elsewhere = make_product(town.owner, "other")
    topic_id = topic_services.raise_topic(
        member_id=ana, product_id=elsewhere, kind="idea", title="Else", words="", at=AT
    )
    item_id = put(town, actor_id=town.owner, topic_ids=[topic_id])

    assert item(item_id).topic_ids == ()
    assert topic(topic_id).status == "received"


def test_a_source_can_be_taken_away(town: Town, ana: int) -> None:
    first, second = raise_topic(town, ana), raise_topic(town, ana)
    item_id = put(town, topic_ids=[first, second])
    put(town, item_id=item_id, topic_ids=[second])

    assert item(item_id).topic_ids == (second,)


def test_an_item_ships_once(town: Town) -> None:
    item_id = put(town, "doing")
    services.ship_plan_item(item_id=item_id, version="5.3", at=AT + DAY)
    services.ship_plan_item(item_id=item_id, version="5.4", at=AT + 2 * DAY)
    services.ship_plan_item(item_id=999, version="5.4", at=AT)

    shipped = item(item_id)
    assert (shipped.state, shipped.shipped_version) == ("shipped", "5.3")
    assert shipped.changed_at == AT + DAY
    assert n_events("PlanItemMoved") == 2
    put(town, "doing", item_id=item_id)
    assert item(item_id).shipped_version == ""


def test_shipping_by_hand_tells_the_topics(town: Town, ana: int) -> None:
    topic_id = raise_topic(town, ana)
    put(town, "shipped", topic_ids=[topic_id])

    assert topic(topic_id).status == "shipped"


def test_the_plan_begins_with_what_is_being_done(town: Town) -> None:
    states = ("declined", "considered", "shipped", "planned", "doing")
    for number, state in enumerate(states):
        put(town, state, reason={"en": "Why."}, at=AT + number * DAY)
    newer = put(town, "planned", at=AT + 9 * DAY)

    plan = queries.plan_of(town.product, today=TODAY)
    assert [one.state for one in plan] == [
        "doing", "planned", "planned", "considered", "shipped", "declined",
    ]  # fmt: skip
    assert plan[1].id == newer
    assert [one.state for one in queries.open_items(town.product, today=TODAY)] == [
        "considered", "planned", "doing", "planned",
    ]  # fmt: skip


@pytest.mark.parametrize("n_items", [1, 3])
def test_the_plan_is_read_in_two_queries(
    town: Town, ana: int, n_items: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [put(town, topic_ids=[raise_topic(town, ana)]) for _ in range(n_items)]

    with django_assert_num_queries(2):
        assert len(queries.plan_of(town.product, today=TODAY)) == n_items
    with django_assert_num_queries(2):
        assert len(queries.open_items(town.product, today=TODAY)) == n_items
    with django_assert_num_queries(2):
        assert set(queries.plan_items_by_id([*ids, 999], today=TODAY)) == set(ids)


def test_there_is_no_item_of_an_unknown_number(town: Town) -> None:
    with pytest.raises(NotFound):
        item(999)
