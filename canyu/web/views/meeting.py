"""The product meeting: one page a week, on one sheet, and a box in which the plan is made."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canyu.journal import clock
from canyu.journal.errors import Invalid, gettext_noop
from canyu.members.queries import MemberView
from canyu.painpoints import services
from canyu.painpoints.queries import pains as queries
from canyu.painpoints.queries.pains import PointView
from canyu.painpoints.rules import monday_of
from canyu.plan import queries as plan
from canyu.plan.queries import PlanItemView
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.reports import queries as reports
from canyu.reports.queries import RepairView
from canyu.web.cards import People
from canyu.web.forms.posts import SeeOther
from canyu.web.pain_cards import PainCard, pain_cards
from canyu.web.request import language_of, signed_in_id_of
from canyu.web.typed import number_in
from canyu.web.views.team.access import team_page

OPEN = {"noticed", "digging", "planned", "back"}
TO_DECIDE = {"noticed", "digging", "back"}
N_PAINS = 6
N_RISING = 4
N_WANTED = 5
N_HURT = 3
N_NOES = 6
SOON = timedelta(days=14)
STATES = ("planned", "doing", "considered", "declined")


@dataclass(frozen=True)
class Hurt:
    """A change of the last release that was liked least, and what is done about it."""

    change: ChangeView
    n_worst: int
    n_shown: int
    repair: RepairView | None


@dataclass(frozen=True)
class Promise:
    """What is due, by whom."""

    item: PlanItemView
    keeper: MemberView | None


@dataclass(frozen=True)
class No:
    """What was said no to, and why."""

    name: Any
    reason: Any
    on: date | None


@require_safe
@team_page
def meeting(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show what there is to decide this week."""
    at = clock.now()
    points = queries.points_of(product.id)
    items = plan.plan_of(product.id, today=at.date())
    at_work = [one for one in items if one.state == "doing"]
    # What was said no to stands among the noes; it would be decided again and again.
    noes = {one.id for one in items if one.state == "declined"}
    points = [one for one in points if one.plan_item_id not in noes]
    by_voices = [one for one in points if one.state in OPEN]
    context = {
        "week": monday_of(at.date()),
        "pains": pain_cards(by_voices[:N_PAINS]),
        "rising": _rising(points),
        "to_decide": [one for one in by_voices if one.state in TO_DECIDE][:N_PAINS],
        "n_suggested": queries.n_suggested(product.id),
        "verified": _verified(points, at),
        "due": _due(items, at.date()),
        "at_work": at_work,
        "cap": services.cap_of(product.id),
        "is_full": len(at_work) >= services.cap_of(product.id),
        "noes": _noes(items, product),
        **_last_release(product, signed_in_id_of(request), items),
    }
    return render(request, "web/pains/meeting.html", context)


def _rising(points: list[PointView]) -> list[PainCard]:
    rising = [one for one in points if one.rise > 0]
    return pain_cards(sorted(rising, key=lambda one: (-one.rise, one.id))[:N_RISING])


def _verified(points: list[PointView], at: datetime) -> list[PainCard]:
    """What the asking says since the last releases, the latest first."""
    since = at - timedelta(weeks=12)
    told = [
        one
        for one in points
        if one.shipped_at is not None and one.shipped_at >= since and one.answer
    ]
    return pain_cards(sorted(told, key=lambda one: one.shipped_at or since, reverse=True)[:N_PAINS])


def _due(items: list[PlanItemView], today: date) -> list[Promise]:
    due = [
        one
        for one in items
        if one.state in {"planned", "doing"} and one.due_on and one.due_on <= today + SOON
    ]
    people = People(one.keeper_id for one in due)
    ordered = sorted(due, key=lambda one: (one.due_on or today, one.id))
    return [Promise(one, people.one(one.keeper_id)) for one in ordered]


def _noes(items: list[PlanItemView], product: ProductView) -> list[No]:
    declined = [
        No(one.title, one.reason, one.changed_at.date()) for one in items if one.state == "declined"
    ]
    dismissed = [
        No(one.name, one.reason, one.decided_at.date() if one.decided_at else None)
        for one in queries.points_of(product.id, standing="dismissed")
    ]
    found = [*declined, *dismissed]
    return sorted(found, key=lambda one: one.on or date.min, reverse=True)[:N_NOES]


def _last_release(
    product: ProductView, viewer_id: int, items: list[PlanItemView]
) -> dict[str, Any]:
    tally = reports.latest_tally(product.id)
    if tally is None:
        return {"release": None, "wanted": [], "hurt": []}
    figures = tally.figures
    by_id = {one.id: one for one in items}
    wanted = [
        (by_id[one.item_id], one.share.share) for one in figures.wanted if one.item_id in by_id
    ]
    release: ReleaseView = releases.release_by_id(tally.release_id)
    worst = sorted(figures.changes, key=lambda one: (-one.n_worst, one.change_id))[:N_HURT]
    changes = releases.changes_by_id(one.change_id for one in worst)
    repairs = {
        one.change_id: one
        for one in reports.repairs_of_release(tally.release_id, viewer_id=viewer_id)
    }
    hurt = [
        Hurt(changes[one.change_id], one.n_worst, one.n_shown, repairs.get(one.change_id))
        for one in worst
        if one.n_worst and one.change_id in changes
    ]
    ranked = sorted(wanted, key=lambda pair: (-pair[1], pair[0].id))
    return {"release": release, "wanted": ranked[:N_WANTED], "hurt": hurt}


@require_POST
@team_page
def meeting_decide(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Write into the plan what was decided on one pain point."""
    said = request.POST
    point_id = number_in(said.get("point", ""))
    if point_id is None:
        raise Invalid(gettext_noop("Nothing was done: nothing was chosen. Choose, then try again."))
    queries.point_of(point_id, product_id=product.id)
    language = language_of(request)
    reason = said.get("reason", "").strip()
    services.plan_point(
        actor_id=signed_in_id_of(request),
        point_id=point_id,
        state=said.get("state", ""),
        due_version=said.get("due_version", ""),
        reason={language: reason} if reason else None,
        at=clock.now(),
    )
    messages.success(request, _("The plan says so now, and those who asked are told."))
    return SeeOther(reverse("meeting", args=[product.slug]))


@require_POST
@team_page
def meeting_cap(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Say how much may be in work at once."""
    services.set_cap(
        actor_id=signed_in_id_of(request),
        product_id=product.id,
        most_at_once=number_in(request.POST.get("most", "")) or 0,
        at=clock.now(),
    )
    messages.success(request, _("Saved. Doing less at once finishes more."))
    return SeeOther(reverse("meeting", args=[product.slug]))


urlpatterns = [
    path("p/<slug:slug>/team/meeting/", meeting, name="meeting"),
    path("p/<slug:slug>/team/meeting/decide/", meeting_decide, name="meeting_decide"),
    path("p/<slug:slug>/team/meeting/cap/", meeting_cap, name="meeting_cap"),
]
