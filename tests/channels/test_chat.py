"""News in a team's chat: which addresses are chats, and what arrives there."""

import json
from typing import Any

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.feishu import NotifyFeishu

from canyu.channels import services
from canyu.channels.chat import chat_of, quiet, say
from canyu.channels.errors import AddressRefused, WebhookRefused
from canyu.channels.models import Webhook
from canyu.channels.queries import sendings_of, webhooks_of
from canyu.channels.services import Wire
from canyu.channels.webhook_rules import KINDS
from canyu.config.worker import send_once
from canyu.journal.services import deliver_due
from canyu.topics.services import raise_topic
from canyu.web.chat_words import words_for_chat
from tests.builders import FRIDAY, Town, make_member, publish, town
from tests.channels.test_webhooks import Receiver, receiver

pytestmark = pytest.mark.django_db
__all__ = ["receiver", "town"]

FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/abcdefab-1234-1234-1234-abcdefabcdef"
DISCORD = "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    """Have the library speak to a server of this test instead of the chat's own."""
    monkeypatch.setattr(NotifyFeishu, "notify_url", f"{receiver.address}/{{token}}/")
    monkeypatch.setattr(NotifyDiscord, "notify_url", receiver.address)
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: FRIDAY)


def chat_to(town: Town, address: str) -> int:
    webhook_id, secret = services.add_webhook(
        actor_id=town.owner, product_id=town.product, address=address, kinds=KINDS, at=FRIDAY
    )
    assert secret == ""
    return webhook_id


def ask(town: Town, title: str) -> None:
    raise_topic(
        member_id=make_member(f"ana{len(title)}"),
        product_id=town.product,
        kind="idea",
        title=title,
        words="",
        at=FRIDAY,
    )
    deliver_due(at=FRIDAY)


@pytest.mark.parametrize(
    ("address", "chat"),
    [
        (FEISHU, "Feishu"),
        (DISCORD, "Discord"),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "Slack"),
        ("https://oapi.dingtalk.com/robot/send?access_token=abcdef0123456789", "DingTalk"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a-7a0c-4bc4", "WeCom"),
        ("tgram://123456789:AAH4abcdefghijklmnopqrstuvwxyzabcde/12315544", "Telegram"),
        ("https://example.org/in", ""),
        ("https://discord.com/", ""),
        ("json://127.0.0.1/in", ""),
        ("mmost://127.0.0.1/token", ""),
        ("file:///etc/passwd", ""),
        ("https://[", ""),
        (f"feishu://{'a' * 500}", ""),
    ],
)
def test_chats_are_known_by_what_they_give_for_a_bot(address: str, chat: str) -> None:
    assert chat_of(address) == chat


def test_a_chat_is_told_in_sentences_of_the_products_language(
    town: Town, receiver: Receiver
) -> None:
    webhook_id = chat_to(town, FEISHU)
    ask(town, "Dark pages")
    assert send_once(FRIDAY)
    ((_fields, body),) = receiver.got
    said = json.loads(body)["content"]["text"]
    assert said.startswith("Somebody raised a topic: “Dark pages”.\n")
    assert said.endswith("/p/lumen/topics/1/") or "/p/lumen/topics/" in said
    (sent,) = sendings_of(webhook_id)
    assert (sent.state, sent.status) == ("sent", 200)
    (shown,) = webhooks_of(town.product)
    # Whoever looks over a shoulder cannot speak there.
    assert shown.name == "Feishu …cdef"


def test_what_did_not_arrive_is_said_again_later(town: Town, receiver: Receiver) -> None:
    webhook_id = chat_to(town, FEISHU)
    ask(town, "Dark pages")
    receiver.status = 500
    wire = Wire(words=words_for_chat)
    services.send_due(now=lambda: FRIDAY, wire=wire, spread=lambda: 0.0)
    (sent,) = sendings_of(webhook_id)
    assert (sent.state, sent.status, sent.attempts) == ("due", None, 1)
    next_at = Webhook.objects.get().next_at
    assert next_at is not None
    receiver.status = 200
    services.send_due(now=lambda: next_at, wire=wire)
    assert sendings_of(webhook_id)[0].state == "sent"


def test_a_title_calls_nobody(town: Town, receiver: Receiver) -> None:
    chat_to(town, DISCORD)
    ask(town, "@everyone look, <!channel>")
    assert send_once(FRIDAY)
    ((_fields, body),) = receiver.got
    assert "@everyone" not in body
    assert "<!channel" not in body
    assert quiet("a@b <!here>") == "a@\u2060b ‹!here›"


def test_an_address_cannot_tell_the_library_how_long_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[float] = []

    def note(self: NotifyFeishu, **_words: Any) -> bool:
        seen.append(self.socket_read_timeout)
        return True

    monkeypatch.setattr(NotifyFeishu, "send", note)
    say("feishu://abc?rto=9000&verify=no", "Hello")
    assert seen == [NotifyFeishu.socket_read_timeout]


def test_a_chat_has_no_secret_and_no_address_inside_is_one(town: Town) -> None:
    webhook_id = chat_to(town, FEISHU)
    with pytest.raises(WebhookRefused, match="no secret"):
        services.renew_secret(actor_id=town.owner, webhook_id=webhook_id, at=FRIDAY)
    with pytest.raises(AddressRefused):
        chat_to(town, "mmost://127.0.0.1/token")


@pytest.mark.parametrize(("language", "said"), [("en", "is out"), ("zh-hans", "发布了")])
def test_every_kind_of_fact_has_its_sentence(town: Town, language: str, said: str) -> None:
    chat_to(town, FEISHU)
    Webhook.objects.get().product.__class__.objects.update(language=language)
    publish(town, 1, version="5.2")
    deliver_due(at=FRIDAY)
    bodies = {one.kind: one.body for one in sendings_of(Webhook.objects.get().pk)}
    assert said in words_for_chat(town.product, bodies["release.published"])
    samples: dict[str, dict[str, Any]] = {
        "report.opened": {"version": "5.2"},
        "report.closed": {"version": "5.2"},
        "award.certified": {"version": "5.2", "changes": [{"text": {"en": "A", "zh-hans": "甲"}}]},
        "repair.answered": {"change": {"text": {"en": "A"}}},
        "topic.raised": {"title": ""},
        "topic.status": {"title": "A", "status": "planned", "version": "5.3"},
        "pain.noticed": {"name": {"en": "A"}, "n_people": 3, "n_days": 14},
        "pain.verified": {"name": {"en": "A"}, "answer": "gone"},
        "test": {},
    }
    assert {*samples, "release.published"} == {*KINDS, "test"}
    for kind, data in samples.items():
        sentence = words_for_chat(town.product, json.dumps({"type": kind, "data": data}))
        assert "%(" not in sentence
        assert (max(sentence) >= "\u4e00") == (language == "zh-hans"), sentence
