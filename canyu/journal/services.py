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


def publish(event: DomainEvent, *, is_told_later: bool = False) -> int:
    """Write a fact into the journal, in the caller's transaction; return its id.

    It is told right after the commit, or, where it is one of very many that follow from one
    another, by the worker.

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
        if is_told_later:
            return row.pk
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
    """Deliver what is owed and due, at most `limit`; return how many deliveries were done.

    What was never tried is due, whatever the clock says: it may have been set back meanwhile.
    What failed before has a quarter of the places, so that however much of it there is, it keeps
    nothing new from being delivered.
    """
    owed = Delivery.objects.filter(done_at__isnull=True)
    failed = owed.filter(attempts__gt=0, due_at__lte=at).order_by("due_at", "id")
    again = list(failed.values_list("pk", flat=True)[: max(1, limit // 4)])
    new = owed.filter(attempts=0).order_by("id").values_list("pk", flat=True)
    ids = [*new[: limit - len(again)], *again]
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
            # Somebody else may have done it, or failed as well, since our claim ended.
            owed = Delivery.objects.select_for_update(no_key=True).filter(done_at__isnull=True)
            delivery = owed.filter(pk=delivery_id).first()
            if delivery is None:
                return False
            delivery.attempts = min(delivery.attempts + 1, 1000)
            delivery.due_at = next_attempt_at(at, delivery.attempts)
            delivery.last_error = f"{type(problem).__name__}: {problem}"[:2000]
            delivery.save(update_fields=["attempts", "due_at", "last_error"])
        return False


def _deliver_once(delivery_id: int, at: datetime) -> bool:
    # The row is claimed by the transaction that does the work: the claim ends with it, and so with
    # the node. What another node is at is passed over, not waited for.
    owed = Delivery.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    claimed = owed.filter(pk=delivery_id, done_at__isnull=True).select_related("event").first()
    if claimed is None:
        return False
    _handle(claimed)
    claimed.done_at = at
    claimed.save(update_fields=["done_at"])
    return True


def _handle(delivery: Delivery) -> None:
    subscription = _subscriptions.get(delivery.event.name, {}).get(delivery.subscriber)
    if subscription is not None:
        subscription.handle(subscription.event_class.from_payload(delivery.event.payload))
