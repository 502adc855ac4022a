"""How somebody in the town answers, drawn from the known truth."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from canyu.reports.rules import MOODS, ReportCells

TASTE = 0.35
"""How far one person's taste strays from the truth, in logits."""
P_BEST_ONLY, P_WORST_ONLY, P_NEITHER = 0.22, 0.05, 0.04
P_MOOD, P_UNTRIED, P_WHY, P_WANTED, P_WANTED_WORDS = 0.93, 0.06, 0.10, 0.45, 0.06


@dataclass(frozen=True)
class Judged:
    """A change as the crowd sees it."""

    change_id: int
    truth: float
    camp: float
    why_best: Mapping[str, Sequence[str]]
    why_worst: Mapping[str, Sequence[str]]


def draw_cells(
    rng: random.Random,
    *,
    shown: Sequence[int],
    judged: Mapping[int, Judged],
    moods: Sequence[float],
    wanted: Mapping[int, float],
    wanted_words: Mapping[str, Sequence[str]],
    language: str,
) -> ReportCells:
    """One person's four cells: best, then worst of the rest, by the sequential model."""
    untried = tuple(one for one in shown if rng.random() < P_UNTRIED)
    tried = [one for one in shown if one not in untried]
    side = 1 if rng.random() < 0.5 else -1
    worth = {
        one: judged[one].truth + side * judged[one].camp + rng.gauss(0, TASTE) for one in tried
    }
    habit = rng.random()
    best = worst = None
    if habit >= P_NEITHER + P_WORST_ONLY and tried:
        best = _pick(rng, worth, sign=1)
    if (habit < 1 - P_BEST_ONLY and habit >= P_NEITHER) and len(tried) > 1:
        worst = _pick(rng, {one: v for one, v in worth.items() if one != best}, sign=-1)
    cells: dict[str, Any] = {"best": best, "worst": worst, "untried": untried}
    if rng.random() < P_MOOD or (best is None and worst is None):
        cells["mood"] = rng.choices(MOODS, list(moods))[0]
    if best is not None and rng.random() < P_WHY:
        cells["why_best"] = _words(rng, judged[best].why_best, language)
    if worst is not None and rng.random() < P_WHY:
        cells["why_worst"] = _words(rng, judged[worst].why_worst, language)
    if wanted and rng.random() < P_WANTED:
        cells["wanted_item"] = rng.choices(list(wanted), list(wanted.values()))[0]
    elif rng.random() < P_WANTED_WORDS:
        cells["wanted"] = _words(rng, wanted_words, language)
    return ReportCells(**cells)


def _pick(rng: random.Random, worth: Mapping[int, float], *, sign: int) -> int:
    return rng.choices(list(worth), [exp(sign * value) for value in worth.values()])[0]


def _words(rng: random.Random, texts: Mapping[str, Sequence[str]], language: str) -> str:
    among = texts.get(language) or texts.get("en") or [""]
    return rng.choice(list(among))
