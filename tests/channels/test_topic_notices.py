"""Who hears what of a topic: those it concerns, each once, and nobody who wants none of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from canyu.channels.models import Notice
from canyu.channels.queries import notices_for
from canyu.journal.models import Delivery
from canyu.journal.services import deliver_due
from canyu.releases.rules import Timetable
from canyu.topics import services as topics
from canyu.topics.models import Topic
from canyu.web.notice_words import notice_lines
from tests.builders import FRIDAY, Town, make_member, make_product, set_train

HOUR = timedelta(hours=1)


def told(kind: str) -> dict[int, int]:
    """{member: how often they were told}, after every delivery was made twice."""
    deliver_due(at=FRIDAY + 9 * HOUR)
    Delivery.objects.update(done_at=None)
    deliver_due(at=FRIDAY + 9 * HOUR)
    found: dict[int, int] = {}
    for row in Notice.objects.filter(kind=kind):
        found[row.member_id] = found.get(row.member_id, 0) + 1
    return found


def ask(town: Town, member_id: int, **more: Any) -> int:
    return topics.raise_topic(
        **{
            "member_id": member_id,
            "product_id": town.product,
            "kind": "question",
            "title": "How do I take a screenshot?",
            "words": "",
            "at": FRIDAY,
            **more,
        }
    )


@pytest.fixture
def ana(db: None) -> int:
    return make_member("ana")


@pytest.fixture
def bo(db: None) -> int:
    return make_member("bo")


@pytest.fixture
def cai(db: None) -> int:
    return make_member("cai")


def test_who_follows_hears_what_is_said_and_who_muted_hears_nothing(
    town: Town, ana: int, bo: int, cai: int
) -> None:
    topic_id = ask(town, ana)
    topics.follow_topic(member_id=bo, topic_id=topic_id, at=FRIDAY)
    topics.mute_topic(member_id=ana, topic_id=topic_id, at=FRIDAY)
    topics.comment_on_topic(member_id=cai, topic_id=topic_id, text="@ana So?", at=FRIDAY)
    topics.set_status(
        actor_id=town.owner, topic_id=topic_id, status="planned", reason="Soon.", at=FRIDAY
    )
    assert told("remark") == {bo: 1, town.owner: 1}
    assert told("status") == {bo: 1}
    assert told("mention") == {}


def test_those_whose_topic_is_merged_hear_of_it(town: Town, ana: int, bo: int, cai: int) -> None:
    one, other = ask(town, ana), ask(town, bo)
    topics.add_voice(member_id=cai, topic_id=other, at=FRIDAY)
    topics.merge_topics(actor_id=town.maker, topic_id=other, into_id=one, at=FRIDAY)
    assert told("merged") == {bo: 1, cai: 1}
    topics.comment_on_topic(member_id=cai, topic_id=other, text="Both.", at=FRIDAY)
    assert told("remark") == {ana: 1, town.owner: 1}


def test_those_who_asked_hear_where_a_topic_went(town: Town, ana: int) -> None:
    elsewhere = make_product(town.owner, "kettle")
    topic_id = ask(town, ana)
    assert told("topic") == {town.owner: 1}
    topics.move_topic(actor_id=town.maker, topic_id=topic_id, product_id=elsewhere, at=FRIDAY)
    assert told("moved") == {ana: 1}
    assert told("topic") == {town.owner: 2}


def test_the_helper_is_thanked_and_who_asked_hears_of_the_answer(
    town: Town, ana: int, bo: int, cai: int
) -> None:
    topic_id = ask(town, ana)
    topics.add_voice(member_id=cai, topic_id=topic_id, at=FRIDAY)
    remark_id = topics.comment_on_topic(
        member_id=bo, topic_id=topic_id, text="Both keys.", at=FRIDAY
    )
    topics.solve_topic(actor_id=ana, topic_id=topic_id, remark_id=remark_id, at=FRIDAY)
    assert (told("solved"), told("helped")) == ({cai: 1}, {bo: 1})


def test_for_whom_somebody_posted_hears_of_it(town: Town, ana: int, bo: int) -> None:
    topic_id = ask(town, ana, posted_by_id=town.maker, heard_in="chat")
    topics.add_voice(
        member_id=bo, topic_id=topic_id, posted_by_id=town.maker, heard_in="phone", at=FRIDAY
    )
    assert told("posted") == {ana: 1, bo: 1}


def test_a_question_rises_in_the_hours_of_the_train(town: Town, ana: int) -> None:
    set_train(town, Timetable(zone="Asia/Shanghai"))
    topic_id = ask(town, ana)
    idea = ask(town, ana, kind="idea")
    assert told("rose") == {}
    # Friday 17:00 in London is past the week's end in Shanghai; nine hours later is Monday 18:00.
    due = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    assert Topic.objects.get(pk=topic_id).rises_at == due
    assert Topic.objects.get(pk=idea).rises_at is None
    assert topics.raise_unanswered(at=due) == 1
    assert told("rose") == {town.owner: 1}


def test_a_topic_that_becomes_a_question_rises_as_well(town: Town, ana: int) -> None:
    topic_id = ask(town, ana, kind="idea")
    topics.edit_topic(
        actor_id=ana, topic_id=topic_id, title="How?", words="", kind="question", at=FRIDAY
    )
    assert told("rose") == {}
    assert Topic.objects.get(pk=topic_id).rises_at == FRIDAY + 3 * 24 * HOUR


def test_the_owners_hear_of_the_first_flag_and_the_author_of_what_is_hidden(
    town: Town, ana: int, bo: int, cai: int
) -> None:
    topic_id = ask(town, ana)
    for member_id in (bo, cai):
        topics.flag_in_topic(member_id=member_id, topic_id=topic_id, reason="spam", at=FRIDAY)
    assert told("flagged") == {town.owner: 1}
    topics.hide_topic(actor_id=town.maker, topic_id=topic_id, reason="Spam.", at=FRIDAY)
    assert told("hidden") == {ana: 1}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_notice_is_a_sentence_with_a_way(town: Town, ana: int, language: str) -> None:
    topic_id = ask(town, ana)
    kinds = ["posted", "merged", "moved", "solved", "helped", "rose", "hidden", "mention"]
    for kind in [*kinds, "flagged"]:
        Notice.objects.create(
            member_id=ana,
            product_id=town.product,
            kind=kind,
            key=kind,
            facts={"topic_id": topic_id, "author_id": town.maker},
            at=FRIDAY,
        )
    with translation.override(language):
        lines = notice_lines(notices_for(ana), at=FRIDAY)
    assert len({line.sentence for line in lines}) == len(lines) == len(kinds) + 1
    assert all(line.href.startswith("/p/lumen/") for line in lines)
    assert not any("There is news" in line.sentence for line in lines)
