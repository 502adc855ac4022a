"""Whose voices a pain point has: people, never posts, and copies as one. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from canyu.textmine.copies import CopyGroup, Sent, find_copies, voices_of

SECONDS_OF_HOUR = 3_600


@dataclass(frozen=True)
class Heard:
    """One person in one wording: who wrote it, or said "me too" to it."""

    wording_id: int
    member_id: int
    at: datetime
    text: str
    is_own: bool
    """Whether the words are theirs; a "me too" sends no copy."""


@dataclass(frozen=True)
class Voices:
    """Everybody heard, the voice of each, and what was sent round."""

    heard: tuple[Heard, ...]
    voice_of: dict[int, int]
    copies: tuple[CopyGroup, ...]

    @property
    def n(self) -> int:
        """How many voices there are."""
        return len({self.voice_of[one.member_id] for one in self.heard})

    def asked(self) -> list[tuple[int, int]]:
        """(day, voice) for each time that somebody was heard; days are ordinals."""
        return [(one.at.date().toordinal(), self.voice_of[one.member_id]) for one in self.heard]

    def n_between(self, after: date, until: date) -> int:
        """How many voices were heard after one day and until another."""
        first, last = after.toordinal(), until.toordinal()
        return len({voice for day, voice in self.asked() if first < day <= last})


def voices_in(heard: Iterable[Heard]) -> Voices:
    """Return the voices of these, copies told from the words that people sent."""
    kept = tuple(sorted(heard, key=lambda one: (one.at, one.wording_id, one.member_id)))
    copies = find_copies([_sent(one) for one in kept if one.is_own])
    return Voices(kept, voices_of((one.member_id for one in kept), copies), copies)


def many_of(heard: Sequence[Heard]) -> dict[int, int]:
    """{member: how often they were heard}, of those heard more than once."""
    counts: dict[int, int] = {}
    for one in heard:
        counts[one.member_id] = counts.get(one.member_id, 0) + 1
    return {member_id: n for member_id, n in counts.items() if n > 1}


def _sent(one: Heard) -> Sent:
    return Sent(one.wording_id, one.member_id, one.at.timestamp() / SECONDS_OF_HOUR, one.text)
