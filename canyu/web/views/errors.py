"""Pages that say no: what was not done, why, and what to do next."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from canyu.journal.errors import Refused

MEBIBYTE = 1024 * 1024


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Return the page of a refusal, with its status."""
    return _page(request, refusal.status, sentence_of(refusal))


def sentence_of(refusal: Refused) -> str:
    """Return what a refusal says, in the language of the page."""
    sentence = _(refusal.message)
    if not refusal.params:
        return sentence
    try:
        return sentence % refusal.params
    except (KeyError, TypeError, ValueError):
        # A slip in a translation must not hide why something was refused.
        return str(refusal)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form that does not prove that it came from one of our pages."""
    sentence = _(
        "Nothing was changed: this form did not show that it came from this site, or it waited"
        " too long. Go back, load the page again and send it once more. Cookies must be allowed."
    )
    return _page(request, HTTPStatus.FORBIDDEN, sentence)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read, or is too big to be read."""
    if isinstance(exception, DisallowedHost):
        # The page would name an address on that host.
        return HttpResponse(
            "This address is not one of this site's own. Its owner can add it: CANYU_HOSTS.\n",
            status=HTTPStatus.BAD_REQUEST,
            content_type="text/plain; charset=utf-8",
        )
    if isinstance(exception, RequestDataTooBig):
        sentence = _(
            "Nothing was saved: what you sent is bigger than %(size)d MB. Make it shorter and send"
            " it again."
        ) % {"size": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEBIBYTE}
        return _page(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        sentence = _(
            "Nothing was saved: the form has more fields or files than are read at once. Send it"
            " in parts."
        )
        return _page(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    sentence = _(
        "Nothing was changed: what your browser sent could not be read. Load the page again and"
        " send it once more."
    )
    return _page(request, HTTPStatus.BAD_REQUEST, sentence)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer somebody who may not."""
    sentence = _("This is not yours to see or to do. If it should be, ask an owner.")
    return _page(request, HTTPStatus.FORBIDDEN, sentence)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer an address behind which there is nothing."""
    sentence = _("There is no page at this address. It may have moved, or a letter is missing.")
    return _page(request, HTTPStatus.NOT_FOUND, sentence)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer somebody who tries too often; the sign-in library asks for this page."""
    sentence = _("That was too many times in a short while. Wait a few minutes, then try again.")
    return _page(request, HTTPStatus.TOO_MANY_REQUESTS, sentence)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer a fault of ours, from a page that needs neither the database nor the person."""
    page = render_to_string("web/errors/500.html")
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _page(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    context = {
        "status": int(status),
        "title": _title_of(status),
        "sentence": sentence,
        "back": way_back(request),
        "may_sign_in": status == HTTPStatus.FORBIDDEN,
    }
    return render(request, "web/errors/refusal.html", context, status=status)


def _title_of(status: int) -> str:
    titles: dict[int, str] = {
        HTTPStatus.BAD_REQUEST: _("That could not be read"),
        HTTPStatus.FORBIDDEN: _("Not allowed"),
        HTTPStatus.NOT_FOUND: _("Not here"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("Too much at once"),
        HTTPStatus.TOO_MANY_REQUESTS: _("Too often"),
    }
    return titles.get(status, _("Not done"))


def way_back(request: HttpRequest) -> str:
    """Return the path of the page on this site from which the request came, "" if none did."""
    came_from = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    parts = urlsplit(came_from)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    # A page that refuses to be seen is no way back to itself.
    return "" if request.method == "GET" and path == request.get_full_path() else path
