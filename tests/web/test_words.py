"""The team's pages of words from elsewhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from canyu.channels.models import Guest, Reply, Saying, Sheet
from canyu.journal.services import deliver_due
from canyu.members.models import Member
from canyu.topics import queries as topics
from canyu.topics import services as forum
from canyu.topics.models import Topic
from tests.builders import FRIDAY, Town, make_people, make_town

pytestmark = pytest.mark.django_db
AT = FRIDAY + timedelta(days=1)
BLOCK = """小李 2026/5/3 14:02
夜间模式太亮了，晚上看不清
<script>alert(1)</script> 2026/5/3 14:03
The night mode is too bright to read at night
Nils 2026/5/3 14:04
[图片]"""
N_LIST = 15
ROOT = "/p/lumen/team/words/"


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def team(town: Town, client: Client) -> Client:
    client.force_login(Member.objects.get(pk=town.owner))
    return client


def topic_of(town: Town) -> int:
    topic_id = forum.raise_topic(
        member_id=make_people(town.product, 1)[0],
        product_id=town.product,
        kind="trouble",
        title="The night mode is too bright at night",
        words="",
        at=FRIDAY,
    )
    deliver_due(at=FRIDAY)
    return topic_id


def paste(client: Client, step: str, **more: Any) -> Any:
    said = {
        "kind": "chat",
        "where": "内测群",
        "split": "found",
        "text": BLOCK,
        "step": step,
        **more,
    }
    return client.post(f"{ROOT}bring/", said)


def test_a_paste_is_looked_at_before_it_is_kept(team: Client, town: Town) -> None:
    topic_id = topic_of(town)
    assert "Look at it first" in team.get(f"{ROOT}bring/").content.decode()
    looked = paste(team, "look").content.decode()
    assert "2 words were found" in looked
    assert "1 picture or recording was left out" in looked
    assert "<script>alert" not in looked
    assert Saying.objects.count() == 0
    assert paste(team, "keep", take=["0", "1"]).status_code == 303
    page = team.get(ROOT).content.decode()
    assert "2 words wait below" in page
    assert "<script>alert" not in page
    assert f"voice:{Saying.objects.last().pk}:{topic_id}" in page  # type: ignore[union-attr]


def test_one_button_gives_a_word_its_place(team: Client, town: Town) -> None:
    topic_id = topic_of(town)
    paste(team, "keep", take=["0", "1"])
    li, other = Saying.objects.order_by("id")
    assert team.post(f"{ROOT}place/", {"do": f"voice:{li.pk}:{topic_id}"}).status_code == 303
    assert topics.topic_of(topic_id, at=AT).n_voices == 2
    team.post(f"{ROOT}place/", {"do": f"topic:{other.pk}", f"kind-{other.pk}": "question"})
    assert (
        Topic.objects.get(title="The night mode is too bright to read at night").kind == "question"
    )
    shown = team.get(f"/p/lumen/topics/{topic_id}/").content.decode()
    assert "from the chat “内测群”" in shown
    assert "3 May" in shown
    assert "<script>alert" not in team.get("/p/lumen/topics/").content.decode()
    assert team.post(f"{ROOT}place/", {"do": f"voice:{li.pk}:{topic_id}"}).status_code == 409
    assert team.post(f"{ROOT}place/", {"do": "voice:x:y"}).status_code == 400
    assert team.get(f"{ROOT}?fate=voice").status_code == 200


def test_many_words_find_their_place_at_once(team: Client, town: Town) -> None:
    paste(team, "keep", take=["0", "1"])
    ids = list(Saying.objects.values_list("pk", flat=True))
    team.post(f"{ROOT}place/", {"do": "left", "word": ids, "reason": "Spam"})
    assert "Spam" in team.get(f"{ROOT}?fate=left").content.decode()
    team.post(f"{ROOT}place/", {"do": f"again:{ids[0]}"})
    assert Saying.objects.filter(fate="waiting").count() == 1
    assert "Let it wait again" in team.get(f"{ROOT}?fate=left").content.decode()


def test_only_the_team_sees_them(town: Town) -> None:
    stranger, member = Client(), Client()
    member.force_login(Member.objects.get(pk=make_people(town.product, 1)[0]))
    for page in ("", "bring/", "answers/"):
        assert stranger.get(f"{ROOT}{page}").status_code == 302
        assert member.get(f"{ROOT}{page}").status_code == 403
    assert paste(member, "keep", take=["0"]).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_many(
    team: Client, town: Town, n: int, django_assert_num_queries: Any
) -> None:
    topic_of(town)
    text = "\n".join(f"Li{i} 2026/5/3 14:0{i}\nToo bright at night, number {i}" for i in range(n))
    paste(team, "keep", text=text, take=[str(i) for i in range(n)])
    team.get(ROOT)
    with django_assert_num_queries(N_LIST):
        team.get(ROOT)


def test_a_table_is_looked_at_and_taken(team: Client, town: Town) -> None:
    data = "评论,昵称,时间\n太亮了,小李,2026-05-03\n,Nils,2026-05-03\n"
    file = SimpleUploadedFile("评论.csv", data.encode("gb18030"))
    there = team.post(f"{ROOT}tables/", {"table": file})["Location"]
    looked = team.get(there).content.decode()
    assert "1 row can be taken" in looked
    assert "Line 3: There are no words in it." in looked
    reading = {
        "encoding": "gb18030",
        "delimiter": "comma",
        "has_heading": "on",
        "kind": "review",
        "where": "Mi Store",
        "text": "0",
        "who": "1",
        "when": "2",
    }
    assert "Mi Store" in team.post(there, {**reading, "step": "look"}).content.decode()
    wrong = team.post(there, {**reading, "encoding": "utf-16", "step": "take"})
    assert (wrong.status_code, Sheet.objects.get().taken_at) == (400, None)
    assert team.post(there, {**reading, "step": "take"}).status_code == 303
    deliver_due(at=AT)
    assert "It is taken: 1 new word." in team.get(there).content.decode()
    left_out = team.get(f"{there}left-out.csv").content.decode()
    assert "3,There are no words in it." in left_out
    assert Saying.objects.get().origin.name == "Mi Store"
    archive = SimpleUploadedFile("x.xlsx", b"PK\x03\x04zzzz")
    assert team.post(f"{ROOT}tables/", {"table": archive}).status_code == 400


def test_an_answer_is_carried_back(team: Client, town: Town) -> None:
    topic_id = topic_of(town)
    paste(team, "keep", take=["0"])
    team.post(f"{ROOT}place/", {"do": f"voice:{Saying.objects.get().pk}:{topic_id}"})
    forum.comment_on_topic(member_id=town.owner, topic_id=topic_id, text="下周会暗一些", at=AT)
    deliver_due(at=AT)
    page = team.get(f"{ROOT}answers/").content.decode()
    assert "下周会暗一些" in page
    assert f"/p/lumen/topics/{topic_id}/" in page
    reply = Reply.objects.get()
    team.post(f"{ROOT}answers/", {"reply": reply.pk, "carried": "1"})
    assert "Everybody has been told" in team.get(f"{ROOT}answers/").content.decode()
    assert team.post(f"{ROOT}answers/", {"reply": "9" * 30}).status_code == 404


def test_a_person_is_linked_or_forgotten(team: Client, town: Town) -> None:
    paste(team, "keep", take=["0"])
    guest = Guest.objects.get()
    here = f"{ROOT}people/{guest.pk}/"
    assert "小李" in team.get(here).content.decode()
    assert team.post(here, {"handle": "nobody-of-that-name"}).status_code == 404
    member = Member.objects.get(pk=make_people(town.product, 1)[0])
    assert team.post(here, {"handle": member.handle}).status_code == 303
    assert "said so" in team.get(here).content.decode()
    assert team.post(here, {"forget": "1"}).status_code == 303
    assert not Guest.objects.exists()
    assert Member.objects.filter(pk=member.pk, is_active=True).exists()
    assert team.get(here).status_code == 404
