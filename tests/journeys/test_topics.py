"""Two people ask the same in two languages: merged and parted, answered and solved, on phones."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, Visitor
from tests.journeys.test_one_week import sign_up

pytestmark = pytest.mark.browser
ASKED_IN_CHINESE = "怎么截屏？按键太多了"
ASKED_IN_ENGLISH = "How do I take a screenshot?"


@pytest.fixture(scope="module")
def people(visit: Visitor, site: Site) -> dict[str, Page]:
    """The owner, somebody Chinese and somebody English, each on a phone."""
    pages = {
        "owner": visit(phone=True),
        "su-wan": visit(language="zh-CN", phone=True),
        "jonas": visit(phone=True, dark=True),
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
    return pages


def ask(page: Page, title: str, words: str) -> None:
    page.goto("/p/lumen/topics/new/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=kind][value=question]").check(force=True)
    page.locator("[name=words]").fill(words)
    page.locator("main form .do").click()
    if page.get_by_role("alert").count():
        # Something may say the same; this one is posted all the same.
        page.locator("main form .do").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def check_page(page: Page) -> None:
    """Nothing scrolls sideways, and nobody is shut out."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_1_two_ask_the_same_in_two_languages(people: dict[str, Page]) -> None:
    ask(people["su-wan"], ASKED_IN_CHINESE, "要**同时**按三个键。@jonas 你知道吗？")
    ask(people["jonas"], ASKED_IN_ENGLISH, "I need three hands.")
    jonas = people["jonas"]
    jonas.goto("/notices/")
    expect(jonas.locator("main")).to_contain_text(f"苏晚 named you in “{ASKED_IN_CHINESE}”")
    jonas.goto("/p/lumen/topics/?unanswered=1&sort=waiting")
    expect(jonas.locator(".topics > li")).to_have_count(2)
    check_page(jonas)
    people["su-wan"].goto("/p/lumen/topics/?q=截屏")
    expect(people["su-wan"].locator(".topics > li")).to_have_count(1)
    check_page(people["su-wan"])


def test_2_the_team_makes_them_one_and_every_voice_counts(people: dict[str, Page]) -> None:
    owner, jonas, su_wan = people["owner"], people["jonas"], people["su-wan"]
    owner.goto("/p/lumen/topics/")
    owner.get_by_role("link", name=ASKED_IN_ENGLISH).click()
    merged = owner.url
    owner.get_by_text("For the team: merge").click()
    check_page(owner)
    owner.get_by_role("link", name="Put it into a topic that says the same").click()
    owner.get_by_label(ASKED_IN_CHINESE).check(force=True)
    owner.locator("[name=reason]").fill("Both want one tap.")
    check_page(owner)
    owner.get_by_role("button", name="Make them one topic").click()
    expect(owner.get_by_text("2 people ask this.")).to_be_visible()
    jonas.goto("/notices/")
    jonas.get_by_role("link", name=re.compile("put together with a topic")).click()
    expect(jonas.get_by_text("You and 1 other ask this.")).to_be_visible()
    expect(jonas.get_by_role("heading", level=1)).to_contain_text(ASKED_IN_CHINESE)
    jonas.goto(merged)
    expect(jonas.get_by_role("heading", level=1)).to_contain_text(ASKED_IN_CHINESE)
    su_wan.goto(jonas.url)
    expect(su_wan.get_by_role("heading", name="说的是同一件事")).to_be_visible()
    expect(su_wan.get_by_role("button", name="把它拆出来")).to_have_count(0)
    check_page(su_wan)


def test_3_and_undoes_it(people: dict[str, Page]) -> None:
    owner, jonas = people["owner"], people["jonas"]
    owner.get_by_role("button", name="Take it out again").click()
    expect(owner.get_by_role("heading", level=1)).to_contain_text(ASKED_IN_ENGLISH)
    owner.get_by_text("What was done, 2 steps").click()
    expect(owner.get_by_text(f"taken out of “{ASKED_IN_CHINESE}”")).to_be_visible()
    for title in (ASKED_IN_CHINESE, ASKED_IN_ENGLISH):
        jonas.goto("/p/lumen/topics/")
        jonas.get_by_role("link", name=title).click()
        expect(jonas.locator(".voices")).to_contain_text(
            "You asked." if title == ASKED_IN_ENGLISH else "1 person asks this."
        )


def test_4_asked_answered_solved(people: dict[str, Page]) -> None:
    su_wan, jonas = people["su-wan"], people["jonas"]
    jonas.goto("/p/lumen/topics/")
    jonas.get_by_role("link", name=ASKED_IN_CHINESE).click()
    here = jonas.url
    jonas.locator("[name=words]").fill("On the train, with one hand.")
    jonas.get_by_role("button", name="Me too").click()
    expect(jonas.get_by_role("heading", name="Their own cases")).to_be_visible()
    jonas.locator("#write [name=text]").fill("Three fingers down the *screen*.")
    jonas.locator("#write button").click()
    expect(jonas.locator(".thread")).to_contain_text("Three fingers")
    check_page(jonas)

    su_wan.goto(here)
    expect(su_wan.locator("main")).to_contain_text("On the train, with one hand.")
    su_wan.get_by_role("button", name="这个回答解决了").click()
    expect(su_wan.locator("#solution")).to_contain_text("Three fingers")
    check_page(su_wan)
    su_wan.goto("/p/lumen/topics/")
    expect(su_wan.locator(".topics > li").filter(has_text=ASKED_IN_CHINESE)).to_contain_text(
        "已解决"
    )
    jonas.goto("/notices/")
    expect(jonas.locator("main")).to_contain_text(f"Your answer solved “{ASKED_IN_CHINESE}”")


def test_5_the_clock_of_answers_and_what_is_flagged(people: dict[str, Page]) -> None:
    owner, jonas = people["owner"], people["jonas"]
    jonas.goto("/p/lumen/topics/")
    jonas.get_by_role("link", name=ASKED_IN_CHINESE).click()
    jonas.get_by_role("link", name="Flag").first.click()
    jonas.locator("[name=reason][value=private]").check(force=True)
    check_page(jonas)
    jonas.get_by_role("button", name="Ask the team to look").click()
    owner.goto("/p/lumen/team/help/")
    expect(owner.locator("table")).to_contain_text("1 of 2")
    check_page(owner)
    owner.goto("/p/lumen/team/moderation/")
    expect(owner.locator("main")).to_contain_text(ASKED_IN_CHINESE)
    check_page(owner)
    owner.get_by_role("button", name="It may stand").click()
    owner.goto("/p/lumen/team/moderation/")
    expect(owner.get_by_text("Nothing is flagged")).to_be_visible()
