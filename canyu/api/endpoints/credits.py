"""Who brought a change, a release about, and what one member brought about."""

from django.http import HttpRequest
from ninja import Router

from canyu.api.endpoints.access import READ_REFUSALS, product_for, release_for
from canyu.api.fields import PageNumber, PathId
from canyu.api.keys import OptionalKey, caller_of
from canyu.api.schemas.credits import (
    BroughtOut,
    ChangeCredits,
    CreditedOut,
    MemberCredits,
    ReleaseCredits,
    RoleOut,
)
from canyu.credits import queries
from canyu.credits.queries import NOBODY, Thanks
from canyu.credits.rules import Who
from canyu.journal.errors import NotFound, gettext_noop
from canyu.members.queries import as_credited, member_by_handle
from canyu.members.rules import storable
from canyu.products.queries import products_for
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView

N_NAMED = 100
A_PAGE = 50

router = Router(tags=["credits"], auth=OptionalKey())


@router.get(
    "/products/{slug}/changes/{change_id}/credits", response={200: ChangeCredits, **READ_REFUSALS}
)
def read_change_credits(request: HttpRequest, slug: str, change_id: PathId) -> ChangeCredits:
    """Who is named for one change, at most 100 a role; whoever does not wish it is counted."""
    product = product_for(request, slug)
    change = releases.change_of(change_id)
    if change.product_id != product.id:
        raise NotFound(gettext_noop("There is no such change."))
    thanks = queries.thanks_for([change.id], n_first=N_NAMED)
    return _change(change, thanks.get(change.id, NOBODY))


@router.get(
    "/products/{slug}/releases/{version}/credits", response={200: ReleaseCredits, **READ_REFUSALS}
)
def read_release_credits(request: HttpRequest, slug: str, version: str) -> ReleaseCredits:
    """Who is named for the changes of a release, at most 100 a role and change."""
    _product, release = release_for(request, slug, version)
    changes = releases.changes_of([release.id])
    thanks = queries.thanks_for([one.id for one in changes], n_first=N_NAMED)
    return ReleaseCredits(
        version=release.version,
        changes=[_change(one, thanks.get(one.id, NOBODY)) for one in changes],
    )


@router.get("/members/{handle}/credits", response={200: MemberCredits, **READ_REFUSALS})
def read_member_credits(request: HttpRequest, handle: str, page: PageNumber = 1) -> MemberCredits:
    """What a member brought about in the products that you see, 50 changes a page.

    Of whoever wishes to be named otherwise it is told to themself only.
    """
    member = member_by_handle(storable(handle))
    caller_id = caller_of(request)
    is_shown = caller_id == member.id or as_credited(member) == member
    visible = {one.id: one for one in products_for(caller_id)} if is_shown else {}
    leaf = queries.brought_about_by(Who(member_id=member.id), list(visible), page=page, size=A_PAGE)
    changes = releases.changes_by_id(one.change_id for one in leaf.brought)
    shipped = releases.releases_by_id({one.release_id for one in leaf.brought})
    return MemberCredits(
        brought=[
            BroughtOut(
                product=visible[one.product_id].slug,
                version=shipped[one.release_id].version,
                published_at=shipped[one.release_id].published_at,
                change_id=one.change_id,
                text=dict(changes[one.change_id].text),
                roles=list(one.roles),
            )
            for one in leaf.brought
            if one.change_id in changes and one.release_id in shipped
        ],
        page=leaf.number,
        n_pages=leaf.n_pages,
        n_changes=leaf.n_changes,
    )


def _change(change: ChangeView, thanks: Thanks) -> ChangeCredits:
    return ChangeCredits(
        change_id=change.id,
        key=change.key,
        text=dict(change.text),
        roles=[
            RoleOut(
                role=one.role,
                people=[
                    CreditedOut(
                        handle=person.handle,
                        name=person.name,
                        person_id=person.named_id or None,
                    )
                    for person in one.people
                ],
                n_people=one.n_people,
            )
            for one in thanks.roles
        ],
    )
