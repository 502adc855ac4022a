"""Which browsers tell a member things at once: turned on there, and off there or anywhere."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction

from canyu.channels.errors import AddressRefused, BrowserRefused
from canyu.channels.events import BrowserChosen
from canyu.channels.mail_rules import FAMILIES
from canyu.channels.models import Browser
from canyu.channels.outside import Network, check_form
from canyu.channels.push_rules import LONGEST_ENDPOINT, MOST_BROWSERS
from canyu.channels.pushing import check_keys
from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.members.events import MemberDeactivated


@transaction.atomic
def tell_browser(
    *,
    actor_id: int,
    endpoint: str,
    public_key: str,
    auth: str,
    families: Collection[str],
    language: str,
    zone: str,
    at: datetime,
    inside: Sequence[Network] = (),
) -> int:
    """Tell a member things in this browser from now on; return the number of the browser.

    The same browser again is the same, with what was chosen last; whoever uses it now is told
    there, and nobody else. Raises `BrowserRefused` for what no browser says, and beyond ten.
    """
    _check_place(endpoint, public_key, auth, inside)
    wanted = [family for family in FAMILIES if family in families]
    if not wanted or len(wanted) < len(set(families)) or language not in dict(settings.LANGUAGES):
        raise BrowserRefused(
            gettext_noop("Nothing was saved: choose at least one thing that is told."), status=400
        )
    # Whoever had it before was signed in here before.
    Browser.objects.filter(endpoint=endpoint).exclude(member_id=actor_id).delete()
    mine = Browser.objects.select_for_update(no_key=True).filter(member_id=actor_id)
    if mine.exclude(endpoint=endpoint).count() >= MOST_BROWSERS:
        raise BrowserRefused(
            gettext_noop(
                "Nothing was turned on: %(most)s browsers tell you things already. "
                "Turn one of them off first."
            ),
            status=409,
            most=MOST_BROWSERS,
        )
    told = {
        "public_key": public_key,
        "auth": auth,
        "families": wanted,
        "language": language,
        "zone": zone if zone in available_timezones() else settings.TIME_ZONE,
        "next_at": None,
        "n_failures": 0,
    }
    row, _is_new = Browser.objects.update_or_create(
        member_id=actor_id,
        endpoint=endpoint,
        defaults=told,
        create_defaults={**told, "made_at": at},
    )
    journal.publish(BrowserChosen(at=at, member_id=actor_id))
    return row.pk


@transaction.atomic
def forget_browser(*, actor_id: int, browser_id: int, at: datetime) -> None:
    """Tell a member nothing more in one of their browsers; of one that is not theirs, nothing."""
    n_gone, _what = Browser.objects.filter(member_id=actor_id, pk=browser_id).delete()
    if n_gone:
        journal.publish(BrowserChosen(at=at, member_id=actor_id))


@transaction.atomic
def forget_browsers_of(event: MemberDeactivated) -> None:
    """Forget all browsers of whoever ended their account."""
    Browser.objects.filter(member_id=event.member_id).delete()


def _check_place(endpoint: str, public_key: str, auth: str, inside: Sequence[Network]) -> None:
    try:
        check_form(endpoint, inside=inside, longest=LONGEST_ENDPOINT)
        is_sound = check_keys(public_key, auth)
    except AddressRefused:
        is_sound = False
    if not is_sound:
        raise BrowserRefused(
            gettext_noop(
                "Nothing was turned on: this browser said nothing that can be used. "
                "Load the page again and try once more."
            ),
            status=400,
        )
