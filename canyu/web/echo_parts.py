"""What a maker's page and the page of a change show of what comes back.

What one asks the store is the same for one remark and for a thousand: only the newest are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from canyu.credits import queries as credit_queries
from canyu.journal.permits import seal_permit
from canyu.journal.queries import versions_of
from canyu.members.queries import MemberView
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.echoes import FIRST_HOUR
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.remarks.queries.threads import Thread, newest_threads
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.topics.queries import TopicView
from canyu.web.cards import People, RemarkCard, change_href, remark_cards
from canyu.web.shared import QUARTER, shared

MOST_CHANGES = 40
MOST_ECHOES = 30
MOST_FACES = 12
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """That whoever speaks had asked for the change."""

    at: datetime


@dataclass(frozen=True)
class Echo:
    """One thing that was said about a change: a remark with its replies, or a topic."""

    change: ChangeView
    product: ProductView
    author: MemberView
    at: datetime
    href: str
    card: RemarkCard | None = None
    answers_id: int = 0
    """The remark that an answer by one tap is to."""
    topic: TopicView | None = None
    asked: Asked | None = None
    on_it: str = ""
    """The version that may be named when it is answered."""
    is_answered: bool = False


@dataclass(frozen=True)
class Reach:
    """How many have a release; what is not known is None."""

    release: ReleaseView
    n_in_rings: int
    n_told: int | None
    n_opened: int


@dataclass(frozen=True)
class Hour:
    """A release that went out less than an hour ago, and who said something about its changes."""

    release: ReleaseView
    n_minutes: int
    n_people: int
    n_changes: int


@dataclass(frozen=True)
class Live:
    """What a page needs to hear of news: where, and which version it has."""

    address: str


def live_on(name: str, member_id: int, *, at: datetime) -> Live:
    """Let a page follow a name; asked before all that it shows, so that nothing is missed."""
    version = versions_of([name])[name]
    permit = seal_permit(member_id, [name], at=at)
    return Live(f"{settings.CANYU_LIVE}?{urlencode({'permit': permit, 'since': version})}")


def echoes_of(
    changes: Sequence[ChangeView],
    shown: Mapping[int, ProductView],
    out_at: Mapping[int, datetime],
    *,
    versions: Mapping[int, str],
    viewer_id: int,
    at: datetime,
) -> list[Echo]:
    """What was said about these changes since they were out, the newest first.

    `out_at` tells when their releases went out, `versions` what comes next (`on_its_way`). Seven
    queries.
    """
    since = _since(changes, out_at)
    threads = newest_threads(since, limit=MOST_ECHOES)
    named = releases.mentions_of([one.id for one in changes], limit=MOST_ECHOES)
    known = topics.topics_by_id(
        {one.topic_id for one in named}
        | {one.subject.id for one in threads if one.subject.kind == "topic"},
        at=at,
    )
    by_id = {one.id: one for one in changes}
    by_topic = {topic_id: one for one in changes for topic_id in one.topic_ids}
    people = People(known[one.topic_id].author_id for one in named if one.topic_id in known)
    cards = {
        card.remark.id: card
        for card in remark_cards([one.remark for one in threads], viewer_id=viewer_id, here="")
    }
    asked = credit_queries.askings_on(
        list(by_id),
        {one.author.id for card in cards.values() for one in (card, *card.replies)}
        | {known[one.topic_id].author_id for one in named if one.topic_id in known},
    )
    found = [
        echo
        for one in threads
        if (echo := _of_thread(one, cards, by_id, by_topic, shown, known)) is not None
    ]
    found += [
        Echo(
            change=by_id[one.change_id],
            product=shown[by_id[one.change_id].product_id],
            author=author,
            at=one.at,
            href=_topic_href(shown[by_id[one.change_id].product_id], one.topic_id),
            topic=known[one.topic_id],
        )
        for one in named
        if one.topic_id in known
        and (author := people.one(known[one.topic_id].author_id)) is not None
        and author.id not in by_id[one.change_id].maker_ids
    ]
    found.sort(key=lambda one: one.at, reverse=True)
    return [_marked(one, asked, versions, viewer_id) for one in found[:MOST_ECHOES]]


def _since(
    changes: Sequence[ChangeView], out_at: Mapping[int, datetime]
) -> dict[Subject, datetime]:
    since: dict[Subject, datetime] = {}
    for change in changes:
        since[Subject("change", change.id)] = LONG_AGO
        for topic_id in change.topic_ids:
            # What was said there before is what it came from.
            since[Subject("topic", topic_id)] = out_at.get(change.release_id, LONG_AGO)
    return dict(list(since.items())[: MOST_CHANGES * 4])


def _of_thread(
    thread: Thread,
    cards: Mapping[int, RemarkCard],
    by_id: Mapping[int, ChangeView],
    by_topic: Mapping[int, ChangeView],
    shown: Mapping[int, ProductView],
    known: Mapping[int, TopicView],
) -> Echo | None:
    card = cards.get(thread.remark.id)
    is_topic = thread.subject.kind == "topic"
    change = (by_topic if is_topic else by_id).get(thread.subject.id)
    topic = known.get(thread.subject.id) if is_topic else None
    if card is None or change is None or (is_topic and topic is None):
        return None
    if topic is not None and topic.product_id != change.product_id:
        return None
    # Whoever spoke last is answered, and not whoever began.
    spoke = [one for one in (card, *card.replies) if one.remark.text and not one.remark.is_answer]
    if not spoke:
        return None
    last = max(spoke, key=lambda one: one.remark.id)
    product = shown[change.product_id]
    where = _topic_href(product, topic.id) if topic else change_href(product.slug, change.id)
    return Echo(
        change=change,
        product=product,
        author=last.author,
        answers_id=last.remark.id,
        at=thread.at,
        href=f"{where}#remark-{thread.remark.id}",
        card=replace(card, reply_url=f"{where}?reply={thread.remark.id}#write"),
        topic=topic,
    )


def _topic_href(product: ProductView, topic_id: int) -> str:
    return reverse("topic", args=[product.slug, topic_id])


def _marked(
    one: Echo,
    asked: Mapping[tuple[int, int], credit_queries.CreditView],
    versions: Mapping[int, str],
    viewer_id: int,
) -> Echo:
    credit = asked.get((one.change.id, one.author.id))
    # Who wishes not to be named for what they asked is not named here either.
    is_named = one.author.credit_way == "name" or one.author.id == viewer_id
    replies = one.card.replies if one.card else ()
    return replace(
        one,
        asked=Asked(credit.asked_at) if credit and credit.asked_at and is_named else None,
        on_it=versions.get(one.change.product_id, ""),
        is_answered=any(
            reply.author.id == viewer_id and reply.remark.id > one.answers_id for reply in replies
        ),
    )


def faces_of(echoes: Sequence[Echo]) -> tuple[MemberView, ...]:
    """Who spoke, each once, the newest first."""
    people = {one.author.id: one.author for one in reversed(echoes)}
    newest = dict.fromkeys(one.author.id for one in echoes)
    return tuple(people[one] for one in newest)[:MOST_FACES]


def reach_of(product: ProductView, release: ReleaseView, *, at: datetime) -> Reach:
    """How many have a release; five queries."""
    reached = releases.roll_out_of(release.id)
    # Counted anew now and then: the more members there are, the longer it takes.
    rings = shared.get(
        ("ring members", product.id),
        str(int(at.timestamp()) // QUARTER),
        lambda: products.n_ring_members(product.id),
    )
    told = [
        one
        for one in products.exposure_of(product.id, release.version)
        if one.version == release.version
    ]
    last = max((one.week for one in told), default=None)
    return Reach(
        release=release,
        n_in_rings=sum(n for key, n in rings.items() if key in reached and reached[key] <= at),
        n_told=sum(one.n_people for one in told if one.week == last) if told else None,
        n_opened=releases.n_opened([release.id]).get(release.id, 0),
    )


def hour_of(
    release: ReleaseView | None, changes: Sequence[ChangeView], *, viewer_id: int, at: datetime
) -> Hour | None:
    """The first hour of a release in which these changes are of the viewer; None after it."""
    own = [one for one in changes if release is not None and one.release_id == release.id]
    if release is None or release.published_at is None or release.is_history or not own:
        return None
    if not release.published_at <= at < release.published_at + FIRST_HOUR:
        return None
    spoke = releases.speakers_of(own, at=at)
    people = set(chain.from_iterable(spoke.values())) - {viewer_id}
    minutes = int((at - release.published_at).total_seconds()) // 60
    return Hour(release, minutes, len(people), len(own))


def empty_words(n_changes: int) -> str:
    """What a maker's page says where nobody has said anything."""
    if n_changes:
        return _("Nobody has said anything yet. When somebody does, it stands here at once.")
    return _("When something that you made goes out, what people say about it stands here at once.")
