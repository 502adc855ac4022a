"""Taking over what a record of the past tells of who asked, helped and made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from canyu.credits.errors import CreditRefused
from canyu.credits.events import PastNoted
from canyu.credits.models import Named, Noted
from canyu.credits.rules import LONGEST_PERSON, check_role
from canyu.credits.services.rows import add_missing
from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.members.rules import name_like
from canyu.products.services import hold_product
from canyu.releases import queries as releases

AT_ONCE = 500


@dataclass(frozen=True)
class NotedRecord:
    """What one line of a record of the past tells; without a version it did not ship yet."""

    version: str
    change_key: str
    name: str
    word: str
    role: str
    n_times: int
    at: datetime


@transaction.atomic
def note_past(
    *, product_id: int, records: Sequence[NotedRecord], at: datetime
) -> tuple[int, int, int]:
    """Note facts of the past, and credit the people in them; return (new, changed, as before).

    The people are names of this product and no accounts: nobody becomes a member by it, and no
    member is credited because somebody once had the same name. Reading it again changes nothing.
    """
    hold_product(product_id)
    ids = _named(product_id, records)
    known = {
        (row.change_key, row.named_id, row.word): row
        for row in Noted.objects.filter(product_id=product_id)
    }
    new, changed = [], []
    for one in records:
        named_id = ids[one.name]
        row = known.get((one.change_key, named_id, one.word))
        values = (one.version, check_role(one.role), one.n_times, one.at)
        if row is None:
            row = Noted(
                product_id=product_id, change_key=one.change_key, named_id=named_id, word=one.word
            )
            new.append(row)
            known[one.change_key, named_id, one.word] = row
        elif (row.version, row.role, row.n_times, row.at) != values:
            changed.append(row)
        row.version, row.role, row.n_times, row.at = values
    Noted.objects.bulk_create(new, batch_size=AT_ONCE)
    Noted.objects.bulk_update(
        changed, ["version", "role", "n_times", "at"], batch_size=AT_ONCE // 5
    )
    if new or changed:
        journal.publish(PastNoted(at=at, product_id=product_id, n_new=len(new)))
    versions = {one.version for one in records if one.version}
    for release in releases.releases_named(product_id, versions):
        if release.is_history:
            add_missing(release, at=at)
    return len(new), len(changed), len(records) - len(new) - len(changed)


def _named(product_id: int, records: Sequence[NotedRecord]) -> Mapping[str, int]:
    """{name as the record spells it: id}, those who are new added."""
    clean = {one.name: _clean(one.name) for one in records}
    rows = Named.objects.filter(product_id=product_id)
    known = dict(rows.values_list("name", "pk"))
    missing = sorted(set(clean.values()) - known.keys())
    Named.objects.bulk_create(
        (Named(product_id=product_id, name=name) for name in missing), batch_size=AT_ONCE
    )
    if missing:
        known = dict(rows.values_list("name", "pk"))
    return {name: known[shown] for name, shown in clean.items()}


def _clean(name: str) -> str:
    shown = name_like(name, otherwise="")[:LONGEST_PERSON]
    if not shown:
        raise CreditRefused(
            gettext_noop("The record was not read: it names somebody without a name.")
        )
    return shown
