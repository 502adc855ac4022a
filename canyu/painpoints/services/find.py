"""Finding pain points as wordings come in. Done by the worker, never while a page waits."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from canyu.journal import services as journal
from canyu.journal.events import shown_of_product
from canyu.painpoints.models import Decision, Evidence, Grouping, Placed, Point, Wording
from canyu.painpoints.queries.heard import heard_in
from canyu.painpoints.services.alert import alert_of, tell_ranked
from canyu.painpoints.services.grouping import clusters_of, decide, held_grouping, hold, words_of
from canyu.painpoints.services.renew import area_of, count_anew, label_anew
from canyu.painpoints.voices import Voices, voices_in
from canyu.textmine.alerts import Alert
from canyu.textmine.clusters import Clusters

AT_ONCE = 200
LEAST_LOOKED_AT = 2


def find_points(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Place what was said since, and find what many say; return how many wordings were placed.

    At most `limit` of each product. What people decided meanwhile is carried out first.
    """
    return sum(_find_in(product_id, at, limit) for product_id in _products_with_news())


def unplaced() -> QuerySet[Wording]:
    """Return the wordings that can be placed and are not yet."""
    placed = Placed.objects.values("wording_id")
    return Wording.objects.filter(is_gone=False).exclude(model="").exclude(pk__in=placed)


def _gone() -> QuerySet[Placed]:
    """Return where wordings are placed that are gone, or are about another product now."""
    moved = ~Q(product_id=F("wording__product_id"))
    return Placed.objects.filter(Q(wording__is_gone=True) | moved)


def _products_with_news() -> list[int]:
    found: set[int] = set()
    stale = Placed.objects.filter(is_stale=True)
    undone = Decision.objects.filter(is_grouped=False)
    for rows in (unplaced(), _gone(), stale, undone):
        found |= set(rows.order_by().values_list("product_id", flat=True).distinct())
    return sorted(found)


@transaction.atomic
def _find_in(product_id: int, at: datetime, limit: int) -> int:
    grouping = held_grouping(product_id)
    clusters = clusters_of(grouping)
    touched = _forget_gone(grouping, clusters, at) | _carry_out(grouping, clusters)
    counted = _count_stale(product_id, clusters, at)
    touched |= counted
    new = list(unplaced().filter(product_id=product_id).order_by("at", "id")[:limit])
    for wording in new:
        touched.add(_place(grouping, clusters, wording))
    grouping.next_cluster = clusters.next_cluster
    grouping.save(update_fields=["step", "next_cluster"])
    looked = [
        _look(product_id, clusters, cluster, at, is_counted=cluster in counted)
        for cluster in sorted(touched)
    ]
    tell_ranked((one for one in looked if one is not None), at)
    journal.mark_changed(shown_of_product(product_id))
    hold(grouping, clusters)
    return len(new)


def _place(grouping: Grouping, clusters: Clusters, wording: Wording) -> int:
    terms, vector = words_of(wording)
    found = clusters.add(wording.pk, terms=terms, vector=vector)
    grouping.step += 1
    Placed.objects.create(
        wording=wording,
        product_id=grouping.product_id,
        cluster=found.cluster,
        cluster_at_first=found.cluster,
        step=grouping.step,
    )
    return found.cluster


def _forget_gone(grouping: Grouping, clusters: Clusters, at: datetime) -> set[int]:
    rows = _gone().filter(product_id=grouping.product_id)
    gone = dict(rows.order_by("step").values_list("wording_id", "cluster"))
    if not gone:
        return set()
    facts = {"items": list(gone)}
    decide(clusters, "forget", facts)
    grouping.step += 1
    Decision.objects.create(
        product_id=grouping.product_id,
        step=grouping.step,
        verb="forget",
        facts=facts,
        at=at,
        is_grouped=True,
    )
    points = set(Evidence.objects.filter(wording_id__in=gone).values_list("point_id", flat=True))
    Evidence.objects.filter(wording_id__in=gone).delete()
    Placed.objects.filter(wording_id__in=gone).delete()
    for point in Point.objects.filter(pk__in=points).order_by("id"):
        count_anew(point, at)
        point.save()
    return set(gone.values())


def _count_stale(product_id: int, clusters: Clusters, at: datetime) -> set[int]:
    """Count anew what stands on topics that have other voices; return their clusters."""
    rows = Placed.objects.filter(product_id=product_id, is_stale=True)
    stale = [one for one in rows.values_list("wording_id", flat=True) if one in clusters]
    points = set(Evidence.objects.filter(wording_id__in=stale).values_list("point_id", flat=True))
    for point in Point.objects.filter(pk__in=points).order_by("id"):
        count_anew(point, at)
        point.save()
    rows.update(is_stale=False)
    return {clusters.cluster_of(one) for one in stale}


def _carry_out(grouping: Grouping, clusters: Clusters) -> set[int]:
    """Let the clusters hear what people decided since."""
    touched: set[int] = set()
    undone = Decision.objects.filter(product_id=grouping.product_id, is_grouped=False)
    for row in undone.order_by("step"):
        facts = _with_clusters(row.facts)
        facts["next_cluster"] = clusters.next_cluster
        made = decide(clusters, row.verb, facts)
        if made is not None:
            Point.objects.filter(pk=int(facts.get("new_point") or row.point_id or 0)).update(
                cluster=made
            )
            touched.add(made)
        items = {*facts.get("items", []), *facts.get("out", [])}
        for cluster in facts.get("clusters", []):
            items |= set(clusters.members(cluster))
        write_places(clusters, items)
        row.facts, row.is_grouped = facts, True
        row.save(update_fields=["facts", "is_grouped"])
    return touched


def _with_clusters(facts: dict[str, Any]) -> dict[str, Any]:
    """Say by number of cluster what was decided about pain points."""
    known = dict(Point.objects.filter(pk__in=facts.get("points", [])).values_list("id", "cluster"))
    listed = [known[one] for one in facts.get("points", []) if known.get(one) is not None]
    return {**facts, "clusters": listed, "cluster": listed[0] if listed else None}


def write_places(clusters: Clusters, items: Iterable[int]) -> None:
    """Write in which clusters these are now."""
    by_cluster: dict[int, list[int]] = {}
    for item in items:
        if item in clusters:
            by_cluster.setdefault(clusters.cluster_of(item), []).append(item)
    for cluster, here in by_cluster.items():
        Placed.objects.filter(wording_id__in=here).update(cluster=cluster)


def _look(
    product_id: int, clusters: Clusters, cluster: int, at: datetime, *, is_counted: bool
) -> tuple[Point, Voices] | None:
    """See whether what came to a cluster makes a pain point of it, or news of one.

    Few texts may have many voices: so it is looked at where they were counted.
    """
    members = clusters.members(cluster)
    rows = Point.objects.filter(product_id=product_id, cluster=cluster)
    point = rows.exclude(standing="joined").first()
    if point is None:
        if len(members) < (1 if is_counted else LEAST_LOOKED_AT):
            return None
        alert = alert_of(voices_in(heard_in(members)), at)
        if alert is None:
            return None
        point = new_point(product_id, cluster=cluster, wording_ids=members, alert=alert, at=at)
    add_evidence(point, members, is_maybe=False)
    return point, renew(point, clusters, at)


def new_point(
    product_id: int, *, cluster: int | None, wording_ids: Iterable[int], alert: Alert, at: datetime
) -> Point:
    """Suggest a pain point."""
    return Point.objects.create(
        product_id=product_id,
        cluster=cluster,
        standing="suggested",
        found_at=at,
        found_by=alert.kind,
        state="noticed",
        state_at=at,
        area_id=area_of(list(wording_ids)),
    )


def add_evidence(point: Point, wording_ids: Iterable[int], *, is_maybe: bool) -> None:
    """Let a pain point stand on these too; what it stood on as a maybe becomes sure."""
    listed = list(wording_ids)
    Evidence.objects.bulk_create(
        (Evidence(point=point, wording_id=one, is_maybe=is_maybe) for one in listed),
        ignore_conflicts=True,
    )
    if not is_maybe:
        Evidence.objects.filter(point=point, wording_id__in=listed).update(is_maybe=False)


def renew(point: Point, clusters: Clusters, at: datetime, *, is_night: bool = False) -> Voices:
    """Count and name a pain point anew; return its voices."""
    found = count_anew(point, at)
    label_anew(point, clusters, found, is_night=is_night)
    point.save()
    return found
