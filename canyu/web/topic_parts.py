"""What the page of a topic is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canyu.channels.queries import Whereabouts
from canyu.journal import clock
from canyu.journal.errors import NotFound, gettext_noop
from canyu.members import queries as members
from canyu.members.queries import MemberView
from canyu.painpoints.queries.pains import point_of_topic
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.products.queries import ProductView
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.remarks.queries import RemarkView
from canyu.remarks.rules import Subject
from canyu.topics import queries as topics
from canyu.topics import rules
from canyu.topics.queries import DeedView, TopicView, VoiceView
from canyu.web.cards import ChangeCard, People, RemarkCard, change_cards, remark_cards
from canyu.web.elsewhere import Elsewhere, elsewhere_in
from canyu.web.forms import topics as forms
from canyu.web.forms.people import choices_of
from canyu.web.others import may_post_for_others
from canyu.web.pain_words import state_of
from canyu.web.request import load_product, member_id_of

N_FACES = 12
N_CASES = 50
QUOTED = 2_000


@dataclass(frozen=True)
class Case:
    """What one person said about their own case, and who wrote it down if they did not."""

    voice: VoiceView
    member: MemberView
    posted_by: MemberView | None
    whereabouts: Whereabouts | None = None


@dataclass(frozen=True)
class Done:
    """One thing that was done to a topic, and by whom."""

    deed: DeedView
    actor: MemberView | None


@dataclass(frozen=True)
class Within:
    """A topic that was merged into this one."""

    topic: TopicView
    author: MemberView | None


def topic_for(request: HttpRequest, slug: str, topic_id: int) -> tuple[ProductView, TopicView]:
    """The product and topic of an address; raise `NotFound` also for a hidden one.

    Its author and the team still see what was hidden.
    """
    product = load_product(request, slug)
    topic = topics.topic_of(topic_id, at=clock.now())
    if topic.product_id != product.id:
        raise NotFound(gettext_noop("There is no such topic."))
    member_id = member_id_of(request)
    if topic.is_hidden and not (
        member_id == topic.author_id or products.is_team(product.id, member_id)
    ):
        raise NotFound(gettext_noop("There is no such topic."))
    return product, topic


def show_topic(
    request: HttpRequest,
    product: ProductView,
    topic: TopicView,
    *,
    sent: Mapping[str, Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of a topic; `sent` are forms of it that were not taken, by their names."""
    sent = sent or {}
    member_id = member_id_of(request)
    is_team = member_id is not None and products.is_team(product.id, member_id)
    ids = topics.tree_ids(topic.id)
    thread = remarks.remarks_on(Subject("topic", topic.id), *ids[1:], sees_hidden=is_team)
    voices = topics.voices_for([topic.id], sees_hidden=is_team)
    within = list(topics.topics_by_id(ids[1:], at=clock.now()).values()) if ids[1:] else []
    deeds = topics.deeds_of([topic.id])
    people = _people(topic, voices, within, deeds)
    named = _named(topic, thread, within)
    cards = remark_cards(
        thread,
        viewer_id=member_id,
        here=reverse("topic", args=[product.slug, topic.id]),
        named=named,
        marking_in=product.slug if is_team else "",
    )
    elsewhere = elsewhere_in(ids, voices, cards)
    context = {
        "elsewhere": elsewhere.of_remarks,
        "author_elsewhere": elsewhere.of_people.get(topic.author_id),
        "topic": topic,
        "title": {topic.language: topic.title},
        "words": {topic.language: topic.words},
        "is_team": is_team,
        "is_author": topic.author_id == member_id,
        "within": [Within(one, people.one(one.author_id)) for one in within],
        "done": [Done(deed, people.one(deed.actor_id)) for deed in deeds],
        "named": named,
        "shipped_in": _shipped_in(product, topic),
        "planned": [
            item
            for item in plan.plan_of(product.id, today=clock.now().date())
            if set(ids) & set(item.topic_ids)
        ],
        **_pain(topic),
        **_faces(topic, people),
        **_voice_part(topic, voices, people, member_id, sent, elsewhere),
        **_talk_part(request, topic, cards, sent),
        **_own_part(request, product, topic, member_id, is_team=is_team),
    }
    if is_team:
        context |= _team_part(product, topic, sent)
    return render(request, "web/topics/topic.html", context, status=status)


def _people(
    topic: TopicView,
    voices: Sequence[VoiceView],
    within: Sequence[TopicView],
    deeds: Sequence[DeedView],
) -> People:
    cases = [voice for voice in voices if voice.words][:N_CASES]
    return People(
        [
            topic.author_id,
            topic.keeper_id,
            topic.status_by_id,
            topic.posted_by_id,
            topic.solved_by_id,
            *(voice.member_id for voice in voices[:N_FACES]),
            *(one for voice in cases for one in (voice.member_id, voice.posted_by_id)),
            *(one.author_id for one in within),
            *(deed.actor_id for deed in deeds),
        ]
    )


def _pain(topic: TopicView) -> dict[str, Any]:
    pain = point_of_topic(topic.id)
    return {"pain": pain, "pain_state": state_of(pain)} if pain else {}


def _faces(topic: TopicView, people: People) -> dict[str, Any]:
    return {
        "author": people.one(topic.author_id),
        "keeper": people.one(topic.keeper_id),
        "status_by": people.one(topic.status_by_id),
        "posted_by": people.one(topic.posted_by_id),
        "solved_by": people.one(topic.solved_by_id),
    }


def _voice_part(
    topic: TopicView,
    voices: Sequence[VoiceView],
    people: People,
    member_id: int | None,
    sent: Mapping[str, Form],
    elsewhere: Elsewhere,
) -> dict[str, Any]:
    own = next((voice for voice in voices if voice.member_id == member_id), None)
    spoken = [voice for voice in voices if voice.words][:N_CASES]
    return {
        "voices": people.many(voice.member_id for voice in voices[:N_FACES]),
        "n_more_voices": max(0, topic.n_voices - N_FACES),
        "has_voice": own is not None,
        "is_own_hidden": own is not None and own.is_hidden,
        "may_withdraw": own is not None and not own.is_author,
        "cases": [
            Case(
                voice,
                member,
                people.one(voice.posted_by_id),
                elsewhere.of_people.get(voice.member_id),
            )
            for voice in spoken
            if (member := people.one(voice.member_id)) is not None
        ],
        "voice_form": sent.get("voice")
        or forms.VoiceForm(initial={"words": own.words if own else ""}),
    }


def _talk_part(
    request: HttpRequest, topic: TopicView, cards: Sequence[RemarkCard], sent: Mapping[str, Form]
) -> dict[str, Any]:
    every = {card.remark.id: card for top in cards for card in (top, *top.replies)}
    form = sent.get("comment")
    told = form.data.get("parent") or form.initial.get("parent") if form else None
    answered = every.get(_number(str(told or "") if form else _asked(request, "reply")))
    quoted = every.get(_number(_asked(request, "quote")))
    words = _quote(quoted.remark.text) if quoted and quoted.remark.text else ""
    parent_id = answered.remark.id if answered else None
    return {
        "thread": cards,
        "solution": every.get(topic.solution_id or 0),
        "answered": answered,
        "comment_form": form or forms.CommentForm(initial={"parent": parent_id, "text": words}),
    }


def _own_part(
    request: HttpRequest,
    product: ProductView,
    topic: TopicView,
    member_id: int | None,
    *,
    is_team: bool,
) -> dict[str, Any]:
    if member_id is None:
        return {"wish": "", "may_solve": False, "may_edit": False, "may_post": False}
    may_post = may_post_for_others(request, product)
    return {
        "wish": topics.wish_of(topic.id, member_id),
        "may_solve": rules.may_solve(
            member_id, asker_id=topic.author_id, is_team=is_team, n_solved=0
        )
        or may_post,
        "may_edit": is_team or member_id in {topic.author_id, topic.posted_by_id},
        "may_post": may_post,
    }


def _team_part(product: ProductView, topic: TopicView, sent: Mapping[str, Form]) -> dict[str, Any]:
    team = products.team_member_ids(product.id)
    return {
        "status_form": sent.get("status") or forms.StatusForm(initial=_status_now(topic)),
        "keeper_form": sent.get("keeper")
        or forms.KeeperForm(team=team_choices(team), initial={"keeper": topic.keeper_id or ""}),
        "lock_form": sent.get("lock") or forms.LockForm(),
        "hide_form": sent.get("hide") or forms.HideForm(),
    }


def team_choices(member_ids: Sequence[int]) -> list[tuple[str, object]]:
    """The people of a team, to choose from."""
    people = People(member_ids)
    return choices_of((member.id, member.name) for member in people.many(member_ids))


def _named(
    topic: TopicView, thread: Sequence[RemarkView], within: Sequence[TopicView]
) -> frozenset[str]:
    """Handles of the members who are named somewhere on the page; at most one query."""
    texts = [topic.words, *(one.words for one in within)]
    texts += [one.text for top in thread for one in (top, *top.replies)]
    handles = {handle for text in texts for handle in rules.mentions_in(text)}
    if not handles:
        return frozenset()
    return frozenset(one.handle for one in members.members_by_handle(sorted(handles)[:200]))


def _shipped_in(product: ProductView, topic: TopicView) -> list[ChangeCard]:
    if not topic.version:
        return []
    try:
        release = releases.release_of(product.id, topic.version)
    except NotFound:
        # The team wrote a version that is not a release here.
        return []
    ids = set(topics.tree_ids(topic.id))
    changes = [one for one in releases.changes_of([release.id]) if ids & set(one.topic_ids)]
    return change_cards(product.slug, changes)


def _status_now(topic: TopicView) -> dict[str, str]:
    if topic.status == "received":
        return {"status": "talking"}
    return {"status": topic.status, "reason": topic.reason, "version": topic.version}


def _quote(text: str) -> str:
    lines = text[:QUOTED].splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "")


def _number(words: str | None) -> int:
    words = words or ""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 18 else 0  # noqa: PLR2004
