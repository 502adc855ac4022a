"""Every address, those of the demo included, as `canyu demo` serves them."""

from django.urls import include, path

from canyu.config.urls import (
    handler400,
    handler403,
    handler404,
    handler429,
    handler500,
)
from canyu.config.urls import urlpatterns as of_the_product

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500"]

urlpatterns = [*of_the_product, path("demo/", include("canyu.demo.urls"))]
