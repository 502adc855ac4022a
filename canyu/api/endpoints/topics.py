"""Topics and voices."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from canyu.api.endpoints.access import READ_REFUSALS, WRITE_REFUSALS, product_for
from canyu.api.fields import PageNumber, PathId, TopicKind, TopicSort, TopicStatus
from canyu.api.keys import MemberKey, OptionalKey, member_of
from canyu.api.pace import check_pace
from canyu.api.people import People
from canyu.api.schemas.topics import (
    AlikeIn,
    AlikeOut,
    AlikeTopics,
    TopicIn,
    TopicOut,
    TopicsPage,
    VoiceIn,
    VoiceOut,
)
from canyu.journal import clock
from canyu.journal.errors import Invalid, NotFound
from canyu.members.rules import storable
from canyu.painpoints.queries.similar import similar_topics
from canyu.products import queries as products
from canyu.topics import queries as topics
from canyu.topics import services
from canyu.topics.queries import TopicView

router = Router(tags=["topics"], auth=OptionalKey())
MOST_ALIKE = 10
NO_TOPIC = "There is no such topic."
NO_AREA = "Nothing was done: there is no area “%(area)s”. Known: %(known)s."


@router.get("/products/{slug}/topics", response={200: TopicsPage, **READ_REFUSALS})
def list_topics(
    request: HttpRequest,
    slug: str,
    page: PageNumber = 1,
    kind: Annotated[TopicKind | None, Query()] = None,
    status: Annotated[TopicStatus | None, Query()] = None,
    search: Annotated[str, Query(max_length=200, description="Words in it.")] = "",
    area: Annotated[str, Query(max_length=64, description="Slug of an area.")] = "",
    unanswered: Annotated[bool, Query(description="Nobody else has said anything.")] = False,  # noqa: FBT002 - a part of the address
    sort: Annotated[TopicSort, Query()] = "newest",
) -> TopicsPage:
    """Topics, newest first, 20 a page; the other parameters narrow them down."""
    product_id = product_for(request, slug).id
    sieve = topics.Sieve(
        kind=kind or "",
        status=status or "",
        search=storable(search),
        area_id=_area_id(product_id, area),
        is_waiting=unanswered,
    )
    leaf = topics.topics_in(product_id, sieve, at=clock.now(), sort=sort, page=page)
    people = People(one for topic in leaf.topics for one in (topic.author_id, topic.keeper_id))
    return TopicsPage(
        topics=[_topic(topic, people) for topic in leaf.topics],
        page=leaf.number,
        n_pages=leaf.n_pages,
        n_topics=leaf.n_topics,
    )


@router.post(
    "/products/{slug}/topics", response={201: TopicOut, **WRITE_REFUSALS}, auth=MemberKey()
)
def raise_topic(request: HttpRequest, slug: str, body: TopicIn) -> Status[TopicOut]:
    """Raise a topic. Somebody of the team looks after it from the first minute."""
    product, at = product_for(request, slug), clock.now()
    check_pace(request, product.id, "topic")
    topic_id = services.raise_topic(
        member_id=member_of(request),
        product_id=product.id,
        kind=body.kind,
        title=body.title,
        words=body.words,
        language=body.language,
        area_id=_area_id(product.id, body.area),
        at=at,
    )
    topic = topics.topic_of(topic_id, at=at)
    return Status(201, _topic(topic, People([topic.author_id, topic.keeper_id])))


@router.post("/products/{slug}/topics/alike", response={200: AlikeTopics, **READ_REFUSALS})
def topics_alike(request: HttpRequest, slug: str, body: AlikeIn) -> AlikeTopics:
    """Topics that say the same as a text. A post, so that what people type is in no log."""
    product_id = product_for(request, slug).id
    found = similar_topics(
        product_id, body.text, at=clock.now(), limit=MOST_ALIKE, is_typing=body.is_typing
    )
    people = People(
        member_id for one in found for member_id in (one.topic.author_id, one.topic.keeper_id)
    )
    return AlikeTopics(
        topics=[
            AlikeOut(
                topic=_topic(one.topic, people),
                likeness=None if one.likeness is None else round(one.likeness, 3),
                is_answered=one.is_answered,
            )
            for one in found
        ]
    )


@router.post(
    "/products/{slug}/topics/{topic_id}/voice",
    response={200: VoiceOut, **WRITE_REFUSALS},
    auth=MemberKey(),
)
def add_voice(
    request: HttpRequest, slug: str, topic_id: PathId, body: VoiceIn | None = None
) -> VoiceOut:
    """Say “me too”. Saying it twice changes nothing."""
    product, at = product_for(request, slug), clock.now()
    if topics.topic_of(topic_id, at=at).product_id != product.id:
        raise NotFound(NO_TOPIC)
    check_pace(request, product.id, "voice")
    is_new = services.add_voice(
        member_id=member_of(request), topic_id=topic_id, words=body.words if body else "", at=at
    )
    counted_in = topics.standing_ids([topic_id])[topic_id]
    return VoiceOut(is_new=is_new, n_voices=topics.topic_of(counted_in, at=at).n_voices)


def _area_id(product_id: int, slug: str) -> int | None:
    if not slug:
        return None
    known = products.area_ids_by_slug(product_id)
    if slug not in known:
        raise Invalid(NO_AREA, area=storable(slug), known=", ".join(sorted(known)) or "–")
    return known[slug]


def topic_fields(topic: TopicView, people: People) -> dict[str, Any]:
    """What every answer says of a topic."""
    return {
        "id": topic.id,
        "kind": topic.kind,
        "title": topic.title,
        "words": topic.words,
        "language": topic.language,
        "author": people.one(topic.author_id),
        "keeper": people.one(topic.keeper_id),
        "raised_at": topic.raised_at,
        "status": topic.status,
        "reason": topic.reason,
        "version": topic.version,
        "status_at": topic.status_at,
        "n_voices": topic.n_voices,
        "n_days_late": topic.n_days_late,
        "solved_at": topic.solved_at,
    }


def _topic(topic: TopicView, people: People) -> TopicOut:
    return TopicOut(**topic_fields(topic, people))
