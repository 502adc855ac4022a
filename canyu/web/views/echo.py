"""The echo: what people say about what somebody made, as it comes in, and answers by one tap."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canyu.journal import clock
from canyu.journal.errors import Invalid, NotAllowed, NotFound, gettext_noop
from canyu.journal.events import EVERYTHING, PEOPLE, echo_of_maker, shown_of_product
from canyu.journal.queries import version_of
from canyu.members.queries import member_of
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.releases import services
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.remarks import queries as remarks
from canyu.remarks.rules import Subject
from canyu.reports import queries as reports
from canyu.topics import queries as topics
from canyu.topics.services import comment_on_topic
from canyu.web import echo_answers, echo_parts
from canyu.web.cards import change_href
from canyu.web.echo_reports import reported_on
from canyu.web.forms.posts import SeeOther
from canyu.web.frame import Reader, answer
from canyu.web.request import load_product, require_member, signed_in_id_of
from canyu.web.shared import QUARTER
from canyu.web.typed import number_in, typed_of


@require_safe
@require_member
def echo(request: HttpRequest) -> HttpResponse:
    """Show what people say about all that one made, the newest faces first."""
    reader, at = Reader(request), clock.now()
    member_id = signed_in_id_of(request)
    # Before all that is shown: what comes meanwhile is news.
    live = echo_parts.live_on(echo_of_maker(member_id), member_id, at=at)
    changes = releases.changes_made_by(member_id, limit=echo_parts.MOST_CHANGES)
    shown = _visible(changes, member_id)
    changes = [one for one in changes if one.product_id in shown]
    out = releases.releases_by_id({one.release_id for one in changes})
    newest = out.get(changes[0].release_id) if changes else None
    head: dict[str, Any] = {
        "hour": echo_parts.hour_of(newest, changes, viewer_id=member_id, at=at),
        "reach": echo_parts.reach_of(shown[newest.product_id], newest, at=at) if newest else None,
        "changes": changes,
    }
    version = version_of(
        [EVERYTHING, PEOPLE, echo_of_maker(member_id), *map(shown_of_product, shown)]
    )
    versions = echo_answers.on_its_way(shown)

    def make() -> HttpResponse:
        found = echo_parts.echoes_of(
            changes, shown, _moments(out), versions=versions, viewer_id=member_id, at=at
        )
        context = {
            **head,
            "live": live,
            "echoes": found,
            "faces": echo_parts.faces_of(found),
            "reported": reported_on(changes, shown),
            "empty": echo_parts.empty_words(len(changes)),
        }
        return render(request, "web/echo/echo.html", context)

    told = (repr(head), repr(versions), int(at.timestamp()) // QUARTER)
    return answer(reader, version=version, told=told, make=make)


def _visible(changes: list[ChangeView], member_id: int) -> dict[int, ProductView]:
    ids = {one.product_id for one in changes}
    return {one.id: one for one in products.products_for(member_id) if one.id in ids}


def _moments(out: dict[int, ReleaseView]) -> dict[int, datetime]:
    return {one.id: one.published_at for one in out.values() if one.published_at is not None}


@require_POST
@require_member
def echo_answer(request: HttpRequest, slug: str, change_id: int) -> HttpResponse:
    """Answer by one tap: thanks, on it, tell me more. Tapped twice it is said once."""
    product = load_product(request, slug)
    change = releases.change_of(change_id)
    member_id = signed_in_id_of(request)
    if change.product_id != product.id:
        raise NotFound(gettext_noop("There is no such change."))
    if member_id not in change.maker_ids and not products.is_team(product.id, member_id):
        raise NotAllowed(
            gettext_noop("Nothing was said: only the team of this product answers like this.")
        )
    tap, version = request.POST.get("tap", ""), request.POST.get("version", "")
    if tap not in echo_answers.TAPS:
        raise Invalid(gettext_noop("Nothing was said: the button is unknown. Reload the page."))
    if tap == "onit" and version not in set(echo_answers.on_its_way([product.id]).values()):
        raise Invalid(
            gettext_noop(
                "Nothing was said: another version is next by now. Reload the page and tap again."
            )
        )
    remark_id = number_in(request.POST.get("remark", ""))
    topic_id = number_in(request.POST.get("topic", ""))
    said = _say(change, member_id, tap, version, remark_id=remark_id, topic_id=topic_id)
    messages.success(request, _("Said. They are told; you can change it or take it back."))
    if request.POST.get("from") == "change":
        return SeeOther(f"{change_href(slug, change_id)}#remark-{said}")
    return SeeOther(f"{reverse('echo')}#remark-{said}")


@dataclass(frozen=True)
class _Answered:
    """Whose words are answered, where, and what they are."""

    author_id: int
    topic_id: int | None
    text: str


def _say(
    change: ChangeView,
    member_id: int,
    tap: str,
    version: str,
    *,
    remark_id: int | None,
    topic_id: int | None,
) -> int:
    at = clock.now()
    answered = _answered(change, remark_id, topic_id, at=at)
    text = echo_answers.words_for(tap, language=_language_of(answered, change), version=version)
    if answered.topic_id is not None:
        return comment_on_topic(
            member_id=member_id,
            topic_id=answered.topic_id,
            text=text,
            at=at,
            parent_id=remark_id,
            is_once=True,
        )
    return services.remark_on_change(
        member_id=member_id,
        change_id=change.id,
        text=text,
        at=at,
        parent_id=remark_id,
        is_once=True,
    )


def _answered(
    change: ChangeView, remark_id: int | None, topic_id: int | None, *, at: datetime
) -> _Answered:
    said = remarks.said_in([remark_id] if remark_id is not None else [])
    remark = said[0] if said and not said[0].is_gone else None
    if remark is not None and remark.subject == Subject("change", change.id):
        return _Answered(remark.author_id, None, remark.text)
    if remark is not None and remark.subject.kind == "topic":
        topic_id = remark.subject.id
    if topic_id is not None and (remark is not None or remark_id is None):
        topic = topics.topics_by_id([topic_id], at=at).get(topic_id)
        if topic is not None and topic.product_id == change.product_id:
            if remark is not None:
                return _Answered(remark.author_id, topic_id, remark.text)
            return _Answered(topic.author_id, topic_id, f"{topic.title} {topic.words}")
    raise NotFound(gettext_noop("Nothing was said: what you answer is no longer there."))


def _language_of(answered: _Answered, change: ChangeView) -> str:
    """The language they chose; else the one that they wrote in."""
    chosen = member_of(answered.author_id).language
    usual = products.product_by_id(change.product_id).language
    return chosen or echo_answers.language_like(answered.text, usual=usual)


@require_POST
@require_member
def say_now(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Say the words of one's own report to the makers now, under one's name, as a remark."""
    product = load_product(request, slug)
    release = releases.release_of(product.id, version)
    member_id, at = signed_in_id_of(request), clock.now()
    typed = typed_of(reports.report_page_for(release.id, member_id, at=at).cells)
    is_most = request.POST.get("cell") == "most"
    change_id = typed.most if is_most else typed.least
    words = (typed.why_most if is_most else typed.why_least).get(change_id or 0, "")
    if change_id is None or not words:
        raise NotFound(
            gettext_noop("Nothing was said: there are no such words in your report any more.")
        )
    remark_id = services.remark_on_change(
        member_id=member_id, change_id=change_id, text=words, at=at, is_once=True
    )
    messages.success(request, _("The makers can read it now."))
    return SeeOther(f"{change_href(slug, change_id)}#remark-{remark_id}")


urlpatterns = [
    path("me/echo/", echo, name="echo"),
    path("p/<slug:slug>/changes/<int:change_id>/echo/", echo_answer, name="echo_answer"),
    path("p/<slug:slug>/releases/<str:version>/report/say/", say_now, name="say_now"),
]
