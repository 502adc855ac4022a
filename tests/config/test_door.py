"""The hot door, as a program sees it: what it takes, and what it says to all else."""

import asyncio
import io
import json
import threading
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from canyu.config.asgi import DoorAlone
from canyu.config.door import PATH, DoorFirst, is_public, sender_of
from canyu.config.writing import written_here
from canyu.intake.door import Door
from canyu.intake.errors import QueueFull
from canyu.intake.heads import AsgiHead, WsgiHead
from canyu.journal import clock
from canyu.reports import queries, services
from canyu.reports.models import Report
from canyu.reports.services.recount import recount_reports
from canyu.reports.tokens import ReportToken, seal_token, signing_key
from tests.builders import Town, make_people, make_town, open_week

Answered = tuple[int, dict[str, str], dict[str, Any]]


def pages(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b'"pages"']


class Before:
    """The door before the pages, in threads."""

    def __init__(self) -> None:
        self.app = DoorFirst(pages, most_pages=2)  # type: ignore[arg-type]

    @property
    def door(self) -> Door:
        return self.app._opened()

    def ask(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        told: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            told.update(status=int(status.split(maxsplit=1)[0]), headers=dict(headers))

        answer = b"".join(self.app(environ, start_response))
        return told["status"], told["headers"], answer

    def close(self) -> None:
        if self.app.door is not None:
            assert self.app.door.queue.stop()


class Alone:
    """The door in a process of its own, here in a loop of its own and written by a thread."""

    def __init__(self) -> None:
        self.app = DoorAlone(
            lambda loop, on_group: written_here(
                lambda answered: [
                    loop.call_soon_threadsafe(slip.set_result, one) for slip, one in answered
                ],
                on_group,
            )
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._run(self._open())

    @property
    def door(self) -> Door:
        assert self.app.door is not None
        return self.app.door.door

    def ask(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        names = {
            name: name.removeprefix("HTTP_").replace("_", "-").lower()
            for name in environ
            if name.startswith(("HTTP_", "CONTENT_"))
        }
        scope = {
            "type": "http",
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "client": (environ["REMOTE_ADDR"], 4711),
            "headers": [(told.encode(), environ[name].encode()) for name, told in names.items()],
        }
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": environ["wsgi.input"].read()}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        self._run(self.app(scope, receive, send))
        start, body = said
        headers = {name.decode().title(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, body["body"]

    def close(self) -> None:
        self._run(self.app.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self.app.open()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)


Stands = Before | Alone


@pytest.fixture(params=[Before, Alone], ids=["before the pages", "alone"])
def door(request: pytest.FixtureRequest) -> Iterator[Stands]:
    """Its committer is another thread, so what a test made must be in the store for good."""
    stands = request.param()
    yield stands
    stands.close()


def knock(door: Stands, body: bytes | dict[str, Any], **more: str) -> Answered:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)),
        "HTTP_HOST": "say.example.org",
        "REMOTE_ADDR": "9.9.9.9",
        "wsgi.input": io.BytesIO(sent),
        **more,
    }
    status, headers, answer = door.ask(
        {name: one for name, one in environ.items() if one != ""}  # type: ignore[comparison-overlap]
    )
    return status, headers, json.loads(answer)


@pytest.fixture
def town(transactional_db: None) -> Town:
    del transactional_db
    return make_town()


@pytest.fixture
def week(town: Town) -> int:
    return open_week(town, 3)


@pytest.fixture
def people(week: int, town: Town) -> list[int]:
    del week
    return make_people(town.product, 3)


def token(week: int, member_id: int, **more: Any) -> str:
    window = queries.window_of(week)
    assert window is not None
    facts = {
        "release_id": week,
        "member_id": member_id,
        "ring_key": "weekly",
        "screen": 0,
        "shown": window.change_ids,
        "expires_at": clock.now() + timedelta(days=1),
        **more,
    }
    return seal_token(ReportToken(**facts), key=signing_key())


def test_what_is_acknowledged_is_in_the_store(door: Stands, week: int, people: list[int]) -> None:
    body = {"token": token(week, people[0]), "mood": "smile", "wanted": "Darker.", "edited": 7}
    for _ in range(2):
        assert knock(door, body)[0::2] == (200, {"revision": 1})
    body |= {"mood": "sigh", "edited": 8}
    assert knock(door, body)[2] == {"revision": 2}
    assert [(row.mood, row.edited) for row in Report.objects.all()] == [("sigh", 8)]
    assert recount_reports(release_id=week) == []


def test_all_else_goes_to_the_pages_or_nowhere(door: Stands) -> None:
    status, _, said = knock(door, {}, PATH_INFO="/door/")
    if isinstance(door, Before):
        assert said == "pages"  # type: ignore[comparison-overlap]
        assert door.app.door is None
    else:
        assert status == 404
        assert said == {"detail": "Nothing is at this address. Reports are sent to /door/report."}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"REQUEST_METHOD": "GET"}, 405),
        ({"CONTENT_TYPE": "text/plain"}, 415),
        ({"CONTENT_TYPE": ""}, 415),
        ({"HTTP_ORIGIN": "https://elsewhere.example"}, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        ({"CONTENT_LENGTH": ""}, 411),
        ({"CONTENT_LENGTH": "-1"}, 411),
        ({"CONTENT_LENGTH": "10485760"}, 413),
    ],
)
def test_what_is_wrong_around_a_body_is_said_before_it_is_read(
    door: Stands, more: dict[str, str], status: int
) -> None:
    got, headers, told = knock(door, b"{}", **more)
    assert got == status
    assert told["detail"].endswith(".")
    assert ("Allow" in headers) == (status == 405)


@pytest.mark.parametrize("origin", ["http://say.example.org", "https://say.example.org"])
def test_our_own_pages_may_send(door: Stands, week: int, people: list[int], origin: str) -> None:
    body = {"token": token(week, people[0]), "mood": "smile"}
    assert knock(door, body, HTTP_ORIGIN=origin)[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"token": 3}',
        b'{"token": "a.b", "mood": null}',
        b'{"token": "a.b", "best": true}',
        b'{"token": "a.b", "best": 1e400}',
        b'{"token": "a.b", "untried": [99999999999999999999999]}',
        b'{"token": "a.b", "surprise": 1}',
        b'{"token": "a.b", "edited": -1}',
        b'{"token": "\\ud800"}',
    ],
)
def test_what_is_no_report_is_refused_with_a_sentence(door: Stands, body: bytes) -> None:
    status, _, told = knock(door, body)
    assert status == 400
    assert told["detail"].startswith("Your report was not saved")


def test_refusals_are_told_in_the_language_that_was_asked_for(
    door: Stands, week: int, people: list[int]
) -> None:
    forged = token(week, people[0])[:-3] + "abc"
    status, _, told = knock(door, {"token": forged}, HTTP_ACCEPT_LANGUAGE="zh-CN,zh;q=0.9")
    assert status == 400
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told["detail"])
    old = token(week, people[0], expires_at=clock.now() - timedelta(seconds=1))
    assert knock(door, {"token": old, "mood": "smile"})[0] == 410


def test_a_closed_report_takes_nothing(door: Stands, week: int, people: list[int]) -> None:
    services.close_report(release_id=week, at=clock.now())
    status, _, told = knock(door, {"token": token(week, people[0]), "mood": "smile"})
    assert (status, Report.objects.count()) == (409, 0)
    assert "closed" in told["detail"]


def test_a_flood_from_one_account_waits_and_others_do_not(
    door: Stands, week: int, people: list[int]
) -> None:
    loud, calm = ({"token": token(week, one), "mood": "smile"} for one in people[:2])
    answers = [knock(door, loud) for _ in range(25)]
    assert [status for status, _, _ in answers[:20]] == [200] * 20
    status, headers, told = answers[-1]
    assert status == 429
    assert int(headers["Retry-After"]) >= 1
    assert "too often" in told["detail"]
    assert knock(door, calm)[0] == 200


def test_a_store_that_fails_is_asked_again_later(
    door: Stands, week: int, people: list[int]
) -> None:
    body = {"token": token(week, people[0]), "mood": "smile"}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_report RENAME TO reports_away")
    try:
        status, headers, told = knock(door, body)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE reports_away RENAME TO reports_report")
    assert status == 503
    assert headers["Retry-After"] == "2"
    assert "sent again" in told["detail"]
    assert knock(door, body)[0] == 200


def test_a_full_queue_is_told_to_come_back(door: Stands, week: int, people: list[int]) -> None:
    class Full:
        is_running, n_waiting = True, 0

        def submit(self, _item: object, _slip: object) -> None:
            raise QueueFull

        def stop(self) -> bool:
            return True

    assert door.door.queue.stop()
    object.__setattr__(door.door, "queue", Full())
    status, headers, _ = knock(door, {"token": token(week, people[0]), "mood": "smile"})
    assert (status, headers["Retry-After"]) == (503, "2")


def test_one_that_stops_takes_nothing_more(door: Stands, week: int, people: list[int]) -> None:
    assert door.door.queue.stop()
    status, headers, _ = knock(door, {"token": token(week, people[0]), "mood": "smile"})
    assert (status, headers["Retry-After"], Report.objects.count()) == (503, "2", 0)


@pytest.mark.parametrize(
    ("n_proxies", "forwarded", "sender"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        # What the sender wrote there is believed by nobody.
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.7"),
    ],
)
def test_the_sender_is_whom_our_own_proxies_heard(
    n_proxies: int, forwarded: str, sender: str
) -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_X_FORWARDED_FOR": forwarded,
    }
    assert sender_of(WsgiHead(environ), n_proxies=n_proxies) == sender
    scope = {
        "method": "POST",
        "client": ("192.0.2.7", 4711),
        "headers": [
            # Each proxy may write a line of its own.
            (b"x-forwarded-for", one.encode())
            for one in forwarded.split(", ")
        ],
    }
    assert sender_of(AsgiHead(scope), n_proxies=n_proxies) == sender


def test_a_flood_from_one_address_past_a_proxy_stops_no_other(
    door: Stands, week: int, people: list[int]
) -> None:
    body = {"token": token(week, people[0]), "mood": "smile"}
    # Asked for once, when the door opens.
    object.__setattr__(door.door, "sender", lambda head: sender_of(head, n_proxies=1))
    seen = []
    object.__setattr__(door.door, "admit", lambda address: seen.append(address) or 0.0)
    assert knock(door, body, HTTP_X_FORWARDED_FOR="203.0.113.9")[0] == 200
    assert seen == ["203.0.113.9"]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.5", "::1", "", "unix:", "<script>"])
def test_nobody_is_limited_under_an_address_of_our_own_network(address: str) -> None:
    assert not is_public(address)
    assert is_public("9.9.9.9")
    assert is_public("2606:4700::1111")
