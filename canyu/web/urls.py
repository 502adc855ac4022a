"""Addresses of the pages: one line for each family of them."""

from django.urls import include, path

urlpatterns = [
    path("", include("canyu.web.views.home")),
    path("", include("canyu.web.views.releases")),
    path("", include("canyu.web.views.feeds")),
    path("", include("canyu.web.views.reports")),
    path("", include("canyu.web.views.remarks")),
    path("", include("canyu.web.views.accounts")),
    path("", include("canyu.web.views.files")),
    path("", include("canyu.web.views.browsers")),
    path("", include("canyu.web.views.mail")),
    path("", include("canyu.web.views.topics")),
    path("", include("canyu.web.views.members")),
    path("", include("canyu.web.views.cards")),
    path("", include("canyu.web.views.wall")),
    path("", include("canyu.web.views.team")),
    path("", include("canyu.web.views.plan")),
    path("", include("canyu.web.views.results")),
    path("", include("canyu.web.views.runs")),
    path("", include("canyu.web.views.repairs")),
    path("", include("canyu.web.views.pains")),
    path("", include("canyu.web.views.meeting")),
    path("", include("canyu.web.views.echo")),
    path("", include("canyu.web.views.credits")),
    path("", include("canyu.web.views.words")),
    path("", include("canyu.web.views.words_in")),
    path("", include("canyu.web.views.desk")),
]
