"""How fast the body behind the door is, alone: no HTTP, no queue, one thread.

    python bench/take.py [--stores sqlite postgresql] [--sizes 1 10 100 1000] [--rounds 5]
                         [--words 0.1] [--again 0]

A crowd fills the report of one release of 9 changes: screens as they are assigned, an order for
each member, one in five left something untried, most chose a best and a worst. Its submissions are
taken in groups of each size, in turn with the same write as an ordinary ORM transaction a report,
all to the disk (SQLite: WAL, synchronous=FULL; PostgreSQL: fsync, as it is by default). "own" is
the processor time of this process, "server" that of the PostgreSQL that serves it. `--words` says
which part wrote in own words, `--again` which part of the reports comes a second time with another
mood.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from msgspec.structs import replace

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

STORES = ("sqlite", "postgresql")
N_CHANGES, N_MEMBERS = 9, 60_000
KEY = b"a key for measuring"
RINGS = ("weekly", "weekly", "weekly", "everyone", "beta", "daily")
MOODS = ("", "scream", "smile", "smile", "shrug", "sigh")
DURABLE = {"fsync": "on", "full_page_writes": "on", "wal_level": "replica", "autovacuum": "on"}
ORM = 0
"""The size that stands for one ORM transaction a report."""


@dataclass
class Spent:
    """What one way of writing took: seconds a report, by the wall and of this process."""

    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    n_statements: int = 0


def main() -> int:
    asked = arguments()
    if asked.here:
        measure(asked)
        return 0
    for store in asked.stores:
        with tempfile.TemporaryDirectory(prefix="canyu-bench-") as home, database(store) as address:
            environment = {
                **os.environ,
                "CANYU_HOME": home,
                "CANYU_DATABASE": address,
                "DJANGO_SETTINGS_MODULE": "canyu.config.settings",
            }
            words = [*sys.argv[1:], "--here", store]
            subprocess.run([sys.executable, __file__, *words], env=environment, check=True)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stores", nargs="+", choices=STORES, default=STORES)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1, 10, 100, 1000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--words", type=float, default=0.1)
    parser.add_argument("--again", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", choices=STORES, help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def database(store: str) -> Iterator[str]:
    if store == "sqlite":
        yield ""
        return
    import psycopg  # noqa: PLC0415 - only who uses it pays for it

    from tests.postgres import running  # noqa: PLC0415 - the same

    with running(**DURABLE) as server:
        with psycopg.connect(server.address(), autocommit=True) as session:
            session.execute("CREATE DATABASE canyu")
        yield server.address("canyu")


def measure(asked: argparse.Namespace) -> None:
    import django  # noqa: PLC0415 - the store is chosen first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    crowd = Crowd(asked.words, asked.again, random.Random(asked.seed))
    spent: dict[int, Spent] = {size: Spent() for size in (ORM, *asked.sizes)}
    for size, one in spent.items():
        one.n_statements = crowd.n_statements(size)
    for _ in range(asked.rounds):
        for size, one in spent.items():
            crowd.write(size, min(3000, 200 if size in {ORM, 1} else size * 20), one)
    read = crowd.time_reading()
    show(asked.here, spent, read)


def show(store: str, spent: dict[int, Spent], read: float) -> None:
    ordinary = spent[ORM]
    print(f"\n{store}: median of {len(ordinary.wall)} rounds, in turn")
    print(
        f"{'':>18} {'reports/s':>10} {'own us each':>12} {'server us':>10} "
        f"{'statements':>11} {'times ORM':>10}"
    )
    for size, one in spent.items():
        name = "ORM, one each" if size == ORM else f"groups of {size}"
        ratio = median(a / b for a, b in zip(ordinary.wall, one.wall, strict=True))
        print(
            f"{name:>18} {1 / median(one.wall):10,.0f} {median(one.own) * 1e6:12.1f} "
            f"{median(one.server) * 1e6:10.1f} {one.n_statements:11} {ratio:10.1f}"
        )
    print(f"{'read_arrival':>18} {'':>10} {read * 1e6:12.1f}", flush=True)


class Crowd:
    """People who fill the report of one release, each once."""

    def __init__(self, words: float, again: float, rng: random.Random) -> None:
        from canyu.members.models import Member  # noqa: PLC0415
        from canyu.reports import queries  # noqa: PLC0415
        from tests.builders import make_town, open_week  # noqa: PLC0415

        self._rng, self._words, self._again = rng, words, again
        self._release = open_week(make_town(), N_CHANGES)
        window = queries.window_of(self._release)
        assert window is not None
        self._changes = window.change_ids
        people = (Member(handle=f"p{n}", name=f"P {n}") for n in range(N_MEMBERS))
        # No service adds people by the ten thousand; without names the door would have less to ask.
        rows = Member.objects.bulk_create(people, batch_size=5_000)
        self._ids = [row.pk for row in rows]
        rng.shuffle(self._ids)
        self._before: list[Any] = []

    def submissions(self, n: int) -> list[Any]:
        made = [self._submission() for _ in range(n)]
        for place in range(n):
            if self._before and self._rng.random() < self._again:
                one = self._before.pop(self._rng.randrange(len(self._before)))
                mood = "sigh" if one.cells.mood == "smile" else "smile"
                made[place] = replace(
                    one,
                    cells=replace(one.cells, mood=mood),
                    edited=(one.edited or 0) + 1,
                    base_revision=None,
                )
        if self._again:
            self._before = (self._before + made)[-20_000:]
        return made

    def _submission(self) -> Any:
        from canyu.reports.rules import ReportCells, screen_for  # noqa: PLC0415
        from canyu.reports.submissions import Submission  # noqa: PLC0415
        from canyu.reports.tokens import ReportToken  # noqa: PLC0415
        from tests.builders import TUESDAY, WEDNESDAY  # noqa: PLC0415

        rng, member_id = self._rng, self._ids.pop()
        screen = screen_for(self._changes, key=KEY, release_id=self._release, member_id=member_id)
        untried = (
            tuple(one for one in screen.shown if rng.random() < 0.1) if rng.random() < 0.3 else ()
        )
        tried = [one for one in screen.shown if one not in untried]
        best, worst = rng.sample(tried, 2) if len(tried) > 1 else (None, None)
        told = ReportToken(
            self._release,
            member_id,
            rng.choice(RINGS),
            screen.number,
            screen.shown,
            WEDNESDAY,
            device=f"Model {rng.randrange(40)}",
            version="5.2",
        )
        cells = ReportCells(
            mood=rng.choice(MOODS) if best else "smile",
            best=best,
            worst=worst if rng.random() < 0.8 else None,
            untried=untried,
            why_best="It is quicker than it was." if best and rng.random() < self._words else "",
        )
        at = TUESDAY + timedelta(microseconds=rng.randrange(10**10))
        return Submission(told, cells, at, int(at.timestamp() * 1000), 0)

    def write(self, size: int, n: int, spent: Spent) -> None:
        """Take `n` reports in groups of `size`."""
        groups = [self.submissions(size or 1) for _ in range(-(-n // (size or 1)))]
        take = self._taker(size)
        wall, own, server = time.perf_counter(), time.process_time(), server_time()
        for group in groups:
            take(group)
        n_taken = sum(map(len, groups))
        spent.wall.append((time.perf_counter() - wall) / n_taken)
        spent.own.append((time.process_time() - own) / n_taken)
        spent.server.append((server_time() - server) / n_taken)

    def n_statements(self, size: int) -> int:
        """How many statements one group takes, transaction included."""
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        take = self._taker(size)
        group = self.submissions(size or 1)
        take(self.submissions(size or 1))
        with CaptureQueriesContext(connection) as asked:
            take(group)
        return len(asked)

    def _taker(self, size: int) -> Callable[[Sequence[Any]], None]:
        from canyu.reports.services import take_reports  # noqa: PLC0415

        def in_groups(group: Sequence[Any]) -> None:
            outcomes = take_reports(group)
            assert all(isinstance(one, int) for one in outcomes), outcomes

        return in_groups if size else write_by_orm

    def time_reading(self, n: int = 3_000) -> float:
        """Seconds of this process for one `read_arrival`."""
        from canyu.reports.arrivals import read_arrival  # noqa: PLC0415

        bodies = [body_of(one) for one in self.submissions(n)]
        best = 1.0
        for _ in range(3):
            began = time.process_time()
            for body, at in bodies:
                read_arrival(body, key=KEY, at=at)
            best = min(best, (time.process_time() - began) / n)
        return best


def server_time() -> float:
    """Seconds of processor that the server process of our connection has had; 0 for SQLite."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(told.read_text().split()[0]) / 1e9


def body_of(one: Any) -> tuple[bytes, Any]:
    import json  # noqa: PLC0415

    from canyu.reports.tokens import seal_token  # noqa: PLC0415

    body = {
        "token": seal_token(one.told, key=KEY),
        "mood": one.cells.mood,
        "best": one.cells.best,
        "worst": one.cells.worst,
        "untried": one.cells.untried,
        "why_best": one.cells.why_best,
        "base_revision": 0,
        "edited": one.edited,
    }
    return json.dumps(body).encode(), one.at


def write_by_orm(group: Sequence[Any]) -> None:
    """Keep reports as a page would without a body of its own: a transaction for each."""
    from django.db import transaction  # noqa: PLC0415
    from django.db.models import F  # noqa: PLC0415

    from canyu.remarks.services import CellWords, keep_cell_words  # noqa: PLC0415
    from canyu.reports.models import Count, Report, Window  # noqa: PLC0415
    from canyu.reports.rules import bucket_of, check_cells  # noqa: PLC0415
    from canyu.reports.submissions import counts_of  # noqa: PLC0415

    for one in group:
        told = one.told
        with transaction.atomic():
            window = Window.objects.select_for_update().get(pk=told.release_id)
            cells = check_cells(one.cells, shown=told.shown, plan_item_ids=window.plan_item_ids)
            Report.objects.update_or_create(
                bucket=bucket_of(told.member_id),
                release_id=told.release_id,
                member_id=told.member_id,
                defaults={
                    "revision": 1,
                    "ring_key": told.ring_key,
                    "is_team": told.is_team,
                    "screen": told.screen,
                    "shown": told.shown,
                    "untried": cells.untried,
                    "mood": cells.mood,
                    "best_id": cells.best,
                    "worst_id": cells.worst,
                    "device": told.device,
                    "version": told.version,
                    "edited": one.edited,
                    "filled_at": one.at,
                    "changed_at": one.at,
                },
            )
            if cells.why_best:
                among = tuple(window.change_ids)
                words = CellWords(
                    told.member_id, "why_best", "change", cells.best, among, cells.why_best, one.at
                )
                keep_cell_words(cells=[words])
            for kind, key in counts_of(
                ring_key=told.ring_key,
                is_team=told.is_team,
                shown=told.shown,
                cells=cells,
                filled_at=one.at,
            ):
                of = Count.objects.filter(release_id=told.release_id, kind=kind, key=key)
                if not of.update(n=F("n") + 1):
                    Count.objects.create(release_id=told.release_id, kind=kind, key=key, n=1)


if __name__ == "__main__":
    sys.exit(main())
