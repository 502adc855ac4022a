"""What a team does to a topic: status, keeper, merging and parting, moving, locking, hiding."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.painpoints.queries.similar import similar_topics
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.topics import queries as topics
from canyu.topics import services
from canyu.topics.queries import Sieve, TopicView
from canyu.web.forms import topics as forms
from canyu.web.forms.people import choices_of
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.request import require_member, signed_in_id_of
from canyu.web.topic_parts import team_choices, topic_for
from canyu.web.views.team.access import team_page
from canyu.web.views.topic import HERE, do_to_topic

N_OFFERED = 10


@require_POST
@require_member
def topic_status(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Give a topic a status with a reason."""
    form = forms.StatusForm(request.POST)
    return do_to_topic(
        request,
        slug,
        topic_id,
        form=form,
        name="status",
        do=lambda: services.set_status(
            actor_id=signed_in_id_of(request),
            topic_id=topic_id,
            at=clock.now(),
            **form.cleaned_data,
        ),
        done=_("The status is set, and everybody who asked is told."),
    )


@require_POST
@require_member
def topic_keeper(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Name who looks after a topic."""
    product, _topic = topic_for(request, slug, topic_id)
    team = products.team_member_ids(product.id)
    form = forms.KeeperForm(request.POST, team=team_choices(team))
    return do_to_topic(
        request,
        slug,
        topic_id,
        form=form,
        name="keeper",
        do=lambda: services.give_keeper(
            actor_id=signed_in_id_of(request),
            topic_id=topic_id,
            keeper_id=int(form.cleaned_data["keeper"]),
            at=clock.now(),
        ),
        done=_("It is in their hands now."),
    )


@require_POST
@require_member
def topic_lock(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """End the talk about a topic, or begin it again."""
    form = forms.LockForm(request.POST)
    is_locked = request.POST.get("lock") != "open"
    return do_to_topic(
        request,
        slug,
        topic_id,
        form=form,
        name="lock",
        do=lambda: services.lock_topic(
            actor_id=signed_in_id_of(request),
            topic_id=topic_id,
            is_locked=is_locked,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
        ),
        done=_("The topic is locked.") if is_locked else _("The topic is open again."),
    )


@require_POST
@require_member
def topic_hide(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Take a topic off the pages, or put it back."""
    actor_id, at = signed_in_id_of(request), clock.now()
    if request.POST.get("hide") == "show":
        return do_to_topic(
            request,
            slug,
            topic_id,
            do=lambda: services.show_topic(actor_id=actor_id, topic_id=topic_id, at=at),
            done=_("It can be read by everybody."),
        )
    form = forms.HideForm(request.POST)
    return do_to_topic(
        request,
        slug,
        topic_id,
        form=form,
        name="hide",
        do=lambda: services.hide_topic(
            actor_id=actor_id, topic_id=topic_id, reason=form.cleaned_data["reason"], at=at
        ),
        done=_("It is hidden. Only its author and the team can read it."),
    )


@require_POST
@require_member
def topic_remark(request: HttpRequest, slug: str, topic_id: int, remark_id: int) -> HttpResponse:
    """Take a remark off the page, or put it back."""
    shows = request.POST.get("hide") == "show"
    change = services.show_remark if shows else services.hide_remark
    return _cover(request, slug, topic_id, partial(change, remark_id=remark_id), shows=shows)


@require_POST
@require_member
def topic_voice_words(
    request: HttpRequest, slug: str, topic_id: int, voice_id: int
) -> HttpResponse:
    """Take what a voice said of its own case off the page, or put it back."""
    shows = request.POST.get("hide") == "show"
    change = services.show_voice_words if shows else services.hide_voice_words
    return _cover(request, slug, topic_id, partial(change, voice_id=voice_id), shows=shows)


def _cover(
    request: HttpRequest, slug: str, topic_id: int, change: Callable[..., None], *, shows: bool
) -> HttpResponse:
    actor_id, at = signed_in_id_of(request), clock.now()
    answer = do_to_topic(
        request,
        slug,
        topic_id,
        do=lambda: change(actor_id=actor_id, topic_id=topic_id, at=at),
        done=_("It can be read by everybody.") if shows else _("It is hidden."),
    )
    if request.POST.get("back") == "moderation":
        return SeeOther(reverse("moderation", args=[slug]))
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def topic_merge(request: HttpRequest, product: ProductView, topic_id: int) -> HttpResponse:
    """Put a topic into another one that says the same."""
    _product, topic = topic_for(request, product.slug, topic_id)
    search = request.GET.get("q", "")[:200]
    offered = _offered(product, topic, search)
    sends = request.method == "POST"
    form = forms.MergeForm(
        request.POST if sends else None,
        topics=[(str(one.id), _label(one)) for one in offered],
    )
    status = status_of(form)
    if sends and form.is_valid():
        try:
            into_id = services.merge_topics(
                actor_id=signed_in_id_of(request),
                topic_id=topic_id,
                into_id=int(form.cleaned_data["into"]),
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal)
        else:
            messages.success(
                request, _("They are one topic now. Every voice counts; it can be undone below.")
            )
            return SeeOther(reverse("topic", args=[product.slug, into_id]))
    context = {"topic": topic, "form": form, "offered": offered, "search": search}
    return render(request, "web/topics/merge.html", context, status=status)


def _offered(product: ProductView, topic: TopicView, search: str) -> list[TopicView]:
    at = clock.now()
    if search:
        found = list(topics.topics_in(product.id, Sieve(search=search), at=at).topics)
    else:
        said = similar_topics(product.id, topic.title, at=at, limit=N_OFFERED)
        found = [one.topic for one in said]
        newest = topics.topics_in(product.id, Sieve(), at=at)
        found += [one for one in newest.topics if one not in found]
    return [one for one in found if one.id != topic.id][:N_OFFERED]


def _label(topic: TopicView) -> str:
    people = ngettext("%(n)s person", "%(n)s people", topic.n_voices) % {"n": topic.n_voices}
    return format_html("<span>{} <small>{}</small></span>", topic.title, people)


@require_POST
@require_member
def topic_unmerge(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Take a topic out of the one that it was put into."""
    topic_for(request, slug, topic_id)
    services.unmerge_topic(actor_id=signed_in_id_of(request), topic_id=topic_id, at=clock.now())
    messages.success(request, _("It stands for itself again, with the voices that it had brought."))
    return SeeOther(reverse("topic", args=[slug, topic_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def topic_move(request: HttpRequest, product: ProductView, topic_id: int) -> HttpResponse:
    """Say that a topic is about another product."""
    _product, topic = topic_for(request, product.slug, topic_id)
    actor_id = signed_in_id_of(request)
    others = {one.id: one for one in products.products_for(actor_id) if one.id != product.id}
    sends = request.method == "POST"
    form = forms.MoveForm(
        request.POST if sends else None,
        products=choices_of((one.id, one.name) for one in others.values()),
    )
    status = status_of(form)
    if sends and form.is_valid():
        target = others[int(form.cleaned_data["product"])]
        try:
            services.move_topic(
                actor_id=actor_id,
                topic_id=topic_id,
                product_id=target.id,
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal)
        else:
            messages.success(request, _("It is moved, and everybody who asked is told."))
            return SeeOther(reverse("topic", args=[target.slug, topic_id]))
    context = {"topic": topic, "form": form, "others": others}
    return render(request, "web/topics/move.html", context, status=status)


urlpatterns = [
    path(f"{HERE}status/", topic_status, name="topic_status"),
    path(f"{HERE}keeper/", topic_keeper, name="topic_keeper"),
    path(f"{HERE}lock/", topic_lock, name="topic_lock"),
    path(f"{HERE}hide/", topic_hide, name="topic_hide"),
    path(f"{HERE}remarks/<int:remark_id>/hide/", topic_remark, name="topic_remark"),
    path(f"{HERE}voices/<int:voice_id>/hide/", topic_voice_words, name="topic_voice_words"),
    path(f"{HERE}merge/", topic_merge, name="topic_merge"),
    path(f"{HERE}unmerge/", topic_unmerge, name="topic_unmerge"),
    path(f"{HERE}move/", topic_move, name="topic_move"),
]
