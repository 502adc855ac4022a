"""Proposing, certifying and giving the Popcorn award."""

from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.db.models import Max

from canyu.awards.errors import AwardRefused
from canyu.awards.events import AwardCertified, AwardProposed
from canyu.awards.models import Award, AwardedChange
from canyu.awards.rules import check_citation, decide
from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.journal.events import shown_of_product
from canyu.pictures import services as pictures
from canyu.products import queries as products
from canyu.products.services import hold_product
from canyu.releases import queries as releases
from canyu.remarks.rules import clean_words
from canyu.reports import queries as reports
from canyu.reports.events import ReportClosed
from canyu.reports.figures import verdict_to_json


@transaction.atomic
def propose_award(*, release_id: int, at: datetime) -> int | None:
    """Write down what the rule says of a closed report; return the award's id.

    History counts in no award: then None. Doing it again changes nothing.
    """
    existing = Award.objects.filter(release_id=release_id).first()
    release = releases.release_by_id(release_id)
    tally = reports.tally_of(release_id)
    if existing is not None or release.is_history or tally is None:
        return existing.pk if existing else None
    figures = tally.figures
    decision = decide(
        figures.top,
        {one.change_id: one.p_win for one in figures.changes if one.p_win is not None},
        n_changes=len(figures.changes),
        is_enough=figures.can_compare,
    )
    award = Award.objects.create(
        product_id=release.product_id,
        release_id=release_id,
        outcome=decision.outcome,
        reason=decision.reason,
        n_reports=figures.n_reports,
        figures={
            "n_judging": figures.n_judging,
            "n_close": len(decision.contenders),
            "verdict": verdict_to_json(figures.top) if figures.top else None,
        },
        proposed_at=at,
    )
    if decision.outcome != "nobody":
        AwardedChange.objects.bulk_create(
            AwardedChange(award=award, change_id=one.change_id, p_win=one.p_win, place=place)
            for place, one in enumerate(decision.contenders)
        )
    journal.mark_changed(shown_of_product(release.product_id))
    if decision.outcome != "nobody":
        journal.publish(
            AwardProposed(
                at=at, award_id=award.pk, release_id=release_id, product_id=release.product_id
            )
        )
    return award.pk


def hear_report_closed(event: ReportClosed) -> None:
    """Propose the award as soon as a report is closed."""
    propose_award(release_id=event.release_id, at=event.at)


@transaction.atomic
def certify_award(
    *,
    actor_id: int,
    award_id: int,
    citation: dict[str, str],
    at: datetime,
    picture: BinaryIO | None = None,
) -> None:
    """Put an award on the wall with a number, a citation and a picture; owners only.

    The owner certifies what the rule found and cannot choose another winner. Certifying again
    changes citation and picture. Raises `NotAllowed`, `AwardRefused`, `PictureRefused`.
    """
    award = _award(award_id)
    _check_owner(award, actor_id)
    if award.outcome == "nobody":
        raise AwardRefused(
            gettext_noop("Nothing was certified: by the rule nobody wins this week."), status=409
        )
    award.citation = check_citation(citation)
    if picture is not None:
        award.picture = pictures.store_picture(file=picture, at=at)
    is_first = award.certified_at is None
    if is_first:
        hold_product(award.product_id)
        given = Award.objects.filter(product_id=award.product_id)
        award.number = (given.aggregate(last=Max("number"))["last"] or 0) + 1
        award.certified_at = at
        award.certified_by_id = actor_id
    award.save()
    journal.mark_changed(shown_of_product(award.product_id))
    if is_first:
        journal.publish(
            AwardCertified(
                at=at,
                award_id=award.pk,
                release_id=award.release_id,
                product_id=award.product_id,
                maker_ids=_maker_ids(award),
            )
        )


@transaction.atomic
def record_gift(*, actor_id: int, award_id: int, gift: str, gift_on: date | None) -> None:
    """Write down what small gift was given and when; owners only."""
    award = _award(award_id)
    _check_owner(award, actor_id)
    if award.certified_at is None:
        raise AwardRefused(
            gettext_noop("The gift was not recorded: certify the award first."), status=409
        )
    award.gift, award.gift_on = " ".join(clean_words(gift).split())[:200], gift_on
    award.save(update_fields=["gift", "gift_on"])
    journal.mark_changed(shown_of_product(award.product_id))


def _award(award_id: int) -> Award:
    award = Award.objects.select_for_update(no_key=True).filter(pk=award_id).first()
    if award is None:
        raise NotFound(gettext_noop("There is no such award."))
    return award


def _check_owner(award: Award, actor_id: int) -> None:
    if not products.is_owner(award.product_id, actor_id):
        raise NotAllowed(gettext_noop("Nothing was changed: only an owner certifies awards."))


def _maker_ids(award: Award) -> tuple[int, ...]:
    change_ids = award.changes.order_by("place").values_list("change_id", flat=True)
    found = releases.changes_by_id(change_ids)
    return tuple(dict.fromkeys(maker for one in change_ids for maker in found[one].maker_ids))
