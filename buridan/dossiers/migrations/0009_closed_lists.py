"""Columns hold what their lists allow; what was decided, answered or said is not rewritten; turns follow each other.

An étape is decided when, and only when, it has a decision: two deferred triggers with one indexed look-up each, asked
only of the étapes that were decided. The rest are CHECKs and triggers that fire on nothing the application does.
"""

from django.conf import settings
from django.db import migrations, models

SQL = """
CREATE FUNCTION dossiers_jamais() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION dossiers_etape_sans_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM dossiers_decision d WHERE d.etape_id = NEW.id) THEN
        RAISE EXCEPTION 'Une étape faite ou renvoyée porte sa décision.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER etape_sans_decision AFTER INSERT OR UPDATE OF etat ON dossiers_etape
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.etat IN ('faite', 'renvoyee'))
    EXECUTE FUNCTION dossiers_etape_sans_decision();

CREATE FUNCTION dossiers_decision_sans_etape() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM dossiers_etape e WHERE e.id = NEW.etape_id AND e.etat IN ('faite', 'renvoyee')) THEN
        RAISE EXCEPTION 'Une décision porte sur une étape faite ou renvoyée.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decision_sans_etape AFTER INSERT ON dossiers_decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dossiers_decision_sans_etape();

CREATE TRIGGER tours_de_suite BEFORE UPDATE OF etat, tour ON dossiers_dossier FOR EACH ROW
    WHEN (NEW.tour <> OLD.tour + CASE WHEN OLD.etat = 'clos' AND NEW.etat <> 'clos' THEN 1 ELSE 0 END)
    EXECUTE FUNCTION dossiers_jamais('Un dossier change de tour quand il est rouvert, et seulement alors.');
CREATE TRIGGER premier_tour BEFORE INSERT ON dossiers_dossier FOR EACH ROW WHEN (NEW.tour <> 1)
    EXECUTE FUNCTION dossiers_jamais('Un dossier commence par son premier tour.');
CREATE TRIGGER etape_a_sa_place BEFORE UPDATE OF dossier_id ON dossiers_etape FOR EACH ROW
    WHEN (NEW.dossier_id <> OLD.dossier_id) EXECUTE FUNCTION dossiers_jamais('Une étape reste dans son dossier.');

DROP TRIGGER fige ON dossiers_reponse;
CREATE TRIGGER fige BEFORE UPDATE OR DELETE ON dossiers_reponse FOR EACH ROW EXECUTE FUNCTION dossiers_fige();
CREATE TRIGGER indestructible BEFORE TRUNCATE ON dossiers_decision FOR EACH STATEMENT EXECUTE FUNCTION dossiers_fige();
CREATE TRIGGER indestructible BEFORE TRUNCATE ON dossiers_reponse FOR EACH STATEMENT EXECUTE FUNCTION dossiers_fige();
CREATE TRIGGER fige BEFORE UPDATE OR DELETE ON dossiers_message FOR EACH ROW
    EXECUTE FUNCTION dossiers_jamais('Un message envoyé ne se récrit pas : envoyez-en un autre.');
CREATE TRIGGER indestructible BEFORE TRUNCATE ON dossiers_message FOR EACH STATEMENT
    EXECUTE FUNCTION dossiers_jamais('Un message envoyé ne se récrit pas : envoyez-en un autre.');
"""
RETOUR = """
DROP FUNCTION dossiers_jamais CASCADE; DROP FUNCTION dossiers_etape_sans_decision CASCADE;
DROP FUNCTION dossiers_decision_sans_etape CASCADE;
DROP TRIGGER indestructible ON dossiers_decision; DROP TRIGGER indestructible ON dossiers_reponse;
DROP TRIGGER fige ON dossiers_reponse;
CREATE TRIGGER fige BEFORE UPDATE OF sens, texte, tour, dossier_id ON dossiers_reponse
    FOR EACH ROW EXECUTE FUNCTION dossiers_fige();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0007_search_by_slices"),
        ("organisation", "0002_periods_and_revision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "resultat__in",
                        [
                            "qualifiee",
                            "traitee",
                            "favorable",
                            "reserves",
                            "defavorable",
                            "visee",
                            "visee_remarque",
                            "signee",
                            "accordee",
                            "refusee",
                            "renvoyee",
                            "repondue",
                            "lue",
                        ],
                    )
                ),
                name="decision_resultat_connu",
                violation_error_message="Valeurs possibles : Qualifiée, Traitée, Avis favorable, Avis favorable avec réserves, Avis défavorable, Visée, Visée avec remarque, Signée, Décision favorable, Refusée, Renvoyée, Réponse envoyée, Prise de connaissance.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(("etat__in", ["ouvert", "attente", "clos"])),
                name="dossier_etat_connu",
                violation_error_message="Valeurs possibles : En cours, En attente, Clos.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "projet_sens__in",
                        ["favorable", "partielle", "refus", "information", "transmise", "retiree", "reunie", ""],
                    )
                ),
                name="dossier_sens_connu",
                violation_error_message="Valeurs possibles : Demande satisfaite, Demande satisfaite en partie, Refus, Information donnée, Transmise à une autre administration, Retirée par le demandeur, Réunie à une autre demande.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(("tour__gte", 1)),
                name="dossier_tour_compte",
                violation_error_message="Les tours d'un dossier se comptent à partir de 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="etape",
            constraint=models.CheckConstraint(
                condition=models.Q(("etat__in", ["a_venir", "active", "faite", "renvoyee", "passee"])),
                name="etape_etat_connu",
                violation_error_message="Valeurs possibles : À venir, À faire, Faite, Renvoyée, Passée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="etape",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
                        [
                            "qualification",
                            "traitement",
                            "avis",
                            "visa",
                            "signature",
                            "decision",
                            "reponse",
                            "information",
                        ],
                    )
                ),
                name="etape_type_connu",
                violation_error_message="Valeurs possibles : Qualification, Traitement, Avis, Visa, Signature, Décision, Réponse, Information.",
            ),
        ),
        migrations.AddConstraint(
            model_name="etape",
            constraint=models.CheckConstraint(
                condition=models.Q(("rang__gte", 1)),
                name="etape_rang_compte",
                violation_error_message="Les étapes se comptent à partir de 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="etape",
            constraint=models.CheckConstraint(
                condition=models.Q(("regle__regex", "^(tous|un|[1-9][0-9]{0,2})$")),
                name="etape_regle_connue",
                violation_error_message="La règle d'un rang est : tous, un, ou un nombre d'étapes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lien",
            constraint=models.CheckConstraint(
                condition=models.Q(("genre__in", ["lie", "issu", "reuni"])),
                name="lien_genre_connu",
                violation_error_message="Valeurs possibles : Lié, Issu du partage, Réuni.",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("fil__in", ["demandeur", "agents"])),
                name="message_fil_connu",
                violation_error_message="Valeurs possibles : Avec le demandeur, Entre agents.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reponse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sens__in", ["favorable", "partielle", "refus", "information", "transmise", "retiree", "reunie"])
                ),
                name="reponse_sens_connu",
                violation_error_message="Valeurs possibles : Demande satisfaite, Demande satisfaite en partie, Refus, Information donnée, Transmise à une autre administration, Retirée par le demandeur, Réunie à une autre demande.",
            ),
        ),
        migrations.RunSQL(SQL, RETOUR),
    ]
