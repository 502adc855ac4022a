"""The clusters of a product, brought up to date: what was kept at night, and what came since.

Clusters live in the memory of whoever works on them, and nobody needs that memory: they are what
was kept at night, and then each post and each decision since, in the order of their steps. Whoever
moves them on holds the product's row of `Grouping` while doing so.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from canyu.painpoints.models import Decision, Grouping, Placed, Wording
from canyu.painpoints.queries.encoding import encoder, encoder_name
from canyu.textmine.clusters import Clusters
from canyu.textmine.errors import WrongVectors
from canyu.textmine.keeping import restored
from canyu.textmine.plain import plain_text
from canyu.textmine.terms import terms_of
from canyu.textmine.vectors import unpack_vector

Vector = NDArray[np.float32]
TERMS_READ = 800


@dataclass
class Held:
    """Clusters in memory, and up to which step they have come."""

    step: int
    kept_step: int
    clusters: Clusters


_held: dict[int, Held] = {}
_alone = threading.Lock()


def held_grouping(product_id: int) -> Grouping:
    """Return the row of a product's clusters, held until the transaction ends."""
    Grouping.objects.get_or_create(product_id=product_id, defaults={"model": encoder_name()})
    return Grouping.objects.select_for_update(no_key=True).get(product_id=product_id)


def clusters_of(grouping: Grouping) -> Clusters:
    """Return a product's clusters as they are at its step; the row must be held."""
    n_dimensions = _n_dimensions()
    with _alone:
        # Taken out, and put back by `hold` when all is written: what fails half-way is read anew.
        held = _held.pop(grouping.product_id, None)
    if (
        held is None
        or held.kept_step != grouping.kept_step
        or held.step > grouping.step
        or held.clusters.memory.n_dimensions != n_dimensions
    ):
        held = _from_store(grouping, n_dimensions)
    if held.step < grouping.step:
        _replay(grouping, held)
    return held.clusters


def hold(grouping: Grouping, clusters: Clusters) -> None:
    """Remember clusters as they are now; call it last, when all is written."""
    with _alone:
        _held[grouping.product_id] = Held(grouping.step, grouping.kept_step, clusters)


def words_of(wording: Wording) -> tuple[tuple[str, ...], Vector | None]:
    """Return the terms of a wording and its unit vector, None where it has none."""
    terms = terms_of(plain_text(wording.text)[:TERMS_READ])
    model = encoder()
    if model is None or not wording.vector:
        return terms, None
    try:
        steps, scale = unpack_vector(model.name, model.n_dimensions, bytes(wording.vector))
    except WrongVectors:
        return terms, None
    row = steps.astype(np.float32) * np.float32(scale)
    length = float(np.linalg.norm(row))
    return terms, row / length if length else None


def decide(clusters: Clusters, verb: str, facts: dict[str, Any]) -> int | None:
    """Carry a decision out; return the cluster that it made or kept, None where there is none.

    Posts that are no more are passed over.
    """
    items = [item for item in facts.get("items", []) if item in clusters]
    if verb in {"forget", "apart", "whole", "rename"}:
        _fixed(clusters, verb, facts, items)
        return None
    if verb == "join":
        return _joined(clusters, facts["clusters"], items)
    cluster = _cluster_for(clusters, facts.get("cluster"), items)
    if cluster is None:
        return None
    gathered = _gathered(clusters, items, cluster)
    if verb == "split":
        return _split(clusters, cluster, gathered)
    if verb != "out" and clusters.members(cluster):
        _settled(clusters, verb, cluster, gathered)
    for item in facts.get("out", []):
        if item not in clusters:
            continue
        if clusters.cluster_of(item) == cluster:
            clusters.take_out(item)
        else:
            clusters.decisions.bar(item, cluster)
    return cluster


def _cluster_for(clusters: Clusters, cluster: int | None, items: Sequence[int]) -> int | None:
    if cluster is not None:
        return clusters.decisions.heir_of(cluster)
    if not items:
        return None
    # All clusters that it could go by are those of other pain points.
    made = clusters.new_cluster()
    _gathered(clusters, items[:1], made)
    return made


def _joined(clusters: Clusters, listed: Sequence[int], items: Sequence[int]) -> int | None:
    known = [one for one in listed if clusters.members(one)]
    if not known:
        return None
    heir = clusters.join(known)
    clusters.accept(heir, _gathered(clusters, items, heir))
    return heir


def _settled(clusters: Clusters, verb: str, cluster: int, items: Sequence[int]) -> None:
    if verb == "dismiss":
        clusters.dismiss(cluster)
    else:
        clusters.accept(cluster, items)


def _fixed(clusters: Clusters, verb: str, facts: dict[str, Any], items: Sequence[int]) -> None:
    if verb == "forget":
        for item in items:
            clusters.forget(item)
    known = [one for one in facts.get("clusters", []) if clusters.members(one)]
    if verb == "apart":
        clusters.keep_apart(known)
    elif verb == "whole" and known:
        clusters.keep_whole(known[0])


def _gathered(clusters: Clusters, items: Iterable[int], cluster: int) -> list[int]:
    for item in items:
        # The last decision about a post stands, and this is the last.
        clusters.decisions.held.pop(item, None)
        clusters.decisions.free_from(item, cluster)
        clusters.move(item, cluster)
    return list(items)


def _split(clusters: Clusters, cluster: int, chosen: Sequence[int]) -> int | None:
    rest = [item for item in clusters.members(cluster) if item not in set(chosen)]
    if not chosen or not rest:
        return None
    return clusters.split(cluster, [rest, chosen])[1]


def _n_dimensions() -> int:
    model = encoder()
    return model.n_dimensions if model is not None else 0


def _from_store(grouping: Grouping, n_dimensions: int) -> Held:
    if grouping.kept is not None:
        clusters = restored(bytes(grouping.kept))
        # Kept with an encoder that is gone, or without one that came: then all is placed again.
        if clusters.memory.n_dimensions == n_dimensions:
            return Held(grouping.kept_step, grouping.kept_step, clusters)
    return Held(0, grouping.kept_step, Clusters(n_dimensions=n_dimensions))


def _replay(grouping: Grouping, held: Held) -> None:
    placed = Placed.objects.filter(product_id=grouping.product_id, step__gt=held.step)
    decided = Decision.objects.filter(
        product_id=grouping.product_id, step__gt=held.step, is_grouped=True
    )
    steps: list[tuple[int, Placed | Decision]] = [
        *((row.step, row) for row in placed.select_related("wording")),
        *((row.step, row) for row in decided),
    ]
    for _, row in sorted(steps, key=lambda pair: pair[0]):
        if isinstance(row, Placed):
            _place_again(held.clusters, row, grouping.kept_step)
        else:
            held.clusters.next_cluster = max(
                held.clusters.next_cluster, int(row.facts.get("next_cluster", 0))
            )
            decide(held.clusters, row.verb, row.facts)
    held.clusters.next_cluster = max(held.clusters.next_cluster, grouping.next_cluster)
    held.step = grouping.step


def _place_again(clusters: Clusters, row: Placed, kept_step: int) -> None:
    if row.wording_id in clusters:
        return
    terms, vector = words_of(row.wording)
    found = clusters.add(row.wording_id, terms=terms, vector=vector)
    # Nights before the last one that was kept have moved it since.
    there = row.cluster_at_first if row.step > kept_step else row.cluster
    if found.cluster != there:
        clusters.next_cluster = max(clusters.next_cluster, there + 1)
        if clusters.decisions.may_be_in(row.wording_id, there):
            clusters.move(row.wording_id, there)
