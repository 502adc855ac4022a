"""Who was ahead: for the team alone, with the evidence; and what the one who is invited says."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canyu.credits import services
from canyu.credits.foresight import FEWEST
from canyu.credits.queries import leads as queries
from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.web.forms.leads import InviteForm, PassForm
from canyu.web.forms.people import Choice, choices_of
from canyu.web.forms.posts import SeeOther, refuse
from canyu.web.lead_cards import LeadCard, lead_cards
from canyu.web.request import load_product, require_member, signed_in_id_of
from canyu.web.views.team.access import decides, team_page

Known = dict[int, InviteForm | PassForm]


@never_cache
@require_safe
@team_page
def leads(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show whom the team may want to invite, and what was decided about others."""
    return _show(request, product, {})


@require_POST
@team_page
def lead_act(request: HttpRequest, product: ProductView, lead_id: int) -> HttpResponse:
    """Invite somebody, or do not: now, or ever."""
    actor_id, now = signed_in_id_of(request), clock.now()
    queries.lead_of(lead_id, product_id=product.id)
    act = request.POST.get("act", "")
    form = _form(request, product, lead_id, act)
    if form is not None and not form.is_valid():
        return _show(request, product, {lead_id: form}, status=400)
    words = form.cleaned_data["words"] if form else ""
    try:
        if act == "invite" and form is not None:
            ring = form.cleaned_data["ring"]
            services.invite_lead(
                actor_id=actor_id, lead_id=lead_id, ring_key=ring, words=words, at=now
            )
            messages.success(request, _("They are told, with your words. They may say no."))
        else:
            services.pass_lead(
                actor_id=actor_id, lead_id=lead_id, standing=act, words=words, at=now
            )
            messages.success(request, _("Noted, and kept."))
    except Refused as refusal:
        form = form or PassForm({}, prefix=f"pass{lead_id}")
        return _show(request, product, {lead_id: form}, status=refuse(form, refusal))
    return SeeOther(reverse("leads", args=[product.slug]))


def _form(
    request: HttpRequest, product: ProductView, lead_id: int, act: str
) -> InviteForm | PassForm | None:
    if act == "invite":
        rings = _rings(request, product)
        return InviteForm(request.POST, rings=rings, prefix=f"invite{lead_id}")
    return PassForm(request.POST, prefix=f"pass{lead_id}") if act == "not_now" else None


def _rings(request: HttpRequest, product: ProductView) -> list[Choice]:
    """A talk for everybody of the team; the rings by invitation only for who decides on them."""
    rings: list[Choice] = [("", _("A talk with the team"))]
    if decides(product, request):
        closed = [one for one in products.rings_of(product.id) if one.joining == "invited"]
        rings += choices_of((one.key, one.name) for one in closed)
    return rings


def _show(
    request: HttpRequest, product: ProductView, known: Known, *, status: int = 200
) -> HttpResponse:
    cards = lead_cards(product, queries.leads_of(product.id))
    rings = _rings(request, product)
    names = {one.key: one.name for one in products.rings_of(product.id)}
    context = {
        "open": [(card, *_forms(card, rings, known)) for card in cards if _is_open(card)],
        "decided": [(card, names.get(card.lead.ring_key)) for card in cards if not _is_open(card)],
        "night": queries.night_of(product.id),
        "fewest": FEWEST,
    }
    return render(request, "web/team/leads.html", context, status=status)


def _is_open(card: LeadCard) -> bool:
    return card.lead.standing == "suggested"


def _forms(card: LeadCard, rings: list[Choice], known: Known) -> tuple[InviteForm, PassForm]:
    number = card.lead.id
    form = known.get(number)
    invite = InviteForm(rings=rings, prefix=f"invite{number}", initial={"ring": ""})
    passing = PassForm(prefix=f"pass{number}")
    return (
        form if isinstance(form, InviteForm) else invite,
        form if isinstance(form, PassForm) else passing,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def lead_invitation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show somebody why they are invited; a post is their yes or no."""
    product = load_product(request, slug)
    member_id = signed_in_id_of(request)
    found = queries.own_invitation(product.id, member_id)
    if request.method == "POST":
        services.answer_invitation(
            actor_id=member_id,
            product_id=product.id,
            answer=request.POST.get("answer", ""),
            at=clock.now(),
        )
        messages.success(request, _("Your answer is with the team. You can change it here."))
        return SeeOther(reverse("lead_invitation", args=[slug]))
    rings = {one.key: one.name for one in products.rings_of(product.id)}
    # What came of nothing is part of how sure the team is; it is no reason.
    reasons = replace(found, evidence=tuple(one for one in found.evidence if one.became))
    context: dict[str, Any] = {
        "card": lead_cards(product, [reasons])[0],
        "ring": rings.get(found.ring_key),
    }
    return render(request, "web/members/invited.html", context)


urlpatterns = [
    path("p/<slug:slug>/team/leads/", leads, name="leads"),
    path("p/<slug:slug>/team/leads/<int:lead_id>/", lead_act, name="lead_act"),
    path("p/<slug:slug>/invited/", lead_invitation, name="lead_invitation"),
]
