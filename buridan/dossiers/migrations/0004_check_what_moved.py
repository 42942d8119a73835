"""The same invariants as 0003, asked only of what moved: an étape that starts has somebody, one that ends leaves another.

What holds for the étape at hand can't break the others, which were asked when they moved; when in doubt (a closed dossier,
nobody directly on the post) the whole dossier is looked at, as before, and its sentence is the one shown.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION dossiers_etape_bougee() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    le bigint;
    trou text;
    aujourdhui date := (now() AT TIME ZONE 'Europe/Paris')::date;
BEGIN
    IF TG_OP = 'DELETE' THEN le := OLD.dossier_id; ELSE le := NEW.dossier_id; END IF;
    IF EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.id = le AND d.etat <> 'clos') THEN
        IF TG_OP <> 'DELETE' AND NEW.etat = 'active' THEN
            IF EXISTS (SELECT 1 FROM organisation_affectation a
                    JOIN organisation_personne q ON q.id = a.personne_id AND q.is_active
                    WHERE a.poste_id = NEW.poste_id AND a.debut <= aujourdhui AND (a.fin IS NULL OR a.fin > aujourdhui))
            THEN RETURN NULL; END IF;
        ELSIF EXISTS (SELECT 1 FROM dossiers_etape e WHERE e.dossier_id = le AND e.etat = 'active') THEN RETURN NULL;
        END IF;
    END IF;
    trou := dossiers_trous(le);
    IF trou IS NOT NULL THEN RAISE EXCEPTION '%', trou USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NULL;
END $$;
DROP TRIGGER personne_perdu ON dossiers_etape;
CREATE CONSTRAINT TRIGGER personne_perdu AFTER INSERT OR UPDATE OF etat, poste_id, entite_id OR DELETE ON dossiers_etape
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dossiers_etape_bougee();
"""
RETOUR = """
DROP TRIGGER personne_perdu ON dossiers_etape;
DROP FUNCTION dossiers_etape_bougee;
CREATE CONSTRAINT TRIGGER personne_perdu AFTER INSERT OR UPDATE OF etat, poste_id, entite_id OR DELETE ON dossiers_etape
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dossiers_personne_perdu();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_nobody_is_lost")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
