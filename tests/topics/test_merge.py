"""Merging keeps every voice and undoing gives back exactly what there was."""

from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.credits import queries as credit_queries
from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.models import Event
from canyu.journal.services import deliver_due
from canyu.members.queries import members_by_handle
from canyu.products import services as products
from canyu.releases import queries as releases
from canyu.releases import services as release_services
from canyu.remarks.queries import remarks_on
from canyu.remarks.rules import Subject
from canyu.topics import queries, services
from canyu.topics.errors import TopicRefused
from canyu.topics.models import Topic, Voice
from tests.builders import FRIDAY as AT
from tests.builders import Town, at_once, draft, make_member, make_product, make_town, put_change

DAY = timedelta(days=1)


def ask(town: Town, member_id: int, title: str = "A screenshot", **more: Any) -> int:
    return services.raise_topic(
        member_id=member_id,
        product_id=town.product,
        kind=more.pop("kind", "trouble"),
        title=title,
        words="",
        at=AT,
        **more,
    )


def join(topic_id: int, *members: int) -> None:
    for number, member_id in enumerate(members):
        services.add_voice(
            member_id=member_id, topic_id=topic_id, at=AT + number * DAY, words=f"case {number}"
        )


def merge(town: Town, topic_id: int, into_id: int) -> int:
    return services.merge_topics(
        actor_id=town.maker, topic_id=topic_id, into_id=into_id, at=AT, reason="They say the same."
    )


def part(town: Town, topic_id: int) -> None:
    services.unmerge_topic(actor_id=town.maker, topic_id=topic_id, at=AT)


def people_in(topic_id: int) -> list[int]:
    return sorted(voice.member_id for voice in queries.voices_for([topic_id]))


def whole_state() -> list[Any]:
    voices = Voice.objects.order_by("id").values_list(
        "id", "topic", "counted_in", "member", "words"
    )
    topics = Topic.objects.order_by("id").values_list("id", "merged_into", "n_voices", "warmth")
    return [*voices, *topics]


@pytest.fixture
def ana(db: None) -> int:
    return make_member("ana")


@pytest.fixture
def bo(db: None) -> int:
    return make_member("bo")


@pytest.fixture
def cai(db: None) -> int:
    return make_member("cai")


def test_a_merge_counts_each_person_once_and_is_undone_exactly(
    town: Town, ana: int, bo: int, cai: int
) -> None:
    one, other = ask(town, ana), ask(town, bo, "截图太麻烦")
    join(one, cai)
    join(other, cai, ana)
    before = whole_state()

    assert merge(town, other, one) == one

    assert queries.topic_of(one, at=AT).n_voices == 3
    assert people_in(one) == people_in(other) == sorted([ana, bo, cai])
    assert queries.topics_of(town.product, at=AT).n_topics == 1
    said = {voice.member_id: voice.words for voice in queries.voices_for([one])}
    assert said[cai] == "case 0"
    assert said[ana] == "case 1"
    part(town, other)
    assert whole_state() == before
    assert [deed.kind for deed in queries.deeds_of([other])] == ["merged", "unmerged"]
    assert [deed.kind for deed in queries.deeds_of([one])] == ["took_in", "let_go"]
    names = list(Event.objects.values_list("name", flat=True))
    assert names.count("TopicMerged") == names.count("TopicUnmerged") == 1


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    voices=st.lists(st.sets(st.integers(0, 5), max_size=5), min_size=3, max_size=4),
    order=st.randoms(use_true_random=False),
)
def test_whatever_is_merged_in_whatever_order_can_be_undone(
    town: Town, voices: list[set[int]], order: Any
) -> None:
    people = list(_people())
    topics = []
    for number, joining in enumerate(voices):
        topics.append(ask(town, people[number], f"Topic {number}"))
        join(topics[-1], *(people[one] for one in sorted(joining)))
    own = {topic: people_in(topic) for topic in topics}
    before = whole_state()
    order.shuffle(topics)

    for topic, into in pairwise(topics):
        merge(town, topic, into)

    everybody = sorted({one for some in own.values() for one in some})
    assert all(people_in(topic) == everybody for topic in topics)
    assert queries.topic_of(topics[-1], at=AT).n_voices == len(everybody)
    undone = topics[:-1]
    order.shuffle(undone)
    for topic in undone:
        part(town, topic)
    assert whole_state() == before


def _people() -> list[int]:
    handles = [f"p{number}" for number in range(6)]
    known = {one.handle: one.id for one in members_by_handle(handles)}
    return [known.get(handle) or make_member(handle) for handle in handles]


def test_what_is_said_after_a_merge_goes_to_where_it_leads_and_stays_there(
    town: Town, ana: int, bo: int, cai: int
) -> None:
    one, other = ask(town, ana), ask(town, bo)
    early = services.comment_on_topic(member_id=bo, topic_id=other, text="Before.", at=AT)
    merge(town, other, one)

    assert services.add_voice(member_id=cai, topic_id=other, at=AT)
    assert not services.add_voice(member_id=cai, topic_id=one, at=AT)
    services.comment_on_topic(member_id=cai, topic_id=other, text="After.", at=AT)
    services.comment_on_topic(member_id=ana, topic_id=one, text="You too?", parent_id=early, at=AT)
    services.set_status(
        actor_id=town.maker, topic_id=other, status="planned", reason="Soon.", at=AT
    )

    assert queries.topic_of(one, at=AT).status == "planned"
    assert queries.topic_of(other, at=AT).status == "received"
    together = remarks_on(Subject("topic", one), *queries.tree_ids(one)[1:])
    assert [card.text for card in together] == ["Before.", "After."]
    assert [card.text for card in together[0].replies] == ["You too?"]
    part(town, other)
    assert people_in(one) == sorted([ana, cai])
    assert people_in(other) == [bo]
    assert [card.text for card in remarks_on(Subject("topic", other))] == ["Before."]
    assert [card.text for card in remarks_on(Subject("topic", one))] == ["After."]


def test_every_credit_is_kept_whichever_topic_a_change_names(
    town: Town, ana: int, bo: int, cai: int
) -> None:
    one, other = ask(town, ana), ask(town, bo)
    join(other, cai)
    merge(town, other, one)
    release_id = draft(town, 1)
    change_id = put_change(town, release_id, topic_ids=[other])
    at = AT + 7 * DAY
    release_services.publish_release(actor_id=town.owner, release_id=release_id, at=at)
    deliver_due(at=at)

    roles = {
        credit.member_id: credit.role
        for credit in credit_queries.credits_of_release(release_id)
        if credit.change_id == change_id
    }
    assert roles == {ana: "asked", bo: "asked", cai: "joined"}
    assert queries.topic_of(one, at=at).status == "shipped"
    part(town, other)
    assert len(credit_queries.credits_of_release(release_id)) == 3
    assert releases.change_of(change_id).topic_ids == (other,)


def test_a_merge_needs_the_team_two_topics_and_one_product(town: Town, ana: int, bo: int) -> None:
    one, other = ask(town, ana), ask(town, bo)
    elsewhere = services.raise_topic(
        member_id=ana,
        product_id=make_product(town.owner, "other"),
        kind="idea",
        title="Elsewhere",
        words="",
        at=AT,
    )
    before = whole_state()

    with pytest.raises(NotAllowed):
        services.merge_topics(actor_id=ana, topic_id=one, into_id=other, at=AT)
    for into, refused in ((one, TopicRefused), (elsewhere, TopicRefused), (999_999, NotFound)):
        with pytest.raises(refused):
            merge(town, one, into)
    with pytest.raises(TopicRefused, match="stands for itself"):
        part(town, one)
    assert whole_state() == before
    merge(town, one, other)
    with pytest.raises(TopicRefused, match="one topic already"):
        merge(town, other, one)


def test_a_topic_moves_with_all_that_was_merged_into_it(town: Town, ana: int, bo: int) -> None:
    area = products.add_area(
        actor_id=town.owner, product_id=town.product, slug="camera", name={"en": "Camera"}, at=AT
    )
    one, other = ask(town, ana, area_id=area), ask(town, bo)
    merge(town, other, one)
    elsewhere = make_product(town.owner, "other")

    with pytest.raises(NotAllowed):
        services.move_topic(actor_id=ana, topic_id=one, product_id=elsewhere, at=AT)
    with pytest.raises(TopicRefused, match="already"):
        services.move_topic(actor_id=town.maker, topic_id=one, product_id=town.product, at=AT)
    services.move_topic(actor_id=town.maker, topic_id=other, product_id=elsewhere, at=AT)

    moved = queries.topic_of(one, at=AT)
    assert (moved.product_id, moved.area_id, moved.keeper_id) == (elsewhere, None, town.owner)
    assert queries.topic_of(other, at=AT).product_id == elsewhere
    assert queries.topics_of(town.product, at=AT).n_topics == 0
    assert people_in(one) == sorted([ana, bo])
    payload = Event.objects.get(name="TopicMoved").payload
    assert (payload["from_product_id"], payload["product_id"]) == (town.product, elsewhere)


def test_what_members_said_among_themselves_is_not_moved_into_the_open(
    town: Town, ana: int
) -> None:
    topic_id = ask(town, ana)
    elsewhere = make_product(town.owner, "other")
    products.change_product(
        actor_id=town.owner, product_id=town.product, visibility="members", at=AT
    )
    with pytest.raises(TopicRefused, match="members only"):
        services.move_topic(actor_id=town.maker, topic_id=topic_id, product_id=elsewhere, at=AT)
    assert queries.topic_of(topic_id, at=AT).product_id == town.product


@pytest.mark.usefixtures("on_disk")
def test_two_who_merge_crosswise_at_once_leave_no_circle() -> None:
    town = make_town()
    one, other = (ask(town, make_member(name)) for name in ("ana", "bo"))

    at_once(partial(merge, town, one, other), partial(merge, town, other, one))

    parents = dict(Topic.objects.values_list("id", "merged_into"))
    assert sorted(parents.values(), key=str).count(None) == 1
    assert people_in(one) == people_in(other)
    assert len(people_in(one)) == 2
