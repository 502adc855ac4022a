"""Reading awards and the wall."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from canyu.awards.models import Award, AwardedChange
from canyu.journal.errors import NotFound, gettext_noop
from canyu.reports.figures import VerdictFigures, verdict_from_json

PAGE = 12


@dataclass(frozen=True)
class AwardView:
    """An award as a page shows it.

    `state` is "proposed", "certified" or "nobody"; `change_ids` are the winners by falling
    chance, with their chances in `p_wins`. `reason` is one of `rules.REASONS`; `verdict` is what
    the rule found, None where nothing could be asked and in awards older than the rule.
    """

    id: int
    product_id: int
    release_id: int
    state: str
    outcome: str
    reason: str
    n_reports: int
    n_judging: int
    n_close: int
    verdict: VerdictFigures | None
    change_ids: tuple[int, ...]
    p_wins: tuple[float, ...]
    proposed_at: datetime
    number: int | None
    certified_at: datetime | None
    citation: Mapping[str, str]
    picture: str
    gift: str
    gift_on: date | None


@dataclass(frozen=True)
class WallPage:
    """One page of the wall, newest first; weeks in which nobody won are on it too."""

    awards: tuple[AwardView, ...]
    number: int
    n_pages: int
    n_awards: int


def award_of(release_id: int) -> AwardView | None:
    """What was decided for a release, or None as long as nothing is."""
    row = _rows().filter(release_id=release_id).first()
    return _view(row) if row else None


def award_by_id(award_id: int) -> AwardView:
    """One award; raises `NotFound`."""
    row = _rows().filter(pk=award_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such award."))
    return _view(row)


def wall_of(product_id: int, *, page: int = 1) -> WallPage:
    """The wall: certified awards and weeks without one."""
    rows = _on_wall(product_id).order_by("-proposed_at", "-id")
    paginator = Paginator(rows, PAGE)
    leaf = paginator.get_page(page)
    return WallPage(
        awards=tuple(_view(row) for row in leaf.object_list),
        number=leaf.number,
        n_pages=paginator.num_pages,
        n_awards=paginator.count,
    )


def latest_award(product_id: int) -> AwardView | None:
    """The newest certified award."""
    rows = _rows().filter(product_id=product_id, certified_at__isnull=False)
    row = rows.order_by("-proposed_at", "-id").first()
    return _view(row) if row else None


def awarded_change_ids(product_ids: Collection[int]) -> set[int]:
    """Every change of these products that hangs on the wall, alone or with others; one query."""
    rows = AwardedChange.objects.filter(
        award__product_id__in=product_ids, award__certified_at__isnull=False
    )
    return set(rows.values_list("change_id", flat=True))


def awards_to_certify(*product_ids: int) -> list[AwardView]:
    """What waits for an owner of these products, oldest first."""
    rows = _rows().filter(product_id__in=product_ids, certified_at__isnull=True)
    return [_view(row) for row in rows.exclude(outcome="nobody").order_by("proposed_at")]


def awards_certified_by(member_id: int) -> list[dict[str, object]]:
    """Every award that one person certified, for their own export."""
    rows = Award.objects.filter(certified_by_id=member_id).order_by("id")
    return [
        {
            "release_id": row.release_id,
            "citation": row.citation,
            "certified_at": row.certified_at.isoformat() if row.certified_at else None,
        }
        for row in rows
    ]


def _rows() -> QuerySet[Award]:
    return Award.objects.prefetch_related("changes")


def _on_wall(product_id: int) -> QuerySet[Award]:
    shown = Q(certified_at__isnull=False) | Q(outcome="nobody")
    return _rows().filter(shown, product_id=product_id)


def _view(row: Award) -> AwardView:
    winners = sorted(row.changes.all(), key=lambda one: one.place)
    state = "nobody" if row.outcome == "nobody" else "proposed"
    return AwardView(
        id=row.pk,
        product_id=row.product_id,
        release_id=row.release_id,
        state="certified" if row.certified_at else state,
        outcome=row.outcome,
        reason=row.reason,
        n_reports=row.n_reports,
        n_judging=row.figures.get("n_judging", 0),
        n_close=row.figures.get("n_close", 0),
        verdict=verdict_from_json(found) if (found := row.figures.get("verdict")) else None,
        change_ids=tuple(one.change_id for one in winners),
        p_wins=tuple(one.p_win for one in winners),
        proposed_at=row.proposed_at,
        number=row.number,
        certified_at=row.certified_at,
        citation=row.citation,
        picture=row.picture,
        gift=row.gift,
        gift_on=row.gift_on,
    )
