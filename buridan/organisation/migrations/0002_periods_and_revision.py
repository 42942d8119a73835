"""Periods that can't overlap, stand-ins that can't loop, and the counter that says the organisation changed."""

from django.db import migrations

PERIODES = [
    ("versionentite", "entite_id", "Cette entité a déjà une description pour cette période."),
    ("versionposte", "poste_id", "Ce poste a déjà une description pour cette période."),
    ("affectation", "poste_id", "Ce poste a déjà un titulaire pour cette période."),
    ("absence", "personne_id", "Cette personne est déjà absente sur cette période."),
]
TABLES = ["versionentite", "versionposte", "affectation", "absence", "suppleance", "mandat", "personne"]

# int8range(x, x, '[]') && compares equality with GiST's built-in range operators: no btree_gist needed.
exclusions = [
    migrations.RunSQL(
        f"""ALTER TABLE organisation_{table} ADD CONSTRAINT {table}_sans_chevauchement
        EXCLUDE USING gist (int8range({cle}, {cle}, '[]') WITH &&, daterange(debut, fin, '[)') WITH &&);
        COMMENT ON CONSTRAINT {table}_sans_chevauchement ON organisation_{table} IS '{phrase.replace("'", "''")}'""",
        f"ALTER TABLE organisation_{table} DROP CONSTRAINT {table}_sans_chevauchement",
    )
    for table, cle, phrase in PERIODES
]

boucle = migrations.RunSQL(
    """
    CREATE FUNCTION organisation_suppleance_sans_boucle() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            WITH RECURSIVE chaine(poste, debut, fin) AS (
                SELECT NEW.suppleant_id, NEW.debut, NEW.fin
                UNION
                SELECT s.suppleant_id, greatest(c.debut, s.debut), least(c.fin, s.fin)
                FROM chaine c JOIN organisation_suppleance s ON s.poste_id = c.poste
                    AND (s.nature = NEW.nature OR s.nature = '' OR NEW.nature = '')
                    AND daterange(s.debut, s.fin) && daterange(c.debut, c.fin)
            ) SELECT 1 FROM chaine WHERE poste = NEW.poste_id
        ) THEN
            RAISE EXCEPTION 'Cette suppléance formerait une boucle : le suppléant est lui-même suppléé, directement ou non, par ce poste.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER suppleance_sans_boucle BEFORE INSERT OR UPDATE ON organisation_suppleance
        FOR EACH ROW EXECUTE FUNCTION organisation_suppleance_sans_boucle();
    """,
    "DROP FUNCTION organisation_suppleance_sans_boucle CASCADE",
)

revision = migrations.RunSQL(
    """
    INSERT INTO organisation_revision (numero) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM organisation_revision);
    CREATE FUNCTION organisation_bouge() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE organisation_revision SET numero = numero + 1;
        RETURN NULL;
    END $$;
    """
    + "".join(
        f"CREATE TRIGGER organisation_bouge AFTER INSERT OR UPDATE{colonnes} OR DELETE ON organisation_{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION organisation_bouge();\n"
        for table in TABLES
        for colonnes in [" OF prenom, nom, email, telephone, is_active" if table == "personne" else ""]
    ),
    "DROP FUNCTION organisation_bouge CASCADE",
)


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [*exclusions, boucle, revision]
