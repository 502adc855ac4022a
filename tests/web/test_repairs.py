"""Repairs: private until answered, answered by makers and owners, ticked off in public."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from canyu.journal.services import deliver_due
from canyu.releases.queries import changes_of
from canyu.reports.queries import repair_of, repairs_of_release
from canyu.reports.rules import ReportCells
from canyu.reports.services import close_report, open_report
from tests.builders import (
    TUESDAY,
    WEDNESDAY,
    Town,
    fill_all,
    make_people,
    make_product,
    publish,
    town,
)

pytestmark = pytest.mark.django_db
__all__ = ["town"]

LATER = WEDNESDAY + timedelta(hours=1)
ANSWER = {
    "kind": "mend",
    "hurt_en": "We moved **undo**.",
    "hurt_zh": "我们挪了撤销。",
    "answer_en": "It is back. <script>alert(1)</script>",
    "answer_zh": "",
    "due_on": "2026-11-30",
    "step1_en": "Undo is back",
    "step1_zh": "撤销回来了",
    "step3_en": "Ask again",
}


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: LATER)


@pytest.fixture
def repair_id(town: Town) -> int:
    release_id = publish(town, 3)
    open_report(release_id=release_id, at=TUESDAY)
    ids = [change.id for change in changes_of([release_id])]
    people = make_people(town.product, 32)
    cells = ReportCells(best=ids[0], worst=ids[2])
    words = ReportCells(best=ids[0], worst=ids[2], why_worst="My hand misses it")
    fill_all(release_id, {one: words if one == people[0] else cells for one in people})
    close_report(release_id=release_id, at=WEDNESDAY)
    while deliver_due(at=LATER):
        pass
    return repairs_of_release(release_id, viewer_id=town.owner)[0].id


def page_of(repair_id: int, rest: str = "") -> str:
    return f"/p/lumen/repairs/{repair_id}/{rest}"


def sign_in(client: Client, member_id: int) -> None:
    client.force_login(get_user_model().objects.get(pk=member_id))


def test_before_the_answer_only_makers_and_owners_know_of_it(
    client: Client, town: Town, repair_id: int
) -> None:
    stranger = client.get(page_of(repair_id))
    assert stranger.status_code == 404
    assert "Change 3 of 5.2" not in stranger.content.decode()
    sign_in(client, town.other_maker)
    for url in (page_of(repair_id), page_of(repair_id, "answer/")):
        assert client.get(url).status_code == 404
    assert client.post(page_of(repair_id), {"action": "done"}).status_code == 404
    for member_id in (town.maker, town.owner):
        sign_in(client, member_id)
        assert (
            "Only its makers and the owners see this"
            in client.get(page_of(repair_id)).content.decode()
        )
        form = client.get(page_of(repair_id, "answer/")).content.decode()
        assert "My hand misses it" in form
        assert "everyone0" not in form


def test_the_answer_is_public_and_safe(client: Client, town: Town, repair_id: int) -> None:
    sign_in(client, town.maker)
    answer = client.post(page_of(repair_id, "answer/"), ANSWER)
    assert answer.status_code == 303
    assert answer["Location"] == page_of(repair_id)
    client.logout()
    page = client.get(page_of(repair_id)).content.decode()
    assert "We moved <strong>undo</strong>." in page
    assert "<script>alert" not in page
    assert "Promised for Monday 30 November." in page
    assert page.index("Undo is back") < page.index("Ask again")
    assert "mika" in page
    assert "This step is done" not in page
    assert 'href="/p/lumen/releases/5.2/results/"' in page
    results = client.get("/p/lumen/releases/5.2/results/").content.decode()
    assert f'href="{page_of(repair_id)}"' in results


def test_it_is_told_in_the_reader_s_language(client: Client, town: Town, repair_id: int) -> None:
    sign_in(client, town.maker)
    client.post(page_of(repair_id, "answer/"), ANSWER)
    client.logout()
    page = client.get(page_of(repair_id), headers={"accept-language": "zh-hans"}).content.decode()
    assert "我们挪了撤销。" in page
    assert 'lang="en"><p>It is back.' in page


def test_a_refused_answer_keeps_what_was_typed(client: Client, town: Town, repair_id: int) -> None:
    sign_in(client, town.maker)
    for change, told in (
        ({"answer_en": ""}, "say what hurt and what you do about it"),
        ({"answer_en": "x" * 5_001}, "characters fit in each text"),
        ({"kind": "shrug"}, "Select a valid choice"),
        ({"due_on": "tomorrow"}, "Enter a valid date"),
    ):
        answer = client.post(page_of(repair_id, "answer/"), {**ANSWER, **change})
        page = answer.content.decode()
        assert answer.status_code in {400, 413}, change
        assert told in page
        assert "Undo is back" in page
    assert repair_of(repair_id, viewer_id=town.maker).state == "private"


def test_what_was_answered_can_be_worded_anew(client: Client, town: Town, repair_id: int) -> None:
    sign_in(client, town.owner)
    client.post(page_of(repair_id, "answer/"), ANSWER)
    form = client.get(page_of(repair_id, "answer/")).content.decode()
    for typed in (
        "We moved **undo**.",
        "我们挪了撤销。",
        "2026-11-30",
        "Undo is back",
        "Ask again",
    ):
        assert typed in form
    client.post(page_of(repair_id, "answer/"), {**ANSWER, "kind": "keep", "step3_en": ""})
    found = repair_of(repair_id, viewer_id=None)
    assert (found.kind, found.state, len(found.steps)) == ("keep", "done", 0)
    page = client.get(page_of(repair_id)).content.decode()
    assert "They keep it as it is, because" in page
    assert "answered by olga" in page


def test_steps_are_ticked_off_and_then_all_of_it(
    client: Client, town: Town, repair_id: int
) -> None:
    sign_in(client, town.maker)
    client.post(page_of(repair_id, "answer/"), ANSWER)
    steps = repair_of(repair_id, viewer_id=None).steps
    answer = client.post(page_of(repair_id), {"action": "step", "step": steps[0].id})
    assert answer.status_code == 303
    done = [step.done_at is not None for step in repair_of(repair_id, viewer_id=None).steps]
    assert done == [True, False]
    page = client.get(page_of(repair_id)).content.decode()
    assert page.count("This step is done") == 1
    client.post(page_of(repair_id), {"action": "done"})
    assert repair_of(repair_id, viewer_id=None).state == "done"
    assert "Done on Wednesday 25 November." in client.get(page_of(repair_id)).content.decode()


@pytest.mark.parametrize(
    "sent",
    [{}, {"action": "burn"}, {"action": "step"}, {"action": "step", "step": "9" * 40}],
)
def test_odd_posts_are_refused(
    client: Client, town: Town, repair_id: int, sent: dict[str, str]
) -> None:
    sign_in(client, town.maker)
    assert client.post(page_of(repair_id), sent).status_code == 400


def test_done_before_the_answer_is_refused(client: Client, town: Town, repair_id: int) -> None:
    sign_in(client, town.maker)
    assert client.post(page_of(repair_id), {"action": "done"}).status_code == 409


def test_others_cannot_act_on_a_public_repair(client: Client, town: Town, repair_id: int) -> None:
    sign_in(client, town.maker)
    client.post(page_of(repair_id, "answer/"), ANSWER)
    client.logout()
    assert "/sign-in/" in client.post(page_of(repair_id), {"action": "done"})["Location"]
    assert client.get(page_of(repair_id, "answer/")).status_code == 302
    sign_in(client, town.other_maker)
    assert client.get(page_of(repair_id, "answer/")).status_code == 403
    assert client.post(page_of(repair_id, "answer/"), ANSWER).status_code == 403
    assert client.post(page_of(repair_id), {"action": "done"}).status_code == 403
    assert "All of it is done" not in client.get(page_of(repair_id)).content.decode()
    assert repair_of(repair_id, viewer_id=None).state == "answered"


def test_a_promise_past_its_day_is_late_with_names(
    client: Client, town: Town, repair_id: int, monkeypatch: Any
) -> None:
    sign_in(client, town.maker)
    client.post(page_of(repair_id, "answer/"), ANSWER)
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: LATER.replace(month=12, day=3))
    page = client.get(page_of(repair_id)).content.decode()
    assert "3 days late" in page
    assert "mika" in page.split("3 days late", maxsplit=1)[1]


def test_it_is_found_only_at_its_own_product(client: Client, town: Town, repair_id: int) -> None:
    make_product(town.owner, "other", at=LATER)
    sign_in(client, town.owner)
    for rest in ("", "answer/"):
        assert client.get(f"/p/other/repairs/{repair_id}/{rest}").status_code == 404
    assert client.post(f"/p/other/repairs/{repair_id}/", {"action": "done"}).status_code == 404
    assert client.get(page_of(repair_id + 999)).status_code == 404


@pytest.mark.parametrize("n_steps", [1, 3])
def test_the_page_asks_the_store_the_same_whatever_its_steps(
    client: Client, town: Town, repair_id: int, django_assert_num_queries: Any, n_steps: int
) -> None:
    sign_in(client, town.maker)
    steps = {f"step{number}_en": f"Step {number}" for number in range(1, n_steps + 1)}
    said = {name: text for name, text in ANSWER.items() if not name.startswith("step")}
    client.post(page_of(repair_id, "answer/"), {**said, **steps})
    client.logout()
    with django_assert_num_queries(10):
        client.get(page_of(repair_id))
