"""`canyu serve` or `canyu door` with two more addresses: one that writes nothing, one by the ORM.

    python -m bench._rush_server serve|door --port 8000

`/null` reads the body and answers as the door does, 200 with the same fields and as many bytes.
Before the door only a path is compared. `/orm` is in `_rush_orm`, and only where pages are.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

NULL = "/null"
ANSWER = b'{"revision": 1}'


class NullAsgi:
    """Stands before an ASGI application."""

    def __init__(self, rest: Any) -> None:
        from canyu.intake.door import Reply

        self._rest = rest
        self._start, self._end = Reply(200, ANSWER).messages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") != NULL:
            await self._rest(scope, receive, send)
            return
        left = int(dict(scope["headers"])[b"content-length"])
        while left > 0:
            left -= len((await receive())["body"])
        await send(self._start)
        await send(self._end)


class NullWsgi:
    """Stands before a WSGI application."""

    def __init__(self, rest: Any) -> None:
        from canyu.intake.door import Reply

        self._rest = rest
        self._fields = Reply(200, ANSWER).fields

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] != NULL:
            found: Iterable[bytes] = self._rest(environ, start_response)
            return found
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", self._fields)
        return [ANSWER]


def load_pages() -> NullWsgi:
    """The pages, with /orm and /null."""
    from django.conf import settings

    settings.ROOT_URLCONF = "bench._rush_orm"
    from canyu.config.commands import serve_

    return NullWsgi(serve_.load_pages(THREADS))


def load_door() -> NullAsgi:
    """The door, with /null."""
    from canyu.config.commands import door_

    return NullAsgi(door_.load_door())


THREADS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("serve", "door"))
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
    from canyu.config.setup import start_with_database

    start_with_database()
    if asked.what == "serve":
        from canyu.config.commands import serve_

        serve_.serve("127.0.0.1", asked.port, THREADS, load_pages)
    else:
        from canyu.config.commands import door_

        door_.serve("127.0.0.1", asked.port, load_door)


if __name__ == "__main__":
    sys.exit(main())
