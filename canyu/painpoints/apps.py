"""How Django finds this room."""

from django.apps import AppConfig


class PainPointsConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.painpoints"
    label = "painpoints"
