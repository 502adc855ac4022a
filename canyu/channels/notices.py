"""Who is told what when something happened. Each `hear_…` is a subscriber of the journal."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from canyu.awards import queries as awards
from canyu.awards.events import AwardCertified, AwardProposed
from canyu.channels.events import InvitationsRevoked, MembersInvited, WebhookEnded
from canyu.channels.services import invite_members, take_back_invitations, write_notices
from canyu.credits import queries as credit_queries
from canyu.credits.events import ReleaseCredited
from canyu.credits.queries import CreditView
from canyu.credits.rules import ASKING, ROLES
from canyu.painpoints.events import AskersAsked, PainNoticed, PainVerified
from canyu.painpoints.queries.pains import point_of
from canyu.products import queries as products
from canyu.releases import queries as releases
from canyu.releases.echoes import FIRST_HOUR
from canyu.releases.events import FirstHourEnded
from canyu.remarks.events import RemarkWritten, WordsFlagged
from canyu.reports.events import RepairAnswered, RepairOpened, ReportClosed, ReportOpened
from canyu.topics import queries as topics


def hear_release_credited(event: ReleaseCredited) -> None:
    """Thank everyone who asked or helped, once for each change, each for what was theirs."""
    release = releases.release_by_id(event.release_id)
    # Of several roles in one change the first is told; they come in the order of the table.
    own: dict[tuple[int, int], CreditView] = {}
    for credit in credit_queries.credits_of_release(event.release_id, written_at=event.at):
        before = own.setdefault((credit.change_id, credit.member_id), credit)
        if ROLES.index(credit.role) < ROLES.index(before.role):
            own[credit.change_id, credit.member_id] = credit
    by_change: dict[int, dict[int, dict[str, int | str]]] = {}
    for (change_id, member_id), one in own.items():
        by_change.setdefault(change_id, {})[member_id] = _own_facts(one)
    for change_id, facts in by_change.items():
        write_notices(
            member_ids=list(facts),
            product_id=event.product_id,
            kind="credit",
            key=f"credit:{change_id}",
            facts={"change_id": change_id, "version": release.version},
            own=facts,
            at=event.at,
        )


def _own_facts(credit: CreditView) -> dict[str, int | str]:
    facts: dict[str, int | str] = {"role": credit.role}
    if credit.asked_at is not None:
        facts["asked_at"] = credit.asked_at.isoformat()
    if credit.topic_id is not None:
        facts["topic_id"] = credit.topic_id
    return facts


def hear_report_opened(event: ReportOpened) -> None:
    """Invite everybody whose ring has the release; only the newest invitation stands."""
    take_back_invitations(product_id=event.product_id, before=event.at)
    invite_members(product_id=event.product_id, release_id=event.release_id, at=event.at)


def hear_members_invited(event: MembersInvited) -> None:
    """Invite those who come after them."""
    invite_members(
        product_id=event.product_id,
        release_id=event.release_id,
        at=event.at,
        after=event.last_member_id,
    )


def hear_report_closed(event: ReportClosed) -> None:
    """Take the invitation back, which would not be true any more."""
    take_back_invitations(product_id=event.product_id, before=event.at)


def hear_invitations_revoked(event: InvitationsRevoked) -> None:
    """Take back those that are left."""
    take_back_invitations(product_id=event.product_id, before=event.at)


def hear_award_proposed(event: AwardProposed) -> None:
    """Ask the owners to certify."""
    _tell(
        _owners(event.product_id),
        product_id=event.product_id,
        kind="certify",
        key=f"certify:{event.award_id}",
        facts={"award_id": event.award_id, "release_id": event.release_id},
        at=event.at,
    )


def hear_award_certified(event: AwardCertified) -> None:
    """Tell the makers that the Popcorn is theirs."""
    award = awards.award_by_id(event.award_id)
    _tell(
        event.maker_ids,
        product_id=event.product_id,
        kind="award",
        key=f"award:{event.award_id}",
        facts={"award_id": event.award_id, "change_id": award.change_ids[0]},
        at=event.at,
    )


def hear_repair_opened(event: RepairOpened) -> None:
    """Tell the makers first, and only them; the owners where no maker is in the team any more."""
    makers = releases.change_of(event.change_id).maker_ids
    team = set(products.team_member_ids(event.product_id))
    _tell(
        [maker for maker in makers if maker in team] or _owners(event.product_id),
        product_id=event.product_id,
        kind="repair",
        key=f"repair:{event.repair_id}",
        facts={"repair_id": event.repair_id, "change_id": event.change_id},
        at=event.at,
    )


def hear_repair_answered(event: RepairAnswered) -> None:
    """Tell those who asked for the change what is done about it."""
    # A change that came with a hotfix is judged, and repaired, with the release after it.
    release_id = releases.change_of(event.change_id).release_id
    asked = credit_queries.credits_of_release(release_id)
    _tell(
        [
            credit.member_id
            for credit in asked
            if credit.change_id == event.change_id and credit.role in ASKING
        ],
        product_id=event.product_id,
        kind="repaired",
        key=f"repaired:{event.repair_id}",
        facts={"repair_id": event.repair_id, "change_id": event.change_id},
        at=event.at,
    )


def hear_words_flagged(event: WordsFlagged) -> None:
    """Tell the owners that somebody thinks words should not stand."""
    _tell(
        [one for one in _owners(event.product_id) if one != event.member_id],
        product_id=event.product_id,
        kind="flagged",
        key=f"flagged:{event.subject_kind}:{event.subject_id}:{event.at.isoformat()}",
        facts={},
        at=event.at,
    )


def hear_remark_written(event: RemarkWritten) -> None:
    """Tell the makers of a change or the keeper of a topic, and whoever is replied to."""
    muted: frozenset[int] = frozenset()
    if event.subject_kind == "change":
        change = releases.change_of(event.subject_id)
        product_id, concerned = change.product_id, set(change.maker_ids)
    elif event.subject_kind == "topic":
        topic_id = topics.standing_ids([event.subject_id])[event.subject_id]
        topic = topics.topic_of(topic_id, at=event.at)
        heard = topics.listeners_of(topic_id)
        product_id, muted = topic.product_id, heard.muted
        concerned = {
            topic.author_id,
            *heard.follow,
            *([topic.keeper_id] if topic.keeper_id else []),
        }
    else:
        return
    if event.parent_author_id is not None:
        concerned.add(event.parent_author_id)
    _tell(
        sorted(concerned - muted - {event.author_id}),
        product_id=product_id,
        kind="answer" if event.is_answer else "remark",
        key=f"remark:{event.remark_id}",
        facts={
            f"{event.subject_kind}_id": event.subject_id,
            "author_id": event.author_id,
        },
        at=event.at,
    )


def hear_first_hour_ended(event: FirstHourEnded) -> None:
    """Tell each maker how many people said something about what they made."""
    release = releases.release_by_id(event.release_id)
    changes = releases.changes_of([event.release_id])
    ended_at = min(event.at, (release.published_at or event.at) + FIRST_HOUR)
    spoke = releases.speakers_of(changes, at=ended_at)
    own: dict[int, dict[str, int]] = {}
    for maker_id in {one for change in changes for one in change.maker_ids}:
        made = [change for change in changes if maker_id in change.maker_ids]
        people = set[int]().union(*(spoke[one.id] for one in made)) - {maker_id}
        own[maker_id] = {"n_people": len(people), "n_changes": len(made)}
    write_notices(
        member_ids=sorted(own),
        product_id=event.product_id,
        kind="hour",
        key=f"hour:{event.release_id}",
        facts={"release_id": event.release_id, "version": release.version},
        own=own,
        at=event.at,
    )


def hear_pain_noticed(event: PainNoticed) -> None:
    """Tell the owner of the area that many say the same."""
    _tell(
        event.told_ids,
        product_id=event.product_id,
        kind="pain",
        key=f"pain:{event.point_id}:{event.at.isoformat()}",
        facts={
            "point_id": event.point_id,
            "alert": event.kind,
            "n_people": event.n_people,
            "days": event.days,
        },
        at=event.at,
    )


def hear_askers_asked(event: AskersAsked) -> None:
    """Ask everybody who asked one thing: whether it is gone."""
    _tell(
        event.member_ids,
        product_id=event.product_id,
        kind="gone",
        key=f"gone:{event.point_id}:{event.at.isoformat()}",
        facts={"point_id": event.point_id},
        at=event.at,
    )


def hear_pain_verified(event: PainVerified) -> None:
    """Tell the makers, and who looks after it, what the asking says since."""
    if event.answer == "too early":
        return
    point = point_of(event.point_id, product_id=event.product_id)
    makers = releases.change_of(point.change_id).maker_ids if point.change_id else ()
    concerned = [*makers, *([point.keeper_id] if point.keeper_id else [])]
    _tell(
        concerned,
        product_id=event.product_id,
        kind="verified",
        key=f"verified:{event.point_id}:{event.at.isoformat()}",
        facts={"point_id": event.point_id, "answer": event.answer},
        at=event.at,
    )


def hear_webhook_ended(event: WebhookEnded) -> None:
    """Tell the owners that nothing is sent to one of their addresses any more."""
    _tell(
        _owners(event.product_id),
        product_id=event.product_id,
        kind="webhook",
        key=f"webhook:{event.webhook_id}:{event.at.isoformat()}",
        facts={"webhook_id": event.webhook_id},
        at=event.at,
    )


def _owners(product_id: int) -> list[int]:
    return [person.member_id for person in products.team_of(product_id) if person.role == "owner"]


def _tell(
    member_ids: Iterable[int],
    *,
    product_id: int,
    kind: str,
    key: str,
    facts: dict[str, Any],
    at: datetime,
) -> None:
    write_notices(
        member_ids=list(member_ids), product_id=product_id, kind=kind, key=key, facts=facts, at=at
    )
