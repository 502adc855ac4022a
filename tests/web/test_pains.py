"""Pages of pain points, and of the product meeting."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from canyu.journal.services import deliver_due
from canyu.members.models import Member
from canyu.painpoints import services
from canyu.painpoints.models import Asked, Point
from canyu.plan.queries import plan_of
from canyu.topics import services as topics
from tests.builders import FRIDAY, Town, make_people, make_town
from tests.painpoints.said import say

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
N_LIST = 13
N_TOPIC = 14
AT = FRIDAY + 6 * DAY
SAME = (
    "How do I take a screenshot of this page?",
    "Is there a way to take a screenshot of a page?",
    "I want to take a screenshot of the page",
)
ELSE = (
    "Sync stops when the train enters a tunnel",
    "A widget for the weather would be nice",
    "Fonts are too small on my tablet",
    "Why is the search so slow since spring",
)


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def town(db: None) -> Town:
    town = make_town()
    people = make_people(town.product, 7)
    for n, text in enumerate((*ELSE, *SAME)):
        say(town, people[n], text, at=FRIDAY + n * timedelta(hours=5))
    services.find_points(at=AT - DAY)
    return town


@pytest.fixture
def team(town: Town, client: Client) -> Client:
    client.force_login(Member.objects.get(pk=town.owner))
    return client


def the_point() -> int:
    return Point.objects.get().pk


def act(client: Client, point_id: int, **said: Any) -> Any:
    return client.post(f"/p/lumen/pains/{point_id}/do/", said)


def test_a_suggestion_is_the_teams_until_it_is_accepted(team: Client, town: Town) -> None:
    point = the_point()
    stranger = Client()
    assert "screenshot" not in stranger.get("/p/lumen/pains/").content.decode()
    assert stranger.get(f"/p/lumen/pains/{point}/").status_code == 403
    page = team.get("/p/lumen/pains/").content.decode()
    assert "These say the same?" in page
    assert "New: 3 people in 14 days." in page
    shown = team.get(f"/p/lumen/pains/{point}/").content.decode()
    assert "Yes, these say the same" in shown
    assert act(team, point, act="accept").status_code == 303
    public = stranger.get(f"/p/lumen/pains/{point}/").content.decode()
    assert "3 voices" in public
    assert "Dig log" not in public


def test_a_topic_names_the_pain_point_that_it_is_part_of_once_it_is_accepted(
    team: Client, town: Town, django_assert_num_queries: Any
) -> None:
    topic_id = topics.raise_topic(
        member_id=make_people(town.product, 1, prefix="late-")[0],
        product_id=town.product,
        kind="question",
        title=SAME[0],
        words="",
        at=AT - DAY,
    )
    deliver_due(at=AT)
    services.place_new()
    services.find_points(at=AT)
    there = f'href="/p/lumen/pains/{the_point()}/"'
    assert there not in team.get(f"/p/lumen/topics/{topic_id}/").content.decode()
    act(team, the_point(), act="accept")
    page = team.get(f"/p/lumen/topics/{topic_id}/").content.decode()
    assert there in page
    assert "4 voices" in page
    with django_assert_num_queries(N_TOPIC):
        Client().get(f"/p/lumen/topics/{topic_id}/")


def test_what_is_over_stands_apart_from_what_hurts(team: Client, town: Town) -> None:
    point = the_point()
    services.accept_point(actor_id=town.owner, point_id=point, at=AT)
    page = team.get("/p/lumen/pains/").content.decode()
    assert 'id="accepted"' in page
    assert "Shipped and verified" not in page
    Point.objects.filter(pk=point).update(state="verified", answer="gone", shipped_at=AT)
    page = team.get("/p/lumen/pains/").content.decode()
    assert "Shipped and verified" in page
    assert 'id="accepted"' not in page
    assert f"/p/lumen/pains/{point}/" in page


def test_what_is_not_ticked_is_taken_out(team: Client, town: Town) -> None:
    point = the_point()
    ids = list(Point.objects.get().evidence.values_list("wording_id", flat=True))
    act(team, point, act="accept", choose="1", wording=ids[:2])
    assert Point.objects.get().n_voices == 2
    assert act(team, point, act="accept", choose="1").status_code == 400


def test_a_no_needs_its_reason_and_is_shown_at_the_meeting(team: Client, town: Town) -> None:
    point = the_point()
    refused = act(team, point, act="dismiss", reason="")
    assert refused.status_code == 400
    assert "no reason was given" in refused.content.decode()
    act(team, point, act="dismiss", reason="The buttons stay where they are.")
    assert "The buttons stay where they are." in team.get("/p/lumen/team/meeting/").content.decode()


def test_only_the_team_acts(town: Town, client: Client) -> None:
    client.force_login(Member.objects.get(handle="everyone0"))
    for said in ({"act": "accept"}, {"act": "dismiss", "reason": "x"}, {"act": "nothing"}):
        assert act(client, the_point(), **said).status_code == 403
    assert client.get("/p/lumen/team/meeting/").status_code == 403
    assert client.post(f"/p/lumen/pains/{the_point()}/gone/", {"answer": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "said",
    [
        {"act": ""},
        {"act": "join", "other": "١٢"},
        {"act": "join", "other": "999999999999999999999999"},
        {"act": "split", "wording": ["-1", "x"], "name": "n"},
        {"act": "note", "kind": "sang", "words": "la"},
        {"act": "note", "kind": "tried", "words": " "},
        {"act": "change", "keeper": "0", "size": "small", "state": "noticed"},
        {"act": "rename", "name": ""},
        {"act": "rename", "name": "n" * 5_000},
        {"act": "bind", "item": "999999"},
        {"act": "answer", "proposal": "7", "answer": "yes"},
        {"act": "add", "topic": "http://elsewhere/9"},
    ],
)
def test_bad_input_is_answered(team: Client, town: Town, said: dict[str, Any]) -> None:
    assert act(team, the_point(), **said).status_code in {400, 404, 409, 413}


def test_it_is_followed_to_the_plan(team: Client, town: Town) -> None:
    point = the_point()
    act(team, point, act="accept")
    act(team, point, act="note", kind="asked", words="Asked **two** of them.")
    act(team, point, act="rename", name="One-tap screenshots")
    act(team, point, act="change", keeper=town.other_maker, size="small", state="digging")
    shown = team.get(f"/p/lumen/pains/{point}/").content.decode()
    assert "<strong>two</strong>" in shown
    assert "One-tap screenshots" in shown
    page = team.get("/p/lumen/team/meeting/").content.decode()
    assert "In work: 0 of at most 3" in page
    team.post("/p/lumen/team/meeting/cap/", {"most": "1"})
    decided = {"point": point, "state": "doing", "due_version": "5.3", "reason": "Many ask."}
    assert team.post("/p/lumen/team/meeting/decide/", decided).status_code == 303
    (item,) = plan_of(town.product, today=AT.date())
    assert (item.title["en"], item.state, item.due_version) == (
        "One-tap screenshots",
        "doing",
        "5.3",
    )
    assert Point.objects.get().state == "planned"


def test_no_more_is_begun_than_the_team_lets_itself(team: Client, town: Town) -> None:
    point = the_point()
    act(team, point, act="accept")
    team.post("/p/lumen/team/meeting/cap/", {"most": "1"})
    team.post("/p/lumen/team/meeting/decide/", {"point": point, "state": "doing"})
    Point.objects.update(plan_item=None, state="digging")
    again = team.post("/p/lumen/team/meeting/decide/", {"point": point, "state": "doing"})
    assert again.status_code == 409
    assert "(1 of 1)" in again.content.decode()


def test_what_was_said_no_to_is_not_asked_about_again(team: Client, town: Town) -> None:
    point = the_point()
    act(team, point, act="accept")
    said = {"point": point, "state": "declined", "reason": "The phone shows it already."}
    page = team.get("/p/lumen/team/meeting/").content.decode()
    assert f'<option value="{point}">' in page
    assert team.post("/p/lumen/team/meeting/decide/", said).status_code == 303
    page = team.get("/p/lumen/team/meeting/").content.decode()
    assert "The phone shows it already." in page
    assert f"/p/lumen/pains/{point}/" not in page
    assert f'<option value="{point}">' not in page


def test_those_who_asked_say_whether_it_is_gone(team: Client, town: Town) -> None:
    point = the_point()
    act(team, point, act="accept")
    asker = Member.objects.get(handle="everyone4")
    Asked.objects.create(point_id=point, member=asker, asked_at=AT)
    theirs = Client()
    theirs.force_login(asker)
    assert "Is it gone?" in theirs.get(f"/p/lumen/pains/{point}/").content.decode()
    sent = theirs.post(f"/p/lumen/pains/{point}/gone/", {"answer": "yes"})
    assert sent.status_code == 303
    assert Asked.objects.get().answer == "yes"


def test_the_list_asks_as_often_for_three_as_for_one(
    team: Client, town: Town, django_assert_num_queries: Any
) -> None:
    services.accept_point(actor_id=town.owner, point_id=the_point(), at=AT)
    team.get("/p/lumen/pains/")
    with django_assert_num_queries(N_LIST):
        team.get("/p/lumen/pains/")
    row = Point.objects.get()
    for cluster in (900, 901):
        row.pk, row.cluster = None, cluster
        row.save()
    with django_assert_num_queries(N_LIST):
        team.get("/p/lumen/pains/")
