"""Mails to people in words: what is unread, by product, and the link that proves an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canyu.channels.mailing import Letter, Worded
from canyu.channels.queries import NoticeView
from canyu.journal import clock
from canyu.members.queries import member_of
from canyu.products.queries import ProductView
from canyu.web.notice_words import NoticeLine, notice_lines
from canyu.web.templatetags.canyu_tags import in_language

MOST_IN_SUBJECT = 90


@dataclass(frozen=True)
class Group:
    """What is told of one product: the thanks first, each with the address where it is read."""

    product: ProductView
    lines: tuple[tuple[NoticeLine, str], ...]


def compose(letter: Letter) -> Worded | None:
    """Put a letter into words, in the language and by the clock of who gets it.

    None where nothing is left to tell.
    """
    zone = ZoneInfo(letter.zone)
    with translation.override(letter.language), timezone.override(zone):
        return _digest(letter) if letter.kind == "digest" else _confirm(letter)


def _digest(letter: Letter) -> Worded | None:
    groups = _groups(letter.notices)
    if not groups:
        return None
    first, _href = groups[0].lines[0]
    n_more = sum(len(group.lines) for group in groups) - 1
    names = ", ".join(in_language(group.product.name) for group in groups[:3])
    stop_href = _absolute(reverse("mail_stop", args=[letter.stop_token]))
    words = {
        **_shared(letter),
        "groups": groups,
        "title": _("News of %(names)s") % {"names": names},
        "stop_href": stop_href,
        "choose_href": _absolute(reverse("my_mail")),
        "notices_href": _absolute(reverse("notices")),
    }
    return Worded(
        subject=_subject(first.sentence, n_more),
        text=render_to_string("web/mail/digest.txt", words),
        html=render_to_string("web/mail/digest.html", words),
        stop_href=stop_href,
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


def _shared(letter: Letter) -> dict[str, object]:
    return {"member": member_of(letter.member_id), "language": translation.get_language()}


def _groups(notices: Sequence[NoticeView]) -> list[Group]:
    # Both orders hold together: thanks before all else, and the newest first within each.
    thanks_first = sorted(notices, key=lambda one: one.kind != "credit")
    by_product: dict[int, list[NoticeLine]] = {}
    for line in notice_lines(thanks_first, at=clock.now()):
        by_product.setdefault(line.product.id, []).append(line)
    return [
        Group(lines[0].product, tuple((line, _absolute(line.href)) for line in lines))
        for lines in by_product.values()
    ]


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
