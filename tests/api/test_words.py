"""Programs bring words from elsewhere, and carry answers back."""

from typing import Any

from django.core.cache import cache

from canyu.channels import services as channels
from canyu.channels.models import Saying
from canyu.journal.services import deliver_due
from canyu.members.services import make_key
from canyu.topics import services as forum
from tests.api.programs import Program, refusal_in
from tests.builders import FRIDAY, TUESDAY, Town

HERE = "/products/lumen/words"
LI = {"text": "夜间模式太亮了", "kind": "chat", "where": "内测群", "who": "小李", "id": "m1"}
MAIL = b"From: Li <li@example.net>\nMessage-ID: <1@example.net>\nSubject: Night\n\nToo bright\n"


def words_key(town: Town) -> Program:
    return Program(make_key(actor_id=town.owner, name="bot", right="words", at=FRIDAY))


def test_a_program_brings_words_once_and_hears_what_became_of_them(town: Town) -> None:
    bot = words_key(town)
    body = {"words": [LI, {"text": "Too bright", "said_at": "2026-05-03T14:02:00+08:00"}]}
    first = bot.post(HERE, body).json()["words"]
    assert [(one["id"], one["is_new"], one["fate"]) for one in first] == [
        ("m1", True, "waiting"),
        ("", True, "waiting"),
    ]
    waiting = Saying.objects.order_by("id")[0]
    placed = channels.place_words(
        actor_id=town.owner,
        product_id=town.product,
        saying_ids=[waiting.pk],
        place="topic",
        at=TUESDAY,
    )
    again = bot.post(HERE, body).json()["words"]
    assert (again[0]["is_new"], again[0]["fate"]) == (False, "topic")
    assert again[0]["topic_id"] == placed.topic_id
    forum.comment_on_topic(
        member_id=town.owner, topic_id=placed.topic_id or 0, text="下一版会暗一些", at=TUESDAY
    )
    deliver_due(at=TUESDAY)
    (answer,) = bot.get("/products/lumen/answers").json()["answers"]
    assert (answer["kind"], answer["id"], answer["where"]) == ("answer", "m1", "内测群")
    assert "下一版会暗一些" in answer["text"]
    later = bot.get("/products/lumen/answers", since=answer["number"])
    assert later.json()["answers"] == []


def test_a_key_for_words_opens_nothing_else(
    town: Town, owner: Program, member: Program, stranger: Program
) -> None:
    bot = words_key(town)
    assert refusal_in(bot.get("/products"), 401)
    assert refusal_in(bot.post("/products/lumen/topics", {"kind": "idea", "title": "x"}), 401)
    assert owner.post(HERE, {"words": [LI]}).status_code == 200
    assert refusal_in(member.post(HERE, {"words": [LI]}), 403)
    assert refusal_in(member.get("/products/lumen/answers"), 403)
    assert refusal_in(stranger.post(HERE, {"words": [LI]}), 401)
    assert refusal_in(stranger.get("/products/lumen/answers"), 401)


def test_all_words_are_taken_or_none(town: Town) -> None:
    bot = words_key(town)
    bad: tuple[Any, ...] = (
        {"words": [LI, {"text": "\u0000 \u202e"}]},
        {"words": [LI, {"text": "x" * 20_000}]},
        {"words": [LI, {"text": "x", "kind": "spaceship"}]},
        {"words": [LI, {"text": "x", "said_at": "2026-05-03T14:02:00"}]},
        {"words": [LI, {"text": "x", "said_at": 12}]},
        {"words": []},
        {"words": [LI] * 501},
        {},
    )
    for body in bad:
        assert refusal_in(bot.post(HERE, body), 400)
    told = bot.post(HERE, bad[0]).json()
    assert [one["row"] for one in told["problems"]] == [2]
    assert Saying.objects.count() == 0


def test_a_service_that_receives_mail_hands_it_over(town: Town) -> None:
    bot = words_key(town)
    there = "/api/v1/products/lumen/mail"

    def send(data: bytes) -> Any:
        return bot.client.generic(
            "POST", there, data, content_type="message/rfc822", headers=bot.headers
        )

    assert send(MAIL).json() == {"what": "word"}
    assert send(MAIL).json() == {"what": "known"}
    assert send(b"Auto-Submitted: auto-replied\n" + MAIL).json() == {"what": "passed over"}
    assert refusal_in(send(b"\0"), 400)
    assert refusal_in(send(MAIL + b"x" * (40 * 1024 * 1024)), 413)
    assert Saying.objects.get().text == "Night\nToo bright"


def test_a_program_may_not_bring_words_without_end(town: Town, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "words": "2/m/key"}
    cache.clear()
    bot = words_key(town)
    answers = [bot.post(HERE, {"words": [LI]}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
