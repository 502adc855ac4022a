"""Cards: changes and conversations with their people, in as many queries whatever their number."""

from datetime import timedelta
from typing import Any

import pytest

from canyu.journal.services import deliver_due
from canyu.members.services import deactivate_member
from canyu.releases.queries import changes_of
from canyu.releases.services import publish_release, remark_on_change
from canyu.remarks.queries import remarks_on
from canyu.remarks.rules import Subject
from canyu.topics.services import add_voice, raise_topic
from canyu.web.cards import People, change_cards, remark_cards
from tests.builders import FRIDAY, Town, draft, make_member, publish, put_change, town

pytestmark = pytest.mark.django_db
__all__ = ["town"]


def names(people: Any) -> list[str]:
    return [one.handle for one in people]


def test_people_stand_in_the_order_asked_for_and_nobody_twice_is_fetched(
    town: Town, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        people = People([town.maker, None, town.owner, town.maker, 999])
    assert names(people.many([town.owner, 999, town.maker])) == ["olga", "mika"]
    assert people.one(999) is None
    assert people.one(None) is None


def test_a_card_names_makers_askers_and_how_much_was_said(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    topic_id = raise_topic(
        member_id=ana, product_id=town.product, kind="idea", title="Dark", words="", at=FRIDAY
    )
    add_voice(member_id=bo, topic_id=topic_id, at=FRIDAY + timedelta(hours=1))
    release_id = draft(town, 0)
    change_id = put_change(
        town, release_id, maker_ids=[town.other_maker, town.maker], topic_ids=[topic_id]
    )
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY + timedelta(hours=2))
    while deliver_due(at=FRIDAY + timedelta(hours=2)):
        pass
    remark_on_change(member_id=ana, change_id=change_id, text="Fine", at=FRIDAY)
    (card,) = change_cards("lumen", changes_of([release_id]))
    assert names(card.makers) == ["nils", "mika"]
    assert (names(card.askers), card.n_askers, card.n_remarks) == (["ana", "bo"], 2, 1)
    assert card.href == f"/p/lumen/changes/{change_id}/"


@pytest.mark.parametrize("n", [0, 1, 3])
def test_cards_ask_the_store_the_same_whatever_their_number(
    town: Town, django_assert_num_queries: Any, n: int
) -> None:
    changes = changes_of([publish(town, max(n, 1))])[:n]
    with django_assert_num_queries(3 if n else 0):
        assert len(change_cards("lumen", changes)) == n


def test_one_s_own_remarks_may_be_changed_and_strangers_only_read(town: Town) -> None:
    ana = make_member("ana")
    (change,) = changes_of([publish(town, 1)])
    top = remark_on_change(member_id=ana, change_id=change.id, text="Hm", at=FRIDAY)
    answer = remark_on_change(
        member_id=town.maker, change_id=change.id, text="Yes", parent_id=top, at=FRIDAY
    )
    views = remarks_on(Subject("change", change.id))
    (card,) = remark_cards(views, viewer_id=ana, here="/here/")
    assert card.mine
    assert (card.reply_url, card.edit_url, card.remove_url) == (
        f"/here/?reply={top}#write",
        f"/remarks/{top}/edit/",
        f"/remarks/{top}/remove/",
    )
    (reply,) = card.replies
    assert (reply.remark.id, reply.mine, reply.edit_url) == (answer, False, "")
    (card,) = remark_cards(views, viewer_id=None, here="/here/")
    assert (card.mine, card.reply_url, card.edit_url) == (False, "", "")


def test_words_stay_when_their_writer_has_gone(town: Town) -> None:
    ana = make_member("ana")
    (change,) = changes_of([publish(town, 1)])
    remark_on_change(member_id=ana, change_id=change.id, text="Hm", at=FRIDAY)
    deactivate_member(actor_id=ana, member_id=ana, at=FRIDAY)
    views = remarks_on(Subject("change", change.id))
    (card,) = remark_cards(views, viewer_id=town.owner, here="/here/")
    assert card.remark.text == "Hm"
    assert not card.author.is_active
