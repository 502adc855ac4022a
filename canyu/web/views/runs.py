"""Runs of scores, week after week: of an area, of a maker. Nobody is ranked."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from canyu.journal.errors import NotFound, gettext_noop
from canyu.members.queries import MemberView, as_credited, member_by_handle
from canyu.products import queries as products
from canyu.products.queries import AreaView, ProductView
from canyu.reports.queries import JudgedChange
from canyu.reports.rules import ENOUGH, FEWEST_TO_COMPARE
from canyu.web.cards import People
from canyu.web.request import load_product, member_id_of
from canyu.web.runs import Judged, area_lines, draw_run, judged_in, maker_lines
from canyu.web.zone import zone_of


@require_safe
def runs(request: HttpRequest, slug: str) -> HttpResponse:
    """Show of whom and what there are runs."""
    product = load_product(request, slug)
    judged = judged_in([product.id])
    context = {
        "areas": area_lines(product, judged),
        "makers": maker_lines(product, judged),
        "n_weeks": len({one.release_id for one in judged.told}),
    }
    return render(request, "web/runs/runs.html", context)


@require_safe
def run_of_area(request: HttpRequest, slug: str, area_slug: str) -> HttpResponse:
    """Show the run of an area's changes."""
    product = load_product(request, slug)
    area = next((one for one in products.areas_of(product.id) if one.slug == area_slug), None)
    if area is None:
        raise NotFound(gettext_noop("There is no such area."))
    judged = judged_in([product.id])
    chosen = judged.of_area(area.id)
    return _show(request, product, judged, chosen, area=area, extra=area.maker_ids)


@require_safe
def run_of_maker(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """Show the run of a maker's changes in one product.

    Who wishes to be named otherwise, or not, is the only one who sees theirs.
    """
    product = load_product(request, slug)
    maker = member_by_handle(handle)
    if maker.id != member_id_of(request) and as_credited(maker) != maker:
        raise NotFound(gettext_noop("There is no such page."))
    judged = judged_in([product.id])
    return _show(request, product, judged, judged.of_maker(maker.id, product.id), maker=maker)


def _show(
    request: HttpRequest,
    product: ProductView,
    judged: Judged,
    chosen: Sequence[JudgedChange],
    *,
    extra: Sequence[int] = (),
    **about: AreaView | MemberView,
) -> HttpResponse:
    makers = {maker for one in chosen for maker in judged.changes[one.change_id].maker_ids}
    people = People([*makers, *extra])
    context = {
        "run": draw_run(product.slug, judged, chosen, people),
        "makers": people.many(extra),
        "enough": ENOUGH,
        "fewest": FEWEST_TO_COMPARE,
        "zone": zone_of(product.id),
        **about,
    }
    return render(request, "web/runs/run.html", context)


urlpatterns = [
    path("p/<slug:slug>/runs/", runs, name="runs"),
    path("p/<slug:slug>/runs/areas/<slug:area_slug>/", run_of_area, name="run_of_area"),
    path("p/<slug:slug>/runs/makers/<str:handle>/", run_of_maker, name="run_of_maker"),
]
