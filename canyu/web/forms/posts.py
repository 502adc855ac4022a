"""Answering a form that was sent: where to look next, or what was not taken."""

from django.forms import Form
from django.http import HttpRequest, HttpResponseRedirect, QueryDict

from canyu.journal.errors import Refused
from canyu.web.views.errors import sentence_of


class SeeOther(HttpResponseRedirect):
    """Done: look there. Reloading that page sends nothing again (RFC 9110, 15.4.4)."""

    status_code = 303


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form sent, None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def refuse(form: Form, refusal: Refused, *, field: str | None = None) -> int:
    """Say in the form what a service refused; return the status of the page."""
    form.add_error(field, sentence_of(refusal))
    return refusal.status


def status_of(form: Form) -> int:
    """Return the status of a page that shows this form: 400 where something in it is wrong."""
    return 400 if form.is_bound and not form.is_valid() else 200
