import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courriers", "0002_registers_without_gap")]
    operations = [
        migrations.CreateModel(
            name="Justesse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "quoi",
                    models.CharField(
                        choices=[
                            ("service", "Le service"),
                            ("regle", "Le service, par une règle"),
                            ("appris", "Le service, sans règle"),
                            ("nature", "La nature"),
                            ("urgence", "L'urgence"),
                        ],
                        max_length=8,
                    ),
                ),
                ("lettres", models.PositiveIntegerField()),
                ("proposees", models.PositiveIntegerField(verbose_name="avec une proposition")),
                ("premiere", models.PositiveIntegerField(verbose_name="première juste")),
                ("trois", models.PositiveIntegerField(verbose_name="une des trois juste")),
                ("du", models.DateField()),
                ("au", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.entite",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("quoi", "service"), name="justesse_une_fois", nulls_distinct=False),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("premiere__lte", models.F("trois")),
                            ("proposees__lte", models.F("lettres")),
                            ("trois__lte", models.F("proposees")),
                        ),
                        name="justesse_comptee",
                        violation_error_message="Une proposition juste est une proposition faite, pour un courrier essayé.",
                    ),
                ],
            },
        ),
    ]
