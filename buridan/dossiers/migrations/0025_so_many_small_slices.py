"""The newest small slices are named from one to another: two were nearly one when the newest had just begun (ADR 0015)."""

from django.db import migrations

RECENTE = """
CREATE FUNCTION buridan_requete_recente(texte text, dernier bigint) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(format('( %s ) & ''tranche %s''', public.buridan_requete_tranche(requete, n >> 4), n), ' | '), '')::tsquery
    FROM public.buridan_requete(texte) AS requete, generate_series((dernier >> 12) - 1, dernier >> 12) AS n WHERE numnode(requete) > 0
$$;
"""
PETITES = """
CREATE FUNCTION buridan_requete_petites(texte text, de bigint, a bigint) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(format('( %s ) & ''tranche %s''', public.buridan_requete_tranche(requete, n >> 4), n), ' | '), '')::tsquery
    FROM public.buridan_requete(texte) AS requete, generate_series(de, a) AS n WHERE numnode(requete) > 0
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0024_read_by_a_post")]
    operations = [
        migrations.RunSQL(PETITES, "DROP FUNCTION buridan_requete_petites"),
        migrations.RunSQL("DROP FUNCTION buridan_requete_recente", RECENTE),
    ]
