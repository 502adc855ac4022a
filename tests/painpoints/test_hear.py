"""What people say is followed: changed, hidden, merged, moved, and said by one more."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from canyu.journal.services import deliver_due
from canyu.painpoints import services
from canyu.painpoints.models import Placed, Wording
from canyu.painpoints.queries import pains as queries
from canyu.topics import services as topics
from tests.builders import FRIDAY, Town, make_people, make_product, make_town

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TITLE = "How do I take a screenshot of this page?"


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def raise_one(town: Town, member_id: int, title: str = TITLE) -> int:
    return topics.raise_topic(
        member_id=member_id,
        product_id=town.product,
        kind="question",
        title=title,
        words="",
        at=FRIDAY,
    )


def said(topic_id: int) -> Wording:
    return Wording.objects.get(kind="topic", subject_id=topic_id)


def hear() -> None:
    while deliver_due(at=FRIDAY + DAY):
        pass


def work() -> None:
    hear()
    services.place_new()
    # What leaves one product is placed in the other one with the next round.
    services.find_points(at=FRIDAY)
    services.find_points(at=FRIDAY)


def test_me_too_to_one_topic_makes_a_pain_point_and_taking_it_back_counts(
    town: Town,
) -> None:
    people = make_people(town.product, 4)
    topic_id = raise_one(town, people[0])
    work()
    for who in people[1:]:
        topics.add_voice(member_id=who, topic_id=topic_id, words="Me, daily.", at=FRIDAY)
    work()
    (found,) = queries.points_of(town.product, standing="suggested")
    assert found.n_voices == 4
    topics.withdraw_voice(member_id=people[1], topic_id=topic_id, at=FRIDAY)
    work()
    (found,) = queries.points_of(town.product, standing="suggested")
    assert found.n_voices == 3
    assert not Placed.objects.filter(is_stale=True).exists()


def test_what_is_edited_says_what_it_says_now(town: Town) -> None:
    (who,) = make_people(town.product, 1)
    topic_id = raise_one(town, who)
    work()
    topics.edit_topic(
        actor_id=who,
        topic_id=topic_id,
        title="怎么截图？",
        words="",
        kind="question",
        area_id=None,
        at=FRIDAY,
    )
    hear()
    assert (said(topic_id).text, said(topic_id).language, said(topic_id).model) == (
        "怎么截图？",
        "zh",
        "",
    )


def hide(town: Town, topic_id: int, _: int) -> None:
    topics.hide_topic(actor_id=town.owner, topic_id=topic_id, reason="Spam.", at=FRIDAY)


def show(town: Town, topic_id: int, _: int) -> None:
    topics.show_topic(actor_id=town.owner, topic_id=topic_id, at=FRIDAY)


def merge(town: Town, topic_id: int, into_id: int) -> None:
    topics.merge_topics(
        actor_id=town.owner, topic_id=topic_id, into_id=into_id, reason="Same.", at=FRIDAY
    )


def unmerge(town: Town, topic_id: int, _: int) -> None:
    topics.unmerge_topic(actor_id=town.owner, topic_id=topic_id, at=FRIDAY)


@pytest.mark.parametrize(("do", "undo"), [(hide, show), (merge, unmerge)])
def test_what_is_hidden_or_merged_away_is_gone_and_comes_back(
    town: Town, do: Callable[[Town, int, int], None], undo: Callable[[Town, int, int], None]
) -> None:
    people = make_people(town.product, 2)
    topic_id = raise_one(town, people[0])
    other_id = raise_one(town, people[1], "Is there a way to take a screenshot?")
    work()
    assert Placed.objects.count() == 2
    do(town, topic_id, other_id)
    hear()
    assert said(topic_id).is_gone
    work()
    assert [row.wording.subject_id for row in Placed.objects.all()] == [other_id]
    undo(town, topic_id, other_id)
    hear()
    assert not said(topic_id).is_gone
    work()
    assert Placed.objects.count() == 2


def test_a_merged_voice_counts_in_the_topic_that_stays(town: Town) -> None:
    people = make_people(town.product, 3)
    into_id = raise_one(town, people[0])
    others = [raise_one(town, who, "Totally other words here") for who in people[1:]]
    work()
    for one in others:
        merge(town, one, into_id)
    work()
    (found,) = queries.points_of(town.product, standing="suggested")
    assert found.n_voices == 3


def test_a_topic_that_moves_takes_its_wordings_along(town: Town) -> None:
    (who,) = make_people(town.product, 1)
    there = make_product(town.owner, "other")
    topic_id = raise_one(town, who)
    topics.comment_on_topic(member_id=who, topic_id=topic_id, text="On my phone too.", at=FRIDAY)
    work()
    topics.move_topic(
        actor_id=town.owner, topic_id=topic_id, product_id=there, reason="There.", at=FRIDAY
    )
    hear()
    assert set(Wording.objects.values_list("product_id", flat=True)) == {there}
    work()
    assert list(Placed.objects.values_list("product_id", flat=True)) == [there, there]


def test_a_remark_that_is_hidden_is_gone_with_its_words(town: Town) -> None:
    (who,) = make_people(town.product, 1)
    topic_id = raise_one(town, who)
    remark_id = topics.comment_on_topic(
        member_id=who, topic_id=topic_id, text="On my phone too.", at=FRIDAY
    )
    hear()
    hide(town, topic_id, 0)
    hear()
    row = Wording.objects.get(kind="remark", subject_id=remark_id)
    assert row.is_gone
    show(town, topic_id, 0)
    hear()
    row.refresh_from_db()
    assert not row.is_gone
