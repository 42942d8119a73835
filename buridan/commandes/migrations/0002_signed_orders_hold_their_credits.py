"""What holds whatever writes: a signed order keeps what was signed and holds its whole amount on its line; a refused or
cancelled one holds nothing; a satisfied one has its invoice.

Lines have generated columns: their guard is AFTER, for with one BEFORE PostgreSQL computes such columns twice.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION commandes_ligne_figee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM commandes_commande WHERE signee_le IS NOT NULL
        AND dossier_id IN (CASE WHEN TG_OP = 'DELETE' THEN OLD.commande_id ELSE NEW.commande_id END,
                           CASE WHEN TG_OP = 'INSERT' THEN NEW.commande_id ELSE OLD.commande_id END)) THEN
        RAISE EXCEPTION 'Un bon de commande signé ne change plus : annulez-le et faites-en un autre.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ligne_figee AFTER INSERT OR UPDATE OR DELETE ON commandes_lignecommande
    FOR EACH ROW EXECUTE FUNCTION commandes_ligne_figee();

CREATE FUNCTION commandes_figee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.ligne_id, NEW.siret, NEW.fournisseur, NEW.adresse, NEW.famille, NEW.marche, NEW.livraison, NEW.livrer_le,
            NEW.precisions, NEW.soumise_le, NEW.derogation, NEW.derogation_par_id, NEW.signee_le)
        IS DISTINCT FROM (OLD.ligne_id, OLD.siret, OLD.fournisseur, OLD.adresse, OLD.famille, OLD.marche, OLD.livraison, OLD.livrer_le,
            OLD.precisions, OLD.soumise_le, OLD.derogation, OLD.derogation_par_id, OLD.signee_le) THEN
        RAISE EXCEPTION 'Un bon de commande signé ne change plus : annulez-le et faites-en un autre.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER commande_figee BEFORE UPDATE OR DELETE ON commandes_commande FOR EACH ROW
    WHEN (OLD.signee_le IS NOT NULL AND current_setting('buridan.effacement', true) IS DISTINCT FROM 'autorise')
    EXECUTE FUNCTION commandes_figee();

-- What an order holds on its line, engaged or not, and still to be given back.
CREATE FUNCTION commandes_total(lequel bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(ht + tva), 0) FROM commandes_lignecommande WHERE commande_id = lequel
$$;

CREATE FUNCTION commandes_signee_tenue() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    SELECT x.dossier_id, x.signee_le, x.ligne_id, d.uuid, d.reference INTO c FROM dossiers_etape e
        JOIN commandes_commande x ON x.dossier_id = e.dossier_id JOIN dossiers_dossier d ON d.id = e.dossier_id
        WHERE e.id = NEW.etape_id;
    IF c IS NULL THEN RETURN NULL; END IF;
    IF c.signee_le IS NULL OR NOT EXISTS (SELECT 1 FROM budget_reservation r WHERE r.dossier = c.uuid AND r.ligne_id = c.ligne_id
            AND r.montant = commandes_total(c.dossier_id)) THEN
        RAISE EXCEPTION 'Le bon de commande % ne se signe pas sans réserver ses crédits.', c.reference
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER commande_signee_tenue AFTER INSERT ON dossiers_decision DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.resultat = 'signee') EXECUTE FUNCTION commandes_signee_tenue();

CREATE FUNCTION commandes_fin() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    SELECT x.facture, d.uuid, d.reference INTO c FROM commandes_commande x JOIN dossiers_dossier d ON d.id = x.dossier_id
        WHERE x.dossier_id = NEW.dossier_id;
    IF c IS NULL THEN RETURN NULL; END IF;
    IF NEW.sens IN ('refus', 'retiree') AND EXISTS (SELECT 1 FROM budget_reservation r
            WHERE r.dossier = c.uuid AND r.liberee_le IS NULL AND r.engage_le IS NULL) THEN
        RAISE EXCEPTION 'Le bon de commande % tient encore des crédits : rendez-les en l''annulant.', c.reference
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.sens NOT IN ('refus', 'retiree') AND c.facture = '' THEN
        RAISE EXCEPTION 'Le bon de commande % ne se clôt pas sans facture. Notez-la, ou annulez le bon.', c.reference
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER commande_fin AFTER INSERT ON dossiers_reponse DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION commandes_fin();

CREATE FUNCTION commandes_regles_figees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Les règles des commandes ne changent pas : chargez une autre version.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER fige BEFORE UPDATE OR DELETE ON commandes_reglescommande FOR EACH ROW EXECUTE FUNCTION commandes_regles_figees();
"""
RETOUR = """
DROP FUNCTION commandes_regles_figees CASCADE;
DROP FUNCTION commandes_fin CASCADE;
DROP FUNCTION commandes_signee_tenue CASCADE;
DROP FUNCTION commandes_total CASCADE;
DROP FUNCTION commandes_figee CASCADE;
DROP FUNCTION commandes_ligne_figee CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("commandes", "0001_initial")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
