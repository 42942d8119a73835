"""A letter, and each addressee of a mailing, may lead to a contact of the address book; never to one that was merged."""

import django.db.models.deletion
from django.db import migrations, models

SQL = """
CREATE FUNCTION courriers_contact_vivant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM contacts_contact k WHERE k.reuni_a_id IS NOT NULL AND k.id = CASE TG_TABLE_NAME
            WHEN 'courriers_courrier' THEN (SELECT c.contact_id FROM courriers_courrier c WHERE c.dossier_id = NEW.dossier_id)
            ELSE (SELECT c.contact_id FROM courriers_correspondant c WHERE c.id = (to_jsonb(NEW)->>'id')::bigint) END) THEN
        RAISE EXCEPTION 'Ce contact vient d''être réuni à un autre : cherchez-le de nouveau dans le carnet d''adresses.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER contact_vivant AFTER INSERT OR UPDATE OF contact_id ON courriers_courrier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.contact_id IS NOT NULL) EXECUTE FUNCTION courriers_contact_vivant();
CREATE CONSTRAINT TRIGGER contact_vivant AFTER INSERT OR UPDATE OF contact_id ON courriers_correspondant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.contact_id IS NOT NULL) EXECUTE FUNCTION courriers_contact_vivant();
"""
RETOUR = """
DROP TRIGGER contact_vivant ON courriers_correspondant;
DROP TRIGGER contact_vivant ON courriers_courrier;
DROP FUNCTION courriers_contact_vivant();
"""


def _lien(nom: str) -> models.ForeignKey:
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name=nom, to="contacts.contact"
    )


class Migration(migrations.Migration):
    dependencies = [("courriers", "0003_how_right_proposals_are"), ("contacts", "0001_initial")]
    operations = [
        migrations.AddField("courrier", "contact", _lien("courriers")),
        migrations.AddField("correspondant", "contact", _lien("correspondants")),
        migrations.RunSQL(SQL, RETOUR),
    ]
