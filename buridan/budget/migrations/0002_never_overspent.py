"""What holds whatever writes: a reservation fits under the lock of its line or says why not, keeps its amount, stays.

The UPDATE of the line makes two reservations of one line wait for each other (in REPEATABLE READ, the second fails); the sum
is read after it, by a statement of its own, and so sees what the first committed.
"""

from django.db import migrations

GARDES = """
CREATE FUNCTION budget_reservation_tient() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ligne record;
    retenu numeric;
BEGIN
    UPDATE budget_lignebudget SET mouvements = mouvements + 1 WHERE id = NEW.ligne_id
        RETURNING code, credits, engage, extrait_le, fermee INTO ligne;
    IF ligne.fermee THEN
        RAISE EXCEPTION 'La ligne % n''est plus au budget : aucun crédit ne peut y être réservé.', ligne.code
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT coalesce(sum(montant), 0) INTO retenu FROM budget_reservation WHERE ligne_id = NEW.ligne_id
        AND liberee_le IS NULL AND (engage_le IS NULL OR engage_le >= ligne.extrait_le);
    NEW.disponible_avant := ligne.credits - ligne.engage - retenu;
    IF NEW.montant > NEW.disponible_avant AND NEW.derogation !~ '\\S' THEN
        RAISE EXCEPTION 'Les crédits de la ligne % ne suffisent pas : il reste % €.', ligne.code,
            replace(to_char(NEW.disponible_avant, 'FM999999999990.00'), '.', ',')
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reservation_tient BEFORE INSERT ON budget_reservation
    FOR EACH ROW EXECUTE FUNCTION budget_reservation_tient();

CREATE FUNCTION budget_reservation_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Une réservation de crédits ne se supprime pas : elle se rend, avec un motif.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.ligne_id, NEW.reference, NEW.objet, NEW.montant, NEW.dossier, NEW.derogation, NEW.disponible_avant, NEW.at, NEW.par_id)
        IS DISTINCT FROM
        (OLD.ligne_id, OLD.reference, OLD.objet, OLD.montant, OLD.dossier, OLD.derogation, OLD.disponible_avant, OLD.at, OLD.par_id)
    THEN
        RAISE EXCEPTION 'Une réservation de crédits ne change pas : rendez-la et faites-en une autre.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.liberee_le IS NOT NULL OR (OLD.engage_le IS NOT NULL
        AND (NEW.engage_le, NEW.engagement) IS DISTINCT FROM (OLD.engage_le, OLD.engagement)) THEN
        RAISE EXCEPTION 'Ce qui est rendu ou engagé l''est pour de bon.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE budget_lignebudget SET mouvements = mouvements + 1 WHERE id = NEW.ligne_id;
    RETURN NEW;
END $$;
CREATE TRIGGER reservation_fige BEFORE UPDATE OR DELETE ON budget_reservation
    FOR EACH ROW EXECUTE FUNCTION budget_reservation_fige();

CREATE FUNCTION budget_import_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Un import appliqué ou abandonné ne change plus.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER import_fige BEFORE UPDATE OR DELETE ON budget_importbudget
    FOR EACH ROW WHEN (OLD.etat <> 'prepare') EXECUTE FUNCTION budget_import_fige();
CREATE TRIGGER releve_fige BEFORE UPDATE OR DELETE ON budget_releve
    FOR EACH ROW EXECUTE FUNCTION budget_import_fige();
"""
SANS = """
DROP FUNCTION budget_import_fige CASCADE;
DROP FUNCTION budget_reservation_fige CASCADE;
DROP FUNCTION budget_reservation_tient CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("budget", "0001_initial")]

    operations = [migrations.RunSQL(GARDES, SANS)]
