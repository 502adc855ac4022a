"""Taking what people write: at once as text, and by the worker, in batches, with its direction."""

from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.events import shown_of_product
from canyu.painpoints.models import Wording
from canyu.painpoints.services.encoding import encoder
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.remarks.events import RemarkWritten
from canyu.reports.events import ReportClosed
from canyu.textmine.nearness import script_of
from canyu.textmine.plain import plain_text
from canyu.textmine.terms import terms_of
from canyu.textmine.vectors import pack_vector
from canyu.topics import queries as topics
from canyu.topics.events import TopicRaised

BY_WORDS = "words"
LONGEST_KEPT = 4_000
AT_ONCE = 64
MIXED_FROM = 0.2
CELL_ROLES = {"wanted": "wanted", "why_least": "why_worst"}


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
    if not is_new:
        if row.text != text:
            row.text, row.language, row.model = text, language_of(text), ""
        row.product_id, row.is_gone = product_id, is_gone
        row.save(update_fields=["product", "text", "language", "model", "is_gone"])
    journal.mark_changed(shown_of_product(product_id))
    return row.pk


def place_new(*, limit: int = AT_ONCE) -> int:
    """Give the oldest texts that have none their direction; return how many.

    Encoded without holding anything: two workers may do it twice, and write the same.
    """
    rows = list(Wording.objects.filter(model="", is_gone=False).order_by("id")[:limit])
    if not rows:
        return 0
    model = encoder()
    vectors = model.encode([plain_text(row.text) for row in rows]) if model else None
    for at, row in enumerate(rows):
        row.model = BY_WORDS if model is None else model.name
        if model is not None and vectors is not None:
            row.vector = pack_vector(model.name, vectors[at])
    Wording.objects.bulk_update(rows, ["vector", "model"])
    return len(rows)


def hear_topic_raised(event: TopicRaised) -> None:
    """Take a topic, its title on the first line."""
    take_topic(event.topic_id, at=event.at)


def take_topic(topic_id: int, *, at: datetime) -> None:
    """Take what a topic says now; merged away or hidden it says nothing by itself."""
    topic = topics.topic_of(topic_id, at=at)
    take_wording(
        kind="topic",
        subject_id=topic.id,
        product_id=topic.product_id,
        member_id=topic.author_id,
        text=f"{topic.title}\n{topic.words}".strip(),
        at=topic.raised_at,
        is_gone=topic.is_hidden or topic.merged_into_id is not None,
    )


def hear_remark_written(event: RemarkWritten) -> None:
    """Take a remark on a topic or a change, unless somebody of the team wrote it."""
    is_hidden = False
    if event.subject_kind == "topic":
        topic = topics.topic_of(event.subject_id, at=event.at)
        product_id, is_hidden = topic.product_id, topic.is_hidden
    elif event.subject_kind == "change":
        product_id = releases.change_of(event.subject_id).product_id
    else:
        return
    written = remarks.remark_text(event.remark_id)
    if written is None or products.is_team(product_id, event.author_id):
        return
    take_wording(
        kind="remark",
        subject_id=event.remark_id,
        product_id=product_id,
        member_id=event.author_id,
        text=written,
        at=event.at,
        is_gone=is_hidden,
    )


def hear_report_closed(event: ReportClosed) -> None:
    """Take what stands in the cells: not before the close, when nobody is told of it."""
    changes = [one.id for one in releases.changes_of([event.release_id])]
    found = [
        *remarks.written_in_cells("release", [event.release_id], CELL_ROLES),
        *remarks.written_in_cells("change", changes, CELL_ROLES),
    ]
    for one in found:
        take_wording(
            kind=CELL_ROLES[one.role],
            subject_id=one.id,
            product_id=event.product_id,
            member_id=one.author_id,
            text=one.text,
            at=one.at,
        )


def language_of(text: str) -> str:
    """Return "zh", "en", "mixed" where neither is most of it, "" where there are no words."""
    terms = terms_of(plain_text(text))
    if not terms:
        return ""
    latin = sum(script_of((one,)) == 0 for one in terms) / len(terms)
    if MIXED_FROM <= latin <= 1 - MIXED_FROM:
        return "mixed"
    return "en" if latin > MIXED_FROM else "zh"
