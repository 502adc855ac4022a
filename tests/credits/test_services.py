from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.credits import queries, services
from canyu.credits.models import Credit
from canyu.journal.queries import n_events
from canyu.journal.services import deliver_due
from canyu.plan import services as plan
from canyu.releases import queries as releases
from canyu.releases import services as release_services
from canyu.topics import services as topics
from canyu.topics.models import Topic
from tests.builders import FRIDAY, Town, draft, make_member, make_people, put_change
from tests.releases.test_history import read, record

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def raise_topic(town: Town, author: int, *joining: int) -> int:
    """A topic of some days ago; each voice comes an hour after the one before."""
    topic_id = topics.raise_topic(
        member_id=author,
        product_id=town.product,
        kind="idea",
        title="Dark mode",
        words="",
        at=FRIDAY - 9 * DAY,
    )
    for number, member_id in enumerate(joining, 1):
        at = FRIDAY - 9 * DAY + number * HOUR
        topics.add_voice(member_id=member_id, topic_id=topic_id, at=at)
    return topic_id


def ship(town: Town, *topic_ids: int, version: str = "5.2", item_id: int | None = None) -> int:
    """A release with one change that came from these topics; return the change."""
    release_id = draft(town, 0, version=version)
    change_id = put_change(town, release_id, topic_ids=topic_ids, plan_item_id=item_id)
    release_services.publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    deliver_due(at=FRIDAY + HOUR)
    return change_id


def credited(change_id: int) -> list[tuple[int, str]]:
    rows = Credit.objects.filter(change_id=change_id).order_by("id")
    return list(rows.values_list("member_id", "role"))


def test_publishing_thanks_who_asked_who_joined_and_who_made(town: Town) -> None:
    ana, bo, cy = (make_member(name) for name in ("ana", "bo", "cy"))
    first, second = raise_topic(town, ana, bo, cy), raise_topic(town, cy)
    change_id = ship(town, first, second)

    assert credited(change_id) == [
        (ana, "asked"),
        (cy, "asked"),
        (bo, "joined"),
        (town.maker, "made"),
    ]
    assert queries.asked_by([change_id]) == {
        change_id: queries.AskedBy((ana, cy, bo), 3),
    }
    own = queries.own_credits_on([change_id], bo)
    assert (own[change_id].role, own[change_id].topic_id) == ("joined", first)
    assert queries.own_credits_on([change_id], None) == {}
    assert queries.own_credits_on([change_id], town.maker) == {}
    assert n_events("ReleaseCredited") == 1


def test_crediting_again_adds_nothing(town: Town) -> None:
    change_id = ship(town, raise_topic(town, make_member("ana")))
    before = credited(change_id)
    release_id = releases.change_of(change_id).release_id

    assert services.credit_release(release_id=release_id, at=FRIDAY + DAY) == 0
    assert credited(change_id) == before
    assert n_events("ReleaseCredited") == 1


def test_whoever_joins_after_it_shipped_led_to_nothing(town: Town) -> None:
    ana, late = make_member("ana"), make_member("late")
    topic_id = raise_topic(town, ana)
    release_id = draft(town, 0)
    change_id = put_change(town, release_id, topic_ids=[topic_id])
    release_services.publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    # The delivery may come late, too.
    topics.add_voice(member_id=late, topic_id=topic_id, at=FRIDAY + HOUR)
    deliver_due(at=FRIDAY + DAY)

    assert credited(change_id) == [(ana, "asked"), (town.maker, "made")]


def test_a_kept_promise_thanks_who_asked_for_the_promise(town: Town) -> None:
    ana = make_member("ana")
    item = plan.put_plan_item(
        actor_id=town.maker,
        product_id=town.product,
        title={"en": "Dark mode"},
        state="doing",
        at=FRIDAY,
        topic_ids=[raise_topic(town, ana)],
    )

    assert credited(ship(town, item_id=item)) == [(ana, "asked"), (town.maker, "made")]


def test_history_thanks_nobody(town: Town) -> None:
    ana = make_member("ana")
    Topic.objects.filter(pk=raise_topic(town, ana)).update(key="#1")
    read(town, record("1.0"))
    deliver_due(at=FRIDAY)
    release = releases.release_of(town.product, "1.0")

    assert releases.changes_of([release.id])[0].topic_ids
    assert services.credit_release(release_id=release.id, at=FRIDAY) == 0
    assert not Credit.objects.exists()
    assert n_events("ReleaseCredited") == 0


@pytest.mark.parametrize("n_changes", [1, 3])
def test_who_asked_is_one_query_for_any_number_of_changes(
    town: Town, n_changes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = make_people(town.product, 5)
    ids = [
        ship(town, raise_topic(town, *people), version=f"5.{number}") for number in range(n_changes)
    ]
    unasked = ship(town, version="6")

    with django_assert_num_queries(1):
        found = queries.asked_by([*ids, unasked], n_first=2)
    assert found == dict.fromkeys(ids, queries.AskedBy((people[0], people[1]), 5))
    assert found[ids[0]].n_others == 4
    with django_assert_num_queries(1):
        assert len(queries.own_credits_on(ids, people[3])) == n_changes
    with django_assert_num_queries(1):
        mine = queries.credits_of_member(people[0], roles=["asked"], limit=9)
    assert [one.change_id for one in mine] == ids[::-1]


def test_a_credit_outlives_the_topic_it_came_from(town: Town) -> None:
    ana = make_member("ana")
    topic_id = raise_topic(town, ana)
    change_id = ship(town, topic_id)
    Topic.objects.filter(pk=topic_id).delete()

    assert queries.own_credits_on([change_id], ana)[change_id].topic_id is None
    (credit,) = queries.credits_of_release(releases.change_of(change_id).release_id)
    assert credit.member_id == ana
