"""The elected official who answers for a type of request is found by its theme."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("demandes", "0005_suspensions")]
    operations = [
        migrations.AddField(
            model_name="typedemande",
            name="theme",
            field=models.CharField(
                blank=True, default="", max_length=80, verbose_name="thème de l'élu chargé du sujet"
            ),
            preserve_default=False,
        ),
    ]
