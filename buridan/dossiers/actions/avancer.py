"""What follows a decision: close the rank, activate the next one. Not a verb: called inside a crossing."""

from datetime import date

from django.db.models import F

from buridan.circuits.modele import CircuitModele
from buridan.dossiers.actions.ecriture import ecrire, inserer, oublier_la_suite
from buridan.dossiers.actions.traversee import Traversee
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import PAR_POSTE, Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.dossiers.routage import Contexte, calculer
from buridan.droit.delais import Delai, ajouter, retrancher_ouvres
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Genre

TABLEE = 4  # a team this small is told one by one; a larger one reads its list
SANS_URGENCE = date(9999, 1, 1)  # the end of any list: nothing says by when


def poser_etapes(t: Traversee, modele: CircuitModele, contexte: Contexte, *, apres: int = 0, depuis: int = 1) -> None:
    """Copy the étapes of the model from rank `depuis` on, placed after rank `apres` of the dossier."""
    ecrire(inserer("etapes", composer_etapes(t, modele, contexte, apres=apres, depuis=depuis)))


def composer_etapes(
    t: Traversee, modele: CircuitModele, contexte: Contexte, *, apres: int = 0, depuis: int = 1
) -> list[Etape]:
    """The same étapes, not written yet."""
    return [
        Etape(
            dossier=t.dossier,
            rang=apres + p.modele.rang - depuis + 1,
            type=p.modele.type.value,
            titre=p.modele.titre,
            consigne=p.modele.consigne,
            poste_id=p.poste,
            entite_id=p.entite,
            regle=str(p.modele.regle),
            votes_caches=p.modele.votes_caches,
            delai=str(p.modele.delai) if p.modele.delai else "",
            rappel_avant=p.modele.rappel_avant,
            escalade_apres=p.modele.escalade_apres,
            niveau_signature=p.modele.niveau_signature,
        )
        for p in calculer(modele, t.acteur.annuaire, contexte)
        if p.modele.rang >= depuis
    ]


def echeance_de(etape: Etape, depart: date) -> date | None:
    """Deadline of an étape that starts on that day; None for an information."""
    return ajouter(depart, Delai.lire(etape.delai)) if etape.delai else None


def urgence_de(dossier: Dossier, echeance: date | None) -> date:
    """The first of the étape's deadline, the law's date and the promise; the far end of time without any."""
    return min([d for d in (echeance, dossier.legal_le, dossier.promis_le) if d], default=SANS_URGENCE)


def activer(t: Traversee, etape: Etape) -> None:
    """Make an étape due: compute its dates, tell who acts, let its service see the dossier."""
    echeance = echeance_de(etape, t.jour)
    t.changer_etape(
        etape,
        etat=EtatEtape.ACTIVE,
        activee_le=t.at,
        echeance=echeance,
        urgence_le=urgence_de(t.dossier, echeance),
        rappels=0,
        prochain_rappel=retrancher_ouvres(echeance, etape.rappel_avant) if echeance else None,
    )
    montrer_a(t, etape)
    pour, personnes = qui_agit(t.acteur, etape, t.dossier.nature)
    suffixe = f" ({pour})" if pour else ""
    if etape.poste_id is not None or len(personnes) <= TABLEE:
        t.prevenir(personnes, f"{t.dossier.reference} : {etape.titre}{suffixe}")
    t.prevenir([*nature_de(t.dossier).prevenus(t.dossier, etape)], f"{t.dossier.reference} : {etape.titre}")


def fixer_echeance(t: Traversee, etape: Etape, echeance: date) -> None:
    """Another deadline for an étape under way: its reminders begin again."""
    t.changer_etape(
        etape,
        echeance=echeance,
        urgence_le=urgence_de(t.dossier, echeance),
        prochain_rappel=retrancher_ouvres(echeance, etape.rappel_avant),
        rappels=0,
    )


def qui_agit(acteur: Acteur, etape: Etape, nature: str) -> tuple[str, tuple[int, ...]]:
    """(for whom they act, as a phrase; people who may act)."""
    annuaire = acteur.annuaire
    if etape.poste_id is not None:
        trouve = annuaire.resoudre(etape.poste_id, nature)
    else:
        assert etape.entite_id is not None
        trouve = annuaire.resoudre_entite(etape.entite_id, nature)
    return trouve.pour, trouve.personnes


def a_prevenir(acteur: Acteur, etape: Etape) -> tuple[int, ...]:
    """Whom to tell of something new on an active étape: who took it, else those who may act; of a large team, its head."""
    if etape.prise_par_id is not None and acteur.annuaire.present(etape.prise_par_id):
        return (etape.prise_par_id,)
    _pour, personnes = qui_agit(acteur, etape, etape.dossier.nature)
    chef = acteur.annuaire.responsable(etape.entite_id)
    if etape.poste_id is not None or len(personnes) <= TABLEE or chef is None:
        return personnes
    return acteur.annuaire.resoudre(chef, etape.dossier.nature).personnes


def montrer_a(t: Traversee, etape: Etape) -> None:
    """The entity of the étape sees the dossier from now on; its post alone, when an elected official's, or of a nature PAR_POSTE
    (ADR 0039).
    """
    annuaire = t.acteur.annuaire
    poste = annuaire.postes.get(etape.poste_id) if etape.poste_id is not None else None
    lecteur = poste.entite if poste else etape.entite_id
    fiche = annuaire.entites.get(poste.entite) if poste else None
    if poste and (t.dossier.nature in PAR_POSTE or (fiche and fiche.genre == Genre.ASSEMBLEE)):
        lecteur = -poste.id
    if lecteur is not None and lecteur not in t.dossier.lecteurs:
        t.changer(lecteurs=[*t.dossier.lecteurs, lecteur])


def avancer(t: Traversee) -> None:
    """After a decision: if the rank is complete, drop what it no longer needs and activate the next."""
    etapes = t.restantes()
    assert t.etape is not None
    courant = t.etape.rang
    encore = [e for e in etapes if e.rang == courant and e.etat == EtatEtape.ACTIVE and bloque(e)]
    if encore and not _rang_suffisant(t, courant):
        return
    if encore:
        passer_outre(t, encore)
    if any(e.etat == EtatEtape.ACTIVE and bloque(e) and e.rang != courant for e in etapes):
        return
    _activer_suivant(t, [e for e in etapes if e.etat == EtatEtape.A_VENIR])


def bloque(etape: Etape) -> bool:
    """An information never holds its rank."""
    return etape.type != TypeEtape.INFORMATION


def _activer_suivant(t: Traversee, a_venir: list[Etape]) -> None:
    while a_venir:
        rang = a_venir[0].rang
        du_rang = [e for e in a_venir if e.rang == rang]
        for etape in du_rang:
            activer(t, etape)
        if any(bloque(e) for e in du_rang):
            return
        a_venir = [e for e in a_venir if e.rang != rang]


def _rang_suffisant(t: Traversee, rang: int) -> bool:
    """Has the rank reached its rule (one, or n of m)?"""
    assert t.etape is not None
    if t.etape.regle == "tous":
        return False
    voulu = 1 if t.etape.regle == "un" else int(t.etape.regle)
    return sum(e.rang == rang and e.etat == EtatEtape.FAITE and bloque(e) for e in t.etapes) >= voulu


def passer_outre(t: Traversee, etapes: list[Etape]) -> None:
    """Étapes no longer needed; the journal says so."""
    for etape in etapes:
        t.changer_etape(etape, etat=EtatEtape.PASSEE, prochain_rappel=None)
        t.noter("passer", {"etape": etape.titre, "motif": "n'est plus nécessaire"}, etape)


def exiger_circuit(t: Traversee) -> None:
    """After somebody changed what is to come: the nature may refuse it. Reads the étapes again."""
    t.relire()
    nature_de(t.dossier).exige(t.dossier, t.etapes, t.acteur.annuaire).exiger()


def remettre_a_venir(t: Traversee, etape: Etape) -> None:
    """An étape under way waits again, as if it had never been due."""
    t.changer_etape(
        etape, etat=EtatEtape.A_VENIR, activee_le=None, echeance=None, urgence_le=None, rappels=0, prochain_rappel=None,
        prise_par_id=None,
    )  # fmt: skip


def refaire_la_suite(t: Traversee, etape: Etape, circuit: tuple[CircuitModele, int], contexte: Contexte) -> None:
    """What is to come after this étape, the first of its circuit, is that of another circuit."""
    t.relire()
    oublier_la_suite(t.dossier)
    modele, version = circuit
    poser_etapes(t, modele, contexte, apres=etape.rang, depuis=2)
    t.changer(circuit=modele.code, circuit_version=version)


def decaler(t: Traversee, apres: int, de: int) -> None:
    """Make room: push the ranks after `apres` by `de`."""
    t.relire()
    Etape.objects.filter(dossier=t.dossier, rang__gt=apres).update(rang=F("rang") + de)
