"""The four-cell report: the page that is filled, and what is said when it is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from canyu.journal import clock
from canyu.journal.errors import NotAllowed, NotFound, Refused
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.reports import queries as reports
from canyu.reports.queries import ReportPage, WindowView
from canyu.reports.services import submit_report
from canyu.web.forms.posts import SeeOther
from canyu.web.forms.unsent import keep_unsent, take_unsent
from canyu.web.frame import Reader, answer
from canyu.web.report_parts import Facts, Form, facts_of, form_page
from canyu.web.request import (
    load_product,
    require_member,
    signed_in_id_of,
    tell_product,
)
from canyu.web.shared import shared, version_of_product
from canyu.web.typed import Typed, number_in, read_typed, typed_of
from canyu.web.views.errors import sentence_of
from canyu.web.zone import zone_of


@dataclass(frozen=True)
class PickRow:
    """One change of the screen, with what was said of it."""

    change: ChangeView
    why_most: str
    why_least: str


@keep_unsent
@require_member
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Show a member their screen, or take their report; a refusal keeps every word."""
    member_id = signed_in_id_of(request)
    facts, stamp = _facts(request, slug, version)
    release = facts.release
    if request.method != "POST":
        return _show(request, facts, stamp)
    typed = read_typed(request.POST)
    try:
        submit_report(
            token=request.POST.get("token", ""),
            cells=typed.to_cells(),
            at=clock.now(),
            member_id=member_id,
            release_id=release.id,
            # A page that does not say what it showed knows nothing of what is stored.
            base_revision=number_in(request.POST.get("revision", "")) or 0,
        )
    except Refused as refusal:
        return _refused(request, facts, stamp, typed, refusal)
    return SeeOther(f"{reverse('report', args=[slug, version])}?thanks")


def _facts(request: HttpRequest, slug: str, version: str) -> tuple[Facts, str]:
    """What everybody shares of this page, and the version that it is of."""
    at = clock.now()
    # What products are called in addresses never changes, so that it needs no version.
    product_id = shared.get(("product id", slug), "", lambda: load_product(request, slug).id)
    stamp = version_of_product(product_id, at=at)
    facts = shared.get(
        ("report facts", product_id, version),
        stamp,
        lambda: facts_of(load_product(request, slug), version, at=at),
    )
    tell_product(request, facts.product)
    return facts, stamp


def _show(request: HttpRequest, facts: Facts, stamp: str) -> HttpResponse:
    member_id = signed_in_id_of(request)
    refusal = None
    page = None
    if facts.asked is not None:
        is_team = member_id in facts.team
        try:
            page = reports.own_page(facts.asked, member_id, is_team=is_team, at=clock.now())
        except (NotFound, NotAllowed) as problem:
            refusal = problem if isinstance(problem, NotAllowed) else None
    if page is None:
        window = reports.window_of(facts.release.id)
        return _not_open(request, facts.release, window, refusal=refusal)
    unsent = take_unsent(request)
    typed = typed_of(page.cells) if unsent is None else read_typed(unsent)
    if "thanks" in request.GET and page.revision > 0:
        return _thanks(request, facts, page, typed)
    return _form(request, facts, stamp, page, typed)


def _form(
    request: HttpRequest,
    facts: Facts,
    stamp: str,
    page: ReportPage,
    typed: Typed,
    *,
    problem: str = "",
) -> HttpResponse:
    reader = Reader(request)
    member_id = signed_in_id_of(request)
    reader.is_team = member_id in facts.team
    form = Form(
        member_id=member_id,
        page=page,
        typed=typed,
        is_team=reader.is_team,
        problem=problem,
        path=request.path,
        language=reader.language,
    )

    def make() -> HttpResponse:
        cut, values = form_page(facts, form, stamp)
        return HttpResponse(cut.fill({**reader.values(), **values}))

    return make() if problem else answer(reader, version=stamp, told=(form,), make=make)


def _refused(
    request: HttpRequest, facts: Facts, stamp: str, typed: Typed, refusal: Refused
) -> HttpResponse:
    release = facts.release
    try:
        page = reports.report_page_for(release.id, signed_in_id_of(request), at=clock.now())
    except (NotFound, NotAllowed):
        # There is no form to go back to any more; the words are theirs to take along.
        return _not_open(
            request, release, reports.window_of(release.id), typed=typed, refusal=refusal
        )
    response = _form(request, facts, stamp, page, typed, problem=sentence_of(refusal))
    response.status_code = refusal.status
    return response


def _thanks(request: HttpRequest, facts: Facts, page: ReportPage, typed: Typed) -> HttpResponse:
    rows = {one: facts.rows[one].change for one in page.shown if one in facts.rows}
    most, least = _picked(rows, typed.most, typed), _picked(rows, typed.least, typed)
    context: dict[str, Any] = {
        # What may be said under one's name, too, where the makers can answer it.
        "sayings": [
            *([("most", most.change)] if most and most.why_most else []),
            *([("least", least.change)] if least and least.why_least else []),
        ],
        "release": facts.release,
        "window": facts.asked,
        "n_reports": reports.n_filled(facts.release.id),
        "zone": facts.zone,
        "typed": typed,
        "most": most,
        "least": least,
        "wanted_row": next((row for row in facts.wanted if row.item.id == typed.wanted_item), None),
        "two_words": facts.is_two_words,
    }
    return render(request, "web/reports/thanks.html", context)


def _picked(rows: Mapping[int, ChangeView], one: int | None, typed: Typed) -> PickRow | None:
    if one is None or one not in rows:
        return None
    return PickRow(rows[one], typed.why_most.get(one, ""), typed.why_least.get(one, ""))


def _not_open(
    request: HttpRequest,
    release: ReleaseView,
    window: WindowView | None,
    *,
    typed: Typed | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    context = {
        "release": release,
        "window": window,
        "zone": zone_of(release.product_id),
        "words": typed.words if typed else (),
        "problem": sentence_of(refusal) if refusal else "",
    }
    status = refusal.status if refusal else 404
    return render(request, "web/reports/not_open.html", context, status=status)


urlpatterns = [
    path("p/<slug:slug>/releases/<str:version>/report/", report, name="report"),
]
