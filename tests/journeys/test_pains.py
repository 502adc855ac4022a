"""A pain point that the product found, dug for and decided on, on phones; a meeting on a sheet."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.config.shell import run_program
from tests.journeys.conftest import Site, Visitor
from tests.journeys.test_topics import check_page

pytestmark = pytest.mark.browser
SAME = (
    ("How do I take a screenshot of this page?", "en"),
    ("Is there a way to take a screenshot of a page?", "en"),
    ("I want to take a screenshot of the page", "en"),
    ("Screenshot of a page: which buttons?", "en"),
    ("怎么截屏？三个键太难按了", "zh"),
    ("截屏要按三个键，太难了，怎么办", "zh"),
    ("怎么截屏，截屏的键太难按", "zh"),
)
ELSE = (
    ("Sync stops when the train enters a tunnel", "en"),
    ("A widget for the weather would be nice", "en"),
    ("Fonts are too small on my tablet", "en"),
    ("Why is the search so slow since spring", "en"),
)
# Everybody writes through the services; who comes with which cookie is told at the end.
ASKING = """
import json, sys, django
django.setup()
from datetime import timedelta
from django.test import Client
from canyu.journal.clock import now
from canyu.journal.services import deliver_due
from canyu.members.models import Member
from canyu.painpoints import services as painpoints
from canyu.topics import services as topics
from tests.builders import make_people, make_town
said = json.loads(sys.argv[1])
at = now()
day = timedelta(days=1)
town = make_town(at=at - 40 * day)
people = make_people(town.product, len(said))
for n, (text, language) in enumerate(said):
    topics.raise_topic(
        member_id=people[n], product_id=town.product, kind="trouble", title=text, words="",
        language=language, at=at - 9 * day + n * timedelta(hours=9),
    )
while deliver_due(at=at):
    pass
while painpoints.place_new() or painpoints.find_points(at=at):
    pass
cookies = {}
for handle in ("owner", "everyone0"):
    visitor = Client()
    who = town.owner if handle == "owner" else people[0]
    visitor.force_login(Member.objects.get(pk=who))
    cookies[handle] = visitor.cookies["canyu_session"].value
print(json.dumps(cookies))
"""


@pytest.fixture(scope="module")
def cookies(site: Site) -> dict[str, str]:
    """What lets the owner and somebody who asked in, after all asked and were found."""
    told = run_program(site.home, ASKING, json.dumps([*ELSE, *SAME]))
    found: dict[str, str] = json.loads(told.splitlines()[-1])
    return found


def come(visit: Visitor, site: Site, cookie: str, **how: object) -> Page:
    page = visit(**how)
    page.context.add_cookies([{"name": "canyu_session", "value": cookie, "url": site.url}])
    return page


@pytest.fixture(scope="module")
def owner(visit: Visitor, site: Site, cookies: dict[str, str]) -> Page:
    """The owner, English, on a phone."""
    return come(visit, site, cookies["owner"], phone=True)


@pytest.fixture(scope="module")
def in_chinese(visit: Visitor, site: Site, cookies: dict[str, str]) -> Page:
    """The owner again, Chinese, on a phone in the dark."""
    return come(visit, site, cookies["owner"], language="zh-CN", phone=True, dark=True)


@pytest.fixture(scope="module")
def asker(visit: Visitor, site: Site, cookies: dict[str, str]) -> Page:
    """Somebody who wrote about something else, on a phone."""
    return come(visit, site, cookies["everyone0"], phone=True)


def done(page: Page) -> None:
    expect(page.get_by_text("Done, and kept")).to_be_visible()


def test_1_what_says_the_same_is_suggested_and_one_is_left_out(owner: Page, asker: Page) -> None:
    owner.goto("/p/lumen/pains/")
    expect(owner.get_by_role("heading", name="These say the same?")).to_be_visible()
    check_page(owner)
    asker.goto("/p/lumen/pains/")
    expect(asker.locator("ul.pains > li")).to_have_count(0)
    owner.locator("ul.pains h3 a").first.click()
    expect(owner.locator("main")).to_contain_text("screenshot")
    check_page(owner)
    n_said = owner.locator("[name=wording]").count()
    assert n_said >= 3
    # By keyboard alone: the last one is something else.
    last = owner.locator("[name=wording]").last
    last.focus()
    last.press("Space")
    expect(last).not_to_be_checked()
    button = owner.get_by_role("button", name="Yes, these say the same")
    button.focus()
    button.press("Enter")
    done(owner)
    expect(owner.locator("[name=wording]")).to_have_count(n_said - 1)
    asker.goto(owner.url)
    expect(asker.get_by_role("heading", name="In their words")).to_be_visible()
    expect(asker.get_by_role("heading", name="Dig log")).to_have_count(0)
    check_page(asker)


def test_2_it_gets_a_name_in_both_languages_somebody_who_digs_and_a_size(
    owner: Page, in_chinese: Page
) -> None:
    rename(owner, "Screenshots in one tap", "Rename")
    done(owner)
    in_chinese.goto(owner.url)
    rename(in_chinese, "一键截屏", "改名")
    expect(in_chinese.get_by_role("heading", level=1)).to_contain_text("一键截屏")
    check_page(in_chinese)
    owner.reload()
    expect(owner.get_by_role("heading", level=1)).to_contain_text("Screenshots in one tap")
    owner.get_by_label("In a few words").fill("Three of them have small hands.")
    owner.get_by_role("button", name="Write it down").click()
    done(owner)
    expect(owner.locator("main")).to_contain_text("Three of them have small hands.")
    owner.get_by_label("Who looks after it").select_option(index=1)
    owner.get_by_label("How large the work is").select_option(index=1)
    owner.get_by_role("button", name="Save").click()
    done(owner)


def rename(page: Page, name: str, button: str) -> None:
    page.locator("form #name").fill(name)
    page.get_by_role("button", name=button, exact=True).click()


def test_3_a_part_becomes_its_own_and_is_dismissed_with_a_reason(owner: Page) -> None:
    whole = owner.url
    for one in owner.locator("[name=wording]").all()[1:]:
        one.uncheck(force=True)
    owner.get_by_text("Split: the ticked ones are a pain of their own").click()
    owner.get_by_label("What that one is called").fill("Only a question")
    owner.get_by_role("button", name="Split").click()
    done(owner)
    assert owner.url != whole
    expect(owner.get_by_role("heading", level=1)).to_contain_text("Only a question")
    owner.get_by_label("Why it is of no concern").fill("It was answered in the topic.")
    owner.get_by_role("button", name="Dismiss").click()
    done(owner)
    expect(owner.locator("main")).to_contain_text("It was answered in the topic.")
    check_page(owner)
    owner.goto(whole)


def test_4_the_meeting_decides_no_more_than_the_team_can_do(owner: Page, in_chinese: Page) -> None:
    owner.goto("/p/lumen/team/meeting/")
    check_page(owner)
    expect(owner.locator("main")).to_contain_text("In work: 0 of at most 3")
    owner.get_by_label("At most at once").fill("1")
    owner.get_by_role("button", name="Save").click()
    expect(owner.locator("main")).to_contain_text("In work: 0 of at most 1")
    owner.get_by_label("Pain point", exact=True).select_option(index=0)
    owner.get_by_label("What we do").select_option("doing")
    owner.get_by_label("Why, or why not").fill("Many ask.")
    owner.get_by_role("button", name="Say so").click()
    expect(owner.locator("main")).to_contain_text("In work: 1 of at most 1")
    expect(owner.locator("main")).to_contain_text("Full: finish one before another is begun.")
    # The one that was dismissed stands among what was said no to.
    expect(owner.get_by_role("region", name="Said no to")).to_contain_text("Only a question")
    owner.goto("/p/lumen/plan/")
    expect(owner.locator("main")).to_contain_text("Screenshots in one tap")
    in_chinese.goto("/p/lumen/team/meeting/")
    expect(in_chinese.locator("main")).to_contain_text("一键截屏")
    check_page(in_chinese)


def test_5_the_meeting_is_one_sheet_of_paper(owner: Page, in_chinese: Page, tmp_path: Path) -> None:
    for page in (owner, in_chinese):
        page.goto("/p/lumen/team/meeting/")
        printed = page.pdf(path=tmp_path / "meeting.pdf", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
