"""What programs are told of a fact: docs/webhooks.md says it to their authors."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canyu.awards import queries as awards
from canyu.awards.events import AwardCertified
from canyu.journal.events import DomainEvent
from canyu.painpoints.events import PainNoticed, PainVerified
from canyu.painpoints.queries import pains
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.releases.events import ReleasePublished
from canyu.reports.events import RepairAnswered, ReportClosed, ReportOpened
from canyu.topics import queries as topics
from canyu.topics.events import TopicRaised, TopicStatusSet

Data = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    """One fact in the form in which it is sent; `key` is the same each time."""

    kind: str
    key: str
    body: str


def fact_of(event: DomainEvent, *, origin: str) -> Fact:
    """Return what is sent of an event; pages begin with `origin`, "" where that is not known."""
    kind, tell = _TELLS[type(event)]
    data, page = tell(event)
    slug = products.product_by_id(data.pop("product_id")).slug
    payload = json.dumps(event.to_payload(), sort_keys=True)
    return made(
        kind,
        {"product": slug, **data, "page": f"{origin}/p/{slug}/{page}"},
        at=event.at,
        unlike=f"{event.event_name()} {payload}",
    )


def made(kind: str, data: Mapping[str, Any], *, at: datetime, unlike: str) -> Fact:
    """Put a fact into its form; `unlike` tells it from every other one."""
    body = json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False)
    return Fact(kind, f"msg_{hashlib.sha256(unlike.encode()).hexdigest()[:32]}", body)


def _release_published(event: ReleasePublished) -> tuple[Data, str]:
    return _of_release(event.release_id, is_hotfix=event.is_hotfix)


def _report_opened(event: ReportOpened) -> tuple[Data, str]:
    data, page = _of_release(event.release_id)
    return data, f"{page}report/"


def _report_closed(event: ReportClosed) -> tuple[Data, str]:
    data, page = _of_release(event.release_id)
    return data, f"{page}results/"


def _award_certified(event: AwardCertified) -> tuple[Data, str]:
    award = awards.award_by_id(event.award_id)
    changes = releases.changes_by_id(award.change_ids)
    data, _page = _of_release(event.release_id)
    won = [_change(changes[one]) for one in award.change_ids if one in changes]
    return {**data, "number": award.number, "changes": won}, "wall/"


def _repair_answered(event: RepairAnswered) -> tuple[Data, str]:
    data, page = _of_release(event.release_id)
    change = releases.change_of(event.change_id)
    return {**data, "change": _change(change)}, f"{page}repairs/{event.repair_id}/"


def _topic_raised(event: TopicRaised) -> tuple[Data, str]:
    return _of_topic(event.topic_id, event)


def _topic_status(event: TopicStatusSet) -> tuple[Data, str]:
    data, page = _of_topic(event.topic_id, event)
    return {**data, "status": event.status, "version": event.version}, page


def _pain_noticed(event: PainNoticed) -> tuple[Data, str]:
    data, page = _of_pain(event.point_id, event.product_id)
    return {**data, "n_people": event.n_people, "n_days": event.days}, page


def _pain_verified(event: PainVerified) -> tuple[Data, str]:
    data, page = _of_pain(event.point_id, event.product_id)
    return {**data, "answer": event.answer}, page


def _of_release(release_id: int, **more: Any) -> tuple[Data, str]:  # noqa: ANN401 - goes to JSON
    release = releases.release_by_id(release_id)
    data = {"product_id": release.product_id, "version": release.version, **more}
    return data, f"releases/{release.version}/"


def _of_topic(topic_id: int, event: TopicRaised | TopicStatusSet) -> tuple[Data, str]:
    topic = topics.topic_of(topic_id, at=event.at)
    data = {
        "product_id": event.product_id,
        "topic": topic_id,
        "kind": topic.kind,
        # What was hidden meanwhile is told to nobody.
        "title": "" if topic.is_hidden else topic.title,
    }
    return data, f"topics/{topic_id}/"


def _of_pain(point_id: int, product_id: int) -> tuple[Data, str]:
    point = pains.point_of(point_id, product_id=product_id)
    data = {"product_id": product_id, "pain": point_id, "name": dict(point.name)}
    return data, f"pains/{point_id}/"


def _change(change: releases.ChangeView) -> Data:
    return {"id": change.id, "text": dict(change.text)}


_TELLS: Mapping[type[DomainEvent], tuple[str, Callable[[Any], tuple[Data, str]]]] = {
    ReleasePublished: ("release.published", _release_published),
    ReportOpened: ("report.opened", _report_opened),
    ReportClosed: ("report.closed", _report_closed),
    AwardCertified: ("award.certified", _award_certified),
    RepairAnswered: ("repair.answered", _repair_answered),
    TopicRaised: ("topic.raised", _topic_raised),
    TopicStatusSet: ("topic.status", _topic_status),
    PainNoticed: ("pain.noticed", _pain_noticed),
    PainVerified: ("pain.verified", _pain_verified),
}
TOLD = tuple(_TELLS)
"""The events that programs can be told of."""
