"""A signed ticket to follow versions: what a page carries so that it can be told of news.

It needs no query and no session to be believed, and gives away nothing: whoever holds it hears that
something has another version now, and asks the page, as anybody does, what that is.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from msgspec import DecodeError, Struct
from msgspec.json import Decoder, encode

GOOD_FOR = timedelta(hours=12)
MOST_NAMES = 4
LONGEST_TICKET = 1_000
_PURPOSE = "canyu.journal.tickets"


class Ticket(Struct, frozen=True, array_like=True):
    """Who follows what, until when (seconds since 1970)."""

    member_id: int
    names: tuple[str, ...]
    until: int


_decode = Decoder(Ticket).decode


def seal_ticket(member_id: int, names: Collection[str], *, at: datetime) -> str:
    """Sign a ticket for a member to follow these names (see `mark_changed`), at most four."""
    if not 1 <= len(names) <= MOST_NAMES:
        msg = f"a ticket follows {len(names)} names, must be 1 to {MOST_NAMES}"
        raise ValueError(msg)
    ticket = Ticket(member_id, tuple(names), int((at + GOOD_FOR).timestamp()))
    return Signer(salt=_PURPOSE).sign_object([ticket.member_id, ticket.names, ticket.until])


def open_ticket(sealed: str, *, at: datetime) -> Ticket | None:
    """Read a ticket; None where it was forged, cut or is too old."""
    if len(sealed) > LONGEST_TICKET:
        return None
    try:
        ticket = _decode(encode(Signer(salt=_PURPOSE).unsign_object(sealed)))
    except (BadSignature, DecodeError, ValueError):
        return None
    return ticket if at.timestamp() < ticket.until else None
