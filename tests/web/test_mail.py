"""Mail to people: what is unread, once, in their language; stopped by one click or by a bounce."""

import re
import socket
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.mail.backends.smtp import EmailBackend
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from canyu.channels import services
from canyu.channels.errors import MailRefused
from canyu.channels.mail_rules import FAMILIES, next_monday, next_morning
from canyu.channels.mailing import Post
from canyu.channels.models import Dispatch, Mailbox, Notice
from canyu.channels.queries import mail_of, notices_for
from canyu.channels.sayings.letters import OWN_MARK
from canyu.channels.services.digests import make_digests
from canyu.config.mail import MailUnknown
from canyu.config.mail import mail_of as server_of
from canyu.members.services import deactivate_member
from canyu.web.letters import compose
from canyu.web.notice_words import _WORDS
from tests.web.hamlet import AT, PASSWORD, Hamlet, make_hamlet
from tests.web.smtp import Sink

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)
MORNING = AT.replace(hour=8) + timedelta(days=1)


@pytest.fixture(autouse=True)
def _here(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)
    settings.CANYU_ORIGIN = "https://say.example.org"
    settings.CANYU_MAIL_FROM = "Canyu <canyu@say.example.org>"


@pytest.fixture
def hamlet(db: None) -> Hamlet:
    found = make_hamlet()
    Notice.objects.all().delete()
    return found


def send(post: Post, at: datetime = AT) -> int:
    return services.send_mail_due(now=lambda: at, post=post)


def prove(member_id: int, post: Post, sink: Sink, *, language: str = "en", **paces: str) -> None:
    """Name an address, follow its link, and choose how often."""
    services.name_address(
        actor_id=member_id, address=f"m{member_id}@example.net", language=language, at=AT
    )
    send(post)
    (token,) = re.findall(r"/confirm/([^/\s]+)/", text_of(sink.got.pop()))
    services.confirm_address(actor_id=member_id, token=token, at=AT)
    services.choose_mail(
        actor_id=member_id,
        paces={**dict.fromkeys(FAMILIES, "day"), **paces},
        language=language,
        zone="UTC",
        at=AT,
    )


def tell(hamlet: Hamlet, member_id: int, kind: str = "status", n: int = 1) -> None:
    facts = {"topic_id": hamlet.dark, "status": "planned"}
    if kind == "credit":
        facts = {"topic_id": hamlet.dark, "change_id": 0, "role": "asked", "version": "5.2"}
    services.write_notices(
        member_ids=[member_id],
        product_id=hamlet.product_id,
        kind=kind,
        key=f"{kind}:{n}",
        facts=facts,
        at=AT,
    )


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_digest_comes_once_a_day_with_the_thanks_first(
    hamlet: Hamlet, sink: Sink, post: Post
) -> None:
    prove(hamlet.ana, post, sink)
    prove(hamlet.bo, post, sink, language="zh-hans")
    for member_id in (hamlet.ana, hamlet.bo):
        tell(hamlet, member_id, "credit")
        tell(hamlet, member_id, "status")
    assert send(post, MORNING - SOON) == 0
    send(post, MORNING)
    send(post, MORNING + timedelta(days=1))
    english, chinese = sink.got
    for mail, thanks in ((english, "You asked for this"), (chinese, "你提的")):
        plain, html = text_of(mail), text_of(mail, "html")
        assert thanks in plain.split("*")[1]
        assert plain.count("https://say.example.org/p/lumen/") == 2
        assert html.index('class="thanks"') < html.index("<li>")
    assert 'lang="zh-hans"' in text_of(chinese, "html")
    assert english["To"] == f"m{hamlet.ana}@example.net"
    assert english["Message-ID"].startswith("<canyu.")
    # By which one that is sent back to us is nobody's words.
    assert english[OWN_MARK] == "1"


def test_nothing_is_sent_before_the_link_is_followed_nor_of_what_was_seen(
    hamlet: Hamlet, sink: Sink, post: Post
) -> None:
    services.name_address(actor_id=hamlet.ana, address="A@example.net", language="en", at=AT)
    send(post)
    tell(hamlet, hamlet.ana)
    send(post, MORNING)
    assert [one["To"] for one in sink.got] == ["a@example.net"]
    (token,) = re.findall(r"/confirm/([^/\s]+)/", text_of(sink.got.pop()))
    with pytest.raises(MailRefused, match="another account"):
        services.confirm_address(actor_id=hamlet.bo, token=token, at=AT)
    with pytest.raises(MailRefused, match="too old"):
        services.confirm_address(actor_id=hamlet.ana, token=token, at=AT + timedelta(days=4))
    services.confirm_address(actor_id=hamlet.ana, token=token, at=AT)
    services.read_notices(member_id=hamlet.ana, at=AT)
    send(post, MORNING)
    assert sink.got == []
    assert Dispatch.objects.filter(kind="digest").count() == 0


def test_what_is_wanted_at_once_comes_at_once_and_what_never_never(
    hamlet: Hamlet, sink: Sink, post: Post
) -> None:
    prove(hamlet.ana, post, sink, asked="now", report="never", team="week")
    tell(hamlet, hamlet.ana, "report")
    tell(hamlet, hamlet.ana, "rose")
    tell(hamlet, hamlet.ana, "status")
    send(post, AT + SOON)
    assert len(sink.got) == 1
    send(post, MORNING)
    assert len(sink.got) == 1
    monday = next_monday(AT, "UTC")
    assert (monday.weekday(), monday.hour) == (0, 8)
    send(post, monday)
    assert "in your area" in text_of(sink.got[1])
    assert not Notice.objects.get(kind="report").mailed_at


def test_one_click_stops_everything_signed_out(hamlet: Hamlet, sink: Sink, post: Post) -> None:
    prove(hamlet.ana, post, sink, asked="now")
    tell(hamlet, hamlet.ana)
    send(post)
    (mail,) = sink.got
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    href = mail["List-Unsubscribe"].strip(" <>").removeprefix("https://say.example.org")
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(href)
    assert page.status_code == 200
    assert b"<button" in page.content
    tell(hamlet, hamlet.ana, n=2)
    make_digests(at=AT)
    done = stranger.post(href, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    assert done.status_code == 200
    # Also what was made before is not sent any more.
    send(post)
    send(post, MORNING)
    assert len(sink.got) == 1
    for bad in ("/mail/stop/x/", href[:-3] + "x/", "/mail/stop/%00/"):
        assert stranger.post(bad).status_code in {404, 409}
        assert stranger.get(bad).status_code in {404, 409}


def test_a_server_that_is_away_gets_it_later(hamlet: Hamlet, sink: Sink, post: Post) -> None:
    prove(hamlet.ana, post, sink, asked="now")
    tell(hamlet, hamlet.ana)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    away = Post(compose, lambda: EmailBackend("127.0.0.1", port), post.sender, post.host)
    send(away)
    send(away, AT + SOON)
    sink.answer = "451 4.7.1 Try again"
    send(post, AT + timedelta(minutes=10))
    assert sink.got == []
    sink.answer = "250 OK"
    assert send(post, AT + timedelta(minutes=11)) == 0
    send(post, AT + timedelta(minutes=30))
    send(post, MORNING)
    assert len(sink.got) == 1
    assert Dispatch.objects.get(kind="digest").n_failures == 3


def test_an_address_that_is_refused_gets_nothing_more_and_its_member_is_told(
    hamlet: Hamlet, sink: Sink, post: Post, client: Client
) -> None:
    prove(hamlet.ana, post, sink, asked="now")
    tell(hamlet, hamlet.ana)
    sink.answer = "550 5.1.1 Nobody here"
    send(post)
    sink.answer = "250 OK"
    tell(hamlet, hamlet.ana, n=2)
    send(post, MORNING)
    assert sink.got == []
    assert "mail" in {one.kind for one in notices_for(hamlet.ana)}
    assert client.login(username="ana", password=PASSWORD)
    assert "5.1.1 Nobody here" in client.get("/me/mail/").content.decode()
    assert "comes back" in client.get("/notices/").content.decode()


def test_a_refusal_that_is_about_us_ends_no_address(hamlet: Hamlet, sink: Sink, post: Post) -> None:
    prove(hamlet.ana, post, sink, asked="now")
    tell(hamlet, hamlet.ana)
    sink.answer = "550 5.7.1 Relaying denied"
    send(post)
    box = mail_of(hamlet.ana)
    assert box is not None
    assert box.dead_address == ""
    sink.answer = "250 OK"
    send(post, AT + timedelta(minutes=10))
    assert len(sink.got) == 1


class Dying(EmailBackend):
    """The process dies after the server took the mail, before anybody could write that down."""

    def send_messages(self, mails: Any) -> int:
        super().send_messages(mails)
        raise KeyboardInterrupt


def test_a_crash_in_the_moment_of_sending_repeats_once_at_most(
    hamlet: Hamlet, sink: Sink, post: Post, smtp_server: Controller
) -> None:
    prove(hamlet.ana, post, sink, asked="now")
    tell(hamlet, hamlet.ana)
    dying = Post(compose, lambda: Dying("127.0.0.1", smtp_server.port), post.sender, post.host)
    for minutes in (0, 1, 20, 21, 40):
        at = AT + timedelta(minutes=minutes)
        with pytest.raises(KeyboardInterrupt) if minutes in {0, 20} else _nothing():
            send(dying, at)
    send(post, MORNING)
    first, second = sink.got
    assert first["Message-ID"] == second["Message-ID"]
    assert Dispatch.objects.get(kind="digest").state == "unsure"


class _nothing:  # noqa: N801 - a context
    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, *_told: object) -> None:
        """Do nothing."""


BOUNCE = """From: mailer-daemon@mx.example.net
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; a@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 No such
 person

--b
Content-Type: {kind}

Message-ID: {message_id}
Subject: News

{body}
--b--
"""


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_bounce_of_a_mail_of_ours_stops_the_address(
    hamlet: Hamlet, sink: Sink, post: Post, kind: str
) -> None:
    prove(hamlet.ana, post, sink, asked="now")
    tell(hamlet, hamlet.ana)
    send(post)
    (mail,) = sink.got
    said = {"action": "failed", "status": "5.1.1", "kind": kind, "body": "text"}

    def bounce(**more: str) -> str:
        data = BOUNCE.format(**{**said, "message_id": mail["Message-ID"], **more})
        return services.take_bounce(data=data.encode(), at=AT)

    forged = re.sub(r"\.[0-9a-f]{16}@", ".0123456789abcdef@", mail["Message-ID"])
    assert bounce(message_id=forged) == "passed over"
    assert bounce(action="delayed", status="4.4.1") == "later"
    assert services.take_bounce(data=b"\xff\0 no mail", at=AT) == "passed over"
    box = mail_of(hamlet.ana)
    assert box
    assert not box.dead_address
    assert bounce() == "stopped"
    tell(hamlet, hamlet.ana, n=2)
    send(post, MORNING)
    assert len(sink.got) == 1
    box = mail_of(hamlet.ana)
    assert box
    assert box.dead_because == "5.1.1 550 No such person"


@pytest.mark.parametrize("number", [b"<[", b"=?utf-8?q?=00?= <[]@>", b"<a@[\nTo: [", b"\xff\0"])
def test_a_bounce_made_to_break_its_reader_is_passed_over(number: bytes) -> None:
    head = b"Content-Type: multipart/report; boundary=x\n\n--x\n"
    status = b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n\n--x\n"
    back = b"Content-Type: message/rfc822\n\nMessage-ID: " + number + b"\n\nwords\n--x--"
    assert services.take_bounce(data=head + status + back, at=AT) == "passed over"


def test_the_page_keeps_what_was_typed_and_refuses_what_is_none(
    hamlet: Hamlet, client: Client
) -> None:
    assert client.get("/me/mail/").status_code in {302, 303, 403}
    assert client.login(username="ana", password=PASSWORD)
    good = {**dict.fromkeys(FAMILIES, "never"), "language": "zh-hans", "zone": "Asia/Shanghai"}
    assert client.post("/me/mail/", good).status_code == 303
    for bad in ({"zone": "Asia/Nowhere"}, {"team": "often"}, {"language": "\0"}):
        assert client.post("/me/mail/", {**good, **bad}).status_code == 400
    box = mail_of(hamlet.ana)
    assert box
    assert (box.zone, set(box.paces.values())) == ("Asia/Shanghai", {"never"})
    for address in ("", "nobody", "a@b\0.net", "x" * 300 + "@example.net", "a@b.net\nBcc: c@d.net"):
        assert client.post("/me/mail/address/", {"address": address}).status_code == 400
    codes = [
        client.post("/me/mail/address/", {"address": f"a{n}@example.net"}).status_code
        for n in range(6)
    ]
    assert codes == [303] * 5 + [429]


def test_whoever_leaves_leaves_no_address(hamlet: Hamlet, sink: Sink, post: Post) -> None:
    prove(hamlet.ana, post, sink)
    deactivate_member(actor_id=hamlet.ana, member_id=hamlet.ana, at=AT)
    from tests.web.hamlet import settle  # noqa: PLC0415

    settle(AT)
    assert not Mailbox.objects.exists()


def test_many_are_mailed_in_as_many_queries_as_one(
    hamlet: Hamlet, sink: Sink, post: Post, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    prove(hamlet.ana, post, sink)
    for n_told, more in enumerate(([], [hamlet.bo, hamlet.cai])):
        for member_id in more:
            prove(member_id, post, sink)
        for member_id in (hamlet.ana, *more):
            tell(hamlet, member_id, n=n_told)
        with django_assert_num_queries(11):
            make_digests(at=MORNING + timedelta(days=n_told))
    assert Dispatch.objects.filter(kind="digest").count() == 4


def test_every_kind_of_notice_has_its_family() -> None:
    named = [kind for kinds in FAMILIES.values() for kind in kinds]
    assert sorted([*named, "mail"]) == sorted(_WORDS)


def test_mornings_go_by_the_clock_of_the_zone() -> None:
    before = datetime.fromisoformat("2026-10-24T07:00:00+02:00")
    # The clock was set back in between.
    assert next_morning(next_morning(before, "Europe/Berlin"), "Europe/Berlin").isoformat() == (
        "2026-10-25T08:00:00+01:00"
    )


def test_a_server_is_named_by_an_address() -> None:
    server = server_of("smtp://u%40x:p%3Aw@mx.example.org?from=Canyu%20<c@example.org>")
    assert server
    assert (server.user, server.password, server.port) == ("u@x", "p:w", 587)
    assert (server.sender, server.is_starttls) == ("Canyu <c@example.org>", True)
    assert server_of(" ") is None
    for bad in ("http://u:secret@mx", "smtp://u:secret@mx:9x?from=a@b", "smtp://u:secret@mx"):
        with pytest.raises(MailUnknown) as refusal:
            server_of(bad)
        assert "secret" not in str(refusal.value)
