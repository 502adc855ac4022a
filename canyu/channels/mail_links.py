"""What links in mails carry: who may do one thing, signed, and readable by nobody but us."""

import re
from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac

from canyu.channels.errors import MailRefused
from canyu.channels.mail_rules import CONFIRM_FOR
from canyu.journal.errors import gettext_noop

_CONFIRM, _STOP = Signer(salt="canyu.channels.confirm"), Signer(salt="canyu.channels.stop")
_N_SIGNS = 16
_MESSAGE = re.compile(r"<canyu\.(\d{1,18})\.([0-9a-f]{16})@")


def confirm_token(*, member_id: int, address: str, made_at: datetime) -> str:
    """Return what proves that whoever has it reads an address."""
    until = int((made_at + CONFIRM_FOR).timestamp())
    return _CONFIRM.sign_object({"m": member_id, "a": address, "t": until})


def read_confirm(token: str, *, at: datetime) -> tuple[int, str]:
    """Return the member and the address; raise `MailRefused` for a link too old or not ours."""
    try:
        told = _CONFIRM.unsign_object(token)
    except (BadSignature, ValueError):
        raise MailRefused(_NOT_OURS) from None
    if at.timestamp() > told["t"]:
        raise MailRefused(
            gettext_noop("Nothing was saved: this link is too old. Name your address once more."),
            status=410,
        )
    return told["m"], told["a"]


def stop_token(*, member_id: int, address: str) -> str:
    """Return what stops all mail to a member at this address; good for ever."""
    return _STOP.sign_object({"m": member_id, "a": address})


def read_stop(token: str) -> tuple[int, str]:
    """Return the member and the address; raise `MailRefused` for a link that is not ours."""
    try:
        told = _STOP.unsign_object(token)
    except (BadSignature, ValueError):
        raise MailRefused(_NOT_OURS) from None
    return told["m"], told["a"]


_NOT_OURS = gettext_noop("Nothing was changed: this link is not whole. Copy all of it.")


def message_id_of(dispatch_id: int, *, host: str) -> str:
    """Return the Message-ID of a mail: the same each time that it is sent."""
    return f"<canyu.{dispatch_id}.{_signed(dispatch_id)}@{host}>"


def dispatch_in(message_id: str) -> int | None:
    """Return which mail of ours has this Message-ID; None where it is not ours."""
    found = _MESSAGE.search(message_id)
    if found is None:
        return None
    dispatch_id = int(found[1])
    return dispatch_id if constant_time_compare(_signed(dispatch_id), found[2]) else None


def _signed(dispatch_id: int) -> str:
    made = salted_hmac("canyu.channels.message", str(dispatch_id), algorithm="sha256")
    return made.hexdigest()[:_N_SIGNS]
