"""Whoever decided may take it back: the étape goes from « faite » to « reprise », and never further."""

from django.db import migrations, models

SQL = """
DROP TRIGGER etape_decidee ON dossiers_etape;
CREATE TRIGGER etape_decidee AFTER UPDATE OF etat ON dossiers_etape FOR EACH ROW
    WHEN (OLD.etat IN ('faite', 'renvoyee', 'reprise') AND NEW.etat <> OLD.etat
        AND NOT (OLD.etat = 'faite' AND NEW.etat = 'reprise'))
    EXECUTE FUNCTION dossiers_etape_decidee();

DROP TRIGGER etape_sans_decision ON dossiers_etape;
CREATE CONSTRAINT TRIGGER etape_sans_decision AFTER INSERT OR UPDATE OF etat ON dossiers_etape
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.etat IN ('faite', 'renvoyee', 'reprise'))
    EXECUTE FUNCTION dossiers_etape_sans_decision();

CREATE OR REPLACE FUNCTION dossiers_decision_sans_etape() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM dossiers_etape e
        WHERE e.id = NEW.etape_id AND e.etat IN ('faite', 'renvoyee', 'reprise')) THEN
        RAISE EXCEPTION 'Une décision porte sur une étape faite ou renvoyée.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""
ETATS = [
    ("a_venir", "À venir"), ("active", "À faire"), ("faite", "Faite"), ("renvoyee", "Renvoyée"), ("passee", "Passée"),
    ("reprise", "Décision reprise"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0016_entity_then_closing")]
    operations = [
        migrations.RemoveConstraint(model_name="etape", name="etape_etat_connu"),
        migrations.AlterField(
            model_name="etape",
            name="etat",
            field=models.CharField(choices=ETATS, default="a_venir", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="etape",
            constraint=models.CheckConstraint(
                condition=models.Q(("etat__in", [code for code, _mots in ETATS])),
                name="etape_etat_connu",
                violation_error_message=f"Valeurs possibles : {', '.join(mots for _code, mots in ETATS)}.",
            ),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
