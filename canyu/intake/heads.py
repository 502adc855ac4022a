"""What is told around a body, the same for whatever brought it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol


class Head(Protocol):
    """The method, whoever is at the other end of the wire, and the header fields of a request."""

    method: str

    @property
    def peer(self) -> str:
        """The address at the other end of the wire."""

    def get(self, name: str) -> str:
        """A field by its name in small letters; "" where it was not sent."""

    def every(self, name: str) -> str:
        """All fields of this name, put together by commas."""

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

    def every(self, name: str) -> str:
        """All fields of this name, which the server has put together."""
        return self.get(name)

    def has(self, name: str) -> bool:
        """Whether a field was sent, though it may be empty."""
        return _variable(name) in self._environ


class AsgiHead:
    """A head as an ASGI server tells it."""

    __slots__ = ("_all", "_fields", "_scope", "method")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self._scope = scope
        self._all: list[tuple[bytes, bytes]] = scope["headers"]
        self._fields = dict(self._all)
        self.method: str = scope["method"]

    @property
    def peer(self) -> str:
        """The address at the other end of the wire."""
        return str((self._scope.get("client") or ("",))[0])

    def get(self, name: str) -> str:
        """A field by its name in small letters; "" where it was not sent."""
        found: bytes = self._fields.get(name.encode(), b"")
        return found.decode("latin-1")

    def every(self, name: str) -> str:
        """All fields of this name, put together by commas."""
        key = name.encode()
        return ", ".join(value.decode("latin-1") for had, value in self._all if had == key)

    def has(self, name: str) -> bool:
        """Whether a field was sent, though it may be empty."""
        return name.encode() in self._fields


@cache
def _variable(name: str) -> str:
    # These two have no prefix, by the rule that WSGI took over from CGI.
    prefix = "" if name in {"content-type", "content-length"} else "HTTP_"
    return prefix + name.upper().replace("-", "_")
