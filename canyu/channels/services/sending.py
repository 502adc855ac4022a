"""Sending what is due: in the order of each address, by whichever node has claimed it."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from canyu.channels.chat import say
from canyu.channels.errors import AddressRefused
from canyu.channels.events import WebhookEnded
from canyu.channels.models import Sending, Webhook
from canyu.channels.outside import Network, Resolve, Target, resolve, target_of
from canyu.channels.posting import Reply, post
from canyu.channels.signing import fields_of
from canyu.channels.webhook_rules import (
    GONE,
    MOST_LINES,
    MOST_REFUSALS,
    has_ended,
    is_refused,
    is_taken,
    wait_after,
)
from canyu.journal import services as journal

Post = Callable[[Target, str, Mapping[str, str]], Reply]
# An address and a sentence; of which fact it is told where, in the product's own language.
Say = Callable[[str, str], Reply]
Words = Callable[[int, str], str]
# Longer than one message can take: a node that died holds an address up no longer.
CLAIMED_FOR = timedelta(seconds=60)
AT_ONCE = 20


@dataclass(frozen=True)
class Wire:
    """The way out: how names are looked up, what may be reached, how a message is posted.

    `words` says to a chat what a body tells to programs.
    """

    words: Words
    inside: Sequence[Network] = ()
    ask: Resolve = resolve
    post: Post = post
    say: Say = say


def send_due(
    *, now: Callable[[], datetime], wire: Wire, spread: Callable[[], float] = random.random
) -> int:
    """Send what is due to one address after the other; return how many messages were tried.

    Nothing of the store is held while the other side is waited for. What was sent and could not
    be marked, because this process died at that moment, is sent once more under the same id.
    """
    n_tried = 0
    due = Sending.objects.filter(webhook=OuterRef("pk"), state="due")
    at = now()
    waiting = Webhook.objects.filter(_is_free(at), Exists(due)).order_by("next_at", "id")
    for webhook_id in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        for _ in range(AT_ONCE):
            may_follow = _send_next(webhook_id, now, wire, spread)
            n_tried += may_follow is not None
            if not may_follow:
                break
    return n_tried


def _is_free(at: datetime) -> Q:
    is_time = Q(next_at=None) | Q(next_at__lte=at)
    return is_time & (Q(claimed_until=None) | Q(claimed_until__lte=at)) & Q(state="on")


def _send_next(
    webhook_id: int, now: Callable[[], datetime], wire: Wire, spread: Callable[[], float]
) -> bool | None:
    """Send the oldest that is due to an address; whether the next may follow at once.

    None where nothing was sent: nothing is due any more, or another node is at it.
    """
    claimed = _claim(webhook_id, now())
    if claimed is None:
        return None
    webhook, sending = claimed
    began = monotonic()
    reply = _post(webhook, sending, now(), wire)
    return _write(webhook_id, sending.pk, reply, monotonic() - began, at=now(), spread=spread())


@transaction.atomic
def _claim(webhook_id: int, at: datetime) -> tuple[Webhook, Sending] | None:
    free = Webhook.objects.select_for_update(skip_locked=True, no_key=True).filter(_is_free(at))
    webhook = free.filter(pk=webhook_id).first()
    if webhook is None:
        return None
    sending = Sending.objects.filter(webhook=webhook, state="due").order_by("id").first()
    if sending is None:
        return None
    webhook.claimed_until = at + CLAIMED_FOR
    webhook.save(update_fields=["claimed_until"])
    return webhook, sending


def _post(webhook: Webhook, sending: Sending, at: datetime, wire: Wire) -> Reply:
    if webhook.chat:
        return wire.say(webhook.address, wire.words(webhook.product_id, sending.body))
    standing = [
        secret for secret, ends in webhook.secrets if not ends or datetime.fromisoformat(ends) > at
    ]
    fields = fields_of(standing, key=sending.key, seconds=int(at.timestamp()), body=sending.body)
    try:
        target = target_of(webhook.address, inside=wire.inside, ask=wire.ask)
    except AddressRefused as refusal:
        return Reply(None, str(refusal))
    return wire.post(target, sending.body, fields)


@transaction.atomic
def _write(
    webhook_id: int, sending_id: int, reply: Reply, seconds: float, *, at: datetime, spread: float
) -> bool:
    webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook_id).first()
    sending = Sending.objects.filter(pk=sending_id).first()
    if webhook is None or sending is None:
        # Its owner took it away meanwhile.
        return False
    webhook.claimed_until = None
    sending.attempts += 1
    sending.tried_at, sending.status = at, reply.status
    sending.milliseconds, sending.said = int(seconds * 1000), reply.said
    if is_taken(reply.status):
        sending.state = "sent"
        webhook.n_failures, webhook.failing_since, webhook.next_at = 0, None, None
    else:
        _note_failure(webhook, sending, at, spread)
    sending.save()
    webhook.save()
    _forget_old(webhook)
    return webhook.state == "on" and webhook.next_at is None


def _note_failure(webhook: Webhook, sending: Sending, at: datetime, spread: float) -> None:
    webhook.n_failures += 1
    webhook.failing_since = webhook.failing_since or at
    webhook.next_at = at + wait_after(webhook.n_failures, spread=spread)
    if sending.status == GONE:
        _end(webhook, "gone", at)
    elif has_ended(webhook.failing_since, at):
        _end(webhook, "failing", at)
    elif is_refused(sending.status) and sending.attempts >= MOST_REFUSALS:
        # This one will never be taken, and those behind it may be.
        sending.state = "refused"


def _end(webhook: Webhook, state: str, at: datetime) -> None:
    webhook.state = state
    journal.publish(WebhookEnded(at=at, webhook_id=webhook.pk, product_id=webhook.product_id))


def _forget_old(webhook: Webhook) -> None:
    rows = Sending.objects.filter(webhook=webhook).exclude(state="due").order_by("-id")
    oldest = rows.values_list("pk", flat=True)[MOST_LINES : MOST_LINES + 1].first()
    if oldest is not None:
        Sending.objects.filter(webhook=webhook, pk__lte=oldest).exclude(state="due").delete()
