"""A real server on an empty home, and a real browser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.config.shell import Running, canyu, done, serving
from tests.places import copy_home

BROWSERS = (
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
)
PHONE, DESK = {"width": 360, "height": 800}, {"width": 1200, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    # One process for all pages: starting them takes longer than what they do.
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
    "--disable-gpu",
    "--in-process-gpu",
]


@dataclass
class Site:
    """A running `canyu serve`."""

    url: str
    home: Path
    server: Running

    def canyu(self, *words: str) -> str:
        """Run another command beside the server; return what it said."""
        return done(canyu(self.home, *words))

    @property
    def start_link(self) -> str:
        """The link that makes the first owner."""
        return f"{self.url}{self.server.link()}"


# Not for the whole session: as long as it runs, its thread has an event loop, and Django refuses
# to ask the store there.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    found = next((path for path in BROWSERS if Path(path).exists()), None)
    if found is None:
        pytest.skip("needs Chromium: apt install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def site(migrated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server on a home with nothing in its store."""
    home = tmp_path_factory.mktemp("site") / "home"
    copy_home(migrated_home, home)
    with serving(home) as server:
        yield Site(url=f"http://127.0.0.1:{server.port}", home=home, server=server)
        assert server.stop() == 0


Visitor = Callable[..., Page]


@pytest.fixture(scope="module")
def visit(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Open a browser of one's own: visit(language=…, phone=…, dark=…)."""
    contexts = []

    def come(*, language: str = "en-GB", phone: bool = False, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=site.url,
            locale=language,
            viewport=PHONE if phone else DESK,
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield come
    for context in contexts:
        context.close()
