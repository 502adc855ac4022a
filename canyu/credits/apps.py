"""How Django finds this room."""

from django.apps import AppConfig


class CreditsConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.credits"
    label = "credits"
