"""An internal request is one's own affair unless the service asks: it is opened to the posts it was given to."""

from django.db import migrations

SQL = """
UPDATE dossiers_dossier d SET lecteurs = coalesce((
    SELECT array_agg(DISTINCT coalesce(e.entite_id, -e.poste_id)) FROM dossiers_etape e
    WHERE e.dossier_id = d.id AND e.etat <> 'a_venir'), ARRAY[]::bigint[])
    || CASE WHEN q.au_nom_du_service THEN ARRAY[d.entite_id] ELSE ARRAY[]::bigint[] END
FROM decisions_demandeinterne q WHERE q.dossier_id = d.id
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0003_who_asks"), ("dossiers", "0024_read_by_a_post")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
