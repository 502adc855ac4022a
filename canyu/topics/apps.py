"""How Django finds this room."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.topics"
    label = "topics"
