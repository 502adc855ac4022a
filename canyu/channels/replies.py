"""What people of other places should be told when something happened. Each is a subscriber."""

from canyu.channels.events import SheetTaken
from canyu.channels.services.replies import TOLD_OF, owe_replies
from canyu.channels.services.sheets import take_rows
from canyu.remarks.events import RemarkWritten
from canyu.topics.events import TopicSolved, TopicStatusSet


def hear_remark_written(event: RemarkWritten) -> None:
    """The team answered a topic of which people spoke elsewhere."""
    if event.subject_kind != "topic" or not event.is_answer:
        return
    owe_replies(
        topic_id=event.subject_id,
        kind="answer",
        key=f"answer:{event.remark_id}",
        facts={"remark_id": event.remark_id},
        at=event.at,
    )


def hear_topic_solved(event: TopicSolved) -> None:
    """A topic is solved; naming another remark tells nobody again."""
    owe_replies(
        topic_id=event.topic_id,
        kind="solved",
        key=f"solved:{event.topic_id}",
        facts={"remark_id": event.remark_id},
        at=event.at,
    )


def hear_topic_status_set(event: TopicStatusSet) -> None:
    """A topic shipped, is planned, or was declined with a reason."""
    if event.status in TOLD_OF:
        owe_replies(
            topic_id=event.topic_id,
            kind=event.status,
            key=f"{event.status}:{event.topic_id}:{event.version}",
            facts={"version": event.version},
            at=event.at,
        )


def hear_sheet_taken(event: SheetTaken) -> None:
    """Take the next rows of a table."""
    take_rows(sheet_id=event.sheet_id, after=event.upto, at=event.at)
