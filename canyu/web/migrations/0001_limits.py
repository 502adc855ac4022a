"""The table of what is counted against those who try to sign in too often.

Django's cache in the database reads and writes it (`canyu.config.store.limits_of`); no model of ours
does. Losing it in a crash costs nothing, so that on PostgreSQL none of it waits for the disk.
"""

from typing import Any

from django.db import migrations, models


def without_log(apps: Any, schema_editor: Any) -> None:  # noqa: ANN401, ARG001
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE web_limits SET UNLOGGED")


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.CreateModel(
                    name="Limits",
                    fields=[
                        ("cache_key", models.CharField(max_length=255, primary_key=True)),
                        ("value", models.TextField()),
                        ("expires", models.DateTimeField(db_index=True)),
                    ],
                    options={"db_table": "web_limits"},
                ),
                migrations.RunPython(without_log, migrations.RunPython.noop),
            ],
        ),
    ]
