"""How Django finds this room."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.journal"
    label = "journal"
