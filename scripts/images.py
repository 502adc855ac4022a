"""The screenshots in docs/images/, taken from a town made for them."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
BROWSERS = (
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
)
FLAGS = ["--no-sandbox", "--disable-background-networking", "--hide-scrollbars"]
WIDE, NARROW, PHONE = 1200, 760, 360
TALLEST = 1700
WAIT_SECONDS = 180
N_COLOURS = 192


@dataclass(frozen=True)
class Shot:
    """One picture: of which page, seen by whom, how wide, in which language and light."""

    name: str
    address: str
    who: str = ""
    width: int = WIDE
    locale: str = "en-GB"
    scheme: Literal["light", "dark"] = "light"
    link: str = ""
    """A link on that page to follow first."""


SHOTS = (
    Shot("this-week", "/", who="jonas-weber"),
    Shot("this-week-zh", "/", who="su-wan", locale="zh-CN"),
    Shot("report-zh-360", "/p/lumen/releases/5.2/report/", "su-wan", PHONE, "zh-CN"),
    Shot("report-dark", "/p/lumen/releases/5.2/report/", "jonas-weber", PHONE, scheme="dark"),
    Shot("results", "/p/lumen/releases/5.1/results/"),
    Shot("results-dark", "/p/lumen/releases/5.1/results/", scheme="dark"),
    Shot("wall", "/p/lumen/wall/"),
    Shot("wall-zh", "/p/lumen/wall/", locale="zh-CN"),
    Shot("repair", "/p/lumen/releases/5.1/", link="main a[href*='/repairs/']"),
    Shot("releases", "/p/lumen/releases/"),
    Shot("release", "/p/lumen/releases/5.2/", who="jonas-weber"),
    Shot("change", "/p/lumen/releases/5.2/", "jonas-weber", link="main h3 a[href*='/changes/']"),
    Shot("topics", "/p/lumen/topics/", who="jonas-weber"),
    Shot("topic", "/p/lumen/topics/?status=doing", "jonas-weber", link="main h2 a, main h3 a"),
    Shot("plan", "/p/lumen/plan/"),
    Shot("member", "/members/su-wan/", who="jonas-weber"),
    Shot("notices", "/notices/", who="jonas-weber"),
    Shot("desk", "/p/lumen/team/", who="dev-rao"),
    Shot("draft", "/p/lumen/team/releases/new/", who="dev-rao"),
    Shot("truth", "/demo/truth/"),
)


@contextmanager
def town(home: str) -> Iterator[str]:
    """Make the town, serve it, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "canyu.config.command", "demo", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "CANYU_HOME": home},
        start_new_session=True,
    )
    try:
        for _ in range(WAIT_SECONDS * 2):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                sys.exit("The town was not made; what it said stands above.")
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def take(browser: Browser, address: str, shot: Shot) -> None:
    """Take one picture, without the demo's own strip."""
    context = browser.new_context(
        base_url=address,
        locale=shot.locale,
        color_scheme=shot.scheme,
        viewport={"width": shot.width, "height": 900},
    )
    page = context.new_page()
    if shot.who:
        page.goto("/")
        page.select_option("#demo-as", shot.who)
        page.locator(".demo form:has(select) button").click()
        page.wait_for_load_state()
        # The strip says once as whom one looks; the picture is of the page after that.
        page.goto("/")
    page.goto(shot.address)
    if shot.link:
        page.locator(shot.link).first.click()
        page.wait_for_load_state()
    show_all(page)
    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": shot.width, "height": height})
    path = IMAGES / f"{shot.name}.png"
    page.screenshot(path=path)
    context.close()
    # Few colours are drawn, so few are kept: a clone stays light.
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(N_COLOURS).save(path, optimize=True)
    print(f"docs/images/{shot.name}.png")


def judged_survey(home: str) -> Shot:
    """Have the example survey judged; return the picture of its page."""
    page = Path(home) / "judge.html"
    survey = ROOT / "docs" / "examples" / "breakfast.csv"
    command = [sys.executable, "-m", "canyu.config.command", "judge", str(survey)]
    words = ["--by", "age", "--html", str(page)]
    subprocess.run([*command, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return Shot("judge", page.as_uri(), width=NARROW)


def show_all(page: Page) -> None:
    """Load every picture of the page, and leave the strip out."""
    page.evaluate(
        "document.querySelectorAll('img').forEach((one) => { one.loading = 'eager'; });"
        "document.querySelector('.demo')?.remove();"
    )
    page.wait_for_load_state("networkidle")


def main() -> None:
    """Take them all."""
    found = next((path for path in BROWSERS if Path(path).exists()), None)
    if found is None:
        sys.exit("No picture was taken, because there is no Chromium: apt install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        town(home) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        for shot in (*SHOTS, judged_survey(home)):
            take(browser, address, shot)
        browser.close()


if __name__ == "__main__":
    main()
