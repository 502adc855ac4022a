"""Addresses to which a product's facts are sent, and what became of each."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canyu.channels import queries, services
from canyu.journal import clock
from canyu.journal.errors import Invalid, NotAllowed, Refused, gettext_noop
from canyu.products.queries import ProductView
from canyu.web.forms.posts import SeeOther, refuse
from canyu.web.forms.webhooks import KINDS, CareForm, WebhookForm
from canyu.web.request import signed_in_id_of
from canyu.web.typed import number_in
from canyu.web.views.team.access import decides, team_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def webhooks(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show where facts are sent; a post adds an address and shows its secret, this once."""
    _check_decides(request, product)
    if request.method != "POST":
        return _show_list(request, product, WebhookForm())
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _show_list(request, product, form, status=400)
    try:
        webhook_id, secret = services.add_webhook(
            actor_id=signed_in_id_of(request),
            product_id=product.id,
            address=form.cleaned_data["address"].strip(),
            kinds=form.cleaned_data["kinds"],
            inside=settings.CANYU_WEBHOOKS_INSIDE,
            at=clock.now(),
        )
    except Refused as refusal:
        return _show_list(request, product, form, status=refuse(form, refusal))
    return _show_webhook(request, product, webhook_id, secret=secret)


@never_cache
@require_safe
@team_page
def webhook(request: HttpRequest, product: ProductView, webhook_id: int) -> HttpResponse:
    """Show one address: what is sent, and the log."""
    _check_decides(request, product)
    return _show_webhook(request, product, webhook_id)


@never_cache
@require_POST
@team_page
def webhook_act(request: HttpRequest, product: ProductView, webhook_id: int) -> HttpResponse:
    """Change, pause, test or take away an address, renew its secret, or send something again."""
    _check_decides(request, product)
    queries.webhook_of(webhook_id, product_id=product.id)
    act, actor_id, at = request.POST.get("act", ""), signed_in_id_of(request), clock.now()
    if act == "secret":
        secret = services.renew_secret(actor_id=actor_id, webhook_id=webhook_id, at=at)
        return _show_webhook(request, product, webhook_id, secret=secret)
    done = _ACTS.get(act)
    if done is None:
        raise Invalid(gettext_noop("Nothing was done: this page does not know how."))
    messages.success(request, done(request, actor_id, webhook_id, at))
    where = "webhooks" if act == "remove" else "webhook"
    args = [product.slug] if act == "remove" else [product.slug, webhook_id]
    return SeeOther(reverse(where, args=args))


def _change(request: HttpRequest, actor_id: int, webhook_id: int, at: datetime) -> str:
    services.change_webhook(
        actor_id=actor_id,
        webhook_id=webhook_id,
        kinds=request.POST.getlist("kinds"),
        is_on="paused" not in request.POST,
        at=at,
    )
    return _("Saved.")


def _test(_request: HttpRequest, actor_id: int, webhook_id: int, at: datetime) -> str:
    services.try_webhook(actor_id=actor_id, webhook_id=webhook_id, at=at)
    return _("A test is on its way. Load this page again to see what came back.")


def _again(request: HttpRequest, actor_id: int, webhook_id: int, at: datetime) -> str:
    sending_id = number_in(request.POST.get("sending", "")) or 0
    services.send_again(actor_id=actor_id, webhook_id=webhook_id, sending_id=sending_id, at=at)
    return _("It is sent again, under the same id.")


def _remove(_request: HttpRequest, actor_id: int, webhook_id: int, at: datetime) -> str:
    services.remove_webhook(actor_id=actor_id, webhook_id=webhook_id, at=at)
    return _("Nothing is sent there any more.")


_ACTS: dict[str, Callable[[HttpRequest, int, int, datetime], str]] = {
    "change": _change,
    "test": _test,
    "again": _again,
    "remove": _remove,
}


def _check_decides(request: HttpRequest, product: ProductView) -> None:
    if not decides(product, request):
        raise NotAllowed(gettext_noop("This page is for the owners of this product."))


def _show_list(
    request: HttpRequest, product: ProductView, form: WebhookForm, *, status: int = 200
) -> HttpResponse:
    context = {"webhooks": queries.webhooks_of(product.id), "form": form}
    return render(request, "web/team/webhooks.html", context, status=status)


def _show_webhook(
    request: HttpRequest, product: ProductView, webhook_id: int, *, secret: str = ""
) -> HttpResponse:
    found = queries.webhook_of(webhook_id, product_id=product.id)
    names = dict(KINDS)
    sendings = queries.sendings_of(webhook_id)
    context = {
        "webhook": found,
        "secret": secret,
        "form": CareForm(initial={"kinds": found.kinds, "paused": found.state != "on"}),
        "log": [(one, names.get(one.kind, _("a test"))) for one in sendings],
    }
    return render(request, "web/team/webhook.html", context)


HERE = "p/<slug:slug>/team/webhooks/"
urlpatterns = [
    path(HERE, webhooks, name="webhooks"),
    path(f"{HERE}<int:webhook_id>/", webhook, name="webhook"),
    path(f"{HERE}<int:webhook_id>/do/", webhook_act, name="webhook_act"),
]
