"""Repairs: what hurt, what its makers do about it, and whether they did."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from canyu.journal import clock
from canyu.journal.errors import Invalid, NotAllowed, NotFound, Refused, gettext_noop
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView
from canyu.remarks import queries as remarks
from canyu.reports import queries as reports
from canyu.reports import services
from canyu.reports.queries import RepairView
from canyu.web.cards import People, change_href
from canyu.web.forms.posts import SeeOther, refuse, sent, status_of
from canyu.web.forms.repairs import RepairForm
from canyu.web.forms.texts import texts_of
from canyu.web.request import load_product, member_id_of, require_member, signed_in_id_of
from canyu.web.zone import zone_of

LONGEST_NUMBER = 18
MOST_WORDS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def repair(request: HttpRequest, slug: str, repair_id: int) -> HttpResponse:
    """Show a repair; its makers and the owners say here what is done."""
    if request.method == "POST":
        return _act(request, slug, repair_id)
    product = load_product(request, slug)
    found = _repair_of(request, product, repair_id)
    change = releases.change_of(found.change_id)
    people = People([*change.maker_ids, found.answered_by_id])
    makers = people.makers(change.maker_ids)
    author = people.one(found.answered_by_id)
    today = clock.now().date()
    context = {
        **_about(product, found, change),
        "makers": makers,
        "author": author if author not in makers else None,
        "n_days_late": (
            (today - found.due_on).days if found.due_on and found.is_late(today) else 0
        ),
        "may_answer": reports.may_answer_repair(repair_id, member_id_of(request)),
        "zone": zone_of(product.id),
    }
    return render(request, "web/repairs/repair.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def repair_answer(request: HttpRequest, slug: str, repair_id: int) -> HttpResponse:
    """Write the answer, or change its words later."""
    product = load_product(request, slug)
    found = _repair_of(request, product, repair_id)
    change = releases.change_of(found.change_id)
    if not reports.may_answer_repair(repair_id, member_id_of(request)):
        raise NotAllowed(
            gettext_noop("Nothing was changed: the makers of this change and the owners answer.")
        )
    form = RepairForm(sent(request), repair=found)
    status = status_of(form)
    if form.is_valid():
        try:
            services.answer_repair(
                actor_id=signed_in_id_of(request),
                repair_id=repair_id,
                kind=form.cleaned_data["kind"],
                hurt=texts_of(form.cleaned_data, "hurt"),
                answer=texts_of(form.cleaned_data, "answer"),
                due_on=form.cleaned_data["due_on"],
                steps=form.steps(),
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal)
        else:
            messages.success(request, _("Your answer is there, for everybody to read."))
            return SeeOther(reverse("repair", args=[slug, repair_id]))
    context = {**_about(product, found, change), "form": form, "why": _why(change.id)}
    return render(request, "web/repairs/answer.html", context, status=status)


@require_member
def _act(request: HttpRequest, slug: str, repair_id: int) -> HttpResponse:
    product = load_product(request, slug)
    _repair_of(request, product, repair_id)
    actor_id, at = signed_in_id_of(request), clock.now()
    action = request.POST.get("action", "")
    if action == "done":
        services.finish_repair(actor_id=actor_id, repair_id=repair_id, at=at)
        messages.success(request, _("Said: everything that was promised is done."))
    elif action == "step":
        services.finish_step(
            actor_id=actor_id, repair_id=repair_id, step_id=_step_id(request), at=at
        )
        messages.success(request, _("Said: this step is done."))
    else:
        raise Invalid(gettext_noop("Nothing was changed: the button is unknown. Reload the page."))
    return SeeOther(reverse("repair", args=[slug, repair_id]))


def _step_id(request: HttpRequest) -> int:
    words = request.POST.get("step", "")
    if not (words.isascii() and words.isdigit() and len(words) < LONGEST_NUMBER):
        raise Invalid(gettext_noop("Nothing was changed: the step is unknown. Reload the page."))
    return int(words)


def _repair_of(request: HttpRequest, product: ProductView, repair_id: int) -> RepairView:
    found = reports.repair_of(repair_id, viewer_id=member_id_of(request))
    if found.product_id != product.id:
        raise NotFound(gettext_noop("There is no such repair, or it has not been answered yet."))
    return found


def _why(change_id: int) -> list[str]:
    """What people wrote on why they liked a change least, without names."""
    words = remarks.cell_words_on("change", [change_id], "why_worst", limit=MOST_WORDS)
    return list(dict.fromkeys(words.get(change_id, [])))


def _about(product: ProductView, found: RepairView, change: ChangeView) -> dict[str, Any]:
    return {
        "repair": found,
        "change": change,
        "change_url": change_href(product.slug, change.id),
        "release": releases.release_by_id(found.release_id),
    }


urlpatterns = [
    path("p/<slug:slug>/repairs/<int:repair_id>/", repair, name="repair"),
    path("p/<slug:slug>/repairs/<int:repair_id>/answer/", repair_answer, name="repair_answer"),
]
