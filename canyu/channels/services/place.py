"""What becomes of words from elsewhere: a topic, a voice, a remark, or nothing, with a reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from canyu.channels.errors import SayingRefused
from canyu.channels.models import Saying
from canyu.channels.sayings.records import (
    as_voice,
    check_reason,
    heard_in,
    kind_like,
    title_and_words,
)
from canyu.channels.services.guests import stand_in_of
from canyu.channels.services.replies import owe_what_is_known
from canyu.channels.services.team import check_team
from canyu.journal.errors import NotFound, gettext_noop
from canyu.topics import queries as topics
from canyu.topics import services as forum
from canyu.topics.rules import LONGEST_TITLE, check_kind

PLACES = ("voice", "topic", "remark", "left")
LONGEST_REMARK = 5_000


@dataclass(frozen=True)
class Placed:
    """How many words found their place, and the topic that they are in now."""

    n: int
    topic_id: int | None


@transaction.atomic
def place_words(
    *,
    actor_id: int,
    product_id: int,
    saying_ids: Collection[int],
    place: str,
    at: datetime,
    topic_id: int | None = None,
    kind: str = "",
    reason: str = "",
) -> Placed:
    """Let waiting words become something: all of them the same. What waits no more is passed over.

    "voice" and "remark" need a topic of the product. "topic" raises one from the first word, the
    others are voices in it. A person is one voice, however often they said it. Raises
    `SayingRefused`, `NotAllowed`, `NotFound`.
    """
    check_team(product_id, actor_id)
    rows = _waiting(product_id, saying_ids)
    if place not in PLACES:
        raise SayingRefused(gettext_noop("Nothing was done: this page does not know how."))
    if not rows:
        raise SayingRefused(
            gettext_noop("Nothing was done: none of these words waits any more."), status=409
        )
    if place == "left":
        why = check_reason(reason)
        for row in rows:
            _settle(row, "left", actor_id, at, reason=why)
        return Placed(len(rows), None)
    if place == "topic":
        return _raise(rows, actor_id=actor_id, kind=kind, at=at)
    topic_id = _topic_here(product_id, topic_id, at)
    for row in rows:
        if place == "voice":
            _voice(row, topic_id, actor_id=actor_id, at=at)
        else:
            _remark(row, topic_id, actor_id=actor_id, at=at)
    return Placed(len(rows), topic_id)


@transaction.atomic
def wait_again(*, actor_id: int, product_id: int, saying_id: int, at: datetime) -> None:
    """Let a word that was left out wait again; doing it twice changes nothing."""
    del at
    check_team(product_id, actor_id)
    Saying.objects.filter(pk=saying_id, product_id=product_id, fate="left").update(
        fate="waiting", reason="", fated_by=None, fated_at=None
    )


def _waiting(product_id: int, saying_ids: Collection[int]) -> list[Saying]:
    rows = Saying.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "guest", "origin"
    )
    return list(
        rows.filter(product_id=product_id, pk__in=list(saying_ids), fate="waiting").order_by("pk")
    )


def _raise(rows: Sequence[Saying], *, actor_id: int, kind: str, at: datetime) -> Placed:
    first, *others = rows
    title, words = title_and_words(first.text, longest=LONGEST_TITLE)
    topic_id = forum.raise_topic(
        member_id=stand_in_of(first.guest, at=at),
        product_id=first.product_id,
        kind=check_kind(kind or kind_like(first.text)),
        title=title,
        words=_with_pictures(words, first),
        language=first.language,
        posted_by_id=actor_id,
        heard_in=heard_in(first.origin.kind),
        said_at=first.said_at,
        at=at,
    )
    _settle(first, "topic", actor_id, at, topic_id=topic_id)
    for row in others:
        _voice(row, topic_id, actor_id=actor_id, at=at)
    return Placed(len(rows), topic_id)


def _voice(row: Saying, topic_id: int, *, actor_id: int, at: datetime) -> None:
    forum.add_voice(
        member_id=stand_in_of(row.guest, at=at),
        topic_id=topic_id,
        words=as_voice(row.text),
        posted_by_id=actor_id,
        heard_in=heard_in(row.origin.kind),
        said_at=row.said_at,
        at=at,
    )
    _settle(row, "voice", actor_id, at, topic_id=topic_id)
    owe_what_is_known(row, at=at)


def _remark(row: Saying, topic_id: int, *, actor_id: int, at: datetime) -> None:
    remark_id = forum.comment_on_topic(
        member_id=stand_in_of(row.guest, at=at),
        topic_id=topic_id,
        text=_with_pictures(row.text, row)[:LONGEST_REMARK],
        at=at,
    )
    _settle(row, "remark", actor_id, at, topic_id=topic_id, remark_id=remark_id)


def _settle(
    row: Saying,
    fate: str,
    actor_id: int | None,
    at: datetime,
    *,
    topic_id: int | None = None,
    remark_id: int | None = None,
    reason: str = "",
) -> None:
    row.fate, row.reason = fate, reason
    row.topic_id, row.remark_id = topic_id, remark_id
    row.fated_by_id, row.fated_at = actor_id, at
    row.save(update_fields=["fate", "reason", "topic", "remark", "fated_by", "fated_at"])


def _with_pictures(words: str, row: Saying) -> str:
    links = "\n\n".join(f"![](/pictures/{key})" for key in row.pictures)
    return f"{words}\n\n{links}".strip() if links else words


def _topic_here(product_id: int, topic_id: int | None, at: datetime) -> int:
    """The topic in which one that was named stands now; raise `NotFound` for another product's."""
    standing = topics.standing_ids([topic_id or 0])[topic_id or 0]
    topic = topics.topic_of(standing, at=at)
    if topic.product_id != product_id or topic.is_hidden:
        raise NotFound(gettext_noop("There is no such topic."))
    return standing
