"""Writing facts down and telling those who asked to be told."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from canyu.journal import clock
from canyu.journal.events import DomainEvent
from canyu.journal.models import Delivery, Event, Version
from canyu.journal.rules import next_attempt_at

log = logging.getLogger(__name__)
E_ = TypeVar("E_", bound=DomainEvent)


@dataclass(frozen=True)
class Subscription:
    """Who wants to hear of which fact."""

    subscriber: str
    event_class: type[DomainEvent]
    handle: Callable[[Any], None]


# Filled once at start by config/subscriptions.py, read-only afterwards.
_subscriptions: dict[str, dict[str, Subscription]] = {}


def subscribe(event_class: type[E_], handle: Callable[[E_], None], *, subscriber: str) -> None:
    """Register `handle` for every future event of this class; naming it twice changes nothing.

    `handle` runs in a transaction of its own, together with the mark that it is done, so what
    it writes to the database happens exactly once; it must still bear being called again.
    """
    by_name = _subscriptions.setdefault(event_class.event_name(), {})
    by_name[subscriber] = Subscription(subscriber, event_class, handle)


def publish(event: DomainEvent) -> int:
    """Write a fact into the journal, in the caller's transaction; return its id.

    Raises `TransactionManagementError` outside a transaction: a fact without the rows that it
    speaks of, or the other way round, must not be possible.
    """
    if not transaction.get_connection().in_atomic_block:
        msg = f"{event.event_name()} was published outside a transaction"
        raise transaction.TransactionManagementError(msg)
    mark_changed(*event.changed())
    row = Event.objects.create(name=event.event_name(), at=event.at, payload=event.to_payload())
    subscriptions = _subscriptions.get(event.event_name(), {})
    if subscriptions:
        Delivery.objects.bulk_create(
            Delivery(event=row, subscriber=name, due_at=event.at) for name in subscriptions
        )
        # Robust: the fact stands already, so that a caller must not see the telling fail.
        transaction.on_commit(lambda: _deliver_event(row.pk), robust=True)
    return row.pk


def mark_changed(*names: str) -> None:
    """Give what these names stand for a new version, in the caller's transaction.

    For what pages show and no fact tells; `publish` does it for facts. Whoever asks after the
    commit gets another version, on every node (`queries.version_of`).
    Raises `TransactionManagementError` outside a transaction: the version of what is not written
    yet would be taken for that of what is.
    """
    if not transaction.get_connection().in_atomic_block:
        msg = f"{', '.join(names)} was marked as changed outside a transaction"
        raise transaction.TransactionManagementError(msg)
    for name in names:
        row = Version.objects.create(name=name)
        # Rows that somebody else is taking away right now are left to them.
        earlier = Version.objects.select_for_update(skip_locked=True).filter(
            name=name, pk__lt=row.pk
        )
        Version.objects.filter(pk__in=list(earlier.values_list("pk", flat=True))).delete()


def deliver_due(*, at: datetime, limit: int = 200) -> int:
    """Deliver what is owed and due; return how many deliveries were done."""
    owed = Delivery.objects.filter(done_at__isnull=True, due_at__lte=at).order_by("id")
    ids = list(owed.values_list("pk", flat=True)[:limit])
    return sum(_deliver(delivery_id, at) for delivery_id in ids)


def _deliver_event(event_id: int) -> None:
    at = clock.now()
    ids = Delivery.objects.filter(event_id=event_id, done_at__isnull=True)
    for delivery_id in list(ids.order_by("id").values_list("pk", flat=True)):
        _deliver(delivery_id, at)


def _deliver(delivery_id: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            return _deliver_once(delivery_id, at)
    except Exception as problem:
        log.exception("delivery %s failed and will be tried again", delivery_id)
        with transaction.atomic():
            delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
            delivery.attempts = min(delivery.attempts + 1, 1000)
            delivery.due_at = next_attempt_at(at, delivery.attempts)
            delivery.last_error = f"{type(problem).__name__}: {problem}"[:2000]
            delivery.save(update_fields=["attempts", "due_at", "last_error"])
        return False


def _deliver_once(delivery_id: int, at: datetime) -> bool:
    # The row is claimed by the same transaction that does the work: two workers cannot both.
    claimed = Delivery.objects.filter(pk=delivery_id, done_at__isnull=True).update(done_at=at)
    if not claimed:
        return False
    delivery = Delivery.objects.select_related("event").get(pk=delivery_id)
    subscription = _subscriptions.get(delivery.event.name, {}).get(delivery.subscriber)
    if subscription is not None:
        subscription.handle(subscription.event_class.from_payload(delivery.event.payload))
    return True
