"""How many people have the product: a table that the product tells."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from canyu.journal import clock
from canyu.journal.errors import Refused, gettext_noop
from canyu.products import queries as products
from canyu.products import services
from canyu.products.errors import ExposureRefused
from canyu.products.exposure_table import read_exposure_csv
from canyu.products.queries import ProductView
from canyu.releases.queries import latest_release
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.forms.team import ExposureForm
from canyu.web.request import signed_in_id_of
from canyu.web.views.errors import sentence_of
from canyu.web.views.team.access import team_page

MOST_BYTES = 2 * 1024 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def exposure(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show what was told of a version; a post tells more, all of it or nothing."""
    if request.method != "POST":
        return _show(request, product, form=ExposureForm())
    form = ExposureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, product, form=form, status=status_of(form))
    try:
        n_rows = services.record_exposure(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            rows=read_exposure_csv(_text_of(form.cleaned_data["table"].read(MOST_BYTES + 1))),
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, product, form=form, refusal=refusal, status=refuse(form, refusal))
    text = ngettext("%(n)s line is recorded.", "%(n)s lines are recorded.", n_rows)
    messages.success(request, text % {"n": n_rows})
    return SeeOther(reverse("exposure", args=[product.slug]))


def _text_of(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise ExposureRefused(
            gettext_noop("Nothing was recorded: the table is larger than 2 MB. Send it in parts."),
            status=413,
        )
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        raise ExposureRefused(
            gettext_noop("Nothing was recorded: the table is not written in UTF-8.")
        ) from problem


def _show(
    request: HttpRequest,
    product: ProductView,
    *,
    form: ExposureForm,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    newest = latest_release(product.id, with_hotfixes=True)
    version = request.GET.get("version", newest.version if newest else "")
    problems = refusal.problems if isinstance(refusal, ExposureRefused) else ()
    context = {
        "form": form,
        "problems": [(one.line, sentence_of(one.refusal)) for one in problems],
        "version": version,
        "told": products.exposure_of(product.id, version),
        "rings": {ring.key: ring.name for ring in products.rings_of(product.id)},
    }
    return render(request, "web/team/exposure.html", context, status=status)


urlpatterns = [path("p/<slug:slug>/team/exposure/", exposure, name="exposure")]
