"""An internal request is closed with the answer of the head of its author, and nobody agrees to what he or she asked."""

from django.db import migrations

SQL = """
-- That post heads, that day, the entity or one above it; a closed entity stays where it last stood.
CREATE FUNCTION decisions_encadre(le_poste bigint, depart bigint, jour date) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE ligne(id) AS (
        SELECT depart
        UNION
        SELECT (SELECT v.parent_id FROM organisation_versionentite v WHERE v.entite_id = l.id AND v.debut <= jour
            ORDER BY v.debut DESC LIMIT 1) FROM ligne l WHERE l.id IS NOT NULL
    )
    SELECT EXISTS (SELECT 1 FROM ligne JOIN organisation_versionposte p ON p.entite_id = ligne.id AND p.poste_id = le_poste
        AND p.responsable AND p.debut <= jour AND (p.fin IS NULL OR p.fin > jour))
$$;

-- What is wrong with the end of a closed one, in a sentence; NULL when nothing is.
CREATE FUNCTION decisions_retour(lequel bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    d record;
    ecrite integer;
BEGIN
    SELECT x.reference, x.tour, x.createur_id, x.entite_id, (x.clos_le AT TIME ZONE 'Europe/Paris')::date AS jour,
        i.auteur_id, i.encadrant_id, i.coauteur_id
        INTO d FROM dossiers_dossier x JOIN decisions_demandeinterne i ON i.dossier_id = x.id WHERE x.id = lequel;
    IF NOT FOUND OR EXISTS (SELECT 1 FROM dossiers_reponse r WHERE r.dossier_id = lequel AND r.tour = d.tour
        AND r.sens = 'retiree' AND r.par_id = d.createur_id) THEN RETURN NULL; END IF;
    IF NOT EXISTS (SELECT 1 FROM dossiers_etape e JOIN dossiers_decision c ON c.etape_id = e.id
        WHERE e.dossier_id = lequel AND e.type = 'reponse' AND e.etat = 'faite' AND c.resultat = 'repondue'
            AND e.poste_id <> d.auteur_id
            AND (e.poste_id = d.encadrant_id OR decisions_encadre(e.poste_id, d.entite_id, d.jour))) THEN
        RETURN 'La demande interne ' || d.reference || ' ne se clôt pas sans la réponse de l''encadrement de son auteur.';
    END IF;
    SELECT coalesce(max(e.rang), 0) INTO ecrite FROM dossiers_etape e
        WHERE e.dossier_id = lequel AND e.type = 'traitement' AND e.etat = 'faite';
    IF EXISTS (SELECT 1 FROM dossiers_etape e JOIN dossiers_decision c ON c.etape_id = e.id
        WHERE e.dossier_id = lequel AND e.etat = 'faite' AND e.rang > ecrite
            AND e.type IN ('visa', 'validation', 'signature', 'decision', 'reponse')
            AND c.par_id IN (d.createur_id, d.coauteur_id)) THEN
        RETURN 'La demande interne ' || d.reference || ' a été visée, décidée ou répondue par qui l''avait écrite.';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION decisions_retour_exige() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    faute text := decisions_retour(NEW.id);
BEGIN
    IF faute IS NOT NULL THEN RAISE EXCEPTION '%', faute USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER retour_de_l_encadrement AFTER INSERT OR UPDATE OF etat ON dossiers_dossier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.nature = 'decisions' AND NEW.etat = 'clos')
    EXECUTE FUNCTION decisions_retour_exige();

CREATE FUNCTION decisions_formulaire_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Les modèles de demandes internes ne changent pas : publiez une autre version.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER fige BEFORE UPDATE OR DELETE ON decisions_formulairedecision
    FOR EACH ROW EXECUTE FUNCTION decisions_formulaire_fige();
"""
RETOUR = """
DROP TRIGGER fige ON decisions_formulairedecision;
DROP FUNCTION decisions_formulaire_fige();
DROP TRIGGER retour_de_l_encadrement ON dossiers_dossier;
DROP FUNCTION decisions_retour_exige();
DROP FUNCTION decisions_retour(bigint);
DROP FUNCTION decisions_encadre(bigint, bigint, date);
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial"), ("dossiers", "0018_decisions_of_the_mayor")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
