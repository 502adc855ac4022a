"""One topic: what is said about it, whether it is solved, its status."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest
from ninja import Router, Status

from canyu.api.endpoints.access import READ_REFUSALS, WRITE_REFUSALS, product_for
from canyu.api.endpoints.topics import NO_TOPIC, topic_fields
from canyu.api.fields import PathId
from canyu.api.keys import MemberKey, OptionalKey, caller_of, member_of
from canyu.api.pace import check_pace
from canyu.api.people import People
from canyu.api.schemas.talk import RemarkIn, RemarkOut, SolvedIn, StatusIn, TopicDetailOut
from canyu.journal import clock
from canyu.journal.errors import NotFound
from canyu.members.rules import storable
from canyu.products import queries as products
from canyu.remarks import queries as remarks
from canyu.remarks.queries import RemarkView
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.topics import services
from canyu.topics.queries import TopicView

router = Router(tags=["topics"], auth=OptionalKey())
HERE = "/products/{slug}/topics/{topic_id}"


@router.get(HERE, response={200: TopicDetailOut, **READ_REFUSALS})
def show_topic(request: HttpRequest, slug: str, topic_id: PathId) -> TopicDetailOut:
    """One topic, with what was said about it and about those that were put into it."""
    return _detail(_topic_for(request, slug, topic_id))


@router.post(f"{HERE}/remarks", response={201: RemarkOut, **WRITE_REFUSALS}, auth=MemberKey())
def say(request: HttpRequest, slug: str, topic_id: PathId, body: RemarkIn) -> Status[RemarkOut]:
    """Say something about a topic; by somebody of the team it is an answer, and stops the clock."""
    topic = _topic_for(request, slug, topic_id)
    check_pace(request, topic.product_id, "remark")
    remark_id = services.comment_on_topic(
        member_id=member_of(request),
        topic_id=topic.id,
        text=storable(body.text),
        parent_id=body.parent,
        at=clock.now(),
    )
    said = next(one for one in _told(_thread(topic)) if one.id == remark_id)
    return Status(201, _remark(said, People([said.author_id])))


@router.put(f"{HERE}/solved", response={200: TopicDetailOut, **WRITE_REFUSALS}, auth=MemberKey())
def say_solved(request: HttpRequest, slug: str, topic_id: PathId, body: SolvedIn) -> TopicDetailOut:
    """Say that a topic is solved, by which remark if it was one, or that it is open again."""
    topic = _topic_for(request, slug, topic_id)
    actor_id, at = member_of(request), clock.now()
    if body.is_solved:
        services.solve_topic(actor_id=actor_id, topic_id=topic.id, remark_id=body.remark, at=at)
    else:
        services.reopen_topic(actor_id=actor_id, topic_id=topic.id, at=at)
    return _detail(topics.topic_of(topic.id, at=at))


@router.put(f"{HERE}/status", response={200: TopicDetailOut, **WRITE_REFUSALS}, auth=MemberKey())
def set_status(request: HttpRequest, slug: str, topic_id: PathId, body: StatusIn) -> TopicDetailOut:
    """Give a topic a status with a reason; all who asked are told."""
    topic, at = _topic_for(request, slug, topic_id), clock.now()
    services.set_status(
        actor_id=member_of(request),
        topic_id=topic.id,
        status=body.status,
        reason=storable(body.reason),
        version=storable(body.version),
        at=at,
    )
    return _detail(topics.topic_of(topic.id, at=at))


def _topic_for(request: HttpRequest, slug: str, topic_id: int) -> TopicView:
    product = product_for(request, slug)
    topic = topics.topic_of(topic_id, at=clock.now())
    caller_id = caller_of(request)
    is_seen = not topic.is_hidden or (
        caller_id == topic.author_id or products.is_team(product.id, caller_id)
    )
    if topic.product_id != product.id or not is_seen:
        raise NotFound(NO_TOPIC)
    return topic


def _thread(topic: TopicView) -> Sequence[RemarkView]:
    _own, *others = topics.tree_ids(topic.id)
    return remarks.remarks_on(Subject("topic", topic.id), *others)


def _told(thread: Sequence[RemarkView]) -> Iterator[RemarkView]:
    for one in thread:
        yield one
        yield from _told(one.replies)


def _detail(topic: TopicView) -> TopicDetailOut:
    told = sorted(_told(_thread(topic)), key=lambda one: one.id)
    people = People([topic.author_id, topic.keeper_id, *(one.author_id for one in told)])
    return TopicDetailOut(
        **topic_fields(topic, people),
        merged_into_id=topic.merged_into_id,
        solution_id=topic.solution_id,
        is_locked=topic.is_locked,
        remarks=[_remark(one, people) for one in told],
    )


def _remark(said: RemarkView, people: People) -> RemarkOut:
    is_gone = said.is_removed or said.is_hidden
    return RemarkOut(
        id=said.id,
        parent_id=said.parent_id,
        author=None if is_gone else people.one(said.author_id),
        text="" if is_gone else said.text,
        written_at=said.written_at,
        is_edited=said.is_edited,
        is_answer=said.is_answer,
    )
