"""The wall of awards."""

from collections.abc import Mapping
from dataclasses import asdict

from django.http import HttpRequest
from ninja import Router

from canyu.api.endpoints.access import READ_REFUSALS, picture_address, product_for
from canyu.api.fields import PageNumber
from canyu.api.keys import OptionalKey
from canyu.api.people import People
from canyu.api.schemas.certainty import VerdictOut
from canyu.api.schemas.wall import AwardOut, WallOut, WinnerOut
from canyu.awards import queries as awards
from canyu.awards.queries import AwardView
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView

router = Router(tags=["wall"], auth=OptionalKey())


@router.get("/products/{slug}/wall", response={200: WallOut, **READ_REFUSALS})
def read_wall(request: HttpRequest, slug: str, page: PageNumber = 1) -> WallOut:
    """Certified awards and weeks without one, newest first, 12 a page."""
    leaf = awards.wall_of(product_for(request, slug).id, page=page)
    changes = releases.changes_by_id(one for award in leaf.awards for one in award.change_ids)
    found = releases.releases_by_id(award.release_id for award in leaf.awards)
    people = People(maker for change in changes.values() for maker in change.maker_ids)
    return WallOut(
        awards=[
            _award(award, found[award.release_id].version, changes, people)
            for award in leaf.awards
            if award.release_id in found
        ],
        page=leaf.number,
        n_pages=leaf.n_pages,
        n_awards=leaf.n_awards,
    )


def _award(
    award: AwardView, version: str, changes: Mapping[int, ChangeView], people: People
) -> AwardOut:
    return AwardOut(
        version=version,
        state=award.state,
        outcome=award.outcome,
        reason=award.reason,
        n_judging=award.n_judging,
        verdict=VerdictOut(**asdict(award.verdict)) if award.verdict else None,
        number=award.number,
        proposed_at=award.proposed_at,
        certified_at=award.certified_at,
        winners=[
            WinnerOut(
                change_id=change_id,
                text=dict(changes[change_id].text),
                makers=people.makers(changes[change_id].maker_ids),
                p_win=p_win,
            )
            for change_id, p_win in zip(award.change_ids, award.p_wins, strict=True)
            if change_id in changes
        ],
        citation=dict(award.citation),
        picture=picture_address(award.picture),
        gift=award.gift,
        gift_on=award.gift_on,
    )
