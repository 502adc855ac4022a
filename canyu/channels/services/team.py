"""Who gives words from elsewhere their place."""

from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.products import queries as products


def check_team(product_id: int, actor_id: int | None) -> None:
    """Raise `NotAllowed` unless the actor is in the product's team."""
    if not products.is_team(product_id, actor_id):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only the team of this product may do that.")
        )
