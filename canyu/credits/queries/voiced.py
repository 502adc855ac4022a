"""Who said what early in a product, and what became of it: gathered from the rooms that know."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from canyu.awards.queries import awarded_change_ids
from canyu.credits.early import Early, Fate, Given, early_voices
from canyu.credits.foresight import Margin, margins_of
from canyu.credits.leads import SETTLED_DAYS, Evidence
from canyu.credits.models import Credit, LeftAlone
from canyu.painpoints.queries.early import PointOnTopic, points_on_topics
from canyu.plan.queries import topics_planned
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.reports.queries.early import Choice, Chosen, choices_of, chosen_in
from canyu.topics import queries as topics
from canyu.topics.queries import GivenView

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FEWEST_TOPICS = 2
"""Whoever was early in fewer topics is not looked for in reports: a tick alone is no voice."""
RANKS = {0: "nobody", 1: "few", 2: "some"}


@dataclass
class Voiced:
    """The early voices of a product, the margins of their strata, and each as it is told."""

    voices: list[Early]
    margins: dict[Hashable, Margin]
    evidence: dict[int, list[Evidence]] = field(default_factory=dict)
    n_said: dict[int, int] = field(default_factory=dict)
    """{member: early voices that came true and that they had words of their own for}."""

    def may_differ(self, stratum: Hashable) -> bool:
        """Whether some voices of a stratum came true and some did not."""
        margin = self.margins[stratum]
        return 0 < margin.n_true < margin.n


@dataclass(frozen=True)
class _Become:
    """What became of a topic: which of `leads.Evidence.became`, and when."""

    word: str
    at: datetime


def voiced_in(product_id: int, *, at: datetime) -> Voiced:
    """Gather what a night looks at; the number of queries grows with nothing but the buckets."""
    out = set(products.team_member_ids(product_id)) | left_alone()
    given = [one for one in topics.voices_given(product_id) if one.at <= at]
    points = points_on_topics(product_id)
    subject_of = _subjects(points)
    became = _become(product_id, points, subject_of)
    obvious = _obvious(product_id, became, points, subject_of)
    fates = {
        subject: Fate(
            obvious_at=_days(obvious.get(subject)),
            true_at=_days(became[subject].at) if subject in became else None,
            is_loved=subject in became and became[subject].word == "loved",
        )
        for subject in {subject_of.get(one.topic_id, one.topic_id) for one in given}
    }
    found = early_voices(
        (
            Given(
                one.member_id,
                subject_of.get(one.topic_id, one.topic_id),
                _days_of(one.at),
                one.raised,
            )
            for one in given
        ),
        fates,
        not_counted=out,
    )
    settled = _days_of(at) - SETTLED_DAYS
    found = [one for one in found if one.at <= settled]
    voiced = Voiced(found, margins_of(found))
    _tell_topics(voiced, given, became, subject_of)
    _add_choices(voiced, product_id, awarded_change_ids([product_id]), out)
    return voiced


def _subjects(points: Iterable[PointOnTopic]) -> dict[int, int]:
    """{topic: minus its pain point}: topics that say the same are one subject, not many firsts."""
    of_topic = {one.topic_id: -one.point_id for one in points}
    standing = topics.standing_ids(of_topic)
    return {standing[topic_id]: subject for topic_id, subject in of_topic.items()}


def left_alone() -> set[int]:
    """Everybody who does not want to be looked at."""
    return set(LeftAlone.objects.values_list("member_id", flat=True))


def _days_of(at: datetime) -> float:
    return (at - EPOCH) / DAY


def _days(at: datetime | None) -> float | None:
    return None if at is None else _days_of(at)


def _become(
    product_id: int, points: Iterable[PointOnTopic], subject_of: Mapping[int, int]
) -> dict[int, _Become]:
    """{subject: what became of it}: loved before shipped, shipped before many say it."""
    loved = awarded_change_ids([product_id])
    rows = Credit.objects.filter(
        product_id=product_id, topic_id__isnull=False, role__in=("asked", "joined")
    )
    shipped = list(
        rows.order_by("shipped_at", "change_id")
        .values_list("topic_id", "change_id", "shipped_at")
        .distinct()
    )
    standing = topics.standing_ids({topic_id for topic_id, _change_id, _at in shipped if topic_id})
    found: dict[int, _Become] = {}

    def put(subject: int, word: str, at: datetime | None) -> None:
        if at is not None and subject not in found:
            found[subject] = _Become(word, at)

    for word in ("loved", "shipped"):
        for topic_id, change_id, at in shipped:
            if topic_id and (word == "shipped" or change_id in loved):
                topic = standing[topic_id]
                put(subject_of.get(topic, topic), word, at)
    for one in points:
        put(-one.point_id, "pain", one.accepted_at)
    return found


def _obvious(
    product_id: int,
    became: Mapping[int, _Become],
    points: Iterable[PointOnTopic],
    subject_of: Mapping[int, int],
) -> dict[int, datetime]:
    """{subject: since when everybody could know}: planned, decided, found, or come true."""
    of_topics = [*topics.first_decided(product_id).items(), *topics_planned(product_id).items()]
    standing = topics.standing_ids({topic_id for topic_id, _at in of_topics})
    told = [(subject, one.at) for subject, one in became.items()]
    told += [(-one.point_id, one.found_at) for one in points]
    for topic_id, at in of_topics:
        topic = standing[topic_id]
        told.append((subject_of.get(topic, topic), at))
    found: dict[int, datetime] = {}
    for subject, at in told:
        found[subject] = min(at, found.get(subject, at))
    return found


def _tell_topics(
    voiced: Voiced,
    given: Iterable[GivenView],
    became: Mapping[int, _Become],
    subject_of: Mapping[int, int],
) -> None:
    by_voice: dict[tuple[int, int], GivenView] = {}
    for voice in sorted(given, key=lambda one: one.at):
        subject = subject_of.get(voice.topic_id, voice.topic_id)
        by_voice.setdefault((voice.member_id, subject), voice)
    for one in voiced.voices:
        voice = by_voice[one.member_id, one.subject]
        now = became.get(one.subject) if one.came_true else None
        rank = one.stratum[1] if isinstance(one.stratum, tuple) else 0
        _tell(
            voiced,
            one.member_id,
            Evidence(
                kind="raised" if voice.raised else "joined",
                subject_id=voice.topic_id,
                at=voice.at.isoformat(),
                became=now.word if now else "",
                became_at=now.at.isoformat() if now else "",
                others=RANKS[rank],
                n_after=one.n_after,
            ),
        )
        if one.came_true and voice.has_words:
            voiced.n_said[one.member_id] = voiced.n_said.get(one.member_id, 0) + 1


def _tell(voiced: Voiced, member_id: int, evidence: Evidence) -> None:
    voiced.evidence.setdefault(member_id, []).append(evidence)


def _add_choices(
    voiced: Voiced, product_id: int, loved: Collection[int], out: Collection[int]
) -> None:
    """Add what those chose in reports who were early in topics: wanted next, and liked most.

    What is wanted counts until it was the most wanted of a closed report, and came true where it
    shipped and was loved. What was liked counts for whoever got the release before the widest ring.
    """
    n_topics: dict[int, int] = defaultdict(int)
    for one in voiced.voices:
        n_topics[one.member_id] += 1
    people = {one for one, n in n_topics.items() if n >= FEWEST_TOPICS} - set(out)
    told = {one.release_id: one for one in chosen_in(product_id)}
    if not people or not told or not loved:
        return
    changes = releases.changes_by_id(loved)
    items = {one.plan_item_id for one in changes.values() if one.plan_item_id is not None}
    widest = max(products.rings_of(product_id), key=lambda ring: ring.place).key
    known = _known_items(list(told.values()))
    for choice in choices_of(people, told):
        chosen = told[choice.release_id]
        _add_wanted(voiced, choice, chosen, items - known[choice.release_id], known)
        if choice.ring_key != widest and loved & chosen.liked.keys():
            _add_liked(voiced, choice, chosen, loved & chosen.liked.keys())


def _known_items(told: list[Chosen]) -> dict[int, set[int]]:
    """{release: items that an earlier report showed as the most wanted}."""
    found: dict[int, set[int]] = {}
    known: set[int] = set()
    for one in sorted(told, key=lambda each: each.closed_at):
        found[one.release_id] = set(known)
        most = max(one.wanted.values(), default=0)
        known |= {item for item, n in one.wanted.items() if n == most}
    return found


def _add_wanted(
    voiced: Voiced,
    choice: Choice,
    chosen: Chosen,
    items: Collection[int],
    known: Mapping[int, set[int]],
) -> None:
    counts = {item: n for item, n in chosen.wanted.items() if item not in known[choice.release_id]}
    if choice.wanted_id is None or choice.wanted_id not in counts:
        return
    _add(voiced, choice, "wanted", choice.wanted_id, counts, items)


def _add_liked(voiced: Voiced, choice: Choice, chosen: Chosen, loved: Collection[int]) -> None:
    if choice.liked_id is not None and chosen.liked.get(choice.liked_id):
        _add(voiced, choice, "liked", choice.liked_id, chosen.liked, loved)


def _add(
    voiced: Voiced,
    choice: Choice,
    kind: str,
    subject_id: int,
    counts: Mapping[int, int],
    came: Collection[int],
) -> None:
    """Add one choice; those it is compared with are all who chose in the same report."""
    stratum = (kind, choice.release_id)
    n_true = sum(n for one, n in counts.items() if one in came)
    voiced.margins[stratum] = Margin(sum(counts.values()), n_true)
    is_true = subject_id in came
    voiced.voices.append(
        Early(choice.member_id, subject_id, stratum, _days_of(choice.at), is_true, 0)
    )
    _tell(
        voiced,
        choice.member_id,
        Evidence(
            kind=kind,
            subject_id=subject_id,
            at=choice.at.isoformat(),
            became="loved" if is_true else "",
            became_at="",
            others="unseen",
            n_after=0,
        ),
    )
