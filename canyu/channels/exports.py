"""Writing out what import takes, and what a person may have of themselves."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from canyu.awards import queries as awards
from canyu.channels.imports.jsonlines import release_line, report_line
from canyu.channels.queries import (
    browsers_of_person,
    elsewhere_of_person,
    mail_of_person,
    notices_for_export,
    sent_by_person,
)
from canyu.credits import queries as credit_queries
from canyu.credits.queries.cards import cards_for_export
from canyu.credits.queries.leads import leads_of_person
from canyu.credits.rules import ROLES
from canyu.members import queries as members
from canyu.painpoints.queries.people import pains_of_person
from canyu.plan import queries as plan
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.reports import queries as reports
from canyu.reports.records import ReportRecord
from canyu.topics import queries as topics

AT_ONCE = 2_000


def release_lines(product_id: int) -> Iterator[str]:
    """Every release that went out, a line each, oldest first."""
    for record in releases.release_records(product_id):
        yield release_line(record)


def report_lines(product_id: int) -> Iterator[str]:
    """Every report of every closed report window, a line each; open ones stay secret."""
    keys = {item_id: key for key, item_id in plan.item_ids_by_key(product_id).items()}
    for release_id in reversed(reports.tallied_release_ids(product_id, limit=100_000)):
        version = releases.release_by_id(release_id).version
        change_keys = reports.judged_keys(release_id)
        yield from _report_lines_of(release_id, version, change_keys, keys)


def _report_lines_of(
    release_id: int, version: str, change_keys: dict[int, str], item_keys: dict[int, str]
) -> Iterator[str]:
    rows = iter(reports.report_rows(release_id))
    # Some at a time: as much memory for a million as for a thousand.
    while some := list(islice(rows, AT_ONCE)):
        yield from _lines_of_some(some, release_id, version, change_keys, item_keys)


def _lines_of_some(
    rows: Sequence[Mapping[str, Any]],
    release_id: int,
    version: str,
    change_keys: dict[int, str],
    item_keys: dict[int, str],
) -> Iterator[str]:
    member_ids = [row["member_id"] for row in rows]
    people = members.members_of(member_ids)
    words = reports.words_of_members(release_id, change_keys, member_ids)
    for row in rows:
        own = words.get(row["member_id"], {})
        record = ReportRecord(
            release=version,
            member=people[row["member_id"]].handle,
            ring=row["ring_key"],
            mood=row["mood"],
            # A change of history may be gone since, where its file no longer names it.
            shown=tuple(change_keys[one] for one in row["shown"] if one in change_keys),
            untried=tuple(change_keys[one] for one in row["untried"] if one in change_keys),
            best=change_keys.get(row["best_id"], ""),
            worst=change_keys.get(row["worst_id"], ""),
            why_best=own.get("why_best", ""),
            why_worst=own.get("why_worst", ""),
            wanted_item=item_keys.get(row["wanted_item_id"], ""),
            wanted=own.get("wanted", ""),
            at=row["changed_at"],
        )
        yield report_line(record)


def person_data(member_id: int, *, at: datetime) -> dict[str, Any]:
    """Everything that is stored about one person, for themselves."""
    credit_rows = credit_queries.credits_of_member(member_id, roles=ROLES, limit=100_000)
    return {
        "exported_at": at.isoformat(),
        "member": members.personal_data_of(member_id),
        "products": products.personal_data_of(member_id),
        "topics": topics.topics_raised_by(member_id),
        **topics.traces_in_topics(member_id),
        "flags": remarks.flags_by(member_id),
        "topics_looked_after": topics.topics_looked_after_by(member_id),
        "plan_items_looked_after": plan.items_kept_by(member_id),
        "releases_begun": releases.releases_begun_by(member_id),
        "changes_made": releases.changes_made_for_export(member_id),
        "pain_points": pains_of_person(member_id),
        "remarks": remarks.words_of(member_id),
        "words_seen_up_to": remarks.seen_up_to(member_id),
        "reports": reports.reports_of_member(member_id),
        "repairs_answered": reports.repairs_answered_by(member_id),
        "awards_certified": awards.awards_certified_by(member_id),
        "credits": [
            {
                "change_id": one.change_id,
                "topic_id": one.topic_id,
                "role": one.role,
                "by_which_fact": one.fact,
                "remark_id": one.remark_id,
                "asked_at": one.asked_at.isoformat() if one.asked_at else None,
                "at": one.at.isoformat(),
            }
            for one in credit_rows
        ],
        **credit_queries.ledger_of_person(member_id),
        **cards_for_export(member_id),
        **leads_of_person(member_id),
        "elsewhere": elsewhere_of_person(member_id),
        **sent_by_person(member_id),
        "notices": notices_for_export(member_id),
        "mail": mail_of_person(member_id),
        "browsers_told": browsers_of_person(member_id),
    }
