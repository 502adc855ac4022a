"""How Django finds this room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.api"
    label = "api"
