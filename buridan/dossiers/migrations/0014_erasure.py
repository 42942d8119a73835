"""A dossier can be erased: only by an authorised erasure, once, and it says nothing of anybody afterwards.

The triggers `fige` let that erasure through; the rest fires on nothing the application does.
"""

from django.db import migrations, models

AUTORISE = "current_setting('buridan.effacement', true) IS DISTINCT FROM 'autorise'"
TABLES = {
    "decision": "dossiers_fige()", "reponse": "dossiers_fige()",
    "message": "dossiers_jamais('Un message envoyé ne se récrit pas : envoyez-en un autre.')",
}  # fmt: skip


def figer(quand: str) -> str:
    return "".join(
        f"DROP TRIGGER fige ON dossiers_{table}; CREATE TRIGGER fige BEFORE UPDATE OR DELETE ON dossiers_{table}"
        f" FOR EACH ROW {quand} EXECUTE FUNCTION {fonction};"
        for table, fonction in TABLES.items()
    )


SQL = f"""{figer(f"WHEN ({AUTORISE})")}
CREATE TRIGGER efface_une_fois AFTER UPDATE ON dossiers_dossier FOR EACH ROW WHEN (OLD.efface_le IS NOT NULL)
    EXECUTE FUNCTION dossiers_jamais('Ce dossier a été effacé : il ne change plus. Ouvrez une nouvelle demande.');
CREATE TRIGGER efface_autorise AFTER UPDATE OF efface_le ON dossiers_dossier FOR EACH ROW
    WHEN (NEW.efface_le IS DISTINCT FROM OLD.efface_le AND {AUTORISE})
    EXECUTE FUNCTION dossiers_jamais('Un dossier s''efface par une proposition que deux personnes approuvent.');
"""
RETOUR = f"""{figer("")}
DROP TRIGGER efface_une_fois ON dossiers_dossier; DROP TRIGGER efface_autorise ON dossiers_dossier;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0013_documents_scanned"),
    ]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="efface_le",
            field=models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("efface_le", None),
                    models.Q(
                        ("attente_motif", ""),
                        ("contenu", ""),
                        ("etat", "clos"),
                        ("objet", "Effacé"),
                        ("projet_reponse", ""),
                    ),
                    _connector="OR",
                ),
                name="dossier_efface_vide",
                violation_error_message="Un dossier effacé est clos et ne dit plus rien de personne.",
            ),
        ),
        migrations.RunSQL(SQL, RETOUR),
    ]
