"""Taking what people write: at once as text, and by the worker, in batches, with its direction."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.events import shown_of_product
from canyu.painpoints.models import Grouping, Trace, Wording
from canyu.painpoints.queries.encoding import encoder, encoder_name
from canyu.painpoints.wordings import WORDINGS, language_of, parts_of
from canyu.textmine import text_encoded
from canyu.textmine.vectors import pack_vector

LONGEST_KEPT = 4_000
AT_ONCE = 64
# Models of which this process knows that every text has its direction.
_all_encoded: set[str] = set()


@transaction.atomic
def take_wording(
    *,
    kind: str,
    subject_id: int,
    product_id: int,
    member_id: int,
    text: str,
    at: datetime,
    is_gone: bool = False,
) -> int:
    """Keep one text, or what it says and where it is now; return its number.

    Empty texts say nothing, and are gone. Idempotent: what is taken again unchanged stays as it is.
    """
    text = text.replace("\0", "")[:LONGEST_KEPT]
    is_gone = is_gone or not text.strip()
    row, is_new = Wording.objects.get_or_create(
        kind=kind,
        subject_id=subject_id,
        defaults={
            "product_id": product_id,
            "member_id": member_id,
            "at": at,
            "text": text,
            "language": language_of(text),
            "is_gone": is_gone,
        },
    )
    is_there = (row.text, row.product_id, row.is_gone) == (text, product_id, is_gone)
    if is_there and not is_new:
        return row.pk
    if row.text != text or row.is_gone:
        row.text, row.language, row.model = text, language_of(text), ""
    row.product_id, row.is_gone = product_id, is_gone
    row.save(update_fields=["product", "text", "language", "model", "is_gone"])
    trace_wordings([row.pk])
    journal.mark_changed(shown_of_product(product_id))
    return row.pk


def trace_wordings(ids: Iterable[int]) -> None:
    """Let whoever keeps wordings in memory see that these are other ones now."""
    listed = list(ids)
    Trace.objects.filter(wording_id__in=listed).delete()
    Trace.objects.bulk_create((Trace(wording_id=one) for one in listed), batch_size=500)
    journal.mark_changed(WORDINGS)


def place_new(*, limit: int = AT_ONCE) -> int:
    """Give the oldest texts that have none their direction; return how many.

    Those that have one of another encoder come after them. Encoded without holding anything: two
    workers may do it twice, and write the same.
    """
    rows = list(Wording.objects.filter(model="", is_gone=False).order_by("id")[:limit])
    rows = rows or _of_other_models(limit)
    if not rows:
        return 0
    model = encoder()
    vectors = model.encode([text_encoded(*parts_of(row.text)) for row in rows]) if model else None
    for at, row in enumerate(rows):
        row.model, row.vector = encoder_name(), b""
        if model is not None and vectors is not None:
            row.vector = pack_vector(model.name, vectors[at])
    _write_directions(rows)
    return len(rows)


def _of_other_models(limit: int) -> list[Wording]:
    """Return texts that were encoded by what is not used any more, looked for once a process."""
    own = encoder_name()
    if own in _all_encoded:
        return []
    standing = Wording.objects.filter(is_gone=False)
    others = standing.exclude(model__in=["", own]).order_by()
    for model in sorted(others.values_list("model", flat=True).distinct()):
        return list(standing.filter(model=model).order_by("id")[:limit])
    _all_encoded.add(own)
    _group_by(own)
    return []


@transaction.atomic
def _group_by(model: str) -> None:
    """Let all clusters be read anew that were kept when texts had directions of another model."""
    rows = Grouping.objects.select_for_update(no_key=True).exclude(model=model)
    for row in rows.order_by("product_id"):
        # As long as not all had one, posts were placed by their words alone.
        row.model, row.kept, row.step, row.kept_step = model, None, row.step + 1, row.step + 1
        row.save(update_fields=["model", "kept", "step", "kept_step"])


@transaction.atomic
def _write_directions(rows: list[Wording]) -> None:
    # What was edited meanwhile waits for its own.
    now = dict(
        Wording.objects.select_for_update(no_key=True)
        .filter(pk__in=[row.pk for row in rows])
        .values_list("id", "text")
    )
    same = [row for row in rows if now.get(row.pk) == row.text]
    Wording.objects.bulk_update(same, ["vector", "model"])
    trace_wordings(row.pk for row in same if row.kind == "topic")
