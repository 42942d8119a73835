"""A signature is never changed; it is deleted by an authorised erasure only."""

from django.db import migrations

FIGE = """
CREATE FUNCTION signatures_fige() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Une signature ne se modifie pas et ne s''efface pas.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER signatures_fige BEFORE UPDATE OR DELETE ON signatures_signature
    FOR EACH ROW WHEN (current_setting('buridan.effacement', true) IS DISTINCT FROM 'autorise')
    EXECUTE FUNCTION signatures_fige();
"""


class Migration(migrations.Migration):
    dependencies = [("signatures", "0001_initial")]
    operations = [migrations.RunSQL(FIGE, "DROP FUNCTION signatures_fige CASCADE")]
