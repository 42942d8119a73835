"""What may leave, and who may send it. Pure: no write, no clock, no request."""

from datetime import date

from buridan.archives.conservation import est_echu
from buridan.archives.etats import AVEC_FICHIER, EtatVersement
from buridan.archives.models import Versement
from buridan.dossiers.etats import A_VERSER
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Conservation
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non

AU_PLUS = 200  # dossiers of one transfer
OCTETS = 2 * 1024**3  # bytes of their documents: what an archive takes in one message and a person downloads


def peut_verser(acteur: Acteur) -> Verdict:
    """Has the right to read whole dossiers, confidential ones too, and to hand them to the archives."""
    if Droit.VERSEMENT in acteur.droits:
        return OUI
    return non("Ce geste revient au service des archives.")


def peut_partir(dossier: Dossier, conservation: Conservation | None, jour: date) -> Verdict:
    """May go to the archives on that day: past its retention, and promised to them."""
    if not (verdict := est_echu(dossier, conservation, jour)):
        return verdict
    if conservation is None or conservation.sort not in A_VERSER:
        return non("Le sort final de ce dossier est la destruction : il ne revient pas aux archives.")
    return OUI


def tient_en_un(nombre: int, octets: int) -> Verdict:
    """So many dossiers and bytes make one transfer."""
    if not nombre:
        return non("Cochez d'abord les dossiers à verser.")
    if nombre > AU_PLUS:
        return non(f"Un versement compte {AU_PLUS} dossiers au plus : versez-les en plusieurs fois.")
    if octets > OCTETS:
        poids = f"{octets / 1024**3:.1f}".replace(".", ",")
        return non(
            f"Ces dossiers pèsent {poids} Go, un versement {OCTETS // 1024**3} Go au plus : cochez-en moins à la fois."
        )
    return OUI


def peut_relancer(acteur: Acteur, versement: Versement) -> Verdict:
    """May have its file built again."""
    if not (verdict := _ouvert(acteur, versement)):
        return verdict
    if versement.etat == EtatVersement.PREPARE:
        return non("Le fichier est déjà en préparation. Rechargez la page dans un instant.")
    return OUI


def peut_telecharger(acteur: Acteur, versement: Versement) -> Verdict:
    """May take its file away."""
    if not (verdict := _ouvert(acteur, versement)):
        return verdict
    if versement.etat not in AVEC_FICHIER:
        return non("Le fichier n'est pas prêt. Rechargez la page dans un instant, ou relancez sa préparation.")
    return OUI


def peut_conclure(acteur: Acteur, versement: Versement) -> Verdict:
    """May say that the archives received it."""
    if not (verdict := _ouvert(acteur, versement)):
        return verdict
    if versement.etat != EtatVersement.REMIS:
        return non("Téléchargez d'abord le fichier et remettez-le aux archives : elles attestent ce qu'elles ont reçu.")
    return OUI


def peut_rendre(acteur: Acteur, versement: Versement) -> Verdict:
    """May give it up."""
    return _ouvert(acteur, versement)


def _ouvert(acteur: Acteur, versement: Versement) -> Verdict:
    if not (verdict := peut_verser(acteur)):
        return verdict
    if versement.etat == EtatVersement.ACCEPTE:
        return non("Les archives ont attesté avoir reçu ce versement : il ne change plus.")
    if versement.etat == EtatVersement.REFUSE:
        return non("Ce versement est resté sans suite : ses dossiers peuvent partir avec un autre.")
    return OUI
