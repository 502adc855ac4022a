"""Ending one's account: with one's name left where it stands, or taken away."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.members import services
from canyu.members.queries import member_of
from canyu.members.rules import fold_handle
from canyu.products.queries import products_owned_alone_by
from canyu.web.forms.members import LeavingForm
from canyu.web.forms.posts import SeeOther, refuse
from canyu.web.request import require_member, signed_in_id_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def leave(request: HttpRequest) -> HttpResponse:
    """Say what ending one's account does, and do it once one has typed who one is."""
    member_id = signed_in_id_of(request)
    alone = products_owned_alone_by(member_id)
    if request.method != "POST" or alone:
        return _show(request, LeavingForm(), alone=alone, status=409 if request.POST else 200)
    form = LeavingForm(request.POST)
    handle = member_of(member_id).handle
    if form.is_valid() and fold_handle(form.cleaned_data["handle"].lstrip("@")) != handle:
        form.add_error("handle", _("This is not your handle, so nothing was ended."))
    if not form.is_valid():
        return _show(request, form, status=400)
    is_away = form.cleaned_data["name"] == "away"
    end = services.forget_member if is_away else services.deactivate_member
    try:
        end(actor_id=member_id, member_id=member_id, at=clock.now())
    except Refused as refusal:
        return _show(request, form, status=refuse(form, refusal))
    logout(request)
    messages.success(request, _("Your account has ended. Thank you for having taken part."))
    return SeeOther(reverse("home"))


def _show(request: HttpRequest, form: LeavingForm, *, status: int, **known: object) -> HttpResponse:
    handle = member_of(signed_in_id_of(request)).handle
    context = {"form": form, "handle": handle, **known}
    return render(request, "web/members/leave.html", context, status=status)


urlpatterns = [path("me/leave/", leave, name="leave")]
