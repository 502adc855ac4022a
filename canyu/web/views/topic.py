"""One topic: its words, voices, answers and conversation, and what members do there."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canyu.journal import clock
from canyu.journal.errors import NotAllowed, NotFound, Refused, gettext_noop
from canyu.members.queries import MemberView
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.topics import queries as topics
from canyu.topics import services
from canyu.topics.queries import EditionView, TopicView
from canyu.web.alike import note_joined
from canyu.web.cards import People
from canyu.web.forms import topics as forms
from canyu.web.forms.people import choices_of, id_or_none
from canyu.web.forms.pictures import with_pictures
from canyu.web.forms.posts import SeeOther, refuse, status_of
from canyu.web.forms.unsent import keep_unsent, take_unsent
from canyu.web.others import may_post_for_others, person_meant
from canyu.web.pace import check_pace
from canyu.web.request import load_product, member_id_of, require_member, signed_in_id_of
from canyu.web.topic_parts import show_topic, topic_for


@keep_unsent
@require_http_methods(["GET", "HEAD", "POST"])
def topic_page(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Show a topic with its conversation; a post is a comment.

    Where it was moved or merged away, the reader is led on.
    """
    if request.method == "POST":
        return comment(request, slug, topic_id)
    if (elsewhere := _where_now(request, slug, topic_id)) is not None:
        return HttpResponseRedirect(elsewhere)
    product, topic = topic_for(request, slug, topic_id)
    unsent = take_unsent(request)
    sent = {"comment": forms.CommentForm(initial=unsent.dict())} if unsent else {}
    return show_topic(request, product, topic, sent=sent)


def _where_now(request: HttpRequest, slug: str, topic_id: int) -> str | None:
    product = load_product(request, slug)
    topic = topics.topic_of(topic_id, at=clock.now())
    standing_id = topics.standing_ids([topic_id])[topic_id]
    if topic.product_id == product.id and standing_id == topic_id:
        return None
    # Nobody learns of a product that they may not see.
    there = products.visible_product(topic.product_id, member_id_of(request))
    return reverse("topic", args=[there.slug, standing_id])


@require_member
def comment(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Write a comment; what cannot be taken stays in the form."""
    product, topic = topic_for(request, slug, topic_id)
    form = forms.CommentForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_topic(request, product, topic, sent={"comment": form}, status=400)
    try:
        check_pace(request, product, "remark")
        said = form.cleaned_data
        remark_id = services.comment_on_topic(
            member_id=signed_in_id_of(request),
            topic_id=topic_id,
            text=with_pictures(said["text"], said["pictures"], at=clock.now()),
            parent_id=said["parent"],
            at=clock.now(),
        )
    except Refused as refusal:
        status = refuse(form, refusal)
        return show_topic(request, product, topic, sent={"comment": form}, status=status)
    return SeeOther(reverse("topic", args=[slug, topic_id]) + f"#remark-{remark_id}")


def do_to_topic(
    request: HttpRequest,
    slug: str,
    topic_id: int,
    *,
    do: Callable[[], object],
    done: str,
    form: Form | None = None,
    name: str = "",
) -> HttpResponse:
    """Do something to a topic and show it again; what is refused is said in the form if any."""
    product, topic = topic_for(request, slug, topic_id)
    if form is not None and not form.is_valid():
        return show_topic(request, product, topic, sent={name: form}, status=400)
    try:
        do()
    except Refused as refusal:
        if form is None:
            raise
        status = refuse(form, refusal)
        return show_topic(request, product, topic, sent={name: form}, status=status)
    messages.success(request, done)
    return SeeOther(reverse("topic", args=[slug, topic_id]))


@require_POST
@require_member
def topic_voice(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Say "me too", with a word about one's own case, or take it back."""
    product, topic = topic_for(request, slug, topic_id)
    member_id, here = signed_in_id_of(request), reverse("topic", args=[slug, topic_id])
    if request.POST.get("voice") == "withdraw":
        if services.withdraw_voice(member_id=member_id, topic_id=topic_id, at=clock.now()):
            messages.success(request, _("Your “me too” is taken back."))
        return SeeOther(here)
    form = forms.VoiceForm(request.POST)
    form.is_valid()
    words = form.cleaned_data.get("words", "")
    try:
        check_pace(request, product, "voice")
        is_new = services.add_voice(
            member_id=member_id, topic_id=topic_id, words=words, at=clock.now()
        )
        note_joined(request, product)
    except Refused as refusal:
        status = refuse(form, refusal)
        return show_topic(request, product, topic, sent={"voice": form}, status=status)
    if is_new:
        messages.success(request, _("You are in. You will be told what becomes of it."))
    elif words:
        messages.success(request, _("Your words are there."))
    else:
        messages.info(request, _("You had said so before; it counts once."))
    return SeeOther(here)


@require_POST
@require_member
def topic_confirm(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Say that what shipped has solved it: only those who asked can."""
    return do_to_topic(
        request,
        slug,
        topic_id,
        do=lambda: services.set_status(
            actor_id=signed_in_id_of(request),
            topic_id=topic_id,
            status="confirmed",
            reason="",
            at=clock.now(),
        ),
        done=_("Good to hear. Its makers will see it."),
    )


@require_POST
@require_member
def topic_answered(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Say that a topic is solved, by an answer or otherwise, or that it is not."""
    actor_id, at = signed_in_id_of(request), clock.now()
    if request.POST.get("open"):
        return do_to_topic(
            request,
            slug,
            topic_id,
            do=lambda: services.reopen_topic(actor_id=actor_id, topic_id=topic_id, at=at),
            done=_("It is open again."),
        )
    remark = request.POST.get("remark", "")
    is_number = remark.isascii() and remark.isdigit() and len(remark) < 18  # noqa: PLR2004
    return do_to_topic(
        request,
        slug,
        topic_id,
        do=lambda: services.solve_topic(
            actor_id=actor_id,
            topic_id=topic_id,
            remark_id=int(remark) if is_number else None,
            at=at,
        ),
        done=_("Solved. Whoever asks the same finds the answer first."),
    )


@require_POST
@require_member
def topic_wish(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Follow a topic, mute it, or neither."""
    member_id, wish = signed_in_id_of(request), request.POST.get("wish", "")

    def do() -> None:
        if wish == "follow":
            services.follow_topic(member_id=member_id, topic_id=topic_id, at=clock.now())
        elif wish == "mute":
            services.mute_topic(member_id=member_id, topic_id=topic_id, at=clock.now())
        else:
            services.forget_wish(member_id=member_id, topic_id=topic_id)

    said = {
        "follow": _("You hear of everything that is said here."),
        "mute": _("You hear nothing more of this topic."),
    }
    done = said.get(wish, _("You hear of this topic as usual."))
    return do_to_topic(request, slug, topic_id, do=do, done=done)


@keep_unsent
@require_member
@require_http_methods(["GET", "HEAD", "POST"])
def topic_edit(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Change what a topic says; what it said before stays to be read."""
    product, topic = topic_for(request, slug, topic_id)
    actor_id = signed_in_id_of(request)
    is_own = actor_id in {topic.author_id, topic.posted_by_id}
    if not (is_own or products.is_team(product.id, actor_id)):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only its author and the team may change a topic.")
        )
    form = _edit_form(request, product, topic)
    if not is_own:
        for name in ("title", "words", "pictures"):
            del form.fields[name]
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            words = said.get("words", topic.words)
            services.edit_topic(
                actor_id=actor_id,
                topic_id=topic_id,
                title=said.get("title", topic.title),
                words=with_pictures(words, said.get("pictures", ()), at=clock.now()),
                kind=said["kind"],
                area_id=id_or_none(said.get("area")),
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(form, refusal)
        else:
            messages.success(request, _("It is changed, and the page says so."))
            return SeeOther(reverse("topic", args=[slug, topic_id]))
    context = {"form": form, "topic": topic, "is_own": is_own}
    return render(request, "web/topics/edit.html", context, status=status)


def _edit_form(request: HttpRequest, product: ProductView, topic: TopicView) -> forms.EditForm:
    areas = products.areas_of(product.id)
    sends = request.method == "POST"
    return forms.EditForm(
        request.POST if sends else None,
        request.FILES if sends else None,
        areas=choices_of((area.id, area.name) for area in areas),
        initial={
            "title": topic.title,
            "words": topic.words,
            "kind": topic.kind,
            "area": topic.area_id or "",
            **(take_unsent(request) or QueryDict()).dict(),
        },
    )


@require_safe
def topic_history(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Show what a topic said before."""
    _product, topic = topic_for(request, slug, topic_id)
    editions = topics.editions_of(topic_id)
    people = People(one.changed_by_id for one in editions)
    past: list[tuple[EditionView, MemberView | None]] = [
        (one, people.one(one.changed_by_id)) for one in reversed(editions)
    ]
    context = {"topic": topic, "past": past, "words": {topic.language: topic.words}}
    return render(request, "web/topics/history.html", context)


@require_member
@require_http_methods(["GET", "HEAD", "POST"])
def topic_for_somebody(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Write down somebody else's "me too"."""
    product, topic = topic_for(request, slug, topic_id)
    if not may_post_for_others(request, product):
        raise NotFound(gettext_noop("There is no such page."))
    own_id = signed_in_id_of(request)
    sends = request.method == "POST"
    whose = forms.ForSomebodyForm(request.POST if sends else None, prefix="for")
    form = forms.VoiceForm(request.POST if sends else None)
    status = max(status_of(whose), status_of(form))
    if sends and status == 200:  # noqa: PLR2004
        try:
            check_pace(request, product, "voice")
            services.add_voice(
                member_id=person_meant(whose, own_id=own_id, at=clock.now()),
                topic_id=topic_id,
                words=form.cleaned_data["words"],
                posted_by_id=own_id,
                heard_in=whose.cleaned_data["heard_in"],
                at=clock.now(),
            )
        except Refused as refusal:
            status = refuse(whose, refusal)
        else:
            messages.success(request, _("Written down. It counts as theirs."))
            return SeeOther(reverse("topic", args=[slug, topic_id]))
    context = {"topic": topic, "whose": whose, "form": form}
    return render(request, "web/topics/somebody.html", context, status=status)


@require_member
@require_http_methods(["GET", "HEAD", "POST"])
def topic_flag(
    request: HttpRequest,
    slug: str,
    topic_id: int,
    remark_id: int | None = None,
    voice_id: int | None = None,
) -> HttpResponse:
    """Ask the team to look at words that should perhaps not stand."""
    product, topic = topic_for(request, slug, topic_id)
    form = forms.FlagForm(request.POST if request.method == "POST" else None)
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            check_pace(request, product, "flag")
            services.flag_in_topic(
                member_id=signed_in_id_of(request),
                topic_id=topic_id,
                remark_id=remark_id,
                voice_id=voice_id,
                at=clock.now(),
                **form.cleaned_data,
            )
        except Refused as refusal:
            status = refuse(form, refusal)
        else:
            messages.success(request, _("Thank you. The team will look at it."))
            return SeeOther(reverse("topic", args=[slug, topic_id]))
    context = {"topic": topic, "form": form, "is_remark": (remark_id or voice_id) is not None}
    return render(request, "web/topics/flag.html", context, status=status)


HERE = "p/<slug:slug>/topics/<int:topic_id>/"
urlpatterns = [
    path(HERE, topic_page, name="topic"),
    path(f"{HERE}voice/", topic_voice, name="topic_voice"),
    path(f"{HERE}voice/somebody/", topic_for_somebody, name="topic_somebody"),
    path(f"{HERE}solved/", topic_confirm, name="topic_confirm"),
    path(f"{HERE}answered/", topic_answered, name="topic_answered"),
    path(f"{HERE}wish/", topic_wish, name="topic_wish"),
    path(f"{HERE}edit/", topic_edit, name="topic_edit"),
    path(f"{HERE}history/", topic_history, name="topic_history"),
    path(f"{HERE}flag/", topic_flag, name="topic_flag"),
    path(f"{HERE}flag/<int:remark_id>/", topic_flag, name="topic_flag_remark"),
    path(f"{HERE}flag/voice/<int:voice_id>/", topic_flag, name="topic_flag_voice"),
]
