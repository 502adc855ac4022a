"""Releases in their exchange form: what import reads and export writes."""

from collections.abc import Iterable, Iterator

from django.db.models import F, QuerySet

from canyu.journal.errors import NotFound, gettext_noop
from canyu.members import queries as members
from canyu.members.rules import handle_like
from canyu.releases.models import Change, Release
from canyu.releases.records import ChangeRecord, PersonRecord, ReleaseRecord, TopicRef

BATCH = 100


def release_records(product_id: int) -> Iterator[ReleaseRecord]:
    """Everything that went out, oldest first and undated before it, as import would take it."""
    rows = Release.objects.filter(product_id=product_id, is_published=True)
    oldest_first = rows.order_by(F("published_at").asc(nulls_first=True), "place", "id")
    ids = list(oldest_first.values_list("id", flat=True))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = {row.pk: row for row in _rows().filter(pk__in=batch)}
        handles = _handles(found.values())
        yield from (_record(found[pk], handles) for pk in batch)


def release_record(release_id: int) -> ReleaseRecord:
    """Return one release that went out in its exchange form; raise `NotFound`."""
    row = _rows().filter(pk=release_id, is_published=True).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such release."))
    return _record(row, _handles([row]))


def is_same_record(release_id: int, record: ReleaseRecord) -> bool:
    """Whether the store already says exactly this of a release."""
    row = _rows().get(pk=release_id)
    return _comparable(_record(row, _handles([row]))) == _comparable(record)


def _rows() -> QuerySet[Release]:
    return Release.objects.prefetch_related(
        "roll_outs", "changes__makers", "changes__sources__topic", "changes__area"
    )


def _handles(rows: Iterable[Release]) -> dict[int, tuple[str, str]]:
    member_ids = {
        maker.member_id
        for row in rows
        for change in row.changes.all()
        for maker in change.makers.all()
    }
    views = members.members_of(member_ids)
    return {member_id: (view.handle, view.name) for member_id, view in views.items()}


def _record(row: Release, handles: dict[int, tuple[str, str]]) -> ReleaseRecord:
    return ReleaseRecord(
        version=row.version,
        published_at=row.published_at,
        is_hotfix=row.is_hotfix,
        notes=row.notes,
        rings={one.ring_key: one.reached_at for one in row.roll_outs.all()},
        changes=tuple(
            _change_record(change, handles)
            for change in sorted(row.changes.all(), key=lambda change: change.place)
        ),
    )


def _change_record(change: Change, handles: dict[int, tuple[str, str]]) -> ChangeRecord:
    makers = sorted(change.makers.all(), key=lambda maker: maker.place)
    refs = [TopicRef(key=ref["key"], url=ref.get("url", "")) for ref in change.refs]
    named = {ref.key for ref in refs}
    own = [source.topic.key or f"topic-{source.topic_id}" for source in change.sources.all()]
    return ChangeRecord(
        key=change.key,
        kind=change.kind,
        text=change.text,
        detail=change.detail,
        area=change.area.slug if change.area else change.area_name,
        makers=tuple(PersonRecord(*handles[maker.member_id]) for maker in makers),
        topics=(*refs, *(TopicRef(key=key) for key in sorted(own) if key not in named)),
        picture=f"pictures/{change.picture}.webp" if change.picture else "",
    )


def _comparable(record: ReleaseRecord) -> object:
    # Names are not compared: a person may have chosen another since.
    return (
        record.version,
        record.published_at,
        record.is_hotfix,
        dict(record.notes),
        dict(record.rings),
        [
            (
                change.key,
                change.kind,
                dict(change.text),
                dict(change.detail),
                change.area,
                list(dict.fromkeys(handle_like(maker.handle) for maker in change.makers)),
                sorted((topic.key, topic.url) for topic in change.topics),
                bool(change.picture),
            )
            for change in record.changes
        ],
    )
