"""Programs read pain points: what was accepted, and the team's what was not."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from canyu.api.endpoints.pains import Standing, State
from canyu.painpoints import services
from canyu.painpoints.models import Evidence, Point, Wording
from canyu.painpoints.rules import STANDINGS, STATES
from tests.api.programs import Program, program_of, refusal_in
from tests.api.test_reading import n_queries
from tests.builders import FRIDAY, TUESDAY, Town, make_member, make_people
from tests.painpoints.said import Line, say_all

pytestmark = pytest.mark.django_db
PATH = "/products/lumen/pains"


def suggest(town: Town, n_voices: int = 3) -> int:
    """A suggestion on which people stand, as the worker leaves one."""
    number = Point.objects.count()
    people = make_people(town.product, n_voices, prefix=f"asker{number}-")
    lines = [
        Line(who, f"Text {n} of {number}", FRIDAY - timedelta(days=9 - n))
        for n, who in enumerate(people)
    ]
    point = Point.objects.create(
        product_id=town.product,
        cluster=number,
        standing="suggested",
        name={"en": f"Point {number}"},
        found_at=FRIDAY,
        state="noticed",
        state_at=FRIDAY,
    )
    said = say_all(town, lines, placed=False)
    Evidence.objects.bulk_create(Evidence(point=point, wording_id=one) for one in said)
    Point.objects.filter(pk=point.pk).update(quotes=said[:2])
    return point.pk


def accept(town: Town, n_voices: int = 3) -> int:
    point_id = suggest(town, n_voices)
    services.accept_point(actor_id=town.owner, point_id=point_id, at=FRIDAY)
    return point_id


def test_the_states_are_those_of_the_room() -> None:
    assert get_args(State) == STATES
    assert set(get_args(Standing)) == set(STANDINGS) - {"joined"}


def test_they_are_listed_by_voices_and_narrowed_down(town: Town, stranger: Program) -> None:
    few, many = accept(town, 2), accept(town, 4)
    services.note_dig(actor_id=town.owner, point_id=few, kind="tried", words="It.", at=TUESDAY)
    said = stranger.get(PATH).json()
    assert [one["id"] for one in said["pains"]] == [many, few]
    assert [one["n_voices"] for one in said["pains"]] == [4, 2]
    assert said["pains"][0]["ratio"] is None
    assert [one["id"] for one in stranger.get(PATH, state="digging").json()["pains"]] == [few]
    assert stranger.get(PATH, state="back").json()["n_pains"] == 0
    assert stranger.get(PATH, page=7).json()["page"] == 1
    for asked in ({"state": "x"}, {"standing": "joined"}, {"page": 0}):
        refusal_in(stranger.get(PATH, **asked), 400)


def test_what_was_not_accepted_is_for_the_team(
    town: Town, owner: Program, stranger: Program
) -> None:
    point_id = suggest(town)
    assert stranger.get(PATH).json()["n_pains"] == 0
    member = program_of(make_member("su"))
    for one in (stranger, member):
        refusal_in(one.get(PATH, standing="suggested"), 403)
        refusal_in(one.get(f"{PATH}/{point_id}"), 403)
    assert owner.get(PATH, standing="suggested").json()["n_pains"] == 1
    assert owner.get(f"{PATH}/{point_id}").status_code == 200
    refusal_in(owner.get(f"{PATH}/{point_id + 1}"), 404)


def test_one_is_told_with_its_quotes_and_not_who_wrote_in_a_report(
    town: Town, stranger: Program
) -> None:
    point_id = accept(town)
    first: Any = Wording.objects.order_by("id").first()
    Wording.objects.filter(pk=first.pk).update(kind="why_worst")
    # The figures that a verification keeps.
    ratio = {"ratio": 0.1, "low": 0.0, "high": 0.4, "before": 9, "after": 1}
    weeks = {"weeks_before": 8, "weeks_after": 8, "adjusted": True}
    Point.objects.update(answer="gone", figures={"ratio": {**ratio, **weeks}})
    Point.objects.update(quotes=[one.pk for one in Wording.objects.order_by("id")[:2]])
    said = stranger.get(f"{PATH}/{point_id}").json()
    assert said["languages"] == [{"key": "en", "n": 3}]
    assert said["rings"] == [{"key": "everyone", "n": 3}]
    assert sum(one["n_askers"] for one in said["weeks"]) == 3
    assert [one["author"] is None for one in said["quotes"]] == [True, False]
    assert (said["answer"], said["ratio"]["high"]) == ("gone", 0.4)


@pytest.mark.parametrize("n_rows", [1, 3])
def test_the_list_costs_the_same_however_long(town: Town, stranger: Program, n_rows: int) -> None:
    for _ in range(n_rows):
        accept(town)
    assert n_queries(stranger, PATH) == 4
