"""Travelling: what the story tells happens, whatever a visitor did in between."""

from functools import partial

import pytest

from canyu.awards import queries as award_queries
from canyu.awards import services as awards
from canyu.demo import queries
from canyu.demo.acts import FIRST_BATCH, OPENS_AFTER
from canyu.demo.clock import now
from canyu.demo.errors import TravelRefused
from canyu.demo.rules import A_MOMENT
from canyu.demo.services import found_town, travel, travel_to
from canyu.demo.story import slot_of
from canyu.journal import queries as journal
from canyu.members import queries as members
from canyu.members import services as member_services
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.releases import services as release_services
from canyu.reports import queries as reports
from canyu.reports import services as report_services
from canyu.reports.rules import ReportCells
from tests.builders import at_once
from tests.demo.small_story import N_PEOPLE

pytestmark = pytest.mark.usefixtures("town")


def product_id() -> int:
    return products.product_ids_by_slug()["lumen"]


def release_id(version: str) -> int:
    return releases.release_of(product_id(), version).id


def member_id(handle: str) -> int:
    return members.member_by_handle(handle).id


def state_of(version: str) -> str:
    window = reports.window_of(release_id(version))
    return window.state if window else ""


def n_reports(version: str) -> int:
    window = reports.window_of(release_id(version))
    return window.n_reports if window else 0


def test_a_stranger_arrives_while_a_report_is_open_and_some_have_answered() -> None:
    assert now() == queries.arrival()
    assert state_of("1.3") == "open"
    assert 10 < n_reports("1.3") < N_PEOPLE / 2
    assert journal.n_deliveries_owed() == 0
    # The hotfix of the week is judged with it; the people of the story have not answered yet.
    window = reports.window_of(release_id("1.3"))
    assert window is not None
    assert len(window.change_ids) == 7
    assert not reports.has_filled(release_id("1.3"), member_id("su-wan"))


def test_a_town_that_is_founded_stays_as_it_is() -> None:
    n_members = members.n_members()
    found_town()
    assert members.n_members() == n_members == N_PEOPLE


def test_the_story_is_told_to_its_end_and_not_beyond() -> None:
    expected = [
        ("close", "1.3", "closed"),
        ("friday", "1.4", "published"),
        ("open", "1.4", "opened"),
        ("next", "1.5", "opened"),
        ("close", "1.5", "closed"),
    ]
    for move, version, found in expected:
        before = now()
        journey = travel(move=move)
        assert (journey.version, journey.found) == (version, found)
        assert journey.now == now() > before
        assert journal.n_deliveries_owed() == 0
    strip = queries.strip_of()
    assert strip is not None
    assert strip.moves == ()
    with pytest.raises(TravelRefused, match="its story ends here"):
        travel(move="next")
    truths = queries.truths()
    assert [one.version for one in truths] == ["1.5", "1.4", "1.3", "1.1"]
    assert all(one.agreement is not None and one.agreement > 0.5 for one in truths)
    # Weeks that were passed through left nothing undone.
    award = award_queries.award_of(release_id("1.4"))
    assert award is not None
    assert award.state in {"certified", "nobody"}


def test_asking_twice_leads_to_one_place() -> None:
    seen = now()
    first = travel(move="next", since=seen)
    again = travel(move="next", since=seen)
    assert again == first
    # Who saw an earlier time is told that it is later now, and nothing moves.
    behind = travel(move="close", since=seen)
    assert (behind.found, behind.now) == ("late", first.now)
    travel_to(until=seen)
    assert now() == first.now


def test_two_who_travel_at_once_arrive_at_one_place() -> None:
    seen = now()
    journeys = at_once(*[partial(travel, move="next", since=seen)] * 2)
    assert journeys[0] == journeys[1]
    assert now() == slot_of(4) + OPENS_AFTER + FIRST_BATCH + A_MOMENT
    assert n_reports("1.4") < N_PEOPLE


def test_a_report_filled_by_a_visitor_is_kept() -> None:
    su_wan = member_id("su-wan")
    page = reports.report_page_for(release_id("1.3"), su_wan, at=now())
    cells = ReportCells(mood="scream", best=page.shown[0], worst=page.shown[1])
    report_services.submit_report(
        token=page.token, cells=cells, at=now(), member_id=su_wan, base_revision=0
    )
    travel(move="close")
    assert reports.own_cells(release_id("1.3"), su_wan) == cells
    tally = reports.tally_of(release_id("1.3"))
    assert tally is not None
    assert tally.figures.n_reports > 50


def test_closing_by_hand_leaves_the_rest_of_the_story_as_it_is() -> None:
    report_services.close_report(release_id=release_id("1.3"), at=now())
    n_before = n_reports("1.3")
    assert travel(move="close").found == "closed"
    assert n_reports("1.3") == n_before
    assert travel(move="friday").found == "published"
    assert travel(move="next").found == "opened"


def test_an_award_that_a_visitor_certified_stays_as_they_wrote_it() -> None:
    travel(move="close")
    award = award_queries.award_of(release_id("1.3"))
    assert award is not None
    assert award.state == "proposed"
    awards.certify_award(
        actor_id=member_id("dev-rao"), award_id=award.id, citation={"en": "By hand"}, at=now()
    )
    travel(move="friday")
    kept = award_queries.award_of(release_id("1.3"))
    assert kept is not None
    assert kept.citation == {"en": "By hand"}


def test_a_release_that_a_visitor_took_away_is_not_said_to_be_out() -> None:
    release_services.draft_release(
        actor_id=member_id("dev-rao"), product_id=product_id(), version="1.4", at=now()
    )
    assert travel(move="friday").found == ""
    assert travel(move="open").found == ""
    assert travel(move="next").found == "opened"


def test_people_who_left_take_their_acts_with_them() -> None:
    # The author of a topic that is still to be raised, a maker, and the owner.
    for handle in ("su-wan", "lin-yue"):
        one = member_id(handle)
        member_services.deactivate_member(actor_id=one, member_id=one, at=now())
    while queries.strip_of().moves:
        travel(move=queries.strip_of().moves[-1])
    assert now() > slot_of(5)


def test_the_first_batch_is_in_when_a_report_opens() -> None:
    travel(move="next")
    assert n_reports("1.4") > 10
    assert now() == slot_of(4) + OPENS_AFTER + FIRST_BATCH + A_MOMENT
