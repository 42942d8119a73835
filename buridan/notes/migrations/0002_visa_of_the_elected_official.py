"""A note reaches the mayor's decision only with the visa of the elected official of its theme: PostgreSQL says so too.

The versions of its form and of its parts are kept: a form never changes, a version is deleted by nobody.
"""

from django.db import migrations

SQL = """
-- Visaed before that rank, and not written again since.
CREATE FUNCTION notes_visee_par_l_elu(lequel bigint, elu bigint, avant integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM dossiers_etape v JOIN dossiers_decision c ON c.etape_id = v.id
        WHERE v.dossier_id = lequel AND v.type = 'visa' AND v.poste_id = elu AND v.rang < avant AND v.etat = 'faite'
            AND c.resultat IN ('visee', 'visee_remarque')
            AND NOT EXISTS (SELECT 1 FROM dossiers_etape r WHERE r.dossier_id = lequel AND r.type = 'traitement'
                AND r.etat = 'faite' AND r.rang > v.rang AND r.rang < avant))
$$;

CREATE FUNCTION notes_arrive_au_maire() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    n record;
    actuelle record;
BEGIN
    SELECT x.elu_id, x.maire_id, x.theme, d.reference INTO n FROM notes_note x JOIN dossiers_dossier d ON d.id = x.dossier_id
        WHERE x.dossier_id = NEW.dossier_id;
    SELECT etat, poste_id, rang INTO actuelle FROM dossiers_etape WHERE id = NEW.id;
    IF n IS NULL OR actuelle IS NULL OR n.elu_id = n.maire_id OR actuelle.poste_id IS DISTINCT FROM n.maire_id
        OR actuelle.etat NOT IN ('active', 'faite') THEN RETURN NULL; END IF;
    IF NOT notes_visee_par_l_elu(NEW.dossier_id, n.elu_id, actuelle.rang) THEN
        RAISE EXCEPTION 'La note % n''arrive pas au maire sans le visa de l''élu chargé de « % ». Demandez-le d''abord.',
            n.reference, n.theme USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER note_au_maire AFTER INSERT OR UPDATE OF etat, poste_id ON dossiers_etape
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.type = 'decision' AND NEW.etat IN ('active', 'faite') AND NEW.poste_id IS NOT NULL)
    EXECUTE FUNCTION notes_arrive_au_maire();

CREATE FUNCTION notes_formulaire_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Un formulaire de note ne change pas : publiez une autre version.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER fige BEFORE UPDATE OR DELETE ON notes_formulairenote FOR EACH ROW EXECUTE FUNCTION notes_formulaire_fige();
"""
RETOUR = """
DROP TRIGGER fige ON notes_formulairenote;
DROP FUNCTION notes_formulaire_fige();
DROP TRIGGER note_au_maire ON dossiers_etape;
DROP FUNCTION notes_arrive_au_maire();
DROP FUNCTION notes_visee_par_l_elu(bigint, bigint, integer);
"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0001_initial")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
