"""A word is kept with the number of its slice of 65,536 dossiers: two words seldom together do not read ten years (ADR 0015)."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.expressions
from django.db import migrations, models

# In the text of a vector or of a query, a word begins with a quote; `to_tsvector` makes no word with a space in it.
SQL = """
CREATE OR REPLACE FUNCTION buridan_avec_tranche(vecteur tsvector, numero bigint) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(' ' || vecteur::text, ' ''', format(' ''%s ', numero >> 16))::tsvector
        || array_to_tsvector(ARRAY['tranche ' || (numero >> 12)])
$$;
CREATE FUNCTION buridan_requete_tranche(requete tsquery, tranche bigint) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(requete::text, '''((?:[^'']|'''')*)''', format('''%s \\1''', tranche), 'g')::tsquery
$$;
CREATE FUNCTION buridan_requete_tranches(texte text, de bigint, a bigint) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(format('( %s )', public.buridan_requete_tranche(requete, n)), ' | '), '')::tsquery
    FROM public.buridan_requete(texte) AS requete, generate_series(de, a) AS n WHERE numnode(requete) > 0
$$;
CREATE FUNCTION buridan_requete_recente(texte text, dernier bigint) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(format('( %s ) & ''tranche %s''', public.buridan_requete_tranche(requete, n >> 4), n), ' | '), '')::tsquery
    FROM public.buridan_requete(texte) AS requete, generate_series((dernier >> 12) - 1, dernier >> 12) AS n WHERE numnode(requete) > 0
$$;
DROP FUNCTION buridan_tranches;
DROP FUNCTION buridan_grandes_tranches;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0020_an_opening_looks_once")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RemoveIndex(model_name="dossier", name="dossier_recherche"),
        migrations.RemoveField(model_name="dossier", name="recherche"),
        migrations.AddField(
            model_name="dossier",
            name="recherche",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.expressions.Func(
                    django.db.models.expressions.Func(
                        models.Value("french"),
                        django.db.models.expressions.Func(
                            models.F("reference"), models.F("objet"), models.F("contenu"), function="buridan_texte"
                        ),
                        function="buridan_vecteur",
                    ),
                    models.F("id"),
                    function="buridan_avec_tranche",
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=django.contrib.postgres.indexes.GinIndex(fields=["recherche"], name="dossier_recherche"),
        ),
        # Without figures on the new column, a search could read every dossier to find none.
        migrations.RunSQL("ANALYZE dossiers_dossier", migrations.RunSQL.noop),
    ]
