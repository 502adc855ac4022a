"""Programs read a topic with what was said, speak, and say what became of it."""

import pytest

from canyu.topics import services
from tests.api.programs import Program, program_of, refusal_in
from tests.api.test_reading import n_queries
from tests.builders import FRIDAY, Town, make_member

pytestmark = pytest.mark.django_db
TOPICS = "/products/lumen/topics"


@pytest.fixture
def asker(town: Town) -> int:
    return make_member("asker")


@pytest.fixture
def here(town: Town, asker: int) -> str:
    topic_id = services.raise_topic(
        member_id=asker,
        product_id=town.product,
        kind="question",
        title="How do I take a screenshot?",
        words="",
        language="en",
        at=FRIDAY,
    )
    return f"{TOPICS}/{topic_id}"


def test_somebody_answers_and_the_asker_says_that_it_is_solved(
    here: str, asker: int, owner: Program, stranger: Program
) -> None:
    said = owner.post(f"{here}/remarks", {"text": "Hold both keys."})
    assert said.status_code == 201
    answer = said.json()
    assert (answer["is_answer"], answer["parent_id"]) == (True, None)
    reply = program_of(asker).post(f"{here}/remarks", {"text": "Oh!", "parent": answer["id"]})
    assert reply.json()["parent_id"] == answer["id"]
    solved = program_of(asker).put(f"{here}/solved", {"is_solved": True, "remark": answer["id"]})
    assert solved.json()["solution_id"] == answer["id"]
    told = stranger.get(here).json()
    assert [one["text"] for one in told["remarks"]] == ["Hold both keys.", "Oh!"]
    assert told["solved_at"] is not None
    again = program_of(asker).put(f"{here}/solved", {"is_solved": False}).json()
    assert (again["solved_at"], again["solution_id"]) == (None, None)


def test_the_team_gives_a_status_and_nobody_else(
    here: str, town: Town, owner: Program, stranger: Program
) -> None:
    other = program_of(make_member("other"))
    no = {"status": "declined", "reason": "It would make every start slower."}
    refusal_in(other.put(f"{here}/status", no), 403)
    refusal_in(stranger.put(f"{here}/status", no), 401)
    refusal_in(owner.put(f"{here}/status", {"status": "declined"}), 400)
    assert owner.put(f"{here}/status", no).json()["reason"] == no["reason"]
    refusal_in(other.put(f"{here}/solved", {"is_solved": True}), 403)


def test_what_is_locked_hidden_or_elsewhere_is_refused(
    here: str, town: Town, owner: Program, asker: int, stranger: Program
) -> None:
    topic_id = int(here.rpartition("/")[2])
    other = program_of(make_member("other"))
    services.lock_topic(
        actor_id=town.owner, topic_id=topic_id, is_locked=True, reason="Enough.", at=FRIDAY
    )
    refusal_in(other.post(f"{here}/remarks", {"text": "More."}), 409)
    services.hide_topic(actor_id=town.owner, topic_id=topic_id, reason="Spam.", at=FRIDAY)
    refusal_in(stranger.get(here), 404)
    refusal_in(other.get(here), 404)
    assert program_of(asker).get(here).status_code == owner.get(here).status_code == 200
    refusal_in(stranger.get(f"{TOPICS}/{topic_id + 1}"), 404)


def test_what_cannot_be_read_is_refused(here: str, owner: Program) -> None:
    for path, body in (
        ("remarks", {}),
        ("remarks", {"text": " "}),
        ("remarks", {"text": 7}),
        ("remarks", {"text": "a", "parent": "1"}),
    ):
        refusal_in(owner.post(f"{here}/{path}", body), 400)
    for path, body in (("solved", {"is_solved": 1}), ("status", {"status": "burnt"})):
        refusal_in(owner.put(f"{here}/{path}", body), 400)
    assert owner.post(f"{here}/remarks", {"text": "a\0b"}).status_code == 201


@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_topic_costs_the_same_however_much_is_said(
    here: str, owner: Program, stranger: Program, n_rows: int
) -> None:
    for n in range(n_rows):
        owner.post(f"{here}/remarks", {"text": f"{n}"})
    assert n_queries(stranger, here) == 5
