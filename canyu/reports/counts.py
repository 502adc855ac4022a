"""What is counted of reports before anything is estimated. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from canyu.bestworst import wilson_interval
from canyu.reports.columns import Reports, count_ids
from canyu.reports.figures import ChangeFigures, MoodFigures, Share, WantedFigures
from canyu.reports.rules import MOODS


def count_changes(reports: Reports, change_ids: Sequence[int]) -> list[ChangeFigures]:
    """Count for each change who had tried it, of those who judged, and who chose it."""
    judging = reports.take(reports.is_judging)
    shown: Counter[int] = Counter()
    for tried, n in judging.tried.counts().items():
        for one in tried:
            shown[one] += n
    best, worst = Counter(count_ids(judging.best)), Counter(count_ids(judging.worst))
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


def count_moods(times: Mapping[str, int]) -> tuple[MoodFigures, ...]:
    """Say how many chose each mood, of those who chose one."""
    total = sum(times.values())
    return tuple(MoodFigures(mood, share_of(times.get(mood, 0), total)) for mood in MOODS)


def count_wanted(times: Mapping[int, int]) -> tuple[WantedFigures, ...]:
    """Say how many want each plan item, the most wanted first."""
    total = sum(times.values())
    ordered = sorted(times.items(), key=lambda one: (-one[1], one[0]))
    return tuple(WantedFigures(item_id, share_of(n, total)) for item_id, n in ordered)


def share_of(n: int, of: int) -> Share:
    """Return `n` of `of` with the interval of Wilson; of nobody, everything is possible."""
    low, high = wilson_interval(n, of) if of else (0.0, 1.0)
    return Share(n=n, of=of, share=n / of if of else 0.0, low=low, high=high)
