"""The public plan: what the team said it will do, and why not."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from canyu.journal import clock
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.members.queries import MemberView
from canyu.plan import queries as plan
from canyu.plan import services
from canyu.plan.queries import PlanItemView
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.topics.queries import TopicView, topics_by_id
from canyu.web.cards import People
from canyu.web.forms.people import choices_of
from canyu.web.forms.plan import PlanForm
from canyu.web.forms.posts import SeeOther, refuse, sent, status_of
from canyu.web.forms.texts import initial_texts, texts_of
from canyu.web.request import load_product, member_id_of, signed_in_id_of
from canyu.web.views.team.access import team_page

STATES = ("doing", "planned", "considered", "shipped", "declined")


@dataclass(frozen=True)
class PlanCard:
    """A plan item with its keeper and the topics that it comes from."""

    item: PlanItemView
    keeper: MemberView | None
    topics: tuple[TopicView, ...]
    n_days_late: int


@require_safe
def plan_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the whole plan by state."""
    product = load_product(request, slug)
    today = clock.now().date()
    cards = _cards(plan.plan_of(product.id, today=today), today)
    context = {
        "sections": [
            (state, [card for card in cards if card.item.state == state]) for state in STATES
        ],
        "is_empty": not cards,
        "is_team": products.is_team(product.id, member_id_of(request)),
    }
    return render(request, "web/plan/plan.html", context)


def _cards(items: list[PlanItemView], today: date) -> list[PlanCard]:
    people = People(item.keeper_id for item in items)
    found = topics_by_id((one for item in items for one in item.topic_ids), at=clock.now())
    return [
        PlanCard(
            item=item,
            keeper=people.one(item.keeper_id),
            topics=tuple(found[one] for one in item.topic_ids if one in found),
            n_days_late=(today - item.due_on).days if item.is_late and item.due_on else 0,
        )
        for item in items
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def plan_new(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Write a new item."""
    return _edit(request, product, None)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def plan_edit(request: HttpRequest, product: ProductView, item_id: int) -> HttpResponse:
    """Change an item."""
    item = plan.plan_item_of(item_id, today=clock.now().date())
    if item.product_id != product.id:
        raise NotFound(gettext_noop("There is no such plan item."))
    return _edit(request, product, item)


def _edit(request: HttpRequest, product: ProductView, item: PlanItemView | None) -> HttpResponse:
    form = _form(request, product, item)
    status = 200
    if form.is_bound and not form.is_looking:
        status = status_of(form)
        if form.is_valid():
            try:
                item_id = _put(request, product, item, form)
            except Refused as refusal:
                status = refuse(form, refusal)
            else:
                messages.success(request, _("The plan says so now, and those who asked are told."))
                return SeeOther(reverse("plan", args=[product.slug]) + f"#item-{item_id}")
    context = {"form": form, "item": item}
    return render(request, "web/plan/edit.html", context, status=status)


def _put(
    request: HttpRequest, product: ProductView, item: PlanItemView | None, form: PlanForm
) -> int:
    said = form.cleaned_data
    return services.put_plan_item(
        actor_id=signed_in_id_of(request),
        product_id=product.id,
        item_id=item.id if item else None,
        title=texts_of(said, "title"),
        words=texts_of(said, "words"),
        state=said["state"],
        reason=texts_of(said, "reason"),
        keeper_id=int(said["keeper"]),
        due_version=said["due_version"],
        due_on=said["due_on"],
        topic_ids=form.topic_ids(),
        at=clock.now(),
    )


def _form(request: HttpRequest, product: ProductView, item: PlanItemView | None) -> PlanForm:
    team = products.team_member_ids(product.id)
    initial: dict[str, Any] = {"keeper": signed_in_id_of(request)}
    if item is not None:
        initial = {
            "state": item.state,
            "keeper": item.keeper_id,
            "due_version": item.due_version,
            "due_on": item.due_on,
            "topics": [str(one) for one in item.topic_ids],
            **initial_texts("title", item.title),
            **initial_texts("words", item.words),
            **initial_texts("reason", item.reason),
        }
    return PlanForm(
        sent(request),
        initial=initial,
        product_id=product.id,
        topic_ids=item.topic_ids if item else (),
        at=clock.now(),
        team=choices_of((one.id, one.name) for one in People(team).many(team)),
    )


urlpatterns = [
    path("p/<slug:slug>/plan/", plan_page, name="plan"),
    path("p/<slug:slug>/team/plan/new/", plan_new, name="plan_new"),
    path("p/<slug:slug>/team/plan/<int:item_id>/", plan_edit, name="plan_edit"),
]
