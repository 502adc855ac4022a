"""What somebody of a team has in drafts, and when the trains of some products leave."""

from collections.abc import Collection
from datetime import datetime

from canyu.releases.models import Release, Train
from canyu.releases.queries.pages import ChangeView, TrainView, change_rows, change_view, train_view


def trains_of(product_ids: Collection[int], *, at: datetime) -> dict[int, TrainView]:
    """{product: its train}, in one query; products without one are left out."""
    rows = Train.objects.filter(product_id__in=product_ids)
    return {row.product_id: train_view(row, at) for row in rows}


def changes_in_drafts_by(member_id: int, *, product_ids: Collection[int]) -> list[ChangeView]:
    """What a maker has in releases that did not go out yet, in three queries."""
    rows = change_rows().filter(
        makers__member_id=member_id,
        release__is_published=False,
        release__product_id__in=product_ids,
    )
    return [change_view(row) for row in rows.order_by("release_id", "place")]


def versions_known(
    product_ids: Collection[int], versions: Collection[str]
) -> dict[tuple[int, str], datetime | None]:
    """{(product, version): when it went out, None of a draft}; others are left out; one query."""
    rows = Release.objects.filter(product_id__in=product_ids, version__in=versions)
    return {
        (product_id, version): published_at
        for product_id, version, published_at in rows.values_list(
            "product_id", "version", "published_at"
        )
    }
