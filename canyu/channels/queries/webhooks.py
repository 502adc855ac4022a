"""Reading what goes out to programs."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from canyu.channels.models import FeedKey, Sending, Webhook
from canyu.channels.webhook_rules import MOST_LINES
from canyu.journal.errors import NotFound, gettext_noop


@dataclass(frozen=True)
class WebhookView:
    """An address to which facts are sent; `n_due` wait to be sent."""

    id: int
    product_id: int
    address: str
    chat: str
    kinds: tuple[str, ...]
    state: str
    made_at: datetime
    failing_since: datetime | None
    next_at: datetime | None
    n_due: int

    @property
    def name(self) -> str:
        """How it is called on pages: the address of a chat is its secret as well."""
        return f"{self.chat} …{self.address[-4:]}" if self.chat else self.address


@dataclass(frozen=True)
class SendingView:
    """One line of the log."""

    id: int
    key: str
    kind: str
    body: str
    made_at: datetime
    state: str
    attempts: int
    tried_at: datetime | None
    status: int | None
    milliseconds: int | None
    said: str


def webhooks_of(product_id: int) -> list[WebhookView]:
    """The addresses of a product, the oldest first; two queries."""
    rows = list(Webhook.objects.filter(product_id=product_id).order_by("id"))
    due: dict[int, int] = {}
    for webhook_id in Sending.objects.filter(webhook__in=rows, state="due").values_list(
        "webhook_id", flat=True
    ):
        due[webhook_id] = due.get(webhook_id, 0) + 1
    return [_view(row, due.get(row.pk, 0)) for row in rows]


def webhook_of(webhook_id: int, *, product_id: int) -> WebhookView:
    """One of them; raises `NotFound`."""
    row = Webhook.objects.filter(pk=webhook_id, product_id=product_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such address."))
    return _view(row, Sending.objects.filter(webhook=row, state="due").count())


def product_of_webhook(webhook_id: int) -> int | None:
    """The product of an address, None where it was taken away."""
    return Webhook.objects.filter(pk=webhook_id).values_list("product_id", flat=True).first()


def sendings_of(webhook_id: int) -> list[SendingView]:
    """The log of an address, the newest first."""
    rows = Sending.objects.filter(webhook_id=webhook_id).order_by("-id")[:MOST_LINES]
    return [
        SendingView(
            row.pk,
            row.key,
            row.kind,
            row.body,
            row.made_at,
            row.state,
            row.attempts,
            row.tried_at,
            row.status,
            row.milliseconds,
            row.said,
        )
        for row in rows
    ]


def member_of_feed_key(key: str) -> int | None:
    """Whose addresses of feeds have this secret part, None for nobody's."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    rows = FeedKey.objects.filter(digest=digest, member__is_active=True)
    return rows.values_list("member_id", flat=True).first()


def sent_by_person(member_id: int) -> dict[str, list[dict[str, object]]]:
    """What one person lets go out, for their own export; secrets are nobody's to read."""
    rows = Webhook.objects.filter(made_by_id=member_id).order_by("id")
    keys = FeedKey.objects.filter(member_id=member_id)
    return {
        "addresses_added": [
            {"address": row.address, "kinds": row.kinds, "at": row.made_at.isoformat()}
            for row in rows
        ],
        "own_feeds": [{"made_at": row.made_at.isoformat()} for row in keys],
    }


def _view(row: Webhook, n_due: int) -> WebhookView:
    return WebhookView(
        row.pk,
        row.product_id,
        row.address,
        row.chat,
        tuple(row.kinds),
        row.state,
        row.made_at,
        row.failing_since,
        row.next_at,
        n_due,
    )
