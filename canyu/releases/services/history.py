"""Reading releases of the past into the product."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Literal

from django.db import transaction
from django.db.models import Max

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.members import services as members
from canyu.pictures import services as pictures
from canyu.products import queries as products
from canyu.products.services import hold_product
from canyu.releases import queries
from canyu.releases.errors import ReleaseRefused
from canyu.releases.events import ReleaseImported
from canyu.releases.models import Change, ChangeMaker, ChangeTopic, Release, RollOut
from canyu.releases.records import ChangeRecord, PersonRecord, ReleaseRecord
from canyu.topics import queries as topics

Outcome = Literal["new", "changed", "same"]


@transaction.atomic
def import_release(
    *,
    product_id: int,
    record: ReleaseRecord,
    at: datetime,
    files: Mapping[str, BinaryIO] | None = None,
) -> Outcome:
    """Write one release of the past, whole or not at all; reading it again changes nothing.

    `files` holds the pictures that its changes name. A history release opens no report, sends
    no thanks and counts in no award. Raises `ReleaseRefused` when the version is the product's
    own, a draft too, and says something else, `PictureRefused` for a broken picture.
    """
    record = _with_pictures_in(files or {}, record)
    hold_product(product_id)
    existing = Release.objects.filter(product_id=product_id, version=record.version).first()
    if existing is not None:
        if existing.is_published and queries.is_same_record(existing.pk, record):
            return "same"
        if not existing.is_history:
            raise ReleaseRefused(
                gettext_noop(
                    "%(version)s was not read, because the team wrote it here and it is no "
                    "history. Change it on its page, or take it out of the file."
                ),
                status=409,
                version=record.version,
            )
    release = _write_release(product_id, record, existing, at)
    _write_changes(release, record.changes, files or {}, at)
    journal.publish(ReleaseImported(at=at, release_id=release.pk, product_id=product_id))
    return "changed" if existing else "new"


@transaction.atomic
def add_to_history(
    *,
    product_id: int,
    version: str,
    published_at: datetime | None,
    records: Sequence[ChangeRecord],
    at: datetime,
) -> bool:
    """Add what is missing of these changes to a release of the past; return whether it is history.

    The release is made where there is none. What it holds already stays as it is, and a release
    that the team wrote here is left alone.
    """
    hold_product(product_id)
    release = Release.objects.filter(product_id=product_id, version=version).first()
    if release is not None and not release.is_history:
        return False
    if release is None:
        empty = ReleaseRecord(
            version=version,
            published_at=published_at,
            is_hotfix=False,
            notes={},
            rings={},
            changes=(),
        )
        release = _write_release(product_id, empty, None, at)
    last = release.changes.aggregate(last=Max("place"))["last"] or 0
    known = set(release.changes.values_list("key", flat=True))
    areas = products.area_ids_by_slug(product_id)
    new = [one for one in records if one.key not in known]
    Change.objects.bulk_create(
        _change(release, record, None, place, areas, {}, at)
        for place, record in enumerate(new, start=last + 1)
    )
    if new:
        journal.publish(ReleaseImported(at=at, release_id=release.pk, product_id=product_id))
    return True


def _with_pictures_in(files: Mapping[str, BinaryIO], record: ReleaseRecord) -> ReleaseRecord:
    # A picture that did not come along is none; else the release would never be read as the same.
    return replace(
        record,
        changes=tuple(
            change if change.picture in files else replace(change, picture="")
            for change in record.changes
        ),
    )


def _write_release(
    product_id: int, record: ReleaseRecord, existing: Release | None, at: datetime
) -> Release:
    release = existing or Release(product_id=product_id, version=record.version, made_at=at)
    release.notes = dict(record.notes)
    release.is_hotfix = record.is_hotfix
    release.is_history = release.is_published = True
    release.published_at = record.published_at
    if existing is None:
        last = Release.objects.filter(product_id=product_id).aggregate(last=Max("place"))["last"]
        release.place = (last or 0) + 1
    release.save()
    release.roll_outs.all().delete()
    RollOut.objects.bulk_create(
        RollOut(release=release, ring_key=ring_key, reached_at=reached_at)
        for ring_key, reached_at in record.rings.items()
    )
    return release


def _write_changes(
    release: Release,
    records: tuple[ChangeRecord, ...],
    files: Mapping[str, BinaryIO],
    at: datetime,
) -> None:
    areas = products.area_ids_by_slug(release.product_id)
    release.changes.exclude(key__in=[record.key for record in records]).delete()
    earlier = {change.key: change for change in release.changes.all()}
    changes = [
        _change(release, record, earlier.get(record.key), place, areas, files, at)
        for place, record in enumerate(records, start=1)
    ]
    Change.objects.bulk_create(change for change in changes if change.key not in earlier)
    for change in changes:
        if change.key in earlier:
            change.save()
    ids = {change.key: change.pk for change in changes}
    _write_people(ids, records, at)
    _write_sources(release.product_id, ids, records)


def _change(
    release: Release,
    record: ChangeRecord,
    earlier: Change | None,
    place: int,
    areas: dict[str, int],
    files: Mapping[str, BinaryIO],
    at: datetime,
) -> Change:
    change = earlier or Change(release=release, key=record.key)
    change.kind = record.kind
    change.text, change.detail = dict(record.text), dict(record.detail)
    change.area_id, change.area_name = areas.get(record.area), record.area
    change.place = place
    change.refs = [topic.to_json() for topic in record.topics]
    change.picture = (
        pictures.store_picture(file=files[record.picture], at=at) if record.picture else ""
    )
    return change


def _write_people(ids: dict[str, int], records: tuple[ChangeRecord, ...], at: datetime) -> None:
    people: dict[str, PersonRecord] = {}
    for record in records:
        for maker in record.makers:
            people.setdefault(maker.handle, maker)
    member_ids = members.find_or_add_people(
        people={maker.handle: maker.name for maker in people.values()}, at=at
    )
    ChangeMaker.objects.filter(change_id__in=ids.values()).delete()
    ChangeMaker.objects.bulk_create(
        ChangeMaker(change_id=ids[record.key], member_id=member_id, place=place)
        for record in records
        # Two spellings may be one person.
        for place, member_id in enumerate(
            dict.fromkeys(member_ids[maker.handle] for maker in record.makers)
        )
    )


def _write_sources(product_id: int, ids: dict[str, int], records: tuple[ChangeRecord, ...]) -> None:
    keys = {topic.key for record in records for topic in record.topics}
    known = topics.topic_ids_by_key(product_id, keys)
    ChangeTopic.objects.filter(change_id__in=ids.values()).delete()
    ChangeTopic.objects.bulk_create(
        ChangeTopic(change_id=ids[record.key], topic_id=known[topic.key])
        for record in records
        for topic in record.topics
        if topic.key in known
    )
