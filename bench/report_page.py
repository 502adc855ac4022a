"""The report's page for members who are signed in: how many a second, kept parts against none.

    python bench/report_page.py [--store postgresql] [--pairs 5] [--seconds 4] [--members 200]

Two `canyu serve` on one store: one as it is, and one in which nothing that pages share is kept and
no conditional request is answered, so that it is a plain view of the same page. Members with
sessions of their own ask in turns, over connections that stay open. Prints pages a second of both
in interleaved pairs and the median of their ratios; answers with 304 are told apart. Fails where
the median is below 5.
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

# Run as a program, it knows its neighbours and the package, installed or not.
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LOWEST = 5.0
START_SECONDS = 60
PAGE = "/p/lumen/releases/5.2/report/"
N_CHANGES, N_ITEMS = 24, 6
Kept = dict[str, str]


def main() -> int:
    asked = arguments()
    if asked.plain_server:
        return serve_plain(asked.plain_server)
    with tempfile.TemporaryDirectory() as place, store(asked.store) as told:
        environment = {**os.environ, **told, "CANYU_HOME": place}
        os.environ.update(environment)
        cookies = make_week(asked.members)
        now = [sys.executable, "-m", "canyu.config.command", "serve", "--port"]
        plain = [sys.executable, __file__, "--plain-server"]
        with serving(now) as quick, serving(plain) as slow:
            return compare(quick, slow, cookies, asked)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--plain-server", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(quick: int, slow: int, cookies: Sequence[str], asked: argparse.Namespace) -> int:
    def rate(port: int, **more: Any) -> float:
        return pages_a_second(
            port, cookies, seconds=asked.seconds, n_connections=asked.connections, **more
        )

    for port in (quick, slow):
        pages_a_second(port, cookies, seconds=1, n_connections=asked.connections)
    tags: Kept = {}
    remember_tags(quick, cookies, tags)
    ratios = []
    for number in range(1, asked.pairs + 1):
        one, other = rate(quick), rate(slow)
        ratios.append(one / other)
        print(f"pair {number}: {one:7.0f} pages/s, plain {other:6.0f}, ratio {one / other:5.2f}")
    again = rate(quick, tags=tags)
    median = statistics.median(ratios)
    print(f"{asked.store}: median ratio {median:.2f} (at least {LOWEST:.0f}); 304: {again:.0f}/s")
    return 0 if median >= LOWEST else 1


def make_week(n_members: int) -> list[str]:
    """An open report, and the cookies of members who may fill it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "canyu.config.settings"
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    from canyu.journal.clock import machine_now  # noqa: PLC0415
    from canyu.plan.services import put_plan_item  # noqa: PLC0415
    from canyu.reports.services import open_report  # noqa: PLC0415
    from tests.builders import make_people, make_town, publish, set_train  # noqa: PLC0415

    now = machine_now()
    town = make_town(at=now - timedelta(days=9))
    set_train(town, at=now - timedelta(days=9))
    for number in range(N_ITEMS):
        put_plan_item(
            actor_id=town.owner,
            product_id=town.product,
            title={"en": f"Something to come, number {number}"},
            state="doing",
            reason={"en": "Many of you asked."},
            due_version="5.3",
            at=now,
        )
    release_id = publish(town, N_CHANGES, at=now - timedelta(days=1))
    open_report(release_id=release_id, at=now, closes_at=now + timedelta(days=1))
    members = make_people(town.product, n_members, at=now)
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    cookies = [sign_in(get_user_model().objects.get(pk=one)) for one in members]
    connections.close_all()
    return cookies


def sign_in(member: Any) -> str:
    from django.contrib import auth  # noqa: PLC0415

    from canyu.web.sessions import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[auth.SESSION_KEY] = str(member.pk)
    session[auth.BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[auth.HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    secret = f"{member.pk:032d}"
    return f"canyu_session={session.session_key}; csrftoken={secret}"


def serve_plain(port: int) -> int:
    """Serve with nothing kept: what every page shares is made anew for each of its readers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
    from canyu.config.setup import start_django  # noqa: PLC0415

    start_django()
    from canyu.config.command import main as canyu  # noqa: PLC0415
    from canyu.web import frame  # noqa: PLC0415
    from canyu.web.shared import Shared  # noqa: PLC0415

    def make_anew(self: Any, place: Any, version: str, make: Any) -> Any:  # noqa: ARG001
        return make()

    Shared.get = make_anew  # type: ignore[method-assign]
    vars(frame)["get_conditional_response"] = lambda *_, **__: None
    return canyu(["serve", "--port", str(port)])


@contextmanager
def store(kind: str) -> Iterator[dict[str, str]]:
    if kind == "sqlite":
        yield {"CANYU_DATABASE": ""}
        return
    from tests.postgres import running  # noqa: PLC0415

    with running() as server:
        yield {"CANYU_DATABASE": server.address()}


@contextmanager
def serving(command: Sequence[str]) -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen([*command, str(port)], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_up(port):
            assert server.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server did not start in a minute"
            time.sleep(0.1)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=START_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_up(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Line:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._left = b""

    def ask(self, cookie: str, tag: str = "") -> tuple[int, dict[str, str]]:
        lines = [
            f"GET {PAGE} HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            "Accept-Language: en",
            f"Cookie: {cookie}",
            *([f"If-None-Match: {tag}"] if tag else []),
        ]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self._left:
            self._left += self._socket.recv(65536)
        head, _, rest = self._left.partition(b"\r\n\r\n")
        first, *others = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (one.partition(": ") for one in others)
        }
        length = int(headers.get("content-length", "0"))
        while len(rest) < length:
            rest += self._socket.recv(65536)
        self._left = rest[length:]
        return int(first.split()[1]), headers


def remember_tags(port: int, cookies: Sequence[str], tags: Kept) -> None:
    line = Line(port)
    for cookie in cookies:
        tags[cookie] = line.ask(cookie)[1]["etag"]


def pages_a_second(
    port: int,
    cookies: Sequence[str],
    *,
    seconds: float,
    n_connections: int,
    tags: Kept | None = None,
) -> float:
    counts = [0] * n_connections
    wanted = 304 if tags else 200
    until = time.monotonic() + seconds

    def run(number: int) -> None:
        line = Line(port)
        turn = number
        while time.monotonic() < until:
            cookie = cookies[turn % len(cookies)]
            status, _headers = line.ask(cookie, (tags or {}).get(cookie, ""))
            assert status == wanted, status
            counts[number] += 1
            turn += n_connections

    threads = [threading.Thread(target=run, args=(number,)) for number in range(n_connections)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
