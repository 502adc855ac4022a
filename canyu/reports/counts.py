"""What is counted of reports before anything is estimated. Pure."""

from collections import Counter
from collections.abc import Sequence

from canyu.bestworst import wilson_interval
from canyu.reports.answers import Filled
from canyu.reports.figures import ChangeFigures, MoodFigures, Share, WantedFigures
from canyu.reports.rules import MOODS


def count_changes(reports: Sequence[Filled], change_ids: Sequence[int]) -> list[ChangeFigures]:
    """Count for each change who had tried it, of those who judged, and who chose it."""
    judging = [report for report in reports if report.is_judging]
    shown = Counter(one for report in judging for one in report.tried)
    best = Counter(report.best for report in judging)
    worst = Counter(report.worst for report in judging)
    return [
        ChangeFigures(
            change_id=one,
            n_shown=shown[one],
            n_best=best[one],
            n_worst=worst[one],
            best=share_of(best[one], shown[one]),
            worst=share_of(worst[one], shown[one]),
        )
        for one in change_ids
    ]


def count_moods(moods: Sequence[str]) -> tuple[MoodFigures, ...]:
    """Count each mood, of those who chose one."""
    return tuple(MoodFigures(mood, share_of(moods.count(mood), len(moods))) for mood in MOODS)


def count_wanted(wanted: Sequence[int]) -> tuple[WantedFigures, ...]:
    """Count each plan item, the most wanted first."""
    ordered = sorted(Counter(wanted).items(), key=lambda one: (-one[1], one[0]))
    return tuple(WantedFigures(item_id, share_of(n, len(wanted))) for item_id, n in ordered)


def share_of(n: int, of: int) -> Share:
    """Return `n` of `of` with the interval of Wilson; of nobody, everything is possible."""
    low, high = wilson_interval(n, of) if of else (0.0, 1.0)
    return Share(n=n, of=of, share=n / of if of else 0.0, low=low, high=high)
