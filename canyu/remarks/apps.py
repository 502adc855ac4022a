"""How Django finds this room."""

from django.apps import AppConfig


class RemarksConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.remarks"
    label = "remarks"
