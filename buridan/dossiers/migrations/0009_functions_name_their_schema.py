"""A restore by pg_restore runs with an empty search_path: what a generated column calls must name its schema."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION buridan_vecteur(langue text, texte text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.french'::regconfig, public.buridan_sans_accents(texte))
$$;
CREATE OR REPLACE FUNCTION buridan_requete(texte text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT websearch_to_tsquery('pg_catalog.french'::regconfig, public.buridan_sans_accents(texte))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0008_documents_by_digest")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
