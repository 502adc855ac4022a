"""The report's page: four cells in, and whatever else is sent, nothing lost of what was said."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.journal.services import deliver_due
from canyu.plan.services import put_plan_item
from canyu.products.services import add_product, leave_ring
from canyu.releases.queries import changes_of
from canyu.releases.services import pick_judged, publish_release
from canyu.reports.queries import own_cells, report_page_for, window_of
from canyu.reports.rules import ReportCells
from canyu.reports.services import close_report, open_due_reports, open_report
from canyu.web.shared import shared
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    Town,
    draft,
    fill,
    make_member,
    make_people,
    open_week,
    publish,
    put_change,
    town,
)

pytestmark = pytest.mark.django_db
__all__ = ["town"]

PAGE = "/p/lumen/releases/5.2/report/"
SIGN_IN = f"/account/sign-in/?next={PAGE}"
NOW = TUESDAY + timedelta(hours=1)
MEBIBYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: NOW)


@pytest.fixture
def bo(town: Town) -> int:
    return make_people(town.product, 1, prefix="bo")[0]


def enter(client: Client, member_id: int) -> Client:
    client.force_login(get_user_model().objects.get(pk=member_id))
    return client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def form_of(client: Client, address: str = PAGE) -> dict[str, Any]:
    """What the page would send if nothing was touched: its hidden fields and what is checked."""
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200, page
    form: dict[str, Any] = {name: hidden(page, name) for name in ("token", "revision")}
    for tag in re.findall(r'<input [^>]*type="radio"[^>]* checked>', page):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        assert name, tag
        assert value, tag
        form[name[1]] = value[1]
    return form


def shown_on(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'name="most" value="(\d+)"', page)]


def checked(page: str) -> set[str]:
    """The ids of all choices that are made on a page."""
    return set(re.findall(r'id="([\w-]+)"[^>]* checked', page))


def problem_of(page: str) -> str:
    found = re.search(r'role="alert".*?</svg>\s*<span>(.*?)</span>', page, re.DOTALL)
    assert found, page
    return found[1]


# Who gets it


def test_a_stranger_is_sent_to_sign_in_and_back(client: Client, town: Town) -> None:
    open_week(town, 3)
    answer = client.get(PAGE)
    assert (answer.status_code, answer["Location"]) == (302, SIGN_IN)


def test_before_it_opens_the_page_says_when(client: Client, town: Town, bo: int) -> None:
    publish(town, 3)
    answer = enter(client, bo).get(PAGE)
    assert answer.status_code == 404
    assert "is not open yet" in answer.content.decode()
    assert "Nov" in answer.content.decode()


def test_after_the_close_the_page_leads_to_the_results(client: Client, town: Town, bo: int) -> None:
    close_report(release_id=open_week(town, 3), at=WEDNESDAY)
    answer = enter(client, bo).get(PAGE)
    assert answer.status_code == 404
    assert "/p/lumen/releases/5.2/results/" in answer.content.decode()


def test_a_hotfix_has_none_of_its_own(client: Client, town: Town, bo: int) -> None:
    publish(town, 1, version="5.2.1", is_hotfix=True)
    answer = enter(client, bo).get("/p/lumen/releases/5.2.1/report/")
    assert answer.status_code == 404
    assert "judged with the next release" in answer.content.decode()


@pytest.mark.parametrize("version", ["9.9", "%00", "x" * 300, "%F0%9F%8D%BF"])
def test_an_unknown_version_is_not_here(client: Client, town: Town, bo: int, version: str) -> None:
    open_week(town, 3)
    enter(client, bo)
    assert client.get(f"/p/lumen/releases/{version}/report/").status_code == 404
    assert client.post(f"/p/lumen/releases/{version}/report/", {}).status_code == 404


def test_who_is_in_no_ring_is_told_to_choose_one(client: Client, town: Town) -> None:
    open_week(town, 3)
    answer = enter(client, make_member("dora")).get(PAGE)
    assert answer.status_code == 403
    assert "you are in no ring" in answer.content.decode()


def test_whose_ring_has_not_got_it_is_not_asked(client: Client, town: Town, bo: int) -> None:
    publish(town, 3, rings={"everyone": WEDNESDAY})
    open_due_reports(at=TUESDAY)
    answer = enter(client, bo).get(PAGE)
    assert answer.status_code == 403
    assert "has not got this release yet" in answer.content.decode()


def test_the_team_is_told_that_it_is_counted_apart(client: Client, town: Town, bo: int) -> None:
    release_id = open_week(town, 3)
    enter(client, town.maker)
    form = form_of(client)
    assert "counted apart" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {**form, "mood": "scream"}).status_code == 303
    window = window_of(release_id)
    assert window
    assert window.n_reports == 0
    assert "counted apart" not in enter(client, bo).get(PAGE).content.decode()


# What is on it


def test_up_to_seven_are_all_shown_and_beyond_that_a_part(
    client: Client, town: Town, bo: int
) -> None:
    open_week(town, 7)
    page = enter(client, bo).get(PAGE).content.decode()
    assert len(shown_on(page)) == 7
    assert "first is not better" in page


@pytest.mark.parametrize(("n", "n_shown"), [(8, 5), (45, 6)])
def test_of_many_a_part_is_shown_and_the_page_says_so(
    client: Client, town: Town, bo: int, n: int, n_shown: int
) -> None:
    open_week(town, n)
    page = enter(client, bo).get(PAGE).content.decode()
    assert len(shown_on(page)) == n_shown
    assert f"These are {n_shown} of {n}" in page
    assert shown_on(client.get(PAGE).content.decode()) == shown_on(page), "one screen a person"


def test_of_more_than_sixty_the_picked_ones_are_judged(client: Client, town: Town, bo: int) -> None:
    release_id = draft(town, 0)
    ids = [put_change(town, release_id, text=f"C{number}") for number in range(62)]
    pick_judged(actor_id=town.owner, release_id=release_id, change_ids=ids[2:])
    publish_draft(town, release_id)
    page = enter(client, bo).get(PAGE).content.decode()
    assert "of 60, drawn for you" in page
    assert set(shown_on(page)) <= set(ids[2:])


def publish_draft(town: Town, release_id: int) -> None:
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    deliver_due(at=FRIDAY)
    open_due_reports(at=TUESDAY)


@pytest.mark.parametrize("n", [1, 2])
def test_of_one_or_two_people_say_liked_or_did_not_like(
    client: Client, town: Town, bo: int, n: int
) -> None:
    release_id = open_week(town, n)
    enter(client, bo)
    page = client.get(PAGE).content.decode()
    assert "Liked, did not like" in page
    assert "Liked most" not in page
    assert "Liked least" not in page
    (change_id, *_rest) = (one.id for one in changes_of([release_id]))
    assert client.post(PAGE, {**form_of(client), "least": change_id}).status_code == 303
    assert "Liked most" not in client.get(f"{PAGE}?thanks").content.decode()


def test_both_languages(client: Client, town: Town, bo: int) -> None:
    release_id = draft(town, 2)
    put_change(town, release_id, text="English")
    publish_draft(town, release_id)
    enter(client, bo)
    english = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    chinese = client.get(PAGE, headers={"accept-language": "zh-CN"}).content.decode()
    assert '<html lang="en">' in english
    assert "1. Your mood" in english
    assert '<html lang="zh-Hans">' in chinese
    assert "尖叫" in chinese
    assert "Your mood" not in chinese
    refused = client.post(PAGE, form_of(client), headers={"accept-language": "zh-CN"})
    assert refused.status_code == 400
    assert "all four cells are empty" not in refused.content.decode()


# Handing it in


def test_everything_that_was_said_is_kept_and_shown_again(
    client: Client, town: Town, bo: int
) -> None:
    item = put_plan_item(
        actor_id=town.owner,
        product_id=town.product,
        title={"en": "Moon"},
        state="planned",
        at=FRIDAY,
    )
    release_id = open_week(town, 4)
    enter(client, bo)
    form = form_of(client)
    most, least, other, _left = shown_on(client.get(PAGE).content.decode())
    answer = client.post(
        PAGE,
        {
            **form,
            "mood": "scream",
            "most": most,
            "least": least,
            "untried": [other],
            f"why_most-{most}": "Fast <b>now</b>",
            f"why_least-{least}": "Slow",
            f"why_most-{other}": "belongs to nothing",
            "next": item,
            "next_words": "and stars",
        },
    )
    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}?thanks")
    assert own_cells(release_id, bo) == ReportCells(
        mood="scream",
        best=most,
        worst=least,
        untried=(other,),
        wanted_item=item,
        wanted="and stars",
        why_best="Fast <b>now</b>",
        why_worst="Slow",
    )
    thanks = client.get(f"{PAGE}?thanks").content.decode()
    assert "Thank you" in thanks
    assert "<b>now</b>" not in thanks
    page = client.get(PAGE).content.decode()
    assert checked(page) == {
        "mood-scream",
        f"most-{most}",
        f"least-{least}",
        f"untried-{other}",
        f"next-{item}",
    }
    assert "Fast &lt;b&gt;now&lt;/b&gt;" in page
    assert "and stars" in page
    assert hidden(page, "revision") == "1"


def test_it_may_be_changed_until_it_closes(client: Client, town: Town, bo: int) -> None:
    release_id = open_week(town, 3)
    enter(client, bo)
    client.post(PAGE, {**form_of(client), "mood": "sigh", "next_words": "less"})
    client.post(PAGE, {**form_of(client), "mood": "smile", "next_words": ""})
    assert own_cells(release_id, bo) == ReportCells(mood="smile")


def test_thanks_are_only_for_a_report(client: Client, town: Town, bo: int) -> None:
    open_week(town, 3)
    assert "Thank you" not in enter(client, bo).get(f"{PAGE}?thanks").content.decode()


# What is refused


@pytest.fixture
def judged(client: Client, town: Town, bo: int) -> tuple[Client, int, list[int]]:
    """Bo has said something already, and is about to say something that is refused."""
    release_id = open_week(town, 8)
    enter(client, bo)
    shown = shown_on(client.get(PAGE).content.decode())
    stored = {"mood": "smile", "most": shown[0], f"why_most-{shown[0]}": "It stays"}
    assert client.post(PAGE, {**form_of(client), **stored}).status_code == 303
    return client, release_id, shown


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "same": ({"most": "{2}", "least": "{2}"}, "the same change"),
    "not on the screen": ({"least": "{other}"}, "not on your screen"),
    "no change at all": ({"least": "999999"}, "not on your screen"),
    "no number": ({"least": "ten"}, "not on your screen"),
    "a huge number": ({"least": "9" * 30}, "not on your screen"),
    "less than nothing": ({"least": "-1"}, "not on your screen"),
    "untried elsewhere": ({"untried": ["{other}"]}, "not on your screen"),
    "untried nonsense": ({"untried": ["x", "\0"]}, "not on your screen"),
    "chosen untried": ({"least": "{2}", "untried": ["{2}"]}, "Take one of the two marks away"),
    "no mood": ({"mood": "ecstatic"}, "is no mood"),
    "no plan item": ({"next": "77"}, "not in the plan"),
    "no plan number": ({"next": "soon"}, "not in the plan"),
    "long why": ({"least": "{2}", "why_least-{2}": "w" * 1001}, "1001 characters"),
    "long wish": ({"next_words": "w" * 70_000}, "70000 characters"),
    "forged token": ({"token": "abc.def"}, "was not made by this server"),
    "no token": ({"token": ""}, "was not made by this server"),
    "odd token": ({"token": "\0é.\ud7ff"}, "was not made by this server"),
}


@pytest.mark.parametrize("case", list(BAD))
def test_a_refusal_keeps_every_word_and_what_was_accepted(
    judged: tuple[Client, int, list[int]], bo: int, case: str
) -> None:
    client, release_id, shown = judged
    before = own_cells(release_id, bo)
    other = next(one.id for one in changes_of([release_id]) if one.id not in shown)
    marks = {"{2}": str(shown[2]), "{other}": str(other)}

    def put(text: str) -> str:
        for mark, value in marks.items():
            text = text.replace(mark, value)
        return text

    bad, sentence = BAD[case]
    sent: dict[str, Any] = {
        **form_of(client),
        "mood": "scream",
        "most": str(shown[1]),
        f"why_most-{shown[1]}": "Words of <most>",
        f"why_least-{shown[3]}": "Words of nothing chosen",
        "next_words": "Words of want",
    }
    sent |= {
        put(k): [put(one) for one in v] if isinstance(v, list) else put(v) for k, v in bad.items()
    }
    answer = client.post(PAGE, sent)
    page = answer.content.decode()
    assert 400 <= answer.status_code < 500
    assert sentence in problem_of(page)
    assert own_cells(release_id, bo) == before

    assert "Words of &lt;most&gt;" in page
    assert "Words of nothing chosen" in page
    assert sent["next_words"] in page
    assert f"most-{sent['most']}" in checked(page)
    if sent["mood"] == "scream":
        assert "mood-scream" in checked(page)
    if sent.get("least") == str(shown[2]):
        assert f"least-{shown[2]}" in checked(page)
    if case == "long why":
        assert "w" * 1001 in page
    assert hidden(page, "token")


def test_four_empty_cells_are_no_report(client: Client, town: Town, bo: int) -> None:
    release_id = open_week(town, 3)
    answer = enter(client, bo).post(PAGE, form_of(client))
    assert answer.status_code == 400
    assert "all four cells are empty" in problem_of(answer.content.decode())
    assert own_cells(release_id, bo) is None


def test_a_stale_page_writes_over_nothing_and_keeps_its_words(
    client: Client, town: Town, bo: int
) -> None:
    release_id = open_week(town, 3)
    enter(client, bo)
    stale = form_of(client)
    assert client.post(PAGE, {**form_of(client), "mood": "smile"}).status_code == 303
    answer = client.post(PAGE, {**stale, "mood": "sigh", "next_words": "From the other window"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "You have filled this report before" in problem_of(page)
    assert own_cells(release_id, bo) == ReportCells(mood="smile")
    assert "From the other window" in page
    assert "mood-sigh" in checked(page)
    assert hidden(page, "revision") == "1", "sent again, it takes the place of the first"


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "1e3"])
def test_a_revision_that_is_none(
    judged: tuple[Client, int, list[int]], bo: int, revision: str
) -> None:
    client, release_id, _shown = judged
    before = own_cells(release_id, bo)
    answer = client.post(PAGE, {**form_of(client), "revision": revision, "mood": "sigh"})
    assert answer.status_code == 409
    assert own_cells(release_id, bo) == before


def test_a_closed_report_takes_nothing_and_hands_the_words_back(
    client: Client, town: Town, bo: int
) -> None:
    release_id = open_week(town, 3)
    enter(client, bo)
    client.post(PAGE, {**form_of(client), "mood": "smile"})
    form = form_of(client)
    close_report(release_id=release_id, at=NOW)
    answer = client.post(PAGE, {**form, "mood": "sigh", "next_words": "Late <words>"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "because this report is closed" in page
    assert "Late &lt;words&gt;" in page
    assert own_cells(release_id, bo) == ReportCells(mood="smile")


def test_who_left_the_ring_meanwhile_may_still_hand_in(client: Client, town: Town, bo: int) -> None:
    open_week(town, 3)
    enter(client, bo)
    form = form_of(client)
    leave_ring(actor_id=bo, product_id=town.product, at=NOW)
    assert client.post(PAGE, {**form, "mood": "smile"}).status_code == 303
    refused = client.post(PAGE, {**form, "mood": "bad", "next_words": "Take me along"})
    assert 400 <= refused.status_code < 500
    assert "Take me along" in refused.content.decode()


def test_another_members_token_is_not_taken(client: Client, town: Town, bo: int) -> None:
    (ana,) = make_people(town.product, 1, prefix="ana")
    release_id = open_week(town, 3)
    theirs = report_page_for(release_id, ana, at=NOW).token
    enter(client, bo)
    answer = client.post(
        PAGE, {**form_of(client), "token": theirs, "mood": "sigh", "next_words": "Mine"}
    )
    assert answer.status_code == 403
    assert "opened by another member" in problem_of(answer.content.decode())
    assert "Mine" in answer.content.decode()
    assert own_cells(release_id, ana) is None
    assert own_cells(release_id, bo) is None


def test_a_token_of_another_release_is_not_taken_here(client: Client, town: Town, bo: int) -> None:
    first = open_week(town, 3)
    second = publish(town, 3, version="5.3")
    open_report(release_id=second, at=NOW)
    enter(client, bo)
    token = report_page_for(second, bo, at=NOW).token
    answer = client.post(PAGE, {**form_of(client), "token": token, "mood": "sigh"})
    assert 400 <= answer.status_code < 500
    assert own_cells(first, bo) is None
    assert own_cells(second, bo) is None


def test_a_token_of_another_product_is_not_taken_here(client: Client, town: Town, bo: int) -> None:
    first = open_week(town, 3)
    add_product(actor_id=town.owner, slug="other", name={"en": "Other"}, at=FRIDAY)
    token = report_page_for(first, bo, at=NOW).token
    assert (
        enter(client, bo)
        .post("/p/other/releases/5.2/report/", {"token": token, "mood": "sigh"})
        .status_code
        == 404
    )
    assert own_cells(first, bo) is None


def test_a_page_that_was_open_for_days(
    client: Client, town: Town, bo: int, monkeypatch: Any
) -> None:
    release_id = open_week(town, 3)
    form = form_of(enter(client, bo))
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: NOW + timedelta(days=9))
    answer = client.post(PAGE, {**form, "next_words": "Slow but sure"})
    assert answer.status_code == 410
    assert "Slow but sure" in answer.content.decode()
    assert own_cells(release_id, bo) is None


def test_ten_megabytes_are_too_much_at_once(town: Town, bo: int) -> None:
    release_id = open_week(town, 3)
    client = enter(Client(enforce_csrf_checks=True), bo)
    client.get(PAGE)
    answer = client.post(PAGE, {"next_words": "w" * 10 * MEBIBYTE})
    assert answer.status_code == 413
    assert "Nothing was saved: what you sent is bigger than 2 MB" in answer.content.decode()
    assert own_cells(release_id, bo) is None


def test_a_form_from_elsewhere_is_refused_with_a_sentence(town: Town, bo: int) -> None:
    release_id = open_week(town, 3)
    client = enter(Client(enforce_csrf_checks=True), bo)
    answer = client.post(PAGE, {**form_of(client), "mood": "sigh"})
    assert answer.status_code == 403
    assert "Nothing was changed: this form did not show" in answer.content.decode()
    assert own_cells(release_id, bo) is None


def test_who_was_signed_out_meanwhile_loses_no_word(client: Client, town: Town, bo: int) -> None:
    release_id = open_week(town, 3)
    form = form_of(enter(client, bo))
    client.logout()
    answer = client.post(PAGE, {**form, "mood": "sigh", "next_words": "Still here"})
    assert (answer.status_code, answer["Location"]) == (303, SIGN_IN)
    assert "Your words are kept" in client.get(answer["Location"]).content.decode()
    enter(client, bo)
    page = client.get(PAGE).content.decode()
    assert "Still here" in page
    assert "mood-sigh" in checked(page)
    assert own_cells(release_id, bo) is None, "nobody sent it yet"
    assert "Still here" not in client.get(PAGE).content.decode(), "handed back once"


WORDS = st.text(max_size=12) | st.sampled_from(["\0", "smile", "0", "1", "-1", "9" * 19, "٣"])
ODD_NAMES = ("why_most-1", "why_least-", "why_most-x", "why_least-9999999999999999999")
FIELDS = st.sampled_from(
    ("mood", "most", "least", "untried", "next", "next_words", "token", "revision", *ODD_NAMES)
)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(form=st.dictionaries(FIELDS | st.text(max_size=6), st.lists(WORDS, max_size=3)))
def test_whatever_is_sent_is_answered(
    judged: tuple[Client, int, list[int]], bo: int, form: dict[str, list[str]]
) -> None:
    client, release_id, _shown = judged
    before = own_cells(release_id, bo)
    token = report_page_for(release_id, bo, at=NOW).token
    with transaction.atomic():
        answer = client.post(PAGE, {"token": token, "revision": "0", **form})
        stored = own_cells(release_id, bo)
        transaction.set_rollback(True)
    assert answer.status_code == 303 or 400 <= answer.status_code < 500
    assert answer.status_code == 303 or stored == before


@pytest.mark.parametrize("n", [1, 3])
def test_the_store_is_asked_the_same_whatever_their_number(
    client: Client, town: Town, bo: int, django_assert_num_queries: Any, n: int
) -> None:
    release_id = open_week(town, n)
    for member_id in make_people(town.product, n):
        fill(release_id, member_id, ReportCells(mood="smile"))
    enter(client, bo)
    shared.clear()
    with django_assert_num_queries(17):
        client.get(PAGE)
    with django_assert_num_queries(6):
        client.get(PAGE)
