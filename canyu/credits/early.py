"""Which voices came early, and whose count: pure, values in, values out.

A voice is early if it was among the first few in its topic and given before the thing was obvious:
before the team said that it would do it, and before it had been done. Whoever says something when
everybody says it has foreseen nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

EARLY_RANKS = 5
"""How many people of a topic are early at most; whoever comes after them could see it grow."""
PERIOD_DAYS = 56
"""Voices of the same eight weeks are compared with one another."""
FOLLOWERS = 3
"""How many others must have said it afterwards, before asking that shipped counts as foresight."""
TOGETHER_DAYS = 1.0
TOGETHER_TIMES = 4
TOGETHER_SHARE = 0.5
"""Two people who were in four topics within a day of one another, and in half of all that one of
them said, are heard together: only the first of them counts."""
MOST_COMPARED = 60
"""Of one topic so many voices are compared for being given together, the first."""


@dataclass(frozen=True)
class Given:
    """That a member gave a voice in a subject, `at` in days; `raised` where they began it."""

    member_id: int
    subject: int
    at: float
    raised: bool = False


@dataclass(frozen=True)
class Fate:
    """What became of a subject, in days: when it was obvious, and when it came true, if ever.

    `is_loved` where those who judged it said so: then it needs no followers.
    """

    obvious_at: float | None = None
    true_at: float | None = None
    is_loved: bool = False


@dataclass(frozen=True)
class Early:
    """An early voice of a member, that others of its `stratum` are compared with.

    `n_after` is how many other people said the same later, without those heard together with them.
    """

    member_id: int
    subject: int
    stratum: Hashable
    at: float
    came_true: bool
    n_after: int


def early_voices(
    given: Iterable[Given], fates: Mapping[int, Fate], *, not_counted: Collection[int] = ()
) -> list[Early]:
    """Return the early voices, each with what became of it.

    Whoever is `not_counted`, the team and those who do not want to be looked at, takes no place. A
    stratum is a time of eight weeks and whether the voice began the subject, came second or third,
    or fourth or fifth: who comes fourth has seen three before, like those it is compared with.
    """
    out = set(not_counted)
    by_subject: dict[int, list[Given]] = defaultdict(list)
    for one in sorted(given, key=lambda one: (one.at, not one.raised, one.member_id)):
        if one.member_id not in out:
            by_subject[one.subject].append(one)
    together = heard_together(by_subject.values())
    found = []
    for subject, voices in by_subject.items():
        fate = fates.get(subject, Fate())
        found += _early_in(voices, fate, together)
    return found


def heard_together(topics: Iterable[list[Given]]) -> dict[int, set[int]]:
    """Return {member: those heard together with them}, of topics whose voices are in order."""
    times: Counter[tuple[int, int]] = Counter()
    said: Counter[int] = Counter()
    for voices in topics:
        firsts = list({one.member_id: one for one in reversed(voices[:MOST_COMPARED])}.values())
        said.update(one.member_id for one in firsts)
        for one, other in combinations(sorted(firsts, key=lambda voice: voice.member_id), 2):
            if abs(one.at - other.at) <= TOGETHER_DAYS:
                times[one.member_id, other.member_id] += 1
    found: dict[int, set[int]] = defaultdict(set)
    for (one_id, other_id), n in times.items():
        fewer = min(said[one_id], said[other_id])
        if n >= TOGETHER_TIMES and n >= TOGETHER_SHARE * fewer:
            found[one_id].add(other_id)
            found[other_id].add(one_id)
    return dict(found)


def _early_in(voices: list[Given], fate: Fate, together: Mapping[int, set[int]]) -> list[Early]:
    people: dict[int, Given] = {}
    for one in voices:
        people.setdefault(one.member_id, one)
    order = list(people)
    early: list[Early] = []
    before: set[int] = set()
    rank = 0
    for one in people.values():
        friends = together.get(one.member_id, set())
        is_repeat = bool(friends & before)
        before.add(one.member_id)
        if is_repeat:
            continue
        rank += 1
        if rank > EARLY_RANKS or (fate.obvious_at is not None and one.at >= fate.obvious_at):
            break
        n_after = len(set(order[len(before) :]) - friends)
        came = fate.true_at is not None and (fate.is_loved or n_after >= FOLLOWERS)
        stratum = (int(one.at // PERIOD_DAYS), rank_class(rank))
        early.append(Early(one.member_id, one.subject, stratum, one.at, came, n_after))
    return early


def rank_class(rank: int) -> int:
    """Return 0 for the first of a subject, 1 for the second and third, 2 for those after."""
    return 0 if rank == 1 else 1 if rank <= 3 else 2  # noqa: PLR2004 - as the words say
