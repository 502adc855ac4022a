"""Rings of a product: choosing one, leaving it, saying what one runs."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.products import queries as products
from canyu.products import services
from canyu.products.queries import ProductView
from canyu.web.forms import members as forms
from canyu.web.forms.people import choices_of
from canyu.web.forms.posts import SeeOther, refuse
from canyu.web.request import load_product, member_id_of, require_member, signed_in_id_of


@require_http_methods(["GET", "HEAD", "POST"])
def rings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the rings and why there are any; a post chooses one."""
    if request.method == "POST":
        return choose(request, slug)
    return _show(request, load_product(request, slug))


@require_member
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Go into a ring."""
    product = load_product(request, slug)
    member_id = signed_in_id_of(request)
    form = forms.RingForm(request.POST, rings=_choices(product, member_id))
    if not form.is_valid():
        return _show(request, product, status=400, ring_form=form)
    try:
        services.choose_ring(
            actor_id=member_id,
            product_id=product.id,
            ring_key=form.cleaned_data["ring"],
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, product, status=refuse(form, refusal), ring_form=form)
    messages.success(request, _("You are in this ring now. You can leave it at any time."))
    return SeeOther(reverse("rings", args=[slug]))


@require_POST
@require_member
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave the product's rings."""
    product = load_product(request, slug)
    services.leave_ring(actor_id=signed_in_id_of(request), product_id=product.id, at=clock.now())
    messages.success(request, _("You are out. Everything that you said and made stays yours."))
    return SeeOther(reverse("rings", args=[slug]))


@require_POST
@require_member
def device(request: HttpRequest, slug: str) -> HttpResponse:
    """Say on what one runs the product, and which version."""
    product = load_product(request, slug)
    form = forms.DeviceForm(request.POST)
    if not form.is_valid():
        return _show(request, product, status=400, device_form=form)
    try:
        services.state_device(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            at=clock.now(),
            **form.cleaned_data,
        )
    except Refused as refusal:
        return _show(request, product, status=refuse(form, refusal), device_form=form)
    messages.success(request, _("Noted. It helps the makers to see where something hurts."))
    return SeeOther(reverse("rings", args=[slug]))


def _choices(product: ProductView, member_id: int) -> list[tuple[str, object]]:
    return choices_of(
        (ring.key, ring.name) for ring in products.rings_open_to(product.id, member_id)
    )


def _show(
    request: HttpRequest,
    product: ProductView,
    *,
    status: int = 200,
    **known: Any,  # noqa: ANN401 - forms, as they were sent
) -> HttpResponse:
    member_id = member_id_of(request)
    mine = products.ring_of(product.id, member_id)
    context: dict[str, Any] = {"rings": products.rings_of(product.id), "mine": mine}
    if member_id is not None:
        open_rings = _choices(product, member_id)
        # Without a ring yet, the widest one is the harmless beginning.
        chosen = mine.key if mine else next((key for key, _n in reversed(open_rings)), "")
        context |= {
            "ring_form": forms.RingForm(rings=open_rings, initial={"ring": chosen}),
            "device_form": forms.DeviceForm(
                initial={"device": mine.device, "version": mine.version} if mine else None
            ),
        }
    return render(request, "web/members/rings.html", {**context, **known}, status=status)


urlpatterns = [
    path("p/<slug:slug>/join/", rings, name="rings"),
    path("p/<slug:slug>/join/leave/", leave, name="rings_leave"),
    path("p/<slug:slug>/join/device/", device, name="rings_device"),
]
