"""Writing a release before it goes out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Max

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.journal.events import shown_of_product
from canyu.pictures import services as pictures
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.products.services import hold_product
from canyu.releases import queries
from canyu.releases.errors import ReleaseRefused
from canyu.releases.models import Change, ChangeMaker, ChangeTopic, Release
from canyu.releases.records import CHANGE_KINDS
from canyu.releases.rules import (
    LONGEST_DETAIL,
    LONGEST_NOTES,
    LONGEST_TEXT,
    MOST_CHANGES,
    check_texts,
    check_version,
    is_frozen,
)
from canyu.topics import queries as topics


@transaction.atomic
def draft_release(
    *,
    actor_id: int,
    product_id: int,
    version: str,
    at: datetime,
    notes: Mapping[str, str] | None = None,
    is_hotfix: bool = False,
) -> int:
    """Begin a release; return its id. Raises `NotAllowed` or `ReleaseRefused`."""
    _check_team(product_id, actor_id)
    version = _free_version(product_id, version, but=None)
    release = Release.objects.create(
        product_id=product_id,
        version=version,
        notes=check_texts(notes or {}, longest=LONGEST_NOTES),
        is_hotfix=is_hotfix,
        made_at=at,
        made_by_id=actor_id,
    )
    return release.pk


@transaction.atomic
def change_release(
    *, actor_id: int, release_id: int, version: str, notes: Mapping[str, str], is_hotfix: bool
) -> None:
    """Change version, notes and kind of a draft; of a published release only the notes."""
    release = release_row(release_id)
    _check_team(release.product_id, actor_id)
    release.notes = check_texts(notes, longest=LONGEST_NOTES)
    if not release.is_published:
        release.version = _free_version(release.product_id, version, but=release.pk)
        release.is_hotfix = is_hotfix
    release.save(update_fields=["notes", "version", "is_hotfix"])
    if release.is_published:
        journal.mark_changed(shown_of_product(release.product_id))


@transaction.atomic
def remove_draft(*, actor_id: int, release_id: int) -> None:
    """Throw a draft away. What was published stays for ever."""
    release = _draft_row(release_id)
    _check_team(release.product_id, actor_id)
    release.delete()


@transaction.atomic
def put_change(
    *,
    actor_id: int,
    release_id: int,
    kind: str,
    text: Mapping[str, str],
    maker_ids: Sequence[int],
    at: datetime,
    change_id: int | None = None,
    detail: Mapping[str, str] | None = None,
    area_id: int | None = None,
    topic_ids: Sequence[int] = (),
    plan_item_id: int | None = None,
) -> int:
    """Add a change to a draft, or change one; return its id.

    Makers are members of the team. From the freeze on only an owner may. Raises `NotAllowed`
    or `ReleaseRefused`; then nothing was written.
    """
    release = _draft_row(release_id)
    _check_team(release.product_id, actor_id)
    _check_not_frozen(release, actor_id, at)
    if kind not in CHANGE_KINDS:
        raise ReleaseRefused(
            gettext_noop("The change was not saved: “%(word)s” is no kind of change."),
            word=kind[:40],
        )
    values: dict[str, Any] = {
        "kind": kind,
        "text": check_texts(text, longest=LONGEST_TEXT, needed=True),
        "detail": check_texts(detail or {}, longest=LONGEST_DETAIL),
        "area_id": area_id if area_id in products.area_ids(release.product_id) else None,
        "plan_item_id": _plan_item_id(release.product_id, plan_item_id, at),
    }
    change = _write_change(release, change_id, values)
    _write_makers(change, release.product_id, maker_ids)
    _write_sources(change, topic_ids, at)
    return change.pk


@transaction.atomic
def put_change_picture(*, actor_id: int, change_id: int, file: BinaryIO, at: datetime) -> None:
    """Show a picture with a change. Raises `PictureRefused` when the file is none."""
    change = _change_row(change_id)
    _check_team(change.release.product_id, actor_id)
    change.picture = pictures.store_picture(file=file, at=at)
    change.save(update_fields=["picture"])
    journal.mark_changed(shown_of_product(change.release.product_id))


@transaction.atomic
def take_change_picture_away(*, actor_id: int, change_id: int) -> None:
    """Show no picture with a change any more."""
    change = _change_row(change_id)
    _check_team(change.release.product_id, actor_id)
    change.picture = ""
    change.save(update_fields=["picture"])
    journal.mark_changed(shown_of_product(change.release.product_id))


@transaction.atomic
def remove_change(*, actor_id: int, change_id: int, at: datetime) -> None:
    """Take a change out of a draft."""
    change = _change_row(change_id)
    release = _draft_row(change.release_id)
    _check_team(release.product_id, actor_id)
    _check_not_frozen(release, actor_id, at)
    change.delete()


@transaction.atomic
def pick_judged(*, actor_id: int, release_id: int, change_ids: Sequence[int]) -> None:
    """Pick which changes stand on the report, where there are more than sixty."""
    release = release_row(release_id)
    _check_team(release.product_id, actor_id)
    Change.objects.filter(release=release).update(is_picked=False)
    Change.objects.filter(release=release, pk__in=list(change_ids)).update(is_picked=True)


def release_row(release_id: int) -> Release:
    """The release, locked for this transaction; raises `NotFound`."""
    release = Release.objects.select_for_update(no_key=True).filter(pk=release_id).first()
    if release is None:
        raise NotFound(gettext_noop("There is no such release."))
    return release


def _draft_row(release_id: int) -> Release:
    release = release_row(release_id)
    if release.is_published:
        raise ReleaseRefused(
            gettext_noop(
                "Nothing was changed: %(version)s is already out, and what people were told "
                "stays. Put the correction into the next release."
            ),
            status=409,
            version=release.version,
        )
    return release


def _change_row(change_id: int) -> Change:
    # Its release is locked first, as wherever a change is written.
    changes = Change.objects.filter(pk=change_id)
    release_id = changes.values_list("release_id", flat=True).first()
    if release_id is not None:
        release_row(release_id)
    change = changes.select_related("release").first()
    if change is None:
        raise NotFound(gettext_noop("There is no such change."))
    return change


def _check_team(product_id: int, actor_id: int) -> None:
    if not products.is_team(product_id, actor_id):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only the team of this product writes its releases.")
        )


def _check_not_frozen(release: Release, actor_id: int, at: datetime) -> None:
    if release.is_hotfix or products.is_owner(release.product_id, actor_id):
        return
    train = queries.train_of(release.product_id, at=at)
    if train is not None and not train.is_paused and is_frozen(train.timetable, at):
        raise ReleaseRefused(
            gettext_noop(
                "Nothing was changed: %(version)s is frozen until it leaves. "
                "Ask an owner, or let the change take next week's train."
            ),
            status=409,
            version=release.version,
        )


def _free_version(product_id: int, version: str, *, but: int | None) -> str:
    version = check_version(version)
    hold_product(product_id)
    taken = Release.objects.filter(product_id=product_id, version=version)
    if taken.exclude(pk=but or 0).exists():
        raise ReleaseRefused(
            gettext_noop(
                "The release was not saved, because there is a %(version)s already. "
                "Choose another version."
            ),
            status=409,
            version=version,
        )
    return version


def _write_change(release: Release, change_id: int | None, values: dict[str, Any]) -> Change:
    if change_id is not None:
        change = Change.objects.filter(pk=change_id, release=release).first()
        if change is None:
            raise NotFound(gettext_noop("There is no such change."))
        for name, value in values.items():
            setattr(change, name, value)
        change.save()
        return change
    if release.changes.count() >= MOST_CHANGES:
        raise ReleaseRefused(
            gettext_noop("The change was not added: a release holds %(most)s changes at most."),
            most=MOST_CHANGES,
        )
    place = (release.changes.aggregate(last=Max("place"))["last"] or 0) + 1
    keys = set(release.changes.values_list("key", flat=True))
    number = place
    while str(number) in keys:
        number += 1
    return Change.objects.create(release=release, key=str(number), place=place, **values)


def _write_makers(change: Change, product_id: int, maker_ids: Sequence[int]) -> None:
    team = products.team_member_ids(product_id)
    for maker_id in maker_ids:
        if maker_id not in team:
            raise ReleaseRefused(
                gettext_noop(
                    "The change was not saved: its makers must be in the team. "
                    "An owner can invite them."
                )
            )
    change.makers.all().delete()
    ChangeMaker.objects.bulk_create(
        ChangeMaker(change=change, member_id=maker_id, place=place)
        for place, maker_id in enumerate(dict.fromkeys(maker_ids))
    )


def _write_sources(change: Change, topic_ids: Sequence[int], at: datetime) -> None:
    known = topics.topics_by_id(topic_ids, at=at)
    change.sources.all().delete()
    ChangeTopic.objects.bulk_create(
        ChangeTopic(change=change, topic_id=topic_id)
        for topic_id, topic in known.items()
        if topic.product_id == change.release.product_id
    )


def _plan_item_id(product_id: int, item_id: int | None, at: datetime) -> int | None:
    if item_id is None:
        return None
    items = plan.plan_items_by_id([item_id], today=at.date())
    return item_id if item_id in items and items[item_id].product_id == product_id else None
