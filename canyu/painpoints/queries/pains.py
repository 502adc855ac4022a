"""Reading pain points for pages."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from canyu.journal.errors import NotFound, gettext_noop
from canyu.painpoints.models import Asked, Decision, DigNote, Evidence, Point, Proposal, Wording
from canyu.painpoints.queries.heard import voices_in_point
from canyu.painpoints.queries.history import Weeks, weeks_of
from canyu.painpoints.rules import began_with, sureness
from canyu.painpoints.voices import Heard, Voices, many_of
from canyu.products import queries as products
from canyu.releases import queries as releases


@dataclass(frozen=True)
class PointView:
    """A pain point as a list shows it."""

    id: int
    product_id: int
    standing: str
    joined_to_id: int | None
    name: Mapping[str, str]
    words: tuple[str, ...]
    state: str
    state_at: datetime
    size: str
    keeper_id: int | None
    area_id: int | None
    n_voices: int
    n_recent: int
    n_earlier: int
    first_at: datetime | None
    last_at: datetime | None
    sureness: str
    separation: float
    told_kind: str
    told_at: datetime | None
    told_facts: Mapping[str, Any]
    is_waiting: bool
    """Whether something was told of it that nobody took notice of."""
    reason: str
    decided_by_id: int | None
    decided_at: datetime | None
    plan_item_id: int | None
    change_id: int | None
    shipped_at: datetime | None
    answer: str
    figures: Mapping[str, Any]
    verified_at: datetime | None

    @property
    def rise(self) -> int:
        """Voices of the last four weeks less those of the four before."""
        return self.n_recent - self.n_earlier


@dataclass(frozen=True)
class Said:
    """A wording that a pain point stands on."""

    id: int
    kind: str
    subject_id: int
    member_id: int | None
    at: datetime
    text: str
    language: str
    is_maybe: bool
    is_copy: bool


@dataclass(frozen=True)
class PointPage:
    """Everything that the page of one pain point shows."""

    point: PointView
    said: tuple[Said, ...]
    quotes: tuple[Said, ...]
    n_languages: tuple[tuple[str, int], ...]
    n_rings: tuple[tuple[str, int], ...]
    n_devices: tuple[tuple[str, int], ...]
    copies: tuple[int, ...]
    """How many accounts sent round one text, for each such text."""
    n_often: int
    """People who said it more than once, each of them one voice."""
    began_in: str
    weeks: Weeks
    voices: Voices


@dataclass(frozen=True)
class NoteView:
    """A line of the dig log."""

    author_id: int | None
    kind: str
    words: str
    at: datetime


@dataclass(frozen=True)
class DecisionView:
    """What somebody decided, and why."""

    actor_id: int | None
    verb: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class ProposalView:
    """What a night proposes."""

    id: int
    kind: str
    other: PointView | None
    texts: tuple[str, ...]


@dataclass(frozen=True)
class GoneTally:
    """What those who asked say to "is it gone?"."""

    n_asked: int
    n_yes: int
    n_no: int


def point_of(point_id: int, *, product_id: int) -> PointView:
    """One pain point of a product; raises `NotFound`."""
    return view_of(_row(point_id, product_id))


def points_of(product_id: int, *, standing: str = "accepted") -> list[PointView]:
    """The pain points of a product: those with most voices first, suggestions the surest first."""
    rows = Point.objects.filter(product_id=product_id, standing=standing)
    views = [view_of(row) for row in _with_maybe(rows.order_by("-id"))]
    if standing == "suggested":
        order = {"likely": 0, "maybe": 1}
        # What was told of and waits, then the surest, then what stands apart most.
        return sorted(
            views,
            key=lambda one: (
                not one.is_waiting,
                order.get(one.sureness, 1),
                -round(one.separation, 2),
                -one.n_voices,
            ),
        )
    return sorted(views, key=lambda one: (-one.n_voices, -one.n_recent, one.id))


def points_by_id(point_ids: Collection[int]) -> dict[int, PointView]:
    """These pain points, in one query."""
    return {row.pk: view_of(row) for row in Point.objects.filter(pk__in=point_ids)}


def points_of_changes(change_ids: Collection[int]) -> dict[int, list[PointView]]:
    """{change: the pain points that it answers}."""
    found: dict[int, list[PointView]] = {}
    rows = Point.objects.filter(change_id__in=change_ids, standing="accepted")
    for row in rows.order_by("-n_voices", "id"):
        found.setdefault(row.change_id or 0, []).append(view_of(row))
    return found


def point_of_topic(topic_id: int) -> PointView | None:
    """The accepted pain point that a topic is evidence of, if there is one."""
    row = Point.objects.filter(
        standing="accepted", evidence__wording__kind="topic", evidence__wording__subject_id=topic_id
    ).first()
    return view_of(row) if row else None


def found_with_topic(topic_id: int) -> PointView | None:
    """The pain point, suggested or accepted, that a topic is evidence of; that of most voices."""
    rows = Point.objects.filter(
        standing__in=("suggested", "accepted"),
        evidence__wording__kind="topic",
        evidence__wording__subject_id=topic_id,
    )
    row = rows.order_by("standing", "-n_voices", "id").first()
    return view_of(row) if row else None


def point_page(point_id: int, *, product_id: int, at: datetime) -> PointPage:
    """Everything about one pain point; raises `NotFound`."""
    row = _row(point_id, product_id)
    voices = voices_in_point(point_id)
    said = _said(point_id, voices)
    people = {one.member_id for one in voices.heard}
    by_id = {one.id: one for one in said}
    language = Counter(one.language or "?" for one in said)
    first_at = row.first_at or row.found_at
    return PointPage(
        point=view_of(row, has_maybe=any(one.is_maybe for one in said)),
        said=said,
        quotes=tuple(by_id[one] for one in row.quotes if one in by_id),
        n_languages=_most(language),
        n_rings=_most(Counter(products.ring_keys_of_members(product_id, people).values())),
        n_devices=_most(Counter(products.devices_of_members(product_id, people).values())),
        copies=tuple(len(group.people) for group in voices.copies),
        n_often=len(many_of(_own(voices.heard))),
        began_in=_began_in(product_id, first_at),
        weeks=weeks_of(voices, product_id, at=at, since=first_at.date()),
        voices=voices,
    )


def askers_of(point_id: int, *, until: datetime) -> dict[int, datetime]:
    """{member: when they first asked}, of everybody who asked up to a moment."""
    found: dict[int, datetime] = {}
    for one in voices_in_point(point_id).heard:
        if one.at <= until:
            found.setdefault(one.member_id, one.at)
    return found


def notes_of(point_id: int) -> list[NoteView]:
    """The dig log, the newest line first."""
    rows = DigNote.objects.filter(point_id=point_id).order_by("-at", "-id")
    return [NoteView(row.author_id, row.kind, row.words, row.at) for row in rows]


def decisions_of(point_id: int) -> list[DecisionView]:
    """Everything that was decided about a pain point, the latest first."""
    rows = Decision.objects.filter(point_id=point_id).order_by("-step")
    return [DecisionView(row.actor_id, row.verb, row.reason, row.at) for row in rows]


def proposals_of(point_id: int) -> list[ProposalView]:
    """What the nights propose about a pain point and nobody answered yet."""
    rows = Proposal.objects.filter(point_id=point_id, answer="").select_related("other")
    found = []
    for row in rows.order_by("-likeness", "id"):
        if row.other is not None and row.other.standing in {"joined", "dismissed"}:
            continue
        texts = Wording.objects.filter(pk__in=row.wordings, is_gone=False).order_by("id")
        other = view_of(row.other) if row.other is not None else None
        listed = tuple(texts.values_list("text", flat=True)[:20])
        if other is not None or listed:
            found.append(ProposalView(row.pk, row.kind, other, listed))
    return found


def gone_tally_of(point_id: int) -> GoneTally:
    """What those who asked say to "is it gone?"."""
    answers = Counter(Asked.objects.filter(point_id=point_id).values_list("answer", flat=True))
    return GoneTally(answers.total(), answers["yes"], answers["no"])


def own_answer_of(point_id: int, member_id: int | None) -> str | None:
    """What this member said to it: "" if nothing yet, None if they are not asked."""
    if member_id is None:
        return None
    rows = Asked.objects.filter(point_id=point_id, member_id=member_id)
    return rows.values_list("answer", flat=True).first()


def n_suggested(product_id: int) -> int:
    """How many suggestions wait for the team."""
    return Point.objects.filter(product_id=product_id, standing="suggested").count()


def releases_until(product_id: int, since: date) -> list[tuple[str, datetime]]:
    """(version, when it went out) of the newest releases since a day, the oldest first."""
    page = releases.releases_of(product_id)
    listed = list(page.releases)
    if page.n_pages > 1 and listed and (last := listed[-1].published_at) and last.date() > since:
        listed += releases.releases_of(product_id, page=2).releases
    return sorted(
        (
            (one.version, one.published_at)
            for one in listed
            if one.published_at is not None and one.published_at.date() >= since
        ),
        key=lambda pair: pair[1],
    )


def _row(point_id: int, product_id: int) -> Point:
    row = Point.objects.filter(pk=point_id, product_id=product_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such pain point."))
    return row


def _said(point_id: int, voices: Voices) -> tuple[Said, ...]:
    copied = {item for group in voices.copies for item in group.items}
    rows = Evidence.objects.filter(point_id=point_id, wording__is_gone=False)
    return tuple(
        Said(
            id=row.wording_id,
            kind=row.wording.kind,
            subject_id=row.wording.subject_id,
            member_id=row.wording.member_id,
            at=row.wording.at,
            text=row.wording.text,
            language=row.wording.language,
            is_maybe=row.is_maybe,
            is_copy=row.wording_id in copied,
        )
        for row in rows.select_related("wording").order_by("-wording__at", "-wording_id")
    )


def _began_in(product_id: int, first_at: datetime) -> str:
    heard = (
        Wording.objects.filter(product_id=product_id).order_by("at").values_list("at", flat=True)
    )
    since = heard.first()
    if since is None:
        return ""
    return began_with(first_at, releases_until(product_id, date.min), since)


def _own(heard: Sequence[Heard]) -> list[Heard]:
    return [one for one in heard if one.is_own]


def _most(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    found = [(name, n) for name, n in counts.items() if name]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _with_maybe(rows: Any) -> list[Point]:  # noqa: ANN401 - a query set
    found = list(rows)
    maybe = set(
        Evidence.objects.filter(point__in=found, is_maybe=True).values_list("point_id", flat=True)
    )
    for row in found:
        row.has_maybe = row.pk in maybe
    return found


def view_of(row: Point, *, has_maybe: bool | None = None) -> PointView:
    """What pages show of a row."""
    maybe = getattr(row, "has_maybe", False) if has_maybe is None else has_maybe
    return PointView(
        id=row.pk,
        product_id=row.product_id,
        standing=row.standing,
        joined_to_id=row.joined_to_id,
        name=row.name,
        words=tuple(row.words),
        state=row.state,
        state_at=row.state_at,
        size=row.size,
        keeper_id=row.keeper_id,
        area_id=row.area_id,
        n_voices=row.n_voices,
        n_recent=row.n_recent,
        n_earlier=row.n_earlier,
        first_at=row.first_at,
        last_at=row.last_at,
        sureness=sureness(
            is_accepted=row.standing == "accepted", has_maybe=maybe, separation=row.separation
        ),
        separation=row.separation,
        told_kind=row.told_kind,
        told_at=row.told_at,
        told_facts=row.told_facts,
        is_waiting=row.told_at is not None
        and (row.noticed_at is None or row.noticed_at < row.told_at),
        reason=row.reason,
        decided_by_id=row.decided_by_id,
        decided_at=row.decided_at,
        plan_item_id=row.plan_item_id,
        change_id=row.change_id,
        shipped_at=row.shipped_at,
        answer=row.answer,
        figures=row.figures,
        verified_at=row.verified_at,
    )
