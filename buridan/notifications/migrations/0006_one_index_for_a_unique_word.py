"""A word compared whole needs one index: `unique=True` and SlugField add a second, for searches by its beginning."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_sealed_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="courriel",
            name="message_id",
            field=models.CharField(max_length=120),
        ),
        migrations.AddConstraint(
            model_name="courriel",
            constraint=models.UniqueConstraint(fields=("message_id",), name="courriel_message_unique"),
        ),
    ]
