"""The invariants of the core, checked by PostgreSQL at commit."""

from django.db import migrations

SQL = """
CREATE FUNCTION dossiers_chaine_entites(depart bigint, jour date) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chaine(id) AS (
        SELECT depart
        UNION
        SELECT v.parent_id FROM chaine c JOIN organisation_versionentite v ON v.entite_id = c.id
            AND v.debut <= jour AND (v.fin IS NULL OR v.fin > jour)
        WHERE v.parent_id IS NOT NULL
    ) SELECT id FROM chaine
$$;

-- Somebody holds the post, or a post of the entity, or the head post of an entity above.
CREATE FUNCTION dossiers_quelquun_peut_agir(son_poste bigint, son_entite bigint, jour date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM organisation_affectation a
            JOIN organisation_personne q ON q.id = a.personne_id AND q.is_active WHERE a.poste_id = son_poste
            AND a.debut <= jour AND (a.fin IS NULL OR a.fin > jour))
        OR EXISTS (SELECT 1
            FROM dossiers_chaine_entites(coalesce(son_entite, (SELECT p.entite_id FROM organisation_versionposte p
                WHERE p.poste_id = son_poste ORDER BY p.debut DESC LIMIT 1)), jour) e(id)
            JOIN organisation_versionposte p ON p.entite_id = e.id AND p.debut <= jour AND (p.fin IS NULL OR p.fin > jour)
                AND (p.responsable OR e.id = son_entite)
            JOIN organisation_affectation a ON a.poste_id = p.poste_id AND a.debut <= jour AND (a.fin IS NULL OR a.fin > jour)
            JOIN organisation_personne q ON q.id = a.personne_id AND q.is_active)
$$;

CREATE FUNCTION dossiers_trous(lequel bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    d dossiers_dossier%ROWTYPE;
    aujourdhui date := (now() AT TIME ZONE 'Europe/Paris')::date;
BEGIN
    SELECT * INTO d FROM dossiers_dossier WHERE id = lequel;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF d.etat = 'clos' THEN
        IF NOT EXISTS (SELECT 1 FROM dossiers_reponse r WHERE r.dossier_id = d.id AND r.tour = d.tour) THEN
            RETURN 'Le dossier ' || d.reference || ' ne peut pas être clos sans réponse : 1 demande = 1 réponse.';
        END IF;
        IF EXISTS (SELECT 1 FROM dossiers_etape e WHERE e.dossier_id = d.id AND e.etat IN ('active', 'a_venir')) THEN
            RETURN 'Le dossier ' || d.reference || ' est clos mais une étape attend encore.';
        END IF;
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM dossiers_etape e WHERE e.dossier_id = d.id AND e.etat = 'active') THEN
        RETURN 'Le dossier ' || d.reference || ' est ouvert et n''a aucune étape à faire : personne ne s''en occuperait.';
    END IF;
    IF EXISTS (SELECT 1 FROM dossiers_etape e WHERE e.dossier_id = d.id AND e.etat = 'active'
        AND NOT dossiers_quelquun_peut_agir(e.poste_id, e.entite_id, aujourdhui)) THEN
        RETURN 'Une étape du dossier ' || d.reference || ' est confiée à un poste où personne ne peut agir.';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION dossiers_personne_perdu() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    trou text;
BEGIN
    IF TG_TABLE_NAME = 'dossiers_dossier' THEN trou := dossiers_trous(NEW.id);
    ELSIF TG_OP = 'DELETE' THEN trou := dossiers_trous(OLD.dossier_id);
    ELSE trou := dossiers_trous(NEW.dossier_id);
    END IF;
    IF trou IS NOT NULL THEN RAISE EXCEPTION '%', trou USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER personne_perdu AFTER INSERT OR UPDATE OF etat, tour ON dossiers_dossier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dossiers_personne_perdu();
CREATE CONSTRAINT TRIGGER personne_perdu AFTER INSERT OR UPDATE OF etat, poste_id, entite_id OR DELETE ON dossiers_etape
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dossiers_personne_perdu();
CREATE CONSTRAINT TRIGGER personne_perdu AFTER DELETE ON dossiers_reponse
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dossiers_personne_perdu();

-- What was decided or answered is not rewritten.
CREATE FUNCTION dossiers_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Une décision ou une réponse ne se modifie pas : rouvrez le dossier.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER fige BEFORE UPDATE OR DELETE ON dossiers_decision FOR EACH ROW EXECUTE FUNCTION dossiers_fige();
CREATE TRIGGER fige BEFORE UPDATE OF sens, texte, tour, dossier_id ON dossiers_reponse
    FOR EACH ROW EXECUTE FUNCTION dossiers_fige();

CREATE FUNCTION dossiers_etape_decidee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.etat IN ('faite', 'renvoyee') AND NEW.etat <> OLD.etat THEN
        RAISE EXCEPTION 'Cette étape est déjà décidée.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER etape_decidee BEFORE UPDATE OF etat ON dossiers_etape
    FOR EACH ROW EXECUTE FUNCTION dossiers_etape_decidee();
"""
RETOUR = """
DROP FUNCTION dossiers_personne_perdu CASCADE; DROP FUNCTION dossiers_trous; DROP FUNCTION dossiers_fige CASCADE;
DROP FUNCTION dossiers_etape_decidee CASCADE; DROP FUNCTION dossiers_quelquun_peut_agir; DROP FUNCTION dossiers_chaine_entites;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_initial"), ("organisation", "0002_periods_and_revision")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
