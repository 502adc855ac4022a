"""Static files, straight from the packages that hold them, and packed for their way.

Nothing is collected before a first start. Each file is read once, packed with gzip and brotli, and
kept in memory: they are a hundred kilobytes together.
"""

import gzip
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
from django.http import HttpRequest, HttpResponse
from whitenoise.base import WhiteNoise
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import NOT_ALLOWED_RESPONSE, Response, StaticFile

from canyu.web.storage import version_of_file

A_YEAR = 31_536_000
FOR_EVER = f"max-age={A_YEAR}, public, immutable"
# An address of another version of Canyu, while nodes are being updated.
NOT_OURS = "no-cache"
# Packing less than this saves no packet.
WORTH_PACKING = 200
BROTLI_QUALITY = 9


class Body:
    """One form of a file: what WhiteNoise wants to know of a file on disk, and the bytes."""

    def __init__(self, path: str, body: bytes) -> None:
        """Take the bytes in this form, and the path that the file itself has."""
        self.path = body
        self.size = len(body)
        self.mtime = Path(path).stat().st_mtime


class PackedFile(StaticFile):  # type: ignore[misc]
    """A file whose forms are in memory."""

    @staticmethod
    def get_file_stats(path: str, encodings: Any, stat_cache: Any) -> dict[str | None, Body]:  # noqa: ANN401, ARG004
        """Every form of a file, by what its Content-Encoding is called."""
        return {name: Body(path, body) for name, body in forms_of(path).items()}

    def get_response(self, method: str, request_headers: Mapping[str, str]) -> Response:
        """Answer with the smallest form that the browser takes; always the whole of it."""
        if method not in {"GET", "HEAD"}:
            return NOT_ALLOWED_RESPONSE
        if self.is_not_modified(request_headers):
            return self.not_modified_response
        taken = encodings_in(request_headers.get("HTTP_ACCEPT_ENCODING", ""))
        for _pattern, body, headers in self.alternatives:
            if dict(headers).get("Content-Encoding", "") in {"", *taken}:
                return Response(200, headers, BytesIO(body) if method == "GET" else None)
        return NOT_ALLOWED_RESPONSE


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves what is under `STATIC_URL`; an address with its file's version is good for a year."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer for a static file, or pass on what is none."""
        response: HttpResponse = super().__call__(request)
        wanted = request.GET.get("v") if request.path_info in self.files else None
        if wanted:
            name = request.path_info.removeprefix(self.static_prefix)
            is_ours = wanted == version_of_file(name)
            response.headers["Cache-Control"] = FOR_EVER if is_ours else NOT_OURS
        return response

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:  # noqa: ANN401
        """The file with all its forms, and a tag of its content, the same on every node."""
        plain = WhiteNoise.get_static_file(self, path, url, stat_cache=stat_cache)
        headers = [
            (name, value)
            for name, value in plain.alternatives[-1][2]
            if name not in {"Content-Length", "Content-Encoding", "ETag", "Last-Modified", "Vary"}
        ]
        tag = version_of_file(url.removeprefix(self.static_prefix))
        return PackedFile(path, [*headers, ("ETag", f'W/"{tag}"')], encodings={})


def encodings_in(accepted: str) -> set[str]:
    """The encodings that an Accept-Encoding header takes (RFC 9110, 12.5.3)."""
    taken = set()
    for part in accepted.lower().split(","):
        name, _, weight = (word.strip() for word in part.partition(";"))
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            taken.add(name)
    return taken


@cache
def forms_of(path: str) -> dict[str | None, bytes]:
    """A file as it is, and packed; whoever asks gets the smallest."""
    body = Path(path).read_bytes()
    forms: dict[str | None, bytes] = {None: body}
    if len(body) >= WORTH_PACKING:
        forms["gzip"] = gzip.compress(body, compresslevel=9, mtime=0)
        forms["br"] = brotli.compress(body, quality=BROTLI_QUALITY)
    return forms
