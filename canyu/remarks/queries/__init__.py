"""Reading remarks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q

from canyu.remarks.models import Flag, PastText, Remark, Seen
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
    is_hidden: bool = False
    subject_id: int = 0
    replies: tuple["RemarkView", ...] = ()


@dataclass(frozen=True)
class FlaggedView:
    """Words that somebody thinks should not stand, with all that was said against them.

    `text` is that of a remark; of anything else it is empty, and who knows that kind asks for it.
    """

    subject: Subject
    author_id: int | None
    text: str
    is_hidden: bool
    about_id: int
    """Of a remark the id of what it is on."""
    reasons: tuple[str, ...]
    words: tuple[str, ...]
    member_ids: tuple[int, ...]
    first_at: datetime


@dataclass(frozen=True)
class PastTextView:
    """What a remark said until `until`."""

    text: str
    until: datetime


def remark_subject(remark_id: int) -> Subject | None:
    """What a remark is about, or None where there is no such remark."""
    row = Remark.objects.filter(pk=remark_id).values_list("subject_kind", "subject_id").first()
    return Subject(*row) if row else None


def remark_author(remark_id: int) -> int | None:
    """Who wrote a remark that is still to be read, None where there is none."""
    rows = Remark.objects.filter(pk=remark_id, role="remark", removed_at=None, hidden_at=None)
    return rows.values_list("author_id", flat=True).first()


def past_texts_of(remark_id: int) -> list[PastTextView]:
    """What a remark said before its author changed it, the oldest first."""
    rows = PastText.objects.filter(remark_id=remark_id, remark__removed_at=None)
    return [PastTextView(row.text, row.at) for row in rows.order_by("at", "id")]


def flagged_in(product_id: int, *, limit: int) -> list[FlaggedView]:
    """What waits for a team to look at it, the longest waiting first; two queries."""
    rows = Flag.objects.filter(product_id=product_id, settled_at=None).order_by("at", "id")
    by_subject: dict[Subject, list[Flag]] = {}
    for row in rows[: limit * 20]:
        by_subject.setdefault(Subject(row.subject_kind, row.subject_id), []).append(row)
    some = dict(list(by_subject.items())[:limit])
    ids = [subject.id for subject in some if subject.kind == "remark"]
    remarks = {row.pk: row for row in Remark.objects.filter(pk__in=ids)}
    return [_flagged(subject, flags, remarks) for subject, flags in some.items()]


def n_flagged_in(product_id: int) -> int:
    """How many words wait for a team to look at them."""
    rows = Flag.objects.filter(product_id=product_id, settled_at=None)
    return rows.values("subject_kind", "subject_id").distinct().count()


def _flagged(subject: Subject, flags: Sequence[Flag], remarks: Mapping[int, Remark]) -> FlaggedView:
    remark = remarks.get(subject.id) if subject.kind == "remark" else None
    is_there = remark is not None and remark.removed_at is None
    return FlaggedView(
        subject=subject,
        author_id=remark.author_id if remark else None,
        text=remark.text if remark and is_there else "",
        is_hidden=remark is not None and remark.hidden_at is not None,
        about_id=remark.subject_id if remark else subject.id,
        reasons=tuple(dict.fromkeys(one.reason for one in flags)),
        words=tuple(one.words for one in flags if one.words),
        member_ids=tuple(one.member_id for one in flags),
        first_at=flags[0].at,
    )


def remarks_on(subject: Subject, *more_ids: int, sees_hidden: bool = False) -> list[RemarkView]:
    """The conversation on a subject, oldest first, replies inside what they answer; one query.

    `more_ids` are things of the same kind whose remarks belong to it. The words of hidden remarks
    are empty, but for whoever `sees_hidden`.
    """
    rows = list(
        Remark.objects.filter(
            subject_kind=subject.kind, subject_id__in=[subject.id, *more_ids], role="remark"
        ).order_by("id")
    )
    replies: dict[int, list[RemarkView]] = {}
    for row in rows:
        if row.parent_id is not None and row.removed_at is None:
            replies.setdefault(row.parent_id, []).append(view_of(row, (), sees_hidden))
    tops = (row for row in rows if row.parent_id is None)
    return [
        view_of(row, tuple(replies.get(row.pk, ())), sees_hidden)
        for row in tops
        if row.removed_at is None or row.pk in replies
    ]


def n_remarks_on(kind: str, ids: Sequence[int]) -> dict[int, int]:
    """How many remarks each subject has; subjects without any are left out."""
    rows = (
        Remark.objects.filter(
            subject_kind=kind,
            subject_id__in=ids,
            role="remark",
            removed_at__isnull=True,
            hidden_at__isnull=True,
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


@dataclass(frozen=True)
class Written:
    """One text in a cell of a report, with its writer."""

    id: int
    author_id: int
    role: str
    text: str
    at: datetime


def written_in_cells(kind: str, ids: Iterable[int], roles: Iterable[str]) -> list[Written]:
    """Every text in these cells about these subjects; for work that nobody looks at."""
    rows = Remark.objects.filter(
        subject_kind=kind, subject_id__in=list(ids), role__in=list(roles), removed_at__isnull=True
    ).order_by("id")
    return [Written(row.pk, row.author_id, row.role, row.text, row.written_at) for row in rows]


@dataclass(frozen=True)
class Said:
    """What a remark says now, nothing where it was taken back; `is_gone`: that, or hidden."""

    id: int
    subject: Subject
    author_id: int
    text: str
    at: datetime
    is_gone: bool


def said_in(remark_ids: Iterable[int]) -> list[Said]:
    """What these remarks say now; words in cells are none."""
    rows = Remark.objects.filter(pk__in=list(remark_ids), role="remark").order_by("id")
    return [_said(row) for row in rows]


def said_on(kind: str, ids: Iterable[int]) -> list[Said]:
    """What all remarks on these things of one kind say now."""
    rows = Remark.objects.filter(subject_kind=kind, subject_id__in=list(ids), role="remark")
    return [_said(row) for row in rows.order_by("id")]


@dataclass(frozen=True)
class NewWords:
    """Words on something, newer than others."""

    id: int
    subject_id: int
    author_id: int
    text: str
    at: datetime


def newest_on(
    kind: str, ids: Collection[int], *, after_id: int, but_by: int, limit: int
) -> list[NewWords]:
    """Words on these things that came after a remark, the newest first; one query.

    Not those of one person, who knows what they wrote.
    """
    rows = Remark.objects.filter(
        pk__gt=after_id,
        subject_kind=kind,
        subject_id__in=ids,
        # Words in a report are nobody's to read before it closes: each would tell a choice.
        role="remark",
        removed_at=None,
        hidden_at=None,
    ).exclude(author_id=but_by)
    return [
        NewWords(
            id=row.pk,
            subject_id=row.subject_id,
            author_id=row.author_id,
            text=row.text,
            at=row.written_at,
        )
        for row in rows.order_by("-id")[:limit]
    ]


def seen_up_to(member_id: int) -> int:
    """The last remark up to which a member has looked through what is new; 0 where never."""
    return Seen.objects.filter(pk=member_id).values_list("up_to", flat=True).first() or 0


def edits_of(remark_ids: Iterable[int]) -> dict[int, list[datetime]]:
    """{remark: when its author changed it, the first time first}; one query."""
    found: dict[int, list[datetime]] = {}
    rows = PastText.objects.filter(remark_id__in=list(remark_ids)).order_by("at", "id")
    for remark_id, at in rows.values_list("remark_id", "at"):
        found.setdefault(remark_id, []).append(at)
    return found


def said_after(remark_id: int, *, kinds: Iterable[str], limit: int) -> list[Said]:
    """The next remarks on these kinds of things, in the order of their ids."""
    rows = Remark.objects.filter(pk__gt=remark_id, role="remark", subject_kind__in=list(kinds))
    return [_said(row) for row in rows.order_by("id")[:limit]]


def _said(row: Remark) -> Said:
    return Said(
        id=row.pk,
        subject=Subject(row.subject_kind, row.subject_id),
        author_id=row.author_id,
        text=row.text if row.removed_at is None else "",
        at=row.written_at,
        is_gone=row.removed_at is not None or row.hidden_at is not None,
    )


def words_of(author_id: int) -> list[dict[str, object]]:
    """Everything one person wrote, for their own export, with what they took back."""
    rows = Remark.objects.filter(author_id=author_id).order_by("id")
    rows = rows.prefetch_related("past_texts")
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
            "earlier": [one.text for one in row.past_texts.all()],
        }
        for row in rows
    ]


def flags_by(member_id: int) -> list[dict[str, object]]:
    """Everything that one person flagged or decided about, for their own export."""
    return [
        {
            "about": row.subject_kind,
            "about_id": row.subject_id,
            # Of others' flags only what was decided: who asked is theirs to tell.
            "reason": row.reason if row.member_id == member_id else "",
            "words": row.words if row.member_id == member_id else "",
            "flagged_by_me": row.member_id == member_id,
            "settled_by_me": row.settled_by_id == member_id,
            "was_right": row.was_right,
            "at": row.at.isoformat(),
        }
        for row in Flag.objects.filter(
            Q(member_id=member_id) | Q(settled_by_id=member_id)
        ).order_by("id")
    ]


def view_of(
    row: Remark,
    replies: tuple[RemarkView, ...],
    sees_hidden: bool,  # noqa: FBT001 - our own calls
) -> RemarkView:
    """Return a row as pages show it, without its words where they are not to be read."""
    is_gone = row.removed_at is not None or (row.hidden_at is not None and not sees_hidden)
    return RemarkView(
        id=row.pk,
        author_id=row.author_id,
        text="" if is_gone else row.text,
        written_at=row.written_at,
        is_edited=row.edited_at is not None,
        is_removed=row.removed_at is not None,
        is_answer=row.is_answer,
        parent_id=row.parent_id,
        is_hidden=row.hidden_at is not None,
        subject_id=row.subject_id,
        replies=replies,
    )
