"""Bringing words from elsewhere: a paste or a table, looked at before anything is kept."""

import csv
from dataclasses import replace
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from canyu.channels import queries, services
from canyu.channels.queries import SheetView
from canyu.channels.sayings.chatlines import Chat, read_chat
from canyu.channels.sayings.moments import Calendar
from canyu.channels.sayings.records import SayingRecord
from canyu.channels.sayings.tables import MOST_BYTES, MOST_ROWS, Reading, rows_of
from canyu.channels.services import ReadRow
from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.products.queries import ProductView
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.forms.words import PasteForm, ReadingForm, SheetForm
from canyu.web.request import signed_in_id_of
from canyu.web.views.errors import sentence_of
from canyu.web.views.team.access import team_page
from canyu.web.zone import zone_of

SHOWN = 10
MOST_SHOWN_WRONG = 20


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def words_bring(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show the ways in; a post looks at what was pasted, and then keeps what is ticked."""
    if request.method != "POST":
        return _show_ways(request, product)
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _show_ways(request, product, paste=form, status=status_of(form))
    records, chat = _pasted(form, product)
    status = 200
    if request.POST.get("step") == "keep":
        ticked = set(request.POST.getlist("take"))
        chosen = [one for place, one in enumerate(records) if str(place) in ticked]
        try:
            brought = services.bring_words(
                actor_id=signed_in_id_of(request),
                product_id=product.id,
                records=chosen,
                way="paste",
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal)
        else:
            _tell(request, sum(one.is_new for one in brought), len(brought))
            return SeeOther(reverse("words", args=[product.slug]))
    context = {"form": form, "records": records, "chat": chat}
    return render(request, "web/words/look.html", context, status=status)


def _pasted(form: PasteForm, product: ProductView) -> tuple[list[SayingRecord], Chat]:
    said = form.cleaned_data
    calendar = Calendar(ZoneInfo(zone_of(product.id)), clock.now())
    chat = read_chat(said["text"], calendar, split=said["split"])
    whence = form.whence()
    return [
        SayingRecord(one.text, whence, who=one.who or said["who"], said_at=one.said_at)
        for one in chat.words
    ], chat


def _tell(request: HttpRequest, n_new: int, n: int) -> None:
    told = ngettext("%(n)s word waits below.", "%(n)s words wait below.", n_new) % {"n": n_new}
    if n > n_new:
        known = ngettext("%(n)s was known.", "%(n)s were known.", n - n_new) % {"n": n - n_new}
        told = f"{told} {known}"
    messages.success(request, told)


def _show_ways(
    request: HttpRequest,
    product: ProductView,
    *,
    paste: PasteForm | None = None,
    sheet: SheetForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "paste": paste or PasteForm(),
        "sheet": sheet or SheetForm(),
        "origins": queries.origins_of(product.id),
        "mail": services.address_of_product(product.slug),
    }
    return render(request, "web/words/bring.html", context, status=status)


@require_http_methods(["POST"])
@team_page
def words_sheet_new(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Keep a table, of which nothing is read yet."""
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_ways(request, product, sheet=form, status=status_of(form))
    file = form.cleaned_data["table"]
    try:
        sheet_id = services.keep_sheet(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            name=file.name or "",
            data=file.read(MOST_BYTES + 1),
            at=clock.now(),
        )
    except Refused as refusal:
        status = refuse(form, refusal, field="table")
        return _show_ways(request, product, sheet=form, status=status)
    return SeeOther(reverse("words_sheet", args=[product.slug, sheet_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def words_sheet(request: HttpRequest, product: ProductView, sheet_id: int) -> HttpResponse:
    """Show how a table would be read; a post reads it another way, or takes it."""
    sheet = queries.sheet_of(sheet_id, product_id=product.id)
    if sheet.is_taken:
        return _show_taken(request, sheet)
    form = _reading_form(request, sheet)
    if form.is_bound and not form.is_valid():
        return render(request, "web/words/sheet.html", {"sheet": sheet, "form": form}, status=400)
    reading = form.reading() if form.is_bound else sheet.reading
    if request.POST.get("step") == "take":
        try:
            services.take_sheet(
                actor_id=signed_in_id_of(request),
                product_id=product.id,
                sheet_id=sheet_id,
                reading=reading,
                zone=zone_of(product.id),
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal)
            context = {"sheet": sheet, "form": form, **_looked(product, sheet, reading)}
            return render(request, "web/words/sheet.html", context, status=status)
        return SeeOther(reverse("words_sheet", args=[product.slug, sheet_id]))
    context = {"sheet": sheet, "form": form, **_looked(product, sheet, reading)}
    return render(request, "web/words/sheet.html", context)


@require_safe
@team_page
def words_sheet_wrong(
    request: HttpRequest,  # noqa: ARG001 - as Django calls it
    product: ProductView,
    sheet_id: int,
) -> HttpResponse:
    """The rows that were left out, as a table: line and reason."""
    sheet = queries.sheet_of(sheet_id, product_id=product.id)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="left-out-{sheet_id}.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow(["line", "reason"])
    for line, why in _wrong(sheet):
        writer.writerow([line, why])
    return answer


def _reading_form(request: HttpRequest, sheet: SheetView) -> ReadingForm:
    asked = request.POST if request.method == "POST" else None
    reading = sheet.reading
    if asked is not None:
        # Whoever chooses another delimiter sees other columns.
        reading = replace(
            reading,
            encoding=asked.get("encoding", reading.encoding),
            delimiter=asked.get("delimiter", reading.delimiter),
        )
    return ReadingForm(
        asked, headings=_headings(sheet.data, reading), initial=ReadingForm.initial_of(reading)
    )


def _headings(data: bytes, reading: Reading) -> list[str]:
    try:
        first = next(rows_of(data, encoding=reading.encoding, delimiter=reading.delimiter), None)
    except (Refused, KeyError, LookupError):
        return []
    cells = first.cells if first else ()
    return [
        _("%(n)s: %(cell)s") % {"n": place, "cell": cell[:40]}
        for place, cell in enumerate(cells, 1)
    ]


def _looked(product: ProductView, sheet: SheetView, reading: Reading) -> dict[str, Any]:
    """The first rows as they would be taken, and all that could not be."""
    try:
        rows = list(
            islice(
                services.read_rows(sheet.data, reading, zone=zone_of(product.id), at=clock.now()),
                MOST_ROWS + 1,
            )
        )
    except Refused as refusal:
        return {"unread": sentence_of(refusal)}
    good = [row for row in rows if row.record is not None]
    wrong = [_told(row) for row in rows if row.problem is not None]
    return {
        "rows": good[:SHOWN],
        "n_good": len(good),
        "wrong": wrong[:MOST_SHOWN_WRONG],
        "n_wrong": len(wrong),
        "is_too_long": len(rows) > MOST_ROWS,
        "most_rows": MOST_ROWS,
    }


def _told(row: ReadRow) -> tuple[int, str]:
    return row.number, sentence_of(row.problem) if row.problem else ""


def _wrong(sheet: SheetView) -> list[tuple[int, str]]:
    return [(line, sentence_of(Refused(said, **values))) for line, said, values in sheet.problems]


def _show_taken(request: HttpRequest, sheet: SheetView) -> HttpResponse:
    context = {
        "sheet": sheet,
        "wrong": _wrong(sheet)[:MOST_SHOWN_WRONG],
        "n_read": sheet.n_new + sheet.n_known,
        "n_good": sheet.n_rows - sheet.n_wrong,
    }
    return render(request, "web/words/taken.html", context)


urlpatterns = [
    path("p/<slug:slug>/team/words/bring/", words_bring, name="words_bring"),
    path("p/<slug:slug>/team/words/tables/", words_sheet_new, name="words_sheet_new"),
    path("p/<slug:slug>/team/words/tables/<int:sheet_id>/", words_sheet, name="words_sheet"),
    path(
        "p/<slug:slug>/team/words/tables/<int:sheet_id>/left-out.csv",
        words_sheet_wrong,
        name="words_sheet_wrong",
    ),
]
