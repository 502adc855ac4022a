"""Weeks with a brigade: does the award rule give its choice the award alone?

    python bench/brigades.py [--seeds 100] [--people 2000 50000] [--choices runner-up close middle]

Each week has a known truth, and 3% of its people agreed on their best: the change that is honestly
the second ("runner-up"), one that is hardly behind the first ("close"), or one of the middle; on
full lists, and on screens of 5 that are assigned to them or that they picked. Their worst is the
first ("one") or any ("random"); they come over the week or in one hour. A week is "fooled" when
their choice has the award alone and would not be first without them; weeks in which it would be
first anyhow are counted apart ("honest"); in "other" ones somebody else has it alone. It fails
where more than 5 of 100 weeks are fooled, or an outcome names no clause that failed. Second, the
same rule for honest weeks: how often a clear leader has the award alone, and how often another
has, with people who agree but for chance (taste 0) and people who differ. Takes an hour.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np

# Run as a program, it knows its neighbours and the package, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from canyu.bestworst import (
    Brigade,
    Rows,
    SimulatedWeek,
    Verdict,
    cells_of,
    fit,
    judge,
    screen_size,
    screens,
    shown_in_excess,
    simulate_week,
    stand,
)

SHARE = 0.03
SPREAD = 0.5
CLOSE = 0.25
CHOICES = ("runner-up", "close", "middle")
MOST_FOOLED = 0.05
HEAD = (
    f"{'people':>7} {'items':>5} {'screens':>9} {'choice':>10} {'worst':>7} {'spread':>6} | "
    f"{'fooled':>6} {'honest':>6} {'shared':>6} {'nobody':>6} {'other':>6} | failed clauses"
)


@dataclass(frozen=True)
class Case:
    n: int
    n_items: int
    sees: str
    choice: str
    worst: str
    spread: str


@dataclass
class Found:
    fooled: int = 0
    honest: int = 0
    shared: int = 0
    nobody: int = 0
    other: int = 0
    failed: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("A1", "A2", "A3", "A4"), 0)
    )
    unexplained: int = 0


def main() -> int:
    asked = arguments()
    begun = time.perf_counter()
    too_many = 0
    print(HEAD)
    for case in cases(asked.people, asked.choices):
        found = run(case, asked.seeds)
        too_many += found.fooled > MOST_FOOLED * asked.seeds or found.unexplained > 0
        print(line(case, found), flush=True)
    print()
    honest(asked.people, asked.seeds)
    print(f"\n{time.perf_counter() - begun:.0f} s in all")
    return 1 if too_many else 0


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seeds", type=int, default=100)
    asked.add_argument("--people", type=int, nargs="+", default=[2_000, 50_000])
    asked.add_argument("--choices", nargs="*", choices=CHOICES, default=CHOICES)
    return asked.parse_args()


def cases(people: list[int], choices: list[str]) -> list[Case]:
    made = []
    for n, (n_items, sees), choice in product(
        people,
        ((7, "full"), (12, "assigned"), (20, "assigned"), (12, "picked"), (20, "picked")),
        choices,
    ):
        made += [
            Case(n, n_items, sees, choice, worst, spread)
            for worst, spread in product(("one", "random"), ("week", "hour"))
        ]
    return made


def run(case: Case, n_seeds: int) -> Found:
    found = Found()
    for seed in range(n_seeds):
        week, choice = make_week(case, seed)
        verdict = judged(week.rows, week.hour, seed)
        for name in verdict.failed:
            found.failed[name] += 1
        if verdict.outcome != "alone":
            setattr(found, verdict.outcome, getattr(found, verdict.outcome) + 1)
            found.unexplained += not verdict.failed
        elif verdict.winners != (choice,):
            found.other += 1
        elif first_without(week) == choice:
            found.honest += 1
        else:
            found.fooled += 1
    return found


def make_week(case: Case, seed: int) -> tuple[SimulatedWeek, int]:
    rng = np.random.default_rng([3, case.n, case.n_items, seed])
    truth = rng.normal(0, SPREAD, case.n_items)
    order = np.argsort(-truth)
    choice = int(order[case.n_items // 2] if case.choice == "middle" else order[1])
    if case.choice == "close":
        truth[choice] = truth[order[0]] - rng.uniform(0, CLOSE)
    brigade = Brigade(
        SHARE,
        choice,
        # They speak ill of the one that is in their way.
        worst=int(order[0]) if case.worst == "one" else None,
        spread="hour" if case.spread == "hour" else "week",
        sees="picked" if case.sees == "picked" else "assigned",
    )
    week = simulate_week(
        truth, screens=screens(case.n_items), n=case.n, rng=rng, brigades=(brigade,)
    )
    return week, choice


def judged(rows: Rows, hour: np.ndarray, seed: int) -> Verdict:
    made = fit(cells_of(rows))
    reach = screen_size(rows.n_items) / rows.n_items
    return judge(
        rows,
        made,
        stand(made, rng=np.random.default_rng([seed, 1])),
        hour=hour,
        reach=reach,
        excess=shown_in_excess(rows, reach=reach),
        rng=np.random.default_rng([seed, 2]),
    )


def first_without(week: SimulatedWeek) -> int:
    return int(np.argmax(fit(cells_of(week.rows.take(~week.is_brigade))).coef))


def line(case: Case, found: Found) -> str:
    why = " ".join(f"{name} {times}" for name, times in found.failed.items())
    said = f", {found.unexplained} without a reason" if found.unexplained else ""
    return (
        f"{case.n:7,} {case.n_items:5} {case.sees:>9} {case.choice:>10} {case.worst:>7} "
        f"{case.spread:>6} | {found.fooled:6} {found.honest:6} {found.shared:6} {found.nobody:6} "
        f"{found.other:6} | {why}{said}"
    )


def honest(people: list[int], n_seeds: int) -> None:
    head = f"{'people':>7} {'items':>5} {'taste':>5} {'lead':>5} | {'alone':>6} {'wrong':>6}"
    print(f"{head} | failed clauses")
    leads = ((0.0, 0.05), (0.0, 0.1), (0.0, 0.3), (0.0, 0.5), (1.0, 0.3), (1.0, 0.5))
    for n, n_items, (taste, lead) in product(people, (7, 12, 20), leads):
        right = wrong = 0
        failed = dict.fromkeys(("A1", "A2", "A3", "A4"), 0)
        for seed in range(n_seeds):
            rng = np.random.default_rng([4, n, n_items, round(100 * lead), seed])
            truth = np.sort(rng.normal(0, SPREAD, n_items))[::-1]
            truth[0] = truth[1] + lead
            week = simulate_week(truth, screens=screens(n_items), n=n, rng=rng, taste_sd=taste)
            verdict = judged(week.rows, week.hour, seed)
            right += verdict.winners == (0,)
            wrong += verdict.outcome == "alone" and verdict.winners != (0,)
            for name in verdict.failed:
                failed[name] += 1
        why = " ".join(f"{name} {times}" for name, times in failed.items())
        print(
            f"{n:7,} {n_items:5} {taste:5.1f} {lead:5.2f} | {right:6} {wrong:6} | {why}", flush=True
        )


if __name__ == "__main__":
    sys.exit(main())
