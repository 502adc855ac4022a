"""A question is followed until it is solved."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.models import Event
from canyu.products import services as products
from canyu.topics import queries, services
from canyu.topics.errors import TopicRefused
from canyu.topics.models import Topic
from tests.builders import FRIDAY as AT
from tests.builders import Town, at_once, make_member, make_town

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def ask(town: Town, member_id: int, **more: Any) -> int:
    topic_id = services.raise_topic(
        **{
            "member_id": member_id,
            "product_id": town.product,
            "kind": "question",
            "title": "How do I take a screenshot?",
            "words": "",
            "at": AT,
            **more,
        }
    )
    services.plan_rise(topic_id=topic_id, zone="UTC")
    return topic_id


def answer(topic_id: int, member_id: int, *, at: Any = AT + HOUR) -> int:
    return services.comment_on_topic(
        member_id=member_id, topic_id=topic_id, text="Press both keys.", at=at
    )


@pytest.fixture
def ana(db: None) -> int:
    return make_member("ana")


@pytest.fixture
def bo(db: None) -> int:
    return make_member("bo")


def test_asked_answered_solved_and_open_again(town: Town, ana: int, bo: int) -> None:
    topic_id = ask(town, ana)
    remark_id = answer(topic_id, bo)
    assert queries.topic_of(topic_id, at=AT).helped_at == AT + HOUR

    with pytest.raises(NotAllowed, match="who asked"):
        services.solve_topic(actor_id=bo, topic_id=topic_id, at=AT)
    services.solve_topic(actor_id=ana, topic_id=topic_id, remark_id=remark_id, at=AT + DAY)

    solved = queries.topic_of(topic_id, at=AT)
    assert (solved.solved_at, solved.solved_by_id) == (AT + DAY, ana)
    assert solved.solution_id == remark_id
    assert Event.objects.get(name="TopicSolved").payload["helper_id"] == bo
    services.solve_topic(actor_id=ana, topic_id=topic_id, remark_id=remark_id, at=AT + 2 * DAY)
    assert Event.objects.filter(name="TopicSolved").count() == 1
    services.reopen_topic(actor_id=ana, topic_id=topic_id, at=AT + 2 * DAY)
    assert queries.topic_of(topic_id, at=AT).solved_at is None
    services.reopen_topic(actor_id=ana, topic_id=topic_id, at=AT + 2 * DAY)
    assert [one.kind for one in queries.deeds_of([topic_id])] == ["solved", "reopened"]


def test_the_team_and_proven_helpers_may_solve(town: Town, bo: int) -> None:
    askers = [make_member(f"asker{number}") for number in range(4)]
    topics = [ask(town, one) for one in askers]
    for topic_id, asker in zip(topics[:2], askers, strict=False):
        services.solve_topic(
            actor_id=asker, topic_id=topic_id, remark_id=answer(topic_id, bo), at=AT
        )
    with pytest.raises(NotAllowed):
        services.solve_topic(actor_id=bo, topic_id=topics[3], at=AT)
    services.solve_topic(
        actor_id=town.maker, topic_id=topics[2], remark_id=answer(topics[2], bo), at=AT
    )
    assert queries.n_solved_by(bo, town.product) == 3

    services.solve_topic(actor_id=bo, topic_id=topics[3], at=AT)
    assert queries.topic_of(topics[3], at=AT).solved_by_id == bo


def test_only_a_remark_of_this_topic_solves_it(town: Town, ana: int, bo: int) -> None:
    topic_id, other = ask(town, ana), ask(town, bo)
    with pytest.raises(TopicRefused, match="no such remark"):
        services.solve_topic(actor_id=ana, topic_id=topic_id, remark_id=answer(other, bo), at=AT)
    with pytest.raises(TopicRefused, match="no such remark"):
        services.solve_topic(actor_id=ana, topic_id=topic_id, remark_id=10**15, at=AT)
    with pytest.raises(NotFound):
        services.solve_topic(actor_id=ana, topic_id=10**15, at=AT)
    assert queries.topic_of(topic_id, at=AT).solved_at is None


def test_what_nobody_answers_rises_once_to_those_of_its_area(town: Town, ana: int) -> None:
    area = products.add_area(
        actor_id=town.owner, product_id=town.product, slug="camera", name={"en": "Camera"}, at=AT
    )
    products.put_makers_on_area(
        actor_id=town.owner, area_id=area, member_ids=[town.other_maker], at=AT
    )
    in_area, without = ask(town, ana, area_id=area), ask(town, ana)
    ask(town, ana, kind="idea")
    answer(ask(town, ana), town.maker)
    merged = ask(town, ana)
    services.merge_topics(actor_id=town.maker, topic_id=merged, into_id=without, at=AT)
    # Friday at 17:00: one hour of nine is left of the week.
    monday = AT + 3 * DAY
    assert services.raise_unanswered(at=monday - HOUR) == 0

    assert services.raise_unanswered(at=monday) == 2
    assert services.raise_unanswered(at=monday + DAY) == 0

    told = {
        event.payload["topic_id"]: event.payload["owner_ids"]
        for event in Event.objects.filter(name="TopicRose")
    }
    assert told == {in_area: [town.other_maker], without: [town.owner]}
    risen = queries.topics_risen(town.product, at=monday, limit=9)
    assert [one.id for one in risen] == [in_area, without]
    answer(in_area, town.owner, at=monday)
    risen = queries.topics_risen(town.product, at=monday, limit=9)
    assert [one.id for one in risen] == [without]


def test_many_rise_some_at_a_time(town: Town, ana: int) -> None:
    for _ in range(3):
        ask(town, ana)
    later = AT + 9 * DAY
    assert [services.raise_unanswered(at=later, limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.usefixtures("on_disk")
def test_two_workers_let_a_topic_rise_once() -> None:
    town = make_town()
    ask(town, make_member("ana"))
    work = partial(services.raise_unanswered, at=AT + 9 * DAY)

    rose = at_once(work, work, work)

    assert sorted(rose, key=str) == [0, 0, 1]
    assert Topic.objects.exclude(risen_at=None).count() == 1
    assert Event.objects.filter(name="TopicRose").count() == 1


def test_the_clock_knows_those_who_wait_still(town: Town, ana: int, bo: int) -> None:
    first, second = ask(town, ana), ask(town, ana)
    ask(town, ana)
    ask(town, ana, kind="praise")
    answer(first, bo, at=AT + 2 * HOUR)
    answer(second, town.maker, at=AT + 4 * HOUR)
    # What the asker adds is no answer.
    answer(second, ana, at=AT + HOUR)
    services.solve_topic(actor_id=ana, topic_id=second, at=AT + DAY)

    clock = queries.answer_clock(town.product, since=AT - DAY, at=AT + 2 * DAY)
    assert (clock.to_answer.n, clock.to_answer.n_over) == (3, 2)
    assert (clock.to_answer.median, clock.to_answer.ninetieth) == (4 * HOUR, None)
    assert (clock.to_solved.n, clock.to_solved.n_over, clock.to_solved.median) == (3, 1, None)
    assert queries.answer_clock(town.product, since=AT + DAY, at=AT + 2 * DAY).to_answer.n == 0


def test_what_shipped_and_helps_is_solved(town: Town, ana: int) -> None:
    topic_id = ask(town, ana)
    services.ship_topics(topic_ids=[topic_id], version="5.2", at=AT + HOUR)
    assert queries.topic_of(topic_id, at=AT).solved_at is None
    services.set_status(actor_id=ana, topic_id=topic_id, status="confirmed", reason="", at=AT + DAY)
    solved = queries.topic_of(topic_id, at=AT)
    assert (solved.solved_at, solved.solved_by_id) == (AT + DAY, ana)


def test_somebody_posts_for_another_whose_voice_it_is(town: Town, ana: int, bo: int) -> None:
    with pytest.raises(NotAllowed, match="somebody else said"):
        ask(town, ana, posted_by_id=bo, heard_in="chat")
    with pytest.raises(TopicRefused, match="no place"):
        ask(town, ana, posted_by_id=town.maker, heard_in="dream")
    topic_id = ask(town, ana, posted_by_id=town.maker, heard_in="meetup")

    topic = queries.topic_of(topic_id, at=AT)
    assert (topic.author_id, topic.posted_by_id, topic.heard_in) == (ana, town.maker, "meetup")
    assert [voice.member_id for voice in queries.voices_for([topic_id])] == [ana]
    assert services.add_voice(
        member_id=bo,
        topic_id=topic_id,
        words="He said so.",
        posted_by_id=town.maker,
        heard_in="phone",
        at=AT,
    )
    # What people say themselves stands, whatever others post in their names.
    services.add_voice(member_id=bo, topic_id=topic_id, words="My own words.", at=AT)
    services.add_voice(
        member_id=bo,
        topic_id=topic_id,
        words="He said more.",
        posted_by_id=town.maker,
        heard_in="phone",
        at=AT,
    )
    voice = queries.voice_of(topic_id, bo)
    assert voice is not None
    assert (voice.words, voice.posted_by_id, voice.heard_in) == (
        "My own words.",
        town.maker,
        "phone",
    )
    services.withdraw_voice(member_id=bo, topic_id=topic_id, at=AT)
    assert not queries.has_voice(topic_id, bo)
