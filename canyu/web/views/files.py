"""Faces and pictures: files that are looked at, not pages."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import path
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from canyu.members.faces import draw_face
from canyu.members.queries import member_of
from canyu.pictures.queries import CONTENT_TYPE, read_picture
from canyu.pictures.rules import PictureSize

DAY = 24 * 60 * 60
YEAR = 365 * DAY
# Opened on its own, a file is a document: it may load and run nothing at all.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'"


@require_safe
def face(request: HttpRequest, member_id: int) -> HttpResponse:
    """Draw the face of a member: the same handle, the same face. Raises `NotFound`."""
    return _drawn(request, member_of(member_id).handle)


@require_safe
def face_of_name(request: HttpRequest, seed: str) -> HttpResponse:
    """Draw the face of somebody who has no account: the same name, the same face."""
    return _drawn(request, seed)


def _drawn(request: HttpRequest, seed: str) -> HttpResponse:
    drawing = draw_face(seed).encode()
    etag = f'"{hashlib.sha256(drawing).hexdigest()[:16]}"'

    def drawn(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(drawing, content_type="image/svg+xml")
        patch_cache_control(response, public=True, max_age=DAY)
        response["Content-Security-Policy"] = FILE_POLICY
        return response

    return condition(etag_func=lambda _request: etag)(drawn)(request)


def _picture_etag(_request: HttpRequest, key: str, size: PictureSize = "large") -> str:
    return f'"{key}-{size}"'


@require_safe
@condition(etag_func=_picture_etag)
def picture(request: HttpRequest, key: str, size: PictureSize = "large") -> HttpResponse:  # noqa: ARG001
    """Serve a stored picture. Its name is made from its content, so it never changes."""
    response = HttpResponse(read_picture(key, size), content_type=CONTENT_TYPE)
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def icon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Lead browsers that ask for the icon by its old name to the one that there is."""
    response = HttpResponseRedirect(static("web/icon.svg"))
    patch_cache_control(response, public=True, max_age=DAY)
    return response


urlpatterns = [
    path("favicon.ico", icon),
    path("faces/<int:member_id>.svg", face, name="face"),
    path("faces/n-<slug:seed>.svg", face_of_name, name="face_of_name"),
    path("pictures/<str:key>-320", picture, {"size": "small"}, name="picture_small"),
    path("pictures/<str:key>", picture, name="picture"),
]
