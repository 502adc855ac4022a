"""What pages share is kept by its version: nothing stale, nothing of one person for another."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client

from canyu.members.services import change_profile, deactivate_member, forget_member
from canyu.products.services import (
    add_team_member,
    change_product,
    choose_ring,
    leave_ring,
    remove_team_member,
)
from canyu.releases import queries as releases
from canyu.releases.services import set_roll_out
from canyu.reports.queries import report_page_for
from canyu.reports.rules import ReportCells
from canyu.reports.services import close_report
from canyu.web import shared as kept
from canyu.web.shared import Shared, shared
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    Town,
    fill,
    make_member,
    make_people,
    open_week,
    town,
)

pytestmark = pytest.mark.django_db
__all__ = ["town"]

PAGE = "/p/lumen/releases/5.2/report/"
HOME, RELEASE, WALL = "/p/lumen/", "/p/lumen/releases/5.2/", "/p/lumen/wall/"
RESULTS = "/p/lumen/releases/5.2/results/"
NOW = TUESDAY + timedelta(hours=1)
MASK = re.compile(r'(name="csrfmiddlewaretoken" value=")\w+')


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: NOW)


@pytest.fixture
def people(town: Town) -> list[int]:
    open_week(town, 8)
    return make_people(town.product, 2, prefix="bo")


def enter(member_id: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=member_id))
    return client


def read(client: Client, address: str = PAGE, **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


def release_of(town: Town) -> int:
    return releases.release_of(town.product, "5.2").id


def unmasked(page: str) -> str:
    """A page without the mask that a form's token gets anew each time."""
    return MASK.sub(r"\1", page)


def shown_on(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'name="most" value="(\d+)"', page)]


# What is kept


def test_what_is_kept_is_the_page_that_is_made(people: list[int]) -> None:
    client = enter(people[0])
    read(client)
    again = read(client)
    shared.clear()
    assert unmasked(again) == unmasked(read(client))
    assert "\0" not in again


@pytest.mark.parametrize("address", [PAGE, HOME, RELEASE, WALL])
def test_a_stranger_and_two_members_each_get_their_own(people: list[int], address: str) -> None:
    readers = [enter(people[0]), enter(people[1]), Client()]
    fresh = []
    for reader in readers:
        shared.clear()
        fresh.append(unmasked(read(reader, address)))
    shared.clear()
    for _ in range(2):
        for reader, own in zip(readers, fresh, strict=True):
            assert unmasked(read(reader, address)) == own
    assert len({*fresh}) == 3


def test_nobody_gets_the_token_the_screen_or_the_words_of_another(
    town: Town, people: list[int]
) -> None:
    ana, bo = (enter(one) for one in people)
    release_id = release_of(town)
    fill(release_id, people[0], ReportCells(mood="sigh", wanted="Only mine, <so> it is"), at=NOW)
    own = read(ana)
    assert "Only mine, &lt;so&gt; it is" in own
    other = read(bo)
    assert "Only mine" not in other
    for one, page in ((people[0], own), (people[1], other)):
        told = report_page_for(release_id, one, at=NOW)
        assert f'name="token" value="{told.token}"' in page
        assert shown_on(page)[: len(told.shown)] == list(told.shown)
        assert f'data-member="{one}"' in page
    assert 'name="revision" value="1"' in own
    assert 'name="revision" value="0"' in other
    assert 'id="mood-sigh" data-cell="mood" checked' in own
    assert 'id="mood-sigh" data-cell="mood" checked' not in other


def test_names_that_look_like_html_stay_names(town: Town, people: list[int]) -> None:
    change_profile(actor_id=people[0], name='<b id="x">&amp;', about="", at=NOW)
    page = read(enter(people[0]))
    assert "&lt;b id=&quot;x&quot;&gt;&amp;amp;" in page
    assert '<b id="x">' not in page


def test_an_address_with_a_question_is_put_in_as_text(people: list[int]) -> None:
    page = read(enter(people[0]), f'{PAGE}?a="><script>&token=1')
    assert "<script>" not in page
    assert "a=%22%3E%3Cscript%3E&amp;token=1" in page


def test_languages_do_not_mix(people: list[int]) -> None:
    client = enter(people[0])
    for _ in range(2):
        assert "1. Your mood" in read(client, **{"accept-language": "en"})
        assert "1. Your mood" not in read(client, **{"accept-language": "zh-CN"})


def test_words_that_were_refused_are_on_nobody_elses_page(people: list[int]) -> None:
    ana, bo = (enter(one) for one in people)
    told = re.search(r'name="token" value="([^"]*)"', read(ana))
    assert told
    refused = ana.post(PAGE, {"token": told[1], "revision": "0", "mood": "no mood at all"})
    assert refused.status_code == 400
    assert 'role="alert"' in refused.content.decode()
    assert 'aria-describedby="problem"' in refused.content.decode()
    for client in (ana, bo):
        assert 'role="alert"' not in read(client)
        assert "no mood at all" not in read(client)


# What changes, changes at once: no test here clears what is kept


def change_name(town: Town, people: list[int]) -> None:
    del people
    change_profile(actor_id=town.maker, name="Mika the Second", about="", at=NOW)


def forget_maker(town: Town, people: list[int]) -> None:
    del people
    forget_member(actor_id=town.owner, member_id=town.maker, at=NOW)


def rename_product(town: Town, people: list[int]) -> None:
    del people
    change_product(
        actor_id=town.owner,
        product_id=town.product,
        name={"en": "Lumen the Second"},
        about={},
        visibility="open",
        language="en",
        at=NOW,
    )


def join_team(town: Town, people: list[int]) -> None:
    add_team_member(actor_id=town.owner, product_id=town.product, member_id=people[0], at=NOW)


def report_once(town: Town, people: list[int]) -> None:
    fill(release_of(town), people[0], ReportCells(mood="smile"), at=NOW)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (change_name, "Mika the Second"),
        (forget_maker, '<span class="faces faces-s"></span>'),
        (rename_product, "Lumen the Second"),
        (join_team, "You are in the team"),
        (report_once, "You have filled this report"),
    ],
)
def test_a_change_is_on_the_next_page(
    town: Town, people: list[int], change: Callable[[Town, list[int]], None], told: str
) -> None:
    client = enter(people[0])
    tag = client.get(PAGE).headers["ETag"]
    assert told not in read(client)
    change(town, people)
    answer = client.get(PAGE, headers={"if-none-match": tag})
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert answer.headers["ETag"] != tag


@pytest.mark.parametrize("address", [PAGE, HOME, RELEASE, WALL, RESULTS])
def test_the_close_is_on_the_next_page(town: Town, people: list[int], address: str) -> None:
    readers = [enter(people[0]), Client()]
    before = [unmasked(read(one, address)) for one in readers]
    tags = [one.get(address).headers.get("ETag", '"none"') for one in readers]
    close_report(release_id=release_of(town), at=NOW)
    for reader, old, tag in zip(readers, before, tags, strict=True):
        answer = reader.get(address, headers={"if-none-match": tag})
        if address == PAGE and answer.status_code == 302:
            continue
        assert answer.status_code in {200, 404}
        assert unmasked(answer.content.decode()) != old


def test_who_left_the_team_is_a_reader_again(town: Town, people: list[int]) -> None:
    client = enter(people[0])
    join_team(town, people)
    assert "/p/lumen/team/" in read(client)
    remove_team_member(actor_id=town.owner, product_id=town.product, member_id=people[0], at=NOW)
    page = read(client)
    assert "/p/lumen/team/" not in page
    assert "You are in the team" not in page


def test_who_leaves_the_ring_is_not_asked_any_more(town: Town, people: list[int]) -> None:
    client = enter(people[0])
    assert client.get(PAGE).status_code == 200
    leave_ring(actor_id=people[0], product_id=town.product, at=NOW)
    assert client.get(PAGE).status_code == 403
    choose_ring(actor_id=people[0], product_id=town.product, ring_key="everyone", at=NOW)
    assert client.get(PAGE).status_code == 200


def test_a_ring_that_gets_the_release_later_is_asked_later(
    town: Town, people: list[int], monkeypatch: Any
) -> None:
    client = enter(people[0])
    assert client.get(PAGE).status_code == 200
    later = NOW + timedelta(minutes=7)
    set_roll_out(
        actor_id=town.owner, release_id=release_of(town), ring_key="everyone", reached_at=later
    )
    assert client.get(PAGE).status_code == 403
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: later)
    assert client.get(PAGE).status_code == 200


# Who asks


def test_signing_out_acts_at_once(people: list[int]) -> None:
    client, same = enter(people[0]), Client()
    same.cookies = client.cookies.copy()
    tag = same.get(PAGE).headers["ETag"]
    client.logout()
    answer = same.get(PAGE, headers={"if-none-match": tag})
    assert (answer.status_code, answer.headers["Location"][:17]) == (302, "/account/sign-in/")


def test_an_account_that_ended_reads_nothing_more(town: Town, people: list[int]) -> None:
    client = enter(people[0])
    tag = client.get(PAGE).headers["ETag"]
    deactivate_member(actor_id=town.owner, member_id=people[0], at=NOW)
    assert client.get(PAGE, headers={"if-none-match": tag}).status_code == 302


def test_a_session_that_ran_out_is_none(people: list[int]) -> None:
    client = enter(people[0])
    Session.objects.update(expire_date=FRIDAY - timedelta(days=9000))
    assert client.get(PAGE).status_code == 302


def test_a_product_for_members_is_kept_from_strangers(town: Town, people: list[int]) -> None:
    change_product(
        actor_id=town.owner,
        product_id=town.product,
        name={"en": "Lumen"},
        about={},
        visibility="members",
        language="en",
        at=NOW,
    )
    member, stranger = enter(people[0]), Client()
    for address in (HOME, RELEASE, WALL):
        assert member.get(address).status_code == 200
        assert stranger.get(address).status_code == 404


# Conditional requests


@pytest.mark.parametrize("address", [PAGE, HOME, RELEASE, WALL])
def test_a_page_that_the_browser_has_is_not_made_again(people: list[int], address: str) -> None:
    client = enter(people[0])
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    for answer in (first, again):
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert {"Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


def test_the_results_too(town: Town, people: list[int]) -> None:
    close_report(release_id=release_of(town), at=WEDNESDAY)
    for client in (enter(people[0]), Client()):
        tag = client.get(RESULTS).headers["ETag"]
        assert client.get(RESULTS, headers={"if-none-match": tag}).status_code == 304


def test_a_page_of_one_reader_is_no_answer_for_another(people: list[int]) -> None:
    ana, bo = (enter(one) for one in people)
    for address in (PAGE, HOME, RELEASE, WALL):
        tag = ana.get(address).headers["ETag"]
        assert bo.get(address, headers={"if-none-match": tag}).status_code == 200
        if address != PAGE:
            assert Client().get(address, headers={"if-none-match": tag}).status_code == 200


def test_another_language_is_another_page(people: list[int]) -> None:
    client = enter(people[0])
    tag = client.get(PAGE, headers={"accept-language": "en"}).headers["ETag"]
    asked = {"accept-language": "zh-CN", "if-none-match": tag}
    assert client.get(PAGE, headers=asked).status_code == 200


def test_a_form_on_a_page_that_was_not_sent_again_still_works(people: list[int]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.get(pk=people[0]))
    first = client.get(PAGE)
    page = first.content.decode()
    assert client.get(PAGE, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    form = {
        name: found[1]
        for name in ("token", "revision", "csrfmiddlewaretoken")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', page))
    }
    assert client.post(PAGE, {**form, "mood": "smile"}).status_code == 303


def test_a_page_goes_with_the_time_that_it_tells(people: list[int], monkeypatch: Any) -> None:
    client = enter(people[0])
    tag = client.get(PAGE).headers["ETag"]
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: NOW + timedelta(minutes=15))
    assert client.get(PAGE, headers={"if-none-match": tag}).status_code == 200


def test_what_is_said_once_is_said_and_then_gone(people: list[int]) -> None:
    stranger = Client()
    tag = stranger.get(WALL).headers["ETag"]
    stranger.post(PAGE, {"mood": "sigh", "next_words": "Still here"})
    page = stranger.get(WALL, headers={"if-none-match": tag})
    assert "Your words are kept" in page.content.decode()
    assert "ETag" not in page.headers
    assert "Your words are kept" not in read(stranger, WALL)
    assert "Your words are kept" not in read(enter(people[0]), WALL)


def test_who_is_new_to_the_report_costs_the_store_six_questions(
    town: Town, people: list[int], django_assert_num_queries: Any
) -> None:
    read(enter(people[0]))
    fresh = enter(make_people(town.product, 1, prefix="cy")[0])
    with django_assert_num_queries(6):
        read(fresh)


def test_who_joins_no_ring_is_told_so_though_the_page_is_kept(people: list[int]) -> None:
    read(enter(people[0]))
    assert enter(make_member("dora")).get(PAGE).status_code == 403


# The store in the memory


def test_it_keeps_what_was_used_last() -> None:
    places = Shared(most=2)
    places.get("a", "1", lambda: "a")
    places.get("b", "1", lambda: "b")
    assert places.get("a", "1", lambda: "made anew") == "a"
    places.get("c", "1", lambda: "c")
    assert len(places) == 2
    assert places.get("a", "1", lambda: "made anew") == "a"
    assert places.get("b", "1", lambda: "made anew") == "made anew"


def test_another_version_takes_the_place_of_the_one_before() -> None:
    places = Shared()
    assert places.get("a", "1", lambda: "first") == "first"
    assert places.get("a", "2", lambda: "second") == "second"
    assert places.get("a", "1", lambda: "third") == "third"
    assert len(places) == 1


def test_what_could_not_be_made_is_not_kept() -> None:
    places = Shared()
    with pytest.raises(ZeroDivisionError):
        places.get("a", "1", lambda: 1 // 0)
    assert places.get("a", "1", lambda: 7) == 7


def test_a_page_is_cut_at_its_holes() -> None:
    cut = kept.Cut(f"<p>{kept.hole('one')} and {kept.hole('two')}{kept.hole('one')}</p>")
    assert cut.fill({"one": "é", "two": b"2"}) == "<p>é and 2é</p>".encode()
    with pytest.raises(KeyError):
        cut.fill({"one": ""})
