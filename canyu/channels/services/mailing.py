"""Sending mails to people: each once, and once more only after a crash while it was sent."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q

from canyu.channels.mail_links import confirm_token, message_id_of, stop_token
from canyu.channels.mail_rules import FAMILIES, LIVES, MOST_UNSURE, wait_after
from canyu.channels.mailing import Letter, Outcome, Post, Worded, message_of, send_one
from canyu.channels.models import Dispatch, Mailbox
from canyu.channels.queries.notices import unread_among
from canyu.channels.queries.replies import reply_of
from canyu.channels.services.digests import make_digests
from canyu.channels.services.mailboxes import end_address
from canyu.channels.services.replies import carry_again

log = logging.getLogger(__name__)
# Longer than all the waiting of one SMTP dialogue.
CLAIMED_FOR = timedelta(minutes=10)
AT_ONCE = 50


@dataclass(frozen=True)
class _Round:
    """What one round of sending holds."""

    now: Callable[[], datetime]
    post: Post
    connection: BaseEmailBackend


def send_mail_due(*, now: Callable[[], datetime], post: Post) -> int:
    """Make the mails that are due, and send them; return how many were made or tried.

    Before a mail is handed to the server it is written down that it is being sent. Where nobody
    could write down how that ended, it is sent once more, under the same Message-ID, and no more.
    """
    n_done = make_digests(at=now())
    connection = post.connect()
    this = _Round(now, post, connection)
    try:
        for _ in range(AT_ONCE):
            outcome = _send_next(this)
            if outcome is None or outcome.state == "away":
                break
            n_done += 1
    finally:
        connection.close()
    return n_done


def _send_next(this: _Round) -> Outcome | None:
    """Send the next that is due; None where there is none."""
    row = Dispatch.objects.filter(_is_free(this.now())).order_by("next_at", "id").first()
    if row is None:
        return None
    try:
        worded = _words_for(row, this)
    except Exception:
        # One that cannot be put into words must not stop the others.
        log.exception("a mail could not be put into words and is given up")
        _end(row, "failed", this.now())
        return Outcome("failed")
    if worded is None or this.now() - row.made_at > LIVES:
        _end(row, "passed", this.now())
        return Outcome("passed")
    claimed = _claim(row.pk, this.now())
    if claimed is None:
        return Outcome("taken")
    mail = message_of(
        worded,
        post=this.post,
        address=row.address,
        message_id=message_id_of(row.pk, host=this.post.host),
    )
    outcome = send_one(mail, this.connection)
    _write(claimed, outcome, this.now())
    return outcome


def _is_free(at: datetime) -> Q:
    is_claimed = Q(claimed_until__gt=at)
    return Q(state__in=["due", "sending"], next_at__lte=at) & (Q(claimed_until=None) | ~is_claimed)


def _words_for(row: Dispatch, this: _Round) -> Worded | None:
    """Put a mail into words as they are true now; None where nobody wants it any more."""
    if row.reply_id is not None:
        return _words_of_reply(row, this)
    box = Mailbox.objects.filter(member_id=row.member_id).first()
    if box is None or box.dead_address == row.address:
        return None
    notices = []
    if row.kind == "digest":
        wanted = {
            kind
            for family, kinds in FAMILIES.items()
            if getattr(box, family) != "never"
            for kind in kinds
        }
        notices = [one for one in unread_among(row.notice_ids) if one.kind in wanted]
    is_wanted = bool(notices) if row.kind == "digest" else box.wanted_address == row.address
    if not is_wanted or (row.kind == "digest" and box.address != row.address):
        return None
    letter = Letter(
        member_id=row.member_id,
        kind=row.kind,
        language=box.language,
        zone=box.zone,
        notices=notices,
        confirm_token=confirm_token(
            member_id=row.member_id, address=row.address, made_at=row.made_at
        ),
        stop_token=stop_token(member_id=row.member_id, address=row.address),
    )
    return this.post.compose(letter)


def _words_of_reply(row: Dispatch, this: _Round) -> Worded | None:
    reply = reply_of(row.reply_id or 0, at=this.now())
    if reply is None:
        return None
    return this.post.compose(
        Letter(
            member_id=row.member_id,
            kind=row.kind,
            language=reply.language,
            zone=settings.TIME_ZONE,
            reply=reply,
        )
    )


@transaction.atomic
def _claim(dispatch_id: int, at: datetime) -> Dispatch | None:
    free = Dispatch.objects.select_for_update(skip_locked=True, no_key=True)
    row = free.filter(_is_free(at), pk=dispatch_id).first()
    if row is None:
        return None
    if row.state == "sending":
        # Whoever sent it died: it may have arrived.
        row.n_unsure += 1
    if row.n_unsure >= MOST_UNSURE:
        row.state, row.ended_at, row.claimed_until = "unsure", at, None
        row.save()
        return None
    row.state, row.claimed_until = "sending", at + CLAIMED_FOR
    row.save()
    return row


@transaction.atomic
def _write(claimed: Dispatch, outcome: Outcome, at: datetime) -> None:
    ours = Dispatch.objects.select_for_update(no_key=True).filter(
        pk=claimed.pk, state="sending", claimed_until=claimed.claimed_until
    )
    row = ours.first()
    if row is None:
        return
    row.claimed_until, row.said = None, outcome.said
    row.n_unsure += outcome.state == "unsure"
    if outcome.state in {"sent", "dead"} or row.n_unsure >= MOST_UNSURE:
        row.state, row.ended_at = outcome.state, at
    else:
        row.state = "due"
        row.n_failures += 1
        row.next_at = at + wait_after(row.n_failures)
    row.save()
    if row.reply_id is not None and outcome.state == "dead":
        carry_again(row)
    elif outcome.state == "dead":
        end_address(dispatch_id=row.pk, because=outcome.said, at=at)


@transaction.atomic
def _end(row: Dispatch, state: str, at: datetime) -> None:
    n_ended = Dispatch.objects.filter(_is_free(at), pk=row.pk).update(
        state=state, ended_at=at, claimed_until=None
    )
    if n_ended and row.reply_id is not None:
        carry_again(row)
