"""Certifying an award, and noting the small gift."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canyu.awards import queries as awards
from canyu.awards import services
from canyu.awards.queries import AwardView
from canyu.journal import clock
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.web.award_cards import award_cards
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.forms.team import AwardForm, GiftForm
from canyu.web.forms.texts import initial_texts, texts_of
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def award(request: HttpRequest, product: ProductView, award_id: int) -> HttpResponse:
    """Show what the rule found; a post certifies it, with citation and picture."""
    found = _award_of(product, award_id)
    if request.method != "POST":
        return _show(request, product, found)
    form = AwardForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, product, found, award_form=form, status=status_of(form))
    try:
        services.certify_award(
            actor_id=signed_in_id_of(request),
            award_id=award_id,
            citation=texts_of(form.cleaned_data, "citation"),
            picture=form.cleaned_data["picture"] or None,
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, product, found, award_form=form, status=refuse(form, refusal))
    messages.success(request, _("It hangs on the wall."))
    return SeeOther(reverse("award", args=[product.slug, award_id]))


@require_POST
@team_page
def award_gift(request: HttpRequest, product: ProductView, award_id: int) -> HttpResponse:
    """Note what small gift was given, and when."""
    found = _award_of(product, award_id)
    form = GiftForm(request.POST)
    if not form.is_valid():
        return _show(request, product, found, gift_form=form, status=status_of(form))
    try:
        services.record_gift(
            actor_id=signed_in_id_of(request), award_id=award_id, **form.cleaned_data
        )
    except Refused as refusal:
        return _show(request, product, found, gift_form=form, status=refuse(form, refusal))
    messages.success(request, _("Noted."))
    return SeeOther(reverse("award", args=[product.slug, award_id]))


def _award_of(product: ProductView, award_id: int) -> AwardView:
    found = awards.award_by_id(award_id)
    if found.product_id != product.id:
        raise NotFound(gettext_noop("There is no such award."))
    return found


def _show(
    request: HttpRequest,
    product: ProductView,
    found: AwardView,
    *,
    status: int = 200,
    **known: Any,  # noqa: ANN401 - forms, as they were sent
) -> HttpResponse:
    context = {
        "card": award_cards(product, [found])[0],
        "is_owner": products.is_owner(product.id, signed_in_id_of(request)),
        "award_form": AwardForm(initial=initial_texts("citation", found.citation)),
        "gift_form": GiftForm(initial={"gift": found.gift, "gift_on": found.gift_on}),
        **known,
    }
    return render(request, "web/team/award.html", context, status=status)


urlpatterns = [
    path("p/<slug:slug>/team/awards/<int:award_id>/", award, name="award"),
    path("p/<slug:slug>/team/awards/<int:award_id>/gift/", award_gift, name="award_gift"),
]
