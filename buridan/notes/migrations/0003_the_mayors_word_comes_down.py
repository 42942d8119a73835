"""A note is closed with what the mayor decided, or with the refusal that stopped it: PostgreSQL says so too."""

from django.db import migrations

SQL = """
-- What is wrong with the answer of a closed note, in a sentence; NULL when nothing is.
CREATE FUNCTION notes_retour(lequel bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    n record;
    ecrite integer;
    parole text;
BEGIN
    SELECT d.reference, x.maire_id, r.sens INTO n FROM notes_note x JOIN dossiers_dossier d ON d.id = x.dossier_id
        LEFT JOIN dossiers_reponse r ON r.dossier_id = d.id AND r.tour = d.tour WHERE d.id = lequel AND d.etat = 'clos';
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF n.sens = 'retiree' THEN
        IF EXISTS (SELECT 1 FROM dossiers_etape e WHERE e.dossier_id = lequel AND e.type = 'decision' AND e.etat = 'faite'
            AND e.poste_id = n.maire_id) THEN
            RETURN 'Le maire s''est prononcé sur la note ' || n.reference || ' : elle ne se retire plus.';
        END IF;
        RETURN NULL;
    END IF;
    SELECT coalesce(max(e.rang), 0) INTO ecrite FROM dossiers_etape e
        WHERE e.dossier_id = lequel AND e.type = 'traitement' AND e.etat = 'faite';
    SELECT CASE c.resultat WHEN 'accordee' THEN 'favorable' WHEN 'refusee' THEN 'refus' ELSE 'information' END INTO parole
        FROM dossiers_etape e JOIN dossiers_decision c ON c.etape_id = e.id
        WHERE e.dossier_id = lequel AND e.etat = 'faite' AND e.rang > ecrite
            AND (c.resultat = 'refusee' OR (e.type = 'decision' AND e.poste_id = n.maire_id))
        ORDER BY (e.type = 'decision' AND e.poste_id = n.maire_id) DESC, e.rang DESC, e.id DESC LIMIT 1;
    IF parole IS NULL OR parole IS DISTINCT FROM n.sens THEN
        RETURN 'La réponse à la note ' || n.reference || ' dit ce que le maire a décidé, ou le refus qui l''a arrêtée.';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION notes_retour_exige() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    faute text := notes_retour(NEW.id);
BEGIN
    IF faute IS NOT NULL THEN RAISE EXCEPTION '%', faute USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER reponse_du_maire AFTER INSERT OR UPDATE OF etat ON dossiers_dossier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.nature = 'notes' AND NEW.etat = 'clos')
    EXECUTE FUNCTION notes_retour_exige();
"""
RETOUR = """
DROP TRIGGER reponse_du_maire ON dossiers_dossier;
DROP FUNCTION notes_retour_exige();
DROP FUNCTION notes_retour(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0002_visa_of_the_elected_official"), ("dossiers", "0018_decisions_of_the_mayor")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
