"""Pain points: what many say, and whether it is gone."""

from typing import Annotated, Any, Literal

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query, Router

from canyu.api.endpoints.access import READ_REFUSALS, product_for
from canyu.api.fields import PageNumber, PathId, Refusal
from canyu.api.keys import OptionalKey, caller_of
from canyu.api.people import People
from canyu.api.schemas.pains import (
    CountOut,
    PainDetailOut,
    PainOut,
    PainQuoteOut,
    PainRatioOut,
    PainsPage,
    PainWeekOut,
)
from canyu.journal import clock
from canyu.journal.errors import NotAllowed
from canyu.painpoints.queries import pains
from canyu.painpoints.queries.pains import PointView
from canyu.painpoints.verdicts import sentence_of
from canyu.products import queries as products

router = Router(tags=["pain points"], auth=OptionalKey())
REFUSALS = {**READ_REFUSALS, 403: Refusal}
PAGE = 20
# In these, people write under their names; words in reports are told without one.
SIGNED = {"topic", "remark"}
FOR_THE_TEAM = "Nothing was told: what the team has not accepted is seen by the team only."
State = Literal["noticed", "digging", "planned", "shipped", "verified", "back"]
Standing = Literal["accepted", "suggested", "dismissed"]


@router.get("/products/{slug}/pains", response={200: PainsPage, **REFUSALS})
def list_pains(
    request: HttpRequest,
    slug: str,
    page: PageNumber = 1,
    state: Annotated[State | None, Query()] = None,
    standing: Annotated[Standing, Query()] = "accepted",
) -> PainsPage:
    """Pain points, those with most voices first, 20 a page; suggestions are for the team."""
    product_id = product_for(request, slug).id
    if standing != "accepted":
        check_team(request, product_id)
    found = pains.points_of(product_id, standing=standing)
    listed = [one for one in found if state is None or one.state == state]
    paginator = Paginator(listed, PAGE)
    leaf = paginator.get_page(page)
    people = People(one.keeper_id for one in leaf)
    return PainsPage(
        pains=[PainOut(**point_fields(one, people)) for one in leaf],
        page=leaf.number,
        n_pages=paginator.num_pages,
        n_pains=paginator.count,
    )


@router.get("/products/{slug}/pains/{point_id}", response={200: PainDetailOut, **REFUSALS})
def show_pain(request: HttpRequest, slug: str, point_id: PathId) -> PainDetailOut:
    """One pain point: its weeks, languages, rings and most telling quotes."""
    product_id = product_for(request, slug).id
    if pains.point_of(point_id, product_id=product_id).standing != "accepted":
        check_team(request, product_id)
    found = pains.point_page(point_id, product_id=product_id, at=clock.now())
    signed = [one.member_id for one in found.quotes if one.kind in SIGNED]
    people = People([found.point.keeper_id, *signed])
    weeks = zip(found.weeks.mondays, found.weeks.askers, found.weeks.people, strict=True)
    return PainDetailOut(
        **point_fields(found.point, people),
        began_in=found.began_in,
        languages=[CountOut(key=key, n=n) for key, n in found.n_languages],
        rings=[CountOut(key=key, n=n) for key, n in found.n_rings],
        weeks=[PainWeekOut(monday=day, n_askers=n, n_people=of) for day, n, of in weeks],
        quotes=[
            PainQuoteOut(
                kind=one.kind,
                text=one.text,
                language=one.language,
                at=one.at,
                author=people.one(one.member_id) if one.kind in SIGNED else None,
            )
            for one in found.quotes
        ],
    )


def check_team(request: HttpRequest, product_id: int) -> None:
    """Raise `NotAllowed` for whoever is not in the team."""
    if not products.is_team(product_id, caller_of(request)):
        raise NotAllowed(FOR_THE_TEAM)


def point_fields(point: PointView, people: People) -> dict[str, Any]:
    """All that every list tells of a pain point."""
    ratio, back = point.figures.get("ratio"), point.figures.get("back")
    return {
        "id": point.id,
        "name": dict(point.name),
        "standing": point.standing,
        "state": point.state,
        "size": point.size,
        "keeper": people.one(point.keeper_id),
        "n_voices": point.n_voices,
        "n_recent": point.n_recent,
        "n_earlier": point.n_earlier,
        "first_at": point.first_at,
        "last_at": point.last_at,
        "reason": point.reason,
        "plan_item_id": point.plan_item_id,
        "change_id": point.change_id,
        "shipped_at": point.shipped_at,
        "answer": point.answer,
        "ratio": PainRatioOut(**ratio) if ratio else None,
        "back": PainRatioOut(**back) if back else None,
        "verdict": _verdict(point),
    }


def _verdict(point: PointView) -> str:
    if point.shipped_at is None:
        return ""
    sentence, said = sentence_of(point.answer, point.figures)
    # As Accept-Language has it: the answer is read by people, unlike a refusal.
    return gettext(sentence) % said
