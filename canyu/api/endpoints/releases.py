"""Releases and their changes."""

from django.http import HttpRequest
from ninja import Router

from canyu.api.endpoints.access import (
    READ_REFUSALS,
    picture_address,
    product_for,
    release_for,
)
from canyu.api.fields import PageNumber
from canyu.api.keys import OptionalKey
from canyu.api.people import People
from canyu.api.schemas.releases import (
    ChangeOut,
    ReleaseDetail,
    ReleaseOut,
    ReleasesPage,
    TopicRefOut,
)
from canyu.credits import queries as credit_queries
from canyu.releases import queries as releases
from canyu.releases.queries import ChangeView
from canyu.releases.records import ChangeRecord

router = Router(tags=["releases"], auth=OptionalKey())


@router.get("/products/{slug}/releases", response={200: ReleasesPage, **READ_REFUSALS})
def list_releases(request: HttpRequest, slug: str, page: PageNumber = 1) -> ReleasesPage:
    """What went out, newest first, 20 a page. A page beyond the last is the last."""
    leaf = releases.releases_of(product_for(request, slug).id, page=page)
    return ReleasesPage(
        releases=[
            ReleaseOut(
                version=one.version,
                published_at=one.published_at,
                is_hotfix=one.is_hotfix,
                is_history=one.is_history,
                n_changes=one.n_changes,
                notes=dict(one.notes),
            )
            for one in leaf.releases
        ],
        page=leaf.number,
        n_pages=leaf.n_pages,
        n_releases=leaf.n_releases,
    )


@router.get("/products/{slug}/releases/{version}", response={200: ReleaseDetail, **READ_REFUSALS})
def read_release(request: HttpRequest, slug: str, version: str) -> ReleaseDetail:
    """One release with its changes, their makers, and how many asked for each."""
    _product, release = release_for(request, slug, version)
    record = releases.release_record(release.id)
    changes = {change.key: change for change in releases.changes_of([release.id])}
    people = People(maker for change in changes.values() for maker in change.maker_ids)
    asked = credit_queries.asked_by([change.id for change in changes.values()], n_first=1)
    return ReleaseDetail(
        version=record.version,
        published_at=record.published_at,
        is_hotfix=record.is_hotfix,
        is_history=release.is_history,
        notes=dict(record.notes),
        rings=dict(record.rings),
        changes=[
            _change(one, changes[one.key], asked.get(changes[one.key].id), people)
            for one in record.changes
            if one.key in changes
        ],
    )


def _change(
    record: ChangeRecord,
    change: ChangeView,
    asked: credit_queries.AskedBy | None,
    people: People,
) -> ChangeOut:
    return ChangeOut(
        id=change.id,
        key=record.key,
        kind=record.kind,
        text=dict(record.text),
        detail=dict(record.detail),
        area=record.area,
        makers=people.makers(change.maker_ids),
        topics=[TopicRefOut(key=one.key, url=one.url) for one in record.topics],
        picture=picture_address(change.picture),
        n_askers=asked.n_people if asked else 0,
    )
