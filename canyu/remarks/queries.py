"""Reading remarks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count

from canyu.remarks.models import Remark
from canyu.remarks.rules import Subject

# The words of the condition are those of the index, which is used for no others.
WORDS_OF = (
    'SELECT "author_id", "role", "subject_id", "text" FROM "remarks_remark" '
    """WHERE NOT ("role" = 'remark') AND "author_id" {0} """
    'AND "subject_kind" = %s AND "subject_id" {0}'
)


@dataclass(frozen=True)
class RemarkView:
    """A remark as a page shows it. `text` is empty where its author took it back."""

    id: int
    author_id: int
    text: str
    written_at: datetime
    is_edited: bool
    is_removed: bool
    is_answer: bool
    parent_id: int | None
    replies: tuple["RemarkView", ...] = ()


def remark_subject(remark_id: int) -> Subject | None:
    """What a remark is about, or None where there is no such remark."""
    row = Remark.objects.filter(pk=remark_id).values_list("subject_kind", "subject_id").first()
    return Subject(*row) if row else None


def remarks_on(subject: Subject) -> list[RemarkView]:
    """The conversation on a subject, oldest first, replies inside what they answer."""
    rows = list(
        Remark.objects.filter(
            subject_kind=subject.kind, subject_id=subject.id, role="remark"
        ).order_by("id")
    )
    replies: dict[int, list[RemarkView]] = {}
    for row in rows:
        if row.parent_id is not None and row.removed_at is None:
            replies.setdefault(row.parent_id, []).append(_view(row, ()))
    tops = (row for row in rows if row.parent_id is None)
    return [
        _view(row, tuple(replies.get(row.pk, ())))
        for row in tops
        if row.removed_at is None or row.pk in replies
    ]


def n_remarks_on(kind: str, ids: Sequence[int]) -> dict[int, int]:
    """How many remarks each subject has; subjects without any are left out."""
    rows = (
        Remark.objects.filter(
            subject_kind=kind, subject_id__in=ids, role="remark", removed_at__isnull=True
        )
        .values_list("subject_id")
        .annotate(n=Count("id"))
    )
    return dict(rows)


def cell_words_on(kind: str, ids: Iterable[int], role: str, *, limit: int) -> dict[int, list[str]]:
    """Words written into a cell about these subjects, newest first, `limit` each, without names.

    Subjects come in the order of their newest words. One query, which reads no more than it
    returns, however many wrote.
    """
    asked = list(dict.fromkeys(ids))
    if not asked or limit < 1:
        return {}
    table = connection.ops.quote_name(Remark._meta.db_table)  # noqa: SLF001 - Django's own way
    # One by one, since only so each walks the newest end of the index and stops there; cut by
    # their rank among all, every text would be read.
    newest = (
        f"SELECT * FROM (SELECT id, subject_id, text FROM {table} WHERE "  # noqa: S608 - our names
        f"subject_kind = %s AND subject_id = %s AND role = %s ORDER BY id DESC LIMIT {int(limit)}) "
        "AS newest"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([newest] * len(asked)) + " ORDER BY 1 DESC",
            [value for one in asked for value in (kind, one, role)],
        )
        rows = cursor.fetchall()
    words: dict[int, list[str]] = {}
    for _, subject_id, text in rows:
        words.setdefault(subject_id, []).append(text)
    return words


def cell_words_by(author_id: int, kind: str, ids: Iterable[int]) -> dict[tuple[int, str], str]:
    """One person's own words in cells: {(subject id, role): text}."""
    rows = Remark.objects.filter(
        author_id=author_id, subject_kind=kind, subject_id__in=list(ids)
    ).exclude(role="remark")
    return {(row.subject_id, row.role): row.text for row in rows}


def cell_words_of(
    author_ids: Iterable[int], kind: str, ids: Iterable[int]
) -> dict[tuple[int, str, int], str]:
    """Words of some people in cells: {(author id, role, subject id): text}."""
    # Asked by every group of reports in a rush: Django would spend more on writing the question
    # than the store on answering it.
    authors, subjects = (",".join(map(str, some)) for some in (author_ids, ids))
    if not authors or not subjects:
        return {}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                WORDS_OF.format("= ANY(%s::bigint[])"), [f"{{{authors}}}", kind, f"{{{subjects}}}"]
            )
        else:
            cursor.execute(
                WORDS_OF.format("IN (SELECT value FROM json_each(%s))"),
                [f"[{authors}]", kind, f"[{subjects}]"],
            )
        return {(author, role, subject): text for author, role, subject, text in cursor.fetchall()}


def words_of(author_id: int) -> list[dict[str, object]]:
    """Everything one person wrote, for their own export, with what they took back."""
    rows = Remark.objects.filter(author_id=author_id).order_by("id")
    return [
        {
            "id": row.pk,
            "about": row.subject_kind,
            "about_id": row.subject_id,
            "role": row.role,
            "text": row.text,
            "reply_to": row.parent_id,
            "is_answer": row.is_answer,
            "written_at": row.written_at.isoformat(),
            "edited_at": row.edited_at.isoformat() if row.edited_at else None,
            "removed_at": row.removed_at.isoformat() if row.removed_at else None,
        }
        for row in rows
    ]


def _view(row: Remark, replies: tuple[RemarkView, ...]) -> RemarkView:
    return RemarkView(
        id=row.pk,
        author_id=row.author_id,
        text="" if row.removed_at else row.text,
        written_at=row.written_at,
        is_edited=row.edited_at is not None,
        is_removed=row.removed_at is not None,
        is_answer=row.is_answer,
        parent_id=row.parent_id,
        replies=replies,
    )
