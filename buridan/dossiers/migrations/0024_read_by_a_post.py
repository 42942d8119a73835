"""What an elected official was asked is opened to that post, no longer to the whole assembly."""

from django.db import migrations

SQL = """
UPDATE dossiers_dossier d SET lecteurs = array_remove(d.lecteurs, a.id) || coalesce((
    SELECT array_agg(DISTINCT -e.poste_id) FROM dossiers_etape e JOIN organisation_versionposte v USING (poste_id)
    WHERE e.dossier_id = d.id AND v.entite_id = a.id AND e.etat <> 'a_venir'), ARRAY[]::bigint[])
FROM (SELECT DISTINCT entite_id AS id FROM organisation_versionentite WHERE genre = 'assemblee') a
WHERE a.id = ANY (d.lecteurs) AND d.entite_id <> a.id
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0023_a_level_of_signature"), ("organisation", "0007_right_to_transfer")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
