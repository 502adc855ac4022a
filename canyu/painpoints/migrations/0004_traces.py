"""Wordings of before leave their traces, or nobody who keeps them in memory finds them.

A file of its own, since PostgreSQL alters no table on whose rows it has references to prove.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AT_ONCE = 2_000


def leave_traces(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give each wording that has no trace its first."""
    wordings, traces = (apps.get_model("painpoints", name) for name in ("Wording", "Trace"))
    untraced = wordings.objects.filter(trace=None).order_by("id").values_list("id", flat=True)
    while found := list(untraced[:AT_ONCE]):
        traces.objects.bulk_create(traces(wording_id=one) for one in found)


class Migration(migrations.Migration):
    """Runs once, on stores that had wordings before they were kept in memory."""

    dependencies = (("painpoints", "0003_while_typing"),)

    operations = (migrations.RunPython(leave_traces, migrations.RunPython.noop),)
