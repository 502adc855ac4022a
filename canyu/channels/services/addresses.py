"""Addresses to which people write: one for each product, and one for each answer to a notice."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_N_SIGNS = 20
_REPLY = re.compile(r"r-([0-9a-z]{1,13})-([0-9a-z]{1,13})-([0-9a-f]{20})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class ReplyTo:
    """What a signed address says: this member answers about this topic."""

    topic_id: int
    member_id: int


def address_of_product(slug: str) -> str:
    """Return where people write about a product, "" where this Canyu takes no mail."""
    return _with_mark(slug)


def reply_address(*, topic_id: int, member_id: int) -> str:
    """Return where a member's answer to a notice about a topic goes, "" where no mail is taken.

    For the header Reply-To. Signed; it says who was told, and whoever answers must be them.
    """
    told = f"{_in_letters(topic_id)}-{_in_letters(member_id)}"
    return _with_mark(f"r-{told}-{_signed(told)}")


def reply_to_of(mark: str) -> ReplyTo | None:
    """Read what an address says after its plus sign; None where it is none of ours."""
    found = _REPLY.fullmatch(mark.casefold())
    if found is None or not constant_time_compare(_signed(f"{found[1]}-{found[2]}"), found[3]):
        return None
    return ReplyTo(int(found[1], 36), int(found[2], 36))


def mark_in(address: str) -> str | None:
    """Return what stands after the plus sign of an address of ours, None for any other address."""
    local, _, domain = settings.CANYU_MAIL_IN.casefold().rpartition("@")
    given, _, there = address.strip().strip("<>").casefold().rpartition("@")
    if not local or there != domain or not given.startswith(f"{local}+"):
        return None
    return given[len(local) + 1 :]


def _with_mark(mark: str) -> str:
    local, _, domain = settings.CANYU_MAIL_IN.rpartition("@")
    return f"{local}+{mark}@{domain}" if local else ""


def _signed(told: str) -> str:
    # Letters of one case only: mail servers may change it.
    made = salted_hmac("canyu.channels.reply_address", told, algorithm="sha256")
    return made.hexdigest()[:_N_SIGNS]


def _in_letters(number: int) -> str:
    found = ""
    while number:
        number, last = divmod(number, 36)
        found = _DIGITS[last] + found
    return found or "0"
