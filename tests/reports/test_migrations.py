"""What a database of the first version becomes."""

import importlib

from django.apps import apps
from django.db import connection

from canyu.reports.models import Count
from canyu.reports.services.recount import recount_reports
from tests.builders import Town, fill, likes, make_people, open_week

count_stored = importlib.import_module(
    "canyu.reports.migrations.0003_count_stored_reports"
).count_stored


def test_reports_from_before_there_were_counts_are_counted(town: Town) -> None:
    people = make_people(town.product, 5)
    week = open_week(town, 3)
    for one in people:
        fill(week, one, likes(1, 2))
    kept = set(Count.objects.values_list("kind", "key", "n"))
    Count.objects.all().delete()
    assert len(recount_reports(release_id=week)) == len(kept)
    count_stored(apps, connection.schema_editor())
    assert recount_reports(release_id=week) == []
    assert set(Count.objects.values_list("kind", "key", "n")) == kept
