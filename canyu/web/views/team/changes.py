"""Writing one change of a draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canyu.journal import clock
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.plan.queries import open_items
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases import services
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.web.cards import People
from canyu.web.forms.drafts import ChangeForm
from canyu.web.forms.people import faced_choices, id_or_none, optional_choices
from canyu.web.forms.posts import SeeOther, refuse, sent, status_of
from canyu.web.forms.texts import initial_texts, texts_of
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import team_page
from canyu.web.views.team.drafts import freeze_of, release_here


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def change_new(request: HttpRequest, product: ProductView, release_id: int) -> HttpResponse:
    """Add a change to a draft."""
    return _edit(request, product, release_here(product, release_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def change_edit(
    request: HttpRequest, product: ProductView, release_id: int, change_id: int
) -> HttpResponse:
    """Change a change of a draft."""
    release = release_here(product, release_id)
    return _edit(request, product, release, change_here(release, change_id))


@require_POST
@team_page
def change_remove(
    request: HttpRequest, product: ProductView, release_id: int, change_id: int
) -> HttpResponse:
    """Take a change out of a draft."""
    change_here(release_here(product, release_id), change_id)
    services.remove_change(actor_id=signed_in_id_of(request), change_id=change_id, at=clock.now())
    messages.success(request, _("The change is taken out."))
    return SeeOther(reverse("draft", args=[product.slug, release_id]))


def change_here(release: ReleaseView, change_id: int) -> ChangeView:
    """Return a change of this release; raise `NotFound`."""
    change = releases.change_of(change_id, with_drafts=True)
    if change.release_id != release.id:
        raise NotFound(gettext_noop("There is no such change."))
    return change


def _edit(
    request: HttpRequest, product: ProductView, release: ReleaseView, change: ChangeView | None
) -> HttpResponse:
    form = _form(request, product, change)
    status = 200
    if form.is_bound and not form.is_looking:
        status = status_of(form)
        if form.is_valid():
            try:
                change_id = _put(request, release, change, form)
            except Refused as refusal:
                status = refuse(form, refusal)
            else:
                answer = _picture(request, form, change_id)
                if answer is None:
                    messages.success(request, _("The change is saved."))
                    return SeeOther(reverse("draft", args=[product.slug, release.id]))
                # The words are kept; only the picture was not taken.
                status, change = answer, releases.change_of(change_id, with_drafts=True)
    context = {
        "release": release,
        "change": change,
        "form": form,
        "action": _address(product, release, change),
        **freeze_of(request, product, release),
    }
    return render(request, "web/team/change.html", context, status=status)


def _address(product: ProductView, release: ReleaseView, change: ChangeView | None) -> str:
    if change is None:
        return reverse("change_new", args=[product.slug, release.id])
    return reverse("change_edit", args=[product.slug, release.id, change.id])


def _put(
    request: HttpRequest, release: ReleaseView, change: ChangeView | None, form: ChangeForm
) -> int:
    said = form.cleaned_data
    return services.put_change(
        actor_id=signed_in_id_of(request),
        release_id=release.id,
        change_id=change.id if change else None,
        kind=said["kind"],
        text=texts_of(said, "text"),
        detail=texts_of(said, "detail"),
        maker_ids=[int(one) for one in said["makers"]],
        area_id=id_or_none(said["area"]),
        plan_item_id=id_or_none(said["plan_item"]),
        topic_ids=form.topic_ids(),
        at=clock.now(),
    )


def _picture(request: HttpRequest, form: ChangeForm, change_id: int) -> int | None:
    """Take the picture or take it away; return the page's status if it was refused."""
    actor_id = signed_in_id_of(request)
    if form.cleaned_data["picture"]:
        try:
            services.put_change_picture(
                actor_id=actor_id,
                change_id=change_id,
                file=form.cleaned_data["picture"],
                at=clock.now(),
            )
        except Refused as refusal:
            return refuse(form, refusal, field="picture")
    elif form.cleaned_data.get("without_picture"):
        services.take_change_picture_away(actor_id=actor_id, change_id=change_id)
    return None


def _form(request: HttpRequest, product: ProductView, change: ChangeView | None) -> ChangeForm:
    team = products.team_member_ids(product.id)
    items = [(item.id, item.title) for item in open_items(product.id, today=clock.now().date())]
    initial: dict[str, Any] = {"makers": [str(signed_in_id_of(request))]}
    if change is not None:
        initial = {
            "kind": change.kind,
            "makers": [str(one) for one in change.maker_ids],
            "area": str(change.area_id or ""),
            "plan_item": str(change.plan_item_id or ""),
            "topics": [str(one) for one in change.topic_ids],
            **initial_texts("text", change.text),
            **initial_texts("detail", change.detail),
        }
    return ChangeForm(
        sent(request),
        request.FILES if request.method == "POST" else None,
        initial=initial,
        product_id=product.id,
        topic_ids=change.topic_ids if change else (),
        at=clock.now(),
        makers=faced_choices(People(team).many(team)),
        areas=optional_choices((one.id, one.name) for one in products.areas_of(product.id)),
        plan_items=optional_choices(items),
        has_picture=bool(change and change.picture),
    )


urlpatterns = [
    path(
        "p/<slug:slug>/team/releases/<int:release_id>/changes/new/", change_new, name="change_new"
    ),
    path(
        "p/<slug:slug>/team/releases/<int:release_id>/changes/<int:change_id>/",
        change_edit,
        name="change_edit",
    ),
    path(
        "p/<slug:slug>/team/releases/<int:release_id>/changes/<int:change_id>/out/",
        change_remove,
        name="change_remove",
    ),
]
