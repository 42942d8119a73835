"""PostgreSQL refuses to erase what goes to the archives before they attest to have received it as it stands."""

from django.db import migrations

SQL = """
CREATE FUNCTION vieprivee_recu() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM archives_ligneversement l JOIN archives_versement v ON v.id = l.versement_id
        JOIN dossiers_dossier d ON d.id = l.dossier_id
        WHERE l.dossier_id = NEW.dossier_id AND l.quitte_le IS NULL AND l.clos_le = d.clos_le AND v.etat = 'accepte') THEN
        RAISE EXCEPTION 'Les archives n''ont pas attesté avoir reçu ce dossier : il ne s''efface pas.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recu BEFORE INSERT OR UPDATE OF fait_le ON vieprivee_ligneeffacement FOR EACH ROW
    WHEN (NEW.fait_le IS NOT NULL AND NEW.sort_final IN ('versement', 'tri')) EXECUTE FUNCTION vieprivee_recu();
"""


class Migration(migrations.Migration):
    dependencies = [("vieprivee", "0003_final_disposition"), ("archives", "0003_transfers_that_stay")]
    operations = [
        migrations.RunSQL(SQL, "DROP TRIGGER recu ON vieprivee_ligneeffacement; DROP FUNCTION vieprivee_recu;")
    ]
