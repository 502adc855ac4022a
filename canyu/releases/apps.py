"""How Django finds this room."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.releases"
    label = "releases"
