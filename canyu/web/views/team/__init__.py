"""Pages of a product's team. One file a family; each has the addresses of its pages."""

from canyu.web.views.team import (
    areas,
    awards,
    changes,
    desk,
    drafts,
    exposure,
    leads,
    loads,
    people,
    publish,
    settings,
    train,
    webhooks,
)

urlpatterns = [
    *desk.urlpatterns,
    *drafts.urlpatterns,
    *changes.urlpatterns,
    *publish.urlpatterns,
    *awards.urlpatterns,
    *train.urlpatterns,
    *people.urlpatterns,
    *areas.urlpatterns,
    *exposure.urlpatterns,
    *leads.urlpatterns,
    *loads.urlpatterns,
    *webhooks.urlpatterns,
    *settings.urlpatterns,
]
