"""Weeks whose figures are known: those that the code of November 2026 found, one object a report.

`fixtures/tallies.json` was written by `python -m tests.reports.golden` at commit 95cffa1, before
reports became columns, and is not to be written again when the code changes but only when what a
tally means does. Floats are kept to eight digits.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from canyu.bestworst import screens
from canyu.demo.choices import Judged, draw_cells
from canyu.demo.story import read_story
from canyu.reports.answers import Filled, reports_of
from canyu.reports.figures import figures_to_json
from canyu.reports.tally import tally_reports
from canyu.reports.weighing import Base

STORED = Path(__file__).parent / "fixtures" / "tallies.json"
STORY = Path("canyu/demo/data/story.json")
RINGS = ("everyone", "weekly", "daily")
DEVICES = ("", "Pocket 3", " Pocket  3", "Mirror", "Old thing")


@dataclass(frozen=True)
class Week:
    """The reports of one release."""

    name: str
    reports: list[Filled]
    change_ids: tuple[int, ...]
    base: Base | None

    def figures(self) -> dict[str, Any]:
        """What the tally says, as JSON values with rounded floats."""
        found = tally_reports(
            reports_of(self.reports),
            change_ids=self.change_ids,
            rng=np.random.default_rng(len(self.reports)),
            base=self.base,
        )
        return dict(_rounded(figures_to_json(found)))


def weeks() -> Iterator[Week]:
    """Weeks of the demo's story, then random ones of all sizes and shapes."""
    story = read_story(STORY)
    for number in (1, 4, 12):
        yield _of_story(story, number, n=260 if number == 4 else 620)
    for seed, (n, n_changes) in enumerate(
        (
            *((0, 4), (29, 4), (45, 3), (120, 6), (299, 8), (301, 10), (900, 12), (500, 20)),
            *((60, 2), (50, 1), (2_000, 10)),
        )
    ):
        yield _random(seed, n, n_changes)


def stored() -> dict[str, Any]:
    """The figures as they were found."""
    return dict(json.loads(STORED.read_text(encoding="utf-8")))


def _of_story(story: Any, number: int, *, n: int) -> Week:
    week = story.weeks[number - 1]
    rng = random.Random(number)
    ids = tuple(range(500 * number, 500 * number + len(week["changes"])))
    judged = {
        one: Judged(one, float(told["truth"]), float(told.get("camp", 0)), {}, {})
        for one, told in zip(ids, week["changes"], strict=True)
    }
    reports = []
    for place in range(n):
        design = screens(len(ids)) if len(ids) >= 3 else [tuple(range(len(ids)))]
        shown = [ids[item] for item in rng.choice(design)]
        rng.shuffle(shown)
        cells = draw_cells(
            rng,
            shown=shown,
            judged=judged,
            moods=week["moods"],
            wanted={71: 2.0, 72: 1.0, 9: 1.0},
            wanted_words={},
            language="en",
        )
        reports.append(_filled(rng, place, tuple(shown), cells))
    base = Base("members", {"everyone": 7 * n, "weekly": 2 * n, "daily": n, "alpha": 3}, {})
    return Week(f"story {number}", reports, ids, base)


def _random(seed: int, n: int, n_changes: int) -> Week:
    rng = random.Random(1000 + seed)
    ids = tuple(rng.sample(range(1, 5000), n_changes))
    judged = {one: Judged(one, rng.gauss(0, 0.8), 0.0, {}, {}) for one in ids}
    reports = []
    for place in range(n):
        if seed % 3 == 2:
            shown = rng.sample(ids, rng.randint(1, n_changes))
        else:
            design = screens(n_changes) if n_changes >= 3 else [tuple(range(n_changes))]
            shown = [ids[item] for item in rng.choice(design)]
            if seed % 3:
                rng.shuffle(shown)
        cells = draw_cells(
            rng,
            shown=shown,
            judged=judged,
            moods=(1, 2, 3, 4),
            wanted={} if seed % 2 else {3: 1.0, 2: 1.0, 11: 1.0},
            wanted_words={},
            language="en",
        )
        reports.append(_filled(rng, place, tuple(shown), cells))
    told = Base("told", {"everyone": 600, "weekly": 300, "daily": 20}, {"Pocket 3": 2, "Mirror": 3})
    return Week(f"random {seed}", reports, ids, told if seed % 2 else None)


def _filled(rng: random.Random, place: int, shown: tuple[int, ...], cells: Any) -> Filled:
    # A forest of eight roots: whoever was invited by n has n's inviters behind it.
    chain: list[int] = []
    host = rng.choice([None, *range(24)])
    while host is not None:
        chain.append(host + 1)
        host = host // 3 - 1 if host >= 8 else None
    return Filled(
        is_team=rng.random() < 0.03,
        ring_key=rng.choices(RINGS, (7, 3, 1))[0],
        mood=cells.mood,
        shown=shown,
        untried=tuple(one for one in shown if one in cells.untried),
        best=cells.best,
        worst=cells.worst,
        wanted_item=cells.wanted_item,
        device=rng.choice(DEVICES),
        hour=490_000 + int(rng.triangular(0, 24, 2)) + (place % 7 == 0),
        joined_hour=rng.choice([None, 480_000 + rng.randrange(60), 480_001]),
        inviter_ids=tuple(chain),
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.8g}")
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value


if __name__ == "__main__":
    text = json.dumps({week.name: week.figures() for week in weeks()}, separators=(",", ":"))
    STORED.write_text(text + "\n", encoding="utf-8")
