"""Who may erase what. Pure: no write, no clock, no request."""

from datetime import date

from buridan.dossiers import rules
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Conservation
from buridan.droit.conservation import echeance
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import OUI, Verdict, non
from buridan.vieprivee.models import Effacement


def habilite(acteur: Acteur) -> Verdict:
    """Has the right."""
    if Droit.DONNEES in acteur.droits:
        return OUI
    return non("Ce geste revient au délégué à la protection des données et au service des archives.")


def peut_effacer(dossier: Dossier, conservation: Conservation | None, jour: date) -> Verdict:
    """This dossier may be erased on that day: closed, and past its retention (RGPD art. 17-3 b and d; code du patrimoine
    L212-2: a public record is not destroyed before).
    """
    if (efface := rules.pas_efface(dossier)).raison:
        return efface
    if dossier.etat != EtatDossier.CLOS or dossier.clos_le is None:
        return non("Ce dossier est encore ouvert : répondez d'abord. Sa conservation se compte depuis sa clôture.")
    if conservation is None:
        return non(
            "Aucune durée de conservation n'est fixée pour ce type : fixez-la avec les archives (types_demandes.toml)."
        )
    fin = echeance(date_legale(dossier.clos_le), conservation.duree)
    if fin > jour:
        return non(
            f"Ce dossier se garde {conservation.duree} après sa clôture, jusqu'au {fin:%d/%m/%Y}"
            f"{f' ({conservation.source})' if conservation.source else ''}. Reproposez-le ce jour-là."
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
