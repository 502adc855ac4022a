"""A signed permit to follow versions: what a page carries so that it can be told of news.

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
LONGEST_PERMIT = 1_000
_PURPOSE = "canyu.journal.permits"


class Permit(Struct, frozen=True, array_like=True):
    """Who follows what, until when (seconds since 1970)."""

    member_id: int
    names: tuple[str, ...]
    until: int


_decode = Decoder(Permit).decode


def seal_permit(member_id: int, names: Collection[str], *, at: datetime) -> str:
    """Sign a permit for a member to follow these names (see `mark_changed`), at most four."""
    if not 1 <= len(names) <= MOST_NAMES:
        msg = f"a permit follows {len(names)} names, must be 1 to {MOST_NAMES}"
        raise ValueError(msg)
    permit = Permit(member_id, tuple(names), int((at + GOOD_FOR).timestamp()))
    return Signer(salt=_PURPOSE).sign_object([permit.member_id, permit.names, permit.until])


def open_permit(sealed: str, *, at: datetime) -> Permit | None:
    """Read a permit; None where it was forged, cut or is too old."""
    if len(sealed) > LONGEST_PERMIT:
        return None
    try:
        permit = _decode(encode(Signer(salt=_PURPOSE).unsign_object(sealed)))
    except (BadSignature, DecodeError, ValueError):
        return None
    return permit if at.timestamp() < permit.until else None
