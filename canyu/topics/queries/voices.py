"""Whose voices are in a topic, and who hears of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, F

from canyu.topics.models import Follow, Topic, Voice
from canyu.topics.queries.trees import standing_ids, tree_ids


@dataclass(frozen=True)
class VoiceView:
    """One person in a topic; `is_author` of it, or of one that was merged into it.

    `words` are empty where the team has hidden them.
    """

    topic_id: int
    member_id: int
    words: str
    at: datetime
    is_author: bool
    posted_by_id: int | None
    heard_in: str
    id: int = 0
    is_hidden: bool = False


@dataclass(frozen=True)
class Listeners:
    """Who hears of a topic: those who asked, those who follow it, without those who muted it."""

    asked: frozenset[int]
    follow: frozenset[int]
    muted: frozenset[int]


def voices_for(topic_ids: Iterable[int], *, sees_hidden: bool = False) -> list[VoiceView]:
    """Every voice of these topics, the first first, each person once a topic; two queries.

    A topic that was merged away answers with the voices of the one that it stands in: they say
    the same now. Whoever had raised one of them is its author. Whoever `sees_hidden` reads also the
    words that the team took off the page.
    """
    standing = standing_ids(topic_ids)
    rows = (
        Voice.objects.filter(counted_in__in=set(standing.values()))
        .annotate(asker_id=F("topic__author_id"))
        .order_by("id")
    )
    by_topic: dict[int, dict[int, VoiceView]] = {}
    for row in rows:
        is_author = row.asker_id == row.member_id
        one = _view(row, is_author=is_author, sees_hidden=sees_hidden)
        known = by_topic.setdefault(row.counted_in_id, {})
        before = known.get(one.member_id)
        known[one.member_id] = one if before is None else _together(before, one)
    return [
        replace(one, topic_id=topic_id)
        for topic_id, in_id in standing.items()
        for one in by_topic.get(in_id, {}).values()
    ]


def voices_flagged(voice_ids: Iterable[int]) -> dict[int, VoiceView]:
    """These voices with the topics they count in, also hidden words: for whoever decides."""
    rows = Voice.objects.filter(pk__in=list(voice_ids)).order_by("id")
    return {row.pk: _view(row, is_author=False, sees_hidden=True) for row in rows}


def voices_among(member_ids: Collection[int]) -> set[int]:
    """Those of these members who ever gave their voice, in whatever topic; one query."""
    rows = Voice.objects.filter(member_id__in=list(member_ids))
    return set(rows.values_list("member_id", flat=True).distinct())


def voices_given_in(topic_id: int) -> frozenset[int]:
    """The members who gave their voice in a topic itself, or in what was merged into it."""
    rows = Voice.objects.filter(topic_id__in=tree_ids(topic_id))
    return frozenset(rows.values_list("member_id", flat=True))


def voice_of(topic_id: int, member_id: int) -> VoiceView | None:
    """The voice of a member in a topic, with their words about their own case."""
    voices = voices_for([topic_id])
    return next((one for one in voices if one.member_id == member_id), None)


def has_voice(topic_id: int, member_id: int | None) -> bool:
    """Whether this member is one of the topic's voices."""
    if member_id is None:
        return False
    counted_in = standing_ids([topic_id])[topic_id]
    return Voice.objects.filter(counted_in_id=counted_in, member_id=member_id).exists()


def listeners_of(topic_id: int) -> Listeners:
    """Who hears of a topic, with all that was merged into it."""
    ids = tree_ids(topic_id)
    asked = Voice.objects.filter(counted_in_id__in=ids).values_list("member_id", flat=True)
    rows = Follow.objects.filter(topic_id__in=ids).order_by("at", "id")
    # The last wish is the one that stands.
    wishes = dict(rows.values_list("member_id", "is_muted"))
    return Listeners(
        asked=frozenset(asked),
        follow=frozenset(one for one, is_muted in wishes.items() if not is_muted),
        muted=frozenset(one for one, is_muted in wishes.items() if is_muted),
    )


def wish_of(topic_id: int, member_id: int | None) -> str:
    """What a member wants to hear of a topic: "follow", "mute" or "" for the usual."""
    if member_id is None:
        return ""
    rows = Follow.objects.filter(topic_id__in=tree_ids(topic_id), member_id=member_id)
    row = rows.order_by("-at", "-id").first()
    if row is None:
        return ""
    return "mute" if row.is_muted else "follow"


def n_solved_by(member_id: int, product_id: int) -> int:
    """How many other people's topics this member's answers solved in a product."""
    solved = Topic.objects.filter(
        product_id=product_id, solution__author_id=member_id, solved_at__isnull=False
    ).exclude(author_id=member_id)
    return int(solved.aggregate(n=Count("author_id", distinct=True))["n"])


def _view(row: Voice, *, is_author: bool, sees_hidden: bool) -> VoiceView:
    is_hidden = row.hidden_at is not None
    return VoiceView(
        topic_id=row.counted_in_id,
        member_id=row.member_id,
        words=row.words if sees_hidden or not is_hidden else "",
        at=row.at,
        is_author=is_author,
        posted_by_id=row.posted_by_id,
        heard_in=row.heard_in,
        id=row.pk,
        is_hidden=is_hidden,
    )


def _together(one: VoiceView, other: VoiceView) -> VoiceView:
    """Two voices of one person: the earlier one, with all that they said."""
    first, last = sorted((one, other), key=lambda voice: voice.at)
    words = "\n".join(dict.fromkeys(text for text in (first.words, last.words) if text))
    return replace(
        first,
        words=words,
        is_author=first.is_author or last.is_author,
        id=first.id if first.words else last.id,
        is_hidden=first.is_hidden or last.is_hidden,
    )
