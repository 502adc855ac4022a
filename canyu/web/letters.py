"""Mails in words: what is unread, the link that proves an address, answers to who wrote to us."""

from dataclasses import dataclass
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canyu.channels.mailing import Letter, Worded
from canyu.channels.queries import ReplyView
from canyu.channels.services import reply_address
from canyu.journal import clock
from canyu.members.queries import member_of
from canyu.products.queries import ProductView, products_by_id
from canyu.web.notice_words import NoticeLine, notice_lines
from canyu.web.templatetags.canyu_tags import in_language

MOST_IN_SUBJECT = 90


@dataclass(frozen=True)
class Told:
    """One notice of a mail: where it is read, and the address that takes an answer, or ""."""

    line: NoticeLine
    href: str
    answer_to: str

    @property
    def answer_href(self) -> str:
        """A new mail to that address (RFC 6068), "" where no answer is taken."""
        if not self.answer_to or self.line.topic is None:
            return ""
        subject = quote(f"Re: {self.line.topic.title}")
        return f"mailto:{quote(self.answer_to, safe='@')}?subject={subject}"


@dataclass(frozen=True)
class Group:
    """What is told of one product, the thanks first."""

    product: ProductView
    told: tuple[Told, ...]


def compose(letter: Letter) -> Worded | None:
    """Put a letter into words, in the language and by the clock of who gets it.

    None where nothing is left to tell.
    """
    zone = ZoneInfo(letter.zone)
    with translation.override(letter.language), timezone.override(zone):
        if letter.reply is not None:
            return _reply(letter, letter.reply)
        return _digest(letter) if letter.kind == "digest" else _confirm(letter)


def _digest(letter: Letter) -> Worded | None:
    groups = _groups(letter)
    if not groups:
        return None
    told = [one for group in groups for one in group.told]
    names = ", ".join(in_language(group.product.name) for group in groups[:3])
    stop_href = _absolute(reverse("mail_stop", args=[letter.stop_token]))
    words = {
        **_shared(letter),
        "groups": groups,
        "title": _("News of %(names)s") % {"names": names},
        "stop_href": stop_href,
        "choose_href": _absolute(reverse("my_mail")),
        "notices_href": _absolute(reverse("notices")),
        # One that is alone is answered like any mail.
        "is_alone": len(told) == 1,
    }
    return Worded(
        subject=_subject(told[0].line.sentence, len(told) - 1),
        text=render_to_string("web/mail/digest.txt", words),
        html=render_to_string("web/mail/digest.html", words),
        stop_href=stop_href,
        answer_to=told[0].answer_to if len(told) == 1 else "",
    )


def _confirm(letter: Letter) -> Worded:
    words = {
        **_shared(letter),
        "title": _("Is this your address?"),
        "confirm_href": _absolute(reverse("mail_confirm", args=[letter.confirm_token])),
        "host": settings.CANYU_ORIGIN.partition("://")[2],
    }
    return Worded(
        subject=_("Is this your address? One click says so"),
        text=render_to_string("web/mail/confirm.txt", words),
        html=render_to_string("web/mail/confirm.html", words),
    )


def _reply(letter: Letter, reply: ReplyView) -> Worded | None:
    product = products_by_id([reply.product_id]).get(reply.product_id)
    if product is None:
        return None
    words = {
        **_shared(letter),
        "title": reply.title,
        "paragraphs": reply.text.split("\n"),
        "topic_href": _absolute(reverse("topic", args=[product.slug, reply.topic_id])),
        "product": product,
        "teller": member_of(reply.carried_by_id) if reply.carried_by_id else None,
    }
    return Worded(
        subject=f"Re: {reply.title}",
        text=render_to_string("web/mail/reply.txt", words),
        html=render_to_string("web/mail/reply.html", words),
        answer_to=reply_address(topic_id=reply.topic_id, member_id=letter.member_id),
        answers_number=reply.outside_id,
    )


def _shared(letter: Letter) -> dict[str, object]:
    return {"member": member_of(letter.member_id), "language": translation.get_language()}


def _groups(letter: Letter) -> list[Group]:
    # Both orders hold together: thanks before all else, and the newest first within each.
    thanks_first = sorted(letter.notices, key=lambda one: one.kind != "credit")
    by_product: dict[int, list[NoticeLine]] = {}
    for line in notice_lines(thanks_first, at=clock.now()):
        by_product.setdefault(line.product.id, []).append(line)
    return [
        Group(lines[0].product, tuple(_told(line, letter.member_id) for line in lines))
        for lines in by_product.values()
    ]


def _told(line: NoticeLine, member_id: int) -> Told:
    answer_to = ""
    if line.topic is not None and not line.topic.is_locked:
        answer_to = reply_address(topic_id=line.topic.id, member_id=member_id)
    return Told(line, _absolute(line.href), answer_to)


def _subject(sentence: str, n_more: int) -> str:
    short = sentence
    if len(short) > MOST_IN_SUBJECT:
        short = f"{short[: MOST_IN_SUBJECT - 1].rstrip()}…"
    if not n_more:
        return short
    said = {"sentence": short, "n": n_more}
    return ngettext("%(sentence)s And %(n)s more", "%(sentence)s And %(n)s more", n_more) % said


def _absolute(href: str) -> str:
    return f"{settings.CANYU_ORIGIN}{href}"
