"""The public plan."""

from django.http import HttpRequest
from ninja import Router

from canyu.api.endpoints.access import READ_REFUSALS, product_for
from canyu.api.keys import OptionalKey
from canyu.api.people import People
from canyu.api.schemas.plan import PlanItemOut, PlanOut
from canyu.journal import clock
from canyu.plan import queries as plan
from canyu.plan.queries import PlanItemView

router = Router(tags=["plan"], auth=OptionalKey())


@router.get("/products/{slug}/plan", response={200: PlanOut, **READ_REFUSALS})
def read_plan(request: HttpRequest, slug: str) -> PlanOut:
    """What the team said it will do, in which state, and why not."""
    items = plan.plan_of(product_for(request, slug).id, today=clock.now().date())
    people = People(item.keeper_id for item in items)
    return PlanOut(items=[plan_item(item, people) for item in items])


def plan_item(item: PlanItemView, people: People) -> PlanItemOut:
    """An item of the plan, as every list tells it."""
    return PlanItemOut(
        id=item.id,
        key=item.key,
        title=dict(item.title),
        words=dict(item.words),
        state=item.state,
        reason=dict(item.reason),
        keeper=people.one(item.keeper_id),
        due_version=item.due_version,
        due_on=item.due_on,
        is_late=item.is_late,
        shipped_version=item.shipped_version,
        changed_at=item.changed_at,
        topic_ids=list(item.topic_ids),
    )
