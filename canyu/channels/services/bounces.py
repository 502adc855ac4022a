"""Reading what mail servers send back: a delivery status notification (RFC 3464)."""

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from canyu.channels.mail_links import dispatch_in
from canyu.channels.mail_rules import is_status_of_address
from canyu.channels.services.mailboxes import end_address

MOST_BYTES = 1024 * 1024


def take_bounce(*, data: bytes, at: datetime) -> str:
    """Stop mail to an address that takes none; return stopped, later, or passed over.

    Only what gives back the Message-ID of a mail of ours is believed, which nobody can make up:
    anybody could write that somebody's address takes nothing.
    """
    # Header fields as they came: the library's readers of them fail on some that are made up.
    mail = message_from_bytes(data[:MOST_BYTES], policy=compat32)
    status = _status_in(mail)
    dispatch_id = next(_ours_in(mail), None)
    if status is None or dispatch_id is None:
        return "passed over"
    action, code, words = status
    if action != "failed" or not is_status_of_address(code):
        return "later"
    because = f"{code} {words}".strip().replace("\0", "?")
    return (
        "stopped" if end_address(dispatch_id=dispatch_id, because=because, at=at) else "passed over"
    )


def _status_in(mail: Message) -> tuple[str, str, str] | None:
    """What stands in the first group about a recipient: action, status, and the server's words."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        groups = part.get_payload()
        for group in groups if isinstance(groups, list) else []:
            if isinstance(group, Message) and group.get("Action"):
                words = str(group.get("Diagnostic-Code", "")).partition(";")[2]
                return _one(group, "Action").lower(), _one(group, "Status"), " ".join(words.split())
    return None


def _one(group: Message, name: str) -> str:
    return str(group.get(name, "")).strip()


def _ours_in(mail: Message) -> Iterator[int]:
    for part in mail.walk():
        told = ""
        if part.get_content_type() == "text/rfc822-headers":
            told = str(part.get_payload())
        elif part is not mail:
            # Of a whole mail that came back, its head is a part of its own.
            told = str(part.get("Message-ID", ""))
        found = dispatch_in(told)
        if found is not None:
            yield found
