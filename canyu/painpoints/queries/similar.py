"""Topics that say the same as what somebody is writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from canyu.painpoints.queries.index import indexes
from canyu.painpoints.wordings import OFFERED, nearness
from canyu.textmine import Hit
from canyu.topics import queries as topics
from canyu.topics.queries import TopicView

LONGEST_ASKED = 1_000
N_LOOKED_AT = 20
ANSWERS = ("shipped", "confirmed", "declined")


@dataclass(frozen=True)
class SimilarTopic:
    """A topic that may say the same; `likeness` is the chance that it does, where it is known."""

    topic: TopicView
    likeness: float | None
    is_answered: bool


def similar_topics(
    product_id: int,
    text: str,
    *,
    at: datetime,
    limit: int = 5,
    least: float = OFFERED,
    is_typing: bool = False,
) -> tuple[SimilarTopic, ...]:
    """Topics of a product that say the same as a text, answers first, the most alike first.

    Only the beginning of the text is read. While this process still makes its index, the newest
    titles are compared by their letters. Never raises on a text.
    """
    text = text[:LONGEST_ASKED]
    index = indexes.of_product(product_id)
    if index is None:
        found = topics.topics_like(product_id, text, at=at, limit=limit)
        return _answers_first([_similar(topic, None) for topic in found])
    hits = index.search(text, N_LOOKED_AT, is_typing=is_typing)
    near = [hit for hit in hits if nearness(text, hit.lexical, hit.cosine) >= least]
    by_id = topics.topics_by_id([hit.id for hit in near], at=at)
    return _answers_first(_there(near, by_id, product_id)[:limit])


def similar_to_each(
    product_id: int, texts: Sequence[str], *, at: datetime, limit: int = 3, least: float = OFFERED
) -> list[tuple[SimilarTopic, ...]]:
    """The same for each of some texts, in one query for all of them.

    While this process still makes its index, nothing is found.
    """
    index = indexes.of_product(product_id)
    if index is None:
        return [() for _ in texts]
    found = [
        [
            hit
            for hit in index.search(text[:LONGEST_ASKED], N_LOOKED_AT)
            if nearness(text[:LONGEST_ASKED], hit.lexical, hit.cosine) >= least
        ]
        for text in texts
    ]
    by_id = topics.topics_by_id({hit.id for hits in found for hit in hits}, at=at)
    return [_answers_first(_there(hits, by_id, product_id)[:limit]) for hits in found]


def _there(hits: list[Hit], by_id: Mapping[int, TopicView], product_id: int) -> list[SimilarTopic]:
    # The index may be a moment behind what was hidden, merged or moved.
    return [
        _similar(by_id[hit.id], hit)
        for hit in hits
        if hit.id in by_id
        and by_id[hit.id].product_id == product_id
        and by_id[hit.id].merged_into_id is None
    ]


def _similar(topic: TopicView, hit: Hit | None) -> SimilarTopic:
    is_answered = topic.solved_at is not None or topic.status in ANSWERS
    return SimilarTopic(topic, hit.likeness if hit else None, is_answered)


def _answers_first(found: list[SimilarTopic]) -> tuple[SimilarTopic, ...]:
    return tuple(sorted(found, key=lambda one: not one.is_answered))
