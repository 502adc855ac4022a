"""Telling notices in browsers: each once, and once more only after a crash while it was sent."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from canyu.channels.errors import AddressRefused
from canyu.channels.models import Browser, Notice, Push
from canyu.channels.outside import Network, Resolve, resolve, target_of
from canyu.channels.posting import Reply, post
from canyu.channels.push_rules import (
    FAMILY_OF,
    LIVES,
    LONGEST_ENDPOINT,
    MOST_UNSURE,
    fate_of,
    wait_after,
)
from canyu.channels.pushing import Compose, PushLetter, PushWords, body_of, fields_of, lock
from canyu.channels.queries.notices import unread_among

log = logging.getLogger(__name__)
# Longer than one message can take: a node that died holds a browser up no longer.
CLAIMED_FOR = timedelta(seconds=60)
AT_ONCE = 20
PostBytes = Callable[..., Reply]


@dataclass(frozen=True)
class PushWay:
    """The way to browsers: how notices are worded, and who signs."""

    compose: Compose
    secret: str
    contact: str
    inside: Sequence[Network] = ()
    ask: Resolve = resolve
    post: PostBytes = post


def note_pushes(*, member_ids: Collection[int], kind: str, key: str, at: datetime) -> None:
    """Have a notice that was written just now told in the browsers that wish for it.

    Called in the transaction that wrote it.
    """
    family = FAMILY_OF.get(kind)
    if family is None:
        return
    wishing = [
        (browser_id, member_id)
        for browser_id, member_id, families in Browser.objects.filter(
            member_id__in=member_ids
        ).values_list("pk", "member_id", "families")
        if family in families
    ]
    if not wishing:
        return
    told = Notice.objects.filter(
        member_id__in={member_id for _, member_id in wishing}, key=key, at=at, read_at=None
    )
    notice_of = dict(told.values_list("member_id", "pk"))
    Push.objects.bulk_create(
        [
            Push(browser_id=browser_id, notice_id=notice_of[member_id], made_at=at)
            for browser_id, member_id in wishing
            if member_id in notice_of
        ],
        ignore_conflicts=True,
    )


def push_due(*, now: Callable[[], datetime], way: PushWay) -> int:
    """Tell what is due, one browser after the other; return how many notices were looked at.

    Before one is handed on it is written down that it is being sent, and nothing of the store is
    held meanwhile. Where nobody could write down how that ended, it goes once more, with the same
    tag, by which the browser lets it take the place of the first; and no third time.
    """
    n_done = 0
    waiting = Browser.objects.filter(
        _is_free(now()), Exists(Push.objects.filter(browser=OuterRef("pk")))
    )
    in_order = waiting.order_by("next_at", "id").values_list("pk", flat=True)
    for browser_id in list(in_order[:AT_ONCE]):
        for _ in range(AT_ONCE):
            may_follow = _push_next(browser_id, now, way)
            n_done += may_follow is not None
            if not may_follow:
                break
    return n_done


def _is_free(at: datetime) -> Q:
    is_time = Q(next_at=None) | Q(next_at__lte=at)
    return is_time & (Q(claimed_until=None) | Q(claimed_until__lte=at))


def _push_next(browser_id: int, now: Callable[[], datetime], way: PushWay) -> bool | None:
    """Tell the oldest; whether the next may follow at once, None where nothing is due any more."""
    browser = Browser.objects.filter(_is_free(now()), pk=browser_id).first()
    row = Push.objects.filter(browser_id=browser_id).order_by("id").first()
    if browser is None or row is None:
        return None
    words = _words_for(row, browser, way, now())
    claimed = _claim(row.pk, browser_id, now(), is_wanted=words is not None)
    if claimed is None or words is None:
        return True
    return _write(claimed, _send(browser, words, f"notice:{row.notice_id}", now(), way), now())


def _words_for(row: Push, browser: Browser, way: PushWay, at: datetime) -> PushWords | None:
    """Put a notice into words as they are true now; None where it was read or is no news."""
    notices = unread_among([row.notice_id]) if at - row.made_at <= LIVES else []
    if not notices:
        return None
    try:
        return way.compose(PushLetter(browser.language, browser.zone, notices[0]))
    except Exception:
        # One that cannot be put into words must not stop the others.
        log.exception("a notice could not be put into words for a browser and is left out there")
        return None


@transaction.atomic
def _claim(push_id: int, browser_id: int, at: datetime, *, is_wanted: bool) -> Push | None:
    """Mark it as being sent, and the browser as ours; None where it is not to be sent."""
    free = Browser.objects.select_for_update(skip_locked=True, no_key=True).filter(_is_free(at))
    browser = free.filter(pk=browser_id).first()
    row = Push.objects.filter(pk=push_id).first()
    if browser is None or row is None:
        return None
    # Whoever sent it died: it may have arrived.
    row.n_unsure += row.is_sending
    if not is_wanted or row.n_unsure >= MOST_UNSURE:
        row.delete()
        return None
    row.is_sending, browser.claimed_until = True, at + CLAIMED_FOR
    row.save()
    browser.save(update_fields=["claimed_until"])
    return row


def _send(browser: Browser, words: PushWords, key: str, at: datetime, way: PushWay) -> Reply:
    try:
        target = target_of(
            browser.endpoint, inside=way.inside, ask=way.ask, longest=LONGEST_ENDPOINT
        )
    except AddressRefused as refusal:
        return Reply(None, str(refusal))
    body = lock(body_of(words, key=key), public_key=browser.public_key, auth=browser.auth)
    fields: Mapping[str, str] = fields_of(
        target, secret=way.secret, contact=way.contact, key=key, at=at
    )
    return way.post(target, body, fields)


@transaction.atomic
def _write(claimed: Push, reply: Reply, at: datetime) -> bool:
    """Write down how it ended; whether the next may follow at once."""
    browser = Browser.objects.select_for_update(no_key=True).filter(pk=claimed.browser_id).first()
    if browser is None:
        # Turned off meanwhile.
        return False
    fate = fate_of(reply.status)
    if fate == "gone":
        browser.delete()
        return False
    browser.claimed_until = None
    if fate == "later":
        browser.n_failures += 1
        browser.next_at = at + wait_after(browser.n_failures, reply.retry_after)
        Push.objects.filter(pk=claimed.pk).update(is_sending=False)
    else:
        browser.n_failures, browser.next_at = 0, None
        Push.objects.filter(pk=claimed.pk).delete()
    if fate == "refused":
        log.warning("a push service refused a notice of ours: %s %s", reply.status, reply.said)
    browser.save(update_fields=["claimed_until", "n_failures", "next_at"])
    return fate != "later"
