"""A browser shows what comes from outside, once, and its page says what it can and cannot."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests.config.shell import canyu, done
from tests.journeys.conftest import BROWSERS, FLAGS, Site

TITLE, WORDS = "Lumen", "Ana answered you."
# A browser without a window shows no notices.
CHROMIUM = next((one for one in BROWSERS if Path(one).exists() and "headless" not in one), "")
SHOWN = """navigator.serviceWorker.getRegistration("/")
    .then((found) => found.getNotifications())
    .then((all) => all.map((one) => [one.title, one.body, one.data.href]))"""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.sqlite,
    pytest.mark.skipif(not CHROMIUM, reason="needs a Chromium that can show notices"),
]


def test_a_notice_is_shown_and_a_repeat_takes_its_place(site: Site) -> None:
    done(canyu(site.home, "product", "lumen", "--name", TITLE, "--owner", "yun"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(base_url=site.url)
        context.grant_permissions(["notifications"])
        page = context.new_page()
        page.goto("/push-worker.js")
        page.goto("/")
        page.evaluate("navigator.serviceWorker.register('/push-worker.js', {scope: '/'})")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        registered: list[dict[str, Any]] = []
        tools = context.new_cdp_session(page)
        tools.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda told: registered.extend(told["registrations"]),
        )
        tools.send("ServiceWorker.enable")
        page.wait_for_function("() => true")
        told = {"title": TITLE, "href": "/p/lumen/", "language": "en", "tag": "notice:1"}
        for words in ("Half of it", WORDS):
            tools.send(
                "ServiceWorker.deliverPushMessage",
                {
                    "origin": site.url,
                    "registrationId": registered[0]["registrationId"],
                    "data": json.dumps({**told, "body": words}),
                },
            )
        page.wait_for_function(f"() => {SHOWN}.then((all) => all[0]?.[1] === {json.dumps(WORDS)})")
        assert page.evaluate(SHOWN) == [[TITLE, WORDS, "/p/lumen/"]]
        browser.close()
