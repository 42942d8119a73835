"""Search of the catalogue: any of the words is enough, each may be unfinished (« nid de po »)."""

from django.db import migrations

SQL = """
CREATE FUNCTION buridan_mots(mots text[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_string(mots, ' ')
$$;
CREATE FUNCTION buridan_mots(mots varchar[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_string(mots, ' ')
$$;
CREATE FUNCTION buridan_requete_large(texte text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(
        to_tsquery('french'::regconfig, string_agg(quote_literal(mot) || ':*', ' | ')), ''::tsquery)
    FROM regexp_split_to_table(regexp_replace(buridan_sans_accents(texte), '[^a-z0-9]+', ' ', 'g'), ' ') AS mot
    WHERE length(mot) > 1
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("dossiers", "0001_text_functions")]
    operations = [
        migrations.RunSQL(
            SQL,
            "DROP FUNCTION buridan_requete_large; DROP FUNCTION buridan_mots(text[]); DROP FUNCTION buridan_mots(varchar[])",
        )
    ]
