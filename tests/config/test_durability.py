"""What is acknowledged is on disk: how the live connection is set, and each sync that it makes.

A killed process alone proves nothing of that: what the kernel has survives it.
"""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.config.conftest import make_product, own_server
from tests.config.rush import Crowd, open_report
from tests.config.shell import Running, children_of, serving
from tests.postgres import Postgres

SYNCS = "fsync,fdatasync,sync_file_range"
N_REPORTS = 12


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[Postgres]:
    """The server of the other tests does without the disk, to be quick; this one does not."""
    with own_server(tmp_path, fsync="on", full_page_writes="on") as server:
        yield server


def witnessed(home: Path, tmp_path: Path, n: int) -> list[dict[str, str]]:
    """What the connection that writes reports said of itself, while so many were handed in."""
    said = tmp_path / "said"
    crowd = Crowd(open_report(home, n))
    settings = {"DJANGO_SETTINGS_MODULE": "tests.config.witness", "CANYU_TEST_WITNESS": str(said)}
    with serving(home, **settings) as server, crowd.insisting(server.port):
        crowd.wait_for(n)
    crowd.check_stored(home)
    return [json.loads(line) for line in said.read_text(encoding="utf-8").splitlines()]


@pytest.mark.sqlite
def test_the_connection_that_writes_reports_reaches_the_disk(home: Path, tmp_path: Path) -> None:
    said = witnessed(home, tmp_path, 20)
    assert said
    # Two is FULL.
    told = {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "in a transaction": "True"}
    assert all(one == told for one in said)


@pytest.mark.postgresql
def test_the_session_that_writes_reports_reaches_the_disk(
    durable: Postgres, tmp_path: Path
) -> None:
    home = make_product(tmp_path / "node" / "home")
    said = witnessed(home, tmp_path, 20)
    assert said
    settings = ("synchronous_commit", "fsync", "full_page_writes")
    told = {f"SHOW {one}": "on" for one in settings} | {"in a transaction": "True"}
    assert all(one == told for one in said)


def n_groups(server: Running) -> int:
    """How many commits of reports there were."""
    found = re.search(r"^canyu_intake_group_size_count (\d+)", server.get("/metrics"), re.MULTILINE)
    return int(found[1]) if found else 0


@contextmanager
def traced(pid: int, out: Path) -> Iterator[None]:
    """Write down each sync of a process and its threads."""
    if shutil.which("strace") is None:
        pytest.skip("no strace: sh scripts/tools.sh strace")
    words = ("strace", "-f", "-p", str(pid), "-e", f"trace={SYNCS}", "-o", str(out))
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as watcher:
        assert watcher.stderr is not None
        said = watcher.stderr.readline()
        if "attached" not in said:
            watcher.kill()
            pytest.skip(f"processes cannot be watched on this machine: {said.strip()}")
        try:
            yield
        finally:
            watcher.terminate()
            watcher.communicate(timeout=20)


@pytest.mark.sqlite
def test_each_commit_of_reports_is_synced(home: Path, tmp_path: Path) -> None:
    crowd = Crowd(open_report(home, N_REPORTS))
    out = tmp_path / "syncs"
    with serving(home) as server:
        (pages,) = children_of(server.process.pid)
        (writes,) = children_of(pages)
        with traced(writes, out):
            with crowd.insisting(server.port):
                crowd.wait_for(N_REPORTS)
            n = n_groups(server)
    n_syncs = len(re.findall(r"sync\(\d+\)\s+= 0", out.read_text(encoding="utf-8")))
    # With synchronous=NORMAL there would be one at each checkpoint, which is none here.
    assert n_syncs >= n > 0
    crowd.check_stored(home)


def n_wal_syncs(server: Postgres) -> int:
    """How often the log was synced, as the server counts it."""
    with psycopg.connect(server.address(), autocommit=True) as session:
        question = (
            "SELECT wal_sync FROM pg_stat_wal"
            if session.info.server_version < 180_000
            else "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
        )
        found = session.execute(question).fetchone()
    return int(found[0]) if found else 0


@pytest.mark.postgresql
def test_each_commit_of_reports_is_synced_by_the_server(durable: Postgres, tmp_path: Path) -> None:
    home = make_product(tmp_path / "node" / "home")
    crowd = Crowd(open_report(home, N_REPORTS))
    with serving(home) as server:
        before = n_wal_syncs(durable)
        with crowd.insisting(server.port):
            crowd.wait_for(N_REPORTS)
        n, until = n_groups(server), time.monotonic() + 15
        # Sessions tell their counts a little later.
        while n_wal_syncs(durable) - before < n and time.monotonic() < until:
            time.sleep(0.2)
        assert n_wal_syncs(durable) - before >= n > 0
    crowd.check_stored(home)
