"""One's own desk: everything that waits, what is due first at the top, at a constant cost."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.desks.queries import desk_of, loads_of
from canyu.desks.rules import Line, in_order
from canyu.painpoints.models import Point
from canyu.plan import services as plan
from canyu.products import services as products
from canyu.releases import queries as releases_read
from canyu.releases import services as releases
from canyu.releases.rules import Timetable
from canyu.remarks.rules import Subject
from canyu.remarks.services import see_words, write_remark
from canyu.reports.models import Repair
from canyu.topics import queries as topics
from canyu.topics import services as forum
from tests.builders import FRIDAY as AT
from tests.builders import Town, draft, make_member, make_product, publish, put_change

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
N_DESK = 26
N_LOADS = 5


def ask(town: Town, *, kind: str = "question", area_id: int | None = None, by: int) -> int:
    topic_id = forum.raise_topic(
        member_id=by,
        product_id=town.product,
        kind=kind,
        title="How do I print?",
        words="",
        area_id=area_id,
        at=AT,
    )
    forum.plan_rise(topic_id=topic_id, zone="UTC")
    return topic_id


def small_team(town: Town, *members: int, slug: str = "print") -> int:
    area_id = products.add_area(
        actor_id=town.owner, product_id=town.product, slug=slug, name={"en": slug}, at=AT
    )
    products.put_makers_on_area(
        actor_id=town.owner, area_id=area_id, member_ids=list(members), at=AT
    )
    return area_id


def full(town: Town, n: int) -> int:
    """Put n of everything on the maker's desk; return whom they are asked by."""
    ana = make_member("ana")
    area_id = small_team(town, town.maker)
    releases.set_train(
        actor_id=town.owner, product_id=town.product, timetable=Timetable(), at=AT - DAY
    )
    for number in range(n):
        ask(town, by=ana, area_id=area_id)
        release_id = publish(town, 1, version=f"5.{number}")
        change_id = releases_read.changes_of([release_id])[0].id
        write_remark(
            author_id=ana, subject=Subject("change", change_id), text=f"Fine {number}", at=AT
        )
        Repair.objects.create(
            product_id=town.product,
            release_id=release_id,
            change_id=change_id,
            p_last=0.9,
            opened_at=AT,
        )
        Point.objects.create(
            product_id=town.product,
            name={"en": "Printing is slow"},
            standing="accepted",
            state="digging",
            state_at=AT,
            found_at=AT,
            keeper_id=town.maker,
        )
        plan.put_plan_item(
            actor_id=town.maker,
            product_id=town.product,
            title={"en": "A quick printer"},
            state="doing",
            due_on=date(2026, 11, 21),
            at=AT,
        )
        put_change(town, draft(town, 0, version=f"6.{number}"), text="A printer")
    return ana


@pytest.mark.parametrize("n", [1, 3])
def test_a_desk_costs_the_same_however_much_waits(
    town: Town, n: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    full(town, n)

    with django_assert_num_queries(N_DESK):
        desk = desk_of(town.maker, at=AT + HOUR)

    kinds = [line.kind for line in desk.lines]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "topic": n, "promise": n, "repair": n, "draft": n, "pain": n,
    }  # fmt: skip
    assert [word.text for word in desk.words] == [f"Fine {one}" for one in reversed(range(n))]
    with django_assert_num_queries(N_LOADS):
        loads = loads_of(town.product, at=AT + HOUR)
    assert [load.member.handle for load in loads] == ["mika", "nils", "olga"]
    assert [(load.n_topics, load.n_points) for load in loads] == [(n, n), (0, 0), (0, 0)]


def test_what_is_due_first_comes_first_and_what_has_no_hour_by_its_kind() -> None:
    def line(kind: str, number: int, due: int | None, rise: int = 0) -> Line:
        moment = None if due is None else AT + due * HOUR
        return Line(kind, 1, number, "", AT, due_at=moment, rise=rise)

    lines = [
        line("pain", 1, None, rise=1),
        line("pain", 2, None, rise=9),
        line("award", 3, None),
        line("draft", 4, 30),
        line("topic", 5, -2),
        line("repair", 6, 3),
    ]

    assert [one.id for one in in_order(lines)] == [5, 6, 4, 3, 2, 1]
    assert [one.is_late(AT) for one in in_order(lines)] == [True] + [False] * 5


def test_a_desk_is_across_products_and_empty_for_everybody_else(town: Town) -> None:
    ana = make_member("ana")
    other = make_product(town.owner, "ember")
    products.add_team_member(
        actor_id=town.owner, product_id=other, member_id=town.maker, role="maker", at=AT
    )
    area_id = small_team(town, town.maker)
    first = ask(town, by=ana, area_id=area_id)
    second = forum.raise_topic(
        member_id=ana, product_id=other, kind="idea", title="Warmer", words="", at=AT
    )
    forum.give_keeper(actor_id=town.owner, topic_id=second, keeper_id=town.maker, at=AT)

    desk = desk_of(town.maker, at=AT)

    assert [(line.product_id, line.id) for line in desk.lines] == [
        (town.product, first),
        (other, second),
    ]
    # A question rises after nine hours; an idea is answered within a week.
    assert [line.working_left for line in desk.lines] == [9 * HOUR, 5 * 9 * HOUR]
    for member_id in (ana, town.other_maker):
        assert desk_of(member_id, at=AT).lines == ()
    assert desk_of(ana, at=AT).products == {}


def test_topics_go_to_whom_of_the_small_team_the_fewest_wait_for(town: Town) -> None:
    ana = make_member("ana")
    area_id = small_team(town, town.maker, town.other_maker)

    def keepers(*topic_ids: int) -> list[int | None]:
        return [topics.topic_of(one, at=AT).keeper_id for one in topic_ids]

    asked = [ask(town, by=ana, area_id=area_id) for _ in range(3)]
    assert keepers(*asked) == [town.maker, town.other_maker, town.maker]
    # What was answered waits for nobody.
    for one in (asked[0], asked[2]):
        forum.set_status(
            actor_id=town.maker, topic_id=one, status="talking", reason="We look.", at=AT
        )
    assert keepers(ask(town, by=ana, area_id=area_id)) == [town.maker]
    assert keepers(ask(town, by=ana)) == [town.owner]


def move(topic_id: int, area_id: int, *, by: int) -> None:
    topic = topics.topic_of(topic_id, at=AT)
    forum.edit_topic(
        actor_id=by,
        topic_id=topic_id,
        title=topic.title,
        words=topic.words,
        kind=topic.kind,
        area_id=area_id,
        at=AT,
    )


def test_a_topic_that_is_moved_goes_to_the_other_small_team_unless_it_was_answered(
    town: Town,
) -> None:
    ana = make_member("ana")
    old = small_team(town, town.maker)
    new, nobodys = small_team(town, town.other_maker, slug="sync"), small_team(town, slug="paint")
    silent, answered = (ask(town, by=ana, area_id=old) for _ in range(2))
    forum.comment_on_topic(member_id=town.maker, topic_id=answered, text="We look.", at=AT)

    for topic_id in (silent, answered):
        move(topic_id, new, by=town.owner)

    kept = [topics.topic_of(one, at=AT).keeper_id for one in (silent, answered)]
    assert kept == [town.other_maker, town.maker]
    move(silent, nobodys, by=town.owner)
    assert topics.topic_of(silent, at=AT).keeper_id == town.other_maker


def test_new_words_stay_until_they_are_put_aside(town: Town) -> None:
    full(town, 1)
    shown = desk_of(town.maker, at=AT).words
    assert [word.text for word in shown] == ["Fine 0"]

    see_words(member_id=town.maker, up_to=shown[0].id, at=AT)
    see_words(member_id=town.maker, up_to=0, at=AT)

    assert desk_of(town.maker, at=AT).words == ()


def test_a_repair_of_makers_who_left_falls_to_the_small_team(town: Town) -> None:
    release_id = draft(town, 0)
    area_id = small_team(town, town.other_maker)
    change_id = put_change(town, release_id, area_id=area_id)
    releases.publish_release(actor_id=town.owner, release_id=release_id, at=AT)
    Repair.objects.create(
        product_id=town.product,
        release_id=release_id,
        change_id=change_id,
        p_last=0.9,
        opened_at=AT,
    )

    def kinds(member_id: int) -> list[str]:
        return [line.kind for line in desk_of(member_id, at=AT).lines]

    assert (kinds(town.maker), kinds(town.other_maker)) == (["repair"], [])
    products.remove_team_member(
        actor_id=town.owner, product_id=town.product, member_id=town.maker, at=AT
    )
    assert (kinds(town.maker), kinds(town.other_maker)) == ([], ["repair"])
