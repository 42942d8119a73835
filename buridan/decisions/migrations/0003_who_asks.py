"""Who asks stands with the request: one's own are found without reading everybody's dossiers."""

from django.conf import settings
from django.db import migrations, models

COPIER = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE decisions_demandeinterne i SET demandeur_id = d.createur_id FROM dossiers_dossier d WHERE d.id = i.dossier_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0002_the_answer_comes_down"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "demandeinterne",
            "demandeur",
            models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"),
        ),
        migrations.RunSQL(COPIER, migrations.RunSQL.noop),
        migrations.AlterField(
            "demandeinterne", "demandeur", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
        ),
    ]
