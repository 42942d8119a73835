"""Faults of the signatures asked outside."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "signature_sans_fin",
        """SELECT d.reference, s.nom FROM signataires_demandesignature s JOIN dossiers_dossier d ON d.id = s.dossier_id
        WHERE s.etat = 'attendue' AND (s.jusquau < (now() AT TIME ZONE 'Europe/Paris')::date - 2
            OR d.clos_le < now() - interval '2 days')""",
        "La signature demandée à {1} dans le dossier {0} aurait dû prendre fin. Démarrez les travaux (buridan run, ou le service"
        " « worker ») : ils y mettent fin chaque matin.",
    ),
    Controle(
        "signature_sans_lien",
        """SELECT d.reference, s.nom FROM signataires_demandesignature s JOIN dossiers_dossier d ON d.id = s.dossier_id
        WHERE s.etat = 'attendue'
        AND NOT EXISTS (SELECT 1 FROM signataires_liensignature l WHERE l.demande_id = s.id AND l.actif)""",
        "{1} doit signer dans le dossier {0} et n'a plus de lien qui marche. Envoyez-lui un nouveau lien, depuis le dossier.",
    ),
)
