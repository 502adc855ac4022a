"""A release, a user's words on its maker's page at once, an answer by one tap that reaches them."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.config.shell import serving
from tests.journeys.conftest import Site, Visitor
from tests.journeys.test_card import look_at_picture, ship_change
from tests.journeys.test_one_week import sign_up
from tests.journeys.test_topics import ask, check_page

pytestmark = pytest.mark.browser
WITHIN = 2.0
CHANGE, WISH = "A pasted table stays a table", "合并的格子也别乱"


@pytest.fixture(scope="module")
def door(site: Site) -> Iterator[int]:
    """`canyu door` on the same store; its port."""
    with serving(site.home, "door") as running:
        yield running.port
        told = time.monotonic()
        assert running.stop() == 0
        # Streams are open still, and nobody waits for them.
        assert time.monotonic() - told < 10


def lead_to(context: BrowserContext, port: int) -> list[str]:
    """Do what the proxy in front does; return the addresses at which news was asked for."""
    asked = []

    def lead(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_(url=re.sub(r"//[^/]+", f"//127.0.0.1:{port}", route.request.url, count=1))

    context.route("**/door/live?*", lead)
    return asked


@pytest.fixture(scope="module")
def people(visit: Visitor, site: Site, door: int) -> dict[str, Page]:
    """A maker, whose release is out since a moment, and Su Wan on a phone."""
    pages = {"maker": visit(phone=True), "su-wan": visit(language="zh-CN", phone=True)}
    maker, su_wan = pages.values()
    maker.goto(site.start_link)
    sign_up(maker, "lin-yue", "Lin Yue")
    maker.locator("[name=name_en]").fill("Lumen")
    maker.locator("[name=slug]").fill("lumen")
    maker.locator("[name=name_zh]").fill("流明")
    maker.get_by_role("button", name="Make it").click()
    ship_change(maker, "5.2", "Lin Yue", (CHANGE, "粘贴的表格还是表格"))
    su_wan.goto("/account/sign-up/")
    sign_up(su_wan, "su-wan", "苏晚")
    return pages


def test_words_stand_on_the_makers_page_at_once_are_answered_and_credited_in_the_next_release(
    people: dict[str, Page], door: int, visit: Visitor
) -> None:
    maker, su_wan = people["maker"], people["su-wan"]
    asked = lead_to(maker.context, door)
    lead_to(su_wan.context, door)
    maker.goto("/me/echo/")
    expect(maker.get_by_role("heading", name="5.2 is out")).to_be_visible()
    check_page(maker)

    su_wan.goto("/p/lumen/releases/5.2/")
    su_wan.get_by_role("link", name="粘贴的表格还是表格").click()
    su_wan.locator("#write [name=text]").fill("终于不乱了！")
    # From the tap on, the page that answers it included.
    began = time.monotonic()
    su_wan.locator("#write button").click()
    maker.get_by_text("终于不乱了！").wait_for(timeout=10_000)
    took = time.monotonic() - began
    assert took < WITHIN, f"{took:.2f} s"
    expect(maker.locator("#echoes")).to_contain_text("1 person said something about what you made")
    check_page(maker)

    began = time.monotonic()
    maker.get_by_role("button", name="Thank you").click()
    # Her own page is alive as well, since she spoke there.
    su_wan.get_by_text("谢谢你！这很有帮助。").wait_for(timeout=10_000)
    took = time.monotonic() - began
    assert took < WITHIN, f"{took:.2f} s"
    check_page(su_wan)
    expect(maker.locator("#echoes")).to_contain_text("谢谢你！")
    assert maker.get_by_role("button", name="Thank you").count() == 0
    su_wan.goto("/notices/")
    expect(su_wan.locator("main")).to_contain_text("Lin Yue")
    # Nobody asked again and again: each page has followed once.
    assert 1 <= len(asked) <= 3

    ask(su_wan, WISH, "")
    ship_change(maker, "5.3", "Lin Yue", ("Merged cells stay, too", "合并的格子也在"), asked=WISH)
    su_wan.goto("/members/su-wan/")
    su_wan.get_by_role("button", name="给朋友看").click()
    address = su_wan.locator("#address").input_value()
    stranger = visit(phone=True)
    for language, heading in (("zh-hans", "这是我提的。"), ("en", "I asked for this.")):
        stranger.goto(address.replace("zh-hans", language))
        expect(stranger.get_by_role("heading", level=1)).to_have_text(heading)
        expect(stranger.locator("main")).to_contain_text("5.3")
        look_at_picture(stranger)


def test_without_a_door_the_page_asks_by_itself(people: dict[str, Page]) -> None:
    maker, su_wan = people["maker"], people["su-wan"]
    maker.context.unroute_all()
    maker.goto("/me/echo/")
    su_wan.goto("/p/lumen/releases/5.2/")
    su_wan.get_by_role("link", name="粘贴的表格还是表格").click()
    su_wan.locator("#write [name=text]").fill("合并的格子也好了")
    su_wan.locator("#write button").click()
    expect(maker.get_by_text("合并的格子也好了")).to_be_visible(timeout=10_000)
