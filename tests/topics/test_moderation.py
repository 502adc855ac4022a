"""What should not stand, what was changed, and who hears of it."""

from datetime import timedelta
from typing import Any

import pytest

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.models import Event
from canyu.products.services import add_product
from canyu.remarks import queries as remarks
from canyu.remarks import services as remark_services
from canyu.remarks.errors import RemarkRefused
from canyu.remarks.rules import Subject
from canyu.topics import queries, services
from canyu.topics.errors import TopicRefused
from tests.builders import FRIDAY as AT
from tests.builders import Town, make_member

DAY = timedelta(days=1)


def ask(town: Town, member_id: int, **more: Any) -> int:
    return services.raise_topic(
        **{
            "member_id": member_id,
            "product_id": town.product,
            "kind": "idea",
            "title": "Dark pages",
            "words": "At night.",
            "at": AT,
            **more,
        }
    )


@pytest.fixture
def ana(db: None) -> int:
    return make_member("ana")


@pytest.fixture
def bo(db: None) -> int:
    return make_member("bo")


def test_an_edit_keeps_what_was_said_before(town: Town, ana: int, bo: int) -> None:
    topic_id = ask(town, ana)
    change = {"topic_id": topic_id, "title": "Dark pages", "words": "By night.", "kind": "idea"}

    services.edit_topic(actor_id=ana, at=AT + DAY, **change)  # type: ignore[arg-type]
    services.edit_topic(actor_id=ana, at=AT + 2 * DAY, **change)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        services.edit_topic(actor_id=bo, at=AT, **change)  # type: ignore[arg-type]

    topic = queries.topic_of(topic_id, at=AT)
    assert (topic.words, topic.edited_at) == ("By night.", AT + DAY)
    assert [(one.words, one.until) for one in queries.editions_of(topic_id)] == [
        ("At night.", AT + DAY)
    ]
    assert Event.objects.filter(name="TopicEdited").count() == 1


def test_the_team_changes_the_kind_but_puts_no_words_into_anybodys_mouth(
    town: Town, ana: int
) -> None:
    topic_id = ask(town, ana)
    services.edit_topic(
        actor_id=town.maker, topic_id=topic_id, title="Mine", words="Mine", kind="praise", at=AT
    )
    topic = queries.topic_of(topic_id, at=AT)
    assert (topic.title, topic.words, topic.kind) == ("Dark pages", "At night.", "praise")
    assert queries.editions_of(topic_id) == []


def test_what_is_locked_is_talked_about_by_the_team_only(town: Town, ana: int, bo: int) -> None:
    topic_id = ask(town, ana)
    lock = {"actor_id": town.maker, "topic_id": topic_id, "at": AT}
    with pytest.raises(TopicRefused, match="no reason"):
        services.lock_topic(is_locked=True, reason=" ", **lock)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        services.lock_topic(actor_id=ana, topic_id=topic_id, is_locked=True, reason="x", at=AT)
    services.lock_topic(is_locked=True, reason="It is heated.", **lock)  # type: ignore[arg-type]

    say = {"topic_id": topic_id, "text": "But!", "at": AT}
    with pytest.raises(TopicRefused, match="locked"):
        services.comment_on_topic(member_id=bo, **say)  # type: ignore[arg-type]
    with pytest.raises(TopicRefused, match="locked"):
        services.edit_topic(
            actor_id=ana, topic_id=topic_id, title="x", words="", kind="idea", at=AT
        )
    assert services.add_voice(member_id=bo, topic_id=topic_id, at=AT)
    assert services.comment_on_topic(member_id=town.maker, **say)  # type: ignore[arg-type]
    services.lock_topic(is_locked=False, reason="", **lock)  # type: ignore[arg-type]
    assert services.comment_on_topic(member_id=bo, **say)  # type: ignore[arg-type]


def test_a_hidden_topic_counts_nowhere_and_comes_back(town: Town, ana: int, bo: int) -> None:
    topic_id = ask(town, ana)
    assert services.flag_in_topic(member_id=bo, topic_id=topic_id, reason="spam", at=AT)
    assert not services.flag_in_topic(member_id=bo, topic_id=topic_id, reason="rude", at=AT)
    assert remarks.n_flagged_in(town.product) == 1
    with pytest.raises(TopicRefused, match="no reason"):
        services.hide_topic(actor_id=town.maker, topic_id=topic_id, reason="", at=AT)
    with pytest.raises(NotAllowed):
        services.hide_topic(actor_id=bo, topic_id=topic_id, reason="No.", at=AT)
    services.hide_topic(actor_id=town.maker, topic_id=topic_id, reason="Spam.", at=AT)

    assert queries.topics_of(town.product, at=AT).n_topics == 0
    assert queries.topics_by_id([topic_id], at=AT) == {}
    assert remarks.n_flagged_in(town.product) == 0
    with pytest.raises(NotFound):
        services.add_voice(member_id=bo, topic_id=topic_id, at=AT)
    with pytest.raises(NotFound):
        services.comment_on_topic(member_id=bo, topic_id=topic_id, text="Hm.", at=AT)
    services.show_topic(actor_id=town.maker, topic_id=topic_id, at=AT)
    assert queries.topics_of(town.product, at=AT).n_topics == 1
    names = list(Event.objects.values_list("name", flat=True))
    assert names.count("TopicHidden") == names.count("TopicShown") == 1


def test_a_hidden_remark_is_read_by_the_team_only(town: Town, ana: int, bo: int) -> None:
    topic_id, other = ask(town, ana), ask(town, ana)
    remark_id = services.comment_on_topic(member_id=bo, topic_id=topic_id, text="Rude!", at=AT)
    services.flag_in_topic(
        member_id=ana, topic_id=topic_id, remark_id=remark_id, reason="rude", words="Me.", at=AT
    )
    (flagged,) = remarks.flagged_in(town.product, limit=9)
    assert (flagged.text, flagged.reasons, flagged.words) == ("Rude!", ("rude",), ("Me.",))
    hide = {"actor_id": town.maker, "remark_id": remark_id, "at": AT}
    with pytest.raises(TopicRefused, match="no such remark"):
        services.hide_remark(topic_id=other, **hide)  # type: ignore[arg-type]
    services.hide_remark(topic_id=topic_id, **hide)  # type: ignore[arg-type]

    here = Subject("topic", topic_id)
    assert [one.text for one in remarks.remarks_on(here)] == [""]
    assert [one.text for one in remarks.remarks_on(here, sees_hidden=True)] == ["Rude!"]
    assert remarks.n_remarks_on("topic", [topic_id]) == {}
    assert remarks.flagged_in(town.product, limit=9) == []
    services.show_remark(topic_id=topic_id, **hide)  # type: ignore[arg-type]
    assert [one.text for one in remarks.remarks_on(here)] == ["Rude!"]


def test_a_flag_needs_a_reason_that_there_is(town: Town, ana: int, bo: int) -> None:
    topic_id = ask(town, ana)
    with pytest.raises(RemarkRefused, match="none of the reasons"):
        services.flag_in_topic(member_id=bo, topic_id=topic_id, reason="dull", at=AT)
    with pytest.raises(TopicRefused):
        services.flag_in_topic(
            member_id=bo, topic_id=topic_id, remark_id=10**15, reason="spam", at=AT
        )
    assert remarks.flagged_in(town.product, limit=9) == []


def test_what_a_remark_said_before_is_kept_until_it_is_taken_back(town: Town, ana: int) -> None:
    remark_id = services.comment_on_topic(
        member_id=ana, topic_id=ask(town, ana), text="First.", at=AT
    )
    for text in ("Second.", "Second."):
        remark_services.change_remark(author_id=ana, remark_id=remark_id, text=text, at=AT)
    assert [one.text for one in remarks.past_texts_of(remark_id)] == ["First."]
    remark_services.remove_remark(author_id=ana, remark_id=remark_id, at=AT)
    assert remarks.past_texts_of(remark_id) == []
    names = list(Event.objects.values_list("name", flat=True))
    assert names.count("RemarkChanged") == names.count("RemarkRemoved") == 1


def test_who_follows_hears_and_who_muted_hears_nothing(town: Town, ana: int, bo: int) -> None:
    topic_id = ask(town, ana)
    services.follow_topic(member_id=bo, topic_id=topic_id, at=AT)
    services.mute_topic(member_id=ana, topic_id=topic_id, at=AT)
    heard = queries.listeners_of(topic_id)
    assert (heard.asked, heard.follow, heard.muted) == ({ana}, {bo}, {ana})
    assert (queries.wish_of(topic_id, bo), queries.wish_of(topic_id, ana)) == ("follow", "mute")
    into = ask(town, bo)
    services.merge_topics(actor_id=town.maker, topic_id=topic_id, into_id=into, at=AT)
    assert queries.listeners_of(into).muted == {ana}
    services.follow_topic(member_id=ana, topic_id=into, at=AT + DAY)
    assert queries.wish_of(into, ana) == "follow"
    services.forget_wish(member_id=ana, topic_id=into)
    assert queries.wish_of(into, None) == ""


def test_members_are_named_once_and_in_edits_only_who_is_new(town: Town, ana: int, bo: int) -> None:
    topic_id = ask(town, ana, words="@bo and @nobody, mail me at ana@bo.example. @ana")

    def named() -> list[Any]:
        rows = Event.objects.filter(name="MembersMentioned").order_by("id")
        return [event.payload["member_ids"] for event in rows]

    assert named() == [[bo]]
    services.edit_topic(
        actor_id=ana,
        topic_id=topic_id,
        title="Dark pages",
        words="请@bo看看，还有@mika。",
        kind="idea",
        at=AT,
    )
    assert named() == [[bo], [town.maker]]
    services.comment_on_topic(member_id=bo, topic_id=topic_id, text="@ana @ana?", at=AT)
    assert named()[-1] == [ana]


def test_everything_that_was_done_is_in_ones_own_export(town: Town, ana: int) -> None:
    topic_id = ask(town, ana)
    services.edit_topic(
        actor_id=ana, topic_id=topic_id, title="Darker", words="", kind="idea", at=AT
    )
    services.follow_topic(member_id=ana, topic_id=topic_id, at=AT)
    services.flag_in_topic(member_id=ana, topic_id=topic_id, reason="other", at=AT)
    traces = queries.traces_in_topics(ana)
    assert [one["words"] for one in traces["topics_said_before"]] == ["At night."]
    assert traces["topics_followed_or_muted"] == [{"topic_id": topic_id, "is_muted": False}]
    assert [one["reason"] for one in remarks.flags_by(ana)] == ["other"]


def test_what_a_voice_said_is_flagged_hidden_and_back(town: Town, ana: int, bo: int) -> None:
    topic_id, other = ask(town, ana), ask(town, ana)
    services.add_voice(member_id=bo, topic_id=topic_id, words="You fools!", at=AT)
    (said,) = (one for one in queries.voices_for([topic_id]) if one.member_id == bo)
    flag = {"member_id": ana, "voice_id": said.id, "reason": "rude", "at": AT}
    with pytest.raises(TopicRefused, match="no such words"):
        services.flag_in_topic(topic_id=other, **flag)  # type: ignore[arg-type]
    assert services.flag_in_topic(topic_id=topic_id, **flag)  # type: ignore[arg-type]
    assert not services.flag_in_topic(topic_id=topic_id, **flag)  # type: ignore[arg-type]
    (flagged,) = remarks.flagged_in(town.product, limit=9)
    assert flagged.subject == Subject("voice", said.id)

    do = {"topic_id": topic_id, "voice_id": said.id, "at": AT}
    with pytest.raises(NotAllowed):
        services.hide_voice_words(actor_id=bo, **do)  # type: ignore[arg-type]
    services.hide_voice_words(actor_id=town.maker, **do)  # type: ignore[arg-type]
    services.hide_voice_words(actor_id=town.maker, **do)  # type: ignore[arg-type]
    assert remarks.n_flagged_in(town.product) == 0
    hidden = queries.voice_of(topic_id, bo)
    assert hidden is not None
    assert (hidden.words, hidden.is_hidden) == ("", True)
    assert queries.topic_of(topic_id, at=AT).n_voices == 2
    assert "You fools!" in [one.words for one in queries.voices_for([topic_id], sees_hidden=True)]
    services.show_voice_words(actor_id=town.maker, **do)  # type: ignore[arg-type]
    shown = queries.voice_of(topic_id, bo)
    assert shown is not None
    assert shown.words == "You fools!"
    names = list(Event.objects.values_list("name", flat=True))
    assert names.count("VoiceWordsHidden") == names.count("VoiceWordsShown") == 1


def test_a_flag_on_a_voice_that_was_taken_back_waits_for_nobody(
    town: Town, ana: int, bo: int
) -> None:
    topic_id = ask(town, ana)
    services.add_voice(member_id=bo, topic_id=topic_id, words="Me!", at=AT)
    (said,) = (one for one in queries.voices_for([topic_id]) if one.member_id == bo)
    services.flag_in_topic(member_id=ana, topic_id=topic_id, voice_id=said.id, reason="spam", at=AT)
    services.withdraw_voice(member_id=bo, topic_id=topic_id, at=AT)
    assert remarks.n_flagged_in(town.product) == 0


def test_flags_go_where_their_topic_goes(town: Town, ana: int, bo: int) -> None:
    topic_id, stays = ask(town, ana), ask(town, bo)
    services.add_voice(member_id=bo, topic_id=topic_id, words="You fools!", at=AT)
    (said,) = (one for one in queries.voices_for([topic_id]) if one.member_id == bo)
    remark = services.comment_on_topic(member_id=bo, topic_id=topic_id, text="Fools.", at=AT)
    flag = {"member_id": ana, "topic_id": topic_id, "reason": "rude", "at": AT}
    services.flag_in_topic(**flag, voice_id=said.id)  # type: ignore[arg-type]
    services.flag_in_topic(**flag, remark_id=remark)  # type: ignore[arg-type]
    services.flag_in_topic(**{**flag, "member_id": bo})  # type: ignore[arg-type]
    services.flag_in_topic(**{**flag, "topic_id": stays})  # type: ignore[arg-type]
    target = add_product(actor_id=town.owner, slug="other", name={"en": "Other"}, about={}, at=AT)
    services.move_topic(actor_id=town.owner, topic_id=topic_id, product_id=target, at=AT)
    there = {one.subject for one in remarks.flagged_in(target, limit=9)}
    assert there == {
        Subject("voice", said.id),
        Subject("remark", remark),
        Subject("topic", topic_id),
    }
    assert [one.subject for one in remarks.flagged_in(town.product, limit=9)] == [
        Subject("topic", stays)
    ]
