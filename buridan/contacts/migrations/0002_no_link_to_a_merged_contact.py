"""A position is held in an organisation in use; a contact is merged into one in use, of its kind."""

from django.db import migrations

SQL = """
CREATE FUNCTION contacts_contact_juste() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM contacts_contact c JOIN contacts_contact o ON o.id = c.organisation_id
        WHERE (c.id = NEW.id OR o.id = NEW.id) AND (o.genre <> 'organisation' OR o.reuni_a_id IS NOT NULL)) THEN
        RAISE EXCEPTION 'Une fonction se tient dans une organisation du carnet d''adresses, qui n''est pas réunie à une autre.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM contacts_contact c JOIN contacts_contact g ON g.id = c.reuni_a_id
        WHERE (c.id = NEW.id OR g.id = NEW.id) AND (g.genre <> c.genre OR g.reuni_a_id IS NOT NULL)) THEN
        RAISE EXCEPTION 'Un contact se réunit à un contact de la même sorte, qui n''est pas réuni à un autre.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER contact_juste AFTER INSERT OR UPDATE OF genre, organisation_id, reuni_a_id ON contacts_contact
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contacts_contact_juste();
"""
RETOUR = """
DROP TRIGGER contact_juste ON contacts_contact;
DROP FUNCTION contacts_contact_juste();
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
