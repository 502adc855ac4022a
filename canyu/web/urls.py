"""Addresses of the pages: one line for each family of them."""

from django.urls import include, path

urlpatterns = [
    path("", include("canyu.web.views.accounts")),
    path("", include("canyu.web.views.files")),
    path("", include("canyu.web.views.topics")),
    path("", include("canyu.web.views.members")),
    path("", include("canyu.web.views.wall")),
]
