"""French full-text search that forgives accents. Ours, for the embedded PostgreSQL ships no `unaccent`."""

from django.db import migrations

SQL = """
CREATE FUNCTION buridan_sans_accents(texte text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(replace(replace(lower(texte), 'œ', 'oe'), 'æ', 'ae'),
        'àâäáãåçèéêëìíîïñòóôöõùúûüýÿ''’-', 'aaaaaaceeeeiiiinooooouuuuyy   ')
$$;
CREATE FUNCTION buridan_texte(a text, b text, c text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(a, '') || ' ' || coalesce(b, '') || ' ' || coalesce(c, '')
$$;
CREATE FUNCTION buridan_vecteur(langue text, texte text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('french'::regconfig, buridan_sans_accents(texte))
$$;
CREATE FUNCTION buridan_requete(texte text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT websearch_to_tsquery('french'::regconfig, buridan_sans_accents(texte))
$$;
"""
RETOUR = """
DROP FUNCTION buridan_requete; DROP FUNCTION buridan_vecteur; DROP FUNCTION buridan_texte; DROP FUNCTION buridan_sans_accents;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(SQL, RETOUR)]
