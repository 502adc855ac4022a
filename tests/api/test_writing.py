"""What programs may do with a member's key, and what they may not."""

import json
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from canyu.members.queries import keys_of
from canyu.members.services import deactivate_member, revoke_key
from canyu.products import queries as products
from canyu.products.services import add_area, add_makers, choose_ring
from canyu.releases.queries import release_of
from canyu.reports.services import close_report
from canyu.topics import queries as topics
from canyu.topics.services import raise_topic
from tests.api.programs import Program, program_of, refusal_in, set_clock
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    Town,
    make_member,
    make_people,
    make_product,
    open_week,
    publish,
)

REPORT = "/products/lumen/releases/5.2/report"
EXPOSURE = "/products/lumen/exposure"
TOPICS = "/products/lumen/topics"
RING = "/products/lumen/ring"
ROW = {"week": "2026-11-18", "ring": "everyone", "n_people": 1200}


@pytest.fixture
def reader(town: Town) -> Program:
    """In the ring of everyone, with a report open."""
    open_week(town, 8)
    (one,) = make_people(town.product, 1)
    return program_of(one)


@pytest.fixture
def neighbour(town: Town) -> Program:
    """In the team and in a ring of another product."""
    product = make_product(town.owner, "kettle")
    member_id = make_member("ned")
    add_makers(actor_id=town.owner, product_id=product, member_ids=[member_id], at=FRIDAY)
    choose_ring(actor_id=member_id, product_id=product, ring_key="everyone", at=FRIDAY)
    return program_of(member_id)


def cells_for(screen: dict[str, Any], **more: Any) -> dict[str, Any]:
    first, *_others, last = screen["changes"]
    return {"token": screen["token"], "best": first["id"], "worst": last["id"], **more}


# ----------------------------------------------------------------------------- keys


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", REPORT), ("PUT", REPORT), ("POST", EXPOSURE), ("POST", TOPICS), ("POST", RING)],
)
def test_writing_needs_a_key(town: Town, stranger: Program, method: str, path: str) -> None:
    answer = stranger.send(method, path, "{}")
    assert "Authorization: Bearer" in refusal_in(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer canyu_no", "Bearer", "Bearer ", "Basic b2xnYTo=", "x"])
@pytest.mark.parametrize("path", ["/products", REPORT])
def test_a_key_that_opens_nothing_is_refused(town: Town, header: str, path: str) -> None:
    program = Program()
    program.headers = {"Authorization": header}
    refusal_in(program.get(path), 401)


def test_a_key_taken_back_opens_nothing(town: Town, member: Program) -> None:
    member_id = topics_author(member)
    (key,) = keys_of(member_id)
    revoke_key(actor_id=member_id, key_id=key.id, at=TUESDAY)
    refusal_in(member.get("/products"), 401)


def topics_author(program: Program) -> int:
    """Whose key it is, as the product knows them."""
    raised = program.post(TOPICS, {"kind": "praise", "title": "Thank you"})
    return topics.topic_of(raised.json()["id"], at=TUESDAY).author_id


def test_the_key_of_somebody_who_left_opens_nothing(town: Town, member: Program) -> None:
    member_id = topics_author(member)
    deactivate_member(actor_id=member_id, member_id=member_id, at=TUESDAY)
    refusal_in(member.post(TOPICS, {"kind": "praise", "title": "Again"}), 401)


def test_a_session_opens_nothing_here(town: Town) -> None:
    """Else a page elsewhere could write in the name of whoever is signed in."""
    browser = Client()
    browser.force_login(
        get_user_model().objects.get(pk=town.owner), "django.contrib.auth.backends.ModelBackend"
    )
    answer = browser.post(
        f"/api/v1{TOPICS}", {"kind": "idea", "title": "a"}, content_type="application/json"
    )
    refusal_in(answer, 401)


def test_a_key_needs_no_csrf_token(town: Town, owner: Program) -> None:
    owner.client = Client(enforce_csrf_checks=True)
    assert owner.post(TOPICS, {"kind": "idea", "title": "A title"}).status_code == 201


# --------------------------------------------------------------------------- reports


def test_a_report_is_read_filled_and_read_again(town: Town, reader: Program) -> None:
    screen = reader.get(REPORT).json()
    assert (screen["n_judged"], len(screen["changes"]), screen["revision"]) == (8, 5, 0)
    assert screen["cells"] == {
        "mood": "", "best": None, "worst": None, "untried": [], "wanted_item": None,
        "wanted": "", "why_best": "", "why_worst": "",
    }  # fmt: skip
    answer = reader.put(
        REPORT, cells_for(screen, mood="scream", why_best="Evenings saved.", base_revision=0)
    )
    assert (answer.status_code, answer.json()) == (200, {"revision": 1})
    again = reader.get(REPORT).json()
    assert [one["id"] for one in again["changes"]] == [one["id"] for one in screen["changes"]]
    assert again["revision"] == 1
    assert again["cells"]["mood"] == "scream"
    assert again["cells"]["why_best"] == "Evenings saved."
    assert reader.put(REPORT, cells_for(again, mood="sigh")).json() == {"revision": 2}


def test_an_older_page_does_not_write_over_a_newer_report(town: Town, reader: Program) -> None:
    screen = reader.get(REPORT).json()
    reader.put(REPORT, cells_for(screen, mood="smile", base_revision=0))
    refusal_in(reader.put(REPORT, cells_for(screen, mood="sigh", base_revision=0)), 409)
    assert reader.get(REPORT).json()["cells"]["mood"] == "smile"


def test_a_report_that_is_not_open_is_not_there(town: Town) -> None:
    publish(town, 3)
    (one,) = make_people(town.product, 1)
    assert "not open" in refusal_in(program_of(one).get(REPORT), 404)


def test_a_closed_report_takes_nothing_more(town: Town, reader: Program) -> None:
    screen = reader.get(REPORT).json()
    close_report(release_id=release_of(town.product, "5.2").id, at=WEDNESDAY)
    assert "closed" in refusal_in(reader.put(REPORT, cells_for(screen)), 409)
    refusal_in(reader.get(REPORT), 404)


def test_a_token_does_not_last_for_ever(town: Town, reader: Program) -> None:
    screen = reader.get(REPORT).json()
    set_clock(WEDNESDAY.replace(month=12))
    refusal_in(reader.put(REPORT, cells_for(screen)), 410)


def test_who_is_in_no_ring_is_not_asked(town: Town, reader: Program, member: Program) -> None:
    assert "no ring" in refusal_in(member.get(REPORT), 403)


def test_a_member_of_another_product_is_not_asked(
    town: Town, reader: Program, neighbour: Program
) -> None:
    refusal_in(neighbour.get(REPORT), 403)
    refusal_in(neighbour.put(REPORT, cells_for(reader.get(REPORT).json())), 403)
    refusal_in(neighbour.get(REPORT.replace("lumen", "kettle")), 404)


def test_a_token_serves_its_own_member_and_release_only(town: Town, reader: Program) -> None:
    screen = reader.get(REPORT).json()
    (other,) = make_people(town.product, 1, prefix="other")
    refusal_in(program_of(other).put(REPORT, cells_for(screen)), 403)
    publish(town, 3, version="5.1", at=FRIDAY)
    elsewhere = REPORT.replace("5.2", "5.1")
    assert "another release" in refusal_in(reader.put(elsewhere, cells_for(screen)), 400)
    assert reader.get(REPORT).json()["revision"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "x"},
        {"token": "x.y"},
        {"token": "é.\u2028"},
        {"token": ""},
        {"token": None},
        {"best": 10**9},
        {"best": 2**63},
        {"best": 0},
        {"best": "1"},
        {"best": True},
        {"best": 1.0},
        {"untried": [10**9]},
        {"untried": [1] * 61},
        {"wanted_item": 77},
        {"mood": "glad"},
        {"mood": None},
        {"wanted": "\ud800"},
        {"why_best": "x" * 100_001},
        {"base_revision": "0"},
        {"liked": 1},
    ],
    ids=str,
)
def test_cells_that_cannot_be_taken(town: Town, reader: Program, wrong: dict[str, Any]) -> None:
    screen = reader.get(REPORT).json()
    refusal_in(reader.put(REPORT, cells_for(screen, **wrong)), 400)
    assert reader.get(REPORT).json()["revision"] == 0


def test_best_and_worst_cannot_be_one(town: Town, reader: Program) -> None:
    screen = reader.get(REPORT).json()
    first = screen["changes"][0]["id"]
    assert "two different" in refusal_in(reader.put(REPORT, cells_for(screen, worst=first)), 400)
    empty = {"token": screen["token"]}
    assert "four cells are empty" in refusal_in(reader.put(REPORT, empty), 400)


def test_words_that_are_too_long_are_said_to_be(town: Town, reader: Program) -> None:
    screen = reader.get(REPORT).json()
    refusal_in(reader.put(REPORT, cells_for(screen, wanted="x" * 1_001)), 413)
    refusal_in(reader.put(REPORT, cells_for(screen, wanted="x" * 3_000_000)), 413)
    assert reader.get(REPORT).json()["revision"] == 0


# ------------------------------------------------------------------------ exposure


def test_the_team_tells_the_exposure(town: Town, owner: Program) -> None:
    rows = [ROW, {**ROW, "version": "5.2", "device": "phone", "n_people": 900}]
    assert owner.post(EXPOSURE, {"rows": rows}).json() == {"n_rows": 2}
    (told,) = products.exposure_of(town.product, "5.2")
    assert (told.week, told.n_people, told.device) == (date(2026, 11, 16), 900, "phone")
    owner.post(EXPOSURE, {"rows": [{**rows[1], "n_people": 950}]})
    assert [one.n_people for one in products.exposure_of(town.product, "5.2")] == [950]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ring": "nightly"},
        {"week": "yesterday"},
        {"week": 20261116},
        {"n_people": -1},
        {"n_people": 10**13},
        {"n_people": "12"},
        {"n_people": 1.5},
        {"n_people": None},
        {"device": "x" * 65},
        {"device": "\0"},
        {"version": "\ud800"},
        {"people": 3},
        {},
    ],
    ids=str,
)
def test_a_row_that_cannot_be_taken_leaves_all_out(
    town: Town, owner: Program, wrong: dict[str, Any]
) -> None:
    """The empty one tells the same twice."""
    answer = owner.post(EXPOSURE, {"rows": [ROW, {**ROW, **wrong}]})
    refusal_in(answer, 400)
    assert answer.json()["problems"][0]["row"] == 2
    assert products.exposure_of(town.product, "") == []


def test_exposure_is_told_by_the_own_team_only(
    town: Town, reader: Program, member: Program, neighbour: Program
) -> None:
    for who in (reader, member, neighbour):
        refusal_in(who.post(EXPOSURE, {"rows": [ROW]}), 403)
    assert products.exposure_of(town.product, "") == []


def test_too_many_rows_are_sent_in_parts(town: Town, owner: Program) -> None:
    row = {"week": "2026-11-18", "ring": "everyone", "n_people": 1}
    assert "in parts" in refusal_in(owner.post(EXPOSURE, {"rows": [row] * 20_001}), 413)


# --------------------------------------------------------------------------- topics


def test_a_topic_is_raised(town: Town, member: Program) -> None:
    add_area(
        actor_id=town.owner, product_id=town.product, slug="paper", name={"en": "Paper"}, at=FRIDAY
    )
    answer = member.post(
        TOPICS,
        {
            "kind": "trouble",
            "title": " It  hums ",
            "words": "At night.",
            "language": "en",
            "area": "paper",
        },
    )
    assert answer.status_code == 201
    said = answer.json()
    assert (said["title"], said["n_voices"], said["status"]) == ("It hums", 1, "received")
    assert said["author"]["handle"] == "su"
    assert said["keeper"] is not None
    assert member.get(TOPICS).json()["topics"] == [said]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"kind": "vote"}, 400),
        ({"title": ""}, 400),
        ({"title": "\0"}, 400),
        ({"title": "x" * 201}, 413),
        ({"words": "x" * 10_001}, 413),
        ({"words": "x" * 100_001}, 400),
        ({"language": "english, please"}, 400),
        ({"area": "nowhere"}, 400),
        ({"author": "olga"}, 400),
    ],
    ids=str,
)
def test_a_topic_that_cannot_be_taken(
    town: Town, member: Program, wrong: dict[str, Any], status: int
) -> None:
    refusal_in(member.post(TOPICS, {"kind": "idea", "title": "A title", **wrong}), status)
    assert member.get(TOPICS).json()["topics"] == []


def test_a_voice_counts_once(town: Town, member: Program, owner: Program) -> None:
    topic_id = owner.post(TOPICS, {"kind": "idea", "title": "A title"}).json()["id"]
    path = f"{TOPICS}/{topic_id}/voice"
    assert member.post(path, {"words": "Every day."}).json() == {"is_new": True, "n_voices": 2}
    assert member.send("POST", path, "").json() == {"is_new": False, "n_voices": 2}
    refusal_in(member.post(path, {"words": "x" * 501}), 413)


def test_a_topic_of_another_product_is_not_there(town: Town, neighbour: Program) -> None:
    topic_id = raise_topic(
        member_id=town.owner,
        product_id=town.product,
        kind="idea",
        title="A title",
        words="",
        at=FRIDAY,
    )
    refusal_in(neighbour.post(f"/products/kettle/topics/{topic_id}/voice"), 404)
    for strange in ("0", "-1", "x", str(2**63), "9" * 5_000):
        assert neighbour.post(f"{TOPICS}/{strange}/voice").status_code in {400, 404}
    assert topics.topic_of(topic_id, at=FRIDAY).n_voices == 1


# ---------------------------------------------------------------------------- rings


def test_a_ring_is_chosen_with_device_and_version(town: Town, member: Program) -> None:
    said = member.post(RING, {"ring": "weekly", "device": "phone", "version": "5.1"}).json()
    assert said == {"ring": "weekly", "device": "phone", "version": "5.1"}
    # What is left out stays as it is.
    said = member.post(RING, {"ring": "everyone", "version": "5.2"}).json()
    assert said == {"ring": "everyone", "device": "phone", "version": "5.2"}


def test_a_device_that_cannot_be_taken_leaves_the_ring_as_it_was(
    town: Town, member: Program
) -> None:
    member.post(RING, {"ring": "weekly"})
    refusal_in(member.post(RING, {"ring": "everyone", "device": "x" * 65}), 400)
    assert member.post(RING, {"ring": "weekly"}).json()["ring"] == "weekly"
    assert products.n_ring_members(town.product) == {"daily": 0, "weekly": 1, "everyone": 0}


def test_a_ring_by_invitation_stays_shut(town: Town, member: Program) -> None:
    refusal_in(member.post(RING, {"ring": "daily"}), 403)
    refusal_in(member.post(RING, {"ring": "nightly"}), 404)
    refusal_in(member.post(RING, {"ring": "\0"}), 404)


# ---------------------------------------------------------------- whatever is sent


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, 2**63, -(2**63) - 1, 10**30])
    | st.floats()
    | st.text(max_size=20)
    | st.text(st.characters(codec=None), max_size=5)
    | st.sampled_from(["", "idea", "everyone", "weekly", "2026-11-18", "smile", "\0", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["week", "ring", "n_people"]) | st.text(max_size=5), inner
        )
    ),
    max_leaves=8,
)
FIELDS = [
    "token", "mood", "best", "worst", "untried", "wanted_item", "wanted", "why_best", "why_worst",
    "base_revision", "rows", "kind", "title", "words", "language", "area", "ring", "device",
    "version",
]  # fmt: skip
bodies = st.dictionaries(st.sampled_from(FIELDS), values, max_size=6) | values


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=bodies, raw=st.binary(max_size=30) | st.none())
@example(body=None, raw=b"[" * 100_000)
@example(body={}, raw=b'{"best": ' + b"9" * 5_000 + b"}")
@example(body={"title": "\ud800"}, raw=None)
@example(body={"kind": "idea", "title": "1", "area": "\ud800"}, raw=None)
@example(body={"ring": "\ud800"}, raw=None)
@example(body={"token": "é."}, raw=None)
def test_whatever_is_sent_is_taken_or_refused(
    town: Town, owner: Program, body: object, raw: bytes | None
) -> None:
    """Never a fault of ours: the client of these tests would raise it."""
    token = _token_of(owner, town)
    for method, path in (
        ("POST", EXPOSURE),
        ("POST", TOPICS),
        ("POST", f"{TOPICS}/1/voice"),
        ("POST", RING),
        ("PUT", REPORT),
    ):
        answer = owner.send(method, path, raw if raw is not None else json.dumps(body))
        _is_taken_or_refused(answer)
    # The same with what each needs, so that the rest of it is looked at.
    if isinstance(body, dict) and raw is None:
        for method, path, needed in (
            ("POST", EXPOSURE, {"rows": [{**ROW, **body}]}),
            ("POST", TOPICS, {"kind": "idea", "title": "A title", **_some(body, "words area")}),
            ("POST", RING, {"ring": "weekly", **_some(body, "ring device version")}),
            ("PUT", REPORT, {**_some(body, "mood best worst untried wanted"), "token": token}),
        ):
            _is_taken_or_refused(owner.send(method, path, json.dumps(needed)))


def _token_of(owner: Program, town: Town) -> str:
    if owner.get(REPORT).status_code == 404:
        open_week(town, 3)
    return str(owner.get(REPORT).json()["token"])


def _some(body: dict[str, Any], names: str) -> dict[str, Any]:
    return {name: body[name] for name in names.split() if name in body}


def _is_taken_or_refused(answer: Any) -> None:
    assert 200 <= answer.status_code < 500
    if answer.status_code >= 400:
        refusal_in(answer, answer.status_code)
    # A browser that shows the answer can do so, and so can every strict parser.
    answer.content.decode("utf-8")
    json.loads(answer.content)
