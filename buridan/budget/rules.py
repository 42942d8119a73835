"""Who may do what with the budget, and does an order fit. Pure: no query, no clock."""

from datetime import date
from decimal import Decimal

from buridan.budget.models import EtatImport, ImportBudget, LigneBudget, Reservation
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.montants import euros
from buridan.outils.verdict import OUI, Verdict, non


def peut_importer(acteur: Acteur) -> Verdict:
    """May read the finance system's files, apply them or drop them."""
    if Droit.FINANCES in acteur.droits or acteur.est_systeme:
        return OUI
    return non("Seule la direction des finances importe le budget. Demandez-lui.")


def prend_des_commandes(ligne: LigneBudget, annee: int) -> Verdict:
    """The line is still in the budget, and of that year."""
    if ligne.fermee:
        return non(f"La ligne {ligne.code} n'est plus au budget. Choisissez-en une autre, ou demandez aux finances.")
    if ligne.exercice != annee:
        return non(f"L'exercice {ligne.exercice} n'est pas celui de cette année. Choisissez une ligne de l'année.")
    return OUI


def peut_reserver(acteur: Acteur, ligne: LigneBudget) -> Verdict:
    """May hold back credits of this line for an order on paper: the head of its service or above, and the finances."""
    ouverte = prend_des_commandes(ligne, acteur.annuaire.jour.year)
    if not ouverte:
        return ouverte
    if Droit.FINANCES in acteur.droits or ligne.service_id in acteur.dirige:
        return OUI
    return non("Seuls le responsable du service et la direction des finances réservent des crédits. Demandez-leur.")


def peut_depasser(acteur: Acteur) -> Verdict:
    """May let an order exceed a line's credits, with a reason."""
    if Droit.DEPASSEMENT in acteur.droits:
        return OUI
    return non(
        "Vous ne pouvez pas autoriser un dépassement de crédits. Demandez à la direction des finances, ou choisissez une "
        "autre ligne."
    )


def tient(montant: Decimal, disponible: Decimal) -> Verdict:
    """This amount fits in what is available."""
    if montant <= disponible:
        return OUI
    if disponible <= 0:
        etat = f"sont déjà dépassés de {euros(-disponible)}" if disponible else "sont épuisés"
        return non(
            f"Les crédits de cette ligne {etat}. Choisissez une autre ligne, ou demandez un virement de crédits aux finances."
        )
    return non(
        f"Il reste {euros(disponible)} sur cette ligne : {euros(montant)}, c'est {euros(montant - disponible)} de trop. "
        "Diminuez la commande, choisissez une autre ligne, ou demandez un virement de crédits aux finances."
    )


def est_tenue(reservation: Reservation) -> Verdict:
    """Still holds credits that can be given back: not released, not engaged in the finance system."""
    if reservation.liberee_le is not None:
        return non("Ces crédits sont déjà rendus.")
    if reservation.engage_le is not None:
        return non("Cette commande est engagée au logiciel financier : c'est là qu'elle s'annule.")
    return OUI


def peut_liberer(acteur: Acteur, reservation: Reservation) -> Verdict:
    """May give back the credits of an order on paper: whoever may reserve on the line."""
    tenue = est_tenue(reservation)
    if not tenue:
        return tenue
    if reservation.dossier is not None:
        return non("Ces crédits sont tenus par une commande suivie dans Buridan : annulez la commande.")
    ligne = reservation.ligne
    if Droit.FINANCES in acteur.droits or ligne.service_id in acteur.dirige:
        return OUI
    return non("Seuls le responsable du service et la direction des finances rendent des crédits. Demandez-leur.")


def peut_engager(acteur: Acteur, reservation: Reservation) -> Verdict:
    """May note that the finance system has engaged it: the finances."""
    if reservation.liberee_le is not None:
        return non("Ces crédits ont été rendus : il n'y a plus rien à engager.")
    if reservation.engage_le is not None:
        return non(f"C'est déjà noté : engagement {reservation.engagement} du {reservation.engage_le:%d/%m/%Y}.")
    if Droit.FINANCES in acteur.droits:
        return OUI
    return non("Seule la direction des finances note les engagements. Demandez-lui.")


def date_d_engagement(jour: date, aujourdhui: date, reservation_le: date) -> Verdict:
    """Between the day of the reservation and today."""
    if jour > aujourdhui:
        return non("Cette date est dans l'avenir. Notez l'engagement le jour où il est fait.")
    if jour < reservation_le:
        return non(f"Ces crédits ont été réservés le {reservation_le:%d/%m/%Y} : l'engagement vient après.")
    return OUI


def peut_decider_import(acteur: Acteur, origine: ImportBudget) -> Verdict:
    """May apply or drop a file that was read."""
    if origine.etat != EtatImport.PREPARE:
        return non(f"C'est déjà fait : cet import est {origine.get_etat_display().lower()}.")
    return peut_importer(acteur)
