"""Registers without gap nor rewriting, and the closing of a letter: PostgreSQL says so too."""

from django.db import migrations

SQL = """
-- A number is the one after the last, and its counter has moved: whatever wrote it.
CREATE FUNCTION courriers_numero_suit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    suit boolean;
BEGIN
    IF TG_TABLE_NAME = 'courriers_courrier' THEN
        suit := NEW.numero IS NULL OR ((NEW.numero = 1 OR EXISTS (SELECT 1 FROM courriers_courrier c
                WHERE c.annee = NEW.annee AND c.numero = NEW.numero - 1))
            AND EXISTS (SELECT 1 FROM courriers_compteur k
                WHERE k.registre = 'arrivee' AND k.annee = NEW.annee AND k.dernier >= NEW.numero));
    ELSE
        suit := (NEW.numero = 1 OR EXISTS (SELECT 1 FROM courriers_depart c
                WHERE c.annee = NEW.annee AND c.numero = NEW.numero - 1))
            AND EXISTS (SELECT 1 FROM courriers_compteur k
                WHERE k.registre = 'depart' AND k.annee = NEW.annee AND k.dernier >= NEW.numero);
    END IF;
    IF NOT suit THEN
        RAISE EXCEPTION 'Le numéro % de % laisserait un trou dans le registre du courrier.', NEW.numero, NEW.annee
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER numero_suit AFTER INSERT ON courriers_courrier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION courriers_numero_suit();
CREATE CONSTRAINT TRIGGER numero_suit AFTER INSERT ON courriers_depart
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION courriers_numero_suit();

CREATE FUNCTION courriers_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Une ligne du registre du courrier ne se renumérote pas et ne s''efface pas : annulez-la, son numéro reste.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER fige BEFORE DELETE OR UPDATE OF annee, numero, sens, dossier_id ON courriers_courrier
    FOR EACH ROW EXECUTE FUNCTION courriers_fige();
CREATE TRIGGER fige BEFORE DELETE OR UPDATE OF annee, numero, dossier_id, tour, objet, at ON courriers_depart
    FOR EACH ROW EXECUTE FUNCTION courriers_fige();
CREATE TRIGGER fige BEFORE DELETE OR UPDATE OF dossier_id, tour, par_id, at ON courriers_sansreponse
    FOR EACH ROW EXECUTE FUNCTION courriers_fige();

CREATE FUNCTION courriers_compteur_avance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.dernier <> OLD.dernier + 1 OR NEW.annee <> OLD.annee OR NEW.registre <> OLD.registre THEN
        RAISE EXCEPTION 'Le compteur du courrier avance d''un numéro à la fois.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER avance BEFORE UPDATE OR DELETE ON courriers_compteur
    FOR EACH ROW EXECUTE FUNCTION courriers_compteur_avance();

-- Closed: something left, or somebody said why nothing does, or it goes on elsewhere.
CREATE FUNCTION courriers_sans_suite(lequel bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.id = lequel AND d.nature = 'courriers' AND d.etat = 'clos'
        AND NOT EXISTS (SELECT 1 FROM courriers_depart x WHERE x.dossier_id = d.id AND x.tour = d.tour
            AND x.objet IN ('reponse', 'envoi'))
        AND NOT EXISTS (SELECT 1 FROM courriers_sansreponse s WHERE s.dossier_id = d.id AND s.tour = d.tour)
        AND NOT EXISTS (SELECT 1 FROM dossiers_reponse r WHERE r.dossier_id = d.id AND r.tour = d.tour
            AND r.sens IN ('transmise', 'reunie')))
$$;
CREATE FUNCTION courriers_clos_avec_suite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF courriers_sans_suite(NEW.id) THEN
        RAISE EXCEPTION 'Le courrier % ne peut pas être clos : envoyez une réponse, ou dites pourquoi il n''en appelle pas.',
            NEW.reference USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER courrier_clos AFTER INSERT OR UPDATE OF etat, tour ON dossiers_dossier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.nature = 'courriers' AND NEW.etat = 'clos')
    EXECUTE FUNCTION courriers_clos_avec_suite();
"""
RETOUR = """
DROP TRIGGER courrier_clos ON dossiers_dossier;
DROP FUNCTION courriers_clos_avec_suite();
DROP FUNCTION courriers_sans_suite(bigint);
DROP TRIGGER avance ON courriers_compteur;
DROP FUNCTION courriers_compteur_avance();
DROP TRIGGER fige ON courriers_sansreponse;
DROP TRIGGER fige ON courriers_depart;
DROP TRIGGER fige ON courriers_courrier;
DROP FUNCTION courriers_fige();
DROP TRIGGER numero_suit ON courriers_depart;
DROP TRIGGER numero_suit ON courriers_courrier;
DROP FUNCTION courriers_numero_suit();
"""


class Migration(migrations.Migration):
    dependencies = [("courriers", "0001_initial"), ("dossiers", "0018_decisions_of_the_mayor")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
