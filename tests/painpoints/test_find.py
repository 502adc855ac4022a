"""Pain points are found as wordings come in, and what people decide about them stands."""

from datetime import timedelta

import pytest

from canyu.painpoints import services
from canyu.painpoints.errors import PainPointRefused
from canyu.painpoints.models import Evidence, Placed, Point, Wording
from canyu.painpoints.queries import pains as queries
from canyu.painpoints.services import grouping
from tests.builders import FRIDAY, Town, make_people, make_town
from tests.painpoints.said import say

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SAME = (
    "How do I take a screenshot of this page?",
    "Is there a way to take a screenshot of a page?",
    "I want to take a screenshot of the page",
    "Take a screenshot of one page, how?",
)
ELSE = (
    "Sync stops when the train enters a tunnel",
    "A widget for the weather would be nice",
    "Fonts are too small on my tablet",
    "Sharing with my sister fails with a red cross",
    "Why is the search so slow since spring",
    "Printing cuts off the last line",
    "The keyboard covers the field for the title",
    "Please add tables",
    "Voice notes are silent on one ear",
    "Cannot sign in with my new number",
)
OTHER = ("The battery is empty by noon", "Dark mode hurts my eyes", "Where are my exported notes?")


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def say_else(town: Town, people: list[int]) -> None:
    for who, text in zip(people, ELSE, strict=True):
        say(town, who, text, at=FRIDAY)


def test_three_people_in_two_weeks_are_suggested_and_told_of(town: Town) -> None:
    people = make_people(town.product, 8)
    for n, (who, text) in enumerate(zip(people, OTHER, strict=False)):
        say(town, who, text, at=FRIDAY + n * DAY)
    for n in range(2):
        say(town, people[3 + n], SAME[n], at=FRIDAY + n * DAY)
    services.find_points(at=FRIDAY + 2 * DAY)
    assert queries.points_of(town.product, standing="suggested") == []
    say(town, people[5], SAME[2], at=FRIDAY + 3 * DAY)
    assert services.find_points(at=FRIDAY + 3 * DAY) == 1
    (found,) = queries.points_of(town.product, standing="suggested")
    assert (found.n_voices, found.told_kind, found.is_waiting) == (3, "new", True)
    assert "screenshot" in found.name["en"]
    page = queries.point_page(found.id, product_id=town.product, at=FRIDAY + 3 * DAY)
    assert len(page.quotes) == 3


def test_one_person_who_says_it_forty_times_is_one_voice(town: Town) -> None:
    (who, _) = make_people(town.product, 2)
    for n in range(40):
        say(town, who, SAME[n % 4], at=FRIDAY + n * timedelta(hours=3))
    services.find_points(at=FRIDAY + 6 * DAY)
    assert queries.points_of(town.product, standing="suggested") == []


def test_copies_from_fifty_accounts_are_one_voice_and_shown(town: Town) -> None:
    people = make_people(town.product, 62)
    say_else(town, people[52:])
    text = "Give us back the old notebook view at once, we demand it, the new one is a disgrace."
    for n, who in enumerate(people[50:52]):
        say(town, who, f"The old notebook view back, the new one is a disgrace{'!' * n}", at=FRIDAY)
    for n, who in enumerate(people[:50]):
        say(town, who, text, at=FRIDAY + DAY + n * timedelta(minutes=7))
    services.find_points(at=FRIDAY + 3 * DAY)
    (found,) = queries.points_of(town.product, standing="suggested")
    assert found.n_voices == 3
    page = queries.point_page(found.id, product_id=town.product, at=FRIDAY + 3 * DAY)
    assert page.copies == (50,)


def suggested(town: Town, n: int = 4) -> Point:
    people = make_people(town.product, n + 10)
    say_else(town, people[n:])
    for day, (who, text) in enumerate(zip(people, SAME[:n], strict=False)):
        say(town, who, text, at=FRIDAY + day * DAY)
    services.find_points(at=FRIDAY + 5 * DAY)
    return Point.objects.get(product_id=town.product)


def test_an_accepted_one_takes_what_comes_later_and_keeps_out_what_was_taken_out(
    town: Town,
) -> None:
    point = suggested(town)
    ids = list(Evidence.objects.values_list("wording_id", flat=True).order_by("wording_id"))
    at = FRIDAY + 6 * DAY
    services.accept_point(actor_id=town.owner, point_id=point.pk, wording_ids=ids[:3], at=at)
    services.find_points(at=at)
    late = make_people(town.product, 1, prefix="late")
    say(town, late[0], "Is there a way to take a screenshot of the page", at=at)
    services.find_points(at=at)
    services.work_nights(at=at + DAY)
    point.refresh_from_db()
    assert point.standing == "accepted"
    assert point.keeper_id in town.team
    assert point.n_voices == 4
    assert ids[3] not in set(
        Evidence.objects.filter(point=point).values_list("wording_id", flat=True)
    )


def test_a_dismissed_one_is_never_told_of_again(town: Town) -> None:
    point = suggested(town, 3)
    at = FRIDAY + 6 * DAY
    with pytest.raises(PainPointRefused):
        services.dismiss_point(actor_id=town.owner, point_id=point.pk, reason=" ", at=at)
    services.dismiss_point(actor_id=town.owner, point_id=point.pk, reason="By design.", at=at)
    more = make_people(town.product, 12, prefix="more")
    for n, who in enumerate(more):
        say(town, who, SAME[n % 4], at=at + n * timedelta(hours=1))
    services.find_points(at=at + DAY)
    services.work_nights(at=at + 2 * DAY)
    assert queries.points_of(town.product, standing="suggested") == []
    assert Point.objects.get(pk=point.pk).standing == "dismissed"


def test_split_and_join_are_each_others_way_back(town: Town) -> None:
    point = suggested(town)
    ids = list(Evidence.objects.values_list("wording_id", flat=True).order_by("wording_id"))
    at = FRIDAY + 6 * DAY
    own = services.split_point(
        actor_id=town.owner, point_id=point.pk, wording_ids=ids[:2], name="Long pages", at=at
    )
    services.find_points(at=at)
    services.work_nights(at=at + DAY)
    assert Placed.objects.filter(wording_id__in=ids[:2]).values("cluster").distinct().count() == 1
    assert {queries.point_of(one, product_id=town.product).n_voices for one in (own, point.pk)} == {
        2
    }
    services.join_points(actor_id=town.maker, point_id=point.pk, other_id=own, at=at + DAY)
    services.find_points(at=at + DAY)
    services.work_nights(at=at + 2 * DAY)
    assert queries.point_of(point.pk, product_id=town.product).n_voices == 4
    assert Placed.objects.filter(wording_id__in=ids).values("cluster").distinct().count() == 1
    assert queries.point_of(own, product_id=town.product).joined_to_id == point.pk


def test_what_is_gone_is_no_voice(town: Town) -> None:
    point = suggested(town)
    Wording.objects.filter(text=SAME[0]).update(is_gone=True)
    services.find_points(at=FRIDAY + 6 * DAY)
    assert Point.objects.get(pk=point.pk).n_voices == 3


def test_another_process_finds_the_same(town: Town) -> None:
    point = suggested(town)
    services.accept_point(actor_id=town.owner, point_id=point.pk, at=FRIDAY + 6 * DAY)
    services.find_points(at=FRIDAY + 6 * DAY)
    grouping._held.clear()
    late = make_people(town.product, 1, prefix="late")
    say(town, late[0], "taking a screenshot of a page", at=FRIDAY + 7 * DAY)
    services.find_points(at=FRIDAY + 7 * DAY)
    assert Point.objects.get(pk=point.pk).n_voices == 5
    services.work_nights(at=FRIDAY + 8 * DAY)
    grouping._held.clear()
    services.work_nights(at=FRIDAY + 9 * DAY)
    assert Point.objects.get(pk=point.pk).n_voices == 5
