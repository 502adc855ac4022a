"""Notices put into sentences, by their kind. The kinds and their facts: channels/notices.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canyu.channels.queries import NoticeView
from canyu.credits.queries import AskedBy, asked_by
from canyu.members.queries import MemberView
from canyu.painpoints.queries.pains import PointView, points_by_id
from canyu.products.queries import ProductView, products_by_id
from canyu.releases.queries import ChangeView, ReleaseView, changes_by_id, releases_by_id
from canyu.topics.queries import TopicView, topics_by_id
from canyu.web import hour_words, lead_words, pain_notices
from canyu.web.award_cards import in_a_row
from canyu.web.cards import People
from canyu.web.templatetags.canyu_tags import day, in_language

MOST_NAMED = 3
# Kinds that speak of a topic of which their reader may go on talking.
ANSWERED_BY_MAIL = frozenset(
    {
        "topic",
        "status",
        "remark",
        "answer",
        "mention",
        "posted",
        "merged",
        "moved",
        "solved",
        "rose",
    }
)


@dataclass(frozen=True)
class NoticeLine:
    """A notice as the page shows it: whose face, what happened, where it is read."""

    sentence: str
    href: str
    person: MemberView | None
    product: ProductView
    at: datetime
    is_read: bool
    people: tuple[MemberView, ...] = ()
    is_thanks: bool = False
    change: ChangeView | None = None
    # What an answer by mail would be said of.
    topic: TopicView | None = None


@dataclass(frozen=True)
class Things:
    """Everything that some notices speak of, fetched at once."""

    products: Mapping[int, ProductView]
    changes: Mapping[int, ChangeView]
    topics: Mapping[int, TopicView]
    releases: Mapping[int, ReleaseView]
    points: Mapping[int, PointView]
    people: People
    asked: Mapping[int, AskedBy]


@dataclass(frozen=True)
class Told:
    """One notice with the things that it speaks of; what is gone is None."""

    notice: NoticeView
    product: ProductView
    change: ChangeView | None
    topic: TopicView | None
    release: ReleaseView | None
    point: PointView | None
    author: MemberView | None
    makers: tuple[MemberView, ...] = ()
    n_asked: int = 0

    @property
    def title(self) -> str:
        """What it is about, in the reader's language."""
        if self.change is not None:
            return in_language(self.change.text)
        if self.point is not None:
            return in_language(self.point.name)
        return self.topic.title if self.topic is not None else ""

    @property
    def href(self) -> str:
        """Where that is read."""
        slug = self.product.slug
        if self.change is not None:
            return reverse("change", args=[slug, self.change.id])
        if self.topic is not None:
            return reverse("topic", args=[slug, self.topic.id])
        if self.point is not None:
            return reverse("pain", args=[slug, self.point.id])
        return reverse("product", args=[slug])


def notice_lines(notices: Sequence[NoticeView], *, at: datetime) -> list[NoticeLine]:
    """Sentences of these notices, in their order; seven queries whatever their number."""
    things = _things_of(notices, at)
    lines = (_line(notice, things) for notice in notices)
    return [line for line in lines if line is not None]


def _things_of(notices: Sequence[NoticeView], at: datetime) -> Things:
    changes = changes_by_id(_ids(notices, "change_id"))
    topics = topics_by_id(_ids(notices, "topic_id"), at=at)
    return Things(
        products=products_by_id({notice.product_id for notice in notices}),
        changes=changes,
        topics=topics,
        releases=releases_by_id(_ids(notices, "release_id")),
        points=points_by_id(_ids(notices, "point_id")),
        people=People(
            [
                *_ids(notices, "author_id"),
                *(one for change in changes.values() for one in change.maker_ids[:MOST_NAMED]),
                *(topic.status_by_id or topic.author_id for topic in topics.values()),
            ]
        ),
        asked=asked_by(
            [one.facts["change_id"] for one in notices if one.kind == "credit"], n_first=1
        ),
    )


def _ids(notices: Sequence[NoticeView], fact: str) -> set[int]:
    return {int(notice.facts[fact]) for notice in notices if notice.facts.get(fact) is not None}


def _line(notice: NoticeView, things: Things) -> NoticeLine | None:
    product = things.products.get(notice.product_id)
    if product is None:
        return None
    facts = notice.facts
    told = Told(
        notice=notice,
        product=product,
        change=things.changes.get(facts.get("change_id", 0)),
        topic=things.topics.get(facts.get("topic_id", 0)),
        release=things.releases.get(facts.get("release_id", 0)),
        point=things.points.get(facts.get("point_id", 0)),
        author=things.people.one(facts.get("author_id")),
        makers=_makers(notice, things),
        n_asked=_n_asked(notice, things),
    )
    sentence, href = _WORDS.get(notice.kind, _unknown)(told)
    return NoticeLine(
        sentence=sentence,
        href=href,
        person=told.author or _face_in(told, things.people),
        people=told.makers,
        product=product,
        at=notice.at,
        is_read=notice.is_read,
        is_thanks=notice.kind == "credit",
        change=told.change,
        topic=told.topic if notice.kind in ANSWERED_BY_MAIL else None,
    )


def _makers(notice: NoticeView, things: Things) -> tuple[MemberView, ...]:
    change = things.changes.get(notice.facts.get("change_id", 0))
    if notice.kind != "credit" or change is None:
        return ()
    return things.people.makers(change.maker_ids[:MOST_NAMED])


def _n_asked(notice: NoticeView, things: Things) -> int:
    asked = things.asked.get(notice.facts.get("change_id", 0))
    return asked.n_people if asked else 0


def _face_in(told: Told, people: People) -> MemberView | None:
    if told.change is not None:
        return next(iter(people.makers(told.change.maker_ids[:1])), None)
    return people.one(_face_of(told))


def _face_of(told: Told) -> int | None:
    if told.topic is not None:
        return told.topic.status_by_id or told.topic.author_id
    return None


def _credit(told: Told) -> tuple[str, str]:
    """Say it in the words of who asked: the title of their own topic, where it was theirs."""
    facts = told.notice.facts
    title = told.title
    if facts.get("role") == "asked" and told.topic is not None:
        title = told.topic.title
    said = {"title": title, "version": facts.get("version", ""), "day": _day_in(facts)}
    helped = {
        "designed": _("“%(title)s” is in %(version)s, and the idea that was taken is yours."),
        "explained": _("“%(title)s” is in %(version)s. What you explained showed us the way."),
        "tested": _("“%(title)s” is in %(version)s, and you tested it before others had it."),
        "reviewed": _("“%(title)s” is in %(version)s, and you looked it over."),
        "translated": _("“%(title)s” is in %(version)s, with your translation."),
    }
    sentence = helped.get(facts.get("role", ""))
    if sentence is not None:
        return f"{sentence % said}{_made_by(told.makers)}", told.href
    n = max(0, told.n_asked - 1)
    if not said["day"]:
        sentence = _("You asked for this; it is in %(version)s: “%(title)s”.") % said
    elif n:
        sentence = ngettext(
            "You asked for this on %(day)s; %(n)s other did too."
            " It is in %(version)s: “%(title)s”.",
            "You asked for this on %(day)s; %(n)s others did too."
            " It is in %(version)s: “%(title)s”.",
            n,
        ) % {**said, "n": n}
    else:
        sentence = _(
            "You asked for this on %(day)s, and nobody else had. It is in %(version)s: “%(title)s”."
        )
        sentence %= said
    return f"{sentence}{_made_by(told.makers)}", told.href


def _day_in(facts: Mapping[str, Any]) -> str:
    try:
        return day(datetime.fromisoformat(facts.get("asked_at", "")))
    except (TypeError, ValueError):
        # A notice from before there was a day in it.
        return ""


def _made_by(makers: Sequence[MemberView]) -> str:
    if not makers:
        return ""
    names = in_a_row([one.name for one in makers])
    return _(" Made by %(names)s.") % {"names": names}


def _report(told: Told) -> tuple[str, str]:
    version = told.notice.facts.get("version", "")
    sentence = _("The report of %(version)s is open: four cells, half a minute.")
    return sentence % {"version": version}, reverse("report", args=[told.product.slug, version])


def _certify(told: Told) -> tuple[str, str]:
    award = reverse("award", args=[told.product.slug, told.notice.facts["award_id"]])
    said = {"version": told.release.version if told.release else ""}
    sentence = _("The report of %(version)s is closed. Its Popcorn award waits for you to certify.")
    return sentence % said, award


def _award(told: Told) -> tuple[str, str]:
    sentence = _("The Popcorn is yours, for “%(title)s”.")
    return sentence % {"title": told.title}, reverse("wall", args=[told.product.slug])


def _repair(told: Told) -> tuple[str, str]:
    sentence = _(
        "“%(title)s” was liked least. The people who use it wait for your answer; until then only"
        " its makers and the owners see this."
    )
    where = reverse("repair_answer", args=[told.product.slug, told.notice.facts["repair_id"]])
    return sentence % {"title": told.title}, where


def _repaired(told: Told) -> tuple[str, str]:
    sentence = _("What hurt in “%(title)s”, which you asked for, has an answer.")
    where = reverse("repair", args=[told.product.slug, told.notice.facts["repair_id"]])
    return sentence % {"title": told.title}, where


def _topic(told: Told) -> tuple[str, str]:
    sentence = _("“%(title)s” is in your hands now. Answer it within a week.")
    return sentence % {"title": told.title}, told.href


def _status(told: Told) -> tuple[str, str]:
    sentences = {
        "received": _("“%(title)s”, which you asked for, is open again."),
        "talking": _("“%(title)s”, which you asked for, is being talked about."),
        "planned": _("“%(title)s”, which you asked for, is planned."),
        "doing": _("“%(title)s”, which you asked for, is being made."),
        "declined": _("“%(title)s”, which you asked for, was declined. The reason is there."),
    }
    other = _("There is news of “%(title)s”, which you asked for.")
    sentence = sentences.get(told.notice.facts.get("status", ""), other)
    return sentence % {"title": told.title}, told.href


def _remark(told: Told) -> tuple[str, str]:
    said = {"title": told.title, "name": told.author.name if told.author else _("Somebody")}
    return _("%(name)s wrote about “%(title)s”.") % said, f"{told.href}#remarks"


def _answer(told: Told) -> tuple[str, str]:
    said = {"title": told.title, "name": told.author.name if told.author else _("Somebody")}
    return _("%(name)s answered about “%(title)s”.") % said, f"{told.href}#remarks"


def _posted(told: Told) -> tuple[str, str]:
    said = {"title": told.title, "name": told.author.name if told.author else _("Somebody")}
    sentence = _("%(name)s wrote down for you: “%(title)s”. It counts as yours; change it there.")
    return sentence % said, told.href


def _merged(told: Told) -> tuple[str, str]:
    sentence = _("“%(title)s” was put together with a topic that says the same. You count there.")
    return sentence % {"title": told.title}, told.href


def _moved(told: Told) -> tuple[str, str]:
    said = {"title": told.title, "product": in_language(told.product.name)}
    return _("“%(title)s” is about %(product)s now.") % said, told.href


def _solved(told: Told) -> tuple[str, str]:
    sentence = _("There is an answer that solved “%(title)s”.")
    return sentence % {"title": told.title}, f"{told.href}#solution"


def _helped(told: Told) -> tuple[str, str]:
    sentence = _("Your answer solved “%(title)s”. Thank you.")
    return sentence % {"title": told.title}, f"{told.href}#solution"


def _rose(told: Told) -> tuple[str, str]:
    sentence = _("Nobody has answered “%(title)s” yet. It is in your area: please look.")
    return sentence % {"title": told.title}, told.href


def _hidden(told: Told) -> tuple[str, str]:
    where = reverse("topic", args=[told.product.slug, told.notice.facts["topic_id"]])
    return _("The team took a topic of yours off the pages. The reason is there."), where


def _hook(told: Told) -> tuple[str, str]:
    where = reverse("webhook", args=[told.product.slug, told.notice.facts["webhook_id"]])
    return _("Nothing is sent to one of your addresses any more. Look what it said last."), where


def _mail(told: Told) -> tuple[str, str]:  # noqa: ARG001 - as all the others are asked
    return _("Mail to your address comes back, so nothing is sent there any more."), reverse(
        "my_mail"
    )


def _mention(told: Told) -> tuple[str, str]:
    said = {"title": told.title, "name": told.author.name if told.author else _("Somebody")}
    return _("%(name)s named you in “%(title)s”.") % said, told.href


def _flagged(told: Told) -> tuple[str, str]:
    where = reverse("moderation", args=[told.product.slug])
    return _("Somebody asks you to look at words that should perhaps not stand."), where


def _unknown(told: Told) -> tuple[str, str]:
    said = {"product": in_language(told.product.name)}
    return _("There is news of %(product)s.") % said, told.href


_WORDS: Mapping[str, Callable[[Told], tuple[str, str]]] = {
    "credit": _credit,
    "report": _report,
    "certify": _certify,
    "award": _award,
    "repair": _repair,
    "repaired": _repaired,
    "topic": _topic,
    "status": _status,
    "remark": _remark,
    "answer": _answer,
    "leads": lead_words.leads,
    "lead": lead_words.lead,
    "lead_said": lead_words.lead_said,
    "hour": hour_words.hour,
    "pain": pain_notices.pain,
    "gone": pain_notices.gone,
    "verified": pain_notices.verified,
    "posted": _posted,
    "merged": _merged,
    "moved": _moved,
    "solved": _solved,
    "helped": _helped,
    "rose": _rose,
    "hidden": _hidden,
    "mention": _mention,
    "flagged": _flagged,
    "webhook": _hook,
    "mail": _mail,
}
