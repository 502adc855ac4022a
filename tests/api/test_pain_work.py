"""Programs of the team work on pain points; programs of others are told no."""

from typing import Any

import pytest

from canyu.painpoints import services
from canyu.painpoints.models import Asked, DigNote, Proposal, Wording
from tests.api.programs import Program, program_of, refusal_in
from tests.api.test_pains import PATH, accept, suggest
from tests.api.test_reading import n_queries
from tests.builders import FRIDAY, Town, make_member

pytestmark = pytest.mark.django_db


def work(who: Program, point_id: int, act: str, **more: Any) -> Any:
    return who.post(f"{PATH}/{point_id}/work", {"act": act, **more})


def test_the_team_sees_all_of_it_and_chooses(town: Town, owner: Program) -> None:
    point_id = suggest(town, 4)
    first: Any = Wording.objects.order_by("id").first()
    Wording.objects.filter(pk=first.pk).update(kind="why_worst")
    said = owner.get(f"{PATH}/{point_id}/work").json()
    assert len(said["said"]) == 4
    assert [one["author"] is None for one in said["said"]].count(True) == 1
    chosen = [one["id"] for one in said["said"]][:3]
    answer = work(owner, point_id, "accept", said=chosen).json()
    assert (answer["standing"], answer["n_voices"]) == ("accepted", 3)
    again = owner.get(f"{PATH}/{point_id}/work").json()
    assert [one["verb"] for one in again["decisions"]] == ["accept"]
    assert {one["id"] for one in again["said"]} == set(chosen)


def test_it_is_digged_named_and_given_to_somebody(town: Town, owner: Program) -> None:
    point_id = accept(town)
    assert work(owner, point_id, "note", kind="learned", words="It is the cap.").status_code == 200
    assert work(owner, point_id, "rename", name="One tap", language="en").json()["name"] == {
        "en": "One tap"
    }
    handle = owner.get(f"{PATH}/{point_id}/work").json()["notes"][0]["author"]["handle"]
    changed = work(owner, point_id, "change", keeper=handle, size="small", state="digging").json()
    assert (changed["keeper"]["handle"], changed["size"]) == (handle, "small")
    assert work(owner, point_id, "see").status_code == 200
    refusal_in(work(owner, point_id, "change", keeper="nobody", size="", state="digging"), 404)
    refusal_in(work(owner, point_id, "change", keeper=handle, size="", state="shipped"), 400)


def test_a_part_becomes_its_own_and_comes_back(town: Town, owner: Program) -> None:
    point_id = accept(town, 4)
    said = [one["id"] for one in owner.get(f"{PATH}/{point_id}/work").json()["said"]]
    part = work(owner, point_id, "split", said=said[:2], name="The other half").json()
    assert (part["id"] != point_id, part["n_voices"]) == (True, 2)
    refusal_in(work(owner, point_id, "split", said=said[2:], name="All"), 400)
    joined = work(owner, point_id, "join", other=part["id"]).json()
    assert (joined["id"], joined["n_voices"]) == (point_id, 4)
    refusal_in(work(owner, point_id, "join", other=point_id), 400)


def test_the_meeting_decides_and_the_plan_says_so(town: Town, owner: Program) -> None:
    point_id = accept(town)
    said = work(owner, point_id, "decide", state="planned", due_version="9.0").json()
    items = owner.get("/products/lumen/plan").json()["items"]
    assert [(one["id"], one["due_version"]) for one in items] == [(said["plan_item_id"], "9.0")]
    other = accept(town)
    bound = work(owner, other, "bind", plan_item=said["plan_item_id"]).json()
    assert bound["state"] == "planned"
    no = {"state": "declined", "reason": {"en": "It would cost the quiet of it."}}
    assert work(owner, other, "decide", **no).status_code == 200
    refusal_in(work(owner, other, "bind", plan_item=10**6), 404)


def test_what_a_night_proposed_is_answered_once(town: Town, owner: Program) -> None:
    point_id, other_id = accept(town), accept(town)
    row = Proposal.objects.create(
        point_id=point_id, other_id=other_id, kind="join", wordings=[], found_at=FRIDAY
    )
    (told,) = owner.get(f"{PATH}/{point_id}/work").json()["proposals"]
    assert (told["id"], told["other_id"]) == (row.pk, other_id)
    refusal_in(work(owner, other_id + 10**6, "answer", proposal=row.pk, is_so=False), 404)
    assert work(owner, point_id, "answer", proposal=row.pk, is_so=False).status_code == 200
    refusal_in(work(owner, point_id, "answer", proposal=row.pk, is_so=True), 404)


def test_dismissed_it_is_told_why(town: Town, owner: Program, stranger: Program) -> None:
    point_id = suggest(town)
    refusal_in(work(owner, point_id, "dismiss", reason=" "), 400)
    assert work(owner, point_id, "dismiss", reason="Spam.").json()["reason"] == "Spam."
    refusal_in(stranger.get(f"{PATH}/{point_id}"), 403)


def test_others_are_told_no_and_nothing_changes(town: Town, stranger: Program) -> None:
    point_id = accept(town)
    member = program_of(make_member("su"))
    refusal_in(work(stranger, point_id, "note", kind="tried", words="It."), 401)
    refusal_in(work(member, point_id, "note", kind="tried", words="It."), 403)
    for one in (stranger, member):
        refusal_in(one.get(f"{PATH}/{point_id}/work"), 403)
    assert not DigNote.objects.exists()


def test_what_cannot_be_read_is_refused(town: Town, owner: Program) -> None:
    point_id = accept(town)
    for body in (
        None,
        {},
        {"act": "burn"},
        {"act": "note", "kind": "x", "words": "a"},
        {"act": "note", "kind": "tried", "words": " "},
        {"act": "split", "said": [], "name": "a"},
        {"act": "accept", "said": ["1"]},
        {"act": "see", "more": 1},
        {"act": "join", "other": 2**70},
    ):
        refusal_in(owner.post(f"{PATH}/{point_id}/work", body), 400)
    assert work(owner, point_id, "note", kind="tried", words="a\0b").status_code == 200


def test_only_those_who_asked_say_whether_it_is_gone(town: Town, owner: Program) -> None:
    point_id = accept(town)
    asker = make_member("asker")
    Asked.objects.create(point_id=point_id, member_id=asker, asked_at=FRIDAY)
    said = program_of(asker).post(f"{PATH}/{point_id}/gone", {"answer": "yes"})
    assert said.status_code == 200
    assert Asked.objects.get().answer == "yes"
    refusal_in(owner.post(f"{PATH}/{point_id}/gone", {"answer": "no"}), 403)
    refusal_in(owner.post(f"{PATH}/{point_id}/gone", {"answer": "perhaps"}), 400)


@pytest.mark.parametrize("n_rows", [1, 3])
def test_the_work_costs_the_same_however_much(town: Town, owner: Program, n_rows: int) -> None:
    point_id = accept(town, n_rows)
    for n in range(n_rows):
        services.note_dig(
            actor_id=town.owner, point_id=point_id, kind="tried", words=f"{n}", at=FRIDAY
        )
    assert n_queries(owner, f"{PATH}/{point_id}/work") == 17
