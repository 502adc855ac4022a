"""How Django finds this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.web"
    label = "web"
