from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from canyu.journal.errors import NotAllowed, NotFound, Refused
from canyu.journal.models import Event
from canyu.journal.queries import n_events
from canyu.products import services as products
from canyu.remarks.errors import RemarkRefused
from canyu.topics import queries, services
from canyu.topics.errors import TopicRefused
from canyu.topics.models import Topic, Voice
from tests.builders import FRIDAY as AT
from tests.builders import Town, at_once, make_member, make_product, make_town

DAY = timedelta(days=1)


@pytest.fixture
def ana(db: None) -> int:
    return make_member("ana")


@pytest.fixture
def bo(db: None) -> int:
    return make_member("bo")


def raise_topic(town: Town, member_id: int, **more: Any) -> int:
    return services.raise_topic(
        **{
            "member_id": member_id,
            "product_id": town.product,
            "kind": "idea",
            "title": "A screenshot with one tap",
            "words": "",
            "at": AT,
            **more,
        }
    )


def view(topic_id: int, *, at: Any = AT) -> queries.TopicView:
    return queries.topic_of(topic_id, at=at)


def test_a_topic_is_raised_with_a_first_voice_and_a_keeper(town: Town, ana: int) -> None:
    topic_id = raise_topic(town, ana, words=" Three of us ask.\r\n", language="en")

    topic = view(topic_id)
    assert (topic.title, topic.words) == ("A screenshot with one tap", "Three of us ask.")
    assert (topic.status, topic.n_voices, topic.n_others, topic.n_days_late) == (
        "received",
        1,
        0,
        0,
    )
    assert topic.keeper_id in town.team
    assert queries.has_voice(topic_id, ana)
    payload = Event.objects.get(name="TopicRaised").payload
    assert (payload["author_id"], payload["keeper_id"]) == (ana, topic.keeper_id)


def test_topics_go_round_the_team(town: Town, ana: int) -> None:
    keepers = [view(raise_topic(town, ana)).keeper_id for _ in range(6)]

    assert keepers == [*town.team, *town.team]


def test_what_is_done_weighs_no_more(town: Town, ana: int) -> None:
    first = raise_topic(town, ana)
    for _ in range(2):
        raise_topic(town, ana)
    services.set_status(
        actor_id=town.owner, topic_id=first, status="declined", reason="Not now.", at=AT
    )

    assert view(raise_topic(town, ana)).keeper_id == town.owner


def test_the_makers_of_an_area_look_after_its_topics(town: Town, ana: int) -> None:
    area = products.add_area(
        actor_id=town.owner, product_id=town.product, slug="camera", name={"en": "Camera"}, at=AT
    )
    products.put_makers_on_area(
        actor_id=town.owner, area_id=area, member_ids=[town.other_maker], at=AT
    )

    keepers = {view(raise_topic(town, ana, area_id=area)).keeper_id for _ in range(3)}
    assert keepers == {town.other_maker}


def test_an_area_of_another_product_or_none_is_left_out(town: Town, ana: int) -> None:
    elsewhere = make_product(town.owner, "other")
    area = products.add_area(
        actor_id=town.owner, product_id=elsewhere, slug="camera", name={"en": "Camera"}, at=AT
    )

    for area_id in (area, 9_999):
        topic_id = raise_topic(town, ana, area_id=area_id)
        assert Topic.objects.get(pk=topic_id).area_id is None


def test_a_language_of_any_length_breaks_nothing(town: Town, ana: int) -> None:
    assert len(view(raise_topic(town, ana, language="x" * 100)).language) == 12


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"kind": "vote"}, 400),
        ({"title": " "}, 400),
        ({"title": "x" * 201}, 413),
        ({"words": "x" * 10_001}, 413),
    ],
)
def test_what_cannot_be_taken_leaves_nothing(
    town: Town, ana: int, wrong: dict[str, str], status: int
) -> None:
    with pytest.raises(Refused) as refusal:
        raise_topic(town, ana, **wrong)

    assert refusal.value.status == status
    assert not Topic.objects.exists()
    assert n_events("TopicRaised") == 0


def test_me_too_counts_each_person_once(town: Town, ana: int, bo: int) -> None:
    topic_id = raise_topic(town, ana)

    assert services.add_voice(member_id=bo, topic_id=topic_id, at=AT, words=" Yes! ")
    assert not services.add_voice(member_id=bo, topic_id=topic_id, at=AT, words="again")
    assert not services.add_voice(member_id=ana, topic_id=topic_id, at=AT)

    assert view(topic_id).n_voices == 2
    assert [(one.member_id, one.words) for one in queries.voices_for([topic_id])] == [
        (ana, ""),
        (bo, "again"),
    ]
    assert n_events("VoiceAdded") == 1


def test_a_voice_of_too_many_words_or_on_no_topic_is_refused(town: Town, ana: int, bo: int) -> None:
    topic_id = raise_topic(town, ana)

    with pytest.raises(RemarkRefused):
        services.add_voice(member_id=bo, topic_id=topic_id, at=AT, words="x" * 501)
    with pytest.raises(NotFound):
        services.add_voice(member_id=bo, topic_id=999, at=AT)
    assert view(topic_id).n_voices == 1


def test_a_voice_can_be_taken_back_but_not_the_authors(town: Town, ana: int, bo: int) -> None:
    topic_id = raise_topic(town, ana)
    services.add_voice(member_id=bo, topic_id=topic_id, at=AT)

    assert services.withdraw_voice(member_id=bo, topic_id=topic_id, at=AT)
    assert not services.withdraw_voice(member_id=bo, topic_id=topic_id, at=AT)
    with pytest.raises(TopicRefused, match="your own"):
        services.withdraw_voice(member_id=ana, topic_id=topic_id, at=AT)

    assert view(topic_id).n_voices == 1
    assert not queries.has_voice(topic_id, bo)
    assert not queries.has_voice(topic_id, None)


@pytest.mark.usefixtures("on_disk")
def test_voices_are_counted_right_in_a_race() -> None:
    town = make_town()
    topic_id = raise_topic(town, make_member("ana"))
    people = [make_member(f"m{number}") for number in range(3)]

    said = at_once(
        *[
            partial(services.add_voice, member_id=person, topic_id=topic_id, at=AT)
            for person in people * 2
        ]
    )

    assert sorted(said, key=str) == [False] * 3 + [True] * 3
    assert view(topic_id).n_voices == Voice.objects.filter(topic_id=topic_id).count() == 4


def test_the_team_gives_a_status_with_a_reason(town: Town, ana: int) -> None:
    topic_id = raise_topic(town, ana)
    give = partial(services.set_status, topic_id=topic_id, at=AT + DAY)

    with pytest.raises(NotAllowed, match="only the team"):
        give(actor_id=ana, status="planned", reason="I want it.")
    with pytest.raises(TopicRefused, match="no reason"):
        give(actor_id=town.maker, status="declined", reason=" ")
    assert view(topic_id).status == "received"
    give(actor_id=town.maker, status="planned", reason=" For 5.3. ")

    topic = view(topic_id)
    assert (topic.status, topic.reason, topic.status_by_id) == ("planned", "For 5.3.", town.maker)
    assert topic.status_at == AT + DAY
    assert n_events("TopicStatusSet") == 1


def test_only_who_asked_confirms_and_only_what_shipped(town: Town, ana: int, bo: int) -> None:
    topic_id = raise_topic(town, ana)
    confirm = partial(services.set_status, topic_id=topic_id, status="confirmed", reason="", at=AT)

    with pytest.raises(TopicRefused, match="has not shipped") as refusal:
        confirm(actor_id=ana)
    assert refusal.value.status == 409
    services.ship_topics(topic_ids=[topic_id], version="5.3", at=AT)
    for stranger in (bo, town.owner):
        with pytest.raises(NotAllowed, match="only those who asked"):
            confirm(actor_id=stranger)
    confirm(actor_id=ana)

    assert (view(topic_id).status, view(topic_id).version) == ("confirmed", "5.3")


def test_topics_ship_with_a_version_and_what_was_confirmed_stays(town: Town, ana: int) -> None:
    first, second = raise_topic(town, ana), raise_topic(town, ana)
    services.ship_topics(topic_ids=[first], version="5.2", at=AT)
    services.set_status(actor_id=ana, topic_id=first, status="confirmed", reason="", at=AT)

    services.ship_topics(topic_ids=[first, second], version="5.3", at=AT)

    assert (view(first).status, view(first).version) == ("confirmed", "5.2")
    assert (view(second).status, view(second).version) == ("shipped", "5.3")
    assert view(second).status_by_id is None
    assert n_events("TopicStatusSet") == 3


def test_the_clock_stops_at_the_first_answer_of_the_team(town: Town, ana: int, bo: int) -> None:
    by_remark, by_status, silent = (raise_topic(town, ana) for _ in range(3))
    services.comment_on_topic(member_id=bo, topic_id=by_remark, text="Me too", at=AT)
    services.comment_on_topic(member_id=bo, topic_id=silent, text="Me too", at=AT)
    services.comment_on_topic(
        member_id=town.maker, topic_id=by_remark, text="We look at it.", at=AT + DAY
    )
    services.set_status(
        actor_id=town.maker, topic_id=by_status, status="talking", reason="With whom?", at=AT + DAY
    )

    late = [view(one, at=AT + 9 * DAY).n_days_late for one in (by_remark, by_status, silent)]
    assert late == [0, 0, 2]
    assert view(silent, at=AT + 7 * DAY).n_days_late == 0
    answers = [
        payload["is_answer"]
        for payload in Event.objects.filter(name="RemarkWritten")
        .order_by("id")
        .values_list("payload", flat=True)
    ]
    assert answers == [False, False, True]


def test_the_team_names_another_keeper_of_its_own(town: Town, ana: int) -> None:
    topic_id = raise_topic(town, ana)
    give = partial(services.give_keeper, topic_id=topic_id, at=AT)

    for actor_id, keeper_id in ((ana, town.maker), (town.maker, ana)):
        with pytest.raises(NotAllowed):
            give(actor_id=actor_id, keeper_id=keeper_id)
    give(actor_id=town.maker, keeper_id=town.other_maker)

    assert view(topic_id).keeper_id == town.other_maker
    with pytest.raises(NotFound):
        services.give_keeper(actor_id=town.maker, topic_id=999, keeper_id=town.maker, at=AT)
