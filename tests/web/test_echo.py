"""What makers see of what people say, whom it is hidden from, and answers by one tap."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canyu.channels.queries import notices_for
from canyu.config.worker import work_once
from canyu.journal.events import echo_of_maker
from canyu.journal.queries import version_of
from canyu.members.services import choose_credit_name, register_member
from canyu.plan.services import put_plan_item
from canyu.releases import queries as releases
from canyu.releases.models import Opened
from canyu.releases.services import add_opened, remark_on_change
from canyu.remarks import queries as remarks
from canyu.remarks.rules import Subject
from canyu.remarks.services import remove_remark
from canyu.reports.rules import ReportCells
from canyu.reports.services import close_report, open_report
from canyu.topics.services import comment_on_topic, raise_topic
from canyu.web.notice_words import notice_lines
from canyu.web.openings import openings
from tests.builders import fill
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet, settle, ship

SOON = AT + timedelta(minutes=12)


@pytest.fixture
def hamlet(db: None, monkeypatch: pytest.MonkeyPatch) -> Hamlet:
    made = make_hamlet()
    ship(made, version="5.2")
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: SOON)
    return made


@pytest.fixture
def as_one(client: Client) -> Callable[[str], Client]:
    def come(handle: str) -> Client:
        own = Client()
        assert own.login(username=handle, password=PASSWORD)
        return own

    return come


As = Callable[[str], Client]


def say(hamlet: Hamlet, member: int, text: str, **more: Any) -> int:
    said = remark_on_change(
        member_id=member, change_id=hamlet.change_id, text=text, at=SOON, **more
    )
    settle(SOON)
    return said


def echo_of(client: Client) -> str:
    answer = client.get("/me/echo/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_words_stand_on_their_makers_page_and_on_no_other(hamlet: Hamlet, as_one: As) -> None:
    before = version_of([echo_of_maker(hamlet.lin)])
    others = version_of([echo_of_maker(hamlet.owner)])
    say(hamlet, hamlet.bo, "At last! My table is a table.")
    assert version_of([echo_of_maker(hamlet.lin)]) != before
    assert version_of([echo_of_maker(hamlet.owner)]) == others
    page = echo_of(as_one("lin"))
    assert "At last! My table" in page
    assert re.search(r"Bo Weber asked for this on", page)
    assert "5.2 is out" in page
    assert "1 person said something about what you made" in page
    assert "At last! My table" not in echo_of(as_one("olga"))
    assert "At last! My table" not in echo_of(as_one("ana"))
    assert Client().get("/me/echo/").status_code == 302


def test_who_wishes_not_to_be_named_for_asking_is_not_marked(hamlet: Hamlet, as_one: As) -> None:
    choose_credit_name(actor_id=hamlet.bo, way="none", alias="", at=SOON)
    say(hamlet, hamlet.bo, "Good.")
    assert "asked for this" not in echo_of(as_one("lin"))


def test_topics_that_name_a_change_or_that_it_came_from(hamlet: Hamlet, as_one: As) -> None:
    address = f"http://testserver/p/lumen/changes/{hamlet.change_id}/"
    raise_topic(
        member_id=hamlet.cai,
        product_id=hamlet.product_id,
        kind="praise",
        title="The table thing",
        words=f"I mean {address} and not /p/other/changes/{hamlet.change_id}/",
        language="en",
        at=SOON,
    )
    comment_on_topic(
        member_id=hamlet.ana, topic_id=hamlet.paste, text="It holds with merged cells.", at=SOON
    )
    comment_on_topic(
        member_id=hamlet.cai,
        topic_id=hamlet.paste,
        text="Long before it was out",
        at=AT - timedelta(days=3),
    )
    settle(SOON)
    page = echo_of(as_one("lin"))
    assert "The table thing" in page
    assert "It holds with merged cells." in page
    assert "Long before it was out" not in page
    shown = as_one("bo").get(f"/p/lumen/changes/{hamlet.change_id}/").content.decode()
    assert "Topics that speak of it" in shown
    assert "How far 5.2 has come" not in shown


@pytest.mark.parametrize(
    ("tap", "words", "chosen", "said"),
    [
        ("thanks", "很好用", "", "谢谢"),
        ("onit", "Nice, but what of merged cells?", "zh-hans", "5.3 里"),
        ("more", "It broke when I pasted", "", "tell me more"),
    ],
)
def test_one_tap_is_a_whole_answer_in_the_language_of_the_other(
    hamlet: Hamlet, as_one: As, tap: str, words: str, chosen: str, said: str
) -> None:
    su = register_member(
        handle="su", name="苏晚", password=PASSWORD, language=chosen, at=AT - timedelta(days=9)
    )
    remark = say(hamlet, su, words)
    # The soonest that is not out is what comes next.
    for version in ("5.10", "5.2", "5.3"):
        put_plan_item(
            actor_id=hamlet.owner,
            product_id=hamlet.product_id,
            key="",
            title={"en": "Next"},
            state="doing",
            reason={"en": "Now"},
            due_version=version,
            at=SOON,
        )
    lin = as_one("lin")
    form = {"tap": tap, "remark": remark, "version": "5.3", "from": "me"}
    for _ in range(2):
        answer = lin.post(f"/p/lumen/changes/{hamlet.change_id}/echo/", form)
        assert answer.status_code == 303
    settle(SOON)
    (thread,) = remarks.remarks_on(Subject("change", hamlet.change_id))
    (reply,) = thread.replies
    assert said in reply.text
    assert reply.is_answer
    (told, *_) = notices_for(su)
    assert told.kind == "answer"
    assert reply.text in as_one("su").get(f"/p/lumen/changes/{hamlet.change_id}/").content.decode()
    # It is taken back as any other words are, and may be said again then.
    remove_remark(author_id=hamlet.lin, remark_id=reply.id, at=SOON)
    assert lin.post(f"/p/lumen/changes/{hamlet.change_id}/echo/", form).status_code == 303
    (thread,) = remarks.remarks_on(Subject("change", hamlet.change_id))
    assert len(thread.replies) == 1


def test_taps_that_are_none(hamlet: Hamlet, as_one: As) -> None:
    remark = say(hamlet, hamlet.bo, "Good.")
    at = f"/p/lumen/changes/{hamlet.change_id}/echo/"
    other = f"/p/lumen/changes/{hamlet.other_change_id}/echo/"
    lin = as_one("lin")
    for address, form, status in (
        (at, {"tap": "like", "remark": remark}, 400),
        (at, {"tap": "onit", "remark": remark, "version": "9.9"}, 400),
        (at, {"tap": "thanks"}, 404),
        (at, {"tap": "thanks", "remark": 2**61}, 404),
        (at, {"tap": "thanks", "topic": "x"}, 404),
        (other, {"tap": "thanks", "remark": remark}, 404),
    ):
        assert lin.post(address, form).status_code == status, form
    assert as_one("ana").post(at, {"tap": "thanks", "remark": remark}).status_code == 403
    assert lin.get(at).status_code == 405
    (thread,) = remarks.remarks_on(Subject("change", hamlet.change_id))
    assert thread.replies == ()


def test_words_of_a_report_come_only_from_whoever_says_them(hamlet: Hamlet, as_one: As) -> None:
    open_report(release_id=hamlet.release_id, at=SOON)
    fill(
        hamlet.release_id,
        hamlet.bo,
        ReportCells(
            mood="smile",
            best=hamlet.change_id,
            worst=hamlet.other_change_id,
            why_best="It reads my sheets",
            why_worst="Secret grumble",
        ),
        at=SOON,
    )
    page = echo_of(as_one("lin"))
    assert "It reads my sheets" not in page
    bo = as_one("bo")
    thanks = bo.get("/p/lumen/releases/5.2/report/?thanks").content.decode()
    assert "Say it now, to the makers of" in thanks
    for _ in range(2):
        bo.post("/p/lumen/releases/5.2/report/say/", {"cell": "most"})
    settle(SOON)
    page = echo_of(as_one("lin"))
    assert page.count("It reads my sheets") == 1
    assert "Secret grumble" not in page
    refused = as_one("cai").post("/p/lumen/releases/5.2/report/say/", {"cell": "most"})
    assert refused.status_code == 404
    close_report(release_id=hamlet.release_id, at=SOON + timedelta(days=5))
    settle(SOON + timedelta(days=5))
    page = echo_of(as_one("lin"))
    assert "Without names, the newest first." in page
    assert page.count("It reads my sheets") == 2
    # Of the other change, which he did not make.
    assert "Secret grumble" not in page
    assert "Secret grumble" in echo_of(as_one("deng"))


def test_the_first_hour_ends_with_one_notice(hamlet: Hamlet, as_one: As) -> None:
    say(hamlet, hamlet.bo, "One")
    say(hamlet, hamlet.bo, "One more")
    say(hamlet, hamlet.cai, "Two")
    say(hamlet, hamlet.lin, "My own")
    assert "2 people said something" in as_one("lin").get("/p/lumen/").content.decode()
    assert "2 people said something" not in as_one("bo").get("/p/lumen/").content.decode()
    # After the hour, though before anybody looked whether it was over.
    remark_on_change(
        member_id=hamlet.ana,
        change_id=hamlet.change_id,
        text="Late",
        at=AT + timedelta(minutes=61),
    )
    for minutes in (59, 75, 76, 600):
        work_once(AT + timedelta(minutes=minutes))
        settle(SOON)
    told = [one for one in notices_for(hamlet.lin) if one.kind == "hour"]
    (line,) = notice_lines(told, at=SOON)
    assert line.sentence == (
        "5.2 has been out for an hour: 2 people said something about your change."
    )
    assert line.href == "/me/echo/"
    (both,) = [one for one in notices_for(hamlet.deng) if one.kind == "hour"]
    assert both.facts["n_changes"] == 2
    quiet = replace(both, facts={**both.facts, "n_people": 0})
    (line,) = notice_lines([quiet], at=SOON)
    assert "nobody has spoken of your changes yet" in line.sentence
    # A server that stood still for days has no news of an hour.
    ship(hamlet, version="5.3", at=AT + timedelta(days=7))
    work_once(AT + timedelta(days=9))
    work_once(AT + timedelta(days=9, minutes=1))
    settle(AT + timedelta(days=9))
    assert len([one for one in notices_for(hamlet.deng) if one.kind == "hour"]) == 1


def test_how_far_a_release_has_come(hamlet: Hamlet, as_one: As) -> None:
    # What tests before this one opened may have been a release of the same number.
    openings.store(SOON)
    Opened.objects.all().delete()
    for handle in ("bo", "lin"):
        as_one(handle).get("/p/lumen/releases/5.2/")
    Client().get("/p/lumen/releases/5.2/")
    assert releases.n_opened([hamlet.release_id]) == {}
    openings.store(SOON)
    openings.store(SOON)
    add_opened(counted={hamlet.release_id: 5, 10**9: 3})
    assert releases.n_opened([hamlet.release_id]) == {hamlet.release_id: 7}
    page = echo_of(as_one("lin"))
    assert "opened 7 times" in page
    assert "3 members are in the rings that have it" in page
    assert "The product has not told yet" in page


def test_who_has_the_page_is_not_sent_it_again(hamlet: Hamlet, as_one: As) -> None:
    lin = as_one("lin")
    tag = lin.get("/me/echo/").headers["ETag"]
    assert lin.get("/me/echo/", headers={"If-None-Match": tag}).status_code == 304
    say(hamlet, hamlet.bo, "New")
    assert lin.get("/me/echo/", headers={"If-None-Match": tag}).status_code == 200


def test_as_many_queries_for_one_word_as_for_many(hamlet: Hamlet, as_one: As) -> None:
    def n_asked(client: Client) -> int:
        with CaptureQueriesContext(connection) as asked:
            echo_of(client)
        return len(asked)

    def speak(member: int, name: str) -> None:
        remark = say(hamlet, member, f"Word of {name}")
        say(hamlet, hamlet.lin, f"Thanks, {name}", parent_id=remark)
        comment_on_topic(member_id=member, topic_id=hamlet.paste, text=f"And {name}", at=SOON)
        raise_topic(
            member_id=member,
            product_id=hamlet.product_id,
            kind="praise",
            title=f"Look, {name}",
            words=f"/p/lumen/changes/{hamlet.change_id}/",
            language="en",
            at=SOON,
        )
        settle(SOON)

    lin = as_one("lin")
    speak(hamlet.bo, "Bo")
    echo_of(lin)
    one = n_asked(lin)
    assert one == 33
    speak(hamlet.ana, "Ana")
    speak(hamlet.cai, "Cai")
    page = echo_of(lin)
    assert all(f"Look, {name}" in page and f"And {name}" in page for name in ("Ana", "Bo", "Cai"))
    assert n_asked(lin) == one
