"""The wall: who won the Popcorn, for what, and the weeks in which nobody did."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from canyu.awards import queries as awards
from canyu.awards.queries import WallPage
from canyu.journal import clock
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.reports import queries as reports
from canyu.topics import queries as topics
from canyu.topics.queries import TopicView
from canyu.web.award_cards import AwardCard, award_cards
from canyu.web.frame import Reader, shared_page
from canyu.web.request import load_product, member_id_of
from canyu.web.shared import version_of_product
from canyu.web.zone import zone_of


@dataclass(frozen=True)
class Quote:
    """What the one wrote who asked first, or somebody in a report, who stays unnamed."""

    words: str
    topic: TopicView | None = None


@require_safe
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest award large, then the others and the weeks without one."""
    product = load_product(request, slug)
    at = clock.now()
    said = request.GET.get("page", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 1  # noqa: PLR2004
    next_up = _next_up(request, product)
    leaf = awards.wall_of(product.id, page=number)
    return shared_page(
        Reader(request),
        place=(product.id, leaf.number, next_up["tag"] if next_up else None),
        version=version_of_product(product.id, at=at, with_talk=True),
        template="web/wall/wall.html",
        make=lambda: {**_context(product, leaf), "next_up": next_up},
        is_team=products.is_team(product.id, member_id_of(request)),
    )


def _context(product: ProductView, leaf: WallPage) -> dict[str, Any]:
    newest = awards.latest_award(product.id) if leaf.number == 1 else None
    shown = ([newest] if newest else []) + [
        award for award in leaf.awards if newest is None or award.id != newest.id
    ]
    cards = award_cards(product, shown)
    top = cards.pop(0) if newest else None
    return {
        "product": product,
        "zone": zone_of(product.id),
        "top": top,
        "quote": _quote_of(top) if top else None,
        "praise": _praise_of(top) if top else "",
        "cards": cards,
        "leaf": leaf,
    }


def _quote_of(card: AwardCard) -> Quote | None:
    """Find what the one wrote who asked first."""
    if card.asker is None:
        return None
    ids = [topic_id for change in card.changes for topic_id in change.topic_ids]
    for topic in topics.topics_by_id(ids, at=clock.now()).values():
        if topic.author_id == card.asker.id:
            return Quote(topic.words or topic.title, topic)
    return None


def _praise_of(card: AwardCard) -> str:
    words = remarks.cell_words_on(
        "change", [change.id for change in card.changes], "why_best", limit=1
    )
    return next((texts[0] for texts in words.values() if texts), "")


def _next_up(request: HttpRequest, product: ProductView) -> dict[str, Any] | None:
    """Say which report decides the next bucket: open now, or when it opens."""
    window = reports.current_window(product.id)
    if window is None or window.state == "closed":
        return None
    release = releases.release_by_id(window.release_id)
    member_id = member_id_of(request)
    is_in = member_id is not None and reports.has_filled(window.release_id, member_id)
    return {
        "tag": (window.state, window.opens_at, release.version, is_in),
        "window": window,
        "version": release.version,
        "url": reverse("report", args=[product.slug, release.version]),
        "is_in": is_in,
    }


urlpatterns = [path("p/<slug:slug>/wall/", wall, name="wall")]
