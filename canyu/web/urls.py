"""Addresses of the pages: one line for each family of them."""

from django.urls import include, path

urlpatterns = [
    path("", include("canyu.web.views.accounts")),
    path("", include("canyu.web.views.files")),
]
