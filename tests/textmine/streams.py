"""Posts made up for the tests: subjects with words and directions of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from canyu.textmine.clusters import Clusters

DIMENSIONS = 24


@dataclass(frozen=True)
class Stream:
    """Posts by number: their subject, terms and unit vectors."""

    subject: list[int]
    terms: list[tuple[str, ...]]
    vectors: np.ndarray

    def __len__(self) -> int:
        return len(self.subject)

    def add(self, clusters: Clusters, item: int) -> int:
        has = clusters.memory.n_dimensions > 0
        return clusters.add(
            item, terms=self.terms[item], vector=self.vectors[item] if has else None
        ).cluster


def some_stream(n_posts: int, n_subjects: int, seed: int, noise: float = 0.5) -> Stream:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(n_subjects, DIMENSIONS))
    subject = rng.integers(n_subjects, size=n_posts)
    vectors = centres[subject] + noise * rng.normal(size=(n_posts, DIMENSIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    terms = [
        tuple(
            [f"w{each}x{rng.integers(4)}" for _ in range(3)]
            + [f"common{rng.integers(30)}" for _ in range(3)]
        )
        for each in subject
    ]
    return Stream([int(each) for each in subject], terms, vectors.astype(np.float32))


def filled(
    stream: Stream, *, with_vectors: bool = True, order: list[int] | None = None
) -> Clusters:
    clusters = Clusters(n_dimensions=DIMENSIONS if with_vectors else 0)
    for item in order if order is not None else range(len(stream)):
        stream.add(clusters, item)
    return clusters


def partition(clusters: Clusters) -> set[frozenset[int]]:
    return {frozenset(clusters.members(each)) for each in clusters.clusters()}
