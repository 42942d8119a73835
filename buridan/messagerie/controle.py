"""Faults of the mailboxes and of the mails that came in."""

from collections.abc import Iterator
from hashlib import file_digest

from buridan.dossiers.fichiers import chemin
from buridan.messagerie.models import CourrielRecu
from buridan.outils.controle import Controle, Recherche


def originaux() -> Iterator[str]:
    """The original of each mail is on the disk, with its size."""
    lignes = (
        CourrielRecu.objects.exclude(sha256="")
        .select_related("boite")
        .only("sha256", "taille", "entier", "recu_le", "boite__adresse")
    )
    for c in lignes.order_by("pk").iterator(chunk_size=2000):
        fichier = chemin(c.sha256)
        if not fichier.exists():
            yield f"{_nom(c)} : l'original manque sur le disque. Reprenez-le d'une sauvegarde."
        elif c.entier and fichier.stat().st_size != c.taille:
            yield f"{_nom(c)} : l'original a changé de taille. Reprenez-le d'une sauvegarde."


def contenus() -> Iterator[str]:
    """Each original read again: its content is the one that its name digests."""
    for c in (
        CourrielRecu.objects.exclude(sha256="")
        .select_related("boite")
        .defer("texte")
        .order_by("pk")
        .iterator(chunk_size=2000)
    ):
        fichier = chemin(c.sha256)
        if fichier.exists():
            with fichier.open("rb") as contenu:
                if file_digest(contenu, "sha256").hexdigest() != c.sha256:
                    yield f"{_nom(c)} : l'original a changé. Reprenez-le d'une sauvegarde."


def _nom(courriel: CourrielRecu) -> str:
    return f"Le courriel n° {courriel.pk} du {courriel.recu_le:%d/%m/%Y} ({courriel.boite.adresse})"


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
    Recherche("courriel_original", originaux),
    Recherche("courriel_contenu", contenus, longue=True),
)
