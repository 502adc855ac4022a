"""What is there already: each voice counts where it was given, and lifts its topic by its day.

A file of its own, since PostgreSQL alters no table on whose rows it has references to prove.
"""

from collections import defaultdict
from datetime import datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

from canyu.topics.rules import warmth_of

AT_ONCE = 1_000


def count_voices(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the new columns."""
    topics, voices = apps.get_model("topics", "Topic"), apps.get_model("topics", "Voice")
    voices.objects.update(counted_in=F("topic"))
    topics.objects.update(helped_at=F("answered_at"))
    moments: dict[int, list[datetime]] = defaultdict(list)
    for topic_id, at in voices.objects.values_list("topic_id", "at").iterator():
        moments[topic_id].append(at)
    rows = []
    for topic in topics.objects.only("id", "warmth").iterator():
        topic.warmth = warmth_of(moments[topic.pk])
        rows.append(topic)
    topics.objects.bulk_update(rows, ["warmth"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    """Fills, and takes nothing back: going back drops the columns."""

    dependencies = (("topics", "0002_whole"),)

    operations = (migrations.RunPython(count_voices, migrations.RunPython.noop),)
