"""Each fact is told to the right people, and to each once."""

import inspect
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.awards import queries as awards
from canyu.awards.services import certify_award
from canyu.channels import queries, services
from canyu.channels.models import Notice
from canyu.journal.models import Delivery
from canyu.journal.services import deliver_due
from canyu.products import services as products
from canyu.releases import queries as releases
from canyu.releases import services as release_services
from canyu.reports import queries as reports
from canyu.reports import services as report_services
from canyu.reports.models import Repair
from canyu.reports.rules import ReportCells
from canyu.topics import queries as topic_queries
from canyu.topics import services as topics
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    Town,
    draft,
    fill_alike,
    make_member,
    make_people,
    open_week,
    publish,
    put_change,
)

HOUR = timedelta(hours=1)


def told(kind: str) -> dict[int, list[dict[str, Any]]]:
    """{member: what they were told} of one kind, after every delivery was made twice."""
    deliver_due(at=WEDNESDAY + 9 * HOUR)
    Delivery.objects.update(done_at=None)
    deliver_due(at=WEDNESDAY + 9 * HOUR)
    notices: dict[int, list[dict[str, Any]]] = {}
    for row in Notice.objects.filter(kind=kind).order_by("id"):
        notices.setdefault(row.member_id, []).append(row.facts)
    return notices


def raise_topic(town: Town, author: int, *joining: int) -> int:
    topic_id = topics.raise_topic(
        member_id=author,
        product_id=town.product,
        kind="idea",
        title="Dark mode",
        words="",
        at=FRIDAY,
    )
    for member_id in joining:
        topics.add_voice(member_id=member_id, topic_id=topic_id, at=FRIDAY)
    return topic_id


def keeper_of(topic_id: int) -> int:
    keeper = topic_queries.topic_of(topic_id, at=FRIDAY).keeper_id
    assert keeper is not None
    return keeper


def test_who_asked_is_thanked_once_for_each_change(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    first, second = raise_topic(town, ana, bo), raise_topic(town, ana)
    release_id = draft(town, 0)
    both = put_change(town, release_id, topic_ids=[first, second])
    one = put_change(town, release_id, topic_ids=[second])
    release_services.publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)

    asked = {"version": "5.2", "role": "asked", "asked_at": FRIDAY.isoformat()}
    assert told("credit") == {
        ana: [
            {"change_id": both, **asked, "topic_id": first},
            {"change_id": one, **asked, "topic_id": second},
        ],
        bo: [{"change_id": both, **asked, "role": "joined", "topic_id": first}],
    }
    # What shipped is told by the thanks, and not once more as a status.
    assert told("status") == {}


def test_the_owners_are_asked_to_certify_and_the_makers_hear_of_it(town: Town) -> None:
    products.change_role(
        actor_id=town.owner,
        product_id=town.product,
        member_id=town.other_maker,
        role="owner",
        at=FRIDAY,
    )
    release_id = draft(town, 1)
    winner = put_change(town, release_id, maker_ids=[town.maker, town.other_maker])
    release_services.publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    deliver_due(at=FRIDAY)
    report_services.open_due_reports(at=TUESDAY)
    fill_alike(release_id, winner, None, n=60)
    report_services.close_report(release_id=release_id, at=WEDNESDAY)

    asked = told("certify")
    award = awards.award_of(release_id)
    assert award is not None
    facts = {"award_id": award.id, "release_id": release_id}
    assert asked == {town.owner: [facts], town.other_maker: [facts]}
    assert told("award") == {}

    certify_award(actor_id=town.owner, award_id=award.id, citation={}, at=WEDNESDAY)
    facts = {"award_id": award.id, "change_id": winner}
    assert told("award") == {town.maker: [facts], town.other_maker: [facts]}


def invited() -> dict[int, list[str]]:
    return {one: [facts["version"] for facts in said] for one, said in told("report").items()}


def test_an_open_report_invites_the_rings_that_have_the_release(town: Town) -> None:
    everyone = make_people(town.product, 2)
    make_people(town.product, 1, ring="weekly")
    products.choose_ring(
        actor_id=town.maker, product_id=town.product, ring_key="everyone", at=FRIDAY
    )
    stranger = make_member("stranger")
    release_id = publish(town, 3, rings={"everyone": TUESDAY, "weekly": TUESDAY + HOUR})
    assert told("report") == {}
    report_services.open_due_reports(at=TUESDAY)

    facts = {"release_id": release_id, "version": "5.2"}
    assert told("report") == {one: [facts] for one in everyone}
    assert stranger not in told("report")
    report_services.close_report(release_id=release_id, at=WEDNESDAY)
    assert told("report") == {}


def test_only_the_newest_invitation_stands(town: Town) -> None:
    (ana,) = make_people(town.product, 1)
    open_week(town, 3)
    assert invited() == {ana: ["5.2"]}
    services.read_notices(member_id=ana, at=TUESDAY)
    assert invited() == {ana: ["5.2"]}
    assert queries.n_unread_notices(ana) == 0, "told again, it stays read"

    later = publish(town, 3, version="5.3", at=TUESDAY)
    report_services.open_report(release_id=later, at=TUESDAY + HOUR)
    assert invited() == {ana: ["5.3"]}


def tell_in_parts(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    for function in (services.invite_members, services.take_back_invitations):
        monkeypatch.setitem(inspect.unwrap(function).__kwdefaults__, "limit", n)


def rounds() -> Iterator[int]:
    """How many notices there are after each round of deliveries, until nothing is owed."""
    while deliver_due(at=WEDNESDAY + 9 * HOUR):
        yield Notice.objects.count()


def test_very_many_are_invited_in_parts_and_so_it_is_taken_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_in_parts(monkeypatch, 2)
    asked = make_people(town.product, 5)
    make_people(town.product, 2, ring="weekly")
    release_id = publish(town, 3, rings={"everyone": TUESDAY, "weekly": TUESDAY + HOUR})
    report_services.open_due_reports(at=TUESDAY)

    assert list(rounds()) == [2, 4, 5]
    assert sorted(told("report")) == asked
    report_services.close_report(release_id=release_id, at=WEDNESDAY)
    assert next(rounds()) == 3
    assert list(rounds())[-1] == 0


def test_inviting_that_a_close_overtakes_ends(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_in_parts(monkeypatch, 2)
    make_people(town.product, 7)
    release_id = open_week(town, 3)
    assert next(rounds()) == 2
    report_services.close_report(release_id=release_id, at=WEDNESDAY)
    assert list(rounds())[-1] == 0


def test_a_part_that_fails_is_told_again_from_where_it_was(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tell_in_parts(monkeypatch, 2)
    asked = make_people(town.product, 5)
    open_week(town, 3)
    assert next(rounds()) == 2
    with monkeypatch.context() as broken:
        broken.setattr("canyu.channels.services.notices.INSERT", "nonsense")
        assert list(rounds()) == []
    Delivery.objects.update(due_at=WEDNESDAY)
    assert list(rounds()) == [4, 5]
    assert sorted(told("report")) == asked
    assert "will be tried again" in caplog.text


def test_who_would_hear_of_it_too_late_is_not_told(town: Town) -> None:
    make_people(town.product, 1)
    release_id = open_week(town, 3)
    Notice.objects.all().delete()
    report_services.close_report(release_id=release_id, at=WEDNESDAY)

    assert told("report") == {}


def hurt(town: Town, release_id: int) -> int:
    """The last judged change of an open report is liked least; return its repair."""
    window = reports.window_of(release_id)
    assert window is not None
    *loved, hated = window.change_ids
    for number, best in enumerate(loved):
        fill_alike(release_id, best, hated, first_member=10_000 + 100 * number)
    report_services.close_report(release_id=release_id, at=WEDNESDAY)
    return Repair.objects.get(change_id=hated).pk


def test_a_repair_is_told_to_the_makers_first_and_to_the_askers_when_answered(town: Town) -> None:
    ana = make_member("ana")
    release_id = draft(town, 2)
    change_id = put_change(
        town, release_id, maker_ids=[town.other_maker], topic_ids=[raise_topic(town, ana)]
    )
    release_services.publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    deliver_due(at=FRIDAY)
    report_services.open_due_reports(at=TUESDAY)
    repair_id = hurt(town, release_id)
    facts = {"repair_id": repair_id, "change_id": change_id}

    assert told("repair") == {town.other_maker: [facts]}
    assert told("repaired") == {}
    report_services.answer_repair(
        actor_id=town.other_maker,
        repair_id=repair_id,
        kind="keep",
        hurt={},
        answer={"en": "It stays."},
        at=WEDNESDAY,
    )
    assert told("repaired") == {ana: [facts]}


def test_who_asked_for_a_hotfix_hears_of_its_repair_too(town: Town) -> None:
    ana = make_member("ana")
    publish(town, 3)
    hotfix = draft(town, 0, version="5.2.1", is_hotfix=True)
    put_change(town, hotfix, topic_ids=[raise_topic(town, ana)])
    release_services.publish_release(actor_id=town.owner, release_id=hotfix, at=FRIDAY + HOUR)
    deliver_due(at=FRIDAY + HOUR)
    (release_id,) = report_services.open_due_reports(at=TUESDAY)
    report_services.answer_repair(
        actor_id=town.owner,
        repair_id=hurt(town, release_id),
        kind="keep",
        hurt={},
        answer={"en": "It stays."},
        at=WEDNESDAY,
    )

    assert list(told("repaired")) == [ana]


def test_where_no_maker_is_left_the_owners_hear_of_a_repair(town: Town) -> None:
    release_id = open_week(town, 3)
    products.remove_team_member(
        actor_id=town.owner, product_id=town.product, member_id=town.maker, at=TUESDAY
    )
    hurt(town, release_id)

    assert list(told("repair")) == [town.owner]


def test_a_topic_is_told_to_its_keeper(town: Town) -> None:
    topic_id = raise_topic(town, make_member("ana"))
    assert told("topic") == {keeper_of(topic_id): [{"topic_id": topic_id}]}


def test_nobody_is_told_what_they_did_themselves(town: Town) -> None:
    topic_id = raise_topic(town, town.owner)
    assert keeper_of(topic_id) == town.owner
    topics.set_status(
        actor_id=town.owner, topic_id=topic_id, status="planned", reason="For 5.3.", at=FRIDAY
    )
    topics.comment_on_topic(member_id=town.owner, topic_id=topic_id, text="So.", at=FRIDAY)

    assert told("topic") == told("status") == told("answer") == {}


def test_a_status_is_told_to_every_voice_and_each_status_anew(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    topic_id = raise_topic(town, ana, bo)
    for hours, status in enumerate(("planned", "doing", "planned")):
        topics.set_status(
            actor_id=town.maker,
            topic_id=topic_id,
            status=status,
            reason="So.",
            at=FRIDAY + hours * HOUR,
        )

    facts = [{"topic_id": topic_id, "status": one} for one in ("planned", "doing", "planned")]
    assert told("status") == {ana: facts, bo: facts}


def test_a_remark_is_told_to_the_makers_and_an_answer_to_whom_it_answers(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    (change,) = releases.changes_of([publish(town, 1)])

    def say(member_id: int, parent_id: int | None = None) -> int:
        return release_services.remark_on_change(
            member_id=member_id, change_id=change.id, text="So.", at=FRIDAY, parent_id=parent_id
        )

    top = say(ana)
    assert told("remark") == {town.maker: [{"change_id": change.id, "author_id": ana}]}
    say(town.maker, top)
    assert told("answer") == {ana: [{"change_id": change.id, "author_id": town.maker}]}
    say(bo, top)
    assert {member_id: len(facts) for member_id, facts in told("remark").items()} == {
        town.maker: 2,
        ana: 1,
    }


def test_a_comment_is_told_to_the_author_and_the_keeper(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    topic_id = raise_topic(town, ana, bo)
    facts = [{"topic_id": topic_id, "author_id": bo}]
    topics.comment_on_topic(member_id=bo, topic_id=topic_id, text="Yes.", at=FRIDAY)

    assert told("remark") == {ana: facts, keeper_of(topic_id): facts}


def test_words_of_a_report_are_told_to_nobody(town: Town) -> None:
    release_id = open_week(town, 3)
    page = reports.report_page_for(release_id, town.owner, at=TUESDAY)
    report_services.submit_report(
        token=page.token,
        cells=ReportCells(best=page.shown[0], why_best="Fast"),
        at=TUESDAY,
    )
    deliver_due(at=WEDNESDAY)

    assert not Notice.objects.exists()


@pytest.mark.parametrize("n_notices", [1, 3])
def test_notices_are_read_the_newest_first(
    town: Town, n_notices: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(n_notices):
        services.write_notices(
            member_ids=[town.maker, town.maker],
            product_id=town.product,
            kind="topic",
            key=f"topic:{number}",
            facts={"topic_id": number},
            at=FRIDAY + number * HOUR,
        )

    with django_assert_num_queries(1):
        notices = queries.notices_for(town.maker)
    assert [one.facts["topic_id"] for one in notices] == list(range(n_notices))[::-1]
    assert len(queries.notices_for(town.maker, limit=1)) == 1
    assert queries.n_unread_notices(town.maker) == n_notices
    assert services.read_notices(member_id=town.maker, at=FRIDAY) == n_notices
    assert services.read_notices(member_id=town.maker, at=FRIDAY) == 0
    assert queries.n_unread_notices(town.maker) == 0
    assert all(one.is_read for one in queries.notices_for(town.maker))
    assert queries.notices_for(town.owner) == []
