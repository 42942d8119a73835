"""Answers that no e-mail carries. Of those given before, nothing is known: they are not asked for again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("demandes", "0010_final_disposition_of_a_type")]

    operations = [
        migrations.AddField(
            model_name="demande",
            name="a_remettre_depuis",
            field=models.DateTimeField(blank=True, null=True, verbose_name="réponse à donner depuis le"),
        ),
        migrations.AddIndex(
            model_name="demande",
            index=models.Index(
                condition=models.Q(("a_remettre_depuis__isnull", False)),
                fields=["a_remettre_depuis"],
                name="demande_a_remettre",
            ),
        ),
    ]
