"""Telling an area's owner of a pain point: few and sure, one until somebody took notice."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from canyu.journal import services as journal
from canyu.painpoints.events import PainNoticed
from canyu.painpoints.models import Point
from canyu.painpoints.services.renew import who_is_told
from canyu.painpoints.voices import Voices
from canyu.textmine.alerts import Alert, Watch, find_alert

MOST_A_DAY = 3
"""For one person; what stands apart most comes first, and the rest may be told tomorrow."""

A_DAY = timedelta(days=1)
NOTHING_TOLD = Watch()


def watch_of(point: Point) -> Watch:
    """Return what was told of a pain point."""
    return Watch(
        ever=point.told_at is not None,
        waiting=point.told_at is not None
        and (point.noticed_at is None or point.noticed_at < point.told_at),
        acknowledged_on=point.noticed_at.date().toordinal() if point.noticed_at else None,
    )


def alert_of(voices: Voices, at: datetime, watch: Watch = NOTHING_TOLD) -> Alert | None:
    """Return what is to be told of these voices today, if anything."""
    return find_alert(voices.asked(), at.date().toordinal(), watch)


def tell_ranked(found: Iterable[tuple[Point, Voices]], at: datetime) -> None:
    """Tell of pain points where the rules say so, those that stand apart most first."""
    due = []
    for point, voices in found:
        # What was dismissed is never told of again.
        if point.standing in {"suggested", "accepted"}:
            alert = alert_of(voices, at, watch_of(point))
            if alert is not None:
                due.append((point, alert))
    ranked = sorted(
        due, key=lambda pair: (pair[1].kind != "surge", -pair[0].separation, pair[0].pk)
    )
    n_told: dict[int, int] = {}
    for point, alert in ranked:
        told = who_is_told(point)
        first = told[0] if told else 0
        if first not in n_told:
            today = Point.objects.filter(product_id=point.product_id, told_at__gt=at - A_DAY)
            n_told[first] = today.filter(told_facts__to=first).count()
        if n_told[first] < MOST_A_DAY:
            n_told[first] += 1
            _tell(point, alert, told, at)


def _tell(point: Point, alert: Alert, told: list[int], at: datetime) -> None:
    point.told_kind, point.told_at = alert.kind, at
    point.told_facts = {
        "n_people": alert.n_people,
        "days": alert.days,
        "to": told[0] if told else 0,
    }
    point.save(update_fields=["told_kind", "told_at", "told_facts"])
    journal.publish(
        PainNoticed(
            at=at,
            point_id=point.pk,
            product_id=point.product_id,
            kind=alert.kind,
            n_people=alert.n_people,
            days=alert.days,
            told_ids=tuple(told),
        )
    )
