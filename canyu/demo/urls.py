"""Addresses of the demo: mounted only where CANYU_DEMO is set."""

from django.urls import path

from canyu.demo import views

urlpatterns = [
    path("travel/", views.travel_on, name="demo_travel"),
    path("as/", views.look_around, name="demo_as"),
    path("truth/", views.truth, name="demo_truth"),
]
