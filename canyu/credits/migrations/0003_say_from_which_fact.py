"""What is there already: each credit says from which fact it came, and when that shipped.

A file of its own, since PostgreSQL alters no table on whose rows it has references to prove.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def say_from_which_fact(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the new columns."""
    credits_ = apps.get_model("credits", "Credit").objects
    releases = apps.get_model("releases", "Release").objects
    out = releases.filter(pk=OuterRef("release_id")).values("published_at")
    credits_.update(shipped_at=Subquery(out[:1]))
    credits_.filter(role="made").update(fact="maker")
    credits_.filter(role="joined").update(fact="voice")
    credits_.filter(role="asked", topic__isnull=False).update(fact="raised")
    # What they said was found together with what others said: the first asked, the others too.
    found = credits_.filter(role="asked", topic__isnull=True)
    firsts: dict[int, int] = {}
    in_order = found.order_by("change_id", "asked_at", "member_id")
    for change_id, pk in in_order.values_list("change_id", "id"):
        firsts.setdefault(change_id, pk)
    found.filter(pk__in=list(firsts.values())).update(fact="pain_first")
    found.filter(fact="").update(fact="pain", role="joined")


class Migration(migrations.Migration):
    """Fills, and takes nothing back: going back drops the columns."""

    dependencies = (("credits", "0002_keep_a_ledger"),)

    operations = (migrations.RunPython(say_from_which_fact, migrations.RunPython.noop),)
