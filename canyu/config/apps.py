"""How Django finds this room."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.config"
    label = "config"

    def ready(self) -> None:
        """Tell the journal who wants to hear of what."""
        from canyu.config import subscriptions  # noqa: PLC0415

        subscriptions.subscribe_all()
