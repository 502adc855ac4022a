"""What the topics of each product say, in the memory of this process, to be searched while typing.

Nothing here is needed by anybody else: each process makes its own from the wordings, or from the
bytes that it or another process of this machine kept in a file, and compares them with the store
by traces. In a server all of it is done by one thread in the background, and until that is ready
there is no index; everywhere else whoever asks waits for it.
"""

import io
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from django.conf import settings
from django.db import connections

from canyu.journal import queries as journal
from canyu.painpoints.models import Trace, Wording
from canyu.painpoints.queries.encoding import encoder
from canyu.painpoints.wordings import WORDINGS, parts_of
from canyu.textmine import Post, Similar, WrongVectors

log = logging.getLogger(__name__)
AT_ONCE = 64
OVERLAP = 1_000
"""Traces looked at again: a transaction may write a lower one than what was seen, and end later."""

KEPT_FROM = 2_000
"""Topics of a product from which on reading its file is quicker than reading its rows."""

KEPT_AFTER = 0.05
"""Share of topics that are other ones than in the file before it is written again."""

FORMAT = 1
# A breath between two groups, so that pages are answered while an index is made.
_BREATH_SECONDS = 0.01


@dataclass
class Index:
    """The index of one product, and which trace of each of its topics is in it."""

    similar: Similar
    traces: dict[int, int] = field(default_factory=dict)
    version: str = ""
    upto: int = 0
    """The newest trace, of whatever product, when it was last compared."""

    n_since_kept: int = 0


class Indexes:
    """The indexes of this process."""

    def __init__(self) -> None:
        self._held: dict[int, Index] = {}
        self._alone = threading.RLock()
        self._wanted: set[int] = set()
        self._wakes = threading.Condition()
        self._thread: threading.Thread | None = None

    def of_product(self, product_id: int) -> Similar | None:
        """Return a product's index, None where it is being made and nobody should wait for it."""
        version = journal.version_of([WORDINGS])
        held = self._held.get(product_id)
        if held is not None and held.version == version:
            return held.similar
        if self._thread is None:
            return self.renew(product_id).similar
        with self._wakes:
            self._wanted.add(product_id)
            self._wakes.notify()
        # What came within the last moments is missing in it.
        return held.similar if held else None

    def begin(self) -> None:
        """Make those of all products in the background from now on, and keep them up to date."""
        with self._wakes:
            self._thread = threading.Thread(target=self._run, name="canyu-alike", daemon=True)
            self._thread.start()

    def clear(self) -> None:
        """Forget all of them."""
        with self._alone:
            self._held.clear()

    def renew(self, product_id: int) -> Index:
        """Make a product's index, or bring it up to date."""
        with self._alone:
            version, newest = journal.version_of([WORDINGS]), _newest_trace()
            held = self._held.get(product_id)
            if held is None:
                held = read_kept(product_id) or Index(Similar(encoder()))
                traces = _traces(product_id)
                self._leave(held, [one for one in held.traces if one not in traces])
            else:
                traces = _traces(product_id, above=held.upto - OVERLAP)
                elsewhere = _elsewhere(product_id, above=held.upto - OVERLAP)
                self._leave(held, [one for one in elsewhere if one in held.traces])
            self._take(held, traces)
            held.version, held.upto = version, newest
            self._held[product_id] = held
            if len(held.traces) >= KEPT_FROM and held.n_since_kept > KEPT_AFTER * len(held.traces):
                keep(product_id, held)
            return held

    def _leave(self, held: Index, topic_ids: list[int]) -> None:
        held.similar.remove(topic_ids)
        for topic_id in topic_ids:
            del held.traces[topic_id]
        held.n_since_kept += len(topic_ids)

    def _take(self, held: Index, traces: dict[int, int]) -> None:
        changed = [one for one, trace in traces.items() if held.traces.get(one) != trace]
        for start in range(0, len(changed), AT_ONCE):
            together = changed[start : start + AT_ONCE]
            rows = Wording.objects.filter(kind="topic", subject_id__in=together)
            standing = [row for row in rows if not row.is_gone]
            held.similar.remove(together)
            held.similar.add(
                (_post(row) for row in standing),
                is_encoding=False,
            )
            held.traces.update((one, traces[one]) for one in together)
            held.n_since_kept += len(together)
            if threading.current_thread() is self._thread:
                threading.Event().wait(_BREATH_SECONDS)

    def _run(self) -> None:
        with self._guarded("the encoder"):
            self._want_all()
        while True:
            with self._wakes:
                while not self._wanted:
                    self._wakes.wait()
                product_id = self._wanted.pop()
            with self._guarded(f"the topics of product {product_id}"):
                self.renew(product_id)

    def _want_all(self) -> None:
        model = encoder()
        if model is not None:
            # Its weights are read now, not while somebody types.
            model.encode(["screenshot"])
        rows = Wording.objects.filter(kind="topic").order_by().values_list("product_id", flat=True)
        with self._wakes:
            self._wanted |= set(rows.distinct())

    @contextmanager
    def _guarded(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception:
            log.exception("%s: not read, and tried again when somebody asks", what)
        finally:
            connections.close_all()


indexes = Indexes()


def _post(row: Wording) -> Post:
    model = encoder()
    title, words = parts_of(row.text)
    is_own = model is not None and row.model == model.name and bool(row.vector)
    return Post(row.subject_id, title, words, bytes(row.vector) if is_own else None)


def _newest_trace() -> int:
    return Trace.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _traces(product_id: int, *, above: int = 0) -> dict[int, int]:
    rows = Trace.objects.filter(
        pk__gt=above, wording__product_id=product_id, wording__kind="topic"
    ).order_by("pk")
    return dict(rows.values_list("wording__subject_id", "pk"))


def _elsewhere(product_id: int, *, above: int) -> list[int]:
    rows = Trace.objects.filter(pk__gt=above, wording__kind="topic")
    moved = rows.exclude(wording__product_id=product_id)
    return list(moved.values_list("wording__subject_id", flat=True))


def place_of(product_id: int) -> Path:
    """Where the bytes of an index are kept; whoever deletes them waits a minute for new ones."""
    return Path(settings.CANYU_HOME) / "alike" / f"{product_id}.npz"


def keep(product_id: int, held: Index) -> None:
    """Write an index to its file, in whole or not at all; without room there is none."""
    place = place_of(product_id)
    parts = io.BytesIO()
    np.savez(
        parts,
        allow_pickle=False,
        format=np.array([FORMAT]),
        traces=np.array(list(held.traces.items()), dtype=np.int64).reshape(-1, 2),
        index=np.frombuffer(held.similar.stored(), dtype=np.uint8),
    )
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(parts.getbuffer())
        Path(name).replace(place)
    except OSError:
        log.warning("the index of product %s was not kept in a file", product_id, exc_info=True)
    held.n_since_kept = 0


def read_kept(product_id: int) -> Index | None:
    """Return the index that a file holds, None where there is none that can be used."""
    try:
        with (
            place_of(product_id).open("rb") as file,
            np.load(file, allow_pickle=False) as parts,
        ):
            if parts["format"].tolist() != [FORMAT]:
                return None
            similar = Similar.of_stored(parts["index"].tobytes(), encoder())
            return Index(similar, dict(parts["traces"].tolist()))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, WrongVectors):
        return None
