"""A week on real releases: do 500 people's reports over HTTP bring the truth to light?

    python bench/real_week.py [--seeds 20] [--people 500] [--threads 8]

Reads the whole history (see bench/antd_convert.py) twice with the command `canyu`, starts `canyu
serve`, and for each seed opens one of the newest releases of 8 to 60 changes with `canyu open`.
Every member has a taste drawn from one known truth, reads their screen and hands in their report
over HTTP. `canyu close` closes it. Fails where the median rank correlation between the truth and
the scores that the results tell is below 0.8.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Run as a program, it knows its neighbours and the package, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._crowd import Asker, Refused, Rush, agreement, draw_truth, fill_reports
from bench.antd_history import canyu

ROOT = Path(__file__).resolve().parents[1]
SLUG = "antd"
FEWEST, MOST = 8, 60
LOWEST_MEDIAN = 0.8
START_SECONDS = 60


def main() -> int:
    asked = arguments()
    if asked.make_people:
        make_people(asked.people)
        return 0
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as home:
        if not read_history(home):
            return 1
        keys = keys_of_people(home, asked.people)
        with serving(home) as address:
            found, rushes = run_weeks(home, address, keys, asked.seeds, asked.threads)
    n_requests = sum(len(rush.times) for rush in rushes)
    per_second = n_requests / sum(rush.seconds for rush in rushes)
    median = statistics.median(found)
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"rank correlation: median {median:.3f}, least {min(found):.3f}, of {len(found)} seeds")
    print(
        f"{n_requests:,} requests, none refused, {per_second:.0f} a second, {asked.threads} threads"
    )
    print(f"{time.perf_counter() - begun:.0f} s in all; load of the machine {load}")
    return 0 if median >= LOWEST_MEDIAN else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20, help="how many releases, a truth for each")
    parser.add_argument("--people", type=int, default=500, help="how many members")
    parser.add_argument("--threads", type=int, default=8, help="how many ask at once")
    # How this program calls itself: settings are read once, and the home comes into being here.
    parser.add_argument("--make-people", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def read_history(home: str) -> bool:
    """Read all releases twice; return whether the second time said nothing new."""
    history = str(Path(home) / "antd.jsonl")
    converted = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "antd_convert.py"), history], check=False
    )
    if converted.returncode:
        return False
    canyu(home, "product", SLUG, "--name", "Ant Design", "--owner", "bench")
    for _time in ("first", "second"):
        begun = time.perf_counter()
        said = canyu(home, "import", "releases", history, "--product", SLUG)
        print(f"{time.perf_counter() - begun:5.1f} s  {said}", flush=True)
    return said.startswith("0 new, 0 changed, 592 as before")


def keys_of_people(home: str, n: int) -> list[str]:
    """Make the members in a process of its own; return their keys."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, "--make-people", "--people", str(n)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "CANYU_HOME": home, "DJANGO_SETTINGS_MODULE": "canyu.config.settings"},
    )
    print(f"{time.perf_counter() - begun:5.1f} s  {n} members with keys and rings", flush=True)
    return [str(key) for key in json.loads(done.stdout)]


def make_people(n: int) -> None:
    """Make members with keys, in two rings, by the services; print the keys."""
    import django  # noqa: PLC0415

    django.setup()
    from canyu.journal.clock import now  # noqa: PLC0415
    from canyu.members.services import make_key, register_member  # noqa: PLC0415
    from canyu.products.queries import product_ids_by_slug  # noqa: PLC0415
    from canyu.products.services import choose_ring  # noqa: PLC0415

    product_id, at, keys = product_ids_by_slug()[SLUG], now(), []
    for number in range(n):
        member_id = register_member(handle=f"reader-{number}", password=None, at=at)
        ring_key = "weekly" if number % 3 == 0 else "everyone"
        choose_ring(actor_id=member_id, product_id=product_id, ring_key=ring_key, at=at)
        keys.append(make_key(actor_id=member_id, name="bench", at=at))
    print(json.dumps(keys))


@contextmanager
def serving(home: str) -> Iterator[str]:
    """Serve on a free port until the work is done."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "canyu.config.command", "serve", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "CANYU_HOME": home, "DJANGO_SETTINGS_MODULE": "canyu.config.settings"},
    )
    try:
        wait_for(f"127.0.0.1:{port}", server)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            read(address, "/products")
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"canyu serve did not answer within {START_SECONDS} s")


def read(address: str, path: str) -> Any:
    """Ask for something that anybody may read."""
    with Asker(address) as asker:
        return asker.ask("GET", path)


def run_weeks(
    home: str, address: str, keys: list[str], n_seeds: int, n_threads: int
) -> tuple[list[float], list[Rush]]:
    """Run one report a seed; return the rank correlations, and what the requests took."""
    found, rushes = [], []
    for seed, version in enumerate(versions(address, n_seeds)):
        path = f"/products/{SLUG}/releases/{version}"
        changes = read(address, path)["changes"]
        truth = draw_truth([change["id"] for change in changes], seed=seed)
        canyu(home, "open", version, "--product", SLUG)
        rush = fill_reports(
            address, f"{path}/report", keys=keys, truth=truth, seed=seed, n_threads=n_threads
        )
        canyu(home, "close", version, "--product", SLUG)
        results = read(address, f"{path}/results")
        if results["n_reports"] != len(keys):
            message = f"{version}: {results['n_reports']} reports of {len(keys)} are counted"
            raise Refused(message)
        found.append(agreement(results, truth))
        rushes.append(rush)
        said = f"{version:8} {len(changes):2} changes  {found[-1]:.3f}  {rush}"
        print(f"seed {seed:2}  {said}", flush=True)
    return found, rushes


def versions(address: str, n: int) -> list[str]:
    """The newest releases that a report can judge as they are."""
    found: list[str] = []
    page = n_pages = 1
    while len(found) < n and page <= n_pages:
        leaf = read(address, f"/products/{SLUG}/releases?page={page}")
        n_pages, page = leaf["n_pages"], page + 1
        found += [one["version"] for one in leaf["releases"] if FEWEST <= one["n_changes"] <= MOST]
    return found[:n]


if __name__ == "__main__":
    sys.exit(main())
