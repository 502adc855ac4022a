"""What people of other places should be told where they spoke, and that somebody told them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from canyu.channels.errors import SayingRefused
from canyu.channels.mail_rules import MAILED_AGAIN
from canyu.channels.models import Dispatch, Guest, Reply, Saying
from canyu.channels.services.team import check_team
from canyu.journal.errors import NotFound, gettext_noop
from canyu.members import queries as members
from canyu.topics import queries as topics
from canyu.topics.queries import TopicView

SPOKEN = ("topic", "voice", "remark")
TOLD_OF = ("planned", "declined", "shipped")


@transaction.atomic
def owe_replies(*, topic_id: int, kind: str, key: str, facts: dict[str, Any], at: datetime) -> None:
    """Note what everybody should be told who spoke elsewhere of this topic, once each.

    Whoever turned out to be a member is told here.
    """
    ids = topics.tree_ids(topics.standing_ids([topic_id])[topic_id])
    rows = Saying.objects.filter(topic_id__in=ids, fate__in=SPOKEN).select_related("guest")
    first = {row.guest_id: row for row in rows.order_by("-id")}
    _owe(first.values(), topic_id=topic_id, kind=kind, key=key, facts=facts, at=at)


def owe_what_is_known(saying: Saying, *, at: datetime) -> None:
    """Note that somebody asks for what has shipped or is solved already."""
    if saying.topic_id is None:
        return
    topic = topics.topic_of(saying.topic_id, at=at)
    told = told_of(topic)
    if told:
        kind, key, facts = told
        _owe([saying], topic_id=topic.id, kind=kind, key=key, facts=facts, at=at)


def told_of(topic: TopicView) -> tuple[str, str, dict[str, Any]] | None:
    """What is to be told of where a topic stands: (kind, key, facts)."""
    if topic.status in TOLD_OF or topic.status == "confirmed":
        status = "shipped" if topic.status == "confirmed" else topic.status
        return status, f"{status}:{topic.id}:{topic.version}", {"version": topic.version}
    if topic.solved_at is not None:
        return "solved", f"solved:{topic.id}", {"remark_id": topic.solution_id}
    return None


@transaction.atomic
def mark_carried(
    *, actor_id: int, product_id: int, reply_id: int, is_carried: bool, at: datetime
) -> None:
    """Say that somebody was told, or was not after all. The team may. Raises `NotFound`."""
    check_team(product_id, actor_id)
    n_found = Reply.objects.filter(pk=reply_id, product_id=product_id).update(
        carried_at=at if is_carried else None, carried_by=actor_id if is_carried else None
    )
    if not n_found:
        raise NotFound(gettext_noop("There is no such answer."))


@transaction.atomic
def mail_reply(*, actor_id: int, product_id: int, reply_id: int, at: datetime) -> None:
    """Mail an answer to whoever wrote to us; it counts as told by the actor, who is of the team.

    One that cannot be delivered stands among those to carry again. Raises `NotFound`, and
    `SayingRefused` where there is no address, or where mail went there already.
    """
    check_team(product_id, actor_id)
    rows = Reply.objects.select_for_update(no_key=True, of=("self",)).select_related("guest")
    row = rows.filter(pk=reply_id, product_id=product_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such answer."))
    mails = list(row.dispatches.order_by("id"))
    if row.carried_at is not None or (mails and mails[-1].state not in MAILED_AGAIN):
        raise SayingRefused(
            gettext_noop("Nothing was mailed: this was told already, or mail does not reach them."),
            status=409,
        )
    if not row.guest.address or row.guest.member_id is None:
        raise SayingRefused(
            gettext_noop("Nothing was mailed: they did not write by mail. Tell them there."),
            status=409,
        )
    Dispatch.objects.create(
        member_id=row.guest.member_id,
        kind="reply",
        key=f"reply:{row.pk}:{len(mails)}",
        address=row.guest.address,
        reply=row,
        made_at=at,
        next_at=at,
    )
    row.carried_at, row.carried_by_id = at, actor_id
    row.save(update_fields=["carried_at", "carried_by"])


def carry_again(dispatch: Dispatch) -> None:
    """Let an answer wait once more for somebody to carry it, since its mail did not arrive."""
    Reply.objects.filter(dispatches=dispatch).update(carried_at=None, carried_by=None)


def _owe(
    sayings: Iterable[Saying],
    *,
    topic_id: int,
    kind: str,
    key: str,
    facts: dict[str, Any],
    at: datetime,
) -> None:
    rows = list(sayings)
    people = members.members_of(row.guest.member_id for row in rows if row.guest.member_id)
    Reply.objects.bulk_create(
        (
            Reply(
                product_id=row.product_id,
                guest_id=row.guest_id,
                saying=row,
                key=key,
                kind=kind,
                facts={"topic_id": topic_id, **facts},
                at=at,
            )
            for row in rows
            if _can_be_told(row.guest) and not _is_here(row.guest, people)
        ),
        ignore_conflicts=True,
        batch_size=200,
    )


def _can_be_told(guest: Guest) -> bool:
    return bool(guest.name or guest.address)


def _is_here(guest: Guest, people: dict[int, members.MemberView]) -> bool:
    person = people.get(guest.member_id or 0)
    return person is not None and person.has_joined
