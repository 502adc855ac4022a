"""What is mailed, as the pages' room words it, and how it leaves: a connection and an answer."""

import re
import smtplib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from canyu.channels.mail_rules import is_address_dead
from canyu.channels.queries.notices import NoticeView
from canyu.channels.queries.replies import ReplyView
from canyu.channels.sayings.letters import OWN_MARK

MOST_SAID = 500
# What is sent along with nothing but its number: whoever wrote it may have written anything there.
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")


@dataclass(frozen=True)
class Letter:
    """What a mail should tell: notices, the link that proves an address, or an answer to words."""

    member_id: int
    kind: str
    language: str
    zone: str
    notices: Sequence[NoticeView] = ()
    confirm_token: str = ""
    stop_token: str = ""
    reply: ReplyView | None = None


@dataclass(frozen=True)
class Worded:
    """A mail in words; `stop_href` takes the one click of RFC 8058.

    `answer_to` is where an answer becomes a remark or a word that waits, `answers_number` the
    Message-ID of the mail that this one answers; "" where there is none.
    """

    subject: str
    text: str
    html: str
    stop_href: str = ""
    answer_to: str = ""
    answers_number: str = ""


class Compose(Protocol):
    """Puts a letter into words; None where nothing is left to tell."""

    def __call__(self, letter: Letter, /) -> Worded | None:
        """Return the words."""


@dataclass(frozen=True)
class Post:
    """The way out: words, a connection, the sender's address, and the name in message ids."""

    compose: Compose
    connect: Callable[[], BaseEmailBackend]
    sender: str
    host: str


@dataclass(frozen=True)
class Outcome:
    """What became of one: sent, later, dead (never to this address), or unsure."""

    state: str
    said: str = ""


def message_of(
    worded: Worded, *, post: Post, address: str, message_id: str
) -> EmailMultiAlternatives:
    """Return the mail, with the header fields by which programs unsubscribe and answer nothing."""
    fields = {
        "Message-ID": message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        OWN_MARK: "1",
    }
    if worded.stop_href:
        fields["List-Unsubscribe"] = f"<{worded.stop_href}>"
        fields["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if MESSAGE_ID.fullmatch(worded.answers_number):
        # So that it stands in their thread.
        fields["In-Reply-To"] = fields["References"] = worded.answers_number
    subject = " ".join(worded.subject.split())
    mail = EmailMultiAlternatives(
        subject,
        worded.text,
        post.sender,
        [address],
        headers=fields,
        reply_to=[worded.answer_to] if worded.answer_to else None,
    )
    mail.attach_alternative(worded.html, "text/html")
    return mail


def send_one(mail: EmailMultiAlternatives, connection: BaseEmailBackend) -> Outcome:
    """Send a mail and say what became of it; only where its end is not known is it unsure."""
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as problem:
        return Outcome("away", _said(problem))
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()))
        is_dead = is_address_dead(code, _text(words))
        return Outcome("dead" if is_dead else "later", _said(refusal))
    except (smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError) as refusal:
        # That is about us, not about the address.
        return Outcome("away", _said(refusal))
    except smtplib.SMTPResponseException as refusal:
        # Its address was taken; what is refused is the mail.
        return Outcome("later", _said(refusal))
    except (OSError, smtplib.SMTPException) as problem:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()
        return Outcome("unsure", _said(problem))
    return Outcome("sent")


def _said(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(problem.recipients.values()))
        return _plain(f"{code} {_text(words)}")
    if isinstance(problem, smtplib.SMTPResponseException):
        return _plain(f"{problem.smtp_code} {_text(problem.smtp_error)}")
    return _plain(f"{type(problem).__name__}: {problem}")


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _plain(words: str) -> str:
    return words.replace("\0", "?")[:MOST_SAID]
