"""Who brought something about: the ledger of a change, notes with names, people of the past."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canyu.credits import queries, services
from canyu.credits.rules import MARKS, RULES, Who
from canyu.journal import clock
from canyu.journal.errors import NotAllowed, NotFound, Refused, gettext_noop
from canyu.members.queries import member_by_handle
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView
from canyu.remarks import queries as remarks
from canyu.topics import queries as topics
from canyu.web.brought import brought_page
from canyu.web.cards import change_href
from canyu.web.credit_parts import (
    Names,
    ledger_parts,
    notes_in_markdown,
    plain,
    read_key,
    traces_of,
    withdrawable,
)
from canyu.web.forms.credits import EnterForm, WithdrawForm
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.request import load_product, member_id_of, require_member, signed_in_id_of
from canyu.web.templatetags.canyu_tags import in_language
from canyu.web.typed import number_in
from canyu.web.zone import zone_of

MOST_SHOWN, MOST_CHOSEN = 40, 500


@require_http_methods(["GET", "HEAD", "POST"])
def change_credits(request: HttpRequest, slug: str, change_id: int) -> HttpResponse:
    """Show who is named for a change and why; an owner's post writes into it by hand."""
    product, change = _change_for(request, slug, change_id)
    if request.method == "POST":
        return _write_by_hand(request, product, change)
    return _show_ledger(request, product, change)


@require_member
def _write_by_hand(request: HttpRequest, product: ProductView, change: ChangeView) -> HttpResponse:
    if not products.is_owner(product.id, signed_in_id_of(request)):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only owners write into the credits by hand.")
        )
    is_withdrawn = "withdraw" in request.POST
    rows = queries.ledger_of(change.id, most=MOST_CHOSEN)
    form = (
        WithdrawForm(request.POST, rows=withdrawable(rows), prefix="less")
        if is_withdrawn
        else EnterForm(request.POST, prefix="more")
    )
    name = "withdraw_form" if is_withdrawn else "enter_form"
    if not form.is_valid():
        return _show_ledger(request, product, change, **{name: form})
    said = form.cleaned_data
    try:
        if is_withdrawn:
            who, role = read_key(said["row"])
            write = services.withdraw_credit
        else:
            who = Who(member_by_handle(said["handle"].lstrip("@ ")).id)
            role, write = said["role"], services.enter_credit
        write(
            actor_id=signed_in_id_of(request),
            change_id=change.id,
            who=who,
            role=role,
            why=said["why"],
            at=clock.now(),
        )
    except Refused as refusal:
        refuse(form, refusal)
        return _show_ledger(request, product, change, **{name: form})
    messages.success(request, _("It is written down, with your name and your reason."))
    return SeeOther(reverse("change_credits", args=[product.slug, change.id]))


def _show_ledger(
    request: HttpRequest,
    product: ProductView,
    change: ChangeView,
    *,
    enter_form: EnterForm | WithdrawForm | None = None,
    withdraw_form: EnterForm | WithdrawForm | None = None,
) -> HttpResponse:
    member_id = member_id_of(request)
    rows = queries.ledger_of(change.id, most=MOST_SHOWN)
    sent = enter_form or withdraw_form
    is_owner = products.is_owner(product.id, member_id)
    context = {
        "change": change,
        "here": change_href(product.slug, change.id),
        "zone": zone_of(product.id),
        "parts": ledger_parts(rows, at=clock.now()),
        "traces": traces_of(change.id, is_team=products.is_team(product.id, member_id)),
        "rules": [rule for rule in RULES if rule.role],
        "is_owner": is_owner,
    }
    if is_owner:
        every = queries.ledger_of(change.id, most=MOST_CHOSEN)
        context |= {
            "enter_form": enter_form or EnterForm(prefix="more"),
            "withdraw_form": withdraw_form or WithdrawForm(rows=withdrawable(every), prefix="less"),
        }
    status = status_of(sent) if sent is not None else 200
    return render(request, "web/releases/credits.html", context, status=status)


def _change_for(request: HttpRequest, slug: str, change_id: int) -> tuple[ProductView, ChangeView]:
    product = load_product(request, slug)
    change = releases.change_of(change_id)
    if change.product_id != product.id:
        raise NotFound(gettext_noop("There is no such change."))
    return product, change


@require_POST
@require_member
def remark_mark(request: HttpRequest, slug: str, remark_id: int) -> HttpResponse:
    """Say with one tap what came of a remark; a second tap takes it back."""
    product = load_product(request, slug)
    kind = next((one for one in MARKS if one in request.POST), request.POST.get("kind", ""))
    subject = remarks.remark_subject(remark_id)
    if subject is None or subject.kind not in {"topic", "change"}:
        raise NotFound(gettext_noop("There is no such remark."))
    is_there = kind in queries.marks_on([remark_id]).get(remark_id, ())
    do = services.unmark_remark if is_there else services.mark_remark
    do(actor_id=signed_in_id_of(request), remark_id=remark_id, kind=kind, at=clock.now())
    if is_there:
        messages.success(request, _("That is taken back."))
    else:
        messages.success(request, _("Noted. It is credited with the change that came of it."))
    if subject.kind == "change":
        where = change_href(product.slug, subject.id)
    else:
        standing = topics.standing_ids([subject.id])[subject.id]
        where = reverse("topic", args=[product.slug, standing])
    return SeeOther(f"{where}#remark-{remark_id}")


@require_safe
def person(request: HttpRequest, slug: str, named_id: int) -> HttpResponse:
    """Show somebody who has no account: what a record of the past says that they brought about."""
    product = load_product(request, slug)
    shown = queries.named_person(named_id, product.id)
    page = number_in(request.GET.get("page", "")) or 1
    leaf = brought_page(Who(named_id=named_id), {product.id: product}, page=page)
    context = {
        "person": shown,
        "name": shown.name,
        "leaf": leaf,
        "zone": zone_of(product.id),
    }
    return render(request, "web/members/person.html", context)


@require_safe
def release_markdown(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """The notes of a release as a file, with everybody who brought it about."""
    product = load_product(request, slug)
    shown = releases.release_of(product.id, version)
    changes = releases.changes_of([shown.id])
    head = f"# {plain(in_language(product.name))} {plain(version)}"
    text = notes_in_markdown(head, shown, changes, Names(changes))
    return _file(text, f"{slug}-{version}.md")


@require_safe
def changelog_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest twenty releases of a product as one file, with everybody who brought them about.

    The number of queries does not grow with them.
    """
    product = load_product(request, slug)
    shown = releases.releases_of(product.id).releases
    changes = releases.changes_of([one.id for one in shown])
    names = Names(changes)
    by_release: dict[int, list[ChangeView]] = {}
    for change in changes:
        by_release.setdefault(change.release_id, []).append(change)
    notes = [
        notes_in_markdown(f"## {plain(one.version)}", one, by_release.get(one.id, []), names)
        for one in shown
    ]
    text = "\n".join([f"# {plain(in_language(product.name))}\n", *notes])
    return _file(text, f"{slug}-changelog.md")


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


urlpatterns = [
    path("p/<slug:slug>/changes/<int:change_id>/credits/", change_credits, name="change_credits"),
    path("p/<slug:slug>/remarks/<int:remark_id>/mark/", remark_mark, name="remark_mark"),
    path("p/<slug:slug>/people/<int:named_id>/", person, name="person"),
    path("p/<slug:slug>/releases/<str:version>/notes.md", release_markdown, name="release_notes"),
    path("p/<slug:slug>/changelog.md", changelog_markdown, name="changelog"),
]
