"""The checks of 0004, with one query each, and none for an étape that was not decided before."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION dossiers_etape_bougee() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    le bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.dossier_id ELSE NEW.dossier_id END;
    trou text;
    aujourdhui date := (now() AT TIME ZONE 'Europe/Paris')::date;
BEGIN
    IF TG_OP = 'DELETE' OR NEW.etat <> 'active' THEN
        IF EXISTS (SELECT 1 FROM dossiers_etape e JOIN dossiers_dossier d ON d.id = e.dossier_id AND d.etat <> 'clos'
            WHERE e.dossier_id = le AND e.etat = 'active')
        THEN RETURN NULL; END IF;
    ELSIF NEW.poste_id IS NOT NULL THEN
        IF EXISTS (SELECT 1 FROM dossiers_dossier d, organisation_affectation a
            JOIN organisation_personne q ON q.id = a.personne_id AND q.is_active
            WHERE d.id = le AND d.etat <> 'clos'
                AND a.poste_id = NEW.poste_id AND a.debut <= aujourdhui AND (a.fin IS NULL OR a.fin > aujourdhui))
        THEN RETURN NULL; END IF;
    ELSIF EXISTS (SELECT 1 FROM dossiers_dossier d, organisation_versionposte p
        JOIN organisation_affectation a ON a.poste_id = p.poste_id
            AND a.debut <= aujourdhui AND (a.fin IS NULL OR a.fin > aujourdhui)
        JOIN organisation_personne q ON q.id = a.personne_id AND q.is_active
        WHERE d.id = le AND d.etat <> 'clos'
            AND p.entite_id = NEW.entite_id AND p.debut <= aujourdhui AND (p.fin IS NULL OR p.fin > aujourdhui))
    THEN RETURN NULL;
    END IF;
    trou := dossiers_trous(le);
    IF trou IS NOT NULL THEN RAISE EXCEPTION '%', trou USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NULL;
END $$;

DROP TRIGGER etape_decidee ON dossiers_etape;
CREATE OR REPLACE FUNCTION dossiers_etape_decidee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Cette étape est déjà décidée.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER etape_decidee BEFORE UPDATE OF etat ON dossiers_etape FOR EACH ROW
    WHEN (OLD.etat IN ('faite', 'renvoyee') AND NEW.etat <> OLD.etat) EXECUTE FUNCTION dossiers_etape_decidee();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_fewer_indexes")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
