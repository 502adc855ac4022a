"""Being told at once in a browser: turned on there by a press, off there or from anywhere."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canyu.channels import services
from canyu.channels.errors import BrowserRefused
from canyu.channels.push_rules import USUAL
from canyu.channels.pushing import public_key_of
from canyu.channels.queries import browsers_of
from canyu.journal import clock
from canyu.web.accounts import BROWSER
from canyu.web.forms.mail import FamiliesForm
from canyu.web.forms.posts import SeeOther
from canyu.web.request import language_of, require_member, signed_in_id_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def my_browser(request: HttpRequest) -> HttpResponse:
    """Show what this browser tells; a post of its script turns it on, or says why not."""
    if request.method == "POST":
        return _turn_on(request)
    browsers = browsers_of(signed_in_id_of(request))
    here = next((one for one in browsers if one.id == request.session.get(BROWSER)), None)
    context = {
        "browsers": browsers,
        "here": here,
        "form": FamiliesForm(initial={"families": here.families if here else USUAL}),
        "public_key": public_key_of(settings.SECRET_KEY),
        # In the town anybody is anybody: nothing is sent to browsers from there.
        "is_on": not settings.CANYU_DEMO,
    }
    return render(request, "web/members/browser.html", context)


def _turn_on(request: HttpRequest) -> HttpResponse:
    said = request.POST
    try:
        browser_id = services.tell_browser(
            actor_id=signed_in_id_of(request),
            endpoint=said.get("endpoint", ""),
            public_key=said.get("public_key", ""),
            auth=said.get("auth", ""),
            families=said.getlist("families"),
            language=language_of(request),
            zone=said.get("zone", ""),
            at=clock.now(),
        )
    except BrowserRefused as refusal:
        return JsonResponse({"detail": str(refusal)}, status=refusal.status)
    # Signing out here takes it back.
    request.session[BROWSER] = browser_id
    messages.success(request, _("It is on in this browser."))
    return JsonResponse({"id": browser_id})


@require_POST
@require_member
def forget_browser(request: HttpRequest, browser_id: int) -> HttpResponse:
    """Turn it off in one of one's browsers."""
    services.forget_browser(
        actor_id=signed_in_id_of(request), browser_id=browser_id, at=clock.now()
    )
    messages.success(request, _("It is off there."))
    return SeeOther(reverse("my_browser"))


@require_safe
def push_worker(_request: HttpRequest) -> HttpResponse:
    """The script that a browser keeps to hear of notices; at the top, for all pages."""
    found = finders.find("web/push_worker.js")
    words = Path(str(found)).read_bytes()
    answer = HttpResponse(words, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


urlpatterns = [
    path("me/browser/", my_browser, name="my_browser"),
    path("me/browser/<int:browser_id>/forget/", forget_browser, name="forget_browser"),
    path("push-worker.js", push_worker, name="push_worker"),
]
