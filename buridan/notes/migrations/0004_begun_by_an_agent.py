"""An agent begins a note and writes it, the head of the service sends it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("notes", "0003_the_mayors_word_comes_down"),
    ]
    operations = [
        migrations.AddField(
            "note",
            "redacteur",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="écrite par",
            ),
        ),
        migrations.AddField(
            "note", "proposee_le", models.DateTimeField(blank=True, null=True, verbose_name="proposée le")
        ),
        migrations.AddConstraint(
            "note",
            models.CheckConstraint(
                condition=Q(proposee_le=None) | Q(redacteur__isnull=False),
                name="note_proposee_par_un_agent",
                violation_error_message="Une note est proposée par l'agent qui l'écrit pour son responsable.",
            ),
        ),
    ]
