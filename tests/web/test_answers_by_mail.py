"""Answers by mail: of members to what they were told, and of the team to who wrote to us."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from canyu.channels import queries, services
from canyu.channels.errors import SayingRefused
from canyu.channels.mail_rules import FAMILIES, LIVES
from canyu.channels.mailing import Post
from canyu.channels.models import Dispatch, Guest, Mailbox, Notice, Saying
from canyu.journal.services import deliver_due
from canyu.members.models import Member
from canyu.remarks.models import Remark
from canyu.topics import services as forum
from tests.builders import FRIDAY, Town, make_people, make_town
from tests.web.smtp import Sink

pytestmark = pytest.mark.django_db
AT = FRIDAY + timedelta(days=1)
PROOF = "mx.example.org; dmarc=pass header.from=example.net"
PAGE = "/p/lumen/team/words/answers/"


@pytest.fixture(autouse=True)
def _here(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: AT)
    settings.CANYU_ORIGIN = "https://say.example.org"
    settings.CANYU_MAIL_FROM = "Canyu <canyu@say.example.org>"
    settings.CANYU_MAIL_IN, settings.CANYU_MAIL_TRUST = "words@say.example.org", "mx.example.org"


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def send(post: Post, at: datetime = AT) -> None:
    services.send_mail_due(now=lambda: at, post=post)


def raise_topic(town: Town, title: str) -> int:
    return forum.raise_topic(
        member_id=make_people(town.product, 1, prefix=f"asker{title[:1].lower()}")[0],
        product_id=town.product,
        kind="trouble",
        title=title,
        words="",
        at=FRIDAY,
    )


def letter(text: str, *, number: str, to: str = "words+lumen@say.example.org") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Li <li@example.net>", to
    made["Subject"], made["Message-ID"] = "Re: night", number
    made["Authentication-Results"] = PROOF
    made.set_content(text)
    return made


def take(made: EmailMessage) -> services.Taken:
    return services.take_letter(data=made.as_bytes(), at=AT)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


class TestOfMembers:
    """A digest can be answered."""

    @pytest.fixture
    def member(self, town: Town) -> int:
        (member_id,) = make_people(town.product, 1)
        EmailAddress.objects.create(user_id=member_id, email="li@example.net", verified=True)
        Mailbox.objects.create(
            member_id=member_id,
            address="li@example.net",
            language="en",
            zone="UTC",
            **dict.fromkeys(FAMILIES, "now"),
        )
        return member_id

    def tell(self, town: Town, member_id: int, *topic_ids: int) -> None:
        for topic_id in topic_ids:
            services.write_notices(
                member_ids=[member_id],
                product_id=town.product,
                kind="status",
                key=f"status:{topic_id}",
                facts={"topic_id": topic_id, "status": "planned"},
                at=AT,
            )

    def test_an_answer_to_the_one_thing_told_is_a_remark_there(
        self, town: Town, member: int, sink: Sink, post: Post
    ) -> None:
        topic_id = raise_topic(town, "Night mode")
        self.tell(town, member, topic_id)
        send(post)
        (mail,) = sink.got
        assert "Answer this mail, and your words stand there." in text_of(mail)
        assert "Answer this mail, and your words stand there." in text_of(mail, "html")
        assert take(letter("Good!", number="<a@x.org>", to=mail["Reply-To"])).what == "remark"
        said = Remark.objects.get()
        assert (said.text, said.author_id, said.subject_id) == ("Good!", member, topic_id)

    def test_of_several_each_has_its_own_address(
        self, town: Town, member: int, sink: Sink, post: Post
    ) -> None:
        one, two = raise_topic(town, "Night mode"), raise_topic(town, "Alarm & clock")
        self.tell(town, member, one, two)
        send(post)
        (mail,) = sink.got
        assert mail["Reply-To"] is None
        found = re.findall(r"Or answer by mail: (\S+)", text_of(mail))
        assert {
            take(letter(f"{n}", number=f"<{n}@x.org>", to=to)).what for n, to in enumerate(found)
        } == {"remark"}
        assert set(Remark.objects.values_list("subject_id", flat=True)) == {one, two}
        assert "?subject=Re%3A%20Alarm%20%26%20clock" in text_of(mail, "html")

    def test_nobody_is_asked_to_answer_where_nothing_can_be_said(
        self, town: Town, member: int, sink: Sink, post: Post, settings: Any
    ) -> None:
        topic_id = raise_topic(town, "Night mode")
        forum.lock_topic(
            actor_id=town.owner, topic_id=topic_id, is_locked=True, reason="done", at=AT
        )
        self.tell(town, member, topic_id)
        send(post)
        Notice.objects.all().delete()
        settings.CANYU_MAIL_IN = ""
        self.tell(town, member, raise_topic(town, "Alarm"))
        send(post)
        for mail in sink.got:
            assert mail["Reply-To"] is None
            assert "nswer" not in text_of(mail)
        assert len(sink.got) == 2


class TestOfTheTeam:
    """Who wrote to us by mail is answered by mail, when somebody says so."""

    @pytest.fixture
    def owed(self, town: Town) -> int:
        """Somebody's mail is a voice in a topic that the team has answered."""
        topic_id = raise_topic(town, "Night mode")
        assert take(letter("The night mode is too bright", number="<one@x.org>")).what == "word"
        services.place_words(
            actor_id=town.owner,
            product_id=town.product,
            saying_ids=[Saying.objects.get().pk],
            place="voice",
            topic_id=topic_id,
            at=AT,
        )
        forum.comment_on_topic(
            member_id=town.owner, topic_id=topic_id, text="It will be darker.", at=AT
        )
        deliver_due(at=AT)
        return queries.replies_to_carry(town.product, at=AT)[0].id

    @pytest.fixture
    def team(self, town: Town, client: Client) -> Client:
        client.force_login(Member.objects.get(pk=town.owner))
        return client

    def press(self, team: Client, reply_id: int) -> str:
        team.post(PAGE, {"reply": reply_id, "mail": "1"})
        return team.get(PAGE).content.decode()

    def test_nothing_goes_by_itself_and_one_press_sends_one_mail(
        self, town: Town, owed: int, team: Client, sink: Sink, post: Post
    ) -> None:
        send(post)
        assert sink.got == []
        assert "Mail it" in team.get(PAGE).content.decode()
        page = self.press(team, owed)
        assert "The mail is on its way." in page
        assert "Not told yet" not in page
        assert team.post(PAGE, {"reply": owed, "mail": "1"}).status_code == 409
        send(post)
        send(post, AT + timedelta(hours=1))
        (mail,) = sink.got
        assert (mail["To"], mail["Subject"]) == ("li@example.net", "Re: Night mode")
        assert mail["In-Reply-To"] == mail["References"] == "<one@x.org>"
        assert mail["List-Unsubscribe"] is None
        topic_id = Saying.objects.get().topic_id
        for kind in ("plain", "html"):
            assert "It will be darker." in text_of(mail, kind)
            assert f"https://say.example.org/p/lumen/topics/{topic_id}/" in text_of(mail, kind)
        assert "By mail." in team.get(PAGE).content.decode()
        # What they answer waits beside the topic of which it speaks.
        again = letter("Thank you!", number="<two@x.org>", to=mail["Reply-To"])
        assert take(again).what == "word"
        (waits,) = queries.sayings_in(town.product).sayings
        assert (waits.text, waits.topic_id) == ("Thank you!", topic_id)

    def test_what_came_back_waits_for_another_way(
        self, owed: int, team: Client, sink: Sink, post: Post
    ) -> None:
        self.press(team, owed)
        sink.answer = "550 5.1.1 No such person"
        send(post)
        page = team.get(PAGE).content.decode()
        assert "The mail came back, so tell them another way." in page
        assert "No such person" in page
        assert "Mail it" not in page
        assert team.post(PAGE, {"reply": owed, "mail": "1"}).status_code == 409

    def test_a_bounce_says_so_too(self, owed: int, team: Client, sink: Sink, post: Post) -> None:
        self.press(team, owed)
        send(post)
        number = sink.got[0]["Message-ID"]
        report = (
            "Content-Type: multipart/report; boundary=x\n\n--x\n"
            "Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n\n--x\n"
            f"Content-Type: text/rfc822-headers\n\nMessage-ID: {number}\n\n--x--"
        )
        assert services.take_bounce(data=report.encode(), at=AT) == "stopped"
        assert "The mail came back" in team.get(PAGE).content.decode()

    def test_what_could_not_leave_may_be_mailed_again(
        self, owed: int, team: Client, sink: Sink, post: Post
    ) -> None:
        self.press(team, owed)
        send(post, AT + LIVES + timedelta(minutes=1))
        page = team.get(PAGE).content.decode()
        assert "The mail could not be sent for two days." in page
        assert sink.got == []
        self.press(team, owed)
        send(post)
        assert len(sink.got) == 1

    def test_a_number_that_is_none_stays_out_of_the_head(
        self, owed: int, team: Client, sink: Sink, post: Post
    ) -> None:
        Saying.objects.update(outside_id="<a@b>\nBcc: all@example.net")
        self.press(team, owed)
        send(post)
        assert sink.got[0]["In-Reply-To"] is None
        assert sink.got[0]["Bcc"] is None

    def test_only_to_who_wrote_by_mail_and_only_where_mail_is_sent(
        self, town: Town, owed: int, team: Client, settings: Any
    ) -> None:
        settings.CANYU_MAIL_FROM = ""
        page = team.get(PAGE).content.decode()
        assert "Mail it" not in page
        assert "mailto:li@example.net" in page
        settings.CANYU_MAIL_FROM = "canyu@say.example.org"
        Guest.objects.update(address="")
        assert "Mail it" not in team.get(PAGE).content.decode()
        with pytest.raises(SayingRefused):
            services.mail_reply(actor_id=town.owner, product_id=town.product, reply_id=owed, at=AT)
        assert Dispatch.objects.count() == 0

    def test_whoever_is_forgotten_gets_no_mail(
        self, town: Town, owed: int, team: Client, sink: Sink, post: Post
    ) -> None:
        self.press(team, owed)
        services.forget_guest(
            actor_id=town.owner, product_id=town.product, guest_id=Guest.objects.get().pk, at=AT
        )
        send(post)
        assert sink.got == []
        assert Dispatch.objects.count() == 0
