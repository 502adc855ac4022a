"""Versions of what pages show: another after every commit that changed it, on every node."""

import inspect
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction

from canyu.journal.events import EVERYTHING, TALK, DomainEvent, shown_of_product
from canyu.journal.models import Version
from canyu.journal.queries import version_of
from canyu.journal.services import mark_changed, publish
from canyu.products.events import ProductChanged, RingChosen
from tests.builders import at_once, on_disk

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
__all__ = ["on_disk"]
ROOMS = (
    *("pictures", "members", "products", "remarks", "topics", "plan"),
    *("releases", "reports", "awards", "credits"),
)


@pytest.mark.django_db
def test_a_change_gives_another_version_and_others_keep_theirs() -> None:
    before = version_of(["one"]), version_of(["two"]), version_of(["one", "two"])
    mark_changed("one")
    after = version_of(["one"]), version_of(["two"]), version_of(["one", "two"])
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, True, False]
    assert version_of(["one"]) == after[0]


@pytest.mark.django_db
def test_no_version_comes_back_and_few_rows_are_kept() -> None:
    seen = set()
    for number in range(40):
        mark_changed(*("one", "two")[: 1 + number % 2])
        seen.add(version_of(["one", "two"]))
    assert len(seen) == 40
    assert Version.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_marked() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="one was marked"):
        mark_changed("one")


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_back_has_changed_nothing() -> None:
    before = version_of(["one"])
    with transaction.atomic():
        mark_changed("one")
        transaction.set_rollback(True)
    assert version_of(["one"]) == before


@pytest.mark.usefixtures("on_disk")
def test_who_change_the_same_at_once_wait_for_nobody_and_both_are_seen() -> None:
    def change() -> str:
        with transaction.atomic():
            mark_changed("one")
        seen = version_of(["one"])
        connection.close()
        return seen

    before = version_of(["one"])
    answers = at_once(*[change] * 4)
    assert all(isinstance(one, str) and one != before for one in answers), answers
    with transaction.atomic():
        mark_changed("one")
    assert version_of(["one"]) not in {before, *answers}
    assert Version.objects.filter(name="one").count() == 1


@pytest.mark.django_db
def test_a_fact_marks_its_product_and_a_person_s_own_marks_nothing() -> None:
    product, other = [shown_of_product(7)], [shown_of_product(8)]
    before = version_of(product), version_of(other)
    publish(RingChosen(at=AT, product_id=7, member_id=1, ring_key="weekly"))
    assert (version_of(product), version_of(other)) == before
    publish(ProductChanged(at=AT + timedelta(1), product_id=7, actor_id=1))
    assert version_of(product) != before[0]
    assert version_of(other) == before[1]


class SomethingHappened(DomainEvent):
    """A fact that says of no product and of nothing else what it changes."""


@pytest.mark.django_db
def test_a_fact_that_says_nothing_changes_everything() -> None:
    before = version_of([EVERYTHING, TALK])
    publish(SomethingHappened(at=AT))
    assert version_of([EVERYTHING, TALK]) != before


@pytest.mark.parametrize("room", ROOMS)
def test_every_fact_says_what_it_changes(room: str) -> None:
    facts = [
        one
        for _, one in inspect.getmembers(import_module(f"canyu.{room}.events"), inspect.isclass)
        if issubclass(one, DomainEvent) and one is not DomainEvent
    ]
    assert facts
    for fact in facts:
        says = fact.changes is not None or "product_id" in fact.__dataclass_fields__
        assert says, f"{fact.__name__} changes everything: say what it changes"
