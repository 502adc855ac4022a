"""Screens, cells, and when a repair is owed."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

from canyu.bestworst import screens
from canyu.journal.errors import gettext_noop
from canyu.remarks.rules import clean_texts, clean_words
from canyu.reports.errors import RepairRefused, ReportRefused

MOODS = ("scream", "smile", "shrug", "sigh")
N_BUCKETS = 64
FEWEST_TO_COMPARE = 3
ENOUGH = 30
"""Answers below which no figure is given."""
MODEL: Final = "sequential"
"""The model of every tally; another would be on another scale (decision 0006)."""
GHOST = 0.5
LONGEST_REPAIR = 5_000
LONGEST_STEP = 500
MOST_STEPS = 12


@dataclass(frozen=True)
class Screen:
    """The changes one member is shown, in their order. `number` tells the cyclic screen."""

    number: int
    shown: tuple[int, ...]


class ReportCells(Struct, frozen=True):
    """What a member put into the four cells; ids are of changes and of a plan item."""

    mood: str = ""
    best: int | None = None
    worst: int | None = None
    untried: tuple[int, ...] = ()
    wanted_item: int | None = None
    wanted: str = ""
    why_best: str = ""
    why_worst: str = ""

    @property
    def has_words(self) -> bool:
        """Whether anything was said in own words."""
        return any(map(clean_words, (self.wanted, self.why_best, self.why_worst)))

    @property
    def is_empty(self) -> bool:
        """Whether all four cells were left empty."""
        return not (
            self.mood
            or self.best is not None
            or self.worst is not None
            or self.wanted_item is not None
            or clean_words(self.wanted)
        )


def bucket_of(member_id: int) -> int:
    """The bucket in which a member's reports live (crc32 of the id in decimal, modulo 64)."""
    return crc32(str(member_id).encode("ascii")) % N_BUCKETS


def screen_for(change_ids: Sequence[int], *, key: bytes, release_id: int, member_id: int) -> Screen:
    """The screen of one member: always the same for the same key, release and member.

    Up to 7 changes are all shown, beyond that one of the fixed cyclic screens. Which change
    takes which place of the design is drawn anew for each release, the order for each member;
    both by HMAC, so nothing needs to be stored before somebody answers.
    """
    if len(change_ids) < FEWEST_TO_COMPARE:
        chosen: tuple[int, ...] = tuple(change_ids)
        number = 0
    else:
        labels = sorted(change_ids, key=lambda one: _draw(key, "label", release_id, one))
        design = screens(len(labels))
        number = int.from_bytes(_draw(key, "screen", release_id, member_id)[:8]) % len(design)
        chosen = tuple(labels[place] for place in design[number])
    shown = sorted(chosen, key=lambda one: _draw(key, "order", release_id, member_id, one))
    return Screen(number=number, shown=tuple(shown))


def _draw(key: bytes, *parts: object) -> bytes:
    return hmac.digest(key, ":".join(map(str, parts)).encode("ascii"), hashlib.sha256)


def check_cells(
    cells: ReportCells, *, shown: Sequence[int], plan_item_ids: Sequence[int]
) -> ReportCells:
    """Return the cells as they are kept, or raise `ReportRefused` saying which cell and why.

    Words are cleaned, and those about a change go where no change was chosen; what was not tried
    stands in the order of the screen.
    """
    if cells.mood and cells.mood not in MOODS:
        raise ReportRefused(
            gettext_noop(
                "Your report was not saved: “%(word)s” is no mood. "
                "Choose scream, smile, shrug or sigh, or leave the cell empty."
            ),
            word=cells.mood[:40],
        )
    _check_chosen(cells, shown)
    check_wanted(cells, plan_item_ids)
    if cells.is_empty:
        raise ReportRefused(
            gettext_noop(
                "Nothing was saved, because all four cells are empty. "
                "Fill any one of them; the others may stay empty."
            )
        )
    return _as_kept(cells, shown)


def check_wanted(cells: ReportCells, plan_item_ids: Sequence[int]) -> None:
    """Raise `ReportRefused` where what is wanted next is none of these."""
    if cells.wanted_item is not None and cells.wanted_item not in plan_item_ids:
        raise ReportRefused(
            gettext_noop(
                "Your report was not saved: what you want next is not in the plan. "
                "Choose from the list, or say it in your own words."
            )
        )


def _check_chosen(cells: ReportCells, shown: Sequence[int]) -> None:
    best, worst, untried = cells.best, cells.worst, cells.untried
    if (
        (best is not None and best not in shown)
        or (worst is not None and worst not in shown)
        or not set(untried).issubset(shown)
    ):
        raise ReportRefused(
            gettext_noop(
                "Your report was not saved: it names a change that was not on your screen. "
                "Reload the page and choose among the changes shown there."
            )
        )
    if best is not None and best == worst:
        raise ReportRefused(
            gettext_noop(
                "Your report was not saved: the same change is liked most and liked least. "
                "Choose two different ones, or leave one of the cells empty."
            )
        )
    if best in untried or worst in untried:
        raise ReportRefused(
            gettext_noop(
                "Your report was not saved: a change is marked “haven't tried it” and chosen all "
                "the same. Take one of the two marks away."
            )
        )


def _as_kept(cells: ReportCells, shown: Sequence[int]) -> ReportCells:
    words = (cells.wanted, cells.why_best, cells.why_worst)
    if not (cells.untried or any(words)):
        # In a rush nearly all are like this, and each is checked twice.
        return cells
    wanted, why_best, why_worst = map(clean_words, words)
    return replace(
        cells,
        untried=tuple(one for one in shown if one in cells.untried),
        wanted=wanted,
        why_best=why_best if cells.best is not None else "",
        why_worst=why_worst if cells.worst is not None else "",
    )


def is_open(opened_at: datetime | None, closed_at: datetime | None) -> bool:
    """Whether reports are taken now. The rows decide, not a clock."""
    return opened_at is not None and closed_at is None


def worth_of(score: float | None, n_changes: int) -> float | None:
    """A score (part of 100) as a multiple of an even share among `n_changes` changes.

    So weeks with few and with many changes compare: 1 is the average of any week.
    """
    return None if score is None else score * n_changes / 100


def calls_for_repair(outcome: str, *, n_best: int, n_worst: int) -> bool:
    """Whether a change owes an answer: alone at the bottom, and disliked more than liked.

    `outcome` is the award rule's, asked of the lower end of the scale with the same care.
    """
    return outcome == "alone" and n_worst > n_best


def check_repair(
    kind: str, hurt: Mapping[str, str], answer: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return both texts without empty languages, or raise `RepairRefused`.

    `kind` is "mend" (what hurt, what we do) or "keep" (we keep it, because).
    """
    if kind not in {"mend", "keep"}:
        raise RepairRefused(
            gettext_noop("The answer was not saved: say whether you mend it or keep it.")
        )
    texts = [clean_texts(hurt), clean_texts(answer)]
    if not texts[1] or (kind == "mend" and not texts[0]):
        raise RepairRefused(
            gettext_noop(
                "The answer was not saved: say what hurt and what you do about it, "
                "or why you keep it. The people who chose it will read this."
            )
        )
    if any(len(text) > LONGEST_REPAIR for one in texts for text in one.values()):
        raise RepairRefused(
            gettext_noop("The answer was not saved: %(longest)s characters fit in each text."),
            status=413,
            longest=LONGEST_REPAIR,
        )
    return texts[0], texts[1]


def check_steps(steps: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the steps that say something, or raise `RepairRefused` for too many or too long."""
    kept = [step for step in map(clean_texts, steps) if step]
    if len(kept) > MOST_STEPS:
        raise RepairRefused(
            gettext_noop("The answer was not saved: %(most)s steps are the most."),
            most=MOST_STEPS,
        )
    if any(len(text) > LONGEST_STEP for step in kept for text in step.values()):
        raise RepairRefused(
            gettext_noop("The answer was not saved: %(longest)s characters fit in a step."),
            status=413,
            longest=LONGEST_STEP,
        )
    return kept
