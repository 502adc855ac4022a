"""What people decide about what says the same. Each decision is kept, and stands until the next."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from canyu.journal.errors import NotFound, gettext_noop
from canyu.painpoints.errors import PainPointRefused
from canyu.painpoints.models import Evidence, Placed, Point, Proposal, Wording
from canyu.painpoints.rules import check_name, check_parts, check_reason
from canyu.painpoints.services.renew import area_of, count_anew, who_is_told
from canyu.painpoints.services.rows import take_notice, team_point, write_decision


@transaction.atomic
def accept_point(
    *, actor_id: int, point_id: int, at: datetime, wording_ids: Sequence[int] | None = None
) -> None:
    """Say that these (all of it, where none are named) say the same; the rest is taken out."""
    point = team_point(point_id, actor_id)
    stands_on = _stands_on(point)
    chosen = [one for one in stands_on if wording_ids is None or one in set(wording_ids)]
    if not chosen:
        raise PainPointRefused(
            gettext_noop("Nothing was accepted, because nothing was chosen that says the same.")
        )
    out = [one for one in stands_on if one not in set(chosen)]
    Evidence.objects.filter(point=point, wording_id__in=out).delete()
    Evidence.objects.filter(point=point).update(is_maybe=False)
    _take_from_suggestions(point, chosen, at)
    point.cluster = point.cluster if point.cluster is not None else _most_usual_cluster(chosen)
    point.standing, point.reason = "accepted", ""
    point.decided_by_id, point.decided_at = actor_id, at
    if point.area_id is None:
        point.area_id = area_of(chosen)
    if point.keeper_id is None:
        # One owner, from the first day on: the area's, until somebody else takes it.
        point.keeper_id = next(iter(who_is_told(point)), actor_id)
    take_notice(point, at)
    count_anew(point, at)
    point.save()
    write_decision(
        point,
        verb="accept",
        facts={"points": [point.pk], "items": chosen, "out": out},
        actor_id=actor_id,
        at=at,
    )


@transaction.atomic
def add_topic_to_point(*, actor_id: int, point_id: int, topic_id: int, at: datetime) -> None:
    """Say that a topic says the same, which nothing had found: who digs finds more."""
    point = team_point(point_id, actor_id)
    row = Wording.objects.filter(
        product_id=point.product_id, kind="topic", subject_id=topic_id, is_gone=False
    ).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such topic."))
    Evidence.objects.update_or_create(point=point, wording_id=row.pk, defaults={"is_maybe": False})
    _take_from_suggestions(point, [row.pk], at)
    take_notice(point, at)
    count_anew(point, at)
    point.save()
    facts = {"points": [point.pk], "items": [row.pk]}
    write_decision(point, verb="accept", facts=facts, actor_id=actor_id, at=at)


@transaction.atomic
def dismiss_point(*, actor_id: int, point_id: int, reason: str, at: datetime) -> None:
    """Say that it is of no concern, and why; what is like it goes there, out of sight."""
    point = team_point(point_id, actor_id)
    point.reason = check_reason(reason)
    point.standing, point.decided_by_id, point.decided_at = "dismissed", actor_id, at
    sure = [
        one
        for one in _stands_on(point)
        if Evidence.objects.filter(point=point, wording_id=one, is_maybe=False).exists()
    ]
    if point.cluster is None:
        sure = _stands_on(point)
        point.cluster = _most_usual_cluster(sure)
    take_notice(point, at)
    point.save()
    write_decision(
        point,
        verb="dismiss",
        facts={"points": [point.pk], "items": sure},
        actor_id=actor_id,
        at=at,
        reason=point.reason,
    )


@transaction.atomic
def split_point(
    *, actor_id: int, point_id: int, wording_ids: Sequence[int], name: str, at: datetime
) -> int:
    """Say that a part of it is a pain of its own; return the number of that one."""
    point = team_point(point_id, actor_id)
    stands_on = _stands_on(point)
    chosen = [one for one in stands_on if one in set(wording_ids)]
    check_parts(chosen, stands_on)
    if point.cluster is None:
        point.cluster = _most_usual_cluster([one for one in stands_on if one not in set(chosen)])
    own = Point.objects.create(
        product_id=point.product_id,
        standing="accepted",
        name={"en": check_name(name)},
        is_named=True,
        found_at=at,
        found_by="split",
        state="noticed",
        state_at=at,
        decided_by_id=actor_id,
        decided_at=at,
        keeper_id=point.keeper_id or actor_id,
        area_id=area_of(chosen),
    )
    Evidence.objects.filter(point=point, wording_id__in=chosen).update(point=own, is_maybe=False)
    Evidence.objects.filter(point=point).update(is_maybe=False)
    point.standing, point.decided_by_id, point.decided_at = "accepted", actor_id, at
    point.keeper_id = point.keeper_id or actor_id
    take_notice(point, at)
    for each in (point, own):
        count_anew(each, at)
        each.save()
    write_decision(
        point,
        verb="split",
        facts={"points": [point.pk], "new_point": own.pk, "items": chosen},
        actor_id=actor_id,
        at=at,
    )
    return own.pk


@transaction.atomic
def join_points(*, actor_id: int, point_id: int, other_id: int, at: datetime) -> None:
    """Say that another pain point is this one: its voices come here, and so does what was dug."""
    if point_id == other_id:
        raise PainPointRefused(
            gettext_noop("Nothing was joined: a pain point cannot be joined to itself.")
        )
    # In the order of their numbers, so that two who join the same two do not wait for each other.
    held = {one: team_point(one, actor_id) for one in sorted({point_id, other_id})}
    point, other = held[point_id], held[other_id]
    if point.product_id != other.product_id:
        raise NotFound(gettext_noop("There is no such pain point."))
    for each in (point, other):
        if each.cluster is None:
            each.cluster = _most_usual_cluster(_stands_on(each))
    already = Evidence.objects.filter(point=point).values("wording_id")
    Evidence.objects.filter(point=other).exclude(wording_id__in=already).update(point=point)
    Evidence.objects.filter(point=other).delete()
    Evidence.objects.filter(point=point).update(is_maybe=False)
    other.dug.update(point=point)
    facts = {"points": [point.pk, other.pk], "items": _stands_on(point)}
    other.standing, other.joined_to_id, other.decided_at = "joined", point.pk, at
    other.decided_by_id = actor_id
    other.save()
    point.standing, point.decided_by_id, point.decided_at = "accepted", actor_id, at
    point.keeper_id = point.keeper_id or other.keeper_id or actor_id
    take_notice(point, at)
    count_anew(point, at)
    point.save()
    Proposal.objects.filter(point__in=(point, other), other__in=(point, other)).update(
        answer="yes", answered_by_id=actor_id, answered_at=at
    )
    write_decision(point, verb="join", facts=facts, actor_id=actor_id, at=at)


@transaction.atomic
def rename_point(*, actor_id: int, point_id: int, name: str, language: str, at: datetime) -> None:
    """Give it a name of the team's own, in one language."""
    point = team_point(point_id, actor_id)
    kept = {} if not point.is_named else point.name
    point.name, point.is_named = {**kept, language: check_name(name)}, True
    take_notice(point, at)
    point.save()
    write_decision(point, verb="rename", facts={"name": point.name}, actor_id=actor_id, at=at)


@transaction.atomic
def answer_proposal(*, actor_id: int, proposal_id: int, is_so: bool, at: datetime) -> None:
    """Say yes or no to what a night proposed; a no is kept, and not asked again."""
    row = Proposal.objects.select_related("other").filter(pk=proposal_id, answer="").first()
    if row is None:
        raise NotFound(gettext_noop("There is no such proposal, or somebody answered it already."))
    point = team_point(row.point_id, actor_id)
    row.answer, row.answered_by_id, row.answered_at = "yes" if is_so else "no", actor_id, at
    row.save()
    if is_so:
        _carry_out(row, point, actor_id, at)
        return
    verb, points = "out", [point.pk]
    if row.kind == "join" and row.other is not None:
        verb, points = "apart", [point.pk, row.other.pk]
    elif row.kind == "split":
        verb = "whole"
    facts = {"points": points, "out": row.wordings if verb == "out" else []}
    write_decision(point, verb=verb, facts=facts, actor_id=actor_id, at=at)


def _carry_out(row: Proposal, point: Point, actor_id: int, at: datetime) -> None:
    if row.kind == "join" and row.other_id is not None:
        join_points(actor_id=actor_id, point_id=point.pk, other_id=row.other_id, at=at)
    elif row.kind == "split":
        name = next(iter(point.name.values()), "") or "…"
        split_point(
            actor_id=actor_id, point_id=point.pk, wording_ids=row.wordings, name=name, at=at
        )
    else:
        known = set(
            Placed.objects.filter(wording_id__in=row.wordings).values_list("wording_id", flat=True)
        )
        Evidence.objects.bulk_create(
            (Evidence(point=point, wording_id=one) for one in row.wordings if one in known),
            ignore_conflicts=True,
        )
        accept_point(actor_id=actor_id, point_id=point.pk, at=at)


def _stands_on(point: Point) -> list[int]:
    rows = Evidence.objects.filter(point=point).order_by("wording_id")
    return list(rows.values_list("wording_id", flat=True))


def _most_usual_cluster(wording_ids: Sequence[int]) -> int | None:
    """Return a cluster for these that no other pain point has: where most of them are."""
    counts: dict[int, int] = {}
    for cluster in Placed.objects.filter(wording_id__in=wording_ids).values_list(
        "cluster", flat=True
    ):
        counts[cluster] = counts.get(cluster, 0) + 1
    taken = set(
        Point.objects.filter(cluster__in=counts)
        .exclude(standing="joined")
        .values_list("cluster", flat=True)
    )
    free = [one for one in counts if one not in taken]
    return min(free, key=lambda one: (-counts[one], one)) if free else None


def _take_from_suggestions(point: Point, chosen: Sequence[int], at: datetime) -> None:
    """What was decided to be here is no evidence of other suggestions any more."""
    others = Evidence.objects.filter(wording_id__in=chosen).exclude(point=point)
    touched = set(others.values_list("point_id", flat=True))
    others.delete()
    for other in Point.objects.filter(pk__in=touched):
        count_anew(other, at)
        if other.standing == "suggested" and other.n_voices < 2:  # noqa: PLR2004 - nothing is left
            other.standing, other.joined_to = "joined", point
        other.save()
