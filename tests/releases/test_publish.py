from datetime import timedelta

import pytest

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.models import Event
from canyu.plan import queries as plan_queries
from canyu.plan import services as plan
from canyu.releases import queries, services
from canyu.releases.errors import ReleaseRefused
from canyu.remarks import queries as remarks
from canyu.remarks.errors import RemarkRefused
from canyu.remarks.rules import Subject
from canyu.topics import queries as topic_queries
from canyu.topics import services as topics
from tests.builders import FRIDAY, Town, draft, make_member, publish, put_change

DAY = timedelta(days=1)


def raise_topic(town: Town, member_id: int) -> int:
    return topics.raise_topic(
        member_id=member_id,
        product_id=town.product,
        kind="idea",
        title="Dark mode",
        words="",
        at=FRIDAY,
    )


def go(town: Town, release_id: int, **more: object) -> None:
    services.publish_release(
        **{"actor_id": town.maker, "release_id": release_id, "at": FRIDAY, **more}  # type: ignore[arg-type]
    )


def test_a_draft_goes_out_once_and_the_journal_says_so(town: Town) -> None:
    release_id = draft(town, 2)
    go(town, release_id)
    with pytest.raises(ReleaseRefused, match="already out"):
        go(town, release_id)

    release = queries.latest_release(town.product)
    assert release is not None
    assert (release.id, release.published_at, release.n_changes) == (release_id, FRIDAY, 2)
    assert not release.is_history
    (fact,) = Event.objects.filter(name="ReleasePublished")
    assert fact.payload == {
        "at": FRIDAY.isoformat(),
        "release_id": release_id,
        "product_id": town.product,
        "is_hotfix": False,
    }
    assert queries.drafts_of(town.product) == []
    assert [one.version for one in queries.changes_made_by(town.maker, limit=9)] == ["5.2"] * 2


def test_every_ring_gets_it_now_or_at_its_hour(town: Town) -> None:
    release_id = draft(town, 1)
    go(town, release_id, rings={"everyone": FRIDAY + DAY, "weekly": FRIDAY - DAY, "moon": FRIDAY})

    assert queries.roll_out_of(release_id) == {
        "daily": FRIDAY,
        "weekly": FRIDAY,
        "everyone": FRIDAY + DAY,
    }


def test_a_roll_out_can_be_moved_by_the_team(town: Town) -> None:
    release_id, later = publish(town, 1), draft(town, 1, version="5.3")
    move = {"release_id": release_id, "ring_key": "everyone", "reached_at": FRIDAY + 2 * DAY}
    services.set_roll_out(actor_id=town.maker, **move)  # type: ignore[arg-type]
    assert queries.roll_out_of(release_id)["everyone"] == FRIDAY + 2 * DAY

    with pytest.raises(NotAllowed):
        services.set_roll_out(actor_id=make_member("ana"), **move)  # type: ignore[arg-type]
    with pytest.raises(ReleaseRefused, match="no ring “moon”"):
        services.set_roll_out(actor_id=town.maker, **{**move, "ring_key": "moon"})  # type: ignore[arg-type]
    with pytest.raises(ReleaseRefused, match=r"5\.3 is not out yet"):
        services.set_roll_out(actor_id=town.maker, **{**move, "release_id": later})  # type: ignore[arg-type]


def test_a_release_without_changes_or_makers_does_not_go_out(town: Town) -> None:
    empty, nameless = draft(town, 0), draft(town, 1, version="5.3")
    put_change(town, nameless, text="By nobody", maker_ids=[])

    with pytest.raises(ReleaseRefused, match="holds no change"):
        go(town, empty)
    with pytest.raises(ReleaseRefused, match="“By nobody” names no maker"):
        go(town, nameless)
    assert queries.latest_release(town.product) is None
    assert not Event.objects.filter(name="ReleasePublished").exists()


def test_topics_and_plan_items_ship_with_it(town: Town) -> None:
    ana = make_member("ana")
    named, promised, untouched = (raise_topic(town, ana) for _ in range(3))
    item = plan.put_plan_item(
        actor_id=town.maker,
        product_id=town.product,
        title={"en": "Dark mode"},
        state="doing",
        at=FRIDAY,
        topic_ids=[named, promised],
    )
    release_id = draft(town, 1)
    put_change(town, release_id, topic_ids=[named], plan_item_id=item)
    go(town, release_id)

    told = topic_queries.topics_by_id([named, promised, untouched], at=FRIDAY)
    assert [told[one].status for one in (named, promised, untouched)] == [
        "shipped",
        "shipped",
        "received",
    ]
    assert told[promised].version == "5.2"
    shipped = plan_queries.plan_item_of(item, today=FRIDAY.date())
    assert (shipped.state, shipped.shipped_version) == ("shipped", "5.2")
    # Who asked for what was promised asked for the change that keeps it.
    assert queries.changes_of([release_id])[1].topic_ids == (named, promised)


def test_people_talk_about_a_change_from_the_first_minute(town: Town) -> None:
    ana = make_member("ana")
    change_id = queries.changes_of([draft(town, 1)])[0].id
    with pytest.raises(NotFound):
        services.remark_on_change(member_id=ana, change_id=change_id, text="Nice", at=FRIDAY)
    go(town, queries.change_of(change_id, with_drafts=True).release_id)

    top = services.remark_on_change(member_id=ana, change_id=change_id, text="Nice", at=FRIDAY)
    services.remark_on_change(
        member_id=town.maker, change_id=change_id, text="Thanks", at=FRIDAY, parent_id=top
    )
    services.remark_on_change(member_id=town.owner, change_id=change_id, text="!", at=FRIDAY)
    with pytest.raises(RemarkRefused):
        services.remark_on_change(member_id=ana, change_id=change_id, text=" ", at=FRIDAY)

    first, second = remarks.remarks_on(Subject("change", change_id))
    assert (first.is_answer, second.is_answer) == (False, False)
    assert [(one.text, one.is_answer) for one in first.replies] == [("Thanks", True)]
