"""One week, lived in a browser on an empty server: from the first owner to the thanks.

The steps are one story and share one server; each stands on what the one before left.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import settings as examples
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Site, Visitor

pytestmark = pytest.mark.browser
PASSWORD = "a tub of popcorn"
N_OTHERS = 60


@pytest.fixture(scope="module")
def people(visit: Visitor) -> dict[str, Page]:
    """Each person's own browser: the owner, a maker, somebody Chinese on a phone, Jonas."""
    return {
        "owner": visit(),
        "maker": visit(),
        "su-wan": visit(language="zh-CN", phone=True),
        "jonas": visit(language="en-GB", phone=True, dark=True),
    }


def sign_up(page: Page, handle: str, name: str) -> None:
    page.locator("[name=handle], [name=username]").fill(handle)
    page.locator("[name=name]").fill(name)
    page.locator("[name=password], [name=password1]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()


def test_1_the_first_owner_comes_by_the_link_and_makes_a_product(
    site: Site, people: dict[str, Page]
) -> None:
    page = people["owner"]
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("no product")
    page.goto(site.start_link)
    sign_up(page, "dev-rao", "Dev Rao")
    page.locator("[name=name_en]").fill("Lumen")
    page.locator("[name=name_zh]").fill("流明")
    page.locator("[name=slug]").fill("lumen")
    page.get_by_role("button", name="Make it").click()
    page.goto("/p/lumen/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lumen")
    # The link worked once.
    stranger = people["jonas"]
    assert stranger.goto(site.start_link).status >= 400  # type: ignore[union-attr]


def test_2_a_maker_comes_by_an_invitation(people: dict[str, Page]) -> None:
    owner, maker = people["owner"], people["maker"]
    owner.goto("/p/lumen/team/people/")
    form = owner.locator("form[action*=invite]")
    form.locator("[name=role]").select_option("maker")
    form.locator("[name=n_uses]").fill("1")
    form.locator("[name=valid_days]").fill("7")
    form.get_by_role("button", name="Make the link").click()
    link = owner.locator("#new-link").input_value()
    maker.goto(link)
    maker.get_by_role("link", name=re.compile("account", re.IGNORECASE)).first.click()
    sign_up(maker, "lin-yue", "Lin Yue")
    maker.goto("/p/lumen/team/")
    expect(maker.get_by_role("heading", level=1)).to_be_visible()
    owner.goto("/p/lumen/team/people/")
    expect(owner.get_by_text("Lin Yue").first).to_be_visible()


def test_3_people_join_and_ask(people: dict[str, Page]) -> None:
    su_wan, jonas = people["su-wan"], people["jonas"]
    for page, handle, name in ((su_wan, "su-wan", "苏晚"), (jonas, "jonas", "Jonas Weber")):
        page.goto("/account/sign-up/")
        sign_up(page, handle, name)
        page.goto("/p/lumen/join/")
        page.locator("button[value=weekly], input[value=weekly]").first.click()
        if page.locator("input[value=weekly]:checked").count():
            page.locator("main form button[type=submit]").first.click()
    su_wan.goto("/p/lumen/topics/new/")
    su_wan.locator("[name=title]").fill("粘贴表格以后全乱了")
    su_wan.locator("[name=kind][value=trouble]").check(force=True)
    su_wan.locator("[name=words]").fill("从表格软件里粘过来，格式全没了。")
    su_wan.locator("main form .do").click()
    expect(su_wan.get_by_role("heading", level=1)).to_contain_text("粘贴表格")
    jonas.goto(su_wan.url)
    jonas.get_by_role("button", name="Me too").click()
    expect(jonas.get_by_text("You and 1 other")).to_be_visible()


def test_4_a_release_is_written_previewed_and_published(people: dict[str, Page]) -> None:
    owner = people["owner"]
    owner.goto("/p/lumen/team/train/")
    owner.locator("[name=zone]").select_option("Asia/Shanghai")
    owner.locator("[name=n_freeze_hours]").fill("0")
    owner.get_by_role("button", name="Set the timetable").click()
    page = people["maker"]
    page.goto("/p/lumen/team/releases/new/")
    page.locator("[name=version]").fill("5.2")
    page.locator("[name=notes_en]").fill("Tables *stay* tables.")
    page.locator("[name=notes_zh]").fill("表格还是表格。")
    page.get_by_role("button", name="Begin").click()
    draft = page.url
    changes = [
        ("A pasted table stays a table", "粘贴表格，还是表格"),
        ("Search forgives a slip", "打错字也能搜到"),
        ("Notebooks fold away", "笔记本可以收起来"),
        ("Quiet after ten", "晚上十点后安静"),
    ]
    for place, (english, chinese) in enumerate(changes):
        page.goto(draft)
        page.get_by_role("link", name="Add a change").click()
        page.locator("[name=text_en]").fill(english)
        page.locator("[name=text_zh]").fill(chinese)
        page.get_by_label("Lin Yue").check(force=True)
        if place == 0:
            page.locator("[name=find]").fill("粘贴")
            page.get_by_role("button", name="Look for topics").click()
            page.locator("[name=topics]").first.check(force=True)
        page.get_by_role("button", name="Save the change").click()
    page.goto(draft)
    page.get_by_role("link", name="See it as members will").click()
    expect(page.get_by_text("Search forgives a slip")).to_be_visible()
    page.goto(draft)
    page.get_by_role("link", name=re.compile("Publish")).click()
    expect(page.get_by_text("2 people who asked are thanked")).to_be_visible()
    page.get_by_role("button", name="Publish 5.2").click()
    stranger = people["jonas"]
    stranger.goto("/p/lumen/releases/5.2/")
    expect(stranger.get_by_text("A pasted table stays a table")).to_be_visible()


def test_5_somebody_says_something_and_the_maker_answers(people: dict[str, Page]) -> None:
    jonas, maker = people["jonas"], people["maker"]
    jonas.goto("/p/lumen/releases/5.2/")
    jonas.get_by_role("link", name="A pasted table stays a table").click()
    jonas.locator("[name=text]").fill("It works with my budget, thank you!")
    jonas.locator("#write button").click()
    maker.goto(jonas.url)
    maker.get_by_role("link", name="Answer").first.click()
    maker.locator("[name=text]").fill("That was the table I tested with.")
    maker.locator("#write button").click()
    expect(maker.locator(".by-maker")).to_contain_text("That was the table")
    jonas.goto("/notices/")
    expect(jonas.get_by_text("Lin Yue").first).to_be_visible()


def test_6_a_report_is_filled_on_a_phone_in_chinese(site: Site, people: dict[str, Page]) -> None:
    page = people["su-wan"]
    assert page.goto("/p/lumen/releases/5.2/report/").status == 404  # type: ignore[union-attr]
    site.canyu("open", "5.2", "--product", "lumen", "--hours", "24")
    page.goto("/")
    page.locator("main .do").click()
    expect(page).to_have_url(re.compile("/report/"))
    page.locator("label[for=mood-scream]").click()
    best = page.locator(".pick", has_text="粘贴表格")
    best.locator(".most + label").click()
    best.locator(".why-most textarea").fill("我妈记账终于不用截图了。")
    page.locator(".pick", has_text="收起来").locator(".least + label").click()
    page.locator("[name=next_words]").fill("单个笔记本上锁")
    expect(page.locator(".mini .on")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".bar .do").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("谢谢")
    # It may be changed until it closes, and remembers what was said.
    page.goto("/p/lumen/releases/5.2/report/")
    expect(page.locator("#mood-scream")).to_be_checked()
    expect(page.locator(".why-most textarea").filter(visible=True)).to_have_value(
        "我妈记账终于不用截图了。"
    )
    page.locator("label[for=mood-smile]").click()
    page.locator(".bar .do").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("谢谢")


def test_7_a_report_is_filled_by_keyboard_alone_in_english(people: dict[str, Page]) -> None:
    page = people["jonas"]
    page.goto("/p/lumen/releases/5.2/report/")

    def press_until(found: str, key: str = "Tab", most: int = 60) -> None:
        for _ in range(most):
            if page.evaluate(f"document.activeElement?.matches({json.dumps(found)})"):
                return
            page.keyboard.press(key)
        pytest.fail(f"{found} is not reached by {key}")

    press_until("[name=mood]")
    press_until("#mood-smile", "ArrowDown")
    press_until("[name=most]")
    first = page.evaluate("document.activeElement.value")
    page.keyboard.press("Space")
    press_until("[name=least]")
    for _ in range(8):
        page.keyboard.press("ArrowDown")
        chosen = page.locator("[name=least]:checked").get_attribute("value")
        if chosen and chosen != page.locator("[name=most]:checked").get_attribute("value"):
            break
    press_until("[name=next_words]")
    page.keyboard.type("Lock one notebook")
    press_until(".bar .do")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    page.goto("/p/lumen/releases/5.2/report/")
    expect(page.locator("#mood-smile")).to_be_checked()
    assert first is not None
    expect(page.locator("[name=next_words]")).to_have_value("Lock one notebook")


def test_7b_without_a_network_it_is_kept_on_the_phone_and_arrives_later(
    people: dict[str, Page],
) -> None:
    page = people["jonas"]
    page.locator("label[for=mood-shrug]").click()
    page.context.set_offline(True)
    page.locator(".bar .do").click()
    expect(page.get_by_role("status")).to_contain_text("Saved on this device, sending")
    kept = page.evaluate(
        "Object.keys(localStorage).filter((name) => name.startsWith('canyu-report-'))"
    )
    assert len(kept) == 1
    # Closed before the network was back: it is sent when the page is opened the next time.
    twin = page.context.new_page()
    page.close()
    page.context.set_offline(False)
    people["jonas"] = twin
    twin.goto("/p/lumen/releases/5.2/report/")
    expect(twin.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert not twin.evaluate("Object.keys(localStorage).length")
    twin.goto("/p/lumen/releases/5.2/report/")
    expect(twin.locator("#mood-shrug")).to_be_checked()


def test_8_before_the_close_only_turnout_is_shown(people: dict[str, Page]) -> None:
    for page in (people["jonas"], people["maker"], people["owner"]):
        shown = page.goto("/p/lumen/releases/5.2/results/")
        assert shown is not None
        assert shown.status >= 400
        assert "2" in page.locator("main").inner_text()
        assert "score" not in page.locator("main").inner_text().lower()


def test_9_it_closes_and_the_award_is_certified(
    site: Site, people: dict[str, Page], tmp_path: Path
) -> None:
    reports = tmp_path / "reports.jsonl"
    lines = []
    for number in range(N_OTHERS):
        best, worst = ("1", "3") if number % 10 else ("2", "1")
        lines.append(
            json.dumps(
                {
                    "type": "report",
                    "release": "5.2",
                    "member": f"reader-{number}",
                    "ring": "weekly",
                    "mood": "smile",
                    "shown": ["4", "3", "2", "1"],
                    "best": best,
                    "worst": worst,
                }
            )
        )
    reports.write_text("\n".join(lines), encoding="utf-8")
    assert f"{N_OTHERS} new" in site.canyu("import", "reports", str(reports), "--product", "lumen")
    assert "62 reports" in site.canyu("close", "5.2", "--product", "lumen")

    owner = people["owner"]
    owner.goto("/p/lumen/team/")
    owner.locator("a[href*='/team/awards/']").first.click()
    owner.locator("[name=citation_en]").fill("For every budget pasted at midnight.")
    owner.locator("[name=citation_zh]").fill("给每一个半夜粘贴的账本。")
    picture = tmp_path / "popcorn.png"
    Image.new("RGB", (640, 640), (224, 108, 10)).save(picture)
    owner.locator("[name=picture]").set_input_files(picture)
    owner.get_by_role("button", name="Hang it on the wall").click()
    owner.locator("[name=gift]").fill("a tub of popcorn")
    owner.get_by_role("button", name="Note it").click()

    jonas = people["jonas"]
    jonas.goto("/p/lumen/wall/")
    expect(jonas.get_by_role("heading", level=1)).to_contain_text("Lin Yue")
    expect(jonas.get_by_text("For every budget pasted at midnight.")).to_be_visible()
    jonas.goto("/p/lumen/results/")
    expect(jonas.get_by_text("A pasted table stays a table").first).to_be_visible()
    expect(jonas.get_by_text(re.compile(r"\d+\.\d to \d+\.\d")).first).to_be_visible()


def test_10_what_hurt_is_answered_by_its_maker(people: dict[str, Page]) -> None:
    maker, jonas = people["maker"], people["jonas"]
    jonas.goto("/p/lumen/releases/5.2/")
    expect(jonas.locator(".repair")).to_have_count(0)
    maker.goto("/p/lumen/team/")
    maker.locator("a[href*='/repairs/']").first.click()
    if not maker.locator("[name=answer_en]").count():
        maker.locator("a[href*='/answer/']").first.click()
    maker.locator("[name=kind][value=mend]").check(force=True)
    maker.locator("[name=hurt_en]").fill("Your notebook was one tap further away.")
    maker.locator("[name=answer_en]").fill("The one you use most stays open.")
    maker.locator("main form .do").first.click()
    jonas.goto("/p/lumen/releases/5.2/")
    expect(jonas.locator(".repair")).to_contain_text("The one you use most stays open.")


def test_11_who_asked_finds_their_name(people: dict[str, Page]) -> None:
    su_wan = people["su-wan"]
    su_wan.goto("/")
    expect(su_wan.locator("main")).to_contain_text("粘贴表格，还是表格")
    su_wan.goto("/notices/")
    expect(su_wan.locator("main")).to_contain_text("5.2")
    su_wan.goto("/members/su-wan/")
    expect(su_wan.locator("main")).to_contain_text("粘贴表格，还是表格")
    jonas = people["jonas"]
    jonas.goto("/p/lumen/releases/5.2/")
    expect(jonas.get_by_text("Asked for by 苏晚 and 1 other")).to_be_visible()
    jonas.goto("/members/jonas/")
    expect(jonas.locator("main")).to_contain_text("A pasted table stays a table")


def test_12_the_next_release_is_begun(people: dict[str, Page]) -> None:
    page = people["owner"]
    page.goto("/p/lumen/team/releases/new/")
    page.locator("[name=version]").fill("5.3")
    page.get_by_role("button", name="Begin").click()
    assert page.url.endswith("/p/lumen/team/releases/2/")
    page.get_by_role("link", name="Add a change").click()
    page.locator("[name=text_en]").fill("One notebook has a lock")
    page.get_by_role("button", name="Save the change").click()
    page.goto("/p/lumen/team/releases/2/publish/")
    expect(page.get_by_text("1 change goes out")).to_be_visible()


STATIC_PAGES = (
    "/",
    "/p/lumen/",
    "/p/lumen/releases/",
    "/p/lumen/releases/5.2/",
    "/p/lumen/releases/5.2/report/",
    "/p/lumen/releases/5.2/results/",
    "/p/lumen/topics/",
    "/p/lumen/topics/new/",
    "/p/lumen/plan/",
    "/p/lumen/wall/",
    "/p/lumen/join/",
    "/p/lumen/changes/1/credits/",
    "/members/su-wan/",
    "/me/",
    "/me/mail/",
    "/me/browser/",
    "/me/leave/",
    "/notices/",
    "/account/",
    "/account/sign-in/",
    "/account/sign-up/",
    "/p/lumen/nothing-here/",
    "/p/lumen/team/",
    "/p/lumen/team/releases/new/",
    "/p/lumen/team/plan/new/",
    "/p/lumen/team/train/",
    "/p/lumen/team/leads/",
    "/p/lumen/team/people/",
    "/p/lumen/team/areas/",
    "/p/lumen/team/exposure/",
    "/p/lumen/team/webhooks/",
    "/p/lumen/team/product/",
    "/p/lumen/team/releases/2/",
    "/p/lumen/team/releases/2/changes/new/",
    "/p/lumen/team/releases/2/changes/5/",
    "/p/lumen/team/releases/2/preview/",
    "/p/lumen/team/releases/2/publish/",
    "/p/lumen/team/awards/1/",
    "/p/lumen/repairs/1/",
    "/p/lumen/repairs/1/answer/",
    "/remarks/1/edit/",
    "/remarks/1/remove/",
    "/account/password/change/",
    "/account/passkeys/add/",
)
# Those that show others something else than the owner, and one for all that say no to them.
PAGES_OF_OTHERS = (
    "/",
    "/p/lumen/",
    "/p/lumen/releases/5.2/",
    "/p/lumen/releases/5.2/report/",
    "/p/lumen/releases/5.2/results/",
    "/p/lumen/topics/",
    "/p/lumen/plan/",
    "/members/su-wan/",
    "/me/",
    "/notices/",
    "/account/sign-in/",
    "/account/sign-up/",
    "/p/lumen/team/",
)
FOUND_PAGES = (
    ("/p/lumen/releases/5.2/", "a[href*='/changes/']"),
    ("/p/lumen/releases/5.2/", "a[href*='/repairs/']"),
    ("/p/lumen/topics/", "main a[href*='/topics/']:not([href*='new']):not([href*='?'])"),
)


# All pages, and as those see them who may less; `make soak` looks again with the languages and the
# schemes changed.
WALKS = (
    ("owner", "en", True),
    ("su-wan", "zh-hans", False),
    ("owner", "zh-hans", False),
    ("stranger", "en", True),
)


# Once is enough: no store changes how a page looks.
@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("who", "language", "is_dark"),
    WALKS if examples().max_examples >= 200 else WALKS[:2],
)
def test_13_every_page_is_fit_for_everybody(
    visit: Visitor, people: dict[str, Page], who: str, language: str, *, is_dark: bool
) -> None:
    """On a phone no page scrolls sideways, the owner's on a desk neither; axe finds nothing."""
    tongue = "zh-CN" if language == "zh-hans" else "en-GB"
    page = visit(language=tongue, phone=True, dark=is_dark)
    if who != "stranger":
        page.context.add_cookies(people[who].context.cookies())
    faults: list[str] = []
    seen: set[str] = set()
    is_owner = who == "owner"
    for address in pages_of(page, is_owner=is_owner):
        faults += faults_of(page, address, language, seen, is_owner=is_owner)
    assert len(seen) > 10
    assert not faults, "\n".join(faults)


def pages_of(page: Page, *, is_owner: bool) -> Iterator[str]:
    yield from STATIC_PAGES if is_owner else PAGES_OF_OTHERS
    for start, link in FOUND_PAGES:
        page.goto(start)
        found = page.locator(link)
        if found.count():
            yield found.first.get_attribute("href") or ""


def faults_of(
    page: Page, address: str, language: str, seen: set[str], *, is_owner: bool
) -> list[str]:
    shown = page.goto(address)
    faults = []
    # Where somebody may not go, many addresses end at one page: to sign in, or that says no.
    is_page = shown is not None and shown.status < 400
    ends_at = urlsplit(page.url).path if is_page else page.locator("main").inner_text()
    if ends_at in seen:
        return []
    seen.add(ends_at)
    if shown is None or shown.status >= 500:
        faults.append(f"{address}: answered {shown and shown.status}")
    # What axe looks at is the last: a phone, and in the owner's other walk a desk.
    sizes = (PHONE, DESK) if language == "zh-hans" else (DESK, PHONE)
    for size in sizes if is_owner else (PHONE,):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            faults.append(f"{address}: {width} px wide on a screen of {size['width']}")
    said = page.evaluate("document.documentElement.lang")
    if said != {"en": "en", "zh-hans": "zh-Hans"}[language]:
        faults.append(f"{address}: speaks {said}")
    for violation in Axe().run(page).response["violations"]:
        where = violation["nodes"][0]["target"]
        faults.append(f"{address}: {violation['id']} at {where} ({violation['help']})")
    return faults
