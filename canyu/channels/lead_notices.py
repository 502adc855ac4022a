"""Who is told what about those who were ahead. Each `hear_…` is a subscriber of the journal."""

from canyu.channels.services import write_notices
from canyu.credits.events import LeadAnswered, LeadInvited, LeadsFound
from canyu.credits.queries.leads import lead_by_id
from canyu.products import queries as products


def hear_leads_found(event: LeadsFound) -> None:
    """Tell the owners that there are people whom they may want to invite."""
    write_notices(
        member_ids=_owners(event.product_id),
        product_id=event.product_id,
        kind="leads",
        key=f"leads:{event.product_id}:{event.at.date()}",
        facts={"n": event.n_new},
        at=event.at,
    )


def hear_lead_invited(event: LeadInvited) -> None:
    """Tell the one who is invited: by whom, and that they may say no."""
    write_notices(
        member_ids=[event.member_id],
        product_id=event.product_id,
        kind="lead",
        key=f"lead:{event.lead_id}:{event.at.date()}",
        facts={"author_id": event.actor_id},
        at=event.at,
    )


def hear_lead_answered(event: LeadAnswered) -> None:
    """Tell whoever invited what the answer is."""
    invited_by = lead_by_id(event.lead_id).decided_by_id
    if invited_by is not None:
        write_notices(
            member_ids=[invited_by],
            product_id=event.product_id,
            kind="lead_said",
            key=f"lead_said:{event.lead_id}:{event.answer}",
            facts={"author_id": event.member_id, "answer": event.answer},
            at=event.at,
        )


def _owners(product_id: int) -> list[int]:
    return [person.member_id for person in products.team_of(product_id) if person.role == "owner"]
