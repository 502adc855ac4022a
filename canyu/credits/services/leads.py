"""Each night: who was ahead? The team decides whom it invites, and they decide too."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from canyu.credits.errors import LeadRefused
from canyu.credits.events import LeadAnswered, LeadInvited, LeadPassed, LeadsFound
from canyu.credits.foresight import COULD_BE, Foresight, foresights_of, records_of
from canyu.credits.leads import (
    FROM_HOUR,
    MOST_AT_ONCE,
    check_lead_words,
    check_open,
    figures_of,
    is_sure,
    may_suggest_again,
    told,
)
from canyu.credits.models import Lead, LeadNight, LeftAlone
from canyu.credits.queries.leads import is_left_alone
from canyu.credits.queries.voiced import Voiced, left_alone, voiced_in
from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.members import queries as members
from canyu.members.events import MemberDeactivated
from canyu.products import queries as products
from canyu.products.services import hold_product, invite_to_ring


def look_for_leads(*, at: datetime) -> int:
    """Look at the early voices of each product that has not had it today, one product a call.

    Returns how many were looked at: 1, or 0 where nothing is due.
    """
    if at.hour < FROM_HOUR:
        return 0
    done = LeadNight.objects.filter(night_on__gte=at.date()).values_list("product_id", flat=True)
    due = sorted(set(products.product_ids_by_slug().values()) - set(done))
    if not due:
        return 0
    look_at_product(product_id=due[0], at=at)
    return 1


def look_at_product(*, product_id: int, at: datetime) -> int:
    """Look who is ahead in a product; return how many the team was not told of before.

    Everything is read and computed before the transaction that writes what was found.
    """
    voiced = voiced_in(product_id, at=at)
    found = foresights_of(records_of(voiced.voices, voiced.margins))
    sure = [one for one in found if is_sure(one, n_said=voiced.n_said.get(_who(one), 0))]
    counts = Counter(one.member_id for one in voiced.voices if voiced.may_differ(one.stratum))
    figures = {
        "n_voices": len(voiced.voices),
        "n_people": len({one.member_id for one in voiced.voices}),
        "n_tested": sum(one.record.least_p <= COULD_BE for one in found),
        "most": max(counts.values(), default=0),
    }
    return _write_night(product_id, sure, voiced, figures, at)


@transaction.atomic
def _write_night(
    product_id: int, sure: list[Foresight], voiced: Voiced, figures: dict[str, int], at: datetime
) -> int:
    hold_product(product_id)
    LeadNight.objects.update_or_create(
        product_id=product_id, defaults={"night_on": at.date(), "figures": figures}
    )
    known = {row.member_id: row for row in Lead.objects.filter(product_id=product_id)}
    # Somebody may have asked to be left alone while it was computed.
    away = left_alone()
    standing = {
        _who(one): one
        for one in sure
        if _who(one) not in away and members.member_of(_who(one)).is_active
    }
    gone = [row.pk for row in known.values() if _is_over(row, standing)]
    Lead.objects.filter(pk__in=gone).delete()
    n_open = sum(row.standing == "suggested" and row.pk not in gone for row in known.values())
    n_new = 0
    for one in sorted(standing.values(), key=lambda each: (-each.p_ahead, each.record.p)):
        row = known.get(_who(one))
        is_again = (
            row is not None and row.standing == "not_now" and may_suggest_again(row.decided_at, at)
        )
        is_new = row is None or is_again
        if is_new and n_open >= MOST_AT_ONCE:
            continue
        if row is not None and row.standing != "suggested" and not is_again:
            continue
        row = row or Lead(product_id=product_id, member_id=_who(one))
        _renew(row, one, voiced, at, is_new=is_new)
        n_open += is_new
        n_new += is_new
    if n_new:
        journal.publish(LeadsFound(at=at, product_id=product_id, n_new=n_new))
    return n_new


def _who(one: Foresight) -> int:
    return one.record.member_id


def _is_over(row: Lead, standing: dict[int, Foresight]) -> bool:
    """Whether a suggestion that nobody decided about is not sure any more."""
    return row.standing == "suggested" and row.member_id not in standing


def _renew(row: Lead, one: Foresight, voiced: Voiced, at: datetime, *, is_new: bool) -> None:
    row.figures = {**figures_of(one)}
    row.evidence = told(voiced.evidence.get(row.member_id, []))
    row.renewed_at = at
    if is_new:
        row.standing, row.found_at = "suggested", at
        row.words = row.ring_key = row.answer = ""
        row.decided_by_id = row.decided_at = row.answered_at = None
    row.save()


@transaction.atomic
def invite_lead(*, actor_id: int, lead_id: int, ring_key: str, words: str, at: datetime) -> None:
    """Invite somebody who is ahead, with words to them: into a ring, or to a talk ("").

    The team to a talk, owners also into a ring. Raises `NotFound`, `NotAllowed`, `LeadRefused`.
    """
    kept = check_lead_words(words)
    row = _row_for_team(lead_id, actor_id)
    check_open(row.standing)
    if is_left_alone(row.member_id) or not members.member_of(row.member_id).is_active:
        raise LeadRefused(
            gettext_noop("Nobody was invited: this person does not want to be asked, or has left."),
            status=409,
        )
    if ring_key:
        invite_to_ring(
            actor_id=actor_id,
            product_id=row.product_id,
            member_id=row.member_id,
            ring_key=ring_key,
            at=at,
        )
    row.ring_key = ring_key
    _decide(row, "invited", kept, actor_id, at)
    journal.publish(
        LeadInvited(
            at=at,
            lead_id=row.pk,
            product_id=row.product_id,
            member_id=row.member_id,
            actor_id=actor_id,
            ring_key=ring_key,
        )
    )


@transaction.atomic
def pass_lead(*, actor_id: int, lead_id: int, standing: str, words: str, at: datetime) -> None:
    """Not invite somebody: "not_now", with a reason, or "never"; both are kept and respected.

    Raises `NotFound`, `NotAllowed`, `LeadRefused`.
    """
    if standing not in {"not_now", "never"}:
        raise LeadRefused(
            gettext_noop("Nothing was changed: choose “not now” or “never”, not “%(word)s”."),
            word=standing[:40],
        )
    kept = check_lead_words(words) if standing == "not_now" else words.strip()[:1000]
    row = _row_for_team(lead_id, actor_id)
    check_open(row.standing)
    _decide(row, standing, kept, actor_id, at)
    journal.publish(
        LeadPassed(
            at=at,
            lead_id=row.pk,
            product_id=row.product_id,
            actor_id=actor_id,
            standing=standing,
        )
    )


@transaction.atomic
def answer_invitation(*, actor_id: int, product_id: int, answer: str, at: datetime) -> None:
    """Say yes or no to being invited; a no can be changed, and needs no reason.

    Raises `NotFound`, `LeadRefused`.
    """
    if answer not in {"yes", "no"}:
        raise LeadRefused(
            gettext_noop("Your answer was not noted: say yes or no, not “%(word)s”."),
            word=answer[:40],
        )
    row = (
        Lead.objects.select_for_update(no_key=True)
        .filter(product_id=product_id, member_id=actor_id, standing="invited")
        .first()
    )
    if row is None:
        raise NotFound(gettext_noop("There is no invitation for you here."))
    if row.answer == answer:
        return
    row.answer, row.answered_at = answer, at
    row.save(update_fields=["answer", "answered_at"])
    journal.publish(
        LeadAnswered(
            at=at, lead_id=row.pk, product_id=product_id, member_id=actor_id, answer=answer
        )
    )


@transaction.atomic
def hear_member_deactivated(event: MemberDeactivated) -> None:
    """Take back what was suggested of somebody whose account has ended."""
    Lead.objects.filter(member_id=event.member_id, standing="suggested").delete()


@transaction.atomic
def leave_me_alone(*, actor_id: int, is_alone: bool, at: datetime) -> None:
    """Say whether one's early voices may be looked at; suggestions of who may not go at once."""
    if is_alone:
        LeftAlone.objects.get_or_create(member_id=actor_id, defaults={"at": at})
        Lead.objects.filter(member_id=actor_id, standing="suggested").delete()
    else:
        LeftAlone.objects.filter(member_id=actor_id).delete()


def _row_for_team(lead_id: int, actor_id: int) -> Lead:
    row = Lead.objects.select_for_update(no_key=True).filter(pk=lead_id).first()
    if row is None:
        raise NotFound(gettext_noop("Nobody is suggested here any more."))
    is_operator = members.member_of(actor_id).is_operator
    if not (products.is_team(row.product_id, actor_id) or is_operator):
        raise NotAllowed(gettext_noop("Nothing was changed: only the product's team can do this."))
    return row


def _decide(row: Lead, standing: str, words: str, actor_id: int, at: datetime) -> None:
    row.standing, row.words = standing, words
    row.decided_by_id, row.decided_at = actor_id, at
    row.save()
