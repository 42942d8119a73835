"""Where a row comes from (a file, or the application), and stand-ins checked one after the other."""

from django.db import migrations, models

# Read committed: the check that follows the lock sees what the one who held it has committed.
VERROU = "PERFORM pg_advisory_xact_lock('organisation_suppleance'::regclass::oid::bigint);"
CORPS = """
CREATE OR REPLACE FUNCTION organisation_suppleance_sans_boucle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {verrou}
    IF EXISTS (
        WITH RECURSIVE chaine(poste, debut, fin) AS (
            SELECT NEW.suppleant_id, NEW.debut, NEW.fin
            UNION
            SELECT s.suppleant_id, greatest(c.debut, s.debut), least(c.fin, s.fin)
            FROM chaine c JOIN organisation_suppleance s ON s.poste_id = c.poste AND s.id IS DISTINCT FROM NEW.id
                AND (s.nature = NEW.nature OR s.nature = '' OR NEW.nature = '')
                AND daterange(s.debut, s.fin) && daterange(c.debut, c.fin)
        ) SELECT 1 FROM chaine WHERE poste = NEW.poste_id
    ) THEN
        RAISE EXCEPTION 'Cette suppléance formerait une boucle : le suppléant est lui-même suppléé, directement ou non, par ce poste.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
# Absences and stand-ins are entered in both places: those already there are held to be the application's, and kept.
DES_FICHIERS = ["versionentite", "versionposte", "affectation", "mandat"]
MODELES = [*DES_FICHIERS, "absence", "suppleance"]


class Migration(migrations.Migration):
    dependencies = [("organisation", "0002_periods_and_revision")]
    operations = [
        migrations.RunSQL(CORPS.format(verrou=VERROU), CORPS.format(verrou="")),
        *[
            migrations.AddField(
                model_name=modele,
                name="du_fichier",
                field=models.BooleanField(default=False, verbose_name="vient du jeu de données"),
            )
            for modele in MODELES
        ],
        *[
            migrations.RunSQL(f"UPDATE organisation_{modele} SET du_fichier = true", migrations.RunSQL.noop)
            for modele in DES_FICHIERS
        ],
    ]
