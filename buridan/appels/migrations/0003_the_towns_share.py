"""What the town pays of a call: by the key of its competence, all of it without one. Calls of before had no key."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

REPRENDRE = "UPDATE appels_appel SET part = estimation, part_due = cout"
FIGEE = """
CREATE FUNCTION appels_cle_figee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Une clé de répartition ne change pas : une autre la remplace, les appels gardent la leur.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER figee BEFORE UPDATE ON appels_cle FOR EACH ROW EXECUTE FUNCTION appels_cle_figee();
"""


def _cle() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appels.cle"
    )


class Migration(migrations.Migration):
    dependencies = [("appels", "0002_credits_held")]
    operations = [
        migrations.CreateModel(
            name="Cle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("nom", models.CharField(max_length=160)),
                (
                    "genre",
                    models.CharField(
                        choices=[("parts", "selon des parts convenues"), ("population", "selon la population")],
                        max_length=10,
                    ),
                ),
                ("source", models.CharField(max_length=250)),
                ("a_confirmer", models.BooleanField(default=False, verbose_name="à confirmer")),
                (
                    "membres",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=None),
                ),
                (
                    "poids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=3, max_digits=12), size=None
                    ),
                ),
                ("ville", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(genre__in=["parts", "population"]),
                        name="cle_genre_connu",
                        violation_error_message="Une clé répartit selon des parts ou selon la population.",
                    ),
                    models.CheckConstraint(
                        condition=Q(membres__len=F("poids__len"), ville__gte=1, ville__lte=F("membres__len")),
                        name="cle_complete",
                        violation_error_message="Chaque membre d'une clé a son poids, et la ville est l'un d'eux.",
                    ),
                ]
            },
        ),
        migrations.RunSQL(FIGEE, "DROP FUNCTION appels_cle_figee() CASCADE"),
        migrations.AddField("competence", "cle", _cle()),
        migrations.AddField("appel", "cle", _cle()),
        migrations.AddField(
            "appel",
            "part",
            models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name="part de la commune"),
            preserve_default=False,
        ),
        migrations.AddField(
            "appel",
            "part_due",
            models.DecimalField(
                blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="à payer par la commune"
            ),
        ),
        migrations.RunSQL(REPRENDRE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "appel",
            models.CheckConstraint(
                condition=Q(part__gt=0, part__lte=F("estimation")) & (Q(cle__isnull=False) | Q(part=F("estimation"))),
                name="appel_part",
                violation_error_message="La part de la commune est ce que dit la clé, tout sans clé.",
            ),
        ),
        migrations.AddConstraint(
            "appel",
            models.CheckConstraint(
                condition=Q(cout=None, part_due=None)
                | Q(cout__isnull=False, part_due__isnull=False, part_due__gte=0, part_due__lte=F("cout"))
                & (Q(cle__isnull=False) | Q(part_due=F("cout"))),
                name="appel_part_due",
                violation_error_message="Ce que paie la commune suit le coût, et la clé.",
            ),
        ),
    ]
