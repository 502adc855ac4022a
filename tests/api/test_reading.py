"""What anybody may read, and how it looks."""

import json
from datetime import timedelta
from typing import Any, get_args

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canyu.api.fields import Mood, TopicKind, TopicStatus
from canyu.awards import queries as awards
from canyu.awards.services import certify_award
from canyu.journal.services import deliver_due
from canyu.plan.services import put_plan_item
from canyu.products import services as products
from canyu.releases.queries import changes_of
from canyu.releases.services import publish_release
from canyu.reports.models import Window
from canyu.reports.rules import MOODS, ReportCells
from canyu.reports.services import close_report, finish_tallies, open_due_reports
from canyu.topics import queries as topics
from canyu.topics.rules import KINDS, STATUSES
from canyu.topics.services import add_voice, raise_topic
from tests.api.programs import Program, program_of, refusal_in
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    Town,
    draft,
    fill,
    likes,
    make_member,
    make_people,
    make_product,
    open_week,
    publish,
    put_change,
)


def raise_one(town: Town, author: int, *, title: str = "Save my place", **more: Any) -> int:
    return raise_topic(
        **{
            "member_id": author,
            "product_id": town.product,
            "kind": "idea",
            "title": title,
            "words": "I lose it every evening.",
            "at": FRIDAY - WEEK,
            **more,
        }
    )


def plan_one(town: Town, title: str, **more: Any) -> int:
    return put_plan_item(
        **{
            "actor_id": town.owner,
            "product_id": town.product,
            "title": {"en": title},
            "state": "planned",
            "at": FRIDAY,
            **more,
        }
    )


def award_one(town: Town, version: str, *, week: int = 0) -> None:
    """A week in which everybody liked the first change, certified."""
    release_id = publish(town, 3, version=version, at=FRIDAY + week * WEEK)
    open_due_reports(at=TUESDAY + week * WEEK)
    first, *_others, last = [change.id for change in changes_of([release_id])]
    for member_id in make_people(town.product, 40, prefix=f"w{week}-"):
        fill(release_id, member_id, likes(first, last), at=TUESDAY + week * WEEK)
    close_report(release_id=release_id, at=WEDNESDAY + week * WEEK)
    deliver_due(at=WEDNESDAY + week * WEEK)
    award = awards.award_of(release_id)
    assert award is not None
    certify_award(
        actor_id=town.owner,
        award_id=award.id,
        citation={"en": "For evenings saved."},
        at=WEDNESDAY + week * WEEK,
    )


# ------------------------------------------------------------------------- products


def test_open_products_are_read_without_a_key(town: Town, stranger: Program) -> None:
    answer = stranger.get("/products")
    assert answer.status_code == 200
    assert [one["slug"] for one in answer.json()] == ["lumen"]


def test_a_product_tells_its_rings_and_newest_release(town: Town, stranger: Program) -> None:
    publish(town, 1, version="5.2")
    publish(town, 1, version="5.2.1", is_hotfix=True, at=FRIDAY + timedelta(hours=1))
    said = stranger.get("/products/lumen").json()
    assert [ring["key"] for ring in said["rings"]] == ["daily", "weekly", "everyone"]
    assert said["latest_version"] == "5.2"
    assert said["name"] == {"en": "Lumen", "zh-hans": "流明"}


def test_a_product_for_members_is_shown_to_members_only(
    town: Town, stranger: Program, member: Program
) -> None:
    products.change_product(
        actor_id=town.owner, product_id=town.product, visibility="members", at=FRIDAY
    )
    assert stranger.get("/products").json() == []
    refusal_in(stranger.get("/products/lumen"), 404)
    refusal_in(stranger.get("/products/lumen/topics"), 404)
    assert [one["slug"] for one in member.get("/products").json()] == ["lumen"]
    assert member.get("/products/lumen").status_code == 200


# ------------------------------------------------------------------------- releases


def test_a_release_comes_in_the_words_of_the_exchange_form(town: Town, stranger: Program) -> None:
    asker, other = make_member("wan"), make_member("lee")
    topic_id = raise_one(town, asker)
    add_voice(member_id=other, topic_id=topic_id, at=FRIDAY - WEEK)
    release_id = draft(town, 1)
    put_change(
        town,
        release_id,
        text="It keeps your place",
        detail={"en": "On every device."},
        maker_ids=[town.maker, town.other_maker],
        topic_ids=[topic_id],
    )
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    deliver_due(at=FRIDAY)
    said = stranger.get("/products/lumen/releases/5.2").json()
    assert said["published_at"] == "2026-11-20T17:00:00Z"
    assert set(said["rings"]) == {"daily", "weekly", "everyone"}
    plain, asked = said["changes"]
    assert plain["n_askers"] == 0
    assert asked["text"] == {"en": "It keeps your place"}
    assert asked["detail"] == {"en": "On every device."}
    assert [maker["handle"] for maker in asked["makers"]] == ["mika", "nils"]
    assert [topic["key"] for topic in asked["topics"]] == [f"topic-{topic_id}"]
    assert asked["n_askers"] == 2


def test_releases_come_in_pages(town: Town, stranger: Program) -> None:
    for number in range(21):
        publish(town, 1, version=f"5.{number}", at=FRIDAY + number * WEEK)
    first = stranger.get("/products/lumen/releases").json()
    assert (first["page"], first["n_pages"], first["n_releases"]) == (1, 2, 21)
    assert [one["version"] for one in first["releases"]][:2] == ["5.20", "5.19"]
    second = stranger.get("/products/lumen/releases", page=2).json()
    assert [one["version"] for one in second["releases"]] == ["5.0"]
    # Beyond the last is the last, as the docstring says.
    assert stranger.get("/products/lumen/releases", page=99).json() == second


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "9" * 30, ""])
def test_a_page_that_is_no_number_is_refused(town: Town, stranger: Program, page: str) -> None:
    assert "page" in refusal_in(stranger.get("/products/lumen/releases", page=page), 400)


def test_a_draft_is_not_there(town: Town, owner: Program) -> None:
    draft(town, 1)
    refusal_in(owner.get("/products/lumen/releases/5.2"), 404)
    assert owner.get("/products/lumen/releases").json()["releases"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/products/nothing",
        "/products/nothing/plan",
        "/products/lumen/releases/9.9",
        "/products/lumen/releases/%00",
        "/products/lumen/releases/9.9/results",
        "/products/lumen/releases/%F0%9F%8D%BF/turnout",
        "/nothing",
        "/products/lumen/",
        "",
    ],
)
def test_what_is_not_there_is_said_in_json(town: Town, stranger: Program, path: str) -> None:
    refusal_in(stranger.get(path), 404)


# ------------------------------------------------------------------ turnout and results


def test_a_release_without_a_report_has_no_turnout(town: Town, stranger: Program) -> None:
    publish(town, 1, version="5.2")
    publish(town, 1, version="5.2.1", is_hotfix=True, at=FRIDAY + timedelta(hours=1))
    assert "no report" in refusal_in(stranger.get("/products/lumen/releases/5.2.1/turnout"), 404)
    refusal_in(stranger.get("/products/lumen/releases/5.2.1/results"), 404)


def test_turnout_is_told_while_the_report_is_open(town: Town, stranger: Program) -> None:
    release_id = open_week(town, 3)
    one, *_others = make_people(town.product, 3)
    fill(release_id, one, likes(*change_ids_of(release_id)[:2]))
    said = stranger.get("/products/lumen/releases/5.2/turnout").json()
    assert (said["state"], said["n_reports"], said["n_eligible"]) == ("open", 1, 3)
    assert said["closes_at"] == "2026-11-25T10:00:00Z"


def test_before_the_close_no_answer_holds_a_count(town: Town, owner: Program) -> None:
    """With and without reports, every answer is the same but for turnout."""
    release_id = open_week(town, 8)
    people = make_people(town.product, 40)
    paths = [
        f"/products{rest}"
        for rest in (
            "",
            "/lumen",
            "/lumen/releases",
            "/lumen/releases/5.2",
            "/lumen/releases/5.2/report",
            "/lumen/releases/5.2/results",
            "/lumen/releases/5.2/turnout",
            "/lumen/plan",
            "/lumen/topics",
            "/lumen/wall",
        )
    ]
    before = {path: owner.get(path).json() for path in paths}
    first, second, *_others = change_ids_of(release_id)
    for member_id in people:
        fill(release_id, member_id, likes(first, second))
    after = {path: owner.get(path).json() for path in paths}
    results = "/products/lumen/releases/5.2/results"
    assert refusal_in(owner.get(results), 409) == "Before the close only turnout is shown."
    assert set(after[results]) == {"error", "status", "turnout"}
    for said, n_reports in ((before, 0), (after, 40)):
        assert said[results].pop("turnout")["n_reports"] == n_reports
        assert said["/products/lumen/releases/5.2/turnout"].pop("n_reports") == n_reports
    assert before == after
    assert not {"n_best", "n_worst", "n_shown", "score"} & words_of(after)


def test_while_it_is_counted_turnout_says_so_and_results_are_to_come(
    town: Town, stranger: Program
) -> None:
    release_id = open_week(town, 3)
    one, *_others = make_people(town.product, 3)
    fill(release_id, one, likes(*change_ids_of(release_id)[:2]))
    Window.objects.update(closed_at=WEDNESDAY, n_eligible=3)
    turnout = stranger.get("/products/lumen/releases/5.2/turnout").json()
    assert (turnout["state"], turnout["is_being_counted"]) == ("closed", True)
    answer = stranger.get("/products/lumen/releases/5.2/results")
    assert refusal_in(answer, 409).startswith("The report is closed and being counted")
    assert answer.json()["turnout"] == turnout
    finish_tallies()
    turnout = stranger.get("/products/lumen/releases/5.2/turnout").json()
    assert (turnout["state"], turnout["is_being_counted"]) == ("closed", False)
    assert stranger.get("/products/lumen/releases/5.2/results").json()["n_reports"] == 1


def words_of(said: object) -> set[str]:
    """Every key in an answer, however deep."""
    if isinstance(said, dict):
        return set(said).union(*(words_of(one) for one in said.values()))
    return set().union(*(words_of(one) for one in said)) if isinstance(said, list) else set()


def change_ids_of(release_id: int) -> list[int]:
    return [change.id for change in changes_of([release_id])]


def test_after_the_close_the_results_are_told(town: Town, stranger: Program) -> None:
    wanted = plan_one(town, "Lock a notebook", key="lock")
    release_id = open_week(town, 3)
    one, _two, three = change_ids_of(release_id)
    for member_id in make_people(town.product, 40):
        fill(
            release_id,
            member_id,
            ReportCells(mood="smile", best=one, worst=three, wanted_item=wanted),
        )
    fill(release_id, town.maker, ReportCells(best=three))
    close_report(release_id=release_id, at=WEDNESDAY)
    answer = stranger.get("/products/lumen/releases/5.2/results")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["n_reports"], said["n_judging"], said["n_team"]) == (40, 40, 1)
    assert (said["is_enough"], said["n_exposed"]) == (True, None)
    best, *_middle, worst = said["changes"]
    assert (best["change_id"], best["n_best"], best["n_worst"], best["n_shown"]) == (one, 40, 0, 40)
    assert (worst["change_id"], worst["n_worst"]) == (three, 40)
    assert best["text"] == {"en": "Change 1 of 5.2"}
    assert best["low"] < best["score"] < best["high"]
    assert best["p_win"] > 0.9
    assert said["moods"][1] == {
        "mood": "smile",
        "share": {**said["moods"][1]["share"], "n": 40, "of": 40, "share": 1.0},
    }
    assert [(one["key"], one["share"]["n"]) for one in said["wanted"]] == [("lock", 40)]
    assert said["rings"][0]["ring"] == "everyone"
    assert said["team"][2]["n_best"] == 1
    assert {one["change_id"] for one in said["axes"]} == {
        one["change_id"] for one in said["changes"]
    }
    assert (said["rings_apart"], said["weighted"]) == (None, None)
    assert (said["top"]["outcome"], said["top"]["sharing"]) == ("alone", [one])
    assert said["top"]["smallest"]["n_people"] == 40
    assert said["bottom"]["change_id"] == three
    # The figures are numbers of JSON, never NaN.
    json.loads(answer.content, parse_constant=pytest.fail)


# ------------------------------------------------------------------ topics, plan, wall


def test_topics_are_narrowed_down(town: Town, stranger: Program) -> None:
    wan = make_member("wan")
    raise_one(town, wan)
    raise_one(town, wan, kind="trouble", title="It hums at night", at=FRIDAY)
    said = stranger.get("/products/lumen/topics").json()
    assert [one["title"] for one in said["topics"]] == ["It hums at night", "Save my place"]
    assert said["topics"][0]["author"] == {"handle": "wan", "name": "wan"}
    assert said["topics"][0]["keeper"]["handle"] in {"olga", "mika", "nils"}
    assert said["topics"][1]["n_days_late"] == 3
    for asked, found in (
        ({"kind": "trouble"}, 1),
        ({"status": "received"}, 2),
        ({"status": "shipped"}, 0),
        ({"search": "HUMS"}, 1),
        ({"search": "\0"}, 0),
        ({"page": 7}, 2),
    ):
        assert stranger.get("/products/lumen/topics", **asked).json()["n_topics"] == found, asked
    for asked in ({"kind": "vote"}, {"status": "x"}, {"search": "x" * 201}, {"page": 0}):
        refusal_in(stranger.get("/products/lumen/topics", **asked), 400)


def test_the_kinds_and_statuses_are_those_of_the_rooms() -> None:

    assert get_args(TopicKind) == KINDS
    assert get_args(TopicStatus) == STATUSES
    assert get_args(Mood) == ("", *MOODS)


def test_the_plan_is_public_with_its_reasons(town: Town, stranger: Program) -> None:
    plan_one(town, "Lock a notebook")
    plan_one(town, "A walled garden", state="declined", reason={"en": "Notes stay yours."})
    said = stranger.get("/products/lumen/plan").json()["items"]
    assert [one["state"] for one in said] == ["planned", "declined"]
    assert said[0]["keeper"]["handle"] == "olga"
    assert said[1]["reason"] == {"en": "Notes stay yours."}


def test_the_wall_shows_who_won(town: Town, stranger: Program) -> None:
    award_one(town, "5.2")
    (said,) = stranger.get("/products/lumen/wall").json()["awards"]
    assert (said["version"], said["state"], said["number"]) == ("5.2", "certified", 1)
    assert said["citation"] == {"en": "For evenings saved."}
    (winner,) = said["winners"]
    assert [maker["handle"] for maker in winner["makers"]] == ["mika"]
    assert winner["p_win"] > 0.9
    assert (said["outcome"], said["reason"]) == ("alone", "clear")
    assert said["verdict"]["sharing"] == [winner["change_id"]]


# ------------------------------------------------------------------ as many queries for many


def n_queries(program: Program, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert program.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("n_rows", [1, 3])
def test_lists_cost_the_same_however_long(town: Town, stranger: Program, n_rows: int) -> None:
    for number in range(n_rows):
        author = make_member(f"author{number}")
        topic_id = raise_one(town, author, title=f"Topic {number}")
        plan_one(town, f"Item {number}", topic_ids=[topic_id])
        award_one(town, f"6.{number}", week=number)
        if number:
            make_product(town.owner, f"other-{number}")
    assert {
        path: n_queries(stranger, f"/products{path}")
        for path in ("", "/lumen", "/lumen/releases", "/lumen/topics", "/lumen/plan", "/lumen/wall")
    } == {
        "": 1,
        "/lumen": 5,
        "/lumen/releases": 3,
        "/lumen/topics": 4,
        "/lumen/plan": 4,
        "/lumen/wall": 9,
    }


@pytest.mark.parametrize("n_changes", [1, 3])
def test_a_release_costs_the_same_however_many_changes(
    town: Town, stranger: Program, n_changes: int
) -> None:
    release_id = open_week(town, n_changes)
    (one,) = make_people(town.product, 1)
    changes = change_ids_of(release_id)
    fill(release_id, one, likes(changes[0], 0))
    asks = program_of(one)
    # The day on which a key was used is noted once.
    asks.get("/products")
    path = "/products/lumen/releases/5.2"
    assert n_queries(stranger, path) == 13
    assert n_queries(asks, f"{path}/report") == 13
    close_report(release_id=release_id, at=WEDNESDAY)
    assert n_queries(stranger, f"{path}/results") == 10


def test_only_its_owner_reads_a_desk(
    town: Town, member: Program, owner: Program, stranger: Program
) -> None:
    asker = make_member("asker")
    topic_id = raise_one(town, asker, title="Who?", kind="question")
    keeper = topics.topic_of(topic_id, at=TUESDAY).keeper_id
    assert keeper == town.owner

    said = owner.get("/desk").json()

    (line,) = said["lines"]
    told = {name: line[name] for name in ("kind", "product", "id", "title", "state")}
    assert told == {
        "kind": "topic",
        "product": "lumen",
        "id": topic_id,
        "title": {"": "Who?"},
        "state": "question",
    }
    assert line["for_whom"]["handle"] == "asker"
    assert member.get("/desk").json() == {"lines": [], "words": []}
    refusal_in(stranger.get("/desk"), 401)
