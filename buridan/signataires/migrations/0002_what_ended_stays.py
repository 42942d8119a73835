"""What holds whatever writes: a request that ended does not change, and is kept with its dossier; what it names is of that dossier."""

from django.db import migrations

SQL = """
CREATE TRIGGER finie BEFORE UPDATE ON signataires_demandesignature FOR EACH ROW
    WHEN (OLD.etat <> 'attendue' AND current_setting('buridan.effacement', true) IS DISTINCT FROM 'autorise')
    EXECUTE FUNCTION dossiers_jamais('Une demande de signature terminée ne change plus : faites-en une autre.');
CREATE TRIGGER figee BEFORE UPDATE OF dossier_id, tour, document_id, nom, qualite, courriel, par_id, at ON signataires_demandesignature
    FOR EACH ROW WHEN ((NEW.dossier_id, NEW.tour, NEW.document_id, NEW.nom, NEW.qualite, NEW.courriel, NEW.par_id, NEW.at)
        IS DISTINCT FROM (OLD.dossier_id, OLD.tour, OLD.document_id, OLD.nom, OLD.qualite, OLD.courriel, OLD.par_id, OLD.at))
    EXECUTE FUNCTION dossiers_jamais('Qui doit signer, et quoi, ne change pas : annulez la demande et faites-en une autre.');
CREATE TRIGGER garde BEFORE DELETE ON signataires_demandesignature FOR EACH ROW
    WHEN (current_setting('buridan.effacement', true) IS DISTINCT FROM 'autorise')
    EXECUTE FUNCTION dossiers_jamais('Une demande de signature se garde avec son dossier.');

CREATE FUNCTION signataires_du_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM dossiers_document d WHERE d.id IN (NEW.document_id, NEW.signe_id, NEW.preuve_id)
            AND d.dossier_id <> NEW.dossier_id) THEN
        RAISE EXCEPTION 'Un document se signe dans son dossier, et non dans un autre.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER du_dossier BEFORE INSERT OR UPDATE OF document_id, signe_id, preuve_id ON signataires_demandesignature
    FOR EACH ROW EXECUTE FUNCTION signataires_du_dossier();
"""
RETOUR = "DROP TRIGGER {0} ON signataires_demandesignature;"


class Migration(migrations.Migration):
    dependencies = [("signataires", "0001_initial"), ("dossiers", "0014_erasure")]
    operations = [
        migrations.RunSQL(
            SQL,
            "".join(RETOUR.format(t) for t in ("finie", "figee", "garde", "du_dossier"))
            + "DROP FUNCTION signataires_du_dossier;",
        )
    ]
