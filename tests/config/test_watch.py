"""What whoever watches a process is told."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from canyu.config.door import PATH, DoorFirst
from canyu.config.watch import READY_SECONDS, may_see_figures
from canyu.intake.heads import WsgiHead
from tests.config.shell import serving


def pages(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("404 Not Found" if "none" in environ["PATH_INFO"] else "200 OK", [])
    return [b"a page"]


@pytest.fixture
def stands(monkeypatch: pytest.MonkeyPatch) -> Iterator[DoorFirst]:
    # Each question of a test is one to the store.
    monkeypatch.setattr("canyu.config.watch.READY_SECONDS", 0.0)
    made = DoorFirst(pages, most_pages=1)  # type: ignore[arg-type]
    yield made
    if made.door is not None:
        assert made.door.queue.stop()


def ask(stands: DoorFirst, path: str, method: str = "GET", **more: str) -> tuple[int, str]:
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "HTTP_HOST": "localhost:8000",
        "REMOTE_ADDR": "127.0.0.1",
        **more,
    }
    body = b"".join(stands(environ, lambda status, _headers, *_: told.append(status)))
    return int(told[0].split()[0]), body.decode()


def figure(stands: DoorFirst, name: str) -> float:
    _, said = ask(stands, "/metrics")
    found = re.search(rf"^{re.escape(name)} (\S+)$", said, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_a_process_that_lives_says_so_without_a_store(stands: DoorFirst) -> None:
    # No fixture of a database: asking one would fail here.
    assert ask(stands, "/healthz") == (200, "ok")
    assert ask(stands, "/healthz", "HEAD") == (200, "")
    assert ask(stands, "/healthz", "POST")[0] == 405


def test_it_answers_while_every_page_is_busy(stands: DoorFirst) -> None:
    with stands._room:
        assert ask(stands, "/healthz") == (200, "ok")


@pytest.mark.django_db(transaction=True)
def test_it_is_ready_when_the_store_answers_and_reports_are_taken(stands: DoorFirst) -> None:
    assert ask(stands, "/readyz") == (200, "ok")
    opened = stands._opened()
    assert ask(stands, "/readyz") == (200, "ok")
    assert opened.queue.stop()
    assert ask(stands, "/readyz") == (503, "reports are not taken any more")


@pytest.mark.django_db(transaction=True)
def test_a_store_of_another_version_is_not_ready(stands: DoorFirst) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'reports' ORDER BY id DESC")
        (last,) = cursor.fetchone()
        cursor.execute("UPDATE django_migrations SET name = 'away' WHERE name = %s", [last])
    try:
        assert ask(stands, "/readyz") == (503, "the database is not of this version")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_migrations SET name = %s WHERE name = 'away'", [last])
    assert ask(stands, "/readyz") == (200, "ok")


def test_a_store_that_does_not_answer_is_not_ready(
    stands: DoorFirst, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def cursor(self) -> None:
            msg = "the server closed the connection"
            raise OperationalError(msg)

        def close(self) -> None:
            pass

    monkeypatch.setattr("canyu.config.watch.connection", Away())
    assert ask(stands, "/readyz") == (503, "the database does not answer")


@pytest.mark.django_db(transaction=True)
def test_it_asks_the_store_now_and_then_only(
    stands: DoorFirst, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert READY_SECONDS > 0
    monkeypatch.setattr("canyu.config.watch.READY_SECONDS", 60)
    assert ask(stands, "/readyz")[0] == 200
    stands._opened().queue.stop()
    assert ask(stands, "/readyz")[0] == 200


def test_requests_are_counted_by_kind(stands: DoorFirst) -> None:
    for path in ("/p/lumen/", "/p/none/", "/api/v1/x", "/static/a.css"):
        ask(stands, path)
    assert figure(stands, 'canyu_requests_total{kind="page",status="2xx"}') == 1
    assert figure(stands, 'canyu_requests_total{kind="page",status="4xx"}') == 1
    assert figure(stands, 'canyu_requests_total{kind="api",status="2xx"}') == 1
    assert figure(stands, 'canyu_request_seconds_count{kind="page"}') == 2
    # Who watches is not among those who are watched.
    assert figure(stands, 'canyu_requests_total{kind="static",status="2xx"}') == 1


@pytest.mark.django_db(transaction=True)
def test_refusals_are_counted_by_reason(stands: DoorFirst) -> None:
    ask(stands, PATH)
    assert figure(stands, 'canyu_intake_refused_total{reason="method"}') == 1
    assert figure(stands, "canyu_intake_acknowledged_total") == 0
    assert figure(stands, "canyu_intake_waiting") == 0


@pytest.mark.parametrize(
    ("more", "may"),
    [
        ({}, True),
        ({"REMOTE_ADDR": "::1", "HTTP_HOST": "[::1]:8000"}, True),
        ({"REMOTE_ADDR": "192.0.2.7"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({"HTTP_HOST": "say.example.org"}, False),
        ({"HTTP_HOST": ""}, False),
        ({"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, False),
        ({"HTTP_FORWARDED": "for=192.0.2.7"}, False),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer a long token"}, True),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer another"}, False),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer "}, False),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer ü\udc80"}, False),
    ],
)
def test_figures_are_for_this_machine_or_with_the_token(
    settings: Any,
    more: dict[str, str],
    may: bool,  # noqa: FBT001 - a case of the table
) -> None:
    settings.CANYU_METRICS_TOKEN = "a long token"
    environ = {
        "REQUEST_METHOD": "GET",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        **more,
    }
    assert may_see_figures(WsgiHead(environ)) is may
    settings.CANYU_METRICS_TOKEN = ""
    assert may_see_figures(WsgiHead(environ)) is (may and "HTTP_AUTHORIZATION" not in more)


def test_a_real_server_tells_them(home: Path) -> None:
    with serving(home) as server:
        assert server.get("/readyz").endswith("ok")
        server.get("/nowhere/")
        said = server.get("/metrics")
        assert 'canyu_requests_total{kind="page",status="4xx"} 1.0' in said
        assert "process_resident_memory_bytes" in said
        assert server.stop() == 0
