"""What should be told to people elsewhere, ready to be said."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from canyu.channels.mail_rules import MAILED_AGAIN
from canyu.channels.models import Dispatch, Reply
from canyu.members import queries as members
from canyu.remarks import queries as remarks
from canyu.topics import queries as topics
from canyu.topics.queries import TopicView

LONGEST_ANSWER = 600


@dataclass(frozen=True)
class ReplyView:
    """One thing to tell one person of another place; `text` without the address of its topic."""

    id: int
    kind: str
    where_kind: str
    where: str
    who: str
    address: str
    outside_id: str
    link: str
    said: str
    language: str
    topic_id: int
    title: str
    text: str
    at: datetime
    carried_at: datetime | None
    carried_by_id: int | None
    product_id: int
    mail: str = ""
    """The state of the last mail that told it, "" where none did, and what its server said."""
    mail_said: str = ""

    @property
    def can_be_mailed(self) -> bool:
        """Whether no mail went out that told it."""
        return self.mail in {"", *MAILED_AGAIN}


def reply_of(reply_id: int, *, at: datetime) -> ReplyView | None:
    """One of them; None where it is gone, or where its topic is hidden."""
    rows = Reply.objects.filter(pk=reply_id)
    return next(iter(_views(rows.select_related("guest__origin", "saying"), at)), None)


def replies_to_carry(product_id: int, *, at: datetime, limit: int = 50) -> list[ReplyView]:
    """What nobody has told yet, the longest waiting first. Five queries."""
    rows = Reply.objects.filter(product_id=product_id, carried_at=None).order_by("id")
    return _views(rows.select_related("guest__origin", "saying")[:limit], at)


def replies_carried(product_id: int, *, at: datetime, limit: int = 20) -> list[ReplyView]:
    """What was told, the last first."""
    rows = Reply.objects.filter(product_id=product_id).exclude(carried_at=None)
    rows = rows.order_by("-carried_at", "-id")
    return _views(rows.select_related("guest__origin", "saying")[:limit], at)


def replies_after(product_id: int, after: int, *, at: datetime, limit: int) -> list[ReplyView]:
    """The next ones by their number, told or not: for programs, which carry them themselves."""
    rows = Reply.objects.filter(product_id=product_id, pk__gt=after).order_by("id")
    return _views(rows.select_related("guest__origin", "saying")[:limit], at)


def n_to_carry(product_id: int) -> int:
    """How many answers nobody has told yet."""
    return Reply.objects.filter(product_id=product_id, carried_at=None).count()


def spoken_in(text: str, language: str) -> str:
    """Return in which of our languages to answer somebody: theirs, else that of what they said."""
    if language:
        return "zh-hans" if language.startswith("zh") else "en"
    return "zh-hans" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else "en"


def _views(rows: Iterable[Reply], at: datetime) -> list[ReplyView]:
    found = list(rows)
    standing = topics.standing_ids(row.facts["topic_id"] for row in found)
    known = topics.topics_by_id(standing.values(), at=at)
    said = {
        one.id: one
        for one in remarks.said_in(
            row.facts["remark_id"] for row in found if row.facts.get("remark_id")
        )
        if not one.is_gone
    }
    people = members.members_of(one.author_id for one in said.values())
    mails = {one.reply_id: one for one in Dispatch.objects.filter(reply__in=found).order_by("id")}
    views = []
    for row in found:
        topic = known.get(standing[row.facts["topic_id"]])
        if topic is None:
            # Hidden meanwhile: there is nothing to lead anybody to.
            continue
        answer = said.get(row.facts.get("remark_id") or 0)
        by = people.get(answer.author_id) if answer else None
        view = _view(row, topic, answer.text if answer else "", by.name if by else "")
        mail = mails.get(row.pk)
        views.append(replace(view, mail=mail.state, mail_said=mail.said) if mail else view)
    return views


def _view(row: Reply, topic: TopicView, answer: str, by: str) -> ReplyView:
    guest, saying = row.guest, row.saying
    language = spoken_in(saying.text, saying.language)
    return ReplyView(
        id=row.pk,
        kind=row.kind,
        where_kind=guest.origin.kind,
        where=guest.origin.name,
        who=guest.name,
        address=guest.address,
        outside_id=saying.outside_id,
        link=saying.link,
        said=saying.text,
        language=language,
        topic_id=topic.id,
        title=topic.title,
        text=_text(row, topic, answer, by, language),
        at=row.at,
        carried_at=row.carried_at,
        carried_by_id=row.carried_by_id,
        product_id=row.product_id,
    )


def _text(row: Reply, topic: TopicView, answer: str, by: str, language: str) -> str:
    with translation.override(language):
        # Chinese sentences stand beside one another without a space.
        between = " " if language == "en" else ""
        first = between.join((_began(row), _became(row, topic, by)))
        words = answer or (topic.reason if row.kind in {"planned", "declined"} else "")
        return "\n".join(one for one in (first, _short(words)) if one)


def _began(row: Reply) -> str:
    quoted = _short(" ".join(row.saying.text.split()), 60)
    if row.saying.said_at is None:
        return _("You said: “%(words)s”.") % {"words": quoted}
    when = date_format(
        row.saying.said_at, "j F" if translation.get_language() == "en" else "n月j日"
    )
    return _("On %(when)s you said: “%(words)s”.") % {"when": when, "words": quoted}


def _became(row: Reply, topic: TopicView, by: str) -> str:
    if row.kind == "shipped":
        version = row.facts.get("version") or topic.version
        if version:
            return _("It is in version %(version)s. Thank you for asking.") % {"version": version}
        return _("It has shipped. Thank you for asking.")
    if row.kind == "planned":
        return _("It is planned.")
    if row.kind == "declined":
        return _("We will not do it, and this is why:")
    if row.kind == "solved" and not by:
        return _("It is solved.")
    return _("%(name)s answers:") % {"name": by} if by else _("The team answers:")


def _short(text: str, longest: int = LONGEST_ANSWER) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
