"""The vector also names a slice of 65,536 dossiers, so that words found now and then do not read ten years (ADR 0015)."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.expressions
from django.db import migrations, models

AVEC_TRANCHE = """
CREATE OR REPLACE FUNCTION buridan_avec_tranche(vecteur tsvector, numero bigint) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT vecteur || array_to_tsvector(ARRAY[{}])
$$;
"""
TRANCHE, GRANDE = "'tranche ' || (numero >> 12)", "'grande tranche ' || (numero >> 16)"
GRANDES_TRANCHES = """
CREATE FUNCTION buridan_grandes_tranches(numero bigint) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT format('''grande tranche %s'' | ''grande tranche %s''', numero >> 16, (numero >> 16) - 1)::tsquery
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0018_decisions_of_the_mayor")]
    operations = [
        migrations.RunSQL(
            AVEC_TRANCHE.format(f"{TRANCHE}, {GRANDE}") + GRANDES_TRANCHES,
            AVEC_TRANCHE.format(TRANCHE) + "DROP FUNCTION buridan_grandes_tranches;",
        ),
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
