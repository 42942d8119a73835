"""What is sent to the syndicate and not refused has its credits held; what was said with it never changes: PostgreSQL says so too."""

from django.db import migrations

SQL = """
-- At the syndicate: sent, not refused, not over.
CREATE FUNCTION appels_engage(a appels_appel) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT a.envoye_le IS NOT NULL AND a.reponse <> 'refusee' AND a.fini_le IS NULL
$$;

CREATE FUNCTION appels_credits_tenus() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lequel text;
BEGIN
    IF TG_TABLE_NAME = 'appels_appel' THEN
        SELECT d.reference INTO lequel FROM appels_appel a JOIN dossiers_dossier d ON d.id = a.dossier_id
            WHERE a.dossier_id = NEW.dossier_id AND appels_engage(a) AND NOT EXISTS (
                SELECT 1 FROM budget_reservation r WHERE r.dossier = d.uuid AND r.liberee_le IS NULL);
    ELSE
        SELECT d.reference INTO lequel FROM appels_appel a JOIN dossiers_dossier d ON d.id = a.dossier_id
            WHERE d.uuid = NEW.dossier AND appels_engage(a) AND NOT EXISTS (
                SELECT 1 FROM budget_reservation r WHERE r.dossier = d.uuid AND r.liberee_le IS NULL);
    END IF;
    IF lequel IS NOT NULL THEN
        RAISE EXCEPTION 'L''appel % est chez le syndicat : ses crédits restent réservés jusqu''à la fin.', lequel
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER appel_credits AFTER INSERT OR UPDATE OF envoye_le, reponse, fini_le ON appels_appel
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appels_credits_tenus();
CREATE CONSTRAINT TRIGGER appel_credits_rendus AFTER UPDATE OF liberee_le ON budget_reservation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.dossier IS NOT NULL AND NEW.liberee_le IS NOT NULL)
    EXECUTE FUNCTION appels_credits_tenus();

CREATE FUNCTION appels_echange_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Ce qui a été dit avec le syndicat ne se réécrit pas : notez la suite.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER fige BEFORE UPDATE ON appels_echange FOR EACH ROW EXECUTE FUNCTION appels_echange_fige();
"""
RETOUR = """
DROP FUNCTION appels_echange_fige() CASCADE;
DROP FUNCTION appels_credits_tenus() CASCADE;
DROP FUNCTION appels_engage(appels_appel) CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("appels", "0001_initial"), ("budget", "0002_never_overspent")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
