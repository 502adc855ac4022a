"""What the reports of a release say, and the same as files; before the close only the turnout."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from canyu.awards import queries as awards
from canyu.journal import clock
from canyu.journal.errors import NotFound, gettext_noop
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ReleaseView
from canyu.reports import queries as reports
from canyu.reports.queries import TallyView
from canyu.reports.rules import ENOUGH
from canyu.web.award_cards import AwardCard, award_cards
from canyu.web.charts import Chance, chance_in_words
from canyu.web.frame import Reader, shared_page
from canyu.web.request import load_product, member_id_of
from canyu.web.result_files import COLUMNS, rows_of, to_csv, to_json
from canyu.web.results import MOST_RESULTS, compose
from canyu.web.shared import version_of_product
from canyu.web.templatetags.canyu_tags import in_language
from canyu.web.zone import zone_of


@require_safe
def results(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Show the results of one release; while its report is not counted, when that will be."""
    product = load_product(request, slug)
    release = releases.release_of(product.id, version)
    tally = reports.tally_of(release.id)
    if tally is None:
        return _not_closed(request, product, release, status=404)
    return _show(request, product, release, tally)


@require_safe
def latest_results(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the results that came last, or say that there are none yet."""
    product = load_product(request, slug)
    tally = reports.latest_tally(product.id)
    if tally is None:
        window = reports.current_window(product.id)
        release = releases.release_by_id(window.release_id) if window else None
        return _not_closed(request, product, release, status=200)
    return _show(request, product, releases.release_by_id(tally.release_id), tally)


@require_safe
def results_csv(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Hand out the counts and figures of a closed report as a table."""
    product, release, tally = _closed(request, slug, version)
    text = to_csv(_rows(product, release, tally))
    return _as_file(
        HttpResponse(text, content_type="text/csv; charset=utf-8"), product, release, "csv"
    )


@require_safe
def results_json(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Hand out the counts and figures of a closed report for programs."""
    product, release, tally = _closed(request, slug, version)
    items = plan.plan_items_by_id(
        [one.item_id for one in tally.figures.wanted], today=clock.now().date()
    )
    told = to_json(
        product,
        release,
        tally,
        awards.award_of(release.id),
        items,
        _rows(product, release, tally),
    )
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    return _as_file(answer, product, release, "json")


def _closed(
    request: HttpRequest, slug: str, version: str
) -> tuple[ProductView, ReleaseView, TallyView]:
    product = load_product(request, slug)
    release = releases.release_of(product.id, version)
    tally = reports.tally_of(release.id)
    if tally is None:
        window = reports.window_of(release.id)
        if window is not None and window.is_being_counted:
            raise NotFound(
                gettext_noop(
                    "The report is closed and being counted; the results come in a moment."
                )
            )
        raise NotFound(
            gettext_noop(
                "There are no results of this release to download: they come when its report "
                "closes. Its page says when that is."
            )
        )
    return product, release, tally


def _rows(product: ProductView, release: ReleaseView, tally: TallyView) -> list[dict[str, Any]]:
    changes = releases.changes_by_id(one.change_id for one in tally.figures.changes)
    return rows_of(product, release, tally, changes, reports.judged_keys(release.id))


def _as_file(
    answer: HttpResponse, product: ProductView, release: ReleaseView, ending: str
) -> HttpResponse:
    name = f"{product.slug}-{release.version}-results.{ending}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def _show(
    request: HttpRequest, product: ProductView, release: ReleaseView, tally: TallyView
) -> HttpResponse:
    viewer_id = member_id_of(request)
    if products.is_team(product.id, viewer_id):
        # Makers see repairs that are not answered yet, owners what they have to certify.
        context = _context(product, release, tally, viewer_id=viewer_id)
        return render(request, "web/results/results.html", context)
    return shared_page(
        Reader(request),
        place=(release.id,),
        version=version_of_product(product.id, at=clock.now(), with_talk=True),
        template="web/results/results.html",
        make=lambda: _context(product, release, tally, viewer_id=None),
    )


def _context(
    product: ProductView, release: ReleaseView, tally: TallyView, *, viewer_id: int | None
) -> dict[str, Any]:
    award = awards.award_of(release.id)
    card = award_cards(product, [award])[0] if award else None
    return {
        "product": product,
        "release": release,
        "tally": tally,
        "figures": tally.figures,
        "page": compose(product, release, tally, award, viewer_id=viewer_id),
        "award": award,
        "card": card,
        "chances": _chances(card) if card else [],
        "is_owner": products.is_owner(product.id, viewer_id),
        "enough": ENOUGH,
        "columns": COLUMNS.items(),
        "zone": zone_of(product.id),
        "others": _others(product, release),
    }


def _chances(card: AwardCard) -> list[tuple[str, Chance]]:
    """Each winner's title with the chance of being liked most."""
    titles = {change.id: in_language(change.text) for change in card.changes}
    chances = zip(card.award.change_ids, card.award.p_wins, strict=True)
    return [(titles[one], chance_in_words(chance)) for one, chance in chances if one in titles]


def _others(product: ProductView, release: ReleaseView | None) -> list[ReleaseView]:
    """The other releases with results, the last closed first."""
    ids = reports.tallied_release_ids(product.id, limit=MOST_RESULTS)
    found = releases.releases_by_id(ids)
    return [found[one] for one in ids if one in found and (release is None or one != release.id)]


def _not_closed(
    request: HttpRequest, product: ProductView, release: ReleaseView | None, *, status: int
) -> HttpResponse:
    context = {
        "release": release,
        "window": reports.window_of(release.id) if release else None,
        "zone": zone_of(product.id),
        "others": _others(product, release),
    }
    return render(request, "web/results/not_closed.html", context, status=status)


urlpatterns = [
    path("p/<slug:slug>/results/", latest_results, name="latest_results"),
    path("p/<slug:slug>/releases/<str:version>/results/", results, name="results"),
    path("p/<slug:slug>/releases/<str:version>/results.csv", results_csv, name="results_csv"),
    path("p/<slug:slug>/releases/<str:version>/results.json", results_json, name="results_json"),
]
