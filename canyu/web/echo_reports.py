"""What reports said of somebody's changes: words without names, and none before the close."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from canyu.products.queries import ProductView
from canyu.releases.queries import ChangeView
from canyu.remarks import queries as remarks
from canyu.reports import queries as reports

MOST_REPORTED = 5
MOST_WORDS = 3


@dataclass(frozen=True)
class Reported:
    """A change, and why people chose it."""

    change: ChangeView
    product: ProductView
    liked: tuple[str, ...]
    disliked: tuple[str, ...]


def reported_on(
    changes: Sequence[ChangeView], shown: Mapping[int, ProductView]
) -> tuple[Reported, ...]:
    """What closed reports say of the first of these changes of which they say anything.

    The newest words of each; three queries.
    """
    closed = reports.tallied_among({one.release_id for one in changes})
    ids = [one.id for one in changes if one.release_id in closed]
    liked = remarks.cell_words_on("change", ids, "why_best", limit=MOST_WORDS)
    disliked = remarks.cell_words_on("change", ids, "why_worst", limit=MOST_WORDS)
    found = (
        Reported(
            one,
            shown[one.product_id],
            # What several people wrote in the same words is read once.
            tuple(dict.fromkeys(liked.get(one.id, ()))),
            tuple(dict.fromkeys(disliked.get(one.id, ()))),
        )
        for one in changes
        if one.id in liked or one.id in disliked
    )
    return tuple(found)[:MOST_REPORTED]
