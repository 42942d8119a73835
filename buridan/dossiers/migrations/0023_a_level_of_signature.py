"""An étape may ask a level of signature; the database holds it."""

from django.conf import settings
from django.db import migrations, models


SQL = """
-- What answers each level asked, as buridan/circuits/niveaux.py says it.
CREATE FUNCTION dossiers_niveau_repond(demande text, donne text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE demande WHEN '' THEN true
        WHEN 'simple' THEN donne IN ('simple', 'avancee', 'qualifiee', 'papier')
        WHEN 'avancee' THEN donne IN ('avancee', 'qualifiee', 'papier')
        WHEN 'qualifiee' THEN donne IN ('qualifiee', 'papier')
        ELSE donne = demande END
$$;

CREATE FUNCTION dossiers_signe_assez() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    demande text;
BEGIN
    SELECT niveau_signature INTO demande FROM dossiers_etape WHERE id = NEW.etape_id;
    IF NOT dossiers_niveau_repond(demande, NEW.niveau_signature) THEN
        RAISE EXCEPTION 'Cette étape demande un niveau de signature (%) que cette signature n''a pas.', demande
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER signe_assez AFTER INSERT ON dossiers_decision DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.resultat = 'signee') EXECUTE FUNCTION dossiers_signe_assez();

CREATE FUNCTION dossiers_niveau_reste() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le niveau de signature demandé à une étape ne change pas une fois le dossier ouvert.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER niveau_reste AFTER UPDATE OF niveau_signature ON dossiers_etape
    FOR EACH ROW WHEN (OLD.niveau_signature <> NEW.niveau_signature) EXECUTE FUNCTION dossiers_niveau_reste();
"""
RETOUR = """
DROP FUNCTION dossiers_niveau_reste CASCADE; DROP FUNCTION dossiers_signe_assez CASCADE; DROP FUNCTION dossiers_niveau_repond;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0022_lists_of_a_nature"),
        ("organisation", "0007_right_to_transfer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="niveau_signature",
            field=models.CharField(
                blank=True,
                choices=[
                    ("simple", "signature simple"),
                    ("avancee", "signature avancée"),
                    ("qualifiee", "signature qualifiée"),
                    ("cachet", "cachet de la mairie"),
                    ("papier", "signature à la main"),
                ],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="etape",
            name="niveau_signature",
            field=models.CharField(
                blank=True,
                choices=[
                    ("simple", "signature simple"),
                    ("avancee", "signature avancée"),
                    ("qualifiee", "signature qualifiée"),
                    ("cachet", "cachet de la mairie"),
                    ("papier", "signature à la main"),
                ],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("niveau_signature__in", ["simple", "avancee", "qualifiee", "cachet", "papier", ""])
                ),
                name="decision_niveau_connu",
                violation_error_message="Valeurs possibles : signature simple, signature avancée, signature qualifiée, cachet de la mairie, signature à la main.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("niveau_signature", ""), ("resultat", "signee"), _connector="OR"),
                name="decision_niveau_d_une_signature",
                violation_error_message="Seule une signature a un niveau de signature.",
            ),
        ),
        migrations.AddConstraint(
            model_name="etape",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("niveau_signature__in", ["simple", "avancee", "qualifiee", "cachet", "papier", ""])
                ),
                name="etape_niveau_connu",
                violation_error_message="Valeurs possibles : signature simple, signature avancée, signature qualifiée, cachet de la mairie, signature à la main.",
            ),
        ),
        migrations.RunSQL(SQL, RETOUR),
    ]
