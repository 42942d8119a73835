"""A gesture no longer computes the search vector again, nor keeps indexes that nothing reads.

PostgreSQL computes every stored generated column again at each UPDATE of a table that has a BEFORE UPDATE row trigger,
whatever the columns written (ExecInitGenerated, nodeModifyTable.c). The triggers that only refuse come after the write.
"""

from django.db import migrations

APRES = """
DROP TRIGGER tours_de_suite ON dossiers_dossier;
CREATE TRIGGER tours_de_suite AFTER UPDATE OF etat, tour ON dossiers_dossier FOR EACH ROW
    WHEN (NEW.tour <> OLD.tour + CASE WHEN OLD.etat = 'clos' AND NEW.etat <> 'clos' THEN 1 ELSE 0 END)
    EXECUTE FUNCTION dossiers_jamais('Un dossier change de tour quand il est rouvert, et seulement alors.');
DROP TRIGGER etape_a_sa_place ON dossiers_etape;
CREATE TRIGGER etape_a_sa_place AFTER UPDATE OF dossier_id ON dossiers_etape FOR EACH ROW
    WHEN (NEW.dossier_id <> OLD.dossier_id) EXECUTE FUNCTION dossiers_jamais('Une étape reste dans son dossier.');
DROP TRIGGER etape_decidee ON dossiers_etape;
CREATE TRIGGER etape_decidee AFTER UPDATE OF etat ON dossiers_etape FOR EACH ROW
    WHEN (OLD.etat IN ('faite', 'renvoyee') AND NEW.etat <> OLD.etat) EXECUTE FUNCTION dossiers_etape_decidee();
"""
AVANT = APRES.replace("AFTER UPDATE", "BEFORE UPDATE")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0011_closed_lists")]
    operations = [
        migrations.RunSQL(APRES, AVANT),
    ]
