"""PostgreSQL keeps a transfer that ended, and lets in only a closed dossier, while the transfer is prepared."""

from django.db import migrations

SQL = """
CREATE TRIGGER fini BEFORE UPDATE ON archives_versement FOR EACH ROW WHEN (OLD.etat IN ('accepte', 'refuse'))
    EXECUTE FUNCTION dossiers_jamais('Un versement fini ne change plus.');
CREATE TRIGGER garde BEFORE DELETE ON archives_versement FOR EACH ROW
    EXECUTE FUNCTION dossiers_jamais('Un versement se garde.');
CREATE TRIGGER garde BEFORE DELETE ON archives_ligneversement FOR EACH ROW
    EXECUTE FUNCTION dossiers_jamais('Un bordereau de versement se garde.');
CREATE TRIGGER fige BEFORE UPDATE ON archives_ligneversement FOR EACH ROW
    WHEN (OLD.quitte_le IS NOT NULL OR NEW.dossier_id <> OLD.dossier_id OR NEW.versement_id <> OLD.versement_id
        OR NEW.clos_le <> OLD.clos_le OR NEW.sort_final <> OLD.sort_final)
    EXECUTE FUNCTION dossiers_jamais('Une ligne de bordereau ne change plus.');

CREATE FUNCTION archives_entre() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM archives_versement v WHERE v.id = NEW.versement_id AND v.etat = 'prepare') THEN
        RAISE EXCEPTION 'Ce versement est déjà prêt : aucun dossier ne s''y ajoute.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.id = NEW.dossier_id AND d.etat = 'clos' AND d.clos_le = NEW.clos_le
        AND d.efface_le IS NULL) THEN
        RAISE EXCEPTION 'Seul un dossier clos, et entier, part aux archives.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entre BEFORE INSERT ON archives_ligneversement FOR EACH ROW EXECUTE FUNCTION archives_entre();
"""
RETOUR = """
DROP TRIGGER fini ON archives_versement; DROP TRIGGER garde ON archives_versement;
DROP TRIGGER garde ON archives_ligneversement; DROP TRIGGER fige ON archives_ligneversement;
DROP TRIGGER entre ON archives_ligneversement; DROP FUNCTION archives_entre;
"""


class Migration(migrations.Migration):
    dependencies = [("archives", "0002_transfers"), ("dossiers", "0014_erasure")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
