"""What is told around a body, the same for whatever brought it."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Protocol


class Head(Protocol):
    """The method, whoever is at the other end of the wire, and the header fields of a request."""

    method: str
    peer: str

    def get(self, name: str) -> str:
        """A field by its name in small letters; "" where it was not sent."""

    def has(self, name: str) -> bool:
        """Whether a field was sent, though it may be empty."""


class WsgiHead:
    """A head as a WSGI server tells it."""

    __slots__ = ("_environ", "method", "peer")

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ
        self.method = str(environ["REQUEST_METHOD"])
        self.peer = str(environ.get("REMOTE_ADDR", ""))

    def get(self, name: str) -> str:
        """A field by its name in small letters; "" where it was not sent."""
        return str(self._environ.get(_variable(name), ""))

    def has(self, name: str) -> bool:
        """Whether a field was sent, though it may be empty."""
        return _variable(name) in self._environ


class AsgiHead:
    """A head as an ASGI server tells it."""

    __slots__ = ("_all", "_fields", "method", "peer")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self._all: Iterable[tuple[bytes, bytes]] = scope["headers"]
        self._fields: Mapping[bytes, bytes] = dict(self._all)
        self.method = str(scope["method"])
        self.peer = str((scope.get("client") or ("",))[0])

    def get(self, name: str) -> str:
        """A field by its name in small letters; "" where it was not sent."""
        key = name.encode()
        if key == b"x-forwarded-for":
            # Each proxy may have added a line of its own.
            return ", ".join(one.decode("latin-1") for had, one in self._all if had == key)
        return self._fields.get(key, b"").decode("latin-1")

    def has(self, name: str) -> bool:
        """Whether a field was sent, though it may be empty."""
        return name.encode() in self._fields


@cache
def _variable(name: str) -> str:
    # These two have no prefix, by the rule that WSGI took over from CGI.
    prefix = "" if name in {"content-type", "content-length"} else "HTTP_"
    return prefix + name.upper().replace("-", "_")
