"""How Django finds this room."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.members"
    label = "members"
