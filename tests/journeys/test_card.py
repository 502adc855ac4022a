"""Somebody shows friends what they asked for; a stranger sees it in both languages, and joins."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, Visitor
from tests.journeys.test_one_week import PASSWORD, sign_up
from tests.journeys.test_topics import ask, check_page

pytestmark = pytest.mark.browser
ASKED = "夜里看着刺眼"
NAME = "苏晚 <b>&"


def ship_change(
    page: Page, version: str, maker: str, text: tuple[str, str], *, asked: str = ""
) -> None:
    """Publish a release with one change, which came from the topic that has these words."""
    page.goto("/p/lumen/team/releases/new/")
    page.locator("[name=version]").fill(version)
    page.get_by_role("button", name="Begin").click()
    draft = page.url
    page.get_by_role("link", name="Add a change").click()
    page.locator("[name=text_en]").fill(text[0])
    page.locator("[name=text_zh]").fill(text[1])
    page.get_by_label(maker).check(force=True)
    if asked:
        page.locator("[name=find]").fill(asked)
        page.get_by_role("button", name="Look for topics").click()
        page.locator("[name=topics]").first.check(force=True)
    page.get_by_role("button", name="Save the change").click()
    page.goto(draft)
    page.get_by_role("link", name=re.compile("Publish")).click()
    page.get_by_role("button", name=f"Publish {version}").click()


def ship_what_was_asked(site: Site, owner: Page, asker: Page) -> None:
    """A product, a topic, and a release with one change that came from it."""
    owner.goto(site.start_link)
    sign_up(owner, "dev-rao", "Dev Rao")
    owner.locator("[name=name_en]").fill("Lumen")
    owner.locator("[name=name_zh]").fill("流明")
    owner.locator("[name=slug]").fill("lumen")
    owner.get_by_role("button", name="Make it").click()
    asker.goto("/account/sign-up/")
    sign_up(asker, "su-wan", NAME)
    ask(asker, ASKED, "")
    ship_change(owner, "5.2", "Dev Rao", ("Dark pages at night", "夜间配色"), asked="刺眼")


def look_at_picture(page: Page) -> None:
    """The picture of a card's page is drawn, and so is the one that other sites fetch."""
    shown = page.locator(".card-picture img")
    assert shown.evaluate("image => image.decode().then(() => image.naturalHeight)") == 1350
    picture = page.locator("meta[property='og:image']").get_attribute("content") or ""
    fetched = page.request.get(picture)
    assert fetched.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(fetched.body())) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (1200, 630))


def test_a_card_is_shown_looked_at_and_come_by(site: Site, visit: Visitor) -> None:
    owner, asker = visit(), visit(language="zh-CN", phone=True)
    ship_what_was_asked(site, owner, asker)
    asker.goto("/members/su-wan/")
    asker.get_by_role("button", name="给朋友看").click()
    expect(asker.get_by_role("heading", level=1)).to_have_text("这是我提的。")
    asker.get_by_role("button", name="复制地址").click()
    expect(asker.locator("#card-told")).to_have_text("已复制。")
    check_page(asker)
    address = asker.locator("#address").input_value()
    assert address == f"{asker.url}zh-hans/"

    friend = visit(phone=True, dark=True)
    for name, heading in (("zh-hans", "这是我提的。"), ("en", "I asked for this.")):
        friend.goto(address.replace("zh-hans", name))
        expect(friend.get_by_role("heading", level=1)).to_have_text(heading)
        expect(friend.locator(".person")).to_have_text(NAME)
        look_at_picture(friend)
        check_page(friend)

    friend.get_by_role("button", name="Make an account").click()
    expect(friend.locator("main .note")).to_contain_text(f"you came by {NAME}’s card")
    friend.locator("[name=username]").fill("jonas")
    friend.locator("[name=password1]").fill(PASSWORD)
    friend.get_by_role("button", name="Make my account").click()
    expect(friend.get_by_role("heading", level=1)).to_have_text("I asked for this.")
    asker.reload()
    expect(asker.locator("main")).to_contain_text("有 1 人通过你的卡片注册。")
    asker.get_by_role("button", name="收回卡片").click()
    gone = friend.goto(address)
    assert gone is not None
    assert gone.status == 410
