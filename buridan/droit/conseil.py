"""The dates of the municipal council and of the force of its acts (CGCT)."""

from datetime import date
from typing import Final

from buridan.droit.calendrier import en_lettres, refuser_instant
from buridan.droit.delais import UN_JOUR, DateExpliquee, Delai, Unite, ajouter, date_expliquee, expliquer

SEUIL_DES_CINQ_JOURS: Final = 3500
UNE_SEMAINE: Final = Delai(7, Unite.CALENDAIRES)
TROIS_JOURS_FRANCS: Final = Delai(3, Unite.FRANCS)
QUINZE_JOURS: Final = Delai(15, Unite.CALENDAIRES)


def limite_envoi_convocation(seance: date, habitants: int, urgence: bool = False) -> DateExpliquee:
    """Last day to send the convocation: the meeting minus n + 1 days, n = 5 (3 500 inhabitants or more), 3, or 1.

    CGCT L2121-12, L2121-11. Weekends and holidays count; the day of sending matters, not the day of reception.
    """
    refuser_instant(seance)
    identifiant, jours = _delai_de_convocation(habitants, urgence)
    limite = seance - (jours + 1) * UN_JOUR
    etapes = [
        f"Séance : {en_lettres(seance)}.",
        _motif_du_delai(habitants, urgence, Delai(jours, Unite.FRANCS)),
        "Ni le jour de l'envoi ni le jour de la séance ne comptent ; samedis, dimanches et jours fériés comptent.",
        f"Envoi au plus tard : {en_lettres(limite)}.",
    ]
    if urgence:
        etapes.append("Le maire rend compte de l'urgence dès l'ouverture ; le conseil se prononce et peut reporter.")
    return date_expliquee(limite, identifiant, *etapes)


def seconde_seance_au_plus_tot(envoi: date) -> DateExpliquee:
    """First possible day of the second meeting when the quorum failed (L2121-17): 3 whole days after the sending.

    Alsace-Moselle has its own rule (L2541-4), not computed here.
    """
    return _selon(envoi, TROIS_JOURS_FRANCS, "cgct.convocation.seconde")


def quorum(en_exercice: int) -> int:
    """Members who must be present: strictly more than half of those in office, proxies excluded (L2121-17)."""
    if en_exercice < 1:
        raise ValueError("Le conseil compte au moins un membre en exercice.")
    return en_exercice // 2 + 1


def liste_deliberations_au_plus_tard(seance: date) -> DateExpliquee:
    """Last day to display and publish the list of the deliberations (L2121-25): one week after the meeting."""
    return _selon(seance, UNE_SEMAINE, "cgct.liste_deliberations")


def proces_verbal_au_plus_tard(arrete_le: date) -> DateExpliquee:
    """Last day to publish the minutes (L2121-15): one week after the meeting which approved them."""
    return _selon(arrete_le, UNE_SEMAINE, "cgct.proces_verbal")


def transmission_au_plus_tard(signee_le: date) -> DateExpliquee:
    """Last day to send an individual decision to the prefect: 15 days after its signature (L2131-2, II)."""
    return _selon(signee_le, QUINZE_JOURS, "cgct.transmission")


def executoire(
    publication_ou_notification: date | None, transmission: date | None, *, a_transmettre: bool = True
) -> DateExpliquee | None:
    """The day on which an act has force (L2131-1): the later of publicity and transmission to the prefect.

    None while a condition is missing. `a_transmettre=False`: an act outside L2131-2 needs publicity only (L2131-3).
    """
    if publication_ou_notification is None or (a_transmettre and transmission is None):
        return None
    refuser_instant(publication_ou_notification)
    etapes = [f"Publication ou notification : {en_lettres(publication_ou_notification)}."]
    if not a_transmettre or transmission is None:
        etapes.append("Cet acte n'a pas à être transmis au préfet : il est exécutoire dès ce jour.")
        return date_expliquee(publication_ou_notification, "cgct.executoire.sans_transmission", *etapes)
    jour = max(publication_ou_notification, refuser_instant(transmission))
    etapes += [
        f"Transmission au préfet : {en_lettres(transmission)}.",
        f"Les deux conditions sont remplies à la plus tardive des deux dates : {en_lettres(jour)}.",
    ]
    return date_expliquee(jour, "cgct.executoire", *etapes)


def _delai_de_convocation(habitants: int, urgence: bool) -> tuple[str, int]:
    """The rule and its number of whole days."""
    if habitants < 0:
        raise ValueError("Le nombre d'habitants ne peut pas être négatif.")
    grande = habitants >= SEUIL_DES_CINQ_JOURS
    if urgence:
        return ("cgct.convocation.urgence.grande" if grande else "cgct.convocation.urgence.petite"), 1
    return ("cgct.convocation.cinq_jours", 5) if grande else ("cgct.convocation.trois_jours", 3)


def _motif_du_delai(habitants: int, urgence: bool, delai: Delai) -> str:
    if urgence:
        return f"Urgence : le délai est abrégé, sans pouvoir être inférieur à {delai}."
    taille = "3 500 habitants et plus" if habitants >= SEUIL_DES_CINQ_JOURS else "moins de 3 500 habitants"
    return f"Commune de {taille} : {delai} au moins."


def _selon(depart: date, delai: Delai, identifiant: str) -> DateExpliquee:
    return date_expliquee(ajouter(depart, delai), identifiant, *expliquer(depart, delai).etapes)
