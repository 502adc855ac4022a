"""Keeping up with what became of words since: changed, hidden, merged, moved, said by one more."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from canyu.painpoints.models import Placed, Wording
from canyu.painpoints.services.wordings import take_topic, take_wording
from canyu.remarks import queries as remarks
from canyu.remarks.events import RemarkChanged, RemarkHidden, RemarkRemoved, RemarkShown
from canyu.remarks.queries import RemarkView
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.topics.events import (
    TopicEdited,
    TopicHidden,
    TopicMerged,
    TopicMoved,
    TopicShown,
    TopicUnmerged,
    VoiceAdded,
    VoiceWithdrawn,
)

TopicMade = TopicEdited | TopicHidden | TopicShown | TopicMerged | TopicUnmerged | TopicMoved
RemarkMade = RemarkChanged | RemarkRemoved | RemarkHidden | RemarkShown


@transaction.atomic
def hear_topic_made_other(event: TopicMade) -> None:
    """Let the wording of a topic say what stands now, with all that it carries along.

    What was merged into it goes where it goes; so do the remarks on it.
    """
    for topic_id in topics.tree_ids(event.topic_id):
        take_topic(topic_id, at=event.at)
    if isinstance(event, TopicHidden | TopicShown | TopicMoved):
        _take_remarks(event.topic_id, event.at)
    if isinstance(event, TopicMerged | TopicUnmerged):
        # Voices went over from one to the other.
        other = event.into_id if isinstance(event, TopicMerged) else event.from_id
        count_voices_anew([event.topic_id, other])


def hear_remark_made_other(event: RemarkMade) -> None:
    """Let the wording of a remark say what stands now; what was never taken stays untaken."""
    row = Wording.objects.filter(kind="remark", subject_id=event.remark_id).first()
    if row is None:
        return
    product_id = row.product_id
    is_gone = isinstance(event, RemarkRemoved | RemarkHidden)
    if event.subject_kind == "topic":
        topic = topics.topic_of(event.subject_id, at=event.at)
        product_id, is_gone = topic.product_id, is_gone or topic.is_hidden
    written = remarks.remark_text(event.remark_id)
    take_wording(
        kind="remark",
        subject_id=event.remark_id,
        product_id=product_id,
        member_id=row.member_id,
        text=row.text if written is None else written,
        at=row.at,
        is_gone=is_gone or written is None,
    )


def hear_voice_counted(event: VoiceAdded | VoiceWithdrawn) -> None:
    """Let the worker count anew what stands on a topic: one person more or less says it."""
    count_voices_anew([event.topic_id])


def count_voices_anew(topic_ids: Collection[int]) -> None:
    """Note that other people are in these topics than were counted.

    Counted by the worker: hundreds of voices may come within a minute.
    """
    standing = set(topics.standing_ids(topic_ids).values())
    rows = Placed.objects.filter(wording__kind="topic", wording__subject_id__in=standing)
    rows.update(is_stale=True)


def _take_remarks(topic_id: int, at: datetime) -> None:
    topic = topics.topic_of(topic_id, at=at)
    told = remarks.remarks_on(
        Subject("topic", topic_id), *topics.tree_ids(topic_id)[1:], sees_hidden=True
    )
    said = {one.id: one for top in told for one in (top, *top.replies)}
    for row in Wording.objects.filter(kind="remark", subject_id__in=said):
        take_wording(
            kind="remark",
            subject_id=row.subject_id,
            product_id=topic.product_id,
            member_id=row.member_id,
            text=row.text,
            at=row.at,
            is_gone=topic.is_hidden or _is_unsaid(said[row.subject_id]),
        )


def _is_unsaid(remark: RemarkView) -> bool:
    return remark.is_removed or remark.is_hidden
