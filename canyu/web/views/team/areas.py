"""The parts of a product, and who works on them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canyu.journal import clock
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.products import queries as products
from canyu.products import services
from canyu.products.queries import AreaView, ProductView
from canyu.web.cards import People
from canyu.web.forms.people import Choice, faced_choices
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.forms.team import AreaForm, NewAreaForm
from canyu.web.forms.texts import initial_texts, texts_of
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import decides, team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def areas(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show the areas; a post adds one."""
    if request.method != "POST":
        return _show(request, product)
    form = NewAreaForm(request.POST)
    if not form.is_valid():
        return _show(request, product, new_form=form, status=status_of(form))
    try:
        services.add_area(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            slug=form.cleaned_data["slug"],
            name=texts_of(form.cleaned_data, "name"),
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, product, new_form=form, status=refuse(form, refusal))
    messages.success(request, _("The area is there. Say who works on it."))
    return SeeOther(reverse("areas", args=[product.slug]))


@require_POST
@team_page
def area_edit(request: HttpRequest, product: ProductView, area_id: int) -> HttpResponse:
    """Change the names of an area and who works on it."""
    area = next((one for one in products.areas_of(product.id) if one.id == area_id), None)
    if area is None:
        raise NotFound(gettext_noop("There is no such area."))
    form = _form(area, _team_choices(product), request.POST)
    if not form.is_valid():
        return _show(request, product, edited=(area_id, form), status=status_of(form))
    actor_id, said = signed_in_id_of(request), form.cleaned_data
    try:
        services.change_area(
            actor_id=actor_id, area_id=area_id, name=texts_of(said, "name"), at=clock.now()
        )
        services.put_makers_on_area(
            actor_id=actor_id,
            area_id=area_id,
            member_ids=[int(one) for one in said["makers"]],
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, product, edited=(area_id, form), status=refuse(form, refusal))
    messages.success(request, _("Saved."))
    return SeeOther(reverse("areas", args=[product.slug]))


def _team_choices(product: ProductView) -> list[Choice]:
    team = products.team_member_ids(product.id)
    return faced_choices(People(team).many(team))


def _form(area: AreaView, team: list[Choice], data: object = None) -> AreaForm:
    return AreaForm(
        data,
        makers=team,
        auto_id=f"id_area{area.id}_%s",
        initial={
            "makers": [str(one) for one in area.maker_ids],
            **initial_texts("name", area.name),
        },
    )


def _show(
    request: HttpRequest,
    product: ProductView,
    *,
    new_form: NewAreaForm | None = None,
    edited: tuple[int, AreaForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = products.areas_of(product.id)
    people = People(member_id for area in found for member_id in area.maker_ids)
    team = _team_choices(product)
    context = {
        "areas": [
            (
                area,
                people.many(area.maker_ids),
                edited[1] if edited and edited[0] == area.id else _form(area, team),
            )
            for area in found
        ],
        "new_form": new_form or NewAreaForm(),
        "decides": decides(product, request),
    }
    return render(request, "web/team/areas.html", context, status=status)


urlpatterns = [
    path("p/<slug:slug>/team/areas/", areas, name="areas"),
    path("p/<slug:slug>/team/areas/<int:area_id>/", area_edit, name="area_edit"),
]
