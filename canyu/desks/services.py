"""Moving work from one person of a team to another."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from canyu.desks.errors import WorkRefused
from canyu.journal.errors import NotFound, gettext_noop
from canyu.painpoints import services as painpoints
from canyu.painpoints.queries.pains import point_of
from canyu.topics import queries as topics
from canyu.topics import services as forum


@transaction.atomic
def give_work(
    *,
    actor_id: int,
    product_id: int,
    keeper_id: int,
    at: datetime,
    topic_ids: Collection[int] = (),
    point_ids: Collection[int] = (),
) -> None:
    """Let somebody else of the team look after these topics and pain points: all, or none.

    Raises `WorkRefused` for nothing, `NotFound`, and what the rooms of both refuse.
    """
    if not topic_ids and not point_ids:
        raise WorkRefused(
            gettext_noop("Nothing was given: tick what somebody else should look after.")
        )
    for topic_id in sorted(topic_ids):
        if topics.topic_of(topic_id, at=at).product_id != product_id:
            raise NotFound(gettext_noop("There is no such topic."))
        forum.give_keeper(actor_id=actor_id, topic_id=topic_id, keeper_id=keeper_id, at=at)
    for point_id in sorted(point_ids):
        point = point_of(point_id, product_id=product_id)
        painpoints.change_point(
            actor_id=actor_id,
            point_id=point_id,
            keeper_id=keeper_id,
            size=point.size,
            state=point.state,
            at=at,
        )
