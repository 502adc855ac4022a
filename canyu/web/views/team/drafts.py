"""Writing a release: begin it, change it, throw it away, pick what is judged."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canyu.journal import clock
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases import services
from canyu.releases.queries import ReleaseView
from canyu.releases.rules import MOST_JUDGED, is_frozen
from canyu.web.cards import change_cards
from canyu.web.forms.drafts import NotesForm, ReleaseForm
from canyu.web.forms.people import ids_in
from canyu.web.forms.posts import SeeOther, refuse, sent, status_of
from canyu.web.forms.texts import initial_texts, texts_of
from canyu.web.request import signed_in_id_of
from canyu.web.views.team.access import team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def draft_new(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Begin a release."""
    form = ReleaseForm(sent(request))
    status = status_of(form)
    if form.is_bound and form.is_valid():
        try:
            release_id = services.draft_release(
                actor_id=signed_in_id_of(request),
                product_id=product.id,
                version=form.cleaned_data["version"],
                notes=texts_of(form.cleaned_data, "notes"),
                is_hotfix=form.cleaned_data["is_hotfix"],
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal)
        else:
            return SeeOther(reverse("draft", args=[product.slug, release_id]))
    return render(request, "web/team/draft_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def draft(request: HttpRequest, product: ProductView, release_id: int) -> HttpResponse:
    """Show a draft with its changes; a post changes version, notes and kind."""
    release = release_here(product, release_id)
    if request.method != "POST":
        return _show(request, product, release)
    form = _form(release, request.POST)
    if not form.is_valid():
        return _show(request, product, release, form=form, status=400)
    said = form.cleaned_data
    try:
        services.change_release(
            actor_id=signed_in_id_of(request),
            release_id=release_id,
            version=said.get("version", release.version),
            notes=texts_of(said, "notes"),
            is_hotfix=said.get("is_hotfix", release.is_hotfix),
        )
    except Refused as refusal:
        return _show(request, product, release, form=form, status=refuse(form, refusal))
    messages.success(request, _("Saved."))
    return SeeOther(reverse("draft", args=[product.slug, release_id]))


@require_POST
@team_page
def draft_remove(request: HttpRequest, product: ProductView, release_id: int) -> HttpResponse:
    """Throw a draft away, if its version was typed: nothing brings it back."""
    release = release_here(product, release_id)
    if request.POST.get("version", "").strip() != release.version:
        wrong = _(
            "Nothing was thrown away: type the version, %(version)s, to say that you mean it."
        )
        return _show(
            request, product, release, remove_error=wrong % {"version": release.version}, status=400
        )
    services.remove_draft(actor_id=signed_in_id_of(request), release_id=release_id)
    messages.success(request, _("The draft is gone."))
    return SeeOther(reverse("team", args=[product.slug]))


@require_POST
@team_page
def draft_pick(request: HttpRequest, product: ProductView, release_id: int) -> HttpResponse:
    """Pick which changes stand on the report, where there are more than sixty."""
    release_here(product, release_id)
    picked = ids_in(" ".join(request.POST.getlist("picked")))
    services.pick_judged(
        actor_id=signed_in_id_of(request), release_id=release_id, change_ids=picked[:MOST_JUDGED]
    )
    if len(picked) > MOST_JUDGED:
        text = _("The first %(most)s of what you ticked are picked; more do not fit on a report.")
        messages.warning(request, text % {"most": MOST_JUDGED})
    else:
        messages.success(request, _("Picked."))
    return SeeOther(reverse("draft", args=[product.slug, release_id]))


def release_here(product: ProductView, release_id: int) -> ReleaseView:
    """Return a release of this product, draft or not; raise `NotFound`."""
    release = releases.release_by_id(release_id, with_drafts=True)
    if release.product_id != product.id:
        raise NotFound(gettext_noop("There is no such release."))
    return release


def freeze_of(request: HttpRequest, product: ProductView, release: ReleaseView) -> dict[str, Any]:
    """Return what pages say of the freeze: whether it is on, and whether it binds the reader."""
    now = clock.now()
    train = releases.train_of(product.id, at=now)
    frozen = (
        train is not None
        and not train.is_paused
        and not release.is_hotfix
        and not release.is_published
        and is_frozen(train.timetable, now)
    )
    owner = products.is_owner(product.id, signed_in_id_of(request))
    return {"train": train, "is_frozen": frozen, "may_change": owner or not frozen}


def _form(release: ReleaseView, data: Any = None) -> ReleaseForm | NotesForm:  # noqa: ANN401
    notes = initial_texts("notes", release.notes)
    if release.is_published:
        return NotesForm(data, initial=notes)
    said = {"version": release.version, "is_hotfix": release.is_hotfix, **notes}
    return ReleaseForm(data, initial=said)


def _show(
    request: HttpRequest,
    product: ProductView,
    release: ReleaseView,
    *,
    form: ReleaseForm | NotesForm | None = None,
    remove_error: str = "",
    status: int = 200,
) -> HttpResponse:
    cards = change_cards(product.slug, releases.changes_of([release.id]))
    context = {
        "release": release,
        "form": form or _form(release),
        "cards": cards,
        "must_pick": len(cards) > MOST_JUDGED,
        "most_judged": MOST_JUDGED,
        "remove_error": remove_error,
        **freeze_of(request, product, release),
    }
    return render(request, "web/team/draft.html", context, status=status)


urlpatterns = [
    path("p/<slug:slug>/team/releases/new/", draft_new, name="draft_new"),
    path("p/<slug:slug>/team/releases/<int:release_id>/", draft, name="draft"),
    path("p/<slug:slug>/team/releases/<int:release_id>/away/", draft_remove, name="draft_remove"),
    path("p/<slug:slug>/team/releases/<int:release_id>/pick/", draft_pick, name="draft_pick"),
]
