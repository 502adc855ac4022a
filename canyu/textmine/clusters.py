"""Clusters as posts come in: each post goes to the cluster it is most like, or starts one.

An online leader algorithm: a post is as like a cluster as it is, on average, to the three members
closest to it. A single closest member would chain into garbage, the mean of all would never take
the second wording of a wide trouble. A cluster is a suggestion. People accept, split, join, dismiss
or take posts out; what they decided is never undone by a post that comes later, nor by the night.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from canyu.textmine.placing import MOST_ROWS, Assignment, Placing
from canyu.textmine.tuning import MOST_EXAMPLES, Example

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["MOST_ROWS", "Assignment", "Clusters"]


class Clusters(Placing):
    """Clusters of posts that people decide about.

    `n_dimensions` is that of the encoder's vectors, 0 without one. Deterministic: the same calls in
    the same order give the same clusters. Memory is bounded by `most_rows` posts.
    """

    def accept(self, cluster: int, items: Iterable[int] | None = None) -> None:
        """Fix that these posts (all of the cluster, where none are named) say the same."""
        cluster = self._known(cluster)
        chosen = self._of_cluster(cluster, self.members(cluster) if items is None else items)
        self._learn((item, cluster, True) for item in chosen)
        self.decisions.hold(chosen, cluster)
        self.decisions.standing[cluster] = "accepted"

    def dismiss(self, cluster: int) -> None:
        """Fix that the cluster is of no concern; posts alike go on to it, out of sight."""
        cluster = self._known(cluster)
        self.decisions.hold(self.members(cluster), cluster)
        self.decisions.standing[cluster] = "dismissed"

    def take_out(self, item: int) -> int:
        """Fix that a post is not in its cluster; return the cluster of its own that it gets."""
        cluster = self.cluster_of(item)
        self._learn([(item, cluster, False)])
        self.decisions.bar(item, cluster)
        if len(self._members[cluster]) == 1:
            self.decisions.standing.pop(cluster, None)
        alone = self.new_cluster()
        self.move(item, alone)
        return alone

    def split(self, cluster: int, parts: Sequence[Sequence[int]]) -> tuple[int, ...]:
        """Fix that `parts` say different things; return their clusters, the first the old one.

        Posts in no part go, free as before, to the part that they are most like.
        """
        cluster = self._known(cluster)
        chosen = [self._of_cluster(cluster, part) for part in parts]
        named = [item for part in chosen for item in part]
        if len(chosen) < 2 or not all(chosen) or len(named) != len(set(named)):
            msg = f"A split needs two parts or more without a common post, not {parts!r}."
            raise ValueError(msg)
        numbers = (cluster, *(self.new_cluster() for _ in chosen[1:]))
        others = [item for item in self.members(cluster) if item not in set(named)]
        for number, part in zip(numbers, chosen, strict=True):
            self.decisions.hold(part, number)
            self.decisions.standing[number] = "accepted"
            for item in part:
                self.move(item, number)
        self.decisions.part(numbers)
        self._learn(
            (item, number, own == number)
            for own, part in zip(numbers, chosen, strict=True)
            for item in part
            for number in numbers
        )
        for item in others:
            self._to_likest(item, numbers)
        return numbers

    def join(self, clusters: Iterable[int]) -> int:
        """Fix that clusters say the same; return the number of the one, the lowest of them."""
        known = sorted({self._known(each) for each in clusters})
        if not known:
            msg = "A join needs clusters, not none."
            raise ValueError(msg)
        heir, *gone = known
        decisions = self.decisions
        self._learn((item, heir, True) for each in gone for item in self.members(each))
        if gone and decisions.standing_of(heir) != "accepted":
            decisions.standing[heir] = "accepted"
        for each in gone:
            items = self.members(each)
            # First held where it is: what was barred from the heir comes in by this decision.
            decisions.hold(items, each)
            decisions.merge(each, heir)
            decisions.hold(items, heir)
            for item in items:
                self.move(item, heir)
        decisions.hold(self.members(heir) if gone else (), heir)
        return heir

    def keep_apart(self, clusters: Iterable[int]) -> None:
        """Fix that clusters are not one, so that no night proposes to join them again."""
        self.decisions.part([self._known(each) for each in clusters])

    def keep_whole(self, cluster: int) -> None:
        """Fix that a cluster is one, so that no night proposes to split it again."""
        self.decisions.whole.add(self._known(cluster))

    def _to_likest(self, item: int, clusters: Sequence[int]) -> None:
        allowed = [each for each in clusters if self.decisions.may_be_in(item, each)]
        likeness = self.memory.likeness_of_row(item)
        most = max(allowed, key=lambda each: (self._to_cluster(likeness, each, item), -each))
        self.move(item, most)

    def _learn(self, said: Iterable[tuple[int, int, bool]]) -> None:
        learned = [
            Example(self._to_cluster(self.memory.likeness_of_row(item), cluster, item), belongs)
            for item, cluster, belongs in said
        ]
        # A post alone was compared with nothing.
        self.examples += [each for each in learned if each.likeness > 0]
        del self.examples[:-MOST_EXAMPLES]

    def _known(self, cluster: int) -> int:
        heir = self.decisions.heir_of(cluster)
        if heir not in self._members:
            msg = (
                f"Cluster {cluster} holds no remembered post; "
                f"the last to be started was {self.next_cluster - 1}."
            )
            raise LookupError(msg)
        return heir

    def _of_cluster(self, cluster: int, items: Iterable[int]) -> tuple[int, ...]:
        chosen = tuple(items)
        strangers = set(chosen) - set(self._members[cluster])
        if strangers:
            msg = f"Cluster {cluster} does not hold {sorted(strangers)}."
            raise ValueError(msg)
        return chosen
