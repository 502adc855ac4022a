"""Taking words that were said elsewhere: each once, whoever brings it how often."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from canyu.channels.errors import SayingRefused, SayingsRefused
from canyu.channels.events import WordsTaken
from canyu.channels.models import Guest, Origin, Saying
from canyu.channels.sayings.records import (
    MOST_AT_ONCE,
    SayingRecord,
    Whence,
    check_record,
    person_key,
    saying_key,
)
from canyu.channels.services.guests import claim_by_code
from canyu.channels.services.team import check_team
from canyu.journal.errors import Refused, gettext_noop
from canyu.journal.services import publish

CODE_BEGINS = "canyu-"
GuestKey = tuple[int, str]


@dataclass(frozen=True)
class Brought:
    """One word after it was brought; `is_new` is false where it was known."""

    saying_id: int
    is_new: bool


@transaction.atomic
def bring_words(
    *, actor_id: int, product_id: int, records: Sequence[SayingRecord], way: str, at: datetime
) -> list[Brought]:
    """Take words that wait for the team then, in the order given; what is known stays as it is.

    All or none. Raises `SayingsRefused` with the numbers of those that cannot be taken, and
    `NotAllowed`.
    """
    check_team(product_id, actor_id)
    return keep_words(
        checked(records, at=at), product_id=product_id, actor_id=actor_id, way=way, at=at
    )


def checked(records: Sequence[SayingRecord], *, at: datetime) -> list[SayingRecord]:
    """Return what would be kept of these; raise `SayingsRefused`."""
    if len(records) > MOST_AT_ONCE:
        raise SayingRefused(
            gettext_noop(
                "Nothing was kept: %(n)s words came at once, and %(most)s may. Bring them in parts."
            ),
            status=413,
            n=len(records),
            most=MOST_AT_ONCE,
        )
    kept: list[SayingRecord] = []
    problems: list[tuple[int, Refused]] = []
    for number, record in enumerate(records, 1):
        try:
            kept.append(check_record(record, at=at))
        except Refused as refusal:
            problems.append((number, refusal))
    if problems:
        raise SayingsRefused(problems)
    return kept


@transaction.atomic
def keep_words(
    records: Sequence[SayingRecord],
    *,
    product_id: int,
    actor_id: int | None,
    way: str,
    at: datetime,
) -> list[Brought]:
    """Write words that were checked; whoever calls it has asked whether the actor may."""
    origins = _origins(product_id, {record.whence for record in records}, at)
    guests = _guests(records, origins, at)
    wanted = [(origins[_named(one.whence)].pk, saying_key(one)) for one in records]
    before = _sayings(wanted)
    new: dict[GuestKey, Saying] = {}
    for record, key in zip(records, wanted, strict=True):
        if key in before or key in new:
            continue
        new[key] = Saying(
            product_id=product_id,
            origin_id=key[0],
            guest=guests[key[0], person_key(record)],
            key=key[1],
            outside_id=record.outside_id,
            text=record.text,
            language=record.language,
            link=record.link,
            said_at=min(record.said_at, at) if record.said_at else None,
            pictures=list(record.pictures),
            left_off=list(record.left_off),
            way=way,
            brought_by_id=actor_id,
            brought_at=at,
            fate="waiting",
        )
    # Whoever else brings the same at this moment: the store decides, and both find it below.
    Saying.objects.bulk_create(new.values(), ignore_conflicts=True, batch_size=200)
    known = _sayings(wanted)
    for record, key in zip(records, wanted, strict=True):
        if key in new and record.is_proved and CODE_BEGINS in record.text.casefold():
            claim_by_code(saying_id=known[key], at=at)
    if new:
        publish(WordsTaken(at=at, product_id=product_id, n_new=len(new), way=way))
    return [
        Brought(known[key], is_new=key in new and wanted.index(key) == place)
        for place, key in enumerate(wanted)
    ]


def _named(whence: Whence) -> tuple[str, str]:
    return whence.kind, whence.name


def _origins(
    product_id: int, whences: Iterable[Whence], at: datetime
) -> dict[tuple[str, str], Origin]:
    found = {}
    for whence in sorted(whences, key=_named):
        row, is_new = Origin.objects.get_or_create(
            product_id=product_id,
            kind=whence.kind,
            name=whence.name,
            defaults={"made_at": at, "hides_names": whence.hides_names},
        )
        if not is_new and whence.hides_names and not row.hides_names:
            # Once hidden, hidden: who brings the next words need not think of it.
            row.hides_names = True
            row.save(update_fields=["hides_names"])
        found[_named(whence)] = row
    return found


def _guests(
    records: Sequence[SayingRecord], origins: dict[tuple[str, str], Origin], at: datetime
) -> dict[GuestKey, Guest]:
    wanted = {(origins[_named(record.whence)].pk, person_key(record)): record for record in records}
    found = _known_guests(wanted)
    missing = [
        Guest(
            origin_id=key[0],
            key=key[1],
            name=record.who,
            address=record.address,
            first_at=record.said_at or at,
        )
        for key, record in sorted(wanted.items(), key=lambda one: one[0])
        if key not in found
    ]
    if missing:
        Guest.objects.bulk_create(missing, ignore_conflicts=True, batch_size=200)
        found = _known_guests(wanted)
    return found


def _known_guests(wanted: Iterable[GuestKey]) -> dict[GuestKey, Guest]:
    keys = list(wanted)
    rows = Guest.objects.filter(
        origin_id__in={one for one, _ in keys}, key__in=[key for _, key in keys]
    )
    return {(row.origin_id, row.key): row for row in rows}


def _sayings(wanted: Iterable[GuestKey]) -> dict[GuestKey, int]:
    keys = list(wanted)
    rows = Saying.objects.filter(
        origin_id__in={one for one, _ in keys}, key__in=[key for _, key in keys]
    ).values_list("origin_id", "key", "id")
    return {(origin_id, key): pk for origin_id, key, pk in rows}
