"""What the tally reads of reports, and the same as rows of the core. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from canyu.bestworst import Answer, Rows, rows_of
from canyu.bestworst import screen_size as size_of_screens

FEWEST_ITEMS = 2


@dataclass(frozen=True)
class Filled:
    """What the tally needs of one report.

    `hour` counts hours since 1970 (UTC) to the moment when these cells were given. `joined_hour`
    tells the same of the person's account, None where that is not known. `inviter_ids` leads from
    whoever invited the person to whoever invited those, upwards. None of it leaves the tally
    but as the size of a group.
    """

    is_team: bool
    ring_key: str
    mood: str
    shown: tuple[int, ...]
    untried: tuple[int, ...]
    best: int | None
    worst: int | None
    wanted_item: int | None
    device: str = ""
    hour: int = 0
    joined_hour: int | None = None
    inviter_ids: tuple[int, ...] = ()

    @property
    def tried(self) -> tuple[int, ...]:
        """What was shown and not marked as untried, in the order of the screen."""
        return tuple(one for one in self.shown if one not in self.untried)

    @property
    def is_judging(self) -> bool:
        """Whether anything was liked most or least."""
        return self.best is not None or self.worst is not None

    @property
    def compares(self) -> bool:
        """Whether there is something to fit: whoever tried one change compared nothing."""
        return self.is_judging and len(self.tried) >= FEWEST_ITEMS


def n_judging(reports: Sequence[Filled]) -> int:
    """How many of these said what they liked most or least."""
    return sum(report.is_judging for report in reports)


def rows_for(reports: Sequence[Filled], change_ids: Sequence[int]) -> Rows:
    """Return these reports, all of which compare, as rows: tried items in displayed order.

    Items are numbered as the changes come in `change_ids`. Raises ValueError for more changes
    than the core takes.
    """
    item_of = {change_id: item for item, change_id in enumerate(change_ids)}
    return rows_of(
        [
            Answer(
                shown=tuple(item_of[one] for one in report.tried),
                best=item_of[report.best] if report.best is not None else None,
                worst=item_of[report.worst] if report.worst is not None else None,
            )
            for report in reports
        ],
        n_items=len(change_ids),
    )


@dataclass(frozen=True)
class Exposed:
    """How the server's screens showed the changes.

    `reach` is the chance that a screen shows any one change; 1 where everybody saw all of them, or
    where the screens are not those of the server. `excess` says by how many people more than the
    design shows it each change was shown to.
    """

    reach: float
    excess: tuple[float, ...]


def exposed_on(reports: Sequence[Filled], change_ids: Sequence[int]) -> Exposed:
    """Find out how screens were assigned from what was shown, the untried included.

    The cyclic design has as many screens as changes, all of one size. Reports that were brought
    in from elsewhere show other sets: then nothing is claimed of who could see what.
    """
    n_changes = len(change_ids)
    size = size_of_screens(n_changes) if n_changes >= 3 else n_changes  # noqa: PLR2004
    sets = {frozenset(report.shown) for report in reports}
    is_assigned = len(sets) <= n_changes and all(len(one) == size for one in sets)
    if size == n_changes or not is_assigned:
        return Exposed(1.0, (0.0,) * n_changes)
    shown = Counter(one for report in reports for one in report.shown)
    expected = len(reports) * size / n_changes
    return Exposed(
        reach=size / n_changes,
        excess=tuple(max(0.0, shown[one] - expected) for one in change_ids),
    )
