"""What the room hears: everything that people write, change, take back and put together."""

from datetime import datetime

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
from canyu.reports.events import ReportClosed
from canyu.topics import queries as topics
from canyu.topics.events import (
    TopicEdited,
    TopicHidden,
    TopicMerged,
    TopicMoved,
    TopicRaised,
    TopicShown,
    TopicUnmerged,
)
from canyu.topics.queries import TopicView

CELL_ROLES = {"wanted": "wanted", "why_least": "why_worst"}
TopicEvent = (
    TopicRaised | TopicEdited | TopicHidden | TopicShown | TopicMerged | TopicUnmerged | TopicMoved
)
RemarkEvent = RemarkWritten | RemarkChanged | RemarkRemoved | RemarkHidden | RemarkShown


def hear_topic(event: TopicEvent) -> None:
    """Take what a topic says now; with it, where it was moved, all that was merged into it."""
    ids = topics.tree_ids(event.topic_id) if isinstance(event, TopicMoved) else [event.topic_id]
    for topic_id in ids:
        take_topic(topics.topic_of(topic_id, at=event.at))


def take_topic(topic: TopicView) -> None:
    """Take a topic, its title on the first line; what is hidden or merged away is gone."""
    take_wording(
        kind="topic",
        subject_id=topic.id,
        product_id=topic.product_id,
        member_id=topic.author_id,
        text=f"{topic.title}\n{topic.words}".strip(),
        at=topic.raised_at,
        is_gone=topic.is_hidden or topic.merged_into_id is not None,
    )


def hear_remark(event: RemarkEvent) -> None:
    """Take what a remark says now."""
    said = remarks.said_in([event.remark_id])
    for one in said:
        take_remark(one, at=event.at)


def take_remark(said: Said, *, at: datetime) -> None:
    """Take a remark on a topic or a change, unless somebody of the team wrote it."""
    if said.subject.kind == "topic":
        product_id = topics.topic_of(said.subject.id, at=at).product_id
    elif said.subject.kind == "change":
        product_id = releases.change_of(said.subject.id).product_id
    else:
        return
    if products.is_team(product_id, said.author_id):
        return
    take_wording(
        kind="remark",
        subject_id=said.id,
        product_id=product_id,
        member_id=said.author_id,
        text=said.text,
        at=said.at,
        is_gone=said.is_gone,
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
            kind=CELL_ROLES[one.role],
            subject_id=one.id,
            product_id=product_id,
            member_id=one.author_id,
            text=one.text,
            at=one.at,
        )
