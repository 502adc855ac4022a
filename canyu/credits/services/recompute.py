"""Making the ledger anew from the facts, and mending it where it differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from canyu.credits.events import LedgerMended
from canyu.credits.models import Credit
from canyu.credits.queries.ledger import difference_of
from canyu.credits.rules import Due
from canyu.credits.services.rows import AT_ONCE, take_away, write_missing
from canyu.journal import services as journal
from canyu.products.services import hold_product
from canyu.releases import queries as releases
from canyu.topics.events import SpeakerIdentified


@dataclass(frozen=True)
class Mended:
    """What of one release's credits differed from the facts."""

    version: str
    n_missing: int
    n_extra: int
    n_other: int

    @property
    def n(self) -> int:
        """How many rows differed."""
        return self.n_missing + self.n_extra + self.n_other


def recompute_credits(
    *, product_id: int, at: datetime, is_mending: bool = False
) -> Iterator[Mended]:
    """Derive the credits of every release of a product anew, and compare, the oldest first.

    Each release in a transaction of its own, in which nobody else credits anything of the product:
    it may be done while releases go out. Nothing is written unless it `is_mending`.
    """
    for release_id in releases.published_ids(product_id):
        yield recompute_release(release_id=release_id, at=at, is_mending=is_mending)


@transaction.atomic
def recompute_release(*, release_id: int, at: datetime, is_mending: bool) -> Mended:
    """Derive the credits of one release anew, compare, and mend them if told to."""
    release = releases.release_by_id(release_id)
    hold_product(release.product_id)
    found = difference_of(release)
    mended = Mended(release.version, len(found.missing), len(found.extra), len(found.other))
    if not is_mending or not mended.n:
        return mended
    take_away(found.extra.values())
    _put_right(found.other, release.published_at)
    # Whoever was forgotten for months is named now; a thousand thanks for last year are noise.
    write_missing(release, found, at=at, is_told=False)
    journal.publish(
        LedgerMended(
            at=at,
            release_id=release_id,
            product_id=release.product_id,
            n_added=mended.n_missing,
            n_taken=mended.n_extra,
            n_mended=mended.n_other,
        )
    )
    return mended


def hear_speaker_identified(event: SpeakerIdentified) -> None:
    """Let credits follow somebody who turned out to be a member."""
    rows = Credit.objects.filter(member_id=event.from_id)
    for release_id in sorted(set(rows.values_list("change__release_id", flat=True))):
        recompute_release(release_id=release_id, at=event.at, is_mending=True)


def _put_right(other: Mapping[int, Due], shipped_at: datetime | None) -> None:
    ids = sorted(other)
    for start in range(0, len(ids), AT_ONCE):
        rows = list(Credit.objects.filter(pk__in=ids[start : start + AT_ONCE]))
        for row in rows:
            due = other[row.pk]
            row.fact, row.topic_id, row.remark_id = due.fact, due.topic_id, due.remark_id
            row.asked_at, row.shipped_at = due.asked_at, shipped_at
        Credit.objects.bulk_update(
            rows, ["fact", "topic", "remark", "asked_at", "shipped_at"], batch_size=AT_ONCE // 5
        )
