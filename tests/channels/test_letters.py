"""Mail as it comes in: honest, quoted, forged, broken, too large, and written by programs."""

import io
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image

from canyu.channels import queries, services
from canyu.channels.errors import LetterRefused
from canyu.channels.models import Guest, Saying
from canyu.channels.sayings.letters import (
    OWN_MARK,
    Unreadable,
    read_letter,
    text_of_html,
)
from canyu.channels.sayings.quotes import own_words
from canyu.remarks.models import Remark
from canyu.topics import services as forum
from tests.builders import FRIDAY, Town, make_people

IN = "words@say.example.org"
TRUST = "mx.say.example.org"
PROOF = f"{TRUST}; dkim=pass header.d=example.net; dmarc=pass (p=none) header.from=example.net"


def letter(text: str = "太亮了，看不清", **more: str) -> EmailMessage:
    made = EmailMessage()
    told = {
        "From": "小李 <li@example.net>",
        "To": "words+lumen@say.example.org",
        "Subject": "夜间模式",
        "Date": "Fri, 20 Nov 2026 09:00:00 +0800",
        "Message-ID": "<one@example.net>",
        **more,
    }
    for name, value in told.items():
        if value:
            made[name] = value
    made.set_content(text)
    return made


def picture(side: int = 40) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def _takes_mail(settings: Any) -> None:
    settings.CANYU_MAIL_IN, settings.CANYU_MAIL_TRUST = IN, TRUST


def take(made: EmailMessage | bytes, recipient: str = "") -> services.Taken:
    data = made if isinstance(made, bytes) else made.as_bytes()
    return services.take_letter(data=data, at=FRIDAY, recipient=recipient)


@pytest.mark.usefixtures("_takes_mail")
@pytest.mark.django_db
class TestTaken:
    """What becomes of a mail."""

    def test_a_mail_waits_as_a_word_of_its_sender_once(self, town: Town) -> None:
        made = letter()
        made.add_attachment(picture(), maintype="image", subtype="png", filename="a.png")
        made.add_attachment(b"PK\x03\x04 bomb", maintype="application", subtype="zip", filename="z")
        made.add_attachment(b"<svg onload=x>", maintype="image", subtype="svg+xml", filename="s")
        made.add_attachment(b"no picture", maintype="image", subtype="png", filename="b.png")
        assert take(made).what == "word"
        assert take(made).what == "known"
        (one,) = queries.sayings_in(town.product).sayings
        assert (one.kind, one.who, one.text) == ("mail", "小李", "夜间模式\n太亮了，看不清")
        assert len(one.pictures) == 1
        assert one.left_off == ("z", "s", "b.png")
        assert Guest.objects.get().address == "li@example.net"
        services.place_words(
            actor_id=town.owner,
            product_id=town.product,
            saying_ids=[one.id],
            place="topic",
            at=FRIDAY,
        )

    def test_nobody_is_taken_for_a_member_by_what_they_write_of_themselves(
        self, town: Town
    ) -> None:
        (member_id,) = make_people(town.product, 1)
        EmailAddress.objects.create(user_id=member_id, email="li@example.net", verified=True)
        topic_id = forum.raise_topic(
            member_id=member_id,
            product_id=town.product,
            kind="idea",
            title="A darker night mode",
            words="",
            at=FRIDAY,
        )
        to = services.reply_address(topic_id=topic_id, member_id=member_id)
        forged = (
            "",
            "evil.example.com; dmarc=pass header.from=example.net",
            f"{TRUST}; dmarc=fail header.from=example.net",
            f"{TRUST}; dmarc=pass header.from=evil.example.com",
            f"{TRUST}; dkim=pass header.d=evil.example.com (header.d=example.net)",
            f"{TRUST}.evil.example.com; dmarc=pass header.from=example.net",
        )
        for n, proof in enumerate(forged):
            told = letter(**{"Message-ID": f"<{n}@x.org>", "Authentication-Results": proof})
            assert take(told, to).what == "word"
        assert Remark.objects.count() == 0
        # What our server says stands above what came along.
        both = letter(**{"Message-ID": "<both@x.org>"})
        both["Authentication-Results"] = f"{TRUST}; dmarc=fail header.from=example.net"
        both["Authentication-Results"] = PROOF
        assert take(both, to).what == "word"
        waits = queries.sayings_in(town.product).sayings
        assert {one.topic_id for one in waits} == {topic_id}
        # The real one, and again.
        answer = letter("Thanks!\n\n> quoted", **{"Authentication-Results": PROOF, "To": to})
        assert take(answer).what == "remark"
        assert take(answer).what == "known"
        assert [(one.text, one.author_id) for one in Remark.objects.all()] == [
            ("Thanks!", member_id)
        ]
        # Somebody else who was sent it on speaks for themselves.
        other = letter(**{"From": "Eve <eve@example.net>", "Authentication-Results": PROOF})
        assert take(other, to).what == "word"

    @pytest.mark.parametrize(
        ("header", "value"),
        [
            ("Auto-Submitted", "auto-replied"),
            ("Precedence", "bulk"),
            ("Return-Path", "<>"),
            (OWN_MARK, "1"),
        ],
    )
    def test_what_programs_write_is_passed_over(self, town: Town, header: str, value: str) -> None:
        assert take(letter(**{header: value})).what == "passed over"
        assert Saying.objects.count() == 0

    def test_mail_servers_are_told_why(self, town: Town) -> None:
        nobody, unread = (67, "5.1.1"), (65, "5.6.0")
        assert take_refused(letter(), "words+nothing@say.example.org") == nobody
        assert take_refused(letter(), "words@say.example.org") == nobody
        assert take_refused(letter(), f"words+r-1-1-{'0' * 20}@say.example.org") == nobody
        assert take_refused(letter(" ", Subject="")) == unread
        assert take_refused(letter(From="")) == unread
        assert take_refused(b"\0" * 1000) == unread
        large = b"From: a@b.c\n\n" + b"x" * (40 * 1024 * 1024)
        assert take_refused(large) == (65, "5.3.4")
        assert Saying.objects.count() == 0

    def test_one_sender_cannot_fill_the_page(self, town: Town) -> None:
        for n in range(50):
            take(letter(f"word {n}", **{"Message-ID": f"<{n}@example.net>"}))
        assert take_refused(letter("more", **{"Message-ID": "<more@x>"})) == (69, "5.7.1")
        later = FRIDAY + timedelta(days=2)
        again = letter("later", **{"Message-ID": "<later@x>"}).as_bytes()
        assert services.take_letter(data=again, at=later).what == "word"


def take_refused(made: EmailMessage | bytes, recipient: str = "") -> tuple[int, str]:
    with pytest.raises(LetterRefused) as refused:
        take(made, recipient)
    return refused.value.code, refused.value.enhanced


def test_without_a_trusted_server_nobody_is_proved() -> None:
    told = letter(**{"Authentication-Results": PROOF}).as_bytes()
    assert read_letter(told, trusted=TRUST).is_proved
    assert not read_letter(told).is_proved


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Mine.\n\nOn Fri, Nov 20, 2026 Mika <m@x.org> wrote:\n> old\n", "Mine."),
        ("Mine.\n\nOn Fri, Nov 20, 2026 at 9:00 Mika Long-Name\n<m@x.org> wrote:\n> old", "Mine."),
        ("好的。\n\n在 2026年11月20日，Mika <m@x.org> 写道：\n> 旧", "好的。"),
        ("好的。\n\n------------------ 原始邮件 ------------------\n发件人: x", "好的。"),
        ("好的。\n\n发件人: Mika\n发送时间: 2026\n旧", "好的。"),
        ("Mine.\n-- \nLi\nChief of everything", "Mine."),
        ("好的。\n\n发自我的小米手机", "好的。"),
        ("> asked?\nYes.\n> and?\nNo.", "Yes.\nNo."),
        ("> only quoted", "> only quoted"),
        ("From: this line alone is mine", "From: this line alone is mine"),
    ],
)
def test_only_ones_own_words_are_kept(text: str, own: str) -> None:
    assert own_words(text) == own


def test_html_is_read_as_words_and_nothing_of_it_runs() -> None:
    page = "<style>p{}</style><p>One<br>two &lt;b&gt;</p><script>x()</script>"
    page += "<blockquote>old</blockquote>"
    assert text_of_html(page) == "One\ntwo <b>"
    assert text_of_html("<blockquote>all <i>of</i> it</blockquote>") == "all of it"
    made = letter("")
    made.set_content("<div>Hello<script>alert(1)</script></div>", subtype="html")
    assert read_letter(made.as_bytes()).text == "Hello"
    assert text_of_html("<div>" * 50_000 + "deep") == "deep"


def test_parts_in_parts_without_end_break_nothing() -> None:
    head = "From: a@b.c\n"
    for n in range(3_000):
        head += f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n'
    with suppress(Unreadable):
        assert read_letter(head.encode()).address == "a@b.c"


PIECES = (
    "From: ,a@b.c,=?utf-8?b?////?=,\n,\r\n,\n\n,To: ,<,>,Content-Type: ,--x,\0,[,(,!!!!,\xff\xfe,"
    "multipart/mixed; boundary=x,text/html; charset=wat,Date: 99 Foo 0000,Message-ID: ,"
    "Content-Disposition: attachment; filename*=utf-8''%ff,Content-Transfer-Encoding: base64,"
    "Authentication-Results: ,mx; dkim=pass header.d="
)


@examples(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES.split(",")), max_size=40))
def test_any_bytes_are_a_letter_or_are_not(pieces: list[str]) -> None:
    try:
        read = read_letter("".join(pieces).encode("latin-1"), trusted="mx")
    except Unreadable:
        return
    assert isinstance(read.text, str)
