"""Following help to its end: solved, open again, and risen where nobody answered."""

from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.products import queries as products
from canyu.remarks import queries as remarks
from canyu.topics import queries
from canyu.topics.errors import TopicRefused
from canyu.topics.events import TopicReopened, TopicRose, TopicSolved
from canyu.topics.models import Topic
from canyu.topics.rules import HELP_KINDS, may_solve
from canyu.topics.services.comment import check_remark_in
from canyu.topics.services.rows import shown_row, write_deed

# At most so many in one transaction: whoever else waits to write comes in between.
MOST_AT_ONCE = 50


@transaction.atomic
def solve_topic(
    *, actor_id: int, topic_id: int, at: datetime, remark_id: int | None = None
) -> None:
    """Say that a topic is solved, and by which remark if it was one.

    The asker may, the team, and members whose answers have solved something for three others.
    Saying it again names another remark. Raises `NotAllowed`, `TopicRefused`.
    """
    topic = shown_row(topic_id)
    _check_may_solve(topic, actor_id)
    helper_id = None
    if remark_id is not None:
        check_remark_in(topic, remark_id)
        helper_id = remarks.remark_author(remark_id)
        if helper_id is None:
            raise TopicRefused(
                gettext_noop("Nothing was changed: that remark is no longer there."), status=404
            )
    if topic.solved_at is not None and topic.solution_id == remark_id:
        return
    topic.solved_at = topic.solved_at or at
    topic.solved_by_id, topic.solution_id = actor_id, remark_id
    topic.helped_at = topic.helped_at or at
    topic.save(update_fields=["solved_at", "solved_by", "solution", "helped_at"])
    write_deed(topic, "solved", actor_id, at)
    journal.publish(
        TopicSolved(
            at=at,
            topic_id=topic.pk,
            product_id=topic.product_id,
            actor_id=actor_id,
            remark_id=remark_id,
            helper_id=helper_id,
        )
    )


@transaction.atomic
def reopen_topic(*, actor_id: int, topic_id: int, at: datetime) -> None:
    """Say that what was said to be solved is not. Whoever may say the one may say the other."""
    topic = shown_row(topic_id)
    _check_may_solve(topic, actor_id)
    if topic.solved_at is None:
        return
    topic.solved_at = topic.solved_by = topic.solution = None
    topic.save(update_fields=["solved_at", "solved_by", "solution"])
    write_deed(topic, "reopened", actor_id, at)
    journal.publish(
        TopicReopened(at=at, topic_id=topic.pk, product_id=topic.product_id, actor_id=actor_id)
    )


@transaction.atomic
def raise_unanswered(*, at: datetime, limit: int = MOST_AT_ONCE) -> int:
    """Let the questions and troubles rise that nobody answered in time; return how many rose.

    Any number of workers may call it: a row is claimed by the transaction that writes it, and
    what another one is at is passed over.
    """
    due = Topic.objects.select_for_update(skip_locked=True, no_key=True).filter(
        kind__in=HELP_KINDS,
        helped_at=None,
        risen_at=None,
        rises_at__lte=at,
        solved_at=None,
        merged_into=None,
        hidden_at=None,
    )
    rows = list(due.order_by("rises_at", "pk")[:limit])
    for topic in rows:
        topic.risen_at = at
        topic.save(update_fields=["risen_at"])
        write_deed(topic, "rose", None, at)
        journal.publish(
            TopicRose(
                at=at,
                topic_id=topic.pk,
                product_id=topic.product_id,
                owner_ids=tuple(_owners_of(topic)),
            )
        )
    return len(rows)


def _owners_of(topic: Topic) -> list[int]:
    """Who decides for the topic's area: its small team, else the product's owners."""
    team = products.team_of(topic.product_id)
    makers = products.area_maker_ids(topic.area_id) if topic.area_id is not None else []
    there = {person.member_id for person in team}
    return [one for one in makers if one in there] or [
        person.member_id for person in team if person.role == "owner"
    ]


def _check_may_solve(topic: Topic, actor_id: int) -> None:
    if not may_solve(
        actor_id,
        asker_id=topic.author_id,
        is_team=products.is_team(topic.product_id, actor_id),
        n_solved=queries.n_solved_by(actor_id, topic.product_id),
    ):
        raise NotAllowed(
            gettext_noop(
                "Nothing was changed: who asked can say that it is solved, or the team, or members "
                "whose answers have solved something for three others."
            )
        )
