"""People's pages: a member's, one's own, notices, rings."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from canyu.channels.queries import n_unread_notices, notices_for
from canyu.channels.services import write_notices
from canyu.members.queries import keys_of, member_of, profile_of
from canyu.products.queries import is_team, ring_of
from canyu.products.services import change_product
from canyu.remarks.rules import Subject
from canyu.remarks.services import write_remark
from canyu.reports.services import open_report
from canyu.topics.services import set_status
from canyu.web.notice_words import notice_lines
from tests.web.hamlet import AT, PASSWORD, Hamlet, judge, make_hamlet, settle, ship

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    return make_hamlet()


def as_member(client: Client, handle: str) -> Client:
    assert client.login(username=handle, password=PASSWORD)
    return client


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "orange").save(file, "PNG")
    file.seek(0)
    file.name = "me.png"
    return file


def test_a_page_says_what_came_of_asking(client: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT - timedelta(hours=1))
    ana = client.get("/members/ana/").content.decode()
    assert "Ana Li asked for this; it is in 5.1." in ana
    assert "Paste a table and it stays a table" in ana
    assert "Lin Yue" in ana
    assert "Bo Weber and others asked for this" in client.get("/members/bo/").content.decode()
    lin = client.get("/members/lin/").content.decode()
    assert "What Lin Yue brought about" in lin
    assert "maker of Lumen" in lin
    as_member(client, "ana")
    assert "You asked for this; it is in 5.1." in client.get("/members/ana/").content.decode()


def test_a_page_hides_what_a_closed_product_shipped(client: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT - timedelta(hours=1))
    change_product(actor_id=hamlet.owner, product_id=hamlet.product_id, visibility="members", at=AT)
    assert "Paste a table" not in client.get("/members/ana/").content.decode()
    as_member(client, "bo")
    assert "Paste a table" in client.get("/members/ana/").content.decode()


@pytest.mark.parametrize("n_plain", [1, 3])
def test_a_page_asks_the_store_the_same_whatever_was_made(
    client: Client, hamlet: Hamlet, django_assert_num_queries: Any, n_plain: int
) -> None:
    ship(hamlet, at=AT - timedelta(hours=1), n_plain=n_plain)
    with django_assert_num_queries(24):
        client.get("/members/deng/")


def test_an_unknown_handle_is_not_here(client: Client, hamlet: Hamlet) -> None:
    assert client.get("/members/nobody-here/").status_code == 404
    assert client.get("/members/a%00b/").status_code == 404


def test_ones_own_page_is_ones_own(client: Client, hamlet: Hamlet) -> None:
    for address in ("/me/", "/me/data.json", "/notices/"):
        assert client.get(address).status_code == 302, address


def test_name_and_words_are_changed_or_stay_in_the_form(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "ana")
    assert client.post("/me/", {"name": "Ana L.", "about": "I *type*."}).status_code == 303
    profile = profile_of(hamlet.ana)
    assert (profile.member.name, profile.about) == ("Ana L.", "I *type*.")
    answer = client.post("/me/", {"name": "A" * 81, "about": "still here"})
    assert answer.status_code == 400
    assert "The name is too long" in answer.content.decode()
    assert "still here" in answer.content.decode()


def test_a_face_is_taken_refused_and_drawn_again(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "ana")
    assert client.post("/me/face/", {"picture": picture()}).status_code == 303
    assert member_of(hamlet.ana).has_face_picture
    text = io.BytesIO(b"not a picture at all")
    text.name = "me.png"
    refused = client.post("/me/face/", {"picture": text})
    assert refused.status_code == 400
    assert "it is not a JPEG, PNG, WebP or GIF file" in refused.content.decode()
    assert client.post("/me/face/", {}).status_code == 400
    assert "Draw my face again" in client.get("/me/").content.decode()
    client.post("/me/face/", {"drawn": "1"})
    assert not member_of(hamlet.ana).has_face_picture


def test_the_language_is_chosen(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "ana")
    answer = client.post("/me/language/", {"language": "zh-hans"})
    assert answer.status_code == 303
    assert member_of(hamlet.ana).language == "zh-hans"
    assert 'lang="zh-Hans"' in client.get("/me/").content.decode()
    assert client.post("/me/language/", {"language": "xx"}).status_code == 400


def test_a_key_is_shown_once_and_taken_back(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "ana")
    made = client.post("/me/keys/", {"name": "robot"})
    assert "canyu_" in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    page = client.get("/me/").content.decode()
    assert "canyu_" not in page.replace("canyu_language", "")
    assert "robot" in page
    key = keys_of(hamlet.ana)[0]
    as_member(Client(), "bo").post(f"/me/keys/{key.id}/back/")
    assert keys_of(hamlet.ana) == [key]
    assert client.post(f"/me/keys/{key.id}/back/").status_code == 303
    assert keys_of(hamlet.ana) == []
    refused = client.post("/me/keys/", {"name": ""})
    assert "name the program" in refused.content.decode()


def test_my_data_is_everything_and_only_mine(client: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT - timedelta(hours=1))
    as_member(client, "ana")
    answer = client.get("/me/data.json")
    data = json.loads(answer.content)
    assert "attachment" in answer["Content-Disposition"]
    assert data["member"]["handle"] == "ana"
    assert data["topics"][0]["title"] == "Paste a table and it turns to soup"
    assert [one["role"] for one in data["credits"]] == ["asked"]
    assert "deng" not in answer.content.decode()


def test_notices_are_sentences_and_read_once_seen(client: Client, hamlet: Hamlet) -> None:
    ship(hamlet, at=AT - timedelta(hours=1))
    as_member(client, "ana")
    page = client.get("/notices/").content.decode()
    assert "; 2 others did too. It is in 5.1: “Paste a table and it turns to soup”." in page
    assert "You asked for this on " in page
    assert " Made by Lin Yue and Deng Hao." in page
    assert f'href="/p/lumen/changes/{hamlet.change_id}/"' in page
    assert 'class="unread"' in page
    assert n_unread_notices(hamlet.ana) == 0
    assert 'class="unread"' not in client.get("/notices/").content.decode()


def test_no_notices_yet(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "cai")
    assert "Nothing to tell you yet" in client.get("/notices/").content.decode()


def test_every_kind_of_notice_has_its_sentence(client: Client, hamlet: Hamlet) -> None:
    set_status(actor_id=hamlet.lin, topic_id=hamlet.paste, status="planned", reason="Yes.", at=AT)
    release_id = ship(hamlet, at=AT - timedelta(hours=1))
    write_remark(author_id=hamlet.cai, subject=Subject("change", hamlet.change_id), text="!", at=AT)
    judge(hamlet, release_id, n_people=40, opened_at=AT)
    settle(AT + timedelta(days=2))
    said = {
        handle: [line.sentence for line in notice_lines(notices_for(member_id), at=AT)]
        for handle, member_id in vars(hamlet).items()
        if handle in {"owner", "lin", "deng", "ana"}
    }
    assert said["owner"] == [
        "The report of 5.1 is closed. Its Popcorn award waits for you to certify.",
        "“Dark pages at night” is in your hands now. Answer it within a week.",
    ]
    assert "Cai Wen wrote about “Paste a table and it stays a table”." in said["lin"]
    assert any("was liked least" in sentence for sentence in said["deng"])
    assert "“Paste a table and it turns to soup”, which you asked for, is planned." in said["ana"]


def test_the_notice_of_an_open_report_leads_to_it(hamlet: Hamlet) -> None:
    open_report(release_id=ship(hamlet, at=AT), at=AT)
    settle(AT)
    line = notice_lines(notices_for(hamlet.bo), at=AT)[0]
    assert line.sentence == "The report of 5.1 is open: four cells, half a minute."
    assert line.href == "/p/lumen/releases/5.1/report/"


def test_a_notice_of_an_unknown_kind_still_leads_somewhere(hamlet: Hamlet) -> None:
    write_notices(
        member_ids=[hamlet.ana],
        product_id=hamlet.product_id,
        kind="later",
        key="later:1",
        facts={},
        at=AT,
    )
    line = notice_lines(notices_for(hamlet.ana), at=AT)[0]
    assert (line.sentence, line.href) == ("There is news of Lumen.", "/p/lumen/")


@pytest.mark.parametrize("n", [1, 3])
def test_notices_ask_the_store_the_same_whatever_their_number(
    hamlet: Hamlet, django_assert_num_queries: Any, n: int
) -> None:
    for number in range(n):
        write_notices(
            member_ids=[hamlet.ana],
            product_id=hamlet.product_id,
            kind="remark",
            key=f"remark:{number}",
            facts={"topic_id": hamlet.paste, "author_id": hamlet.bo},
            at=AT,
        )
    with django_assert_num_queries(4):
        notice_lines(notices_for(hamlet.ana), at=AT)


def test_rings_are_explained_to_strangers(client: Client, hamlet: Hamlet) -> None:
    page = client.get("/p/lumen/join/").content.decode()
    assert "Nobody has to be in any ring" in page
    assert "Sign in to choose one" in page
    assert client.post("/p/lumen/join/", {"ring": "weekly"}).status_code == 302


def test_a_ring_is_chosen_changed_and_left(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "ana")
    assert client.post("/p/lumen/join/", {"ring": "everyone"}).status_code == 303
    stay = ring_of(hamlet.product_id, hamlet.ana)
    assert stay is not None
    assert stay.key == "everyone"
    said = {"device": "Pixel 9", "version": "5.0"}
    assert client.post("/p/lumen/join/device/", said).status_code == 303
    assert "Pixel 9" in client.get("/p/lumen/join/").content.decode()
    assert client.post("/p/lumen/join/leave/").status_code == 303
    assert ring_of(hamlet.product_id, hamlet.ana) is None
    refused = client.post("/p/lumen/join/device/", said)
    assert refused.status_code == 409
    assert "you are in no ring" in refused.content.decode()


def test_a_ring_by_invitation_is_not_chosen_without_one(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "ana")
    assert client.post("/p/lumen/join/", {"ring": "daily"}).status_code == 400
    stay = ring_of(hamlet.product_id, hamlet.ana)
    assert stay is not None
    assert stay.key == "weekly"


def test_an_account_ends_only_by_its_own_handle(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "ana")
    assert b"/me/leave/" in client.get("/me/").content
    assert client.get("/me/leave/").status_code == 200
    wrong = client.post("/me/leave/", {"name": "stays", "handle": "bo"})
    assert wrong.status_code == 400
    assert member_of(hamlet.ana).is_active
    assert client.post("/me/leave/", {"name": "stays", "handle": " @ANA "}).status_code == 303
    settle(AT)
    gone = member_of(hamlet.ana)
    assert (gone.is_active, gone.name) == (False, "Ana Li")
    assert ring_of(hamlet.product_id, hamlet.ana) is None
    assert not client.login(username="ana", password=PASSWORD)
    assert client.get("/me/").status_code == 302


def test_who_goes_without_a_name_leaves_team_and_name(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "lin")
    assert client.post("/me/leave/", {"name": "away", "handle": "lin"}).status_code == 303
    settle(AT)
    assert "Lin" not in member_of(hamlet.lin).name
    assert not is_team(hamlet.product_id, hamlet.lin)
    assert client.get("/p/lumen/").status_code == 200


def test_the_only_owner_is_told_of_what_stands_alone(client: Client, hamlet: Hamlet) -> None:
    as_member(client, "olga")
    assert b"/p/lumen/team/people/" in client.get("/me/leave/").content
    assert client.post("/me/leave/", {"name": "away", "handle": "olga"}).status_code == 409
    assert member_of(hamlet.owner).is_active
