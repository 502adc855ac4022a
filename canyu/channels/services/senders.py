"""Whose address it is."""

from allauth.account.models import EmailAddress


def member_of_address(address: str) -> int | None:
    """Return the one member who proved that this address is theirs; None where nobody did."""
    rows = EmailAddress.objects.filter(email__iexact=address, verified=True)
    found = list(rows.values_list("user_id", flat=True)[:2])
    return found[0] if len(found) == 1 else None
