"""What a product is called, says of itself, and shows to whom."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.products.queries import ProductView
from canyu.products.services import change_product
from canyu.web.forms.posts import SeeOther, refuse, sent, status_of
from canyu.web.forms.team import ProductForm
from canyu.web.forms.texts import initial_texts, texts_of
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import decides, team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def product_settings(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show the settings; a post changes them."""
    form = ProductForm(
        sent(request),
        initial={
            "visibility": product.visibility,
            "language": product.language,
            **initial_texts("name", product.name),
            **initial_texts("about", product.about),
        },
    )
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
    context = {"form": form, "decides": decides(product, request)}
    return render(request, "web/team/settings.html", context, status=status)


urlpatterns = [path("p/<slug:slug>/team/product/", product_settings, name="product_settings")]
