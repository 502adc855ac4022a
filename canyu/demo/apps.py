"""How Django finds this room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.demo"
    label = "demo"
