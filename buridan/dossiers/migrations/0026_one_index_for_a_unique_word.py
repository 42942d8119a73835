"""A word compared whole needs one index: `unique=True` and SlugField add a second, for searches by its beginning."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0025_so_many_small_slices"),
        ("organisation", "0007_right_to_transfer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="dossier",
            name="circuit",
            field=models.SlugField(db_index=False, max_length=60),
        ),
        migrations.AlterField(
            model_name="dossier",
            name="reference",
            field=models.CharField(max_length=20, verbose_name="référence"),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.UniqueConstraint(fields=("reference",), name="dossier_reference_unique"),
        ),
    ]
