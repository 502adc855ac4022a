"""The train: when releases leave, freeze and are judged."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import services
from canyu.releases.queries import missed_weeks_of, train_of
from canyu.releases.rules import Timetable
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.forms.team import TrainForm
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def train(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show the timetable; a post sets it."""
    if request.method != "POST":
        return _show(request, product)
    form = TrainForm(request.POST)
    if not form.is_valid():
        return _show(request, product, form=form, status=status_of(form))
    try:
        services.set_train(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            timetable=form.timetable(),
            at=clock.now(),
        )
    except Refused as refusal:
        return _show(request, product, form=form, status=refuse(form, refusal))
    messages.success(request, _("The train goes by this timetable now."))
    return SeeOther(reverse("train", args=[product.slug]))


@require_POST
@team_page
def train_pause(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Let no train leave until it is set again."""
    services.pause_train(actor_id=signed_in_id_of(request), product_id=product.id, at=clock.now())
    messages.success(request, _("No train leaves until you set the timetable again."))
    return SeeOther(reverse("train", args=[product.slug]))


def _show(
    request: HttpRequest, product: ProductView, *, form: TrainForm | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    found = train_of(product.id, at=now)
    context = {
        "train": found,
        "form": form or TrainForm(initial=asdict(found.timetable if found else Timetable())),
        "missed": missed_weeks_of(product.id, at=now),
        "is_owner": products.is_owner(product.id, signed_in_id_of(request)),
    }
    return render(request, "web/team/train.html", context, status=status)


urlpatterns = [
    path("p/<slug:slug>/team/train/", train, name="train"),
    path("p/<slug:slug>/team/train/pause/", train_pause, name="train_pause"),
]
