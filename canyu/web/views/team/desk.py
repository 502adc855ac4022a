"""The team's desk: what is being written, and what waits for whom."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from canyu.awards.queries import awards_to_certify
from canyu.journal import clock
from canyu.members.queries import MemberView
from canyu.plan.queries import PlanItemView, plan_of
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView
from canyu.releases.rules import is_frozen
from canyu.reports.queries import RepairView, repairs_owed_by
from canyu.topics.queries import topics_kept_by
from canyu.web.award_cards import award_cards
from canyu.web.cards import People
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import team_page
from canyu.web.views.topics import topic_cards

MOST_SHOWN = 50


@require_safe
@team_page
def desk(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show the drafts, the train, and everything that somebody of the team owes."""
    member_id = signed_in_id_of(request)
    now = clock.now()
    train = releases.train_of(product.id, at=now)
    context = {
        "drafts": releases.drafts_of(product.id),
        "train": train,
        "is_frozen": bool(train and not train.is_paused and is_frozen(train.timetable, now)),
        "missed": releases.missed_weeks_of(product.id, at=now),
        "to_certify": award_cards(product, awards_to_certify(product.id)),
        "is_owner": products.is_owner(product.id, member_id),
        "repairs": _repairs(repairs_owed_by(member_id, product.id), now.date()),
        "topics": topic_cards(topics_kept_by(member_id, product.id, at=now, limit=MOST_SHOWN)),
        "late": _late(plan_of(product.id, today=now.date())),
    }
    return render(request, "web/team/desk.html", context)


def _repairs(
    owed: list[RepairView], today: date
) -> list[tuple[RepairView, ChangeView | None, bool]]:
    changes = releases.changes_by_id(repair.change_id for repair in owed)
    return [(one, changes.get(one.change_id), one.is_late(today)) for one in owed]


def _late(items: list[PlanItemView]) -> list[tuple[PlanItemView, MemberView | None]]:
    late = [item for item in items if item.is_late]
    people = People(item.keeper_id for item in late)
    return [(item, people.one(item.keeper_id)) for item in late]


urlpatterns = [path("p/<slug:slug>/team/", desk, name="team")]
