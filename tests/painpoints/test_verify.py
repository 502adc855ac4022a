"""After it shipped: what may be said of the asking, and who is told and asked."""

from datetime import UTC, datetime, timedelta

import pytest

from canyu.channels.queries import notices_for
from canyu.journal.services import deliver_due
from canyu.painpoints import services
from canyu.painpoints.errors import PainPointRefused
from canyu.painpoints.models import Evidence, Point
from canyu.painpoints.queries import pains as queries
from canyu.products import services as products
from canyu.products.exposure_table import ExposureRow
from canyu.releases import services as releases
from tests.builders import Town, draft, make_people, make_town, put_change
from tests.painpoints.said import Line, say_all

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SHIPPED = 9
A_WEEK = 4
N_ELSE = 6


@pytest.fixture
def town(db: None) -> Town:
    return make_town(at=MONDAY - WEEK)


def told_of(town: Town, n_weeks: int, n_people: int = 5_000) -> None:
    rows = [
        ExposureRow(week=(MONDAY + n * WEEK).date(), ring_key="everyone", n_people=n_people)
        for n in range(n_weeks)
    ]
    products.record_exposure(actor_id=town.owner, product_id=town.product, rows=rows, at=MONDAY)


def asked(town: Town, weeks: list[int], *, shipped: bool = True) -> tuple[Point, list[int]]:
    """A pain point that so many ask for in each week, as much else being asked all the time."""
    people = make_people(town.product, sum(weeks) + N_ELSE, at=MONDAY - WEEK)
    own, rest = people[N_ELSE:], people[:N_ELSE]
    left = iter(own)
    lines = [
        Line(next(left), f"One tap {week} {n}", MONDAY + week * WEEK + n * timedelta(hours=9))
        for week, n_asked in enumerate(weeks)
        for n in range(n_asked)
    ]
    other = [
        Line(who, "Something else", MONDAY + week * WEEK + n * DAY)
        for week in range(len(weeks))
        for n, who in enumerate(rest)
    ]
    ids = say_all(town, lines, placed=False)
    say_all(town, other, placed=False)
    point = Point.objects.create(
        product_id=town.product,
        standing="accepted",
        name={"en": "One tap"},
        found_at=MONDAY,
        state="digging",
        state_at=MONDAY,
        keeper_id=town.maker,
        first_at=MONDAY,
    )
    Evidence.objects.bulk_create(Evidence(point=point, wording_id=one) for one in ids)
    if shipped:
        ship(town, point)
    point.refresh_from_db()
    return point, own


def ship(town: Town, point: Point) -> int:
    at = MONDAY + SHIPPED * WEEK + DAY
    item = services.plan_point(
        actor_id=town.owner, point_id=point.pk, state="planned", at=at - WEEK
    )
    release_id = draft(town, 0, version="6.0", at=at - DAY)
    change_id = put_change(town, release_id, plan_item_id=item, at=at - DAY)
    releases.publish_release(actor_id=town.owner, release_id=release_id, at=at)
    deliver_due(at=at)
    return change_id


def said_until(point: Point, week: int) -> list[str]:
    """What was said of it in each week since it shipped."""
    found = []
    for n in range(SHIPPED + 1, week + 1):
        services.verify_due(at=MONDAY + n * WEEK + DAY)
        point.refresh_from_db()
        if not found or found[-1] != point.answer:
            found.append(point.answer)
    return found


def test_what_nobody_asks_any_more_is_gone_and_its_makers_are_told(town: Town) -> None:
    told_of(town, 26)
    point, _ = asked(town, [A_WEEK] * SHIPPED + [1] + [0] * 12)
    assert point.state == "shipped"
    assert said_until(point, 22) == ["too early", "less", "gone"]
    assert (point.state, point.figures["ratio"]["adjusted"]) == ("verified", True)
    deliver_due(at=MONDAY + 22 * WEEK)
    told = [one.facts["answer"] for one in notices_for(town.maker) if one.kind == "verified"]
    assert set(told) == {"less", "gone"}


def test_without_exposure_no_more_is_said_than_fewer_voices(town: Town) -> None:
    point, _ = asked(town, [A_WEEK] * SHIPPED + [1] + [0] * 12)
    assert said_until(point, 22) == ["too early", "fewer voices"]
    assert point.state == "shipped"
    assert point.figures["ratio"]["adjusted"] is False


def test_what_is_asked_on_is_never_called_less(town: Town) -> None:
    told_of(town, 24)
    point, _ = asked(town, [A_WEEK] * 20)
    assert set(said_until(point, 20)) <= {"too early", "unchanged"}
    assert point.state == "shipped"


def test_what_is_asked_again_came_back(town: Town) -> None:
    told_of(town, 40)
    point, _ = asked(town, [5] * SHIPPED + [1] + [0] * 10 + [6] * 6)
    said = said_until(point, 26)
    assert "gone" in said
    assert said[-1] == "came back"
    assert point.state == "back"


def test_who_asks_twice_in_two_weeks_is_one_voice(town: Town) -> None:
    point, own = asked(town, [2] * 4, shipped=False)
    say_all(town, [], placed=False)
    page = queries.point_page(point.pk, product_id=town.product, at=MONDAY + 5 * WEEK)
    assert page.voices.n == len(own) == 8
    assert page.weeks.askers == (2, 2, 2, 2, 0)


def test_those_who_asked_are_asked_once_when_they_could_have_tried_it(town: Town) -> None:
    told_of(town, 12)
    point, own = asked(town, [1] * (SHIPPED + 2))
    at = MONDAY + SHIPPED * WEEK + DAY
    assert services.ask_askers(at=at + 13 * DAY) == 0
    assert services.ask_askers(at=at + 14 * DAY) == 1
    assert services.ask_askers(at=at + 15 * DAY) == 0
    # Each of them is told on once more.
    while deliver_due(at=at + 15 * DAY):
        pass
    # Whoever asked after it was out has seen it.
    assert queries.gone_tally_of(point.pk).n_asked == SHIPPED + 1
    assert [one.kind for one in notices_for(own[0])] == ["gone", "credit"]
    services.say_whether_gone(member_id=own[0], point_id=point.pk, answer="no", at=at)
    with pytest.raises(PainPointRefused):
        services.say_whether_gone(member_id=own[0], point_id=point.pk, answer="perhaps", at=at)
    assert queries.gone_tally_of(point.pk).n_no == 1
