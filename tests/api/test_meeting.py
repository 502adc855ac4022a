"""Programs of the team read the product meeting, and whoever reads a pain point its verdict."""

from typing import Any

import pytest

from canyu.painpoints import services
from canyu.painpoints.models import Point
from tests.api.programs import Program, program_of, refusal_in
from tests.api.test_pains import PATH, accept, suggest
from tests.api.test_reading import n_queries
from tests.builders import FRIDAY, TUESDAY, Town, make_member

pytestmark = pytest.mark.django_db
MEETING = "/products/lumen/meeting"
RATIO = {
    "ratio": 0.1,
    "low": 0.02,
    "high": 0.4,
    "before": 9,
    "after": 1,
    "weeks_before": 8,
    "weeks_after": 8,
    "adjusted": True,
}


def ship(point_id: int, answer: str, **figures: Any) -> None:
    """What a verification leaves."""
    rows = Point.objects.filter(pk=point_id)
    rows.update(answer=answer, shipped_at=FRIDAY, state="verified", figures=figures)


def test_the_team_reads_what_there_is_to_decide(town: Town, owner: Program) -> None:
    few, many, gone, no = accept(town, 2), accept(town, 4), accept(town), accept(town)
    suggest(town)
    ship(gone, "gone", ratio=RATIO)
    for point_id, state in ((few, "doing"), (no, "declined")):
        services.plan_point(
            actor_id=town.owner,
            point_id=point_id,
            state=state,
            reason={"en": "It would cost the quiet."} if state == "declined" else None,
            at=TUESDAY,
        )
    services.set_cap(actor_id=town.owner, product_id=town.product, most_at_once=1, at=TUESDAY)
    said = owner.get(MEETING).json()
    assert [one["id"] for one in said["by_voices"]] == [many, few]
    assert (said["to_decide"], said["n_suggested"]) == ([many], 1)
    assert [one["id"] for one in said["verified"]] == [gone]
    assert said["verified"][0]["verdict"].endswith("(95% interval 2% to 40%).")
    assert (len(said["at_work"]), said["cap"], said["is_full"]) == (1, 1, True)
    assert [one["reason"] for one in said["noes"]] == [{"en": "It would cost the quiet."}]
    assert (said["version"], said["wanted"], said["hurt"]) == ("", [], [])


def test_it_is_for_the_team(town: Town, stranger: Program) -> None:
    for one in (stranger, program_of(make_member("su"))):
        refusal_in(one.get(MEETING), 403)


def test_a_verdict_is_said_in_the_language_of_who_asks(town: Town, stranger: Program) -> None:
    point_id = accept(town)
    assert stranger.get(f"{PATH}/{point_id}").json()["verdict"] == ""
    ship(point_id, "fewer voices", ratio={**RATIO, "adjusted": False})
    assert "Not adjusted" in stranger.get(f"{PATH}/{point_id}").json()["verdict"]
    ship(point_id, "came back", ratio=RATIO, back={**RATIO, "ratio": 6.0})
    chinese = {**stranger.headers, "Accept-Language": "zh-CN"}
    english = stranger.get(f"{PATH}/{point_id}").json()
    stranger.headers = chinese
    said = stranger.get(f"{PATH}/{point_id}").json()
    assert (said["back"]["ratio"], said["ratio"]["adjusted"]) == (6.0, True)
    assert english["verdict"] != said["verdict"]
    assert "6.0" in said["verdict"]
    assert "又" in said["verdict"] or "回来" in said["verdict"]


@pytest.mark.parametrize("n_rows", [1, 3])
def test_it_costs_the_same_however_much(town: Town, owner: Program, n_rows: int) -> None:
    for _ in range(n_rows):
        ship(accept(town), "gone", ratio=RATIO)
        accept(town)
    assert n_queries(owner, MEETING) == 12
