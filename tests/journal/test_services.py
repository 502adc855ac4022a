"""A fact is written with the rows it speaks of, and delivered once to whoever asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event as Signal

import pytest
from django.db import IntegrityError, transaction

from canyu.journal import services
from canyu.journal.events import DomainEvent
from canyu.journal.models import Delivery, Event
from canyu.journal.queries import n_deliveries_owed, n_events
from tests.builders import at_once

AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class LampLit(DomainEvent):
    lamp: int


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """What the subscriber `first` of lamps heard."""
    lamps: list[int] = []
    services.subscribe(LampLit, lambda event: lamps.append(event.lamp), subscriber="first")
    yield lamps
    services._subscriptions.pop("LampLit")


def light(lamp: int, *, at: datetime = AT) -> int:
    with transaction.atomic():
        return services.publish(LampLit(at=at, lamp=lamp))


@pytest.mark.django_db(transaction=True)
def test_nothing_is_published_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="LampLit"):
        services.publish(LampLit(at=AT, lamp=1))
    assert n_events("LampLit") == 0


@pytest.mark.django_db
def test_a_fact_without_subscribers_is_written_and_owed_to_nobody() -> None:
    row = Event.objects.get(pk=light(7))

    assert (row.name, row.at, row.payload["lamp"]) == ("LampLit", AT, 7)
    assert n_deliveries_owed() == 0


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_delivered_as_soon_as_its_transaction_is_through(heard: list[int]) -> None:
    with transaction.atomic():
        services.publish(LampLit(at=AT, lamp=1))
        assert heard == []

    assert heard == [1]
    assert n_deliveries_owed() == 0


@pytest.mark.django_db(transaction=True)
def test_a_fact_of_a_transaction_that_failed_never_was(heard: list[int]) -> None:
    @transaction.atomic
    def light_and_fail() -> None:
        services.publish(LampLit(at=AT, lamp=1))
        raise IntegrityError

    with pytest.raises(IntegrityError):
        light_and_fail()

    assert heard == []
    assert n_events("LampLit") == 0
    assert services.deliver_due(at=AT) == 0


@pytest.mark.django_db
def test_what_is_owed_is_delivered_once_and_in_order(heard: list[int]) -> None:
    for lamp in (1, 2, 3):
        light(lamp)

    assert services.deliver_due(at=AT) == 3
    assert services.deliver_due(at=AT) == 0
    assert heard == [1, 2, 3]


@pytest.mark.django_db
def test_a_round_delivers_no_more_than_its_limit(heard: list[int]) -> None:
    for lamp in (1, 2, 3):
        light(lamp)

    assert services.deliver_due(at=AT, limit=2) == 2
    assert heard == [1, 2]


@pytest.mark.django_db
def test_naming_a_subscriber_twice_changes_nothing(heard: list[int]) -> None:
    services.subscribe(LampLit, lambda event: heard.append(event.lamp), subscriber="first")
    light(1)
    services.deliver_due(at=AT)

    assert heard == [1]


@pytest.mark.django_db
def test_a_later_subscriber_hears_of_later_facts_only(heard: list[int]) -> None:
    later: list[int] = []
    light(1)
    services.subscribe(LampLit, lambda event: later.append(event.lamp), subscriber="second")
    light(2)
    services.deliver_due(at=AT)

    assert heard == [1, 2]
    assert later == [2]


@pytest.mark.django_db
def test_a_subscriber_that_is_gone_holds_nothing_up(heard: list[int]) -> None:
    light(1)
    services._subscriptions["LampLit"].clear()

    assert services.deliver_due(at=AT) == 1
    assert n_deliveries_owed() == 0
    assert heard == []


class FailsTwice:
    def __init__(self) -> None:
        self.heard: list[int] = []
        self.n_calls = 0

    def __call__(self, event: LampLit) -> None:
        self.n_calls += 1
        light(1000 + event.lamp)
        if self.n_calls <= 2:
            msg = f"no power for {event.lamp}"
            raise RuntimeError(msg)
        self.heard.append(event.lamp)


@pytest.mark.django_db
def test_a_failing_subscriber_is_tried_again_after_a_wait(
    heard: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    failing = FailsTwice()
    services.subscribe(LampLit, failing, subscriber="failing")
    light(5)

    assert services.deliver_due(at=AT) == 1
    assert heard == [5]
    owed = Delivery.objects.get(subscriber="failing")
    assert owed.attempts == 1
    assert owed.done_at is None
    assert owed.due_at == AT + 10 * SECOND
    assert owed.last_error == "RuntimeError: no power for 5"
    # What it had written before it failed is gone with it.
    assert n_events("LampLit") == 1

    assert services.deliver_due(at=AT + 9 * SECOND) == 0
    assert services.deliver_due(at=AT + 10 * SECOND) == 0
    assert failing.n_calls == 2
    assert services.deliver_due(at=AT + 29 * SECOND) == 0
    services.deliver_due(at=AT + 30 * SECOND)
    assert failing.n_calls == 3
    assert failing.heard == [5]
    assert n_events("LampLit") == 2
    assert "will be tried again" in caplog.text


@pytest.mark.django_db
def test_however_much_fails_what_is_new_is_delivered(
    heard: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(lamp: int) -> None:
        if lamp < 100:
            raise RuntimeError

    def hear(event: LampLit) -> None:
        fail(event.lamp)
        heard.append(event.lamp)

    services.subscribe(LampLit, hear, subscriber="first")
    for lamp in range(20):
        light(lamp)
    while Delivery.objects.filter(attempts=0).exists():
        assert services.deliver_due(at=AT, limit=8) == 0
    # All of them are due again at this moment, and stand before the new one.
    Delivery.objects.update(due_at=AT)
    light(100, at=AT + SECOND)

    assert services.deliver_due(at=AT + SECOND, limit=8) == 1
    assert heard == [100]
    # And those that failed longest ago had their turn beside it.
    assert Delivery.objects.filter(attempts=2).count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_told_later_is_left_to_the_worker(heard: list[int]) -> None:
    with transaction.atomic():
        services.publish(LampLit(at=AT, lamp=1), is_told_later=True)
    assert heard == []
    assert services.deliver_due(at=AT) == 1
    assert heard == [1]


@pytest.mark.postgresql
@pytest.mark.usefixtures("on_disk")
def test_what_another_node_is_at_is_passed_over(heard: list[int]) -> None:
    """Only so do two of them not wait for one another: a delivery may take a while."""
    is_at_it, may_end = Signal(), Signal()

    def take_long(event: LampLit) -> None:
        if event.lamp == 1:
            is_at_it.set()
            assert may_end.wait(10)
        heard.append(event.lamp)

    services.subscribe(LampLit, take_long, subscriber="first")
    with transaction.atomic():
        services.publish(LampLit(at=AT, lamp=1), is_told_later=True)

    def other_node() -> int:
        assert is_at_it.wait(10)
        with transaction.atomic():
            services.publish(LampLit(at=AT, lamp=2), is_told_later=True)
        try:
            return services.deliver_due(at=AT)
        finally:
            may_end.set()

    assert at_once(partial(services.deliver_due, at=AT), other_node) == [1, 1]
    assert heard == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_one_failing_subscriber_keeps_neither_the_others_nor_the_caller(
    heard: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    failing = FailsTwice()
    services.subscribe(LampLit, failing, subscriber="a failing one")
    light(5)

    assert heard == [5]
    assert failing.heard == []
    assert n_deliveries_owed() == 1
    assert n_events("LampLit") == 1


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_cannot_even_begin_is_left_for_later(
    heard: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Such as a store that is locked, right after the fact was committed.
    def locked() -> datetime:
        raise IntegrityError

    with monkeypatch.context() as patched:
        patched.setattr("canyu.journal.clock.now", locked)
        light(1)
    assert heard == []
    assert n_deliveries_owed() == 1

    assert services.deliver_due(at=AT) == 1
    assert heard == [1]


@pytest.mark.usefixtures("on_disk")
def test_two_deliverers_at_once_deliver_once(heard: list[int]) -> None:
    with transaction.atomic():
        for lamp in range(12):
            services.publish(LampLit(at=AT, lamp=lamp))
        # What is delivered after the commit is not what is tried here.
        transaction.get_connection().run_on_commit.clear()
    assert n_deliveries_owed() == 12

    done = at_once(*[partial(services.deliver_due, at=AT)] * 3)

    assert sorted(heard) == list(range(12))
    assert sum(one for one in done if isinstance(one, int)) == 12
    assert n_deliveries_owed() == 0
