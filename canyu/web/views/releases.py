"""Releases: the list, one release, one change and what is said about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from canyu.credits import queries as credit_queries
from canyu.credits.queries.cards import card_tokens_of
from canyu.journal import clock
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.journal.events import echo_of_change
from canyu.members.queries import as_credited, member_of
from canyu.painpoints.queries.pains import points_of_changes
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.products.queries import ProductView, RingView
from canyu.releases import queries as releases
from canyu.releases import services
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.releases.rules import MissedWeek
from canyu.remarks import queries as remarks
from canyu.remarks.queries import RemarkView
from canyu.remarks.rules import Subject
from canyu.reports import queries as reports
from canyu.reports.figures import ChangeFigures
from canyu.topics import queries as topics
from canyu.web.cards import (
    BESIDE_MAKERS,
    ChangeCard,
    People,
    RepairCard,
    change_cards,
    change_href,
    remark_cards,
    repair_card,
)
from canyu.web.echo_answers import on_its_way
from canyu.web.echo_parts import live_on, reach_of
from canyu.web.forms.posts import SeeOther, refuse, sent, status_of
from canyu.web.forms.remarks import RemarkForm
from canyu.web.forms.unsent import keep_unsent, take_unsent
from canyu.web.frame import Reader, shared_page
from canyu.web.openings import openings
from canyu.web.pain_cards import pain_cards
from canyu.web.request import load_product, member_id_of, signed_in_id_of
from canyu.web.shared import version_of_product
from canyu.web.typed import number_in
from canyu.web.zone import zone_of

N_NAMED = 12
N_TALL = 40
"""Beyond this many changes a release is shown in short lines, grouped by kind."""
MOST_MENTIONS = 20
KIND_ORDER = ("new", "better", "changed", "fixed", "security", "removed", "other")


@dataclass(frozen=True)
class ListRow:
    """One line of the list: a release, or a week that was missed."""

    at: datetime | None
    release: ReleaseView | None = None
    missed: MissedWeek | None = None


@dataclass(frozen=True)
class KindGroup:
    """Changes of one kind."""

    kind: str
    cards: tuple[ChangeCard, ...]


@dataclass(frozen=True)
class RollOutRow:
    """When one ring gets a release."""

    ring: RingView
    reached_at: datetime | None
    is_ahead: bool


@require_safe
def release_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what went out, newest first, and the weeks in which nothing did."""
    product = load_product(request, slug)
    leaf = releases.releases_of(product.id, page=number_in(request.GET.get("page", "")) or 1)
    rows = [ListRow(at=one.published_at, release=one) for one in leaf.releases]
    if leaf.number == 1:
        missed = releases.missed_weeks_of(product.id, at=clock.now())
        dated = [row.at for row in rows if row.at is not None]
        oldest = min(dated) if dated and leaf.n_pages > 1 else None
        rows += [
            ListRow(at=one.slot, missed=one)
            for one in missed
            if oldest is None or one.slot > oldest
        ]
        rows.sort(key=lambda row: (row.at is not None, row.at), reverse=True)
    train = releases.train_of(product.id, at=clock.now())
    context = {"leaf": leaf, "rows": rows, "train": train, "zone": zone_of(product.id)}
    return render(request, "web/releases/list.html", context)


@require_safe
def release(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Show a release: its notes, its changes, its repairs."""
    product = load_product(request, slug)
    at = clock.now()
    shown = releases.release_of(product.id, version)
    if products.is_team(product.id, member_id_of(request)):
        # Makers see repairs that are not answered yet.
        context = release_context(product, shown, viewer_id=member_id_of(request))
        return render(request, "web/releases/release.html", context)
    if request.method == "GET":
        openings.add(shown.id)
    stamp = version_of_product(product.id, at=at, with_talk=True)
    window = reports.window_of(shown.id)
    ahead = tuple(moment > at for moment in sorted(releases.roll_out_of(shown.id).values()))
    state = (window.state, window.opens_at) if window else ()
    return shared_page(
        Reader(request),
        place=(shown.id, state, ahead),
        version=stamp,
        template="web/releases/release.html",
        make=lambda: {**release_context(product, shown, viewer_id=None), "product": product},
    )


def release_context(
    product: ProductView, shown: ReleaseView, *, viewer_id: int | None
) -> dict[str, Any]:
    """What the page of a release is made of; a preview of a draft is made of the same."""
    changes = releases.changes_of([shown.id])
    cards = change_cards(product.slug, changes)
    return {
        "release": shown,
        "zone": zone_of(product.id),
        "cards": cards,
        "is_tall": len(cards) > N_TALL,
        "groups": _groups(cards),
        "roll_outs": _roll_outs(product.id, shown.id),
        "window": reports.window_of(shown.id),
        "repairs": _repairs(shown.id, viewer_id),
    }


def _groups(cards: list[ChangeCard]) -> list[KindGroup]:
    by_kind: dict[str, list[ChangeCard]] = {}
    for card in cards:
        by_kind.setdefault(card.change.kind, []).append(card)
    return [KindGroup(kind, tuple(by_kind[kind])) for kind in KIND_ORDER if kind in by_kind]


def _roll_outs(product_id: int, release_id: int) -> list[RollOutRow]:
    reached = releases.roll_out_of(release_id)
    if not reached:
        return []
    at = clock.now()
    return [
        RollOutRow(
            ring,
            reached.get(ring.key),
            is_ahead=ring.key in reached and reached[ring.key] > at,
        )
        for ring in products.rings_of(product_id)
    ]


def _repairs(release_id: int, viewer_id: int | None) -> list[RepairCard]:
    found = reports.repairs_of_release(release_id, viewer_id=viewer_id)
    changes = releases.changes_by_id(one.change_id for one in found)
    people = People(maker for change in changes.values() for maker in change.maker_ids)
    return [
        repair_card(one, changes[one.change_id], people)
        for one in found
        if one.change_id in changes
    ]


@keep_unsent
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str, change_id: int) -> HttpResponse:
    """Show a change and the conversation about it, or take a remark."""
    product = load_product(request, slug)
    shown = releases.change_of(change_id)
    if shown.product_id != product.id:
        raise NotFound(gettext_noop("There is no such change."))
    form = RemarkForm(sent(request), initial=take_unsent(request))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                remark_id = services.remark_on_change(
                    member_id=signed_in_id_of(request),
                    change_id=change_id,
                    text=form.cleaned_data["text"],
                    parent_id=number_in(request.POST.get("reply", "")),
                    at=clock.now(),
                )
            except Refused as refusal:
                status = refuse(form, refusal)
            else:
                messages.success(request, _("The makers can read it now."))
                return SeeOther(f"{change_href(slug, change_id)}#remark-{remark_id}")
        else:
            status = status_of(form)
    context = {**_change_context(request, product, shown), "form": form}
    return render(request, "web/releases/change.html", context, status=status)


def _change_context(
    request: HttpRequest, product: ProductView, shown: ChangeView
) -> dict[str, Any]:
    at = clock.now()
    member_id = member_id_of(request)
    is_team = products.is_team(product.id, member_id)
    # Before all that is shown: what comes meanwhile is news.
    live = live_on(echo_of_change(shown.id), member_id, at=at) if member_id is not None else None
    named = releases.mentions_of([shown.id], limit=MOST_MENTIONS)
    asked = topics.topics_by_id({*shown.topic_ids, *(one.topic_id for one in named)}, at=at)
    thread = remarks.remarks_on(Subject("change", shown.id))
    reply = number_in(request.POST.get("reply", "") or request.GET.get("reply", ""))
    people = People(one.author_id for one in asked.values())
    release_of_it = releases.release_by_id(shown.release_id)
    return {
        # Whoever made it or spoke here waits for words.
        "live": live if is_team or _has_spoken(thread, member_id) else None,
        "tapping": (
            {
                "product": product,
                "change": shown,
                "on_it": on_its_way([product.id]).get(product.id, ""),
            }
            if is_team
            else None
        ),
        "reach": reach_of(product, release_of_it, at=at) if is_team else None,
        "mentions": [
            (asked[one.topic_id], people.one(asked[one.topic_id].author_id))
            for one in named
            if one.topic_id in asked and one.topic_id not in shown.topic_ids
        ],
        "change": shown,
        "card": change_cards(product.slug, [shown])[0],
        "release": release_of_it,
        "zone": zone_of(product.id),
        "pains": pain_cards(points_of_changes([shown.id]).get(shown.id, [])),
        "topics": [
            (asked[one], people.credited(asked[one].author_id))
            for one in shown.topic_ids
            if one in asked
        ],
        "plan_items": plan.plan_items_by_id(
            [shown.plan_item_id] if shown.plan_item_id else [], today=at.date()
        ).values(),
        **_own_part(shown.id, member_id),
        "thanks": credit_queries.thanks_for([shown.id], n_first=N_NAMED, roles=BESIDE_MAKERS).get(
            shown.id, credit_queries.NOBODY
        ),
        "is_maker": member_id in shown.maker_ids,
        "thread": remark_cards(
            thread,
            viewer_id=member_id,
            here=change_href(product.slug, shown.id),
            marking_in=product.slug if is_team else "",
        ),
        "reply_to": next((one for one in thread if one.id == reply), None),
        "figures": _figures(shown),
        "repairs": [
            one for one in _repairs(shown.release_id, member_id) if one.change.id == shown.id
        ],
    }


def _own_part(change_id: int, member_id: int | None) -> dict[str, Any]:
    """What the reader did for a change, and the card that they show or may show for it."""
    own = credit_queries.own_credits_on([change_id], member_id).get(change_id)
    if own is None or member_id is None:
        return {"own": None}
    may_show = as_credited(member_of(member_id)) is not None
    token = card_tokens_of(member_id, [change_id]).get(change_id, "") if may_show else ""
    return {"own": own, "may_show": may_show, "card_token": token}


def _has_spoken(thread: list[RemarkView], member_id: int | None) -> bool:
    every = (one for top in thread for one in (top, *top.replies))
    return member_id is not None and any(one.author_id == member_id for one in every)


def _figures(shown: ChangeView) -> ChangeFigures | None:
    """What its own release's report said of it; nothing before the close, nothing of too few."""
    tally = reports.tally_of(shown.release_id)
    if tally is None or not tally.figures.is_enough:
        return None
    return next((one for one in tally.figures.changes if one.change_id == shown.id), None)


urlpatterns = [
    path("p/<slug:slug>/releases/", release_list, name="releases"),
    path("p/<slug:slug>/releases/<str:version>/", release, name="release"),
    path("p/<slug:slug>/changes/<int:change_id>/", change, name="change"),
]
