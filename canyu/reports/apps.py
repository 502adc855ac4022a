"""How Django finds this room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.reports"
    label = "reports"
