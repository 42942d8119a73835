"""Who may say who is away and who stands in, and who will act on a later day. Pure: no query, no clock."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.fiches import Resolution
from buridan.organisation.models import Absence, Datee, Droit, Suppleance
from buridan.outils.verdict import OUI, Verdict, non

DEJA_FINIE = "C'est déjà terminé : il n'y a rien à arrêter."


def entites_gerees(acteur: Acteur) -> set[int]:
    """Entities whose people and posts one answers for: all for an administrator, those headed otherwise."""
    return set(acteur.annuaire.entites) if Droit.ADMINISTRATION in acteur.droits else acteur.dirige


def postes_geres(acteur: Acteur) -> list[int]:
    """Own posts first, then those of the entities one answers for, by title."""
    annuaire, entites = acteur.annuaire, entites_gerees(acteur)
    autres = {p for e in entites for p in annuaire.postes_par_entite.get(e, ())} - set(acteur.postes)
    return [*acteur.postes, *sorted(autres, key=annuaire.designer)]


def personnes_gerees(acteur: Acteur) -> list[int]:
    """Oneself first, then the people one heads; everybody who holds a post for an administrator."""
    if acteur.personne is None:
        return []
    annuaire = acteur.annuaire
    tenus = {annuaire.postes[p].personne for p in postes_geres(acteur)}
    autres = {p for p in tenus if p is not None and p in annuaire.personnes} - {acteur.personne}
    return [acteur.personne, *sorted(autres, key=annuaire.nom_personne)]


def peut_declarer_absence(acteur: Acteur, personne: int) -> Verdict:
    """Oneself, the people one heads, everybody for an administrator."""
    if personne == acteur.personne or Droit.ADMINISTRATION in acteur.droits:
        return OUI
    entites = {acteur.annuaire.postes[p].entite for p in acteur.annuaire.postes_de.get(personne, ())}
    if entites & acteur.dirige:
        return OUI
    return non(
        "Vous ne pouvez déclarer que vos absences et celles de vos équipes. "
        "Demandez à son responsable ou à l'administration de l'organisation."
    )


def peut_nommer_suppleant(acteur: Acteur, poste: int) -> Verdict:
    """The holder, the heads above, administrators."""
    fiche = acteur.annuaire.postes.get(poste)
    if fiche is None:
        return non("Ce poste n'existe plus aujourd'hui. Choisissez-en un autre.")
    if poste in acteur.postes or fiche.entite in entites_gerees(acteur):
        return OUI
    return non(
        "Vous ne pouvez choisir un suppléant que pour votre poste et ceux de vos équipes. "
        "Demandez au titulaire, à son responsable ou à l'administration de l'organisation."
    )


def peut_gerer_compte(acteur: Acteur, personne: int) -> Verdict:
    """Administrators, for everybody but themselves: nobody locks the last door from outside."""
    if Droit.ADMINISTRATION not in acteur.droits:
        return non("Seule l'administration de l'organisation gère les comptes.")
    return non("Ce compte est le vôtre : demandez à un collègue.") if personne == acteur.personne else OUI


def peut_terminer_absence(acteur: Acteur, absence: Absence) -> Verdict:
    """Whoever may declare it, while it is not over."""
    return peut_declarer_absence(acteur, absence.personne_id) and _pas_finie(acteur, absence)


def peut_terminer_suppleance(acteur: Acteur, suppleance: Suppleance) -> Verdict:
    """Whoever may name the stand-in, while the period is not over."""
    return peut_nommer_suppleant(acteur, suppleance.poste_id) and _pas_finie(acteur, suppleance)


def _pas_finie(acteur: Acteur, periode: Datee) -> Verdict:
    return non(DEJA_FINIE) if periode.fin is not None and periode.fin <= acteur.annuaire.jour else OUI


def _couvre(periode: Datee, jour: date) -> bool:
    return periode.debut <= jour and (periode.fin is None or periode.fin > jour)


def projeter(
    annuaire: Annuaire, jour: date, absences: Iterable[Absence], suppleances: Iterable[Suppleance]
) -> Annuaire:
    """Today's posts and people with the absences and stand-ins of a later day, so that no query is needed per day.

    `absences` and `suppleances` are all those that may cover the day.
    """
    retours = {a.personne_id: a.fin or date.max for a in absences if _couvre(a, jour)}
    personnes = {p: replace(fiche, absente_jusquau=retours.get(p)) for p, fiche in annuaire.personnes.items()}
    par_poste: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for s in suppleances:
        if _couvre(s, jour):
            par_poste[s.poste_id].append((s.suppleant_id, s.nature))
    return replace(annuaire, jour=jour, personnes=personnes, suppleances=dict(par_poste))


def qui_agira(annuaire: Annuaire, personne: int) -> list[tuple[str, Resolution]]:
    """Title of each post of a person, and who acts for it on that day."""
    return [(annuaire.postes[p].intitule, annuaire.resoudre(p)) for p in annuaire.postes_de.get(personne, ())]


def phrase_qui_agira(annuaire: Annuaire, personne: int) -> str:
    """« Pendant cette absence, X agira (poste : …). » One sentence for each post; says when nobody is found."""
    phrases = []
    for intitule, trouve in qui_agira(annuaire, personne):
        noms = [annuaire.nom_personne(p) for p in trouve.personnes if p != personne]
        if noms:
            phrases.append(f"Pendant cette absence, {' ou '.join(noms)} agira pour le poste « {intitule} ».")
        else:
            phrases.append(
                f"Attention : personne n'est trouvé pour le poste « {intitule} ». Choisissez un suppléant présent."
            )
    return " ".join(phrases) or "Aucun poste n'est tenu : personne n'a à être remplacé."
