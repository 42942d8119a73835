"""A dossier that opens is not looked at twice: each of its étapes is asked by its own trigger (0006), so that one is to do is
all that is left to see. When in doubt the whole dossier is looked at, as before, and its sentence is the one shown.
"""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION dossiers_personne_perdu() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    trou text;
BEGIN
    IF TG_TABLE_NAME = 'dossiers_dossier' THEN
        IF TG_OP = 'INSERT' AND NEW.etat <> 'clos'
            AND EXISTS (SELECT 1 FROM dossiers_etape e WHERE e.dossier_id = NEW.id AND e.etat = 'active')
        THEN RETURN NULL; END IF;
        trou := dossiers_trous(NEW.id);
    ELSIF TG_OP = 'DELETE' THEN trou := dossiers_trous(OLD.dossier_id);
    ELSE trou := dossiers_trous(NEW.dossier_id);
    END IF;
    IF trou IS NOT NULL THEN RAISE EXCEPTION '%', trou USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0019_large_slices")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
