"""What the strip and the page of the known truth show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from canyu.demo.acts import FIRST_BATCH, OPENS_AFTER
from canyu.demo.clock import TOWN
from canyu.demo.models import Town
from canyu.demo.rules import A_MOMENT, MOVES, moment_of, spearman
from canyu.demo.story import slot_of
from canyu.demo.told import acts_of_town, story_of_town
from canyu.members import queries as members
from canyu.members.queries import MemberView
from canyu.releases import queries as releases
from canyu.reports import queries as reports

# Somebody who is thanked, somebody who reads English, a maker, the owner.
FACES = ("su-wan", "jonas-weber", "lin-yue", "dev-rao")


@dataclass(frozen=True)
class Strip:
    """What the strip of the demo shows: the time, where one can go, as whom one can look."""

    now: datetime
    moves: tuple[str, ...]
    faces: tuple[MemberView, ...]


@dataclass(frozen=True)
class TruthRow:
    """One change: its known truth, and what the tally found. Scores are None below 30."""

    text: Mapping[str, str]
    truth: float
    n_shown: int
    n_best: int
    n_worst: int
    score: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class TruthOfRelease:
    """A tally beside the truth it was drawn from; `agreement` is Spearman's correlation."""

    version: str
    n_reports: int
    agreement: float | None
    rows: tuple[TruthRow, ...]


def strip_of() -> Strip | None:
    """What the strip shows, or None before the town is founded."""
    town = Town.objects.filter(pk=TOWN, is_founded=True).first()
    if town is None:
        return None
    acts = acts_of_town()
    moves = tuple(move for move in MOVES if moment_of(move, acts, now=town.now) is not None)
    known = {one.handle: one for one in members.members_by_handle(FACES)}
    return Strip(town.now, moves, tuple(known[one] for one in FACES if one in known))


def truths(*, limit: int = 16) -> list[TruthOfRelease]:
    """The tallies of the town beside their known truth, newest first."""
    town = Town.objects.filter(pk=TOWN).first()
    if town is None or town.product_id is None:
        return []
    found = []
    for release_id in reports.tallied_release_ids(town.product_id, limit=limit):
        release = releases.release_by_id(release_id)
        tally = reports.tally_of(release_id)
        if tally is not None:
            found.append(_truth_of(release.version, tally))
    return found


def _truth_of(version: str, tally: reports.TallyView) -> TruthOfRelease:
    changes = releases.changes_by_id(one.change_id for one in tally.figures.changes)
    rows = []
    for figures in tally.figures.changes:
        change = changes[figures.change_id]
        truth = story_of_town().truths_of(change.version).get(change.key)
        if truth is not None:
            rows.append(
                TruthRow(
                    text=change.text,
                    truth=truth,
                    n_shown=figures.n_shown,
                    n_best=figures.n_best,
                    n_worst=figures.n_worst,
                    score=figures.score,
                    low=figures.low,
                    high=figures.high,
                )
            )
    scored = [(row.truth, row.score) for row in rows if row.score is not None]
    return TruthOfRelease(
        version=version,
        n_reports=tally.figures.n_reports,
        agreement=spearman([truth for truth, _ in scored], [score for _, score in scored]),
        rows=tuple(rows),
    )


def arrival() -> datetime:
    """The moment at which a stranger arrives: the report of the running week is open."""
    return slot_of(story_of_town().n_past_weeks) + OPENS_AFTER + FIRST_BATCH + A_MOMENT


def is_town_ready() -> bool:
    """Whether the town is founded and its story told up to the arrival."""
    return Town.objects.filter(pk=TOWN, is_founded=True, now__gte=arrival()).exists()
