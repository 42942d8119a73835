"""A sender is asked for what is missing: a departure of its own kind, and what it asks; neither goes without the other."""

import django.db.models.deletion
from django.db import migrations, models


SQL = """
CREATE FUNCTION courriers_complement_numerote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'courriers_depart' THEN
        IF NOT EXISTS (SELECT 1 FROM courriers_complement c WHERE c.depart_id = NEW.id) THEN
            RAISE EXCEPTION 'Une demande de complément dit ce qu''elle demande.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NOT EXISTS (SELECT 1 FROM courriers_depart d WHERE d.id = NEW.depart_id AND d.objet = 'manque') THEN
        RAISE EXCEPTION 'Un complément se demande sous un numéro de départ de sa sorte.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER complement_dit AFTER INSERT ON courriers_depart DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.objet = 'manque') EXECUTE FUNCTION courriers_complement_numerote();
CREATE CONSTRAINT TRIGGER complement_numerote AFTER INSERT ON courriers_complement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION courriers_complement_numerote();
CREATE TRIGGER fige BEFORE DELETE OR UPDATE OF depart_id, demande_le, jusquau ON courriers_complement
    FOR EACH ROW EXECUTE FUNCTION courriers_fige();
"""
RETOUR = """
DROP TRIGGER fige ON courriers_complement;
DROP TRIGGER complement_numerote ON courriers_complement;
DROP TRIGGER complement_dit ON courriers_depart;
DROP FUNCTION courriers_complement_numerote();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("courriers", "0006_sent_on_with_a_notice"),
    ]

    operations = [
        migrations.AlterField(
            model_name="depart",
            name="objet",
            field=models.CharField(
                choices=[
                    ("reponse", "Réponse"),
                    ("envoi", "Envoi sans courrier reçu"),
                    ("accuse", "Accusé de réception"),
                    ("manque", "Demande de complément"),
                ],
                max_length=7,
                verbose_name="nature",
            ),
        ),
        migrations.CreateModel(
            name="Complement",
            fields=[
                (
                    "depart",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="complement",
                        serialize=False,
                        to="courriers.depart",
                    ),
                ),
                ("texte", models.TextField()),
                ("demande_le", models.DateField(verbose_name="demandé le")),
                ("jusquau", models.DateField(verbose_name="attendu avant le")),
                ("recu_le", models.DateField(blank=True, null=True, verbose_name="arrivé le")),
                ("rappele_le", models.DateField(blank=True, null=True, verbose_name="rappelé le")),
            ],
            options={
                "ordering": ["demande_le", "depart"],
                "indexes": [
                    models.Index(condition=models.Q(("recu_le", None)), fields=["jusquau"], name="complement_attendu")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("jusquau__gt", models.F("demande_le"))),
                        name="complement_laisse_du_temps",
                        violation_error_message="Laissez au moins un jour pour envoyer ce qui manque.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recu_le", None), ("recu_le__gte", models.F("demande_le")), _connector="OR"
                        ),
                        name="complement_recu_apres",
                        violation_error_message="Un complément arrive après avoir été demandé.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL, RETOUR),
    ]
