from typing import Any

import pytest

from canyu.reports.answers import Filled, reports_of
from canyu.reports.bands import FEWEST_NAMED, MOST_OF_A_KIND, Band, bands_of


def filled(**more: Any) -> Filled:
    return Filled(
        **{
            "is_team": False,
            "ring_key": "everyone",
            "mood": "",
            "shown": (1, 2, 3),
            "untried": (),
            "best": 1,
            "worst": None,
            "wanted_item": None,
            **more,
        }
    )


def of_kind(kind: str, reports: list[Filled]) -> list[Band]:
    return [band for band in bands_of(reports_of(reports)) if band.kind == kind]


def test_rings_and_devices_are_bands_and_everybody_is_none() -> None:
    reports = [
        *[filled(ring_key="weekly", device="Pocket 3")] * 6,
        *[filled(ring_key="daily", device=" Pocket  3 ")] * 3,
        *[filled(ring_key="daily")] * 2,
    ]
    rings = of_kind("ring", reports)
    assert [(band.name, band.n) for band in rings] == [("weekly", 6), ("daily", 5)]
    assert rings[0].who.tolist() == [True] * 6 + [False] * 5
    (device,) = of_kind("device", reports)
    assert (device.name, device.n) == ("Pocket 3", 9)
    assert of_kind("ring", reports[:6]) == []
    assert bands_of(reports_of([])) == []


def test_a_tree_of_invitations_has_all_its_generations_and_no_name_of_a_person() -> None:
    reports = [
        *[filled(inviter_ids=(7,))] * 3,
        *[filled(inviter_ids=(8, 7))] * 5,
        *[filled()] * 4,
    ]
    trees = of_kind("invited", reports)
    assert [(band.name, band.n) for band in trees] == [("1", 8), ("2", 5)]


def test_accounts_that_joined_together_are_found_by_hour_and_by_day() -> None:
    reports = [
        *[filled(joined_hour=24 * 20_000 + 3)] * 5,
        *[filled(joined_hour=24 * 20_000 + 9)] * 5,
        *[filled(joined_hour=None)] * 9,
    ]
    hours = of_kind("joined_hour", reports)
    assert [(band.name, band.n) for band in hours] == [
        ("2024-10-04 03:00", 5),
        ("2024-10-04 09:00", 5),
    ]
    assert [(band.name, band.n) for band in of_kind("joined_day", reports)] == [("2024-10-04", 10)]


def test_few_people_have_no_name_and_a_pair_is_no_band() -> None:
    reports = [
        *[filled(device="Old thing")] * (FEWEST_NAMED - 1),
        *[filled(device="Odd thing")] * 2,
        *[filled()] * 9,
    ]
    assert [(band.name, band.n) for band in of_kind("device", reports)] == [("", FEWEST_NAMED - 1)]


@pytest.mark.parametrize("kind", ["device", "ring"])
def test_of_many_the_largest_are_asked_about_but_all_rings(kind: str) -> None:
    field = {"device": "device", "ring": "ring_key"}[kind]
    reports = [filled(**{field: f"no-{n}"}) for n in range(15) for _ in range(5 + n)]
    found = of_kind(kind, reports)
    assert len(found) == (15 if kind == "ring" else MOST_OF_A_KIND)
    assert (found[0].name, found[0].n) == ("no-14", 19)
