import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0003_counted"),
    ]

    operations = [
        migrations.AlterField(
            model_name="voice",
            name="counted_in",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="counted",
                to="topics.topic",
            ),
        ),
    ]
