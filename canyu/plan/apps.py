"""How Django finds this room."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.plan"
    label = "plan"
