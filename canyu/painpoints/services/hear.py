"""What the room hears: all that people write, change, take back, put together, and say as well."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.events import shown_of_product
from canyu.painpoints.models import Placed, Wording
from canyu.painpoints.services.wordings import take_wording
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.remarks.events import (
    RemarkChanged,
    RemarkHidden,
    RemarkRemoved,
    RemarkShown,
    RemarkWritten,
)
from canyu.remarks.queries import Said
from canyu.remarks.rules import Subject
from canyu.reports.events import ReportClosed
from canyu.topics import queries as topics
from canyu.topics.events import (
    SpeakerIdentified,
    TopicEdited,
    TopicHidden,
    TopicMerged,
    TopicMoved,
    TopicRaised,
    TopicShown,
    TopicUnmerged,
    VoiceAdded,
    VoiceWithdrawn,
)
from canyu.topics.queries import TopicView

CELL_ROLES = ("wanted", "why_worst")
TopicEvent = (
    TopicRaised | TopicEdited | TopicHidden | TopicShown | TopicMerged | TopicUnmerged | TopicMoved
)
RemarkEvent = RemarkWritten | RemarkChanged | RemarkRemoved | RemarkHidden | RemarkShown


@dataclass(frozen=True)
class Place:
    """Where a remark is read, and whether what it is on is hidden there."""

    product_id: int
    is_hidden: bool


@transaction.atomic
def hear_topic(event: TopicEvent) -> None:
    """Take what a topic says now, with all that it carries along.

    What was merged into it goes where it goes; so do the remarks on all of it.
    """
    ids = topics.tree_ids(event.topic_id)
    for topic_id in ids:
        take_topic(topics.topic_of(topic_id, at=event.at))
    if not isinstance(event, TopicRaised | TopicEdited):
        _take_remarks(ids, at=event.at)
    if isinstance(event, TopicMerged | TopicUnmerged):
        # Voices went over from one to the other.
        other = event.into_id if isinstance(event, TopicMerged) else event.from_id
        count_voices_anew([event.topic_id, other])


def take_topic(topic: TopicView) -> None:
    """Take a topic, its title on the first line; what is hidden or merged away is gone."""
    take_wording(
        kind="topic",
        subject_id=topic.id,
        product_id=topic.product_id,
        member_id=topic.author_id,
        text=f"{topic.title}\n{topic.words}".strip(),
        # Asking is counted when people ask, not when the team gets to know of it.
        at=topic.said_at or topic.raised_at,
        is_gone=topic.is_hidden or topic.merged_into_id is not None,
    )


def hear_remark(event: RemarkEvent) -> None:
    """Take what a remark says now."""
    for said in remarks.said_in([event.remark_id]):
        take_remark(said, at=event.at)


def take_remark(said: Said, *, at: datetime) -> None:
    """Take a remark on a topic or a change, unless somebody of the team wrote it."""
    place = _place_of(said.subject, at)
    if place is not None:
        _take_remark(said, place)


def _take_remarks(topic_ids: list[int], *, at: datetime) -> None:
    place = _place_of_topic(topic_ids[0], at)
    for said in remarks.said_on("topic", topic_ids):
        _take_remark(said, place)


def _place_of_topic(topic_id: int, at: datetime) -> Place:
    # Its remarks are read on the page of the topic into which it was merged.
    topic = topics.topic_of(topics.standing_ids([topic_id])[topic_id], at=at)
    return Place(topic.product_id, topic.is_hidden)


def _place_of(subject: Subject, at: datetime) -> Place | None:
    if subject.kind == "topic":
        return _place_of_topic(subject.id, at)
    if subject.kind == "change":
        return Place(releases.change_of(subject.id).product_id, is_hidden=False)
    return None


def _take_remark(said: Said, place: Place) -> None:
    is_taken = Wording.objects.filter(kind="remark", subject_id=said.id).exists()
    # Who comes to the team later said it as a member all the same.
    if not is_taken and products.is_team(place.product_id, said.author_id):
        return
    take_wording(
        kind="remark",
        subject_id=said.id,
        product_id=place.product_id,
        member_id=said.author_id,
        text=said.text,
        at=said.at,
        is_gone=said.is_gone or place.is_hidden,
    )


def hear_report_closed(event: ReportClosed) -> None:
    """Take what stands in the cells: not before the close, when nobody is told of it."""
    take_cells(event.release_id, event.product_id)


def take_cells(release_id: int, product_id: int) -> None:
    """Take the words in the cells of a report that closed."""
    changes = [one.id for one in releases.changes_of([release_id])]
    found = [
        *remarks.written_in_cells("release", [release_id], CELL_ROLES),
        *remarks.written_in_cells("change", changes, CELL_ROLES),
    ]
    for one in found:
        take_wording(
            kind=one.role,
            subject_id=one.id,
            product_id=product_id,
            member_id=one.author_id,
            text=one.text,
            at=one.at,
        )


@transaction.atomic
def hear_speaker_identified(event: SpeakerIdentified) -> None:
    """Let wordings follow their person, so that nobody is two."""
    rows = Wording.objects.filter(member_id=event.from_id)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(member_id=event.to_id)
    Placed.objects.filter(wording_id__in=ids).update(is_stale=True)
    touched = Wording.objects.filter(pk__in=ids).values_list("product_id", flat=True)
    journal.mark_changed(*map(shown_of_product, set(touched)))


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
