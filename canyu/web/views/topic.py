"""One topic: its words, voices, answer and conversation, and what is done there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canyu.journal import clock
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.topics import services
from canyu.topics.queries import TopicView
from canyu.web.cards import ChangeCard, People, change_cards, remark_cards
from canyu.web.forms import topics as forms
from canyu.web.forms.people import choices_of
from canyu.web.forms.posts import SeeOther, refuse
from canyu.web.request import load_product, member_id_of, require_member, signed_in_id_of

N_FACES = 12


@require_http_methods(["GET", "HEAD", "POST"])
def topic_page(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Show a topic with its conversation; a post is a comment."""
    if request.method == "POST":
        return comment(request, slug, topic_id)
    product, topic = _topic_of(request, slug, topic_id)
    return _show(request, product, topic)


@require_member
def comment(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Write a comment; what cannot be taken stays in the form."""
    product, topic = _topic_of(request, slug, topic_id)
    form = forms.CommentForm(request.POST)
    if form.is_valid():
        try:
            remark_id = services.comment_on_topic(
                member_id=signed_in_id_of(request),
                topic_id=topic_id,
                text=form.cleaned_data["text"],
                parent_id=form.cleaned_data["parent"],
                at=clock.now(),
            )
        except Refused as refusal:
            return _show(request, product, topic, comment_form=form, status=refuse(form, refusal))
        return SeeOther(reverse("topic", args=[slug, topic_id]) + f"#remark-{remark_id}")
    return _show(request, product, topic, comment_form=form, status=400)


@require_POST
@require_member
def topic_voice(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Say "me too", or take it back."""
    _topic_of(request, slug, topic_id)
    member_id = signed_in_id_of(request)
    if request.POST.get("voice") == "withdraw":
        if services.withdraw_voice(member_id=member_id, topic_id=topic_id, at=clock.now()):
            messages.success(request, _("Your “me too” is taken back."))
    elif services.add_voice(member_id=member_id, topic_id=topic_id, at=clock.now()):
        messages.success(request, _("You are in. You will be told what becomes of it."))
    else:
        messages.info(request, _("You had said so before; it counts once."))
    return SeeOther(reverse("topic", args=[slug, topic_id]))


@require_POST
@require_member
def topic_status(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Give a topic a status with a reason."""
    product, topic = _topic_of(request, slug, topic_id)
    form = forms.StatusForm(request.POST)
    if not form.is_valid():
        return _show(request, product, topic, status_form=form, status=400)
    try:
        services.set_status(
            actor_id=signed_in_id_of(request),
            topic_id=topic_id,
            at=clock.now(),
            **form.cleaned_data,
        )
    except Refused as refusal:
        return _show(request, product, topic, status_form=form, status=refuse(form, refusal))
    messages.success(request, _("The status is set, and everybody who asked is told."))
    return SeeOther(reverse("topic", args=[slug, topic_id]))


@require_POST
@require_member
def topic_confirm(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Say that what shipped has solved it: only those who asked can."""
    _topic_of(request, slug, topic_id)
    services.set_status(
        actor_id=signed_in_id_of(request),
        topic_id=topic_id,
        status="confirmed",
        reason="",
        at=clock.now(),
    )
    messages.success(request, _("Good to hear. Its makers will see it."))
    return SeeOther(reverse("topic", args=[slug, topic_id]))


@require_POST
@require_member
def topic_keeper(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    """Name who looks after a topic."""
    product, topic = _topic_of(request, slug, topic_id)
    form = forms.KeeperForm(request.POST, team=_team_choices(product))
    if not form.is_valid():
        return _show(request, product, topic, keeper_form=form, status=400)
    services.give_keeper(
        actor_id=signed_in_id_of(request),
        topic_id=topic_id,
        keeper_id=int(form.cleaned_data["keeper"]),
    )
    messages.success(request, _("It is in their hands now."))
    return SeeOther(reverse("topic", args=[slug, topic_id]))


def _topic_of(request: HttpRequest, slug: str, topic_id: int) -> tuple[ProductView, TopicView]:
    product = load_product(request, slug)
    topic = topics.topic_of(topic_id, at=clock.now())
    if topic.product_id != product.id:
        raise NotFound(gettext_noop("There is no such topic."))
    return product, topic


def _show(
    request: HttpRequest,
    product: ProductView,
    topic: TopicView,
    *,
    comment_form: forms.CommentForm | None = None,
    status_form: forms.StatusForm | None = None,
    keeper_form: forms.KeeperForm | None = None,
    status: int = 200,
) -> HttpResponse:
    member_id = member_id_of(request)
    here = reverse("topic", args=[product.slug, topic.id])
    voices = topics.voices_for([topic.id])
    people = People(
        [voice.member_id for voice in voices[:N_FACES]]
        + [one for one in (topic.author_id, topic.keeper_id, topic.status_by_id) if one]
    )
    thread = remark_cards(
        remarks.remarks_on(Subject("topic", topic.id)), viewer_id=member_id, here=here
    )
    is_team = member_id is not None and products.is_team(product.id, member_id)
    answered_id = _answered_id(request, comment_form)
    context = {
        "topic": topic,
        "title": {topic.language: topic.title},
        "words": {topic.language: topic.words},
        "author": people.one(topic.author_id),
        "keeper": people.one(topic.keeper_id),
        "status_by": people.one(topic.status_by_id),
        "voices": people.many(voice.member_id for voice in voices[:N_FACES]),
        "n_more_voices": max(0, topic.n_voices - N_FACES),
        "has_voice": any(voice.member_id == member_id for voice in voices),
        "is_author": topic.author_id == member_id,
        "shipped_in": _shipped_in(product, topic),
        "planned": [
            item
            for item in plan.plan_of(product.id, today=clock.now().date())
            if topic.id in item.topic_ids
        ],
        "thread": thread,
        "answered": next((card for card in thread if card.remark.id == answered_id), None),
        "comment_form": comment_form or forms.CommentForm(initial={"parent": answered_id}),
        "is_team": is_team,
    }
    if is_team:
        context |= {
            "status_form": status_form or forms.StatusForm(initial=_status_now(topic)),
            "keeper_form": keeper_form
            or forms.KeeperForm(
                team=_team_choices(product), initial={"keeper": topic.keeper_id or ""}
            ),
        }
    return render(request, "web/topics/topic.html", context, status=status)


def _answered_id(request: HttpRequest, form: forms.CommentForm | None) -> int | None:
    words = (form.data.get("parent", "") if form else request.GET.get("reply", "")) or ""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 18 else None  # noqa: PLR2004


def _status_now(topic: TopicView) -> dict[str, str]:
    if topic.status == "received":
        return {"status": "talking"}
    return {"status": topic.status, "reason": topic.reason, "version": topic.version}


def _team_choices(product: ProductView) -> list[tuple[str, object]]:
    people = People(products.team_member_ids(product.id))
    return choices_of(
        (member.id, member.name) for member in people.many(products.team_member_ids(product.id))
    )


def _shipped_in(product: ProductView, topic: TopicView) -> list[ChangeCard]:
    if not topic.version:
        return []
    try:
        release = releases.release_of(product.id, topic.version)
    except NotFound:
        # The team wrote a version that is not a release here.
        return []
    changes = [one for one in releases.changes_of([release.id]) if topic.id in one.topic_ids]
    return change_cards(product.slug, changes)


urlpatterns = [
    path("p/<slug:slug>/topics/<int:topic_id>/", topic_page, name="topic"),
    path("p/<slug:slug>/topics/<int:topic_id>/voice/", topic_voice, name="topic_voice"),
    path("p/<slug:slug>/topics/<int:topic_id>/status/", topic_status, name="topic_status"),
    path("p/<slug:slug>/topics/<int:topic_id>/solved/", topic_confirm, name="topic_confirm"),
    path("p/<slug:slug>/topics/<int:topic_id>/keeper/", topic_keeper, name="topic_keeper"),
]
