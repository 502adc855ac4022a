"""Who hears of what."""


def subscribe_all() -> None:
    """Tell the journal every subscription of the product; safe to call twice."""
