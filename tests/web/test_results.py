"""Results: nothing before the close, everything after it, on the page and as files."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation

from canyu.awards.queries import award_of
from canyu.awards.services import certify_award
from canyu.journal.services import deliver_due
from canyu.plan.services import put_plan_item
from canyu.products.exposure_table import ExposureRow
from canyu.products.services import record_exposure
from canyu.releases.queries import changes_of
from canyu.releases.services import publish_release
from canyu.reports.models import Window
from canyu.reports.queries import repairs_owed_by
from canyu.reports.rules import ReportCells
from canyu.reports.services import (
    answer_repair,
    close_report,
    finish_repair,
    finish_tallies,
    open_report,
)
from canyu.web.result_files import safe_cell
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    Town,
    draft,
    fill,
    fill_alike,
    fill_all,
    make_people,
    publish,
    put_change,
    town,
)

pytestmark = pytest.mark.django_db
__all__ = ["town"]

PAGE = "/p/lumen/releases/5.2/results/"
LATER = WEDNESDAY + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: LATER)


def settle() -> None:
    while deliver_due(at=LATER):
        pass


def choose(best: int, worst: int, **more: Any) -> ReportCells:
    return ReportCells(best=best, worst=worst, **more)


def judged(
    town: Town,
    n_changes: int = 3,
    n_people: int = 32,
    *,
    ring: str = "everyone",
    close: bool = True,
    cells: Callable[[list[int], int], ReportCells] | None = None,
    release_id: int = 0,
) -> int:
    """A release of which the people of one ring said: the first most, the last least."""
    release_id = release_id or draft(town, n_changes)
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    settle()
    open_report(release_id=release_id, at=TUESDAY)
    ids = [change.id for change in changes_of([release_id])]
    people = make_people(town.product, n_people, ring=ring)
    say = cells or _usual
    fill_all(release_id, {one: say(ids, number) for number, one in enumerate(people)}, ring=ring)
    if close:
        close_report(release_id=release_id, at=WEDNESDAY)
        settle()
    return release_id


def _usual(ids: list[int], number: int) -> ReportCells:
    return ReportCells(
        mood="smile",
        best=ids[0],
        worst=ids[-1] if len(ids) > 1 else None,
        why_best="It just <b>works</b>" if number == 0 else "",
        wanted="Sums in tables" if number == 1 else "",
    )


def text_of(client: Client, url: str = PAGE, **more: Any) -> str:
    return client.get(url, **more).content.decode()


def test_the_winner_stands_on_top_with_the_chance_and_the_rule(client: Client, town: Town) -> None:
    release_id = judged(town)
    page = text_of(client)
    assert "mika wins the Popcorn for “Change 1 of 5.2”" in page
    assert "An owner of the product certifies it" in page
    assert "How sure is this" in page
    assert "32 people judged." in page
    assert page.count('aria-label="Passed:"') == 4
    # Leaving out any group leaves too few here.
    assert page.count('aria-label="Could not be tested:"') == 1
    assert page.count("it stayed the first") == 2
    assert "It just &lt;b&gt;works&lt;/b&gt;" in page
    assert "Sums in tables" in page
    assert "everyone0" not in page, "words have no names"
    award = award_of(release_id)
    assert award
    certify_award(
        actor_id=town.owner, award_id=award.id, citation={"en": "For <i>one</i>"}, at=LATER
    )
    page = text_of(client)
    assert "Bucket 1 hangs on the wall" in page
    assert "For &lt;i&gt;one&lt;/i&gt;" in page
    assert "certifies it" not in page


def test_those_who_cannot_be_parted_share_it(client: Client, town: Town) -> None:
    def torn(ids: list[int], number: int) -> ReportCells:
        return choose(ids[number % 2], ids[-1])

    release_id = draft(town, 1)
    put_change(town, release_id, text="Another", maker_ids=[town.other_maker])
    put_change(town, release_id, text="A third")
    judged(town, 0, 60, cells=torn, release_id=release_id)
    page = text_of(client)
    assert "share the Popcorn for “" in page
    assert "mika" in page.split("share the Popcorn", maxsplit=1)[0]
    assert "nils" in page.split("share the Popcorn", maxsplit=1)[0]
    assert "cannot say which of them is truly liked most, so they share it" in page
    assert "another change is just as much the first" in page
    assert 'aria-label="Failed:"' in page
    assert "A bracket on the left" in page


@pytest.mark.parametrize(
    "url", [PAGE, "/p/lumen/releases/5.2/results.csv", "/p/lumen/releases/5.2/results.json"]
)
def test_nothing_but_the_turnout_is_told_before_the_close(
    client: Client, town: Town, url: str
) -> None:
    judged(town, 3, 31, close=False)
    for someone in (None, "olga", "mika"):
        if someone:
            member = {"olga": town.owner, "mika": town.maker}[someone]
            client.force_login(_user(member))
        answer = client.get(url)
        assert answer.status_code == 404
        page = answer.content.decode()
        for secret in ("Change 1 of 5.2", "Sums in tables", "It just", "smile", "%"):
            assert secret not in page.split("<main", maxsplit=1)[-1], secret
    if url == PAGE:
        assert "31 people have filled it so far" in page
        assert "Wednesday 25 November" in page


def test_latest_leaks_nothing_either_and_shows_results_once_closed(
    client: Client, town: Town
) -> None:
    latest = "/p/lumen/results/"
    assert "No results yet" in text_of(client, latest)
    release_id = judged(town, close=False)
    page = text_of(client, latest)
    assert client.get(latest).status_code == 200
    assert "The report is still open" in page
    assert "Change 1" not in page
    close_report(release_id=release_id, at=WEDNESDAY)
    settle()
    assert "wins the Popcorn" in text_of(client, latest)


def test_before_it_opens_the_page_says_when(client: Client, town: Town) -> None:
    publish(town, 3)
    answer = client.get(PAGE)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "The report has not opened yet" in page
    assert "Tuesday 24 November" in page


def test_too_few_give_dots_and_words_and_no_figure(client: Client, town: Town) -> None:
    judged(town, 3, 5)
    page = text_of(client)
    assert "Nobody wins the Popcorn for 5.2" in page
    assert "5 people judged, and 30 are needed." in page
    assert "5 of 30 reports" in page
    assert "It just &lt;b&gt;works" in page
    main = page.split("<main", maxsplit=1)[1]
    assert "<table" not in main
    assert "%</b>" not in main
    assert text_of(client, "/p/lumen/releases/5.2/results.csv").count("\r\n") == 1
    told = client.get("/p/lumen/releases/5.2/results.json").json()
    assert told["changes"] == []
    assert told["moods"] == []
    assert told["n_judging"] == 5


@pytest.mark.parametrize("n_changes", [1, 2])
def test_few_changes_are_told_as_liked_or_not(client: Client, town: Town, n_changes: int) -> None:
    judged(town, n_changes)
    page = text_of(client)
    assert "Did not like it" in page
    assert "Chance of being first" not in page
    if n_changes == 1:
        assert "There was only one change" in page


def test_rings_stand_apart_and_the_small_one_has_dots(client: Client, town: Town) -> None:
    release_id = judged(town, close=False)
    ids = [change.id for change in changes_of([release_id])]
    for member_id in make_people(town.product, 2, ring="weekly"):
        fill(release_id, member_id, choose(ids[1], ids[0], mood="sigh"))
    fill(release_id, town.other_maker, choose(ids[2], ids[0]))
    close_report(release_id=release_id, at=WEDNESDAY)
    settle()
    page = text_of(client)
    assert "2 of 30 reports" in page
    assert "“Change 1 of 5.2” is first" in page
    assert "1 person of the team filled the report too." in page
    told = client.get("/p/lumen/releases/5.2/results.json").json()
    assert told["n_reports"] == 34
    assert told["n_team_kept_apart"] == 1
    assert {row["ring"] for row in told["changes"]} == {"", "everyone"}


def test_a_change_of_a_hotfix_is_marked_with_its_version(client: Client, town: Town) -> None:
    publish(town, 1, version="5.1", at=FRIDAY - timedelta(days=7))
    publish(town, 1, version="5.1.1", is_hotfix=True, at=FRIDAY - timedelta(days=3))
    judged(town, 2)
    page = text_of(client)
    assert "Change 1 of 5.1.1 (5.1.1)" in page
    assert "came with a hotfix: 5.1.1." in page
    rows = list(csv.DictReader(io.StringIO(_csv(client))))
    assert {row["version"] for row in rows} == {"5.2", "5.1.1"}
    assert "5.1.1:" in " ".join(row["key"] for row in rows)
    answer = client.get("/p/lumen/releases/5.1.1/results/")
    assert answer.status_code == 404
    assert "its changes are judged with the next release" in answer.content.decode()


def test_who_had_it_is_told_where_the_product_told_it(client: Client, town: Town) -> None:
    judged(town)
    assert "They are not adjusted" in text_of(client)
    record_exposure(
        actor_id=town.owner,
        product_id=town.product,
        rows=[ExposureRow(date(2026, 11, 16), "everyone", 1234, version="5.2")],
        at=LATER,
    )
    page = text_of(client)
    assert "32 reports, of 1,234 people who had 5.2." in page
    assert "not adjusted" not in page


def test_files_say_what_the_page_says(client: Client, town: Town) -> None:
    judged(town)
    answer = client.get("/p/lumen/releases/5.2/results.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="lumen-5.2-results.csv"'
    rows = list(csv.DictReader(io.StringIO(_csv(client))))
    first = next(row for row in rows if row["title"] == "Change 1 of 5.2" and not row["ring"])
    assert (first["n_shown"], first["n_liked_most"], first["n_liked_least"]) == ("32", "32", "0")
    assert float(first["score_low"]) <= float(first["score"]) <= float(first["score_high"])
    told = client.get("/p/lumen/releases/5.2/results.json").json()
    assert told["award"]["outcome"] == "alone"
    assert {row["change_id"] for row in told["changes"]} == {int(row["change_id"]) for row in rows}
    assert set(told["columns"]) == set(rows[0])
    page = text_of(client)
    assert all(f"<code>{name}</code>" in page for name in rows[0])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_a_title_that_looks_like_a_formula_stays_words(client: Client, town: Town) -> None:
    release_id = draft(town, 2)
    put_change(town, release_id, text='=HYPERLINK("x")')
    judged(town, release_id=release_id)
    titles = [row["title"] for row in csv.DictReader(io.StringIO(_csv(client)))]
    assert '\'=HYPERLINK("x")' in titles


def test_what_is_wanted_next_has_its_keeper_and_its_share(client: Client, town: Town) -> None:
    item_id = put_plan_item(
        actor_id=town.maker,
        product_id=town.product,
        title={"en": "Dark pages", "zh-hans": "夜间配色"},
        state="planned",
        due_version="5.3",
        due_on=date(2026, 12, 4),
        at=FRIDAY - timedelta(days=1),
    )

    def wants(ids: list[int], number: int) -> ReportCells:
        return choose(ids[0], ids[1], wanted_item=item_id if number < 31 else None)

    judged(town, 3, 32, cells=wants)
    page = text_of(client)
    assert "31 people chose something from the plan." in page
    assert "100%, between 89 and 100" in page
    assert "Planned for 5.3" in page
    assert "mika looks after it." in page


def test_the_page_is_there_in_both_languages(client: Client, town: Town) -> None:
    judged(town)
    with translation.override("zh-hans"):
        page = text_of(client, HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert 'lang="zh-Hans"' in page
    assert 'lang="en">Change 1 of 5.2' in page or 'lang="en"><a' in page


@pytest.mark.parametrize("n_changes", [3, 6])
def test_the_page_asks_the_store_the_same_whatever_was_judged(
    client: Client, town: Town, django_assert_num_queries: Any, n_changes: int
) -> None:
    judged(town, n_changes, 30)
    text_of(client)
    with django_assert_num_queries(27):
        text_of(client)


def test_rings_that_part_and_weights_are_told(client: Client, town: Town) -> None:
    release_id = judged(town, 4, 40, close=False)
    ids = [change.id for change in changes_of([release_id])]
    weekly = make_people(town.product, 40, ring="weekly")
    fill_all(
        release_id,
        {
            one: choose(ids[-1] if number % 5 else ids[1], ids[0])
            for number, one in enumerate(weekly)
        },
        ring="weekly",
    )
    # Of those who had it far more are in the one ring than in the other.
    record_exposure(
        actor_id=town.owner,
        product_id=town.product,
        rows=[
            ExposureRow(date(2026, 11, 16), ring, n, version="5.2")
            for ring, n in (("everyone", 300), ("weekly", 700), ("daily", 5))
        ],
        at=LATER,
    )
    close_report(release_id=release_id, at=WEDNESDAY)
    settle()
    page = text_of(client)
    assert "The rings judge differently: that is hardly chance (p" in page
    assert "They surely part on “Change 1 of 5.2”" in page
    assert "Raw beside weighted" in page
    assert "as the product told" in page
    assert "nobody of it judged, so nothing speaks for it" in page
    assert "Weighted, “Change 4 of 5.2” is first" in page
    assert "From 200 people on we also say which changes divide them." in page
    assert "The picture in figures" in page
    told = client.get("/p/lumen/releases/5.2/results.json").json()
    assert told["weighted"]["by"] == ["ring"]
    assert told["rings_apart"]["differ"] is True
    assert told["verdict"]["top"]["outcome"] in {"shared", "nobody", "alone"}
    rows = [row for row in told["changes"] if not row["ring"]]
    assert sum(row["weighted_score"] for row in rows) == pytest.approx(100, abs=0.01)
    assert all(row["love"] is not None and row["says"] == "" for row in rows)
    assert all(row["love"] is None for row in told["changes"] if row["ring"])


def test_what_divides_people_is_named(client: Client, town: Town) -> None:
    def torn(ids: list[int], number: int) -> ReportCells:
        others = ids[1:]
        first, second = others[number % 3], others[(number + 1) % 3]
        return choose(ids[0], first) if number % 2 else choose(second, ids[0])

    release_id = publish(town, 4)
    open_report(release_id=release_id, at=TUESDAY)
    ids = [change.id for change in changes_of([release_id])]
    for number in range(12):
        cells = torn(ids, number)
        fill_alike(release_id, cells.best, cells.worst, n=25, first_member=10_000 + 100 * number)
    close_report(release_id=release_id, at=WEDNESDAY)
    settle()
    assert "“Change 1 of 5.2” divides people: loved by some, disliked by others." in text_of(client)


@pytest.mark.parametrize("url", ["/p/nowhere/results/", "/p/lumen/releases/9.9/results/"])
def test_what_is_not_there_is_not_found(client: Client, town: Town, url: str) -> None:
    assert client.get(url).status_code == 404


def test_drafts_have_no_results_page(client: Client, town: Town) -> None:
    draft(town, 3, version="6.0")
    assert client.get("/p/lumen/releases/6.0/results/").status_code == 404


def test_repairs_are_private_until_answered(client: Client, town: Town) -> None:
    judged(town)
    assert "Answer them" not in text_of(client)
    assert "is the one liked least" not in text_of(client)
    client.force_login(_user(town.other_maker))
    assert "Answer them" not in text_of(client)
    client.force_login(_user(town.maker))
    page = text_of(client)
    assert "Answer them" in page
    assert "By the same rule “Change 3 of 5.2” is the one liked least" in page


def test_what_hurt_is_promised_until_it_is_done(client: Client, town: Town) -> None:
    judged(town, n_changes=2)
    (owed,) = repairs_owed_by(town.maker, town.product)
    answer_repair(
        actor_id=town.maker,
        repair_id=owed.id,
        kind="mend",
        hurt={"en": "It was slow"},
        answer={"en": "We make it quick"},
        due_on=date(2026, 12, 4),
        at=LATER,
    )
    page = text_of(client)
    assert "What hurt" in page
    assert "Love and hurt" not in page
    assert "By Friday 4 December." in page
    finish_repair(actor_id=town.maker, repair_id=owed.id, at=LATER)
    page = text_of(client)
    assert "“We make it quick”" in page
    assert "By Friday 4 December." not in page


def _csv(client: Client) -> str:
    return client.get("/p/lumen/releases/5.2/results.csv").content.decode("utf-8-sig")


def _user(member_id: int) -> Any:
    return get_user_model().objects.get(pk=member_id)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The report is closed and being counted; the results come in a moment."),
        ("zh-hans", "报告已经截止，正在统计，结果马上就出来。"),
    ],
)
def test_between_close_and_tally_every_page_says_that_it_is_being_counted(
    client: Client, town: Town, language: str, words: str
) -> None:
    release_id = judged(town, close=False)
    Window.objects.filter(pk=release_id).update(closed_at=WEDNESDAY, n_eligible=40)
    client.force_login(get_user_model().objects.get(handle="everyone0"))
    told = {"headers": {"accept-language": language}}
    for url, status in (
        (PAGE, 404),
        ("/p/lumen/results/", 200),
        ("/p/lumen/releases/5.2/", 200),
        ("/p/lumen/releases/5.2/report/", 404),
        ("/p/lumen/releases/5.2/results.csv", 404),
        ("/p/lumen/releases/5.2/results.json", 404),
        ("/p/lumen/", 200),
    ):
        answer = client.get(url, **told)
        assert (url, answer.status_code) == (url, status)
        assert words in answer.content.decode(), url
    for url in ("/p/lumen/wall/", "/p/lumen/releases/"):
        assert client.get(url, **told).status_code == 200
    finish_tallies()
    settle()
    assert words not in text_of(client, **told)
    assert client.get(PAGE).status_code == 200
