"""Reports that were kept before there were counts are counted."""

from collections import Counter

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from canyu.reports.rules import ReportCells
from canyu.reports.submissions import counts_of

AT_ONCE = 5_000


def count_stored(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Count every stored report; nothing is counted twice, since the table is new."""
    report, count = (apps.get_model("reports", name) for name in ("Report", "Count"))
    counts: Counter[tuple[int, str, str]] = Counter()
    for row in report.objects.iterator(chunk_size=AT_ONCE):
        cells = ReportCells(
            mood=row.mood,
            best=row.best_id,
            worst=row.worst_id,
            untried=tuple(row.untried),
            wanted_item=row.wanted_item_id,
        )
        for kind, key in counts_of(
            ring_key=row.ring_key,
            is_team=row.is_team,
            shown=row.shown,
            cells=cells,
            filled_at=row.filled_at,
        ):
            counts[row.release_id, kind, key] += 1
    count.objects.bulk_create(
        (
            count(release_id=release_id, kind=kind, key=key, n=n)
            for (release_id, kind, key), n in sorted(counts.items())
        ),
        batch_size=AT_ONCE,
    )


class Migration(migrations.Migration):
    """Runs once, on databases of the first version."""

    dependencies = [("reports", "0002_count_report_edited")]

    operations = [migrations.RunPython(count_stored, migrations.RunPython.noop)]
