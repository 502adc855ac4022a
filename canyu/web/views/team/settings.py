"""What a product is called, says of itself, and shows to whom."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.products.queries import ProductView
from canyu.products.queries.work import hours_of
from canyu.products.services import change_product, set_hours
from canyu.web.forms.posts import SeeOther, refuse, sent, status_of
from canyu.web.forms.team import HoursForm, ProductForm
from canyu.web.forms.texts import initial_texts, texts_of
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import decides, team_page
from canyu.web.zone import zone_of


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def product_settings(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show the settings; a post changes them."""
    form = _form_of(product, sent(request))
    status = status_of(form)
    if form.is_bound and form.is_valid():
        try:
            change_product(
                actor_id=signed_in_id_of(request),
                product_id=product.id,
                name=texts_of(form.cleaned_data, "name"),
                about=texts_of(form.cleaned_data, "about"),
                visibility=form.cleaned_data["visibility"],
                language=form.cleaned_data["language"],
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return SeeOther(reverse("product_settings", args=[product.slug]))
    return _show(request, product, form=form, status=status)


@require_POST
@team_page
def product_hours(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Say when the team answers."""
    form = HoursForm(request.POST)
    status = status_of(form)
    if form.is_valid():
        try:
            set_hours(
                actor_id=signed_in_id_of(request),
                product_id=product.id,
                weekdays=[int(one) for one in form.cleaned_data["weekdays"]],
                opens_at=form.cleaned_data["opens_at"],
                closes_at=form.cleaned_data["closes_at"],
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal)
        else:
            messages.success(request, _("Saved. What waits is due by these hours now."))
            return SeeOther(reverse("product_settings", args=[product.slug]))
    return _show(request, product, hours=form, status=status)


def _show(
    request: HttpRequest,
    product: ProductView,
    *,
    form: ProductForm | None = None,
    hours: HoursForm | None = None,
    status: int,
) -> HttpResponse:
    told = hours_of(product.id)
    context = {
        "form": form or _form_of(product),
        "hours": hours
        or HoursForm(
            initial={
                "weekdays": [str(one) for one in told.weekdays],
                "opens_at": told.opens_at,
                "closes_at": told.closes_at,
            }
        ),
        "own_zone": zone_of(product.id),
        "decides": decides(product, request),
    }
    return render(request, "web/team/settings.html", context, status=status)


def _form_of(product: ProductView, data: QueryDict | None = None) -> ProductForm:
    return ProductForm(
        data,
        initial={
            "visibility": product.visibility,
            "language": product.language,
            **initial_texts("name", product.name),
            **initial_texts("about", product.about),
        },
    )


urlpatterns = [
    path("p/<slug:slug>/team/product/", product_settings, name="product_settings"),
    path("p/<slug:slug>/team/product/hours/", product_hours, name="product_hours"),
]
