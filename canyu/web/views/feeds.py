"""Atom feeds: what went out, who won, what is said on a topic, what many say."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from canyu.awards import queries as awards
from canyu.channels.queries import member_of_feed_key
from canyu.channels.services import make_feed_key
from canyu.journal import clock
from canyu.journal.errors import NotFound, gettext_noop
from canyu.painpoints.queries import pains
from canyu.products.queries import ProductView, product_of
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.remarks.queries import RemarkView
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.web.atom import CONTENT_TYPE, Entry, Feed, written
from canyu.web.award_cards import award_cards
from canyu.web.cards import People, change_cards
from canyu.web.pain_words import state_of
from canyu.web.request import language_of, member_id_of, require_member, signed_in_id_of
from canyu.web.shared import build, shared, version_of_product
from canyu.web.templatetags.canyu_tags import in_language, markdown
from canyu.web.typed import number_in

MOST = 50
PUBLIC = frozenset({"topic", "remark"})
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
LONGEST_TITLE = 80


@dataclass(frozen=True)
class Reader:
    """Who reads, of which product, and how whole addresses begin."""

    product: ProductView
    viewer_id: int | None
    language: str
    origin: str
    key: str

    def whole(self, address: str) -> str:
        """An address as somebody elsewhere has to know it."""
        return f"{self.origin}{address}"

    def tag(self, what: str) -> str:
        """A name for ever (RFC 4151): it is the same whatever becomes of addresses."""
        host = urlsplit(self.origin).hostname or "localhost"
        return f"tag:{host},2026:{self.product.slug}/{what}"


@require_safe
def releases_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """What went out, with its changes, its makers, and who asked."""
    reader = _reader(request, slug)
    number = number_in(request.GET.get("page", "")) or 1
    return _answer(request, reader, f"releases {number}", lambda: _releases(reader, number))


@require_safe
def wall_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Who won, for what, and how sure that is."""
    reader = _reader(request, slug)
    return _answer(request, reader, "wall", lambda: _wall(reader))


@require_safe
def topic_feed(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """What is said on a topic, the newest first."""
    reader = _reader(request, slug)
    topic = topics.topic_of(topic_id, at=clock.now())
    if topic.product_id != reader.product.id or topic.is_hidden:
        raise NotFound(gettext_noop("There is no such topic."))
    return _answer(request, reader, f"topic {topic_id}", lambda: _topic(reader, topic))


@require_safe
def pain_feed(request: HttpRequest, slug: str, point_id: int) -> HttpResponse:
    """What many say: where it stands, and what is said of it in public."""
    reader = _reader(request, slug)
    point = pains.point_of(point_id, product_id=reader.product.id)
    if point.standing != "accepted":
        raise NotFound(gettext_noop("There is no such pain point."))
    return _answer(request, reader, f"pain {point_id}", lambda: _pain(reader, point_id))


@never_cache
@require_POST
@require_member
def feed_key(request: HttpRequest, slug: str) -> HttpResponse:
    """Make one's own addresses of the feeds of a product, shown once; older ones end."""
    member_id = signed_in_id_of(request)
    product = product_of(slug, member_id)
    key = make_feed_key(member_id=member_id, at=clock.now())
    asked = urlencode({"key": key, "lang": language_of(request)})
    found = {
        _("Releases"): reverse("releases_feed", args=[slug]),
        _("The Popcorn wall"): reverse("wall_feed", args=[slug]),
    }
    lines = [(name, f"{_origin(request)}{at}?{asked}") for name, at in found.items()]
    page = {"product": product, "lines": lines}
    return HttpResponse(render_to_string("web/releases/feed_key.html", page, request))


def _origin(request: HttpRequest) -> str:
    return str(settings.CANYU_ORIGIN) or request.build_absolute_uri("/").rstrip("/")


def _reader(request: HttpRequest, slug: str) -> Reader:
    key = request.GET.get("key", "")
    viewer_id = member_of_feed_key(key) if key else member_id_of(request)
    product = product_of(slug, viewer_id)
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else product.language
    language = language if language in LANGUAGES else settings.LANGUAGE_CODE
    return Reader(product, viewer_id, language, _origin(request), key)


def _answer(
    request: HttpRequest, reader: Reader, what: str, make: Callable[[], Feed]
) -> HttpResponse:
    """Answer with a feed that is kept; whoever has it already gets 304.

    Only by its tag: a moment would say nothing of words that were changed since.
    """
    version = version_of_product(reader.product.id, at=clock.now(), with_talk=True)
    place = ("feed", reader.product.id, what, reader.language, reader.origin, bool(reader.key))

    def body() -> bytes:
        with translation.override(reader.language):
            return written(make())

    content = shared.get(place, f"{version}.{build()}", body)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    is_open = reader.product.visibility == "open" and not reader.key
    response["Cache-Control"] = "no-cache" if is_open else "private, no-cache"
    response["Content-Language"] = LANGUAGES[reader.language]
    tag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    answer = get_conditional_response(request, etag=tag, response=response)
    assert isinstance(answer, HttpResponse)  # noqa: S101 - for the types; it is what was given
    answer["ETag"] = tag
    return answer


def _releases(reader: Reader, number: int) -> Feed:
    leaf = releases.releases_of(reader.product.id, page=number)
    dated = [one for one in leaf.releases if one.published_at is not None]
    changes = releases.changes_of([one.id for one in dated])
    cards = change_cards(reader.product.slug, changes)
    entries = []
    for one in dated:
        own = [card for card in cards if card.change.release_id == one.id]
        page = {"release": one, "cards": own, "origin": reader.origin}
        makers = dict.fromkeys(maker.name for card in own for maker in card.makers)
        address = reverse("release", args=[reader.product.slug, one.version])
        entries.append(
            _entry(
                reader,
                f"release/{one.id}",
                f"{in_language(reader.product.name)} {one.version}",
                address,
                render_to_string("web/releases/feed.html", page),
                one.published_at,
                tuple(makers),
            )
        )
    here = reverse("releases_feed", args=[reader.product.slug])
    more = reader.whole(f"{here}?page={number + 1}") if leaf.number < leaf.n_pages else ""
    return _feed(reader, "releases", _("Releases"), "releases", here, entries, next_page=more)


def _wall(reader: Reader) -> Feed:
    found = awards.wall_of(reader.product.id).awards
    address = reverse("wall", args=[reader.product.slug])
    entries = [
        _entry(
            reader,
            f"award/{card.award.id}",
            _("%(names)s, for %(titles)s") % {"names": card.names, "titles": card.titles}
            if card.changes
            else _("Nobody won"),
            f"{address}#award-{card.award.id}",
            render_to_string("web/wall/feed.html", {"card": card}),
            card.award.certified_at or card.award.proposed_at,
            tuple(maker.name for maker in card.makers),
        )
        for card in award_cards(reader.product, found)
    ]
    here = reverse("wall_feed", args=[reader.product.slug])
    return _feed(reader, "wall", _("The Popcorn wall"), "wall", here, entries)


def _topic(reader: Reader, topic: topics.TopicView) -> Feed:
    _own, *others = topics.tree_ids(topic.id)
    thread = remarks.remarks_on(Subject("topic", topic.id), *others)
    said = [one for one in _told(thread) if not (one.is_removed or one.is_hidden)]
    newest = sorted(said, key=lambda one: -one.id)[:MOST]
    people = People([topic.author_id, *(one.author_id for one in newest)])
    address = reverse("topic", args=[reader.product.slug, topic.id])
    entries = [
        _said(
            reader,
            f"remark/{one.id}",
            f"{address}#remark-{one.id}",
            one.text,
            one.written_at,
            people,
            one.author_id,
        )
        for one in newest
    ]
    if len(newest) < MOST:
        entries.append(
            _said(
                reader,
                f"topic/{topic.id}",
                address,
                f"{topic.title}\n\n{topic.words}",
                topic.raised_at,
                people,
                topic.author_id,
            )
        )
    here = reverse("topic_feed", args=[reader.product.slug, topic.id])
    return _feed(reader, f"topic/{topic.id}/feed", topic.title, "topic", here, entries, topic.id)


def _pain(reader: Reader, point_id: int) -> Feed:
    found = pains.point_page(point_id, product_id=reader.product.id, at=clock.now())
    point, name = found.point, in_language(found.point.name)
    public = sorted(
        (one for one in found.said if one.kind in PUBLIC), key=lambda one: one.at, reverse=True
    )[:MOST]
    people = People(one.member_id for one in public)
    address = reverse("pain", args=[reader.product.slug, point_id])
    state = _entry(
        reader,
        f"pain/{point_id}/{point.state}/{point.answer or '-'}",
        f"{name}: {state_of(point)}",
        address,
        "",
        point.verified_at or point.state_at,
        (),
    )
    said = [
        _said(reader, f"said/{one.id}", address, one.text, one.at, people, one.member_id)
        for one in public
    ]
    here = reverse("pain_feed", args=[reader.product.slug, point_id])
    return _feed(reader, f"pain/{point_id}/feed", name, "pain", here, [state, *said], point_id)


def _told(thread: Sequence[RemarkView]) -> list[RemarkView]:
    return [one for top in thread for one in (top, *_told(top.replies))]


def _said(
    reader: Reader,
    key: str,
    address: str,
    text: str,
    at: datetime,
    people: People,
    author_id: int | None,
) -> Entry:
    author = people.one(author_id)
    first = text.strip().partition("\n")[0]
    title = first if len(first) <= LONGEST_TITLE else f"{first[:LONGEST_TITLE]}…"
    names = (author.name,) if author else ()
    return _entry(reader, key, title, address, str(markdown(text)), at, names)


def _entry(
    reader: Reader,
    key: str,
    title: str,
    address: str,
    content: str,
    at: datetime | None,
    authors: tuple[str, ...],
) -> Entry:
    moment = at or reader.product.made_at
    return Entry(reader.tag(key), title, reader.whole(address), content, moment, moment, authors)


def _feed(
    reader: Reader,
    key: str,
    title: str,
    page: str,
    here: str,
    entries: Sequence[Entry],
    *about: int,
    next_page: str = "",
) -> Feed:
    name = in_language(reader.product.name)
    link = reverse(page, args=[reader.product.slug, *about])
    # A secret part stands in nothing that is handed on.
    return Feed(
        key=reader.tag(key),
        title=f"{title} · {name}",
        link=reader.whole(link),
        here=reader.whole(here),
        language=LANGUAGES[reader.language],
        entries=entries,
        next_page=next_page,
    )


HERE = "p/<slug:slug>/"
urlpatterns = [
    path(f"{HERE}releases.atom", releases_feed, name="releases_feed"),
    path(f"{HERE}wall.atom", wall_feed, name="wall_feed"),
    path(f"{HERE}topics/<int:topic_id>.atom", topic_feed, name="topic_feed"),
    path(f"{HERE}pains/<int:point_id>.atom", pain_feed, name="pain_feed"),
    path(f"{HERE}feeds/", feed_key, name="feed_key"),
]
