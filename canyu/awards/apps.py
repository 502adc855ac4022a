"""How Django finds this room."""

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.awards"
    label = "awards"
