"""What one is mailed: choosing it, proving an address, and stopping it by one click."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from canyu.channels import services
from canyu.channels.errors import MailRefused
from canyu.channels.mail_links import read_confirm, read_stop
from canyu.channels.mail_rules import FAMILIES
from canyu.channels.queries import mail_of
from canyu.journal import clock
from canyu.journal.errors import gettext_noop
from canyu.web.forms.mail import AddressForm, MailForm, usual_zone
from canyu.web.forms.posts import SeeOther, refuse
from canyu.web.request import language_of, require_member, signed_in_id_of

require_form = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_form
@require_member
def my_mail(request: HttpRequest) -> HttpResponse:
    """Show what one is mailed; a post chooses it."""
    if request.method != "POST":
        return _show(request)
    form = MailForm(request.POST)
    if not form.is_valid():
        return _show(request, status=400, form=form)
    try:
        services.choose_mail(
            actor_id=signed_in_id_of(request),
            paces=form.paces(),
            language=form.cleaned_data["language"],
            zone=form.cleaned_data["zone"],
            at=clock.now(),
        )
    except MailRefused as refusal:
        return _show(request, status=refuse(form, refusal), form=form)
    messages.success(request, _("Saved."))
    return SeeOther(reverse("my_mail"))


@require_POST
@require_member
def my_mail_address(request: HttpRequest) -> HttpResponse:
    """Send a link to an address, or forget it."""
    member_id = signed_in_id_of(request)
    if request.POST.get("forget"):
        services.remove_address(actor_id=member_id, at=clock.now())
        messages.success(request, _("Your address is forgotten."))
        return SeeOther(reverse("my_mail"))
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show(request, status=400, address_form=form)
    if not settings.CANYU_MAIL_FROM:
        raise MailRefused(gettext_noop("Nothing was sent: here nothing is mailed yet."))
    try:
        services.name_address(
            actor_id=member_id,
            address=form.cleaned_data["address"],
            language=language_of(request),
            at=clock.now(),
        )
    except MailRefused as refusal:
        status = refuse(form, refusal, field="address")
        return _show(request, status=status, address_form=form)
    return SeeOther(reverse("my_mail"))


@never_cache
@require_form
@require_member
def mail_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, since programs that look at mails follow links too; a post proves it."""
    if request.method == "POST":
        services.confirm_address(actor_id=signed_in_id_of(request), token=token, at=clock.now())
        messages.success(request, _("This address is yours. What is new comes there."))
        return SeeOther(reverse("my_mail"))
    _member_id, address = read_confirm(token, at=clock.now())
    context = {
        "title": _("Is this your address?"),
        "words": address,
        "button": _("This is my address"),
    }
    return render(request, "web/members/mail_link.html", context)


# Programs of mail click for their people (RFC 8058): without a cookie, and without our form.
@csrf_exempt
@never_cache
@require_form
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop all mail by one click, signed in or not."""
    if request.method == "POST":
        services.stop_mail(token=token, at=clock.now())
        words = _("Nothing more is mailed to you. In the product you find everything as before.")
        return render(
            request, "web/members/mail_link.html", {"title": _("No more mail"), "words": words}
        )
    _member_id, address = read_stop(token)
    words = _("Nothing more would be mailed to %(address)s.") % {"address": address}
    context = {"title": _("No more mail?"), "words": words, "button": _("No more mail")}
    return render(request, "web/members/mail_link.html", context)


def _show(request: HttpRequest, *, status: int = 200, **forms: Any) -> HttpResponse:  # noqa: ANN401
    box = mail_of(signed_in_id_of(request))
    said = {
        **(box.paces if box else dict.fromkeys(FAMILIES, "day")),
        "language": box.language if box else language_of(request),
        "zone": box.zone if box else usual_zone(),
    }
    context = {
        "box": box,
        "is_on": bool(settings.CANYU_MAIL_FROM),
        "form": MailForm(initial=said),
        "address_form": AddressForm(),
        **forms,
    }
    return render(request, "web/members/mail.html", context, status=status)


urlpatterns = [
    path("me/mail/", my_mail, name="my_mail"),
    path("me/mail/address/", my_mail_address, name="my_mail_address"),
    path("me/mail/confirm/<str:token>/", mail_confirm, name="mail_confirm"),
    path("mail/stop/<str:token>/", mail_stop, name="mail_stop"),
]
