"""How Django finds this room."""

from django.apps import AppConfig


class PicturesConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.pictures"
    label = "pictures"
