"""Looking and then writing, by several at once: SQLite lets one in at a time, PostgreSQL all."""

from functools import partial

import pytest

from canyu.awards.models import Award
from canyu.awards.services import certify_award
from canyu.journal.errors import Refused
from canyu.members import queries as members
from canyu.members import services as member_services
from canyu.members.models import Invitation
from canyu.plan import queries as plan
from canyu.plan.services import put_plan_item
from canyu.products import queries as products
from canyu.products import services as product_services
from canyu.releases.models import Release
from canyu.releases.services import (
    draft_release,
    import_release,
    publish_release,
    put_change,
    remove_change,
    take_change_picture_away,
)
from canyu.topics import queries as topics
from canyu.topics.services import raise_topic
from tests.builders import (
    FRIDAY,
    Town,
    at_once,
    draft,
    make_member,
    make_operator,
    make_people,
    make_town,
    on_disk,
    publish,
)
from tests.builders import put_change as put
from tests.releases.test_history import record

__all__ = ["on_disk"]
pytestmark = pytest.mark.usefixtures("on_disk")
N = 5


def faults(said: list[object]) -> list[object]:
    """What was raised that is no refusal."""
    return [one for one in said if isinstance(one, Exception) and not isinstance(one, Refused)]


def n_done(said: list[object]) -> int:
    assert faults(said) == []
    return sum(not isinstance(one, Exception) for one in said)


def plan_one(town: Town, title: str, **more: object) -> int:
    return put_plan_item(
        **{
            "actor_id": town.owner,
            "product_id": town.product,
            "title": {"en": title},
            "state": "planned",
            "at": FRIDAY,
            **more,
        }  # type: ignore[arg-type]
    )


def test_each_node_may_make_the_start_link_and_one_is_good() -> None:
    assert n_done(at_once(*[partial(member_services.make_start_link, at=FRIDAY)] * N)) == N
    links = Invitation.objects.filter(purpose=Invitation.START)
    assert (links.count(), links.filter(revoked_at=None).count()) == (N, 1)


def test_of_the_last_operators_one_stays() -> None:
    ids = [make_operator()]
    for number in range(N - 1):
        ids.append(make_member(f"m{number}"))
        member_services.make_operator(member_id=ids[-1], at=FRIDAY)
    leave = partial(member_services.deactivate_member, at=FRIDAY)
    said = at_once(*[partial(leave, actor_id=one, member_id=one) for one in ids])
    assert n_done(said) == N - 1
    assert members.has_operator()


def test_two_operators_cannot_end_each_other() -> None:
    one, other = make_operator(), make_member("bo")
    member_services.make_operator(member_id=other, at=FRIDAY)
    leave = partial(member_services.deactivate_member, at=FRIDAY)
    said = at_once(
        partial(leave, actor_id=one, member_id=other), partial(leave, actor_id=other, member_id=one)
    )
    assert n_done(said) == 1


def test_the_same_people_are_added_once_whatever_the_order() -> None:
    handles = [f"p{number}" for number in range(20)]
    add = partial(member_services.find_or_add_people, at=FRIDAY)
    said = at_once(
        *[partial(add, people=dict.fromkeys(some, "")) for some in (handles, handles[::-1])] * 2
    )
    assert n_done(said) == 4
    assert all(one == said[0] for one in said)


def test_a_ring_is_chosen_while_it_is_left() -> None:
    town = make_town()
    (ana,) = make_people(town.product, 1)
    keys = [ring.key for ring in products.rings_of(town.product) if ring.joining == "open"]
    choose = partial(product_services.choose_ring, actor_id=ana, product_id=town.product, at=FRIDAY)
    leave = partial(product_services.leave_ring, actor_id=ana, product_id=town.product, at=FRIDAY)
    said = at_once(*[partial(choose, ring_key=key) for key in keys * 2], leave, leave)
    assert n_done(said) == len(said)


def test_an_area_keeps_what_two_changed_of_it() -> None:
    town = make_town()
    area = product_services.add_area(
        actor_id=town.owner, product_id=town.product, slug="sync", name={"en": "Sync"}, at=FRIDAY
    )
    change = partial(product_services.change_area, actor_id=town.owner, area_id=area, at=FRIDAY)
    for turn in range(1, 6):
        name = {"en": f"Sync {turn}"}
        assert n_done(at_once(partial(change, name=name), partial(change, place=turn))) == 2
        (found,) = products.areas_of(town.product)
        assert (found.name, found.place) == (name, turn)


def test_new_items_of_a_plan_get_keys_of_their_own() -> None:
    town = make_town()
    said = at_once(*[partial(plan_one, town, f"Item {number}") for number in range(N)])
    assert n_done(said) == N
    found = plan.plan_of(town.product, today=FRIDAY.date())
    assert sorted(item.key for item in found) == [f"p{number}" for number in range(1, N + 1)]


def test_a_version_is_drafted_once() -> None:
    town = make_town()
    begin = partial(draft_release, actor_id=town.owner, product_id=town.product, at=FRIDAY)
    assert n_done(at_once(*[partial(begin, version="9.0")] * N)) == 1


def test_a_release_of_the_past_is_read_once_and_each_has_its_place() -> None:
    town = make_town()
    records = [record(version=f"1.{number}") for number in range(2)]
    take = partial(import_release, product_id=town.product, at=FRIDAY)
    said = at_once(*[partial(take, record=one) for one in records * 3])
    assert n_done(said) == 6
    assert sorted(map(str, said)) == ["new"] * 2 + ["same"] * 4
    places = Release.objects.filter(product_id=town.product).values_list("place", flat=True)
    assert len(set(places)) == 2


def test_a_change_is_written_while_it_is_taken_out() -> None:
    town = make_town()
    release_id = draft(town, 1)
    change_id = put(town, release_id)
    said = at_once(
        partial(remove_change, actor_id=town.owner, change_id=change_id, at=FRIDAY),
        partial(take_change_picture_away, actor_id=town.owner, change_id=change_id),
        partial(
            put_change,
            actor_id=town.owner,
            release_id=release_id,
            change_id=change_id,
            kind="new",
            text={"en": "Otherwise"},
            maker_ids=[town.maker],
            at=FRIDAY,
        ),
    )
    assert n_done(said) >= 1


def test_a_release_goes_out_while_its_plan_is_changed() -> None:
    town = make_town()
    for turn in range(4):
        asked = [
            raise_topic(
                member_id=town.maker,
                product_id=town.product,
                kind="idea",
                title=f"Idea {turn}.{number}",
                words="Please.",
                at=FRIDAY,
            )
            for number in range(4)
        ]
        items = [
            plan_one(town, f"Item {turn}.{number}", topic_ids=some, state="considered")
            for number, some in enumerate((asked, asked[::-1]))
        ]
        release_id = draft(town, 1, version=f"7.{turn}")
        for item in reversed(items):
            put(town, release_id, plan_item_id=item, topic_ids=asked)
        change = partial(plan_one, town, topic_ids=asked, state="doing")
        said = at_once(
            partial(publish_release, actor_id=town.owner, release_id=release_id, at=FRIDAY),
            *[partial(change, f"Again {turn}", item_id=item) for item in items],
        )
        assert n_done(said) == 3
        assert {one.status for one in topics.topics_by_id(asked, at=FRIDAY).values()} <= {
            "shipped",
            "doing",
        }


def test_awards_that_are_certified_at_once_have_numbers_of_their_own() -> None:
    town = make_town()
    awards = [
        Award.objects.create(
            product_id=town.product,
            release_id=publish(town, 1, version=f"8.{number}"),
            outcome="one",
            n_reports=40,
            figures={},
            proposed_at=FRIDAY,
        ).pk
        for number in range(N)
    ]
    certify = partial(certify_award, actor_id=town.owner, citation={"en": "Well made."}, at=FRIDAY)
    assert n_done(at_once(*[partial(certify, award_id=one) for one in awards])) == N
    assert sorted(Award.objects.values_list("number", flat=True)) == list(range(1, N + 1))
