"""Somebody begins to write what was asked before, and says "me too" instead; on phones."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, Visitor
from tests.journeys.test_one_week import sign_up
from tests.journeys.test_topics import ask, check_page

pytestmark = pytest.mark.browser
ASKED_IN_CHINESE = "怎么截屏？按键太多了"
ELSE = ("Fonts are too small on my tablet", "Sync stops when the train enters a tunnel")


@pytest.fixture(scope="module")
def people(visit: Visitor, site: Site) -> dict[str, Page]:
    """The owner, somebody Chinese and somebody English, each on a phone."""
    pages = {
        "owner": visit(),
        "su-wan": visit(language="zh-CN", phone=True, dark=True),
        "jonas": visit(phone=True),
    }
    owner = pages["owner"]
    owner.goto(site.start_link)
    sign_up(owner, "dev-rao", "Dev Rao")
    owner.locator("[name=name_en]").fill("Lumen")
    owner.locator("[name=slug]").fill("lumen")
    owner.get_by_role("button", name="Make it").click()
    for handle, name in (("su-wan", "苏晚"), ("jonas", "Jonas Weber")):
        pages[handle].goto("/account/sign-up/")
        sign_up(pages[handle], handle, name)
    for title in (*ELSE, ASKED_IN_CHINESE):
        ask(owner, title, "")
    return pages


def begin(page: Page, typed: str, *, until_found: bool = True) -> None:
    """Begin a topic; again and again until the worker has read the topics that are there."""
    for _ in range(20):
        page.goto("/p/lumen/topics/new/")
        page.locator("[name=title]").press_sequentially(typed, delay=30)
        page.wait_for_timeout(1000)
        if not until_found or page.locator("#alike li").count():
            return


def test_1_half_a_chinese_line_is_enough(people: dict[str, Page]) -> None:
    su_wan = people["su-wan"]
    begin(su_wan, "截屏怎么")
    expect(su_wan.locator("#alike li")).to_have_count(1)
    expect(su_wan.locator("#alike-told")).to_contain_text("1 个话题")
    check_page(su_wan)
    su_wan.keyboard.press("Tab")
    su_wan.keyboard.press("Tab")
    expect(su_wan.locator("#alike button")).to_be_focused()
    su_wan.keyboard.press("Enter")
    expect(su_wan.get_by_role("heading", level=1)).to_contain_text(ASKED_IN_CHINESE)
    expect(su_wan.locator("main")).to_contain_text("你和另外 1 人")


def test_2_an_english_line_finds_what_was_asked_in_chinese(people: dict[str, Page]) -> None:
    jonas = people["jonas"]
    begin(jonas, "how do I take a screenshot")
    expect(jonas.locator("#alike")).to_contain_text(ASKED_IN_CHINESE)
    check_page(jonas)
    jonas.get_by_role("button", name="Me too").click()
    expect(jonas.get_by_role("heading", level=1)).to_contain_text(ASKED_IN_CHINESE)
    expect(jonas.locator(".voices")).to_contain_text("You and 2 others")


def test_3_unlike_all_else_nothing_is_in_the_way(people: dict[str, Page]) -> None:
    jonas = people["jonas"]
    begin(jonas, "Bake a cake with seven eggs", until_found=False)
    expect(jonas.locator("#alike")).to_be_hidden()
