"""Leads: how well foresight finds members who are ahead, and how often it finds others.

    .venv/bin/python bench/leads.py [planted] [story] [iris --iris DIR] [curl --curl DIR]

planted: simulated histories, some with members whose choice of new topics has better odds. Those
are the truth; told are how they are found, what is suggested where there are none, and how often
the interval holds the true odds.

story: the same on the topics of the demo's story, by the worth that its truth gives to what they
led to.

iris and curl: what people asked for and what became of it, from the files named on the command line
(`--iris DIR`, `--curl DIR`, see each SOURCE.md); nothing of them is kept here.
"""

import argparse
import csv
import gzip
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, hypergeom, rankdata

from canyu.credits.early import Early, Fate, Given, early_voices
from canyu.credits.foresight import (
    Foresight,
    Record,
    foresights_of,
    interval_of,
    margins_of,
    records_of,
)
from canyu.credits.leads import is_sure

ROOT = Path(__file__).resolve().parents[1]
DAYS = 560
OPEN_DAYS = 42.0
SEEDS = range(5)


@dataclass(frozen=True)
class History:
    """A simulated forum: its voices, what became of its topics, and who was planted."""

    given: list[Given]
    fates: dict[int, Fate]
    leads: set[int]


def simulate(
    seed: int,
    *,
    n_members: int,
    share_leads: float,
    odds: float,
    n_brigade: int = 0,
    brigade_wins: bool = False,
    voices_a_lead: float = 14.0,
) -> History:
    """Return a history in which leads pick new topics that come true with `odds` times the odds.

    Others pick by nothing, or by how many voices are there already. Topics that will come true draw
    more voices after their first weeks, when it is obvious. A brigade of `n_brigade` picks one
    topic a week by chance and gives its voices within a few hours; where it wins, the team ships
    whatever it asks for.
    """
    rng = np.random.default_rng([seed, n_members, int(odds * 10), n_brigade])
    n_topics = max(150, n_members // 4)
    start = np.sort(rng.random(n_topics) * DAYS)
    is_true = rng.random(n_topics) < 0.2
    obvious = start + 10 + rng.exponential(20, n_topics)
    n_voices = np.zeros(n_topics)
    leads = set(rng.choice(n_members, round(share_leads * n_members), replace=False).tolist())
    mean = np.where(
        np.isin(np.arange(n_members), list(leads)), voices_a_lead, 1 + rng.pareto(1.3, n_members)
    )
    counts = rng.poisson(np.minimum(mean, 120))
    speakers = np.repeat(np.arange(n_members), counts)
    moments = rng.random(speakers.size) * DAYS
    given = [Given(n_members + one, one, float(start[one]), raised=True) for one in range(n_topics)]
    for place in np.argsort(moments):
        at, who = float(moments[place]), int(speakers[place])
        first, last = np.searchsorted(start, (at - OPEN_DAYS, at))
        if last <= first:
            continue
        here = np.arange(first, last)
        if who in leads:
            weight = np.where(is_true[here], odds, 1.0) * (at < obvious[here])
        else:
            grows = is_true[here] & (at >= obvious[here])
            weight = 1.0 + np.where(grows, 8.0, 0.3) * np.sqrt(n_voices[here])
        if weight.sum() == 0:
            continue
        heap = np.cumsum(weight)
        topic = int(here[np.searchsorted(heap, rng.random() * heap[-1], side="right")])
        given.append(Given(who, topic, at))
        n_voices[topic] += 1
    brigade = list(_brigade(rng, start, n_brigade, 2 * n_members + n_topics))
    if brigade_wins:
        is_true[[one.subject for one in brigade]] = True
    given += brigade
    fates = {
        one: Fate(float(obvious[one]), float(obvious[one]) + 40 if is_true[one] else None)
        for one in range(n_topics)
    }
    return History(given, fates, leads)


def _brigade(
    rng: np.random.Generator, start: NDArray[np.float64], n_people: int, first_id: int
) -> Iterator[Given]:
    for week in range(DAYS // 7 if n_people else 0):
        here = np.flatnonzero((start <= week * 7) & (start > week * 7 - 5))
        if here.size:
            topic = int(rng.choice(here))
            for one in range(n_people):
                yield Given(first_id + one, topic, week * 7 + float(rng.random()) * 0.3)


def auc(scores: Sequence[float], is_lead: Sequence[bool]) -> float:
    """Return the chance that a lead is before another; ties count half."""
    truth = np.asarray(is_lead)
    ranks = rankdata(scores)
    n, m = int(truth.sum()), int((~truth).sum())
    return float((ranks[truth].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def _stand(history: History) -> tuple[list[Early], list[Foresight]]:
    voices = early_voices(history.given, history.fates)
    return voices, foresights_of(records_of(voices, margins_of(voices)))


def planted() -> None:
    """Print how planted leads are found, and what is suggested where none are."""
    print("Planted leads: 1 in 100 members, 5 histories each")
    print(
        "members | odds | tested | leads among them | AUC foresight | AUC voices | AUC came true |"
        " suggested | of them leads | leads suggested | seconds"
    )
    for n_members in (500, 2_000, 8_000, 20_000):
        for odds in (2.0, 4.0, 8.0):
            _planted_row(n_members, odds)
    print("\nNo leads planted: what is suggested")
    print("members | histories | tested | p <= 0.05 (%) | histories with a suggestion | suggested")
    for n_members, seeds in ((500, 40), (2_000, 20), (20_000, 5)):
        _nobody_row(n_members, seeds, 0)
    print("the same with a brigade of 30 who choose at random")
    _nobody_row(2_000, 20, 30)
    print("the same where the team ships all that the brigade asks for")
    _nobody_row(2_000, 20, 30, brigade_wins=True)
    print("\nThe 95% interval of the odds (coverage over leads with 5 voices or more)")
    for odds in (1.0, 2.0, 4.0, 8.0):
        _coverage_row(odds)


def _planted_row(n_members: int, odds: float) -> None:
    rows = []
    for seed in SEEDS:
        began = time.perf_counter()
        history = simulate(seed, n_members=n_members, share_leads=0.01, odds=odds)
        made = time.perf_counter()
        _voices, found = _stand(history)
        took = time.perf_counter() - made
        truth = [one.record.member_id in history.leads for one in found]
        sure = [one.record.member_id in history.leads for one in found if is_sure(one)]
        rows.append((
            len(found), sum(truth),
            auc([one.p_ahead for one in found], truth),
            auc([float(one.record.n) for one in found], truth),
            auc([float(one.record.n_true) for one in found], truth),
            len(sure), sum(sure), took,
        ))  # fmt: skip
        del began
    mean = np.nanmean(np.asarray(rows, dtype=float), axis=0)
    total = np.asarray(rows, dtype=float).sum(axis=0)
    precision = f"{100 * total[6] / total[5]:.0f}%" if total[5] else "-"
    print(
        f"{n_members} | {odds:.0f} | {mean[0]:.0f} | {mean[1]:.1f} | {mean[2]:.3f} |"
        f" {mean[3]:.3f} | {mean[4]:.3f} | {mean[5]:.1f} | {precision} |"
        f" {100 * total[6] / max(total[1], 1):.0f}% | {mean[7]:.2f}",
        flush=True,
    )


def _nobody_row(
    n_members: int, n_seeds: int, n_brigade: int, *, brigade_wins: bool = False
) -> None:
    n_tested = n_small = n_with = n_suggested = 0
    for seed in range(100, 100 + n_seeds):
        history = simulate(
            seed,
            n_members=n_members,
            share_leads=0.0,
            odds=1.0,
            n_brigade=n_brigade,
            brigade_wins=brigade_wins,
        )
        _voices, found = _stand(history)
        sure = sum(map(is_sure, found))
        n_tested += len(found)
        n_small += sum(one.record.p <= 0.05 for one in found)
        n_with += sure > 0
        n_suggested += sure
    print(
        f"{n_members} | {n_seeds} | {n_tested} | {100 * n_small / max(n_tested, 1):.1f} |"
        f" {n_with} | {n_suggested}",
        flush=True,
    )


def _coverage_row(odds: float) -> None:
    n = n_held = 0
    for seed in range(200, 240):
        history = simulate(
            seed, n_members=4_000, share_leads=0.00125, odds=odds, voices_a_lead=20.0
        )
        voices = early_voices(history.given, history.fates)
        for one in records_of(voices, margins_of(voices)):
            if one.member_id in history.leads:
                low, high = interval_of(one)
                n += 1
                n_held += low <= np.log(odds) <= high
    print(
        f"odds {odds:.0f}: in histories {n_held} of {n} ({100 * n_held / max(n, 1):.1f}%);"
        f" drawn by the model {_held_by_model(odds):.1f}%",
        flush=True,
    )


def _held_by_model(odds: float) -> float:
    """Return how often (%) the interval holds the odds by which a member's voices are drawn."""
    rng = np.random.default_rng([11, int(odds)])
    held = 0
    for _ in range(1000):
        chances = np.ones(1)
        for _stratum in range(int(rng.integers(1, 7))):
            n, own = int(rng.integers(20, 400)), int(rng.integers(1, 6))
            n_true = round(float(rng.uniform(0.1, 0.5)) * n)
            chances = np.convolve(chances, hypergeom.pmf(np.arange(own + 1), n, n_true, own))
        drawn = chances * odds ** np.arange(chances.size)
        n_true = int(rng.choice(chances.size, p=drawn / drawn.sum()))
        low, high = interval_of(Record(1, chances.size - 1, n_true, tuple(chances.tolist())))
        held += bool(low <= np.log(odds) <= high)
    return held / 10


def iris(folder: Path) -> None:
    """Print whether who asked for what was then wanted did so again: split in time.

    Until the middle of the time told, foresight; after it, what became of the rest. A request came
    true where it drew two more votes, or left the list (done or closed) but on no day on which more
    than ten left at once, when the list itself was changed.
    """
    author, votes = _iris_read(folder)
    names = {name: place for place, name in enumerate(sorted(set(author.values())))}
    days = sorted(row[0] for rows in votes.values() for row in rows)
    middle = days[0] + (days[-1] - days[0]) / 2
    print(
        f"{len(votes)} requests of {len(names)} people, told from {days[0]} to {days[-1]};"
        f" {Counter(Counter(author.values()).values())[1]} people wrote one; split at {middle}"
    )
    for what in ("two more votes", "left the list", "either"):
        first, second = [], []
        for place, one in enumerate(sorted(votes)):
            before = [row for row in votes[one] if row[0] < middle]
            after = [row for row in votes[one] if row[0] >= middle]
            row = (names[author[one]], one, place // 57)
            came = bool(before) and _iris_came(before, before[0][1], what)
            if before:
                first.append(Early(*row, 0.0, came, 0))
            known = before[-1][1] if before else after[0][1]
            if not came and (not before or before[-1][2] == "open"):
                second.append(Early(*row, 1.0, _iris_came(after, known, what), 0))
        _iris_outcome(what, first, second)


def _iris_read(folder: Path) -> tuple[dict[int, str], dict[int, list[tuple[date, int, str]]]]:
    with (folder / "issues.csv").open(encoding="utf-8") as file:
        author = {int(row["issue"]): row["author"] for row in csv.DictReader(file)}
    votes: dict[int, list[tuple[date, int, str]]] = defaultdict(list)
    with gzip.open(folder / "vote_changes.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    left = Counter(row["date"] for row in rows if row["state"] == "left_list")
    for row in rows:
        if row["state"] == "open" or left[row["date"]] <= 10:
            told = (date.fromisoformat(row["date"]), int(row["upvotes"] or 0), row["state"])
            votes[int(row["issue"])].append(told)
    return author, {one: rows for one, rows in votes.items() if one in author}


def _iris_came(rows: list[tuple[date, int, str]], from_votes: int, what: str) -> bool:
    wanted = max((n for _d, n, _s in rows), default=0) >= from_votes + 2
    left = any(state == "left_list" for _d, _n, state in rows)
    return (
        wanted if what == "two more votes" else left if what == "left the list" else wanted or left
    )


def _iris_outcome(what: str, first: list[Early], second: list[Early]) -> None:
    found = foresights_of(records_of(first, margins_of(first), fewest=3))
    print(
        f"\ncame true = {what}: {sum(e.came_true for e in first)} of {len(first)} before,"
        f" {sum(e.came_true for e in second)} of {len(second)} after;"
        f" {len(found)} people with 3 or more before"
    )
    print(
        f"  sure by the rule of the product: {sum(map(is_sure, found))};"
        f" least q {min((one.q for one in found), default=1):.2f}"
    )
    later = {e.member_id for e in second}
    pool = {one.record.member_id for one in found} & later
    above = {one.record.member_id for one in found if one.record.n_true > one.record.expected}
    _against_random("  those above what is usual, later", above & pool, pool, second)


def _against_random(what: str, chosen: set[int], pool: set[int], later: list[Early]) -> None:
    """Print the share that came true later of the chosen, against as many drawn from the pool."""
    rng = np.random.default_rng(7)
    counts = {
        member: (
            sum(e.came_true for e in later if e.member_id == member),
            sum(e.member_id == member for e in later),
        )
        for member in pool
    }
    usual = sum(e.came_true for e in later) / max(len(later), 1)

    def share(group: Sequence[int]) -> float:
        n = sum(counts[one][1] for one in group)
        return sum(counts[one][0] for one in group) / n if n else float("nan")

    if not chosen or len(chosen) == len(pool):
        print(f"{what}: nobody to compare")
        return
    own = share(sorted(chosen))
    drawn = [share(rng.choice(sorted(pool), len(chosen), replace=False)) for _ in range(4000)]
    n = sum(counts[one][1] for one in chosen)
    low, high = binomtest(round(own * n), n).proportion_ci(method="wilson")
    worse = (1 + sum(one >= own - 1e-12 for one in drawn)) / (len(drawn) + 1)
    print(
        f"{what}: {own:.2f} of {n} (95% Wilson {low:.2f} to {high:.2f}) by {len(chosen)} people;"
        f" as many at random of {len(pool)}: {np.nanmean(drawn):.2f}"
        f" ({np.nanquantile(drawn, 0.025):.2f} to {np.nanquantile(drawn, 0.975):.2f});"
        f" all {usual:.2f}; p {worse:.3f}"
    )


def iris_planted(folder: Path) -> None:
    """Print how planted people are found among the real requests, their times and their fates.

    Requests, the days on which each was first seen, and what became of it are real; who speaks is
    simulated: 200 people, of whom 10 choose with better odds, each saying 12 things.
    """
    _author, votes = _iris_read(folder)
    issues = sorted(votes, key=lambda one: (votes[one][0][0], one))
    first_seen = np.array([votes[one][0][0].toordinal() for one in issues])
    came = [_iris_came(votes[one], votes[one][0][1], "two more votes") for one in issues]
    strata = (first_seen - first_seen.min()) // 365
    print(
        f"\nPlanted among the real requests: {sum(came)} of {len(issues)} drew two more votes"
        " after they were first seen"
    )
    _print_worlds(np.array(came), strata, n_people=200, n_leads=10, n_voices=12)


def story() -> None:
    """Print how planted people are found among the demo's topics, by the truth of its story.

    A topic came true where the change that it led to is one of the two of most worth in its week.
    Topics, weeks and worths are the demo's; who speaks is simulated: 100 people, of whom 6 choose
    with better odds, each saying 10 things.
    """
    told = json.loads((ROOT / "canyu/demo/data/story.json").read_text(encoding="utf-8"))
    loved: set[str] = set()
    for week in told["weeks"]:
        best = sorted(week["changes"], key=lambda one: -one["truth"])[:2]
        loved |= {topic for one in best for topic in one["topics"]}
    came = np.array([one["key"] in loved for one in told["topics"]])
    strata = np.array([one["week"] // 8 for one in told["topics"]])
    print(f"\nPlanted among the demo's topics: {came.sum()} of {came.size} are of most worth")
    _print_worlds(came, strata, n_people=100, n_leads=6, n_voices=10)


def _print_worlds(
    came: NDArray[np.bool_],
    strata: NDArray[np.int64],
    *,
    n_people: int,
    n_leads: int,
    n_voices: int,
) -> None:
    print("odds | AUC foresight | AUC share | suggested | of them planted | planted suggested")
    for odds in (1.0, 2.0, 4.0, 8.0, 16.0):
        rows = [
            _world(np.random.default_rng([seed, int(odds)]), odds, came, strata,
                   n_people, n_leads, n_voices)
            for seed in range(20)
        ]  # fmt: skip
        total = np.asarray(rows, dtype=float)
        right = f"{100 * total[:, 3].sum() / total[:, 2].sum():.0f}%" if total[:, 2].sum() else "-"
        print(
            f"{odds:.0f} | {np.nanmean(total[:, 0]):.3f} | {np.nanmean(total[:, 1]):.3f} |"
            f" {total[:, 2].mean():.2f} | {right} |"
            f" {100 * total[:, 3].sum() / (20 * n_leads):.0f}%",
            flush=True,
        )


def _world(
    rng: np.random.Generator,
    odds: float,
    came: NDArray[np.bool_],
    strata: NDArray[np.int64],
    n_people: int,
    n_leads: int,
    n_voices: int,
) -> tuple[float, float, float, float]:
    """Let people speak: the first `n_leads` with better odds for what comes true."""
    early = []
    for member in range(n_people):
        weight = np.where(came, odds if member < n_leads else 1.0, 1.0)
        for place in rng.choice(came.size, n_voices, replace=False, p=weight / weight.sum()):
            one = int(place)
            early.append(Early(member, one, int(strata[one]), 0.0, bool(came[one]), 9))
    found = foresights_of(records_of(early, margins_of(early)))
    truth = [one.record.member_id < n_leads for one in found]
    sure = [one.record.member_id < n_leads for one in found if is_sure(one)]
    return (
        auc([one.p_ahead for one in found], truth),
        auc([one.share for one in found], truth),
        len(sure),
        sum(sure),
    )


def curl(folder: Path) -> None:
    """Print whether who reported what many then reported did so again: split in time.

    A report counts as come true where at least three other people reported in the same area within
    180 days after it; an area is obvious once three reported there in the 90 days before.
    """
    rows = []
    with gzip.open(folder / "credits.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["role"] == "report" and row["area"] and row["committed"][:4] >= "2012":
                at = date.fromisoformat(row["committed"][:10]).toordinal()
                rows.append((at, row["area"].strip().lower(), row["credited_person"]))
    rows.sort()
    names = {name: place for place, name in enumerate(sorted({name for _a, _b, name in rows}))}
    by_area: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for at, area, name in rows:
        by_area[area].append((at, name))
    early = []
    last = rows[-1][0] - 180
    for number, (at, area, name) in enumerate(rows):
        before = {n for a, n in by_area[area] if at - 90 <= a < at and n != name}
        if len(before) < 3 and at <= last:
            after = {n for a, n in by_area[area] if at < a <= at + 180 and n != name}
            early.append(
                Early(
                    names[name], number, (at // 180, len(before)), at, len(after) >= 3, len(after)
                )
            )
    middle = float(np.median([one.at for one in early]))
    first = [one for one in early if one.at < middle]
    second = [one for one in early if one.at >= middle]
    found = foresights_of(records_of(first, margins_of(first)))
    print(
        f"{len(early)} early reports; {len(found)} people with 5 or more in the first half;"
        f" surely ahead: {sum(map(is_sure, found))}; least q {min(o.q for o in found):.2f}"
    )
    both = {o.record.member_id for o in found} & {e.member_id for e in second}
    above = {o.record.member_id for o in found if o.record.n_true > o.record.expected} & both
    _against_random("those above what is usual, later", above, both, second)


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["planted"], help="planted, story, iris, curl")
    parser.add_argument("--iris", type=Path)
    parser.add_argument("--curl", type=Path)
    chosen = parser.parse_args()
    if "planted" in chosen.what:
        planted()
    if "story" in chosen.what:
        story()
    if "iris" in chosen.what:
        iris(chosen.iris)
        iris_planted(chosen.iris)
    if "curl" in chosen.what:
        curl(chosen.curl)


if __name__ == "__main__":
    main()
