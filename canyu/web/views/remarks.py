"""Changing one's own remark, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from canyu.journal import clock
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.remarks import queries, services
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.forms.remarks import RemarkForm
from canyu.web.request import member_id_of, require_member, signed_in_id_of


@require_member
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, remark_id: int) -> HttpResponse:
    """Change the words of one's own remark."""
    subject = _subject_of(remark_id)
    text = _own_text(request, subject, remark_id)
    form = RemarkForm(request.POST) if request.method == "POST" else RemarkForm({"text": text})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                services.change_remark(
                    author_id=signed_in_id_of(request),
                    remark_id=remark_id,
                    text=form.cleaned_data["text"],
                    at=clock.now(),
                )
            except Refused as refusal:
                status = refuse(form, refusal)
            else:
                messages.success(request, _("Your words are changed, and the page says so."))
                return SeeOther(f"{_where(subject)}#remark-{remark_id}")
        else:
            status = status_of(form)
    context = {"form": form, "back": _where(subject)}
    return render(request, "web/remarks/edit.html", context, status=status)


@require_member
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, remark_id: int) -> HttpResponse:
    """Ask once more, then take one's own remark back."""
    subject = _subject_of(remark_id)
    text = _own_text(request, subject, remark_id)
    if request.method == "POST":
        services.remove_remark(
            author_id=signed_in_id_of(request), remark_id=remark_id, at=clock.now()
        )
        messages.success(request, _("Your remark is taken back."))
        return SeeOther(f"{_where(subject)}#remarks")
    context = {"text": text, "back": _where(subject)}
    return render(request, "web/remarks/remove.html", context)


@require_safe
def history(request: HttpRequest, remark_id: int) -> HttpResponse:
    """Show what a remark said before its author changed it."""
    subject = _subject_of(remark_id)
    products.visible_product(_product_id_of(subject), member_id_of(request))
    remark = next(
        (
            one
            for top in queries.remarks_on(subject)
            for one in (top, *top.replies)
            if one.id == remark_id and one.text
        ),
        None,
    )
    if remark is None:
        raise NotFound(gettext_noop("There is no such remark."))
    context = {
        "remark": remark,
        "past": queries.past_texts_of(remark_id)[::-1],
        "back": f"{_where(subject)}#remark-{remark_id}",
    }
    return render(request, "web/remarks/history.html", context)


def _product_id_of(subject: Subject) -> int:
    if subject.kind == "change":
        return releases.change_of(subject.id).product_id
    return topics.topic_of(subject.id, at=clock.now()).product_id


def _subject_of(remark_id: int) -> Subject:
    subject = queries.remark_subject(remark_id)
    if subject is None or subject.kind not in {"change", "topic"}:
        raise NotFound(gettext_noop("There is no such remark."))
    return subject


def _own_text(request: HttpRequest, subject: Subject, remark_id: int) -> str:
    member_id = signed_in_id_of(request)
    for remark in queries.remarks_on(subject):
        for one in (remark, *remark.replies):
            if one.id == remark_id and one.author_id == member_id and one.text:
                return one.text
    raise NotFound(gettext_noop("There is no such remark of yours."))


def _where(subject: Subject) -> str:
    if subject.kind == "change":
        change = releases.change_of(subject.id)
        slug = products.product_by_id(change.product_id).slug
        return reverse("change", args=[slug, subject.id])
    topic = topics.topic_of(subject.id, at=clock.now())
    return reverse("topic", args=[products.product_by_id(topic.product_id).slug, subject.id])


urlpatterns = [
    path("remarks/<int:remark_id>/history/", history, name="remark_history"),
    path("remarks/<int:remark_id>/edit/", edit, name="remark_edit"),
    path("remarks/<int:remark_id>/remove/", remove, name="remark_remove"),
]
