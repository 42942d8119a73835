"""A mail is never deleted; its original and its arrival never change: PostgreSQL says so too."""

from django.db import migrations

SQL = """
CREATE FUNCTION messagerie_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Un courriel reçu ne se supprime pas : écartez-le, en disant pourquoi.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.boite_id <> OLD.boite_id OR NEW.empreinte <> OLD.empreinte OR NEW.recu_le <> OLD.recu_le OR NEW.taille <> OLD.taille
        OR NEW.uuid <> OLD.uuid
        OR (NEW.sha256 <> OLD.sha256 OR NEW.texte <> OLD.texte OR NEW.sujet <> OLD.sujet OR NEW.adresse <> OLD.adresse)
            AND coalesce(current_setting('buridan.effacement', true), '') <> 'autorise' THEN
        RAISE EXCEPTION 'Un courriel reçu reste tel qu''il est arrivé.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fige AFTER DELETE OR UPDATE ON messagerie_courrielrecu
    FOR EACH ROW EXECUTE FUNCTION messagerie_fige();

CREATE FUNCTION messagerie_piece_figee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('buridan.effacement', true), '') <> 'autorise' THEN
        RAISE EXCEPTION 'Une pièce jointe reste telle qu''elle est arrivée.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER figee AFTER DELETE OR UPDATE ON messagerie_piece
    FOR EACH ROW EXECUTE FUNCTION messagerie_piece_figee();
"""
RETOUR = """
DROP TRIGGER figee ON messagerie_piece;
DROP FUNCTION messagerie_piece_figee();
DROP TRIGGER fige ON messagerie_courrielrecu;
DROP FUNCTION messagerie_fige();
"""


class Migration(migrations.Migration):
    dependencies = [("messagerie", "0001_initial")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
