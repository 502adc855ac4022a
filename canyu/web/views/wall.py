"""The wall: who won the Popcorn, for what, and the weeks in which nobody did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext, pgettext
from django.views.decorators.http import require_safe

from canyu.awards import queries as awards
from canyu.awards.queries import AwardView
from canyu.awards.rules import MOST_SHARING
from canyu.credits import queries as credit_queries
from canyu.journal import clock
from canyu.members.queries import MemberView
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.remarks import queries as remarks
from canyu.reports import queries as reports
from canyu.reports.rules import ENOUGH
from canyu.topics import queries as topics
from canyu.topics.queries import TopicView
from canyu.web.cards import People
from canyu.web.request import load_product, member_id_of
from canyu.web.templatetags.canyu_tags import in_language


@dataclass(frozen=True)
class AwardCard:
    """An award with everything that the wall shows of it."""

    award: AwardView
    release: ReleaseView | None
    changes: tuple[ChangeView, ...]
    makers: tuple[MemberView, ...]
    names: str
    titles: str
    asker: MemberView | None
    why_nobody: str
    results_url: str


@dataclass(frozen=True)
class Quote:
    """What the one wrote who asked first, or somebody in a report, who stays unnamed."""

    words: str
    topic: TopicView | None = None


@require_safe
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest award large, then the others and the weeks without one."""
    product = load_product(request, slug)
    number = request.GET.get("page", "")
    leaf = awards.wall_of(
        product.id,
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1,  # noqa: PLR2004
    )
    newest = awards.latest_award(product.id) if leaf.number == 1 else None
    shown = ([newest] if newest else []) + [
        award for award in leaf.awards if newest is None or award.id != newest.id
    ]
    cards = award_cards(product, shown)
    top = cards.pop(0) if newest else None
    context = {
        "top": top,
        "quote": _quote_of(top) if top else None,
        "praise": _praise_of(top) if top else "",
        "cards": cards,
        "leaf": leaf,
        "next_up": _next_up(request, product),
    }
    return render(request, "web/wall/wall.html", context)


def award_cards(product: ProductView, shown: Sequence[AwardView]) -> list[AwardCard]:
    """Cards of these awards, in their order; seven queries whatever their number."""
    changes = releases.changes_by_id(one for award in shown for one in award.change_ids)
    found = releases.releases_by_id(award.release_id for award in shown)
    asked = credit_queries.asked_by(list(changes), n_first=1)
    people = People(
        [maker for change in changes.values() for maker in change.maker_ids]
        + [one.first_member_ids[0] for one in asked.values()]
    )
    return [_card(product, award, changes, found, asked, people) for award in shown]


def _card(
    product: ProductView,
    award: AwardView,
    changes: dict[int, ChangeView],
    found: dict[int, ReleaseView],
    asked: dict[int, credit_queries.AskedBy],
    people: People,
) -> AwardCard:
    won = tuple(changes[one] for one in award.change_ids if one in changes)
    makers = people.many(dict.fromkeys(maker for change in won for maker in change.maker_ids))
    first = next(
        (asked[change.id].first_member_ids[0] for change in won if change.id in asked), None
    )
    release = found.get(award.release_id)
    return AwardCard(
        award=award,
        release=release,
        changes=won,
        makers=makers,
        names=in_a_row([maker.name for maker in makers]),
        titles=in_a_row([gettext("“%(title)s”") % {"title": in_language(one.text)} for one in won]),
        asker=people.one(first),
        why_nobody=why_nobody(award),
        results_url=reverse("results", args=[product.slug, release.version]) if release else "",
    )


def in_a_row(words: Sequence[str]) -> str:
    """Return words as a sentence has them: "Lin Yue, Deng Hao and Zhao Qing"."""
    if len(words) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(words)
    comma = pgettext("between names", ", ")
    return comma.join(words[:-1]) + pgettext("between the last two names", " and ") + words[-1]


def why_nobody(award: AwardView) -> str:
    """Say why nobody won, "" where somebody did."""
    if award.state != "nobody":
        return ""
    if award.reason == "too_few":
        sentence = ngettext(
            "%(n)s person judged, and %(enough)s are needed.",
            "%(n)s people judged, and %(enough)s are needed.",
            award.n_judging,
        )
        return sentence % {"n": award.n_judging, "enough": ENOUGH}
    if award.reason == "too_close":
        sentence = gettext(
            "%(n)s changes could not be told apart, and at most %(most)s share a bucket."
        )
        return sentence % {"n": award.n_close, "most": MOST_SHARING}
    if award.reason == "one_change":
        return gettext("There was only one change, so there was nothing to choose between.")
    return gettext("The answers point nowhere clearly, and noise wins nothing.")


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
        "window": window,
        "version": release.version,
        "url": reverse("report", args=[product.slug, release.version]),
        "is_in": is_in,
    }


urlpatterns = [path("p/<slug:slug>/wall/", wall, name="wall")]
