"""Addresses to which a product's facts are sent: their owners' verbs."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from canyu.channels.chat import chat_of
from canyu.channels.errors import WebhookRefused
from canyu.channels.events import WebhookChanged
from canyu.channels.facts import Fact, fact_of, made
from canyu.channels.models import FeedKey, Sending, Webhook
from canyu.channels.outside import Network, check_form
from canyu.channels.signing import N_BYTES, secret_of
from canyu.channels.webhook_rules import (
    MOST_WEBHOOKS,
    OLD_SECRET_FOR,
    TEST,
    check_kinds,
)
from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.journal.events import DomainEvent
from canyu.members import queries as members
from canyu.products import queries as products
from canyu.products.services import hold_product


@transaction.atomic
def add_webhook(
    *,
    actor_id: int,
    product_id: int,
    address: str,
    kinds: Iterable[str],
    at: datetime,
    inside: Sequence[Network] = (),
) -> tuple[int, str]:
    """Send facts of these kinds to an address from now on; return its id and its secret.

    To a chat it is sentences that are sent, and there is no secret ("").
    Owners only. Raises `NotAllowed`, `AddressRefused`, `WebhookRefused`.
    """
    _check_owner(product_id, actor_id)
    hold_product(product_id)
    chat = chat_of(address)
    if not chat:
        check_form(address, inside=inside)
    if Webhook.objects.filter(product_id=product_id).count() >= MOST_WEBHOOKS:
        raise WebhookRefused(
            gettext_noop("Nothing was saved: %(most)s addresses are enough. Take one away first."),
            most=MOST_WEBHOOKS,
        )
    secret = "" if chat else _new_secret()
    row = Webhook.objects.create(
        product_id=product_id,
        address=address,
        chat=chat,
        kinds=check_kinds(kinds),
        secrets=[[secret, ""]] if secret else [],
        made_by_id=actor_id,
        made_at=at,
    )
    _tell(row, actor_id, at)
    return row.pk, secret


@transaction.atomic
def change_webhook(
    *, actor_id: int, webhook_id: int, kinds: Iterable[str], is_on: bool, at: datetime
) -> None:
    """Choose what is sent, pause, or go on: one that failed for days begins anew. Owners only."""
    row = _hook_for(webhook_id, actor_id)
    row.kinds, row.state = check_kinds(kinds), "on" if is_on else "paused"
    row.n_failures, row.failing_since, row.next_at = 0, None, None
    row.save()
    _tell(row, actor_id, at)


@transaction.atomic
def renew_secret(*, actor_id: int, webhook_id: int, at: datetime) -> str:
    """Make another secret and return it; for a day the one before signs as well. Owners only."""
    row = _hook_for(webhook_id, actor_id)
    if row.chat:
        raise WebhookRefused(
            gettext_noop("Nothing was changed: a chat has no secret but its address.")
        )
    secret = _new_secret()
    (newest, _ends), *_older = row.secrets
    row.secrets = [[secret, ""], [newest, (at + OLD_SECRET_FOR).isoformat()]]
    row.save(update_fields=["secrets"])
    _tell(row, actor_id, at)
    return secret


@transaction.atomic
def remove_webhook(*, actor_id: int, webhook_id: int, at: datetime) -> None:
    """Take an address away, with its log. Owners only."""
    row = _hook_for(webhook_id, actor_id)
    _tell(row, actor_id, at)
    row.delete()


@transaction.atomic
def try_webhook(*, actor_id: int, webhook_id: int, at: datetime) -> None:
    """Send something that says that it is a test. Owners only."""
    row = _hook_for(webhook_id, actor_id)
    unlike = f"{TEST} {webhook_id} {at.isoformat()}"
    _put(row, made(TEST, {"webhook": webhook_id}, at=at, unlike=unlike), at)
    row.next_at = None
    row.save(update_fields=["next_at"])
    _tell(row, actor_id, at)


@transaction.atomic
def send_again(*, actor_id: int, webhook_id: int, sending_id: int, at: datetime) -> None:
    """Send one of the log again, under the same id. Owners only."""
    row = _hook_for(webhook_id, actor_id)
    n_found = Sending.objects.filter(pk=sending_id, webhook=row).update(state="due", attempts=0)
    if not n_found:
        raise NotFound(gettext_noop("Nothing was sent: it is no longer in the log."))
    row.next_at = None
    row.save(update_fields=["next_at"])
    _tell(row, actor_id, at)


@transaction.atomic
def hear_fact(event: DomainEvent, *, origin: str) -> int:
    """Put a fact into the queue of each address that wants it; return how many do."""
    rows = Webhook.objects.filter(product_id=getattr(event, "product_id", 0), state="on")
    if not rows.exists():
        return 0
    fact = fact_of(event, origin=origin)
    wanted = [row for row in rows.order_by("id") if fact.kind in row.kinds]
    for row in wanted:
        _put(row, fact, event.at)
    return len(wanted)


@transaction.atomic
def make_feed_key(*, member_id: int, at: datetime) -> str:
    """Make the secret part of one's addresses of feeds; those with an older one lead nowhere."""
    key = secrets.token_urlsafe(24)
    FeedKey.objects.update_or_create(
        member_id=member_id,
        defaults={"digest": hashlib.sha256(key.encode()).hexdigest(), "made_at": at},
    )
    return key


def _put(row: Webhook, fact: Fact, at: datetime) -> None:
    Sending.objects.bulk_create(
        [Sending(webhook=row, key=fact.key, kind=fact.kind, body=fact.body, made_at=at)],
        ignore_conflicts=True,
    )


def _hook_for(webhook_id: int, actor_id: int) -> Webhook:
    row = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such address."))
    _check_owner(row.product_id, actor_id)
    return row


def _check_owner(product_id: int, actor_id: int) -> None:
    if products.is_owner(product_id, actor_id) or members.member_of(actor_id).is_operator:
        return
    raise NotAllowed(
        gettext_noop("Nothing was changed: only owners decide what is sent to other places.")
    )


def _new_secret() -> str:
    return secret_of(secrets.token_bytes(N_BYTES))


def _tell(row: Webhook, actor_id: int, at: datetime) -> None:
    journal.publish(
        WebhookChanged(at=at, webhook_id=row.pk, product_id=row.product_id, actor_id=actor_id)
    )
