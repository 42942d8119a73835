"""Faults of the mailboxes and of the mails that came in; their files are looked at with those of the dossiers."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "boite_en_panne",
        """SELECT adresse, panne_depuis, panne FROM messagerie_boite
        WHERE active AND panne_depuis < now() - interval '1 hour'""",
        "La boîte {0} n'est plus lue depuis le {1:%d/%m/%Y %H:%M} : {2}",
    ),
    Controle(
        "boite_pas_lue",
        """SELECT adresse FROM messagerie_boite WHERE active AND panne_depuis IS NULL
        AND coalesce(lue_le, cree_le) < now() - interval '1 hour'""",
        "La boîte {0} n'a pas été lue depuis plus d'une heure et rien ne dit pourquoi. Démarrez les travaux (buridan run, ou le"
        " service « worker »).",
    ),
    Controle(
        "courriel_oublie",
        """SELECT b.adresse, count(*), min(c.recu_le) FROM messagerie_courrielrecu c JOIN messagerie_boite b ON b.id = c.boite_id
        WHERE c.etat = 'a_traiter' AND c.recu_le < now() - interval '15 days' GROUP BY 1""",
        "{1} courriel(s) de la boîte {0} attendent depuis plus de quinze jours, le plus ancien du {2:%d/%m/%Y}. Traitez-les dans"
        " « Courriels reçus » : un délai légal peut courir.",
    ),
    Controle(
        "courriel_change",
        """SELECT c.id, c.recu_le, d.reference FROM messagerie_courrielrecu c LEFT JOIN dossiers_dossier d ON d.id = c.dossier_id
        WHERE c.etat = 'courrier' AND NOT EXISTS (SELECT 1 FROM courriers_courrier k WHERE k.dossier_id = c.dossier_id
            AND k.origine = 'messagerie')""",
        "Le courriel n° {0} du {1:%d/%m/%Y} serait enregistré comme courrier dans le dossier {2}, qui ne vient pas d'un courriel."
        " Comparez avec une sauvegarde.",
    ),
)
