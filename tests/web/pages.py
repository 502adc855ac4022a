"""Pages that only tests have: they refuse, break, and tell what the frame was given."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from canyu.config import urls as real
from canyu.journal.errors import Invalid, NotAllowed, NotFound, Refused, gettext_noop
from canyu.web.request import language_of, load_product, require_member, signed_in_id_of

handler400 = real.handler400
handler403 = real.handler403
handler404 = real.handler404
handler429 = real.handler429
handler500 = real.handler500

REFUSALS = {
    "refused": Refused(gettext_noop("%(thing)s was not done."), thing="<It>"),
    "allowed": NotAllowed(gettext_noop("This is not yours to do.")),
    "found": NotFound(gettext_noop("There is no such member.")),
    "invalid": Invalid(gettext_noop("That was not a number.")),
    "broken": Refused("%(missing)s"),
}


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    raise REFUSALS[kind]


def break_down(request: HttpRequest) -> HttpResponse:
    msg = "a fault of ours"
    raise ZeroDivisionError(msg)


def deny(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{len(request.POST)} {language_of(request)}")


def blank(request: HttpRequest) -> HttpResponse:
    return render(request, "web/base.html")


@require_member
def mine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"member {signed_in_id_of(request)}")


def product_page(request: HttpRequest, slug: str, version: str = "") -> HttpResponse:
    load_product(request, slug)
    return render(request, "web/base.html")


urlpatterns = [
    *real.urlpatterns,
    path("", blank, name="home"),
    path("test/p/<str:slug>/", product_page, name="product"),
    path("test/p/<str:slug>/releases/", product_page, name="releases"),
    path("test/p/<str:slug>/releases/<str:version>/", product_page),
    path("test/p/<str:slug>/team/", product_page, name="team"),
    path("test/notices/", blank, name="notices"),
    path("test/refuse/<str:kind>/", refuse),
    path("test/break/", break_down),
    path("test/deny/", deny),
    path("test/echo/", echo),
    path("test/echo-exempt/", csrf_exempt(echo)),
    path("test/blank/", blank),
    path("test/mine/", mine),
]
