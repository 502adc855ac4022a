"""Once a night all is grouped anew: what nobody decided about moves, the rest is proposed."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.events import shown_of_product
from canyu.painpoints.models import Evidence, Grouping, Point, Proposal
from canyu.painpoints.queries.heard import heard_in
from canyu.painpoints.services.alert import alert_of, tell_ranked
from canyu.painpoints.services.find import add_evidence, new_point, renew, write_places
from canyu.painpoints.services.grouping import clusters_of, held_grouping, hold
from canyu.painpoints.voices import voices_in
from canyu.textmine.alerts import NEW
from canyu.textmine.clusters import Clusters
from canyu.textmine.keeping import saved
from canyu.textmine.regroup import Family, Night, regroup, settle

FROM_HOUR = 1
"""Of the day, in UTC: a night's work waits until then."""


def work_nights(*, at: datetime) -> int:
    """Do the night of each product that has not had it today; return how many were done."""
    due = Grouping.objects.exclude(night_on__gte=at.date()).filter(step__gt=0)
    if at.hour < FROM_HOUR:
        return 0
    ids = list(due.order_by("product_id").values_list("product_id", flat=True))
    return sum(_work_night(product_id, at) for product_id in ids)


def _work_night(product_id: int, at: datetime) -> int:
    """Group anew without holding anything, and write it down if nothing came meanwhile."""
    with transaction.atomic():
        grouping = held_grouping(product_id)
        clusters, step = clusters_of(grouping), grouping.step
    clusters.follow_crowding()
    night = regroup(clusters)
    moved = settle(clusters, night)
    return _write_night(product_id, step, clusters, night, moved, saved(clusters), at)


@transaction.atomic
def _write_night(
    product_id: int,
    step: int,
    clusters: Clusters,
    night: Night,
    moved: Iterable[int],
    kept: bytes,
    at: datetime,
) -> int:
    grouping = held_grouping(product_id)
    if grouping.step != step or (grouping.night_on and grouping.night_on >= at.date()):
        # Somebody posted or decided meanwhile: the next round does it again.
        return 0
    write_places(clusters, moved)
    _follow(product_id, clusters)
    _propose(product_id, clusters, night, at)
    for family in night.families:
        _see_family(product_id, clusters, family, at)
    rows = Point.objects.filter(product_id=product_id, standing__in=("suggested", "accepted"))
    tell_ranked(
        [(point, renew(point, clusters, at, is_night=True)) for point in rows.order_by("id")], at
    )
    grouping.step += 1
    grouping.next_cluster = clusters.next_cluster
    grouping.kept, grouping.kept_step = kept, grouping.step
    grouping.night_on = at.date()
    grouping.save()
    journal.mark_changed(shown_of_product(product_id))
    hold(grouping, clusters)
    return 1


def _follow(product_id: int, clusters: Clusters) -> None:
    """Let pain points stand on what is in their clusters now; what was decided has not moved."""
    for point in Point.objects.filter(product_id=product_id, cluster__isnull=False):
        if point.standing in {"joined", "dismissed"}:
            continue
        members = clusters.members(point.cluster or 0)
        if not members:
            continue
        sure = Evidence.objects.filter(point=point, is_maybe=False)
        sure.exclude(wording_id__in=members).update(is_maybe=True)
        add_evidence(point, members, is_maybe=False)


def _propose(product_id: int, clusters: Clusters, night: Night, at: datetime) -> None:
    points = {
        point.cluster: point
        for point in Point.objects.filter(product_id=product_id, cluster__isnull=False).exclude(
            standing__in=("joined", "dismissed")
        )
    }
    for join in night.joins:
        one, other = (points.get(each) for each in join.clusters)
        if one is not None and other is not None:
            _put(one, "join", at, other=other, likeness=join.likeness)
        elif (known := one or other) is not None:
            stranger = next(each for each in join.clusters if each != known.cluster)
            _put(known, "more", at, list(clusters.members(stranger)), likeness=join.likeness)
    for split in night.splits:
        point = points.get(split.cluster)
        if point is not None:
            _put(point, "split", at, list(split.parts[1]), likeness=split.likeness)


def _put(
    point: Point,
    kind: str,
    at: datetime,
    wordings: list[int] | None = None,
    *,
    other: Point | None = None,
    likeness: float,
) -> None:
    """Propose once; what was said no to is not proposed again, but for what is new."""
    if point.standing != "accepted" and other is not None and other.standing == "accepted":
        point, other = other, point
    answered = Proposal.objects.filter(point=point, kind=kind, other=other)
    refused = {one for row in answered.filter(answer="no") for one in row.wordings}
    left = [one for one in wordings or [] if one not in refused]
    if other is not None and answered.exclude(answer="").exists():
        return
    if other is None and not left:
        return
    Proposal.objects.update_or_create(
        point=point,
        kind=kind,
        other=other,
        answer="",
        defaults={"wordings": left, "likeness": likeness, "found_at": at},
    )


def _see_family(product_id: int, clusters: Clusters, family: Family, at: datetime) -> None:
    """Suggest what may say the same in unlike words, where enough people say it."""
    if len(family.items) < NEW.n_people:
        return
    counts = Counter(clusters.cluster_of(item) for item in family.items)
    decided = [one for one in counts if clusters.standing_of(one) != "open"]
    known = {
        point.cluster: point
        for point in Point.objects.filter(product_id=product_id, cluster__in=counts).exclude(
            standing="joined"
        )
    }
    if decided:
        point = known.get(decided[0])
        if point is not None and point.standing == "accepted":
            strangers = [one for one in family.items if clusters.cluster_of(one) != decided[0]]
            _put(point, "more", at, strangers, likeness=family.likeness)
        return
    point = _suggestion_for(product_id, family)
    if point is None:
        alert = alert_of(voices_in(heard_in(family.items)), at)
        if alert is None:
            return
        point = new_point(product_id, cluster=None, wording_ids=family.items, alert=alert, at=at)
    stale = Evidence.objects.filter(point=point, is_maybe=True)
    stale.exclude(wording_id__in=family.items).delete()
    add_evidence(point, family.items, is_maybe=True)


def _suggestion_for(product_id: int, family: Family) -> Point | None:
    """Return the open suggestion that a family goes on: the one that shares most with it.

    At least half of the smaller of the two, or they are not the same.
    """
    rows = Evidence.objects.filter(point__product_id=product_id, point__standing="suggested")
    here = rows.filter(wording_id__in=family.items).values_list("point_id", flat=True)
    shared = Counter(here)
    if not shared:
        return None
    best = min(shared, key=lambda one: (-shared[one], one))
    smaller = min(rows.filter(point_id=best).count(), len(family.items))
    return Point.objects.get(pk=best) if 2 * shared[best] >= smaller else None
