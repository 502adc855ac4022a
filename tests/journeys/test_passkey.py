"""A member makes a passkey and comes in with it, in a browser that asks a device."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from canyu.members.services import register_member
from tests.journeys.conftest import BROWSERS, FLAGS
from tests.web.conftest import NOW, PASSWORD

CHROMIUM = next(filter(os.path.exists, BROWSERS), "")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]


@pytest.fixture
def jonas() -> int:
    """A member, made before a browser runs: beside its event loop the store would be another."""
    return register_member(handle="jonas", name="Jonas", password=PASSWORD, at=NOW)


@pytest.fixture
def page(settings: object) -> Iterator[Page]:
    settings.ROOT_URLCONF = "tests.web.pages"  # type: ignore[attr-defined]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(locale="en-GB", viewport={"width": 360, "height": 800})
        page = context.new_page()
        yield page
        browser.close()


def give_device(page: Page, *, knows_its_owner: bool = True) -> None:
    """Give the browser a device that keeps passkeys and says yes, or does not know who asks."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": knows_its_owner,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_made_and_lets_its_member_in(page: Page, live_server: LiveServer) -> None:
    blocked: list[str] = []
    page.on("console", lambda line: blocked.append(line.text) if line.type == "error" else None)
    give_device(page)

    page.goto(f"{live_server.url}/account/sign-up/")
    page.get_by_label("Handle").fill("jonas")
    page.get_by_label("Name").fill("Jonas Weber")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()

    page.goto(f"{live_server.url}/account/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="It is me").click()
    page.get_by_label("Name of this passkey").fill("My phone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Your passkey is added.")).to_be_visible()
    expect(page.get_by_text("My phone").first).to_be_visible()

    page.goto(f"{live_server.url}/account/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/account/sign-in/?next=/test/mine/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/test/mine/")
    expect(page.get_by_text("member ")).to_be_visible()
    assert blocked == []


def test_without_a_passkey_the_page_says_what_to_do(
    jonas: int, page: Page, live_server: LiveServer
) -> None:
    give_device(page, knows_its_owner=False)
    page.goto(f"{live_server.url}/account/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("use your password")
    page.get_by_label("Handle").fill("jonas")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{live_server.url}/test/mine/")
    expect(page.get_by_text("member ")).to_be_visible()
