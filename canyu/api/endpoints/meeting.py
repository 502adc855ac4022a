"""The product meeting, for the team's programs."""

from collections.abc import Sequence

from django.http import HttpRequest
from ninja import Router

from canyu.api.endpoints.access import product_for
from canyu.api.endpoints.pains import REFUSALS, check_team, point_fields
from canyu.api.endpoints.plan import plan_item
from canyu.api.keys import OptionalKey, member_of
from canyu.api.people import People
from canyu.api.schemas.meeting import HurtOut, MeetingOut, NoOut, WantedOut
from canyu.api.schemas.pains import PainOut
from canyu.api.schemas.plan import PlanItemOut
from canyu.journal import clock
from canyu.painpoints.queries.meeting import Hurt, Meeting, meeting_of
from canyu.painpoints.queries.pains import PointView
from canyu.plan.queries import PlanItemView

router = Router(tags=["pain points"], auth=OptionalKey())


@router.get("/products/{slug}/meeting", response={200: MeetingOut, **REFUSALS})
def show_meeting(request: HttpRequest, slug: str) -> MeetingOut:
    """What the product meeting has before it this week: for the team."""
    product_id = product_for(request, slug).id
    check_team(request, product_id)
    found = meeting_of(product_id, viewer_id=member_of(request), at=clock.now())
    people = _people(found)

    def points(of: Sequence[PointView]) -> list[PainOut]:
        return [PainOut(**point_fields(one, people)) for one in of]

    def items(of: Sequence[PlanItemView]) -> list[PlanItemOut]:
        return [plan_item(one, people) for one in of]

    return MeetingOut(
        week=found.week,
        by_voices=points(found.by_voices),
        rising=points(found.rising),
        to_decide=[one.id for one in found.to_decide],
        n_suggested=found.n_suggested,
        version=found.last.release.version if found.last.release else "",
        wanted=[
            WantedOut(item=plan_item(one.item, people), share=one.share)
            for one in found.last.wanted
        ],
        hurt=[_hurt(one) for one in found.last.hurt],
        due=items(found.due),
        verified=points(found.verified),
        at_work=items(found.at_work),
        cap=found.cap,
        is_full=found.is_full,
        noes=[
            NoOut(
                name=dict(one.name),
                reason=one.reason if isinstance(one.reason, str) else dict(one.reason),
                on=one.on,
            )
            for one in found.noes
        ],
    )


def _people(found: Meeting) -> People:
    points = [*found.by_voices, *found.rising, *found.verified]
    items = [*found.due, *found.at_work, *(one.item for one in found.last.wanted)]
    return People([*(one.keeper_id for one in points), *(one.keeper_id for one in items)])


def _hurt(one: Hurt) -> HurtOut:
    return HurtOut(
        change_id=one.change.id,
        text=dict(one.change.text),
        n_worst=one.n_worst,
        n_shown=one.n_shown,
        repair=one.repair.state if one.repair else None,
    )
