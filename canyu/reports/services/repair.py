"""Answering what hurt."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.journal.events import shown_of_product
from canyu.reports.errors import RepairRefused
from canyu.reports.events import RepairAnswered, RepairDone
from canyu.reports.models import Repair, RepairStep
from canyu.reports.queries.repairs import may_answer_repair
from canyu.reports.rules import check_repair, check_steps


@transaction.atomic
def answer_repair(
    *,
    actor_id: int,
    repair_id: int,
    kind: str,
    hurt: Mapping[str, str],
    answer: Mapping[str, str],
    at: datetime,
    due_on: date | None = None,
    steps: Sequence[Mapping[str, str]] = (),
) -> None:
    """Say what hurt, what is done and by when, or why it is kept; from then on it is public.

    The change's makers and the product's owners may; they may also change the words later.
    Steps that were done stay done when their words are the same.
    Raises `NotAllowed`, `RepairRefused`.
    """
    repair = _repair(repair_id)
    _check_may_answer(repair, actor_id)
    texts = check_repair(kind, hurt, answer)
    kept = check_steps(steps) if kind == "mend" else []
    is_first = repair.answered_at is None
    if repair.kind == "keep" and kind == "mend":
        # What was settled by keeping it is not settled any more.
        repair.done_at = None
    repair.kind, (repair.hurt, repair.answer) = kind, texts
    repair.due_on = due_on if kind == "mend" else None
    repair.answered_at = repair.answered_at or at
    repair.answered_by_id = actor_id
    if kind == "keep":
        repair.done_at = repair.done_at or at
    repair.save()
    _write_steps(repair, kept)
    journal.mark_changed(shown_of_product(repair.product_id))
    if is_first:
        journal.publish(_fact(RepairAnswered, repair, at))


@transaction.atomic
def finish_step(*, actor_id: int, repair_id: int, step_id: int, at: datetime) -> None:
    """Say that one step of a repair is done."""
    repair = _repair(repair_id)
    _check_may_answer(repair, actor_id)
    RepairStep.objects.filter(pk=step_id, repair=repair, done_at__isnull=True).update(done_at=at)
    journal.mark_changed(shown_of_product(repair.product_id))


@transaction.atomic
def finish_repair(*, actor_id: int, repair_id: int, at: datetime) -> None:
    """Say that everything promised is done. Raises `RepairRefused` while unanswered."""
    repair = _repair(repair_id)
    _check_may_answer(repair, actor_id)
    if repair.answered_at is None:
        raise RepairRefused(
            gettext_noop("Nothing was changed: answer first, so that people know what is done."),
            status=409,
        )
    if repair.done_at is not None:
        return
    repair.done_at = at
    repair.save(update_fields=["done_at"])
    repair.steps.filter(done_at__isnull=True).update(done_at=at)
    journal.publish(_fact(RepairDone, repair, at))


def _fact(
    event: type[RepairAnswered] | type[RepairDone], repair: Repair, at: datetime
) -> RepairAnswered | RepairDone:
    return event(
        at=at,
        repair_id=repair.pk,
        release_id=repair.release_id,
        change_id=repair.change_id,
        product_id=repair.product_id,
    )


def _repair(repair_id: int) -> Repair:
    repair = Repair.objects.select_for_update(no_key=True).filter(pk=repair_id).first()
    if repair is None:
        raise NotFound(gettext_noop("There is no such repair."))
    return repair


def _check_may_answer(repair: Repair, actor_id: int) -> None:
    if not may_answer_repair(repair.pk, actor_id):
        raise NotAllowed(
            gettext_noop("Nothing was changed: the makers of this change and the owners answer.")
        )


def _write_steps(repair: Repair, steps: Sequence[dict[str, str]]) -> None:
    done = {_words(step.text): step.done_at for step in repair.steps.all()}
    repair.steps.all().delete()
    RepairStep.objects.bulk_create(
        RepairStep(repair=repair, text=text, place=place, done_at=done.get(_words(text)))
        for place, text in enumerate(steps)
    )


def _words(texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(texts.items()))
