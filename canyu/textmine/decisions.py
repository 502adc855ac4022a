"""What people decided about clusters, kept apart from what the machine supposes.

A decision fixes where posts are (`held`), where they are not (`barred`), and which clusters are not
one (`apart`). The last decision about a post stands; nothing else moves it. So decisions cannot
contradict one another: joining what was split takes the split back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Standing = Literal["open", "accepted", "dismissed"]


@dataclass(slots=True)
class Decisions:
    """Decisions by item and cluster; `joined` leads from a cluster to the one it was joined to.

    `whole` are the clusters that somebody wants to see in one piece, as they grow.
    """

    held: dict[int, int] = field(default_factory=dict)
    barred: dict[int, set[int]] = field(default_factory=dict)
    apart: set[tuple[int, int]] = field(default_factory=set)
    standing: dict[int, Standing] = field(default_factory=dict)
    joined: dict[int, int] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)

    def may_be_in(self, item: int, cluster: int) -> bool:
        """Whether no decision is against a post being in a cluster."""
        return self.held.get(item, cluster) == cluster and cluster not in self.barred.get(item, ())

    def are_apart(self, one: int, other: int) -> bool:
        """Whether somebody said that two clusters are not one."""
        return _pair(one, other) in self.apart

    def standing_of(self, cluster: int) -> Standing:
        """Return what was decided about a cluster: nothing yet is "open"."""
        return self.standing.get(cluster, "open")

    def heir_of(self, cluster: int) -> int:
        """Return the cluster that a cluster was joined to, or itself."""
        while cluster in self.joined:
            cluster = self.joined[cluster]
        return cluster

    def hold(self, items: Iterable[int], cluster: int) -> None:
        """Fix posts in a cluster; what was said before of them and this cluster is taken back."""
        for item in items:
            self.held[item] = cluster
            self.free_from(item, cluster)

    def bar(self, item: int, cluster: int) -> None:
        """Fix that a post is not in a cluster."""
        if self.held.get(item) == cluster:
            del self.held[item]
        self.barred.setdefault(item, set()).add(cluster)

    def free_from(self, item: int, cluster: int) -> None:
        """Take back that a post is not in a cluster."""
        left = self.barred.get(item, set()) - {cluster}
        if left:
            self.barred[item] = left
        else:
            self.barred.pop(item, None)

    def part(self, clusters: Iterable[int]) -> None:
        """Fix that no two of the clusters are one."""
        listed = sorted(set(clusters))
        self.apart |= {(a, b) for at, a in enumerate(listed) for b in listed[at + 1 :]}

    def merge(self, gone: int, heir: int) -> None:
        """Let `heir` take over what was decided about `gone`: they are one now."""
        self.joined[gone] = heir
        self.apart.discard(_pair(gone, heir))
        for a, b in sorted(self.apart):
            if gone in {a, b}:
                self.apart.discard((a, b))
                self.apart.add(_pair(heir, b if a == gone else a))
        for item, cluster in self.held.items():
            if cluster == gone:
                self.held[item] = heir
        for item in [item for item, barred in self.barred.items() if gone in barred]:
            self.free_from(item, gone)
            # Who was put into the one by a decision stays there.
            if self.held.get(item) != heir:
                self.bar(item, heir)
        self.standing.pop(gone, None)
        self.whole.discard(gone)

    def forget(self, item: int) -> None:
        """Drop what was decided about a post that is no more."""
        self.held.pop(item, None)
        self.barred.pop(item, None)


def _pair(one: int, other: int) -> tuple[int, int]:
    return (min(one, other), max(one, other))
