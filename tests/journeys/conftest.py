"""A real server on an empty home, and a real browser."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.places import copy_home, variables_of

BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
PHONE, DESK = {"width": 360, "height": 800}, {"width": 1200, "height": 900}
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]


@dataclass
class Site:
    """A running `canyu serve`."""

    url: str
    home: Path
    said: list[str] = field(default_factory=list)

    def canyu(self, *words: str) -> str:
        """Run another command beside the server; return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "canyu.config.command", *words],
            env=environment(self.home),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    @property
    def start_link(self) -> str:
        """The link that makes the first owner."""
        found = re.search(r"http\S+/start/\S+", "".join(self.said))
        assert found, f"no start link in {self.said}"
        return found[0]


def environment(home: Path) -> dict[str, str]:
    """The environment of a command whose home this is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CANYU_")}
    return {**kept, "CANYU_HOME": str(home), "PYTHONUNBUFFERED": "1", **variables_of(home)}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def serve(home: Path) -> Iterator[Site]:
    """Start `canyu serve` and wait until it says where it is."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "canyu.config.command", "serve", "--port", str(port)],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    site = Site(url=f"http://127.0.0.1:{port}", home=home)
    ready = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            site.said.append(line)
            if "Canyu is at" in line:
                ready.set()
        ready.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        assert ready.wait(60), f"the server said only {site.said}"
        wait_until_answers(port)
        yield site
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        listener.join(5)
        assert process.stdout is not None
        process.stdout.close()


def wait_until_answers(port: int) -> None:
    """Return when the port takes connections."""
    pause = threading.Event()
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.1)
    pytest.fail("the server does not answer")


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
    home = tmp_path_factory.mktemp("home")
    copy_home(migrated_home, home)
    yield from serve(home)


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
