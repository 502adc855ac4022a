"""Runs of scores: week after week, of an area and of a maker, and nobody ranked."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from canyu.awards.queries import award_of
from canyu.awards.services import certify_award
from canyu.journal.services import deliver_due
from canyu.members.models import Member
from canyu.members.services import choose_credit_name
from canyu.products.services import add_area, put_makers_on_area
from canyu.releases.queries import changes_of
from canyu.releases.services import publish_release
from canyu.reports.queries import judged_changes_in
from canyu.reports.services import close_report, open_report
from canyu.web.charts import Span
from canyu.web.run_charts import Told, run_of
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    Town,
    draft,
    fill_alike,
    put_change,
    town,
)

__all__ = ["town"]
LATER = WEDNESDAY + 10 * WEEK


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: LATER)


def settle(at: datetime) -> None:
    while deliver_due(at=at):
        pass


def week(town: Town, number: int, *, n: int = 40, area_id: int | None = None) -> int:
    """A release with four changes, of which the maker's is liked most and the next one least."""
    later = number * WEEK
    version = f"5.{number}"
    release_id = draft(town, 2, version=version, at=FRIDAY + later)
    put_change(town, release_id, text="By nils", maker_ids=[town.other_maker], area_id=area_id)
    put_change(town, release_id, text="By both", maker_ids=[town.maker, town.other_maker])
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY + later)
    settle(FRIDAY + later)
    open_report(release_id=release_id, at=TUESDAY + later)
    first, second, third, _ = (one.id for one in changes_of([release_id]))
    fill_alike(release_id, first, second, n=n, first_member=10_000)
    fill_alike(release_id, third, second, n=n // 10, first_member=20_000)
    close_report(release_id=release_id, at=WEDNESDAY + later)
    settle(WEDNESDAY + later)
    return release_id


def area(town: Town) -> int:
    area_id = add_area(
        actor_id=town.owner, product_id=town.product, slug="light", name={"en": "Light"}, at=FRIDAY
    )
    put_makers_on_area(
        actor_id=town.owner, area_id=area_id, member_ids=[town.other_maker], at=FRIDAY
    )
    return area_id


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


@pytest.mark.django_db
def test_worths_are_multiples_of_an_even_share_in_time_order(town: Town) -> None:
    weeks = [week(town, 0), week(town, 1), week(town, 2, n=10)]
    found = judged_changes_in([town.product])

    assert [one.release_id for one in found] == [one for one in weeks for _ in range(4)]
    for release_id in weeks[:2]:
        worths = [one.worth for one in found if one.release_id == release_id]
        assert sum(one or 0 for one in worths) == pytest.approx(4)
        assert worths[0] == max(one or 0 for one in worths)
        assert worths[0] is not None
        assert worths[0] > 2
    assert all(one.worth is None for one in found[8:]), "too few judged"
    assert judged_changes_in([town.product], limit=1) == found[8:]
    assert judged_changes_in([]) == []


@pytest.mark.django_db
def test_a_maker_has_a_run_and_only_their_own_changes_in_it(client: Client, town: Town) -> None:
    release_id = week(town, 0)
    week(town, 1)
    award = award_of(release_id)
    assert award
    certify_award(actor_id=town.owner, award_id=award.id, citation={}, at=LATER)
    page = text_of(client, "/p/lumen/runs/makers/mika/")

    assert "What mika made, week after week" in page
    assert "Change 1 of 5.0" in page
    assert "By both" in page
    assert "By nils" not in page
    assert page.count("Popcorn</small>") == 1
    assert "Nobody is ranked by this." in page
    table = page.split("<tbody", maxsplit=1)[1]
    assert table.index("Change 1 of 5.0") < table.index("Change 1 of 5.1")
    assert "By nils" in text_of(client, "/p/lumen/runs/makers/nils/")


@pytest.mark.django_db
def test_an_area_has_a_run_and_weeks_without_scores_are_said(client: Client, town: Town) -> None:
    area_id = area(town)
    assert "Nothing judged yet" in text_of(client, "/p/lumen/runs/areas/light/")
    week(town, 0, area_id=area_id)
    week(town, 1, n=10, area_id=area_id)
    page = text_of(client, "/p/lumen/runs/areas/light/")

    assert "<h1>Light</h1>" in page
    assert page.count("By nils") == 2
    assert "Change 1" not in page
    assert page.count("no score") == 1
    assert "fewer than 30 people judged" in page


@pytest.mark.django_db
def test_the_ways_there_name_everybody_by_name_and_nothing_by_rank(
    client: Client, town: Town
) -> None:
    assert "Nothing judged yet" in text_of(client, "/p/lumen/runs/")
    week(town, 0, area_id=area(town))
    page = text_of(client, "/p/lumen/runs/")

    assert "1 report is closed." in page
    assert page.index("/runs/makers/mika/") < page.index("/runs/makers/nils/")
    assert "/runs/areas/light/" in page
    assert "%" not in page.split("<main", maxsplit=1)[1]
    assert "/p/lumen/runs/" in text_of(client, "/p/lumen/releases/5.0/results/")


@pytest.mark.django_db
@pytest.mark.parametrize(("way", "alias"), [("none", ""), ("alias", "The Owl")])
def test_who_wishes_another_name_or_none_has_no_run_for_others(
    client: Client, town: Town, way: str, alias: str
) -> None:
    week(town, 0)
    choose_credit_name(actor_id=town.maker, way=way, alias=alias, at=LATER)
    assert client.get("/p/lumen/runs/makers/mika/").status_code == 404
    page = text_of(client, "/p/lumen/runs/")
    assert "/runs/makers/mika/" not in page
    assert "/runs/makers/nils/" in page
    assert "mika" not in text_of(client, "/p/lumen/runs/makers/nils/")
    client.force_login(Member.objects.get(pk=town.maker))
    assert "What mika made" in text_of(client, "/p/lumen/runs/makers/mika/")


@pytest.mark.django_db
def test_nothing_of_an_open_report_is_in_a_run(client: Client, town: Town) -> None:
    release_id = draft(town, 3)
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    settle(FRIDAY)
    open_report(release_id=release_id, at=TUESDAY)
    first, second, _ = (one.id for one in changes_of([release_id]))
    fill_alike(release_id, first, second)

    for url in ("/p/lumen/runs/", "/p/lumen/runs/makers/mika/"):
        assert "Nothing judged yet" in text_of(client, url)
    assert "How it was judged" not in text_of(client, "/members/mika/")


@pytest.mark.django_db
def test_a_makers_own_page_has_the_picture(client: Client, town: Town) -> None:
    week(town, 0)
    page = text_of(client, "/members/mika/")

    assert "How it was judged in Lumen" in page
    assert 'role="img"' in page
    assert "/p/lumen/runs/makers/mika/" in page
    assert "How it was judged" not in text_of(client, "/members/olga/")


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["areas/none/", "makers/nobody/", "makers/a%00b/"])
def test_what_is_not_there_is_not_found(client: Client, town: Town, url: str) -> None:
    assert client.get(f"/p/lumen/runs/{url}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("n_weeks", [1, 3])
@pytest.mark.parametrize(
    ("url", "n_queries"),
    [
        ("/p/lumen/runs/", 11),
        ("/p/lumen/runs/areas/light/", 11),
        ("/p/lumen/runs/makers/mika/", 10),
        ("/members/mika/", 28),
    ],
)
def test_a_run_asks_the_store_the_same_however_long_it_is(
    client: Client,
    town: Town,
    django_assert_num_queries: Any,
    n_weeks: int,
    url: str,
    n_queries: int,
) -> None:
    area_id = area(town)
    for number in range(n_weeks):
        week(town, number, area_id=area_id)
    with django_assert_num_queries(n_queries):
        client.get(url)


def told(version: str, value: float | None, **more: Any) -> Told[str]:
    worth = None if value is None else Span(value, value / 2, value * 1.5)
    return Told("It", version, WEDNESDAY, worth, **more)


def test_weeks_stand_in_columns_and_an_even_share_has_a_line() -> None:
    run = run_of([told("1", 1.0), told("1", 0.5), told("2", None), told("3", 2.0, won=True)])

    across = [float(row.across[:-1]) for row in run.rows if row.worth]
    assert across == sorted(across)
    assert (run.n_scored, run.n_weeks) == (3, 3)
    assert [row.begins_week for row in run.rows] == [True, False, True, True]
    assert run.rows[2].across == ""
    assert run.rows[0].x == run.even
    assert run.rows[0].down == run.even_down
    assert [mark.label for mark in run.weeks] == ["1", "2", "3"]


def test_long_runs_name_some_weeks_and_thin_ones_do_not_look_steep() -> None:
    run = run_of([told(str(number), 0.1) for number in range(20)])
    assert 0 < sum(bool(mark.label) for mark in run.weeks) <= 6
    assert float(run.even[:-1]) < 50
    assert run_of([]).rows == ()
