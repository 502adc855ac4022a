"""Who is told that work is in their hands now. Each `hear_…` is a subscriber of the journal."""

from canyu.channels.services import write_notices
from canyu.topics.events import TopicGiven


def hear_topic_given(event: TopicGiven) -> None:
    """Tell who looks after a topic now, unless they took it themselves."""
    if event.keeper_id == event.actor_id:
        return
    write_notices(
        member_ids=[event.keeper_id],
        product_id=event.product_id,
        kind="topic",
        key=f"topic:{event.topic_id}:{event.at.isoformat()}",
        facts={"topic_id": event.topic_id},
        at=event.at,
    )
