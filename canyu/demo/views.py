"""The strip's buttons, and the page of the known truth."""

from contextlib import suppress
from datetime import datetime

from django.contrib import auth, messages
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from canyu.demo import queries
from canyu.demo.services import travel
from canyu.journal.errors import Invalid, NotFound, gettext_noop
from canyu.members import queries as members

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_POST
def travel_on(request: HttpRequest) -> HttpResponse:
    """Go on in the town's time, say what came true, and go back to the page of this week."""
    journey = travel(move=request.POST.get("to", ""), since=_moment(request.POST.get("since", "")))
    sentence = {
        "published": _("%(version)s is out."),
        "opened": _("The report of %(version)s is open."),
        "closed": _("The report of %(version)s is closed; its tally stands."),
        "late": _("Somebody has travelled further already: it is later in the town than you saw."),
    }.get(journey.found, _("Time has passed in the town."))
    messages.success(request, sentence % {"version": journey.version})
    return HttpResponseRedirect("/")


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    raise Invalid(
        gettext_noop(
            "The town did not move: the time that you came from cannot be read. Try again."
        )
    )


@require_POST
def look_around(request: HttpRequest) -> HttpResponse:
    """Become one of the faces of the strip, or nobody."""
    handle = request.POST.get("handle", "")
    if not handle:
        auth.logout(request)
        return HttpResponseRedirect("/")
    if handle not in queries.FACES:
        raise NotFound(gettext_noop("Nobody of that name lends their face to the demo."))
    member = members.member_by_handle(handle)
    account = ModelBackend().get_user(member.id)
    if account is None:
        raise NotFound(gettext_noop("Nobody of that name lends their face to the demo."))
    auth.login(request, account, backend=BACKEND)
    messages.success(request, _("You look around as %(name)s.") % {"name": member.name})
    return HttpResponseRedirect("/")


@require_GET
def truth(request: HttpRequest) -> HttpResponse:
    """Show the truth that the town's answers were drawn from beside what the tally found."""
    return render(request, "demo/truth.html", {"releases": queries.truths()})
