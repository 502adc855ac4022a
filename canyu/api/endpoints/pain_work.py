"""What a team does with a pain point, and what only those who asked can say of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import ninja
from django.http import HttpRequest
from ninja import Router

from canyu.api.endpoints.access import WRITE_REFUSALS, product_for
from canyu.api.endpoints.pains import REFUSALS, SIGNED, check_team, show_pain
from canyu.api.fields import PathId
from canyu.api.keys import MemberKey, OptionalKey, member_of
from canyu.api.people import People
from canyu.api.schemas import pain_work as forms
from canyu.api.schemas.pains import PainDetailOut
from canyu.journal import clock
from canyu.journal.errors import NotFound
from canyu.members.queries import member_by_handle
from canyu.members.rules import storable
from canyu.painpoints import services
from canyu.painpoints.queries import pains

router = Router(tags=["pain points"], auth=OptionalKey())
NO_PROPOSAL = "There is no such proposal, or somebody answered it already."


@router.get("/products/{slug}/pains/{point_id}/work", response={200: forms.WorkOut, **REFUSALS})
def show_work(request: HttpRequest, slug: str, point_id: PathId) -> forms.WorkOut:
    """All that it stands on, its dig log, what was decided and what is proposed: for the team."""
    product_id = product_for(request, slug).id
    check_team(request, product_id)
    found = pains.point_page(point_id, product_id=product_id, at=clock.now())
    notes, decisions = pains.notes_of(point_id), pains.decisions_of(point_id)
    signed = [one.member_id for one in found.said if one.kind in SIGNED]
    people = People(
        [*signed, *(one.author_id for one in notes), *(one.actor_id for one in decisions)]
    )
    return forms.WorkOut(
        id=point_id,
        standing=found.point.standing,
        said=[
            forms.SaidOut(
                id=one.id,
                kind=one.kind,
                text=one.text,
                language=one.language,
                at=one.at,
                author=people.one(one.member_id) if one.kind in SIGNED else None,
                is_maybe=one.is_maybe,
                is_copy=one.is_copy,
            )
            for one in found.said
        ],
        notes=[
            forms.NoteOut(
                kind=one.kind, words=one.words, author=people.one(one.author_id), at=one.at
            )
            for one in notes
        ],
        decisions=[
            forms.DecisionOut(
                verb=one.verb, reason=one.reason, actor=people.one(one.actor_id), at=one.at
            )
            for one in decisions
        ],
        proposals=[
            forms.ProposalOut(
                id=one.id,
                kind=one.kind,
                other_id=one.other.id if one.other else None,
                texts=list(one.texts),
            )
            for one in pains.proposals_of(point_id)
        ],
    )


@router.post(
    "/products/{slug}/pains/{point_id}/work",
    response={200: PainDetailOut, **WRITE_REFUSALS},
    auth=MemberKey(),
)
def work_on_pain(
    request: HttpRequest,
    slug: str,
    point_id: PathId,
    body: Annotated[forms.WorkIn, ninja.Body(discriminator="act")],
) -> PainDetailOut:
    """Do one of the things that a team does; answers the pain point, of a split the new one.

    Each is kept as a decision, and later runs respect it.
    """
    product_id, at = product_for(request, slug).id, clock.now()
    check_team(request, product_id)
    pains.point_of(point_id, product_id=product_id)
    act = _ACTS[type(body)]
    shown_id = act(member_of(request), point_id, body, at) or point_id
    return show_pain(request, slug, shown_id)


@router.post(
    "/products/{slug}/pains/{point_id}/gone",
    response={200: PainDetailOut, **WRITE_REFUSALS},
    auth=MemberKey(),
)
def say_gone(
    request: HttpRequest, slug: str, point_id: PathId, body: forms.GoneIn
) -> PainDetailOut:
    """Say whether it is gone, as one who asked for it; it may be said anew."""
    product_id = product_for(request, slug).id
    pains.point_of(point_id, product_id=product_id)
    services.say_whether_gone(
        member_id=member_of(request), point_id=point_id, answer=body.answer, at=clock.now()
    )
    return show_pain(request, slug, point_id)


def _accept(actor_id: int, point_id: int, body: forms.AcceptIn, at: datetime) -> None:
    services.accept_point(actor_id=actor_id, point_id=point_id, wording_ids=body.said, at=at)


def _dismiss(actor_id: int, point_id: int, body: forms.DismissIn, at: datetime) -> None:
    services.dismiss_point(
        actor_id=actor_id, point_id=point_id, reason=storable(body.reason), at=at
    )


def _split(actor_id: int, point_id: int, body: forms.SplitIn, at: datetime) -> int:
    return services.split_point(
        actor_id=actor_id,
        point_id=point_id,
        wording_ids=body.said,
        name=storable(body.name),
        at=at,
    )


def _join(actor_id: int, point_id: int, body: forms.JoinIn, at: datetime) -> None:
    services.join_points(actor_id=actor_id, point_id=point_id, other_id=body.other, at=at)


def _rename(actor_id: int, point_id: int, body: forms.RenameIn, at: datetime) -> None:
    services.rename_point(
        actor_id=actor_id,
        point_id=point_id,
        name=storable(body.name),
        language=body.language,
        at=at,
    )


def _add(actor_id: int, point_id: int, body: forms.AddIn, at: datetime) -> None:
    services.add_topic_to_point(actor_id=actor_id, point_id=point_id, topic_id=body.topic, at=at)


def _answer(actor_id: int, point_id: int, body: forms.AnswerIn, at: datetime) -> None:
    if body.proposal not in {one.id for one in pains.proposals_of(point_id)}:
        raise NotFound(NO_PROPOSAL)
    services.answer_proposal(actor_id=actor_id, proposal_id=body.proposal, is_so=body.is_so, at=at)


def _see(actor_id: int, point_id: int, _body: forms.SeeIn, at: datetime) -> None:
    services.notice_point(actor_id=actor_id, point_id=point_id, at=at)


def _note(actor_id: int, point_id: int, body: forms.NoteIn, at: datetime) -> None:
    services.note_dig(
        actor_id=actor_id, point_id=point_id, kind=body.kind, words=storable(body.words), at=at
    )


def _change(actor_id: int, point_id: int, body: forms.ChangeIn, at: datetime) -> None:
    services.change_point(
        actor_id=actor_id,
        point_id=point_id,
        keeper_id=member_by_handle(storable(body.keeper)).id,
        size=body.size,
        state=storable(body.state),
        at=at,
    )


def _bind(actor_id: int, point_id: int, body: forms.BindIn, at: datetime) -> None:
    services.bind_point(
        actor_id=actor_id,
        point_id=point_id,
        plan_item_id=body.plan_item,
        change_id=body.change,
        at=at,
    )


def _decide(actor_id: int, point_id: int, body: forms.DecideIn, at: datetime) -> None:
    services.plan_point(
        actor_id=actor_id,
        point_id=point_id,
        state=body.state,
        due_version=storable(body.due_version),
        reason={key: storable(words) for key, words in body.reason.items()},
        at=at,
    )


_ACTS: Mapping[type, Callable[[int, int, Any, datetime], int | None]] = {
    forms.AcceptIn: _accept,
    forms.DismissIn: _dismiss,
    forms.SplitIn: _split,
    forms.JoinIn: _join,
    forms.RenameIn: _rename,
    forms.AddIn: _add,
    forms.AnswerIn: _answer,
    forms.SeeIn: _see,
    forms.NoteIn: _note,
    forms.ChangeIn: _change,
    forms.BindIn: _bind,
    forms.DecideIn: _decide,
}
