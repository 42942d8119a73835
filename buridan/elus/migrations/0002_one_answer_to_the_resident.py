"""A resident who spoke to an elected official gets one answer: never none, never two, by whoever was chosen."""

from django.db import migrations

SQL = """
-- What is wrong with the resident's answer, in a sentence; NULL when nothing is. That there are not two is the primary key.
CREATE FUNCTION elus_habitant(lequel bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    d record;
BEGIN
    SELECT x.reference, x.etat, e.qui_repond, r.par INTO d FROM dossiers_dossier x
        JOIN elus_demandeelu e ON e.dossier_id = x.id LEFT JOIN elus_reponsehabitant r ON r.demande_id = x.id
        WHERE x.id = lequel;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF d.etat = 'clos' AND d.qui_repond <> '' AND d.par IS NULL THEN
        RETURN 'La demande d''élu ' || d.reference || ' ne se clôt pas sans réponse à l''habitant qui attend.';
    END IF;
    IF d.etat <> 'clos' AND d.par IS NOT NULL THEN
        RETURN 'L''habitant de la demande d''élu ' || d.reference || ' a sa réponse en même temps que l''élu, pas avant.';
    END IF;
    IF d.par IS NOT NULL AND d.par <> d.qui_repond THEN
        RETURN 'L''habitant de la demande d''élu ' || d.reference || ' a sa réponse de qui a été choisi, et de personne d''autre.';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION elus_habitant_exige() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    faute text;
BEGIN
    IF TG_TABLE_NAME = 'dossiers_dossier' THEN faute := elus_habitant(NEW.id);
    ELSIF TG_TABLE_NAME = 'elus_demandeelu' THEN faute := elus_habitant(NEW.dossier_id);
    ELSIF TG_OP = 'DELETE' THEN faute := elus_habitant(OLD.demande_id);
    ELSE faute := elus_habitant(NEW.demande_id);
    END IF;
    IF faute IS NOT NULL THEN RAISE EXCEPTION '%', faute USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER habitant_repondu AFTER INSERT OR UPDATE OF etat ON dossiers_dossier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.nature = 'elus') EXECUTE FUNCTION elus_habitant_exige();
CREATE CONSTRAINT TRIGGER habitant_repondu AFTER INSERT OR UPDATE OF qui_repond ON elus_demandeelu
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION elus_habitant_exige();
CREATE CONSTRAINT TRIGGER habitant_repondu AFTER INSERT OR UPDATE OR DELETE ON elus_reponsehabitant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION elus_habitant_exige();

CREATE FUNCTION elus_formulaire_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Les sujets des élus ne changent pas : publiez une autre version.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER fige BEFORE UPDATE OR DELETE ON elus_formulaireelus FOR EACH ROW EXECUTE FUNCTION elus_formulaire_fige();
"""
RETOUR = """
DROP TRIGGER fige ON elus_formulaireelus;
DROP FUNCTION elus_formulaire_fige();
DROP TRIGGER habitant_repondu ON elus_reponsehabitant;
DROP TRIGGER habitant_repondu ON elus_demandeelu;
DROP TRIGGER habitant_repondu ON dossiers_dossier;
DROP FUNCTION elus_habitant_exige();
DROP FUNCTION elus_habitant(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("elus", "0001_initial"), ("dossiers", "0019_large_slices")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
