"""Reading trains, releases and changes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet

from canyu.journal.errors import NotFound, gettext_noop
from canyu.members.rules import storable
from canyu.releases.models import Change, ChangeTopic, Release, RollOut, Train
from canyu.releases.rules import MissedWeek, Timetable, missed_weeks, next_slot

PAGE = 20


@dataclass(frozen=True)
class TrainView:
    """A product's train as a page shows it."""

    timetable: Timetable
    next_slot: datetime
    is_paused: bool


@dataclass(frozen=True)
class ReleaseView:
    """A release as a page shows it. `published_at` is None for drafts and undated history."""

    id: int
    product_id: int
    version: str
    notes: Mapping[str, str]
    is_hotfix: bool
    is_history: bool
    is_published: bool
    published_at: datetime | None
    n_changes: int


@dataclass(frozen=True)
class ChangeView:
    """A change as a page shows it."""

    id: int
    release_id: int
    product_id: int
    version: str
    key: str
    kind: str
    text: Mapping[str, str]
    detail: Mapping[str, str]
    area_id: int | None
    area_name: str
    picture: str
    maker_ids: tuple[int, ...]
    topic_ids: tuple[int, ...]
    plan_item_id: int | None
    refs: tuple[Mapping[str, str], ...]
    is_picked: bool


@dataclass(frozen=True)
class ReleasePage:
    """One page of a product's releases."""

    releases: tuple[ReleaseView, ...]
    number: int
    n_pages: int
    n_releases: int


def train_of(product_id: int, *, at: datetime) -> TrainView | None:
    """The product's train, or None where it has none."""
    train = Train.objects.filter(product_id=product_id).first()
    if train is None:
        return None
    return train_view(train, at)


def train_view(train: Train, at: datetime) -> TrainView:
    """What pages show of a row."""
    timetable = _timetable(train)
    return TrainView(
        timetable=timetable,
        next_slot=next_slot(timetable, at),
        is_paused=train.paused_at is not None,
    )


def missed_weeks_of(product_id: int, *, at: datetime, n_weeks: int = 12) -> list[MissedWeek]:
    """Slots of the last weeks that passed without a release; hotfixes do not fill a slot."""
    train = Train.objects.filter(product_id=product_id).first()
    if train is None:
        return []
    since = max(train.started_at, at - timedelta(weeks=n_weeks))
    published = _published(product_id).filter(
        is_hotfix=False, published_at__gte=since - timedelta(days=4)
    )
    moments = published.values_list("published_at", flat=True)
    return missed_weeks(
        _timetable(train),
        [moment for moment in moments if moment is not None],
        since=since,
        until=min(at, train.paused_at or at),
    )


def releases_of(product_id: int, *, page: int = 1) -> ReleasePage:
    """A page of what went out, newest first; undated history comes last."""
    paginator = Paginator(_newest_first(_published(product_id)), PAGE)
    leaf = paginator.get_page(page)
    return ReleasePage(
        releases=tuple(_view(row) for row in leaf.object_list),
        number=leaf.number,
        n_pages=paginator.num_pages,
        n_releases=paginator.count,
    )


def drafts_of(product_id: int) -> list[ReleaseView]:
    """What the team is writing, the last begun first."""
    rows = Release.objects.filter(product_id=product_id, is_published=False).order_by("-id")
    return [_view(row) for row in rows.annotate(n_changes=Count("changes"))]


def latest_release(product_id: int, *, with_hotfixes: bool = False) -> ReleaseView | None:
    """The release that went out last."""
    rows = _published(product_id)
    if not with_hotfixes:
        rows = rows.filter(is_hotfix=False)
    row = _newest_first(rows).first()
    return _view(row) if row else None


def release_of(product_id: int, version: str, *, with_drafts: bool = False) -> ReleaseView:
    """The release of this version; raises `NotFound`."""
    rows = Release.objects.filter(product_id=product_id, version=storable(version))
    return _one(rows if with_drafts else rows.filter(is_published=True))


def release_by_id(release_id: int, *, with_drafts: bool = False) -> ReleaseView:
    """The release with this id; raises `NotFound`."""
    rows = Release.objects.filter(pk=release_id)
    return _one(rows if with_drafts else rows.filter(is_published=True))


def releases_by_id(release_ids: Iterable[int]) -> dict[int, ReleaseView]:
    """These releases, in one query."""
    rows = Release.objects.filter(pk__in=list(release_ids)).annotate(n_changes=Count("changes"))
    return {row.pk: _view(row) for row in rows}


def releases_named(product_id: int, versions: Collection[str]) -> list[ReleaseView]:
    """What went out under these versions, in one query."""
    rows = _published(product_id).filter(version__in=versions).order_by("id")
    return [_view(row) for row in rows.annotate(n_changes=Count("changes"))]


def published_ids(product_id: int) -> list[int]:
    """Every release of a product that went out, the oldest first."""
    rows = _published(product_id).order_by(F("published_at").asc(nulls_first=True), "place", "id")
    return list(rows.values_list("id", flat=True))


def release_ids_from_topics(topic_ids: Collection[int]) -> list[int]:
    """Releases that went out with a change that names one of these topics."""
    rows = ChangeTopic.objects.filter(
        topic_id__in=topic_ids, change__release__is_published=True
    ).values_list("change__release_id", flat=True)
    return sorted(set(rows))


def changes_of(release_ids: Iterable[int]) -> list[ChangeView]:
    """The changes of these releases, in the order of the notes; three queries."""
    rows = change_rows().filter(release_id__in=list(release_ids))
    return [change_view(row) for row in rows.order_by("release_id", "place")]


def changes_by_id(change_ids: Iterable[int]) -> dict[int, ChangeView]:
    """These changes, in three queries."""
    return {row.pk: change_view(row) for row in change_rows().filter(pk__in=list(change_ids))}


def change_of(change_id: int, *, with_drafts: bool = False) -> ChangeView:
    """One change; raises `NotFound`."""
    rows = change_rows().filter(pk=change_id)
    row = rows.first() if with_drafts else rows.filter(release__is_published=True).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such change."))
    return change_view(row)


def changes_made_by(member_id: int, *, limit: int) -> list[ChangeView]:
    """Published changes of a maker, newest first."""
    rows = change_rows().filter(makers__member_id=member_id, release__is_published=True)
    return [
        change_view(row)
        for row in rows.order_by(F("release__published_at").desc(nulls_last=True), "-id")[:limit]
    ]


def roll_out_of(release_id: int) -> dict[str, datetime]:
    """{ring key: when it gets, or got, the release}."""
    rows = RollOut.objects.filter(release_id=release_id)
    return dict(rows.values_list("ring_key", "reached_at"))


def hotfixes_since(product_id: int, *, after: datetime | None, until: datetime) -> list[int]:
    """Ids of hotfixes that went out later than `after` and not later than `until`."""
    rows = _published(product_id).filter(is_hotfix=True, is_history=False, published_at__lte=until)
    if after is not None:
        rows = rows.filter(published_at__gt=after)
    return list(rows.order_by("published_at", "id").values_list("id", flat=True))


def previous_release_at(product_id: int, *, before: datetime) -> datetime | None:
    """When the regular release before this moment went out, history included."""
    rows = _published(product_id).filter(is_hotfix=False, published_at__lt=before)
    return rows.order_by("-published_at").values_list("published_at", flat=True).first()


def _timetable(train: Train) -> Timetable:
    return Timetable(**{name: getattr(train, name) for name in Timetable.__dataclass_fields__})


def _published(product_id: int) -> QuerySet[Release]:
    return Release.objects.filter(product_id=product_id, is_published=True)


def _newest_first(rows: QuerySet[Release]) -> QuerySet[Release]:
    ordered = rows.order_by(F("published_at").desc(nulls_last=True), "-place", "-id")
    return ordered.annotate(n_changes=Count("changes"))


def _one(rows: QuerySet[Release]) -> ReleaseView:
    row = rows.annotate(n_changes=Count("changes")).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such release."))
    return _view(row)


def _view(row: Release) -> ReleaseView:
    return ReleaseView(
        id=row.pk,
        product_id=row.product_id,
        version=row.version,
        notes=row.notes,
        is_hotfix=row.is_hotfix,
        is_history=row.is_history,
        is_published=row.is_published,
        published_at=row.published_at,
        n_changes=row.n_changes,  # type: ignore[attr-defined]  # annotated by every caller
    )


def change_rows() -> QuerySet[Change]:
    """Changes with their release, makers and sources; three queries."""
    return Change.objects.select_related("release").prefetch_related("makers", "sources")


def change_view(row: Change) -> ChangeView:
    """What pages show of a row."""
    makers: Sequence[tuple[int, int]] = [(one.place, one.member_id) for one in row.makers.all()]
    return ChangeView(
        id=row.pk,
        release_id=row.release_id,
        product_id=row.release.product_id,
        version=row.release.version,
        key=row.key,
        kind=row.kind,
        text=row.text,
        detail=row.detail,
        area_id=row.area_id,
        area_name=row.area_name,
        picture=row.picture,
        maker_ids=tuple(member_id for _, member_id in sorted(makers)),
        topic_ids=tuple(sorted(one.topic_id for one in row.sources.all())),
        plan_item_id=row.plan_item_id,
        refs=tuple(row.refs),
        is_picked=row.is_picked,
    )
