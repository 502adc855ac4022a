"""The product meeting: one page a week, on one sheet, and a box in which the plan is made."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from canyu.painpoints.queries.meeting import meeting_of
from canyu.plan.queries import PlanItemView
from canyu.products.queries import ProductView
from canyu.web.cards import People
from canyu.web.forms.posts import SeeOther
from canyu.web.pain_cards import pain_cards
from canyu.web.request import language_of, signed_in_id_of
from canyu.web.typed import number_in
from canyu.web.views.team.access import team_page


@dataclass(frozen=True)
class Promise:
    """What is due, by whom."""

    item: PlanItemView
    keeper: MemberView | None


@require_safe
@team_page
def meeting(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show what there is to decide this week."""
    found = meeting_of(product.id, viewer_id=signed_in_id_of(request), at=clock.now())
    context = {
        "week": found.week,
        "pains": pain_cards(found.by_voices),
        "rising": pain_cards(found.rising),
        "to_decide": found.to_decide,
        "n_suggested": found.n_suggested,
        "verified": pain_cards(found.verified),
        "due": _promises(found.due),
        "at_work": found.at_work,
        "cap": found.cap,
        "is_full": found.is_full,
        "noes": found.noes,
        "release": found.last.release,
        "wanted": found.last.wanted,
        "hurt": found.last.hurt,
    }
    return render(request, "web/pains/meeting.html", context)


def _promises(due: Sequence[PlanItemView]) -> list[Promise]:
    people = People(one.keeper_id for one in due)
    return [Promise(one, people.one(one.keeper_id)) for one in due]


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
