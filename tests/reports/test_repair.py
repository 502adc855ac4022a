from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.journal.errors import NotAllowed, NotFound, Refused
from canyu.journal.queries import n_events
from canyu.products import services as products
from canyu.releases import queries as releases
from canyu.releases.services import publish_release
from canyu.reports import queries, services
from canyu.reports.errors import RepairRefused
from canyu.reports.models import Repair
from tests.builders import FRIDAY, WEDNESDAY, Town, draft, make_member, publish, put_change

DUE = date(2026, 12, 4)
HURT, ANSWER = {"en": "It is slow."}, {"en": "We undo it.", "zh-hans": "我们撤回。"}
STEPS = [{"en": "Undo"}, {"en": "Measure"}]
DAY = timedelta(days=1)


@pytest.fixture
def repair(town: Town) -> int:
    return open_repair(town)


def open_repair(town: Town, version: str = "5.2") -> int:
    """A repair of a change that `town.maker` made."""
    release_id = publish(town, 1, version=version)
    (change,) = releases.changes_of([release_id])
    row = Repair.objects.create(
        product_id=town.product,
        change_id=change.id,
        release_id=release_id,
        p_last=0.97,
        opened_at=WEDNESDAY,
    )
    return row.pk


def answer(town: Town, repair: int, **more: Any) -> None:
    services.answer_repair(
        **{
            "actor_id": town.maker,
            "repair_id": repair,
            "kind": "mend",
            "hurt": HURT,
            "answer": ANSWER,
            "due_on": DUE,
            "steps": STEPS,
            "at": WEDNESDAY,
            **more,
        }
    )


def seen(town: Town, repair: int) -> queries.RepairView:
    return queries.repair_of(repair, viewer_id=town.owner)


def test_a_repair_is_private_to_makers_and_owners_until_it_is_answered(
    town: Town, repair: int
) -> None:
    release_id = Repair.objects.get().release_id
    strangers = (None, make_member("ana"), town.other_maker)

    for viewer_id in (town.maker, town.owner):
        assert queries.repair_of(repair, viewer_id=viewer_id).state == "private"
        assert len(queries.repairs_of_release(release_id, viewer_id=viewer_id)) == 1
    for stranger in strangers:
        with pytest.raises(NotFound):
            queries.repair_of(repair, viewer_id=stranger)
        assert queries.repairs_of_release(release_id, viewer_id=stranger) == []
    assert queries.latest_repair(town.product) is None

    answer(town, repair)
    for viewer_id in strangers:
        assert queries.repair_of(repair, viewer_id=viewer_id).state == "answered"
        assert len(queries.repairs_of_release(release_id, viewer_id=viewer_id)) == 1
    assert queries.latest_repair(town.product) is not None


def test_whoever_left_the_team_sees_and_answers_no_more(town: Town, repair: int) -> None:
    products.remove_team_member(
        actor_id=town.owner, product_id=town.product, member_id=town.maker, at=FRIDAY
    )
    with pytest.raises(NotFound):
        queries.repair_of(repair, viewer_id=town.maker)
    with pytest.raises(NotAllowed):
        answer(town, repair)
    answer(town, repair, actor_id=town.owner)


def test_an_answer_says_what_hurt_what_is_done_and_by_when(town: Town, repair: int) -> None:
    answer(town, repair)

    found = seen(town, repair)
    assert (found.kind, found.hurt, found.answer, found.due_on) == ("mend", HURT, ANSWER, DUE)
    assert (found.answered_at, found.answered_by_id) == (WEDNESDAY, town.maker)
    assert [one.text for one in found.steps] == STEPS
    assert not found.is_late(DUE)
    assert found.is_late(DUE + DAY)
    assert n_events("RepairAnswered") == 1


def test_an_answer_may_be_put_in_other_words(town: Town, repair: int) -> None:
    answer(town, repair)
    first_step = seen(town, repair).steps[0]
    services.finish_step(
        actor_id=town.maker, repair_id=repair, step_id=first_step.id, at=WEDNESDAY + DAY
    )
    answer(
        town,
        repair,
        actor_id=town.owner,
        answer={"en": "We undo half of it."},
        steps=[{"en": "Ask"}, *STEPS, {"en": " "}],
        at=WEDNESDAY + 2 * DAY,
    )

    found = seen(town, repair)
    assert found.answer == {"en": "We undo half of it."}
    assert (found.answered_at, found.answered_by_id) == (WEDNESDAY, town.owner)
    assert [(one.text["en"], one.done_at) for one in found.steps] == [
        ("Ask", None),
        ("Undo", WEDNESDAY + DAY),
        ("Measure", None),
    ]
    assert n_events("RepairAnswered") == 1


def test_keeping_it_is_an_answer_that_settles_it(town: Town, repair: int) -> None:
    answer(town, repair, kind="keep", hurt={})

    found = seen(town, repair)
    assert (found.state, found.kind, found.due_on, found.steps) == ("done", "keep", None, ())
    assert found.done_at == WEDNESDAY
    assert queries.repairs_owed_by(town.maker, town.product) == []

    # Second thoughts: now it is mended after all, and no longer done.
    answer(town, repair, at=WEDNESDAY + DAY)
    found = seen(town, repair)
    assert (found.state, found.kind, found.due_on) == ("answered", "mend", DUE)
    assert len(found.steps) == 2


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"kind": "ignore"}, 400),
        ({"hurt": {}}, 400),
        ({"answer": {"en": " "}}, 400),
        ({"answer": {"en": "x" * 5_001}}, 413),
        ({"steps": [{"en": "x"}] * 13}, 400),
        ({"steps": [{"en": "x" * 501}]}, 413),
        ({"repair_id": 999}, 404),
    ],
)
def test_what_cannot_be_taken_leaves_the_answer_as_it_was(
    town: Town, repair: int, wrong: dict[str, Any], status: int
) -> None:
    with pytest.raises(Refused) as refusal:
        answer(town, **{"repair": repair, **_named(wrong)})
    assert refusal.value.status == status
    assert seen(town, repair).state == "private"

    answer(town, repair)
    before = seen(town, repair)
    with pytest.raises(Refused):
        answer(town, **{"repair": repair, **_named(wrong)})
    assert seen(town, repair) == before


def _named(wrong: dict[str, Any]) -> dict[str, Any]:
    return {"repair" if name == "repair_id" else name: value for name, value in wrong.items()}


def test_only_makers_of_the_change_and_owners_answer_and_finish(town: Town, repair: int) -> None:
    for actor_id in (make_member("ana"), town.other_maker):
        with pytest.raises(NotAllowed, match="the makers of this change and the owners"):
            answer(town, repair, actor_id=actor_id)
        with pytest.raises(NotAllowed):
            services.finish_repair(actor_id=actor_id, repair_id=repair, at=WEDNESDAY)
        with pytest.raises(NotAllowed):
            services.finish_step(actor_id=actor_id, repair_id=repair, step_id=1, at=WEDNESDAY)


def test_a_repair_is_done_when_all_is_done(town: Town, repair: int) -> None:
    with pytest.raises(RepairRefused, match="answer first") as refusal:
        services.finish_repair(actor_id=town.maker, repair_id=repair, at=WEDNESDAY)
    assert refusal.value.status == 409
    answer(town, repair)
    for day in (1, 2):
        services.finish_repair(actor_id=town.maker, repair_id=repair, at=WEDNESDAY + day * DAY)

    found = seen(town, repair)
    assert (found.state, found.done_at) == ("done", WEDNESDAY + DAY)
    assert {one.done_at for one in found.steps} == {WEDNESDAY + DAY}
    assert not found.is_late(DUE + DAY)
    assert n_events("RepairDone") == 1


def test_a_step_is_done_once_and_is_of_its_repair(town: Town, repair: int) -> None:
    answer(town, repair)
    other = open_repair(town, "5.3")
    (first, _) = seen(town, repair).steps
    for repair_id, day in ((other, 1), (repair, 2), (repair, 3)):
        services.finish_step(
            actor_id=town.maker, repair_id=repair_id, step_id=first.id, at=WEDNESDAY + day * DAY
        )

    assert [one.done_at for one in seen(town, repair).steps] == [WEDNESDAY + 2 * DAY, None]
    assert seen(town, repair).state == "answered"


@pytest.mark.parametrize("n_repairs", [1, 3])
def test_what_waits_for_one_takes_as_many_queries_for_one_as_for_three(
    town: Town, n_repairs: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(n_repairs):
        open_repair(town, f"5.{number}")

    for member_id, n_queries, n_owed in (
        (town.owner, 3, n_repairs),
        (town.maker, 6, n_repairs),
        (town.other_maker, 7, 0),
    ):
        with django_assert_num_queries(n_queries):
            assert len(queries.repairs_owed_by(member_id, town.product)) == n_owed
    assert queries.repairs_owed_by(make_member("ana"), town.product) == []


def test_what_waits_comes_the_oldest_first_and_stays_until_it_is_done(town: Town) -> None:
    first, second = open_repair(town, "5.2"), open_repair(town, "5.3")
    answer(town, first)
    assert [one.id for one in queries.repairs_owed_by(town.maker, town.product)] == [first, second]
    services.finish_repair(actor_id=town.maker, repair_id=first, at=WEDNESDAY)
    assert [one.id for one in queries.repairs_owed_by(town.maker, town.product)] == [second]


def test_several_makers_share_a_repair(town: Town) -> None:
    release_id = draft(town, 0)
    change_id = put_change(town, release_id, maker_ids=[town.maker, town.other_maker])
    Repair.objects.create(
        product_id=town.product,
        change_id=change_id,
        release_id=release_id,
        p_last=0.9,
        opened_at=FRIDAY,
    )
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    for maker_id in (town.maker, town.other_maker):
        assert len(queries.repairs_owed_by(maker_id, town.product)) == 1
