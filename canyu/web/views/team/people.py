"""The team's people, and the links that let others in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.members.queries import invitations_granting, member_by_handle
from canyu.products import queries as products
from canyu.products import services
from canyu.products.queries import ProductView
from canyu.web.cards import People
from canyu.web.forms import team as forms
from canyu.web.forms.people import choices_of
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import decides, team_page


@require_safe
@team_page
def people(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show who is in the team, and the links that are open."""
    return _show(request, product)


@require_POST
@team_page
def people_add(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Take somebody into the team, by handle."""
    form = forms.PersonForm(request.POST)
    if not form.is_valid():
        return _show(request, product, person_form=form, status=status_of(form))
    try:
        member = member_by_handle(form.cleaned_data["handle"])
        services.add_team_member(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            member_id=member.id,
            role=form.cleaned_data["role"],
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, product, person_form=form, status=refuse(form, refusal))
    messages.success(request, _("%(name)s is in the team now.") % {"name": member.name})
    return SeeOther(reverse("people", args=[product.slug]))


@require_POST
@team_page
def people_role(request: HttpRequest, product: ProductView, member_id: int) -> HttpResponse:
    """Give somebody of the team another role."""
    services.change_role(
        actor_id=signed_in_id_of(request),
        product_id=product.id,
        member_id=member_id,
        role=request.POST.get("role", ""),
        at=clock.now(),
    )
    messages.success(request, _("The role is changed."))
    return SeeOther(reverse("people", args=[product.slug]))


@require_POST
@team_page
def people_remove(request: HttpRequest, product: ProductView, member_id: int) -> HttpResponse:
    """End somebody's stay in the team, or one's own."""
    actor_id = signed_in_id_of(request)
    services.remove_team_member(
        actor_id=actor_id, product_id=product.id, member_id=member_id, at=clock.now()
    )
    messages.success(request, _("They are out of the team. What they made stays theirs."))
    is_self = actor_id == member_id and not decides(product, request)
    return SeeOther(reverse("product" if is_self else "people", args=[product.slug]))


@never_cache
@require_POST
@team_page
def people_invite(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Make a link that lets people in, and show it, this once."""
    form = forms.InvitationForm(request.POST, rings=_ring_choices(product))
    if not form.is_valid():
        return _show(request, product, invitation_form=form, status=status_of(form))
    said = form.cleaned_data
    try:
        token = services.invite(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            role=said["role"],
            ring_key=said["ring"],
            n_uses=said["n_uses"],
            valid_days=said["valid_days"],
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, product, invitation_form=form, status=refuse(form, refusal))
    link = request.build_absolute_uri(reverse("join", args=[token]))
    return _show(request, product, new_link=link, link_kind="join")


@require_POST
@team_page
def people_link_back(
    request: HttpRequest, product: ProductView, invitation_id: int
) -> HttpResponse:
    """Take a link back."""
    services.take_back_invitation(
        actor_id=signed_in_id_of(request),
        product_id=product.id,
        invitation_id=invitation_id,
        at=clock.now(),
    )
    messages.success(request, _("The link lets nobody in any more."))
    return SeeOther(reverse("people", args=[product.slug]))


@never_cache
@require_POST
@team_page
def people_recover(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Make a link by which somebody sets a new password, and show it, this once."""
    form = forms.RecoveryForm(request.POST)
    if not form.is_valid():
        return _show(request, product, recovery_form=form, status=status_of(form))
    try:
        member = member_by_handle(form.cleaned_data["handle"])
        token = services.make_recovery_link(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            member_id=member.id,
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, product, recovery_form=form, status=refuse(form, refusal))
    link = request.build_absolute_uri(reverse("recover", args=[token]))
    return _show(request, product, new_link=link, link_kind="recover", link_for=member)


def _ring_choices(product: ProductView) -> list[tuple[str, object]]:
    return choices_of((ring.key, ring.name) for ring in products.rings_of(product.id))


def _show(
    request: HttpRequest,
    product: ProductView,
    *,
    status: int = 200,
    **known: Any,  # noqa: ANN401 - forms, as they were sent, or a link that was just made
) -> HttpResponse:
    team = products.team_of(product.id)
    invitations = invitations_granting("product", product.slug, at=clock.now())
    found = People(
        [person.member_id for person in team] + [one.made_by_id or 0 for one in invitations]
    )
    rings = {ring.key: ring.name for ring in products.rings_of(product.id)}
    context = {
        "team": [(person, found.one(person.member_id)) for person in team],
        "invitations": [
            (one, found.one(one.made_by_id), rings.get(one.grant.get("ring", "")))
            for one in invitations
        ],
        "decides": decides(product, request),
        "person_form": forms.PersonForm(initial={"role": "maker"}),
        "invitation_form": forms.InvitationForm(
            rings=_ring_choices(product), initial={"n_uses": 1, "valid_days": 7}
        ),
        "recovery_form": forms.RecoveryForm(auto_id="id_recover_%s"),
        **known,
    }
    return render(request, "web/team/people.html", context, status=status)


urlpatterns = [
    path("p/<slug:slug>/team/people/", people, name="people"),
    path("p/<slug:slug>/team/people/add/", people_add, name="people_add"),
    path("p/<slug:slug>/team/people/invite/", people_invite, name="people_invite"),
    path("p/<slug:slug>/team/people/recover/", people_recover, name="people_recover"),
    path("p/<slug:slug>/team/people/<int:member_id>/role/", people_role, name="people_role"),
    path("p/<slug:slug>/team/people/<int:member_id>/out/", people_remove, name="people_remove"),
    path(
        "p/<slug:slug>/team/people/links/<int:invitation_id>/back/",
        people_link_back,
        name="people_link_back",
    ),
]
