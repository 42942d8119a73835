"""Who may erase what. Pure: no write, no clock, no request."""

from datetime import date

from buridan.archives.conservation import est_echu
from buridan.archives.etats import EtatVersement
from buridan.archives.models import LigneVersement
from buridan.dossiers.etats import A_VERSER
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Conservation
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non
from buridan.vieprivee.models import Effacement


def habilite(acteur: Acteur) -> Verdict:
    """Has the right."""
    if Droit.DONNEES in acteur.droits:
        return OUI
    return non("Ce geste revient au délégué à la protection des données et au service des archives.")


def peut_effacer(
    dossier: Dossier, conservation: Conservation | None, jour: date, ligne: LigneVersement | None
) -> Verdict:
    """This dossier may be erased on that day: past its retention, and the archives have it if it goes to them. `ligne`: its line
    in a transfer, if any.
    """
    if not (verdict := est_echu(dossier, conservation, jour)):
        return verdict
    if ligne is not None and ligne.versement.etat != EtatVersement.ACCEPTE:
        return non("Ce dossier est dans un versement aux archives : attendez leur réponse, puis reproposez-le.")
    if (
        conservation is not None
        and conservation.sort in A_VERSER
        and (ligne is None or ligne.clos_le != dossier.clos_le)
    ):
        return non(
            "Ce dossier va aux archives définitives : il ne se détruit pas avant qu'elles attestent l'avoir reçu."
            " Versez-le d'abord."
        )
    return OUI


def peut_approuver(acteur: Acteur, effacement: Effacement) -> Verdict:
    """Is a second person, on a proposal that still waits."""
    if not (verdict := peut_retirer(acteur, effacement)):
        return verdict
    if effacement.demande_par_id == acteur.personne:
        return non("Vous avez proposé cet effacement : une autre personne habilitée doit l'approuver.")
    return OUI


def peut_retirer(acteur: Acteur, effacement: Effacement) -> Verdict:
    """May withdraw or refuse a proposal that still waits."""
    if effacement.approuve_le is not None:
        return non(
            f"Cet effacement a été approuvé le {effacement.approuve_le:%d/%m/%Y} : il est fait, ou en train de se faire."
        )
    if effacement.retire_le is not None:
        return non(f"Cette proposition a été retirée le {effacement.retire_le:%d/%m/%Y}. Proposez à nouveau si besoin.")
    return habilite(acteur)
