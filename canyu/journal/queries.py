"""Reading the journal."""

from collections.abc import Collection

from django.db import connection
from django.db.models import Count, Max, Sum

from canyu.journal.models import Delivery, Event, Version


def n_deliveries_owed() -> int:
    """How many deliveries have not been done yet."""
    return Delivery.objects.filter(done_at__isnull=True).count()


def n_events(name: str) -> int:
    """How many facts of this name the journal holds."""
    return Event.objects.filter(name=name).count()


def version_of(names: Collection[str]) -> str:
    """The version of what these names stand for: another after every commit that changed any.

    One query, written out because every page asks it. Rows are only ever added with a higher id
    and taken away by whoever adds one, so that number, newest and sum together never come back.
    """
    places = ", ".join(["%s"] * len(names))
    sql = f"SELECT COUNT(*), MAX(id), SUM(id) FROM journal_version WHERE name IN ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, list(names))
        n_rows, newest, total = cursor.fetchone()
    return f"{n_rows}.{newest or 0}.{total or 0}"


def versions_of(wanted: Collection[str]) -> dict[str, str]:
    """{name: its version}, as `version_of` tells it of one name, for many names; one query."""
    if not wanted:
        return {}
    found = dict.fromkeys(wanted, "0.0.0")
    rows = Version.objects.filter(name__in=list(found)).values_list("name").order_by()
    told = rows.annotate(n=Count("id"), newest=Max("id"), total=Sum("id"))
    found.update({name: f"{n}.{newest}.{total}" for name, n, newest, total in told})
    return found
