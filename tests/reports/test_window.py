from datetime import datetime, time, timedelta
from functools import partial

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.journal.errors import NotFound
from canyu.journal.queries import n_events
from canyu.plan import services as plan
from canyu.products import services as products
from canyu.releases import queries as releases
from canyu.releases import services as release_services
from canyu.releases.models import Change
from canyu.releases.rules import Timetable
from canyu.reports import queries, services
from canyu.reports.errors import WindowRefused
from canyu.reports.models import Window
from canyu.reports.rules import ReportCells
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    Town,
    at_once,
    draft,
    fill,
    make_member,
    make_people,
    make_town,
    open_week,
    publish,
    put_change,
    set_train,
)
from tests.releases.test_history import read, record

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def window(release_id: int) -> queries.WindowView:
    found = queries.window_of(release_id)
    assert found is not None
    return found


def texts(release_id: int) -> list[str]:
    """What stands on the report of a release."""
    changes = releases.changes_by_id(window(release_id).change_ids)
    return [changes[one].text["en"] for one in window(release_id).change_ids]


def test_publishing_says_when_the_report_opens_and_closes(town: Town) -> None:
    release_id = publish(town, 2)

    found = window(release_id)
    assert (found.state, found.opens_at, found.closes_at) == ("scheduled", TUESDAY, WEDNESDAY)
    assert (found.n_reports, found.n_eligible, found.change_ids) == (0, 0, ())
    assert services.schedule_report(release_id=release_id, at=FRIDAY + DAY)
    assert window(release_id) == found


def test_the_train_of_the_product_decides(town: Town) -> None:
    set_train(town, Timetable(zone="Asia/Shanghai", opens_on_publication=True, closes_at=time(8)))

    found = window(publish(town, 2))
    assert (found.opens_at, found.closes_at) == (
        FRIDAY,
        datetime.fromisoformat("2026-11-25T00:00Z"),
    )


def test_neither_hotfixes_nor_history_have_a_report(town: Town) -> None:
    hotfix = publish(town, 1, version="5.2.1", is_hotfix=True)
    read(town, record("1.0"))
    history = releases.release_of(town.product, "1.0").id

    for release_id in (hotfix, history):
        assert not services.schedule_report(release_id=release_id, at=FRIDAY)
        assert queries.window_of(release_id) is None
    assert queries.current_window(town.product) is None


def test_reports_open_at_their_hour_once(town: Town) -> None:
    release_id = publish(town, 2)

    assert services.open_due_reports(at=TUESDAY - HOUR) == []
    assert services.open_due_reports(at=TUESDAY) == [release_id]
    assert services.open_due_reports(at=TUESDAY + HOUR) == []
    assert window(release_id).state == "open"
    assert len(window(release_id).change_ids) == 2
    assert n_events("ReportOpened") == 1


def test_what_is_judged_and_wanted_is_fixed_as_it_opens(town: Town) -> None:
    def item(state: str) -> int:
        return plan.put_plan_item(
            actor_id=town.maker,
            product_id=town.product,
            title={"en": "Dark"},
            state=state,
            reason={"en": "So."},
            at=FRIDAY,
        )

    items = [item("planned"), item("declined"), item("considered"), item("shipped")]
    release_id = open_week(town, 3)
    item("planned")
    changes = releases.changes_of([release_id])
    release_services.pick_judged(
        actor_id=town.maker, release_id=release_id, change_ids=[changes[0].id]
    )

    assert window(release_id).change_ids == tuple(one.id for one in changes)
    page = queries.report_page_for(release_id, town.maker, at=TUESDAY)
    assert page.plan_item_ids == (items[0], items[2])


def test_a_report_is_opened_by_hand_before_its_hour(town: Town) -> None:
    release_id = publish(town, 2)
    services.open_report(release_id=release_id, at=FRIDAY + HOUR)
    with pytest.raises(WindowRefused, match="opened before"):
        services.open_report(release_id=release_id, at=FRIDAY + 2 * HOUR)

    found = window(release_id)
    assert (found.state, found.opens_at, found.closes_at) == ("open", FRIDAY + HOUR, WEDNESDAY)
    assert services.open_due_reports(at=TUESDAY) == []


def test_a_report_whose_hours_went_by_is_opened_by_hand_for_a_day(town: Town) -> None:
    release_id = publish(town, 2)
    later = WEDNESDAY + DAY

    assert services.open_due_reports(at=later) == []
    services.open_report(release_id=release_id, at=later)
    assert window(release_id).closes_at == later + DAY


def test_history_is_opened_by_hand_only(town: Town) -> None:
    read(town, record("1.0", n_changes=3))
    release_id = releases.release_of(town.product, "1.0").id

    services.open_report(release_id=release_id, at=FRIDAY)
    assert window(release_id).closes_at == FRIDAY + DAY
    assert len(window(release_id).change_ids) == 3
    (ana,) = make_people(town.product, 1)
    assert queries.may_fill(release_id, ana, at=FRIDAY)


def test_what_cannot_be_opened_is_left_as_it_was(town: Town) -> None:
    read(town, record("1.0", n_changes=0))
    empty = releases.release_of(town.product, "1.0").id
    hotfix = publish(town, 1, version="5.2.1", is_hotfix=True)
    regular = publish(town, 1)

    with pytest.raises(WindowRefused, match="holds no change"):
        services.open_report(release_id=empty, at=FRIDAY)
    with pytest.raises(WindowRefused, match="is a hotfix"):
        services.open_report(release_id=hotfix, at=FRIDAY)
    with pytest.raises(WindowRefused, match="close before it opens"):
        services.open_report(release_id=regular, at=FRIDAY, closes_at=FRIDAY)
    with pytest.raises(NotFound):
        services.open_report(release_id=draft(town, 1, version="6"), at=FRIDAY)

    assert [one.state for one in (window(regular),)] == ["scheduled"]
    assert Window.objects.count() == 1


def test_a_hotfix_joins_the_next_report_and_no_other(town: Town) -> None:
    publish(town, 1, version="5.1.9", is_hotfix=True, at=FRIDAY - DAY)
    first = publish(town, 1, version="5.2")
    publish(town, 1, version="5.2.1", is_hotfix=True, at=FRIDAY + DAY)
    services.open_due_reports(at=TUESDAY)
    publish(town, 1, version="5.2.2", is_hotfix=True, at=TUESDAY + HOUR)
    services.close_due_reports(at=WEDNESDAY)
    second = publish(town, 1, version="5.3", at=FRIDAY + WEEK)
    publish(town, 1, version="5.3.1", is_hotfix=True, at=FRIDAY + WEEK + DAY)
    services.open_due_reports(at=TUESDAY + WEEK)

    assert texts(first) == ["Change 1 of 5.2", "Change 1 of 5.1.9", "Change 1 of 5.2.1"]
    assert texts(second) == ["Change 1 of 5.3", "Change 1 of 5.2.2", "Change 1 of 5.3.1"]
    assert sorted(queries.judged_keys(first).values()) == ["1", "5.1.9:1", "5.2.1:1"]


def test_a_hotfix_of_a_week_that_was_never_judged_joins_the_one_after(town: Town) -> None:
    publish(town, 1, version="5.2")
    publish(town, 1, version="5.2.1", is_hotfix=True, at=FRIDAY + DAY)
    # The server stood still until Thursday.
    assert services.open_due_reports(at=WEDNESDAY + DAY) == []
    second = publish(town, 1, version="5.3", at=FRIDAY + WEEK)
    services.open_due_reports(at=TUESDAY + WEEK)

    assert texts(second) == ["Change 1 of 5.3", "Change 1 of 5.2.1"]


def test_of_more_than_sixty_the_picked_are_judged(town: Town) -> None:
    release_id = draft(town, 0)
    Change.objects.bulk_create(
        Change(
            release_id=release_id, key=str(place), kind="new", text={"en": str(place)}, place=place
        )
        for place in range(1, 70)
    )
    put_change(town, release_id, text="70")
    ids = [one.id for one in releases.changes_of([release_id])]
    release_services.pick_judged(actor_id=town.owner, release_id=release_id, change_ids=ids[60:])
    Window.objects.create(
        release_id=release_id, product_id=town.product, opens_at=TUESDAY, closes_at=WEDNESDAY
    )
    # These changes name no maker, so that they are made public by hand.
    type(Change.objects.all()[0].release).objects.update(is_published=True, published_at=FRIDAY)
    services.open_due_reports(at=TUESDAY)

    assert window(release_id).change_ids == (*ids[:50], *ids[60:])
    (ana,) = make_people(town.product, 1)
    assert len(queries.report_page_for(release_id, ana, at=TUESDAY).shown) == 6


def test_one_that_cannot_be_opened_keeps_no_other_from_it(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    # A release that is not out can have no report.
    Window.objects.create(
        release_id=draft(town, 1, version="6"),
        product_id=town.product,
        opens_at=TUESDAY - HOUR,
        closes_at=WEDNESDAY,
    )
    week = publish(town, 1)

    assert services.open_due_reports(at=TUESDAY) == [week]
    assert "was not opened" in caplog.text


@pytest.mark.usefixtures("on_disk")
def test_two_workers_open_once() -> None:
    town = make_town()
    release_id = publish(town, 2)

    opened = at_once(*[partial(services.open_due_reports, at=TUESDAY)] * 3)
    assert sorted(opened, key=str) == [[release_id], [], []]
    assert n_events("ReportOpened") == 1


def test_turnout_counts_users_whose_ring_gets_it_before_the_close(town: Town) -> None:
    weekly = make_people(town.product, 3, ring="weekly")
    everyone = make_people(town.product, 2)
    products.choose_ring(actor_id=town.maker, product_id=town.product, ring_key="weekly", at=FRIDAY)
    products.choose_ring(actor_id=town.owner, product_id=town.product, ring_key="daily", at=FRIDAY)
    make_member("in-no-ring")
    rings = {"everyone": WEDNESDAY + HOUR}
    release_id = open_week(town, 2, rings=rings)
    assert (window(release_id).n_reports, window(release_id).n_eligible) == (0, 3)

    release_services.set_roll_out(
        actor_id=town.owner, release_id=release_id, ring_key="everyone", reached_at=TUESDAY
    )
    for member_id in (weekly[0], everyone[0], town.maker, town.other_maker):
        fill(release_id, member_id, ReportCells(mood="smile"))
    assert (window(release_id).n_reports, window(release_id).n_eligible) == (2, 5)


@pytest.mark.parametrize("n_people", [1, 3])
def test_a_window_takes_as_many_queries_for_one_as_for_three(
    town: Town, n_people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = make_people(town.product, n_people)
    release_id = open_week(town, 2)
    for member_id in people:
        fill(release_id, member_id, ReportCells(mood="smile"))

    with django_assert_num_queries(2):
        assert window(release_id).n_reports == n_people
    with django_assert_num_queries(2):
        queries.current_window(town.product)
    with django_assert_num_queries(6):
        queries.report_page_for(release_id, people[0], at=TUESDAY)


def test_the_window_that_matters_now(town: Town) -> None:
    def current() -> tuple[int, str]:
        found = queries.current_window(town.product)
        assert found is not None
        return found.release_id, found.state

    first = publish(town, 2, version="5.2")
    assert current() == (first, "scheduled")
    services.open_due_reports(at=TUESDAY)
    assert current() == (first, "open")
    services.close_due_reports(at=WEDNESDAY)
    assert current() == (first, "closed")
    never_opened = publish(town, 1, version="5.3", at=FRIDAY + WEEK)
    assert current() == (never_opened, "scheduled")
    third = publish(town, 1, version="5.4", at=FRIDAY + 2 * WEEK)
    services.open_due_reports(at=TUESDAY + 2 * WEEK)
    services.close_due_reports(at=WEDNESDAY + 2 * WEEK)
    assert current() == (third, "closed")
