"""The vector of a dossier also names its slice of 4,096 dossiers, so that a search reads the newest first (ADR 0015)."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.expressions
from django.db import migrations, models

SQL = """
CREATE FUNCTION buridan_avec_tranche(vecteur tsvector, numero bigint) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT vecteur || array_to_tsvector(ARRAY['tranche ' || (numero >> 12)])
$$;
CREATE FUNCTION buridan_tranches(numero bigint) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT format('''tranche %s'' | ''tranche %s''', numero >> 12, (numero >> 12) - 1)::tsquery
$$;
"""
RETOUR = "DROP FUNCTION buridan_tranches; DROP FUNCTION buridan_avec_tranche;"


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0006_lighter_checks")]
    operations = [
        migrations.RunSQL(SQL, RETOUR),
        migrations.RemoveIndex(model_name="dossier", name="dossier_recents"),
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
    ]
