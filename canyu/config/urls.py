"""Every address of the product."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from canyu.api.answers import unknown_address
from canyu.api.api import api

handler400 = "canyu.web.views.errors.bad_request"
handler403 = "canyu.web.views.errors.permission_denied"
handler404 = "canyu.web.views.errors.not_found"
# The sign-in library looks for this one when somebody tries too often.
handler429 = "canyu.web.views.errors.too_many_requests"
handler500 = "canyu.web.views.errors.server_error"


def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that the server answers; whoever watches it asks here."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", health, name="health"),
    path("language/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    path("api/<path:rest>", unknown_address),
    path("", include("canyu.web.urls")),
]

if settings.CANYU_DEMO:
    urlpatterns.append(path("demo/", include("canyu.demo.urls")))
