"""What is the same for many readers: made once in each process, for as long as its version stands.

Nothing here goes by a clock. Whoever changes what a page shows gives it a new version in the same
transaction (`canyu.journal.services.mark_changed`), so that every node sees it with the next
request. What is kept is made without a request: nothing of a person can get into it.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from canyu.journal import queries as journal
from canyu.journal.events import EVERYTHING, PEOPLE, TALK, shown_of_product

T = TypeVar("T")
MOST_KEPT = 2_000
"""Places kept in a process; a page's frame has about ten kilobytes."""
QUARTER = 900
# No page has this sign: nothing that people write may hold it, and no template does.
EDGE = "\0"
CODE = Path(__file__).resolve().parents[1]


class Shared:
    """A bounded store in the memory of one process: what was used least lately goes first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        """Keep at most so many values."""
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[str, object]] = OrderedDict()
        self._alone = threading.Lock()
        # One thread makes what was changed, and the others wait for it instead of doing it too.
        self._making = threading.RLock()

    def get(self, place: Hashable, version: str, make: Callable[[], T]) -> T:
        """Return what stands at `place` if it is of this version, else make it and keep it."""
        found = self._find(place, version)
        if found is None:
            with self._making:
                found = self._find(place, version)
                if found is None:
                    found = (version, make())
                    self._keep(place, found)
        return cast("T", found[1])

    def clear(self) -> None:
        """Forget everything."""
        with self._alone:
            self._kept.clear()

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._kept)

    def _find(self, place: Hashable, version: str) -> tuple[str, object] | None:
        with self._alone:
            found = self._kept.get(place)
            if found is None or found[0] != version:
                return None
            self._kept.move_to_end(place)
            return found

    def _keep(self, place: Hashable, made: tuple[str, object]) -> None:
        with self._alone:
            self._kept[place] = made
            self._kept.move_to_end(place)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


shared = Shared()


def version_of_product(product_id: int, *, at: datetime, with_talk: bool = False) -> str:
    """The version of what pages show of a product, of its people, and if asked of the forum.

    One query. Pages name days, and leave out the year while it runs: every zone's midnight lies
    on a quarter of an hour, so what is made in one quarter is true until its end.
    """
    names = [EVERYTHING, PEOPLE, shown_of_product(product_id)]
    if with_talk:
        names.append(TALK)
    return f"{journal.version_of(names)}.{int(at.timestamp()) // QUARTER}"


class Cut:
    """A rendered page with holes: what stands around them is the same for everybody."""

    def __init__(self, page: str) -> None:
        """Cut a page at its holes (see `hole`)."""
        pieces = page.split(EDGE)
        self._around = [piece.encode() for piece in pieces[::2]]
        self._names = pieces[1::2]

    def fill(self, values: Mapping[str, str | bytes]) -> bytes:
        """The whole page; the values are HTML already."""
        whole = [self._around[0]]
        for name, piece in zip(self._names, self._around[1:], strict=True):
            value = values[name]
            whole.append(value if isinstance(value, bytes) else value.encode())
            whole.append(piece)
        return b"".join(whole)


def hole(name: str) -> SafeString:
    """What stands in a rendered page where something of a person will be put in."""
    return mark_safe(f"{EDGE}{name}{EDGE}")  # noqa: S308 - a name of ours


def render_shared(template: str, context: dict[str, Any]) -> Cut:
    """Render what everybody shares: without a request, so that no context processor is asked."""
    return Cut(render_to_string(template, context))


@cache
def build() -> str:
    """A short name for this state of the code: pages of another one are other pages."""
    told = hashlib.blake2b(digest_size=6)
    for path in sorted(CODE.rglob("*")):
        if path.suffix in {".py", ".html", ".mo", ".css", ".js", ".svg"} and path.is_file():
            told.update(path.read_bytes())
    return told.hexdigest()
