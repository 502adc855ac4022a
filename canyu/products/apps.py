"""How Django finds this room."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """The room as a Django application."""

    name = "canyu.products"
    label = "products"
