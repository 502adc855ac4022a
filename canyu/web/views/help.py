"""The team's pages of help: who waits, how long people wait, and what should not stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from canyu.journal import clock
from canyu.members.queries import MemberView
from canyu.painpoints.queries.looks import spared_in
from canyu.products.queries import ProductView
from canyu.remarks import queries as remarks
from canyu.remarks.queries import FlaggedView
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.topics.hours import RISES_AFTER
from canyu.topics.queries import TopicView, VoiceView
from canyu.web.cards import People
from canyu.web.views.team.access import team_page
from canyu.web.views.topics import topic_cards

CLOCK_OF = timedelta(days=90)
MOST_SHOWN = 50


@dataclass(frozen=True)
class FlaggedCard:
    """Words that somebody flagged, with their writer, where they stand and what may be done."""

    flagged: FlaggedView
    topic: TopicView | None
    author: MemberView | None
    text: str
    is_hidden: bool
    href: str
    act_url: str


@require_safe
@team_page
def help_desk(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show who waits for an answer, and the clock of answers: of all, of nobody in particular."""
    now = clock.now()
    context = {
        "risen": topic_cards(topics.topics_risen(product.id, at=now, limit=MOST_SHOWN)),
        "waiting": topic_cards(topics.topics_waiting(product.id, at=now, limit=MOST_SHOWN)),
        "clock": topics.answer_clock(product.id, since=now - CLOCK_OF, at=now),
        "spared": spared_in(product.id, since=now - CLOCK_OF, at=now),
        "n_days": CLOCK_OF.days,
        "n_hours": int(RISES_AFTER.total_seconds() // 3600),
    }
    return render(request, "web/team/help.html", context)


@require_safe
@team_page
def moderation(request: HttpRequest, product: ProductView) -> HttpResponse:
    """Show what somebody flagged, the longest waiting first, and what is hidden."""
    now = clock.now()
    flagged = remarks.flagged_in(product.id, limit=MOST_SHOWN)
    context = {
        "cards": _flagged_cards(product, flagged),
        "hidden": topic_cards(topics.topics_hidden(product.id, at=now, limit=MOST_SHOWN)),
    }
    return render(request, "web/team/moderation.html", context)


def _flagged_cards(product: ProductView, flagged: list[FlaggedView]) -> list[FlaggedCard]:
    spoken = [one.subject.id for one in flagged if one.subject.kind == "voice"]
    voices = topics.voices_flagged(spoken) if spoken else {}
    about = {one.subject: one.about_id for one in flagged if one.subject.kind != "voice"}
    about |= {Subject("voice", one): voice.topic_id for one, voice in voices.items()}
    known = topics.topics_flagged(about.values(), at=clock.now())
    authors = (known[one].author_id for one in about.values() if one in known)
    people = People(
        [
            *(one.author_id for one in flagged),
            *authors,
            *(voice.member_id for voice in voices.values()),
        ]
    )
    return [
        _voice_card(product, one, voices[one.subject.id], known, people)
        if one.subject.kind == "voice"
        else _flagged_card(product, one, known.get(one.about_id), people)
        for one in flagged
        if one.subject in about
    ]


def _voice_card(
    product: ProductView,
    flagged: FlaggedView,
    voice: VoiceView,
    known: Mapping[int, TopicView],
    people: People,
) -> FlaggedCard:
    here = [product.slug, voice.topic_id]
    return FlaggedCard(
        flagged=flagged,
        topic=known.get(voice.topic_id),
        author=people.one(voice.member_id),
        text=voice.words,
        is_hidden=voice.is_hidden,
        href=f"{reverse('topic', args=here)}#case-{voice.id}",
        act_url=reverse("topic_voice_words", args=[*here, voice.id]),
    )


def _flagged_card(
    product: ProductView, flagged: FlaggedView, topic: TopicView | None, people: People
) -> FlaggedCard:
    own: dict[str, Any] = {"flagged": flagged, "topic": topic}
    here = reverse("topic", args=[product.slug, flagged.about_id])
    if flagged.subject.kind == "remark":
        return FlaggedCard(
            **own,
            author=people.one(flagged.author_id),
            text=flagged.text,
            is_hidden=flagged.is_hidden,
            href=f"{here}#remark-{flagged.subject.id}",
            act_url=reverse(
                "topic_remark", args=[product.slug, flagged.about_id, flagged.subject.id]
            ),
        )
    return FlaggedCard(
        **own,
        author=people.one(topic.author_id) if topic else None,
        text=f"**{topic.title}**\n\n{topic.words}" if topic else "",
        is_hidden=bool(topic and topic.is_hidden),
        href=here,
        act_url=reverse("topic_hide", args=[product.slug, flagged.about_id]),
    )


urlpatterns = [
    path("p/<slug:slug>/team/help/", help_desk, name="help_desk"),
    path("p/<slug:slug>/team/moderation/", moderation, name="moderation"),
]
