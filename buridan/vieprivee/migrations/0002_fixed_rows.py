"""PostgreSQL refuses to change an erasure once approved or withdrawn, to forget one, or to rewrite the read log."""

from django.db import migrations

SQL = """
CREATE TRIGGER fige BEFORE UPDATE ON vieprivee_effacement FOR EACH ROW
    WHEN (OLD.approuve_le IS NOT NULL OR OLD.retire_le IS NOT NULL)
    EXECUTE FUNCTION dossiers_jamais('Un effacement approuvé ou retiré ne change plus.');
CREATE TRIGGER auteur_fige BEFORE UPDATE OF demande_par_id, demande_le, genre ON vieprivee_effacement FOR EACH ROW
    WHEN (NEW.demande_par_id <> OLD.demande_par_id OR NEW.demande_le <> OLD.demande_le OR NEW.genre <> OLD.genre)
    EXECUTE FUNCTION dossiers_jamais('Qui a proposé un effacement ne change pas.');
CREATE TRIGGER garde BEFORE DELETE ON vieprivee_effacement FOR EACH ROW
    EXECUTE FUNCTION dossiers_jamais('Un bordereau d''élimination se garde.');
CREATE TRIGGER garde BEFORE DELETE ON vieprivee_ligneeffacement FOR EACH ROW
    EXECUTE FUNCTION dossiers_jamais('Un bordereau d''élimination se garde.');
CREATE TRIGGER fait_une_fois BEFORE UPDATE ON vieprivee_ligneeffacement FOR EACH ROW WHEN (OLD.fait_le IS NOT NULL)
    EXECUTE FUNCTION dossiers_jamais('Un effacement fait ne change plus.');
CREATE TRIGGER fige BEFORE UPDATE ON vieprivee_lecture FOR EACH ROW
    EXECUTE FUNCTION dossiers_jamais('Une lecture ne se récrit pas.');
CREATE TRIGGER garde BEFORE DELETE ON vieprivee_lecture FOR EACH ROW
    WHEN (current_setting('buridan.effacement', true) IS DISTINCT FROM 'autorise')
    EXECUTE FUNCTION dossiers_jamais('Les lectures se gardent jusqu''à leur terme.');

CREATE FUNCTION vieprivee_approuve() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM vieprivee_effacement e WHERE e.id = NEW.effacement_id AND e.approuve_le IS NULL) THEN
        RAISE EXCEPTION 'Rien ne s''efface avant l''approbation d''une seconde personne.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approuve BEFORE INSERT OR UPDATE OF fait_le ON vieprivee_ligneeffacement FOR EACH ROW
    WHEN (NEW.fait_le IS NOT NULL) EXECUTE FUNCTION vieprivee_approuve();
"""
TRIGGERS = {
    "effacement": ["fige", "auteur_fige", "garde"], "ligneeffacement": ["garde", "fait_une_fois", "approuve"],
    "lecture": ["fige", "garde"],
}  # fmt: skip
RETOUR = "".join(f"DROP TRIGGER {t} ON vieprivee_{table};" for table, noms in TRIGGERS.items() for t in noms)


class Migration(migrations.Migration):
    dependencies = [("vieprivee", "0001_initial"), ("dossiers", "0014_erasure")]
    operations = [migrations.RunSQL(SQL, f"{RETOUR} DROP FUNCTION vieprivee_approuve;")]
