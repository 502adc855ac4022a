"""Mail that comes in: words of somebody elsewhere, or a member's answer to what they were told."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO

from django.conf import settings
from django.db import transaction

from canyu.channels.errors import LetterRefused
from canyu.channels.models import Saying
from canyu.channels.sayings.letters import MOST_BYTES, Letter, Unreadable, read_letter
from canyu.channels.sayings.records import (
    LONGEST_ADDRESS,
    LONGEST_ID,
    SayingRecord,
    Whence,
    check_record,
    person_key,
)
from canyu.channels.services.addresses import ReplyTo, mark_in, reply_to_of
from canyu.channels.services.bring import keep_words
from canyu.channels.services.senders import member_of_address
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.pictures.errors import PictureRefused, PicturesAway
from canyu.pictures.services import store_picture
from canyu.products import queries as products
from canyu.remarks import queries as remarks
from canyu.topics import queries as topics
from canyu.topics import services as forum
from canyu.topics.rules import LONGEST_WORDS

# As sysexits.h names them, and mail servers read them.
EX_DATAERR, EX_NOUSER, EX_UNAVAILABLE = 65, 67, 69
MOST_A_DAY = 50
"""Mails of one sender; whoever sends more writes with a program."""

LONGEST_REMARK = 5_000
_ANSWERS = re.compile(r"(?:re|aw|fwd?|回复|答复|转发)\s*[:：]", re.IGNORECASE)


@dataclass(frozen=True)
class Taken:
    """What a mail became: "word", "known", "remark", or "passed over" for a program's."""

    what: str
    saying_id: int | None = None
    remark_id: int | None = None


def take_letter(*, data: bytes, at: datetime, recipient: str = "", slug: str = "") -> Taken:
    """Take one mail as it came (RFC 5322).

    `recipient` is the address of its envelope, if known; `slug` the product, where it does not go
    by the address.

    Only a sender whom our own mail server proved, and who answers what they themselves were told,
    speaks as a member. All others are people of elsewhere, whose words wait for the team. Raises
    `LetterRefused` with what the mail server is to be told.
    """
    letter = _read(data)
    if letter.is_automatic:
        return Taken("passed over")
    product_id, reply = _whereto(letter, recipient, slug, at)
    if reply is not None:
        said = _as_remark(letter, reply, at)
        if said is not None:
            return said
    return _as_word(letter, product_id, reply.topic_id if reply else None, at)


def _read(data: bytes) -> Letter:
    if len(data) > MOST_BYTES:
        raise LetterRefused(
            gettext_noop("This mail is larger than %(most)s MB. Send it without attachments."),
            code=EX_DATAERR,
            enhanced="5.3.4",
            most=MOST_BYTES // 1024 // 1024,
        )
    try:
        letter = read_letter(data, trusted=settings.CANYU_MAIL_TRUST)
    except Unreadable as problem:
        raise LetterRefused(
            gettext_noop("This mail cannot be read. Send it again as plain text."),
            code=EX_DATAERR,
            enhanced="5.6.0",
        ) from problem
    if not letter.address or len(letter.address) > LONGEST_ADDRESS:
        raise LetterRefused(
            gettext_noop("This mail does not say who wrote it."), code=EX_DATAERR, enhanced="5.6.0"
        )
    return letter


def _whereto(letter: Letter, recipient: str, slug: str, at: datetime) -> tuple[int, ReplyTo | None]:
    marks = [mark_in(one) for one in ((recipient,) if recipient else letter.to)]
    mark = slug or next((one for one in marks if one), "")
    reply = None if slug else reply_to_of(mark)
    if reply is not None:
        try:
            return topics.topic_of(reply.topic_id, at=at).product_id, reply
        except NotFound:
            reply = None
    known = products.product_ids_by_slug()
    if mark not in known:
        raise LetterRefused(
            gettext_noop("Nobody reads mail at this address."), code=EX_NOUSER, enhanced="5.1.1"
        )
    return known[mark], None


@transaction.atomic
def _as_remark(letter: Letter, reply: ReplyTo, at: datetime) -> Taken | None:
    """Write it as what a member says, None where it is not proved that they wrote it."""
    if not letter.is_proved or member_of_address(letter.address) != reply.member_id:
        return None
    if not _is_first(letter, reply):
        return Taken("known")
    try:
        remark_id = forum.comment_on_topic(
            member_id=reply.member_id,
            topic_id=reply.topic_id,
            text=letter.text[:LONGEST_REMARK],
            at=at,
        )
    except Refused:
        # Locked or hidden meanwhile: the team reads it among the words that wait.
        return None
    return Taken("remark", remark_id=remark_id)


def _is_first(letter: Letter, reply: ReplyTo) -> bool:
    """Whether this mail did not come before: mail servers send again where in doubt."""
    said = remarks.said_on("topic", topics.tree_ids(reply.topic_id))
    own = (one.text for one in said if one.author_id == reply.member_id)
    return letter.text[:LONGEST_REMARK].strip() not in own


def _as_word(letter: Letter, product_id: int, topic_id: int | None, at: datetime) -> Taken:
    left_off = list(letter.left_off)
    record = SayingRecord(
        text=_text_of(letter),
        whence=Whence("mail"),
        who=letter.who,
        said_at=min(letter.said_at, at) if letter.said_at else at,
        outside_id=letter.number[:LONGEST_ID],
        address=letter.address,
        is_proved=letter.is_proved,
    )
    try:
        record = check_record(record, at=at)
    except Refused as refusal:
        raise LetterRefused(
            gettext_noop("This mail was not taken, because there are no words in it."),
            code=EX_DATAERR,
            enhanced="5.6.0",
        ) from refusal
    _check_pace(record, product_id, at)
    pictures = tuple(_pictures(letter, left_off, at))
    record = replace(record, pictures=pictures, left_off=tuple(left_off))
    with transaction.atomic():
        (brought,) = keep_words([record], product_id=product_id, actor_id=None, way="mail", at=at)
        if topic_id is not None and brought.is_new:
            # What it answers, for whoever gives it its place.
            Saying.objects.filter(pk=brought.saying_id).update(topic_id=topic_id)
    return Taken("word" if brought.is_new else "known", saying_id=brought.saying_id)


def _text_of(letter: Letter) -> str:
    """Its subject and its words; a subject that only answers another says nothing."""
    text = letter.text
    if letter.subject and not _ANSWERS.match(letter.subject):
        text = f"{letter.subject}\n{text}".strip()
    return text if len(text) <= LONGEST_WORDS else f"{text[: LONGEST_WORDS - 1]}…"


def _pictures(letter: Letter, left_off: list[str], at: datetime) -> list[str]:
    """Store the pictures that can be taken; the names of the others go to `left_off`."""
    kept: list[str] = []
    for one in letter.pictures:
        try:
            kept.append(store_picture(file=BytesIO(one.data), at=at))
        except PicturesAway:
            # The mail server sends it again.
            raise
        except PictureRefused:
            left_off.append(one.name)
    return kept


def _check_pace(record: SayingRecord, product_id: int, at: datetime) -> None:
    since = at - timedelta(days=1)
    n_today = Saying.objects.filter(
        product_id=product_id,
        origin__kind="mail",
        guest__key=person_key(record),
        brought_at__gt=since,
    ).count()
    if n_today >= MOST_A_DAY:
        raise LetterRefused(
            gettext_noop("So much mail came from you today. Send the rest tomorrow."),
            code=EX_UNAVAILABLE,
            enhanced="5.7.1",
        )
