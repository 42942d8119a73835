"""`Annuaire.resoudre` in SQL, to the letter: stand-ins, heads above, closed posts and entities, administrators.

Whom an étape falls to is no longer one answer in Python and another here. And « for whom » becomes a whole phrase.
"""

from django.db import migrations

SQL = """
-- A closed entity stays where it last stood.
CREATE OR REPLACE FUNCTION dossiers_chaine_entites(depart bigint, jour date) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chaine(id) AS (
        SELECT depart
        UNION
        SELECT v.parent_id FROM chaine c CROSS JOIN LATERAL (SELECT parent_id FROM organisation_versionentite
            WHERE entite_id = c.id AND debut <= jour ORDER BY debut DESC LIMIT 1) v
        WHERE v.parent_id IS NOT NULL
    ) SELECT id FROM chaine
$$;

-- Somebody with an open account holds: the post, a post of the entity, the head post of an entity above, a post that
-- stands in for one of these for this nature, or a post of administration.
CREATE FUNCTION dossiers_quelquun_peut_agir(son_poste bigint, son_entite bigint, jour date, sa_nature text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE postes AS MATERIALIZED (
        SELECT p.poste_id, p.entite_id, p.responsable, p.droits, EXISTS (SELECT 1 FROM organisation_affectation a
            JOIN organisation_personne q ON q.id = a.personne_id AND q.is_active
            WHERE a.poste_id = p.poste_id AND a.debut <= jour AND (a.fin IS NULL OR a.fin > jour)) AS tenu
        FROM organisation_versionposte p WHERE p.debut <= jour AND (p.fin IS NULL OR p.fin > jour)
    ), cherches(poste) AS (
        SELECT son_poste
        UNION
        SELECT p.poste_id FROM dossiers_chaine_entites(coalesce(son_entite, (SELECT p.entite_id
                FROM organisation_versionposte p WHERE p.poste_id = son_poste AND p.debut <= jour
                ORDER BY p.debut DESC LIMIT 1)), jour) e(id)
            JOIN postes p ON p.entite_id = e.id AND p.responsable
        UNION
        SELECT s.suppleant_id FROM cherches c JOIN organisation_suppleance s ON s.poste_id = c.poste
            AND s.debut <= jour AND (s.fin IS NULL OR s.fin > jour) AND s.nature IN ('', sa_nature)
    )
    SELECT EXISTS (SELECT 1 FROM postes p WHERE p.tenu AND (p.entite_id = son_entite OR 'administration' = ANY (p.droits)
        OR p.poste_id IN (SELECT poste FROM cherches)))
$$;
DROP FUNCTION dossiers_quelquun_peut_agir(bigint, bigint, date);

CREATE OR REPLACE FUNCTION dossiers_trous(lequel bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
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
        AND NOT dossiers_quelquun_peut_agir(e.poste_id, e.entite_id, aujourdhui, d.nature)) THEN
        RETURN 'Une étape du dossier ' || d.reference || ' est confiée à un poste où personne ne peut agir.';
    END IF;
    RETURN NULL;
END $$;

-- What was stored: « Prénom Nom (intitulé) », « Intitulé (poste vacant) », or the name of an entity.
ALTER TABLE dossiers_decision DISABLE TRIGGER fige;
UPDATE dossiers_decision SET pour = CASE
    WHEN pour LIKE '% (poste vacant)' THEN 'pour le poste vacant : ' || left(pour, -length(' (poste vacant)'))
    WHEN pour LIKE '%)' THEN 'pour ' || pour || ', absent·e'
    ELSE 'pour « ' || pour || ' », où personne n''était présent' END
WHERE pour <> '';
ALTER TABLE dossiers_decision ENABLE TRIGGER fige;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0009_functions_name_their_schema"), ("organisation", "0003_origin_and_one_at_a_time")]
    operations = [migrations.RunSQL(SQL)]
