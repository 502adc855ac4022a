from datetime import date, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.awards import queries, services
from canyu.awards.errors import AwardRefused
from canyu.awards.models import Award
from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.models import Event
from canyu.journal.queries import n_events
from canyu.journal.services import deliver_due
from canyu.pictures.errors import PictureRefused
from canyu.releases import queries as releases
from canyu.reports import services as reports
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    Town,
    fill_alike,
    make_member,
    publish,
)
from tests.releases.test_history import png, read, record

THURSDAY = WEDNESDAY + timedelta(days=1)


def judge(town: Town, wins: dict[int, int], *, n_changes: int = 4, weeks: int = 0) -> int:
    """A release that closed after so many people liked the change at each place most."""
    later = weeks * WEEK
    release_id = publish(town, n_changes, version=f"5.{weeks}", at=FRIDAY + later)
    reports.open_due_reports(at=TUESDAY + later)
    changes = [one.id for one in releases.changes_of([release_id])]
    for place, n in wins.items():
        worst = changes[place - 1] if n_changes > 1 else None
        fill_alike(release_id, changes[place], worst, n=n, first_member=10_000 * (place + 1))
    reports.close_report(release_id=release_id, at=WEDNESDAY + later)
    deliver_due(at=WEDNESDAY + later)
    return release_id


def award(release_id: int) -> queries.AwardView:
    found = queries.award_of(release_id)
    assert found is not None
    return found


def certify(town: Town, award_id: int, **more: Any) -> None:
    services.certify_award(
        **{
            "actor_id": town.owner,
            "award_id": award_id,
            "citation": {"en": " For the light. "},
            "at": THURSDAY,
            **more,
        }
    )


def test_the_close_proposes_what_the_rule_says(town: Town) -> None:
    release_id = judge(town, {0: 100, 1: 5})

    found = award(release_id)
    changes = releases.changes_of([release_id])
    assert (found.state, found.outcome, found.reason) == ("proposed", "alone", "clear")
    assert found.change_ids == (changes[0].id,)
    assert found.p_wins[0] >= 0.9
    assert (found.n_reports, found.n_judging, found.number) == (105, 105, None)
    assert n_events("AwardProposed") == 1
    assert queries.awards_to_certify(town.product) == [found]
    assert queries.wall_of(town.product).awards == ()
    assert queries.latest_award(town.product) is None


def test_proposing_again_changes_nothing(town: Town) -> None:
    release_id = judge(town, {0: 100})
    found = award(release_id)

    assert services.propose_award(release_id=release_id, at=THURSDAY) == found.id
    assert award(release_id) == found
    assert n_events("AwardProposed") == 1


@pytest.mark.parametrize(
    ("wins", "n_changes", "outcome", "reason", "n_winners"),
    [
        ({0: 60, 2: 60}, 4, "shared", "close", 2),
        ({0: 40, 1: 40, 2: 40, 3: 40}, 4, "nobody", "too_close", 0),
        ({0: 29}, 4, "nobody", "too_few", 0),
        ({}, 4, "nobody", "too_few", 0),
        ({0: 100}, 1, "nobody", "one_change", 0),
        ({0: 100}, 2, "alone", "clear", 1),
    ],
)
def test_what_may_come_of_a_week(
    town: Town, wins: dict[int, int], n_changes: int, outcome: str, reason: str, n_winners: int
) -> None:
    found = award(judge(town, wins, n_changes=n_changes))

    assert (found.outcome, found.reason, len(found.change_ids)) == (outcome, reason, n_winners)
    assert found.state == ("nobody" if outcome == "nobody" else "proposed")
    assert n_events("AwardProposed") == (outcome != "nobody")
    if outcome == "nobody":
        with pytest.raises(AwardRefused, match="nobody wins this week") as refusal:
            certify(town, found.id)
        assert refusal.value.status == 409
        assert queries.wall_of(town.product).awards == (found,)
        assert queries.awards_to_certify(town.product) == []
    if reason == "too_close":
        assert found.n_close == 4


def test_history_and_open_reports_count_in_no_award(town: Town) -> None:
    read(town, record("1.0", n_changes=3))
    history = releases.release_of(town.product, "1.0").id
    reports.open_report(release_id=history, at=FRIDAY)
    fill_alike(history, releases.changes_of([history])[0].id, None, n=100)
    reports.close_report(release_id=history, at=WEDNESDAY)
    deliver_due(at=WEDNESDAY)
    week = publish(town, 3)

    assert queries.award_of(history) is None
    assert services.propose_award(release_id=week, at=WEDNESDAY) is None
    assert not Award.objects.exists()


def test_an_owner_certifies_and_the_makers_are_named(town: Town) -> None:
    found = award(judge(town, {0: 100}))
    certify(town, found.id, picture=png())

    hung = award(found.release_id)
    assert (hung.state, hung.number, hung.certified_at) == ("certified", 1, THURSDAY)
    assert hung.citation == {"en": "For the light."}
    assert len(hung.picture) == 64
    assert queries.latest_award(town.product) == hung
    assert queries.wall_of(town.product).awards == (hung,)
    assert queries.awards_to_certify(town.product) == []
    (fact,) = Event.objects.filter(name="AwardCertified")
    assert fact.payload["maker_ids"] == [town.maker]
    assert queries.awards_certified_by(town.owner)[0]["release_id"] == found.release_id


def test_nobody_but_an_owner_certifies_or_gives(town: Town) -> None:
    found = award(judge(town, {0: 100}))
    for actor_id in (town.maker, make_member("ana")):
        with pytest.raises(NotAllowed, match="only an owner"):
            certify(town, found.id, actor_id=actor_id)
        with pytest.raises(NotAllowed, match="only an owner"):
            services.record_gift(
                actor_id=actor_id, award_id=found.id, gift="Mug", gift_on=date(2026, 11, 27)
            )
    with pytest.raises(NotFound):
        certify(town, 999)


def test_certifying_again_changes_citation_and_picture_only(town: Town) -> None:
    found = award(judge(town, {0: 100}))
    certify(town, found.id, picture=png())
    before = award(found.release_id)
    certify(town, found.id, citation={"zh-hans": "为了光。"}, at=THURSDAY + WEEK)

    after = award(found.release_id)
    assert after.citation == {"zh-hans": "为了光。"}
    assert (after.number, after.certified_at, after.picture) == (1, THURSDAY, before.picture)
    assert n_events("AwardCertified") == 1
    certify(town, found.id, picture=png("blue"))
    assert award(found.release_id).picture != before.picture


@pytest.mark.parametrize("make", [partial(BytesIO, b"<svg onload=alert(1)>"), BytesIO])
def test_a_picture_that_is_none_leaves_the_award_as_it_was(town: Town, make: Any) -> None:
    found = award(judge(town, {0: 100}))
    with pytest.raises(PictureRefused):
        certify(town, found.id, picture=make())
    with pytest.raises(AwardRefused):
        certify(town, found.id, citation={"en": "x" * 501}, picture=png())

    assert award(found.release_id) == found
    assert n_events("AwardCertified") == 0


def test_buckets_are_numbered_in_the_order_in_which_they_are_certified(town: Town) -> None:
    first, nobody, third = (
        judge(town, wins, weeks=week) for week, wins in enumerate([{0: 100}, {}, {1: 100}])
    )
    certify(town, award(third).id)
    certify(town, award(first).id)

    assert [award(one).number for one in (first, nobody, third)] == [2, None, 1]
    wall = queries.wall_of(town.product).awards
    assert [one.release_id for one in wall] == [third, nobody, first]
    newest = queries.latest_award(town.product)
    assert newest is not None
    assert newest.release_id == third


def test_the_gift_is_recorded_after_the_certificate(town: Town) -> None:
    found = award(judge(town, {0: 100}))
    give = partial(
        services.record_gift,
        actor_id=town.owner,
        award_id=found.id,
        gift=" A mug\r\n of  enamel ",
        gift_on=date(2026, 11, 27),
    )
    with pytest.raises(AwardRefused, match="certify the award first") as refusal:
        give()
    assert refusal.value.status == 409
    certify(town, found.id)
    give()

    given = award(found.release_id)
    assert (given.gift, given.gift_on) == ("A mug of enamel", date(2026, 11, 27))


@pytest.mark.parametrize("n_weeks", [1, 3])
def test_the_wall_takes_as_many_queries_for_one_as_for_three(
    town: Town, n_weeks: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for week in range(n_weeks):
        certify(town, award(judge(town, {0: 100}, weeks=week)).id)

    with django_assert_num_queries(3):
        assert len(queries.wall_of(town.product).awards) == n_weeks
    with django_assert_num_queries(2):
        queries.latest_award(town.product)
