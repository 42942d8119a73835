"""A page belongs to a letter of its own batch, and a letter that is registered keeps its pages: PostgreSQL says so too."""

from django.db import migrations

SQL = """
CREATE FUNCTION numerisation_page_gardee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.pli_id IS NOT NULL AND (TG_OP = 'DELETE' OR NEW.pli_id IS DISTINCT FROM OLD.pli_id)
        AND EXISTS (SELECT 1 FROM numerisation_pli q WHERE q.id = OLD.pli_id AND q.dossier_id IS NOT NULL) THEN
        RAISE EXCEPTION 'La page % est dans un courrier enregistré : elle y reste.', OLD.numero
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.pli_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM numerisation_pli q WHERE q.id = NEW.pli_id AND q.lot_id = NEW.lot_id) THEN
        RAISE EXCEPTION 'La page % ne peut pas aller dans un pli d''un autre lot.', NEW.numero
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER page_gardee AFTER INSERT OR DELETE OR UPDATE OF pli_id, lot_id ON numerisation_page
    FOR EACH ROW EXECUTE FUNCTION numerisation_page_gardee();

-- The file of a batch is what was brought, for ever.
CREATE FUNCTION numerisation_lot_intact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le fichier d''un lot numérisé ne se change pas et son lot ne s''efface pas.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER lot_intact BEFORE DELETE OR UPDATE OF sha256, taille, at, uuid ON numerisation_lot
    FOR EACH ROW EXECUTE FUNCTION numerisation_lot_intact();
"""
RETOUR = """
DROP TRIGGER lot_intact ON numerisation_lot;
DROP FUNCTION numerisation_lot_intact();
DROP TRIGGER page_gardee ON numerisation_page;
DROP FUNCTION numerisation_page_gardee();
"""


class Migration(migrations.Migration):
    dependencies = [("numerisation", "0001_initial")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
