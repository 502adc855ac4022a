"""Counting anew what a pain point stands on, and what it calls itself."""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from canyu.painpoints.models import Evidence, Point, Wording
from canyu.painpoints.queries.heard import voices_in_point
from canyu.painpoints.rules import RISE_DAYS, STATES_BY_HAND
from canyu.painpoints.voices import Voices
from canyu.products import queries as products
from canyu.textmine.clusters import Clusters
from canyu.textmine.labels import Told, label, quotes
from canyu.textmine.nearness import Corpus, bucket_of, likeness_of_posts
from canyu.textmine.plain import plain_text
from canyu.textmine.terms import terms_of
from canyu.topics import queries as topics

LANGUAGE_OF_SCRIPT = {0: "en", 1: "zh-hans"}
MOST_READ = 200


class _Uses(Mapping[str, int]):
    """How many posts have a term, by the corpus's buckets."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __getitem__(self, term: str) -> int:
        return int(self._corpus.uses[bucket_of(term)])

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return self._corpus.n_posts


def count_anew(point: Point, at: datetime) -> Voices:
    """Write how many voices a pain point has, and since when; return them."""
    found = voices_in_point(point.pk)
    today = at.date()
    before = today - timedelta(days=RISE_DAYS)
    point.n_voices = found.n
    point.n_recent = found.n_between(before, today)
    point.n_earlier = found.n_between(before - timedelta(days=RISE_DAYS), before)
    point.first_at = found.heard[0].at if found.heard else None
    point.last_at = found.heard[-1].at if found.heard else None
    return found


def label_anew(point: Point, clusters: Clusters, voices: Voices, *, is_night: bool = False) -> None:
    """Write what a pain point calls itself, its words, its quotes, and how far it stands apart."""
    ids = Evidence.objects.filter(point=point).values_list("wording_id", flat=True)
    rows = Wording.objects.filter(pk__in=ids, is_gone=False).order_by("-id")[:MOST_READ]
    labelled = f"{is_night:d}:{len(rows)}:{zlib.crc32(repr([row.pk for row in rows]).encode())}"
    if labelled == point.labelled:
        return
    point.labelled = labelled
    told = [_told(row, voices) for row in reversed(rows) if row.pk in clusters]
    if not told:
        return
    corpus = clusters.memory.corpus
    among = likeness_of_posts(corpus, clusters.memory.posts_of([one.item for one in told]))
    labels = label(told, among, terms_of=terms_of, uses=_Uses(corpus), n_posts=corpus.n_posts)
    if not point.is_named:
        point.name = {LANGUAGE_OF_SCRIPT[one.script]: one.title for one in labels if one.title}
    point.words = list(dict.fromkeys(word for one in labels for word in one.words))
    point.quotes = [one.item for one in quotes(told, among)]
    # Not cheap, and the night does it for all: as they come, only for what is new.
    if point.cluster is not None and (is_night or not point.separation):
        point.separation = clusters.separation(point.cluster)


def area_of(wording_ids: Sequence[int]) -> int | None:
    """Return the area that most of the topics among these are in; None where none is."""
    ids = Wording.objects.filter(pk__in=wording_ids, kind="topic").values_list(
        "subject_id", flat=True
    )
    counts = Counter(topics.area_ids_of_topics(ids).values())
    return min(counts, key=lambda area: (-counts[area], area)) if counts else None


def who_is_told(point: Point) -> list[int]:
    """Return whom an alert is for: the keeper, else who works on the area, else the owners."""
    team = set(products.team_member_ids(point.product_id))
    if point.keeper_id in team and point.keeper_id is not None:
        return [point.keeper_id]
    makers = products.area_maker_ids(point.area_id) if point.area_id is not None else []
    here = [one for one in makers if one in team]
    if here:
        return [_least_burdened(point.product_id, here)]
    owners = [one.member_id for one in products.team_of(point.product_id) if one.role == "owner"]
    return owners[:1]


def _least_burdened(product_id: int, member_ids: Sequence[int]) -> int:
    """Return who of these looks after the fewest pain points; among equals the first."""
    rows = Point.objects.filter(
        product_id=product_id,
        keeper_id__in=member_ids,
        standing="accepted",
        state__in=STATES_BY_HAND,
    )
    kept = Counter(rows.values_list("keeper_id", flat=True))
    return min(member_ids, key=lambda one: kept[one])


def _told(row: Wording, voices: Voices) -> Told:
    title, _, text = plain_text(row.text).partition("\n")
    voice = voices.voice_of.get(row.member_id or 0, row.member_id or 0)
    return Told(row.pk, voice, title, text)
