"""Who follows is told of what is new, and of nothing else; whoever is gone costs nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any
from urllib.parse import urlencode

import pytest

from canyu.intake.door import Reply, told
from canyu.intake.streams import Streams

STATUSES = {"method": 405, "permit": 403, "full": 503}


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canyu.intake.streams.LOOK_SECONDS", 0.005)
    monkeypatch.setattr("canyu.intake.streams.BEAT_SECONDS", 0.05)


class Store:
    """Versions by name; a permit is a person and names, with a sign between."""

    def __init__(self, **more: Any) -> None:
        self.versions = {"a": "1", "b": "1"}
        self.looks = 0
        self.is_away = False
        self.streams = Streams(
            self.look,
            lambda permit: (int(permit[0]), tuple(permit[1:])) if permit[:1].isdigit() else None,
            lambda why, _languages: Reply(STATUSES[why], told(detail=why), (), why),
            **more,
        )

    def look(self, names: Collection[str]) -> dict[str, str]:
        self.looks += 1
        if self.is_away:
            msg = "the store is away"
            raise OSError(msg)
        return {name: self.versions[name] for name in names}


class Page:
    """A page that follows."""

    def __init__(
        self, store: Store, permit: str = "1a", *, since: str = "", last: str = ""
    ) -> None:
        self.heard: list[str] = []
        self.status = 0
        self.left = asyncio.Event()
        asked = urlencode({"permit": permit, "since": since})
        headers = [(b"last-event-id", last.encode())] if last else []
        self.scope = {
            "method": "GET",
            "path": "/",
            "headers": headers,
            "query_string": asked.encode(),
        }
        self.task = asyncio.ensure_future(store.streams(self.scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.heard.append(message["body"].decode())

    @property
    def news(self) -> list[str]:
        return [one.split()[1] for one in self.heard if one.startswith("id:")]

    async def hears(self, *news: str) -> None:
        for _ in range(200):
            if self.news == list(news):
                return
            await asyncio.sleep(0.005)
        pytest.fail(f"heard {self.heard}")


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 10))  # type: ignore[arg-type]


def test_news_are_told_to_whoever_follows_them() -> None:
    async def story() -> None:
        store = Store()
        first, second, both = (
            Page(store, since="1"),
            Page(store, "2b", since="1"),
            Page(store, "3ab"),
        )
        await both.hears("1-1")
        store.versions["a"] = "2"
        await first.hears("2")
        await both.hears("1-1", "2-1")
        assert second.news == []
        assert first.status == 200
        store.streams.stop()
        await asyncio.gather(first.task, second.task, both.task)
        assert first.heard[-1] == ""
        assert store.streams.n_open == 0

    run(story)


def test_whoever_comes_back_hears_at_once_what_was_missed() -> None:
    async def story() -> None:
        store = Store()
        store.versions["a"] = "7"
        # The last that was told counts, not the one of the page.
        missed, knows = Page(store, since="7", last="6"), Page(store, "2a", since="1", last="7")
        await missed.hears("7")
        await asyncio.sleep(0.1)
        assert knows.news == []
        assert ":\n\n" in knows.heard
        store.streams.stop()
        await asyncio.gather(missed.task, knows.task)

    run(story)


def test_nobody_looks_where_nobody_follows_and_places_are_given_back() -> None:
    async def story() -> None:
        store = Store()
        page = Page(store)
        await page.hears("1")
        page.left.set()
        await page.task
        assert store.streams.n_open == 0
        await asyncio.sleep(0.05)
        before = store.looks
        await asyncio.sleep(0.05)
        assert store.looks == before
        again = Page(store)
        await again.hears("1")
        store.streams.stop()
        await again.task

    run(story)


def test_there_is_an_end_to_how_many_may_follow() -> None:
    async def story() -> None:
        store = Store(most=3, most_each=2)
        kept = [Page(store), Page(store)]
        await asyncio.gather(*(one.hears("1") for one in kept))
        one_too_many = Page(store)
        assert await one_too_many.task == 503
        kept.append(Page(store, "2a"))
        await kept[-1].hears("1")
        assert await Page(store, "3a").task == 503
        assert await Page(store, "").task == 403
        posted = Page(store, "3a")
        posted.scope["method"] = "POST"
        assert await posted.task == 405
        store.streams.stop()
        await asyncio.gather(*(one.task for one in kept))
        assert await Page(store).task == 503

    run(story)


def test_a_store_that_is_away_is_looked_at_again(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        store = Store()
        page = Page(store)
        await page.hears("1")
        store.is_away, store.versions["a"] = True, "2"
        await asyncio.sleep(0.03)
        store.is_away = False
        await page.hears("1", "2")
        store.streams.stop()
        await page.task

    run(story)
    assert "the store did not answer" in caplog.text
