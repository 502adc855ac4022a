"""What a member wishes to be mailed, and the address that they proved to be theirs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator
from django.db import transaction

from canyu.channels.errors import MailRefused
from canyu.channels.events import MailChosen, MailEnded
from canyu.channels.mail_links import read_confirm, read_stop
from canyu.channels.mail_rules import (
    FAMILIES,
    MOST_CONFIRMATIONS,
    PACES,
    next_monday,
    next_morning,
)
from canyu.channels.models import Dispatch, Mailbox, Notice
from canyu.channels.services.notices import write_notices
from canyu.channels.services.replies import carry_again
from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.members import queries as members
from canyu.members.events import MemberDeactivated

A_DAY = timedelta(days=1)
# Of an address (RFC 5321, 4.5.3.1.3).
MOST_SIGNS = 254


@transaction.atomic
def choose_mail(
    *, actor_id: int, paces: Mapping[str, str], language: str, zone: str, at: datetime
) -> None:
    """Say how often each family of notices is mailed, in which language and by whose clock.

    Raises `MailRefused` for a family, pace, language or zone that is none.
    """
    if set(paces) != set(FAMILIES) or not set(paces.values()) <= set(PACES):
        raise MailRefused(
            gettext_noop("Nothing was saved: choose for each of these, from %(known)s."),
            status=400,
            known=", ".join(PACES),
        )
    if language not in dict(settings.LANGUAGES) or zone not in available_timezones():
        raise MailRefused(
            gettext_noop("Nothing was saved: choose a language and a time zone of the lists."),
            status=400,
        )
    box = _box_of(actor_id)
    for family, pace in paces.items():
        setattr(box, family, pace)
    box.language, box.zone = language, zone
    _set_moments(box, at)
    box.save()
    journal.publish(MailChosen(at=at, member_id=actor_id))


@transaction.atomic
def name_address(*, actor_id: int, address: str, language: str, at: datetime) -> None:
    """Send a link to an address; nothing else goes there before it is followed.

    Raises `MailRefused` for what is no address, and for too many links in one day.
    """
    address = address.strip().lower()
    try:
        EmailValidator()(address)
        MaxLengthValidator(MOST_SIGNS)(address)
    except ValidationError:
        raise MailRefused(
            gettext_noop("Nothing was sent: write the whole address, such as you@example.org."),
            status=400,
        ) from None
    box = _box_of(actor_id, language=language)
    lately = Dispatch.objects.filter(kind="confirm", made_at__gt=at - A_DAY)
    n_mine = lately.filter(member_id=actor_id).count()
    if max(n_mine, lately.filter(address=address).count()) >= MOST_CONFIRMATIONS:
        raise MailRefused(
            gettext_noop("Nothing was sent: that was tried often today. Try again tomorrow."),
            status=429,
        )
    box.wanted_address = address
    box.save()
    Dispatch.objects.create(
        member_id=actor_id,
        kind="confirm",
        key=f"confirm:{at.isoformat()}:{n_mine}",
        address=address,
        made_at=at,
        next_at=at,
    )
    journal.publish(MailChosen(at=at, member_id=actor_id))


@transaction.atomic
def confirm_address(*, actor_id: int, token: str, at: datetime) -> str:
    """Take an address as proved by the link that went there; return it. Raises `MailRefused`."""
    member_id, address = read_confirm(token, at=at)
    box = _box_of(actor_id)
    if member_id != actor_id or address not in {box.wanted_address, box.address}:
        raise MailRefused(
            gettext_noop("Nothing was saved: this link is for another account or address."),
            status=403,
        )
    others = EmailAddress.objects.filter(email__iexact=address, verified=True)
    if others.exclude(user_id=actor_id).exists():
        raise MailRefused(
            gettext_noop("Nothing was saved: another account has this address."), status=409
        )
    EmailAddress.objects.filter(user_id=actor_id).delete()
    EmailAddress.objects.create(user_id=actor_id, email=address, verified=True, primary=True)
    box.address, box.wanted_address = address, ""
    # That it came proves that the address is alive.
    box.dead_address, box.dead_since, box.dead_because = "", None, ""
    _set_moments(box, at)
    box.save()
    journal.publish(MailChosen(at=at, member_id=actor_id))
    return address


@transaction.atomic
def remove_address(*, actor_id: int, at: datetime) -> None:
    """Forget a member's address, and send nothing more."""
    _forget(actor_id)
    journal.publish(MailChosen(at=at, member_id=actor_id))


@transaction.atomic
def stop_mail(*, token: str, at: datetime) -> None:
    """Stop all mail to whoever the link was made for: by one click, signed in or not.

    A link to an address that they have no more changes nothing. Raises `MailRefused`.
    """
    member_id, address = read_stop(token)
    box = Mailbox.objects.select_for_update(no_key=True).filter(member_id=member_id).first()
    if box is None or box.address != address:
        return
    for family in FAMILIES:
        setattr(box, family, "never")
    _set_moments(box, at)
    box.save()
    journal.publish(MailChosen(at=at, member_id=member_id))


@transaction.atomic
def end_address(*, dispatch_id: int, because: str, at: datetime) -> bool:
    """Send nothing more to the address of a mail, and tell its member; whether it was theirs."""
    sent = Dispatch.objects.filter(pk=dispatch_id).first()
    if sent is None:
        return False
    if sent.reply_id is not None:
        sent.state, sent.said = "dead", because[:500]
        sent.save(update_fields=["state", "said"])
        carry_again(sent)
        return True
    box = Mailbox.objects.select_for_update(no_key=True).filter(member_id=sent.member_id).first()
    if box is None or sent.address not in {box.address, box.wanted_address}:
        return False
    if box.dead_address != sent.address:
        box.dead_address, box.dead_since, box.dead_because = sent.address, at, because[:500]
        _set_moments(box, at)
        box.save()
        product_id = _tell(sent, at)
        journal.publish(MailEnded(at=at, member_id=sent.member_id, product_id=product_id))
    return True


@transaction.atomic
def hear_member_left(event: MemberDeactivated) -> None:
    """Forget the address of whoever ended their account."""
    _forget(event.member_id)


def _tell(sent: Dispatch, at: datetime) -> int | None:
    about = Notice.objects.filter(pk__in=sent.notice_ids).order_by("-id").first()
    if about is None:
        return None
    write_notices(
        member_ids=[sent.member_id],
        product_id=about.product_id,
        kind="mail",
        key=f"mail:{sent.pk}",
        facts={},
        at=at,
    )
    return about.product_id


def _forget(member_id: int) -> None:
    EmailAddress.objects.filter(user_id=member_id).delete()
    Dispatch.objects.filter(member_id=member_id).delete()
    Mailbox.objects.filter(member_id=member_id).delete()


def _box_of(member_id: int, *, language: str = "") -> Mailbox:
    known = members.member_of(member_id).language
    box, _is_new = Mailbox.objects.select_for_update(no_key=True).get_or_create(
        member_id=member_id,
        defaults={
            "language": language or known or settings.LANGUAGE_CODE,
            "zone": settings.TIME_ZONE,
        },
    )
    return box


def _set_moments(box: Mailbox, at: datetime) -> None:
    paces = {getattr(box, family) for family in FAMILIES}
    is_on = bool(box.address) and box.address != box.dead_address
    box.day_at = next_morning(at, box.zone) if is_on and "day" in paces else None
    box.week_at = next_monday(at, box.zone) if is_on and "week" in paces else None
