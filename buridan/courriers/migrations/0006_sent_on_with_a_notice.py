"""A letter sent on to another administration is closed with the notice to its sender: a line of the departure register."""

from django.db import migrations

SQL = """
-- Closed: something left (the notice that it goes on elsewhere too), or somebody said why nothing does.
CREATE OR REPLACE FUNCTION courriers_sans_suite(lequel bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.id = lequel AND d.nature = 'courriers' AND d.etat = 'clos'
        AND NOT EXISTS (SELECT 1 FROM courriers_depart x WHERE x.dossier_id = d.id AND x.tour = d.tour
            AND x.objet IN ('reponse', 'envoi'))
        AND NOT EXISTS (SELECT 1 FROM courriers_sansreponse s WHERE s.dossier_id = d.id AND s.tour = d.tour)
        AND NOT EXISTS (SELECT 1 FROM dossiers_reponse r WHERE r.dossier_id = d.id AND r.tour = d.tour
            AND r.sens = 'reunie'))
$$;
"""
RETOUR = """
-- Closed: something left, or somebody said why nothing does, or it goes on elsewhere.
CREATE OR REPLACE FUNCTION courriers_sans_suite(lequel bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.id = lequel AND d.nature = 'courriers' AND d.etat = 'clos'
        AND NOT EXISTS (SELECT 1 FROM courriers_depart x WHERE x.dossier_id = d.id AND x.tour = d.tour
            AND x.objet IN ('reponse', 'envoi'))
        AND NOT EXISTS (SELECT 1 FROM courriers_sansreponse s WHERE s.dossier_id = d.id AND s.tour = d.tour)
        AND NOT EXISTS (SELECT 1 FROM dossiers_reponse r WHERE r.dossier_id = d.id AND r.tour = d.tour
            AND r.sens IN ('transmise', 'reunie')))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("courriers", "0005_retention_is_said_elsewhere")]
    operations = [migrations.RunSQL(SQL, RETOUR)]
