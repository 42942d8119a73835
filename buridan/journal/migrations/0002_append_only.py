"""PostgreSQL refuses to change or delete what the journal says."""

from django.db import migrations

SQL = """
CREATE FUNCTION journal_immuable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'journal_charge' AND TG_OP = 'DELETE'
        AND current_setting('buridan.effacement', true) = 'autorise' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Le journal ne se modifie pas : une erreur se corrige par une nouvelle ligne.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
for table in ("ligne", "charge", "sceau"):
    SQL += f"""
    CREATE TRIGGER immuable BEFORE UPDATE OR DELETE ON journal_{table}
        FOR EACH ROW EXECUTE FUNCTION journal_immuable();
    CREATE TRIGGER indestructible BEFORE TRUNCATE ON journal_{table}
        FOR EACH STATEMENT EXECUTE FUNCTION journal_immuable();
    """


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION journal_immuable CASCADE")]
