"""Who sees an order and who signs it, from its service and its amount: the circuit with everybody found, nobody asked twice."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele, Destinataire, EtapeModele, TypeEtape
from buridan.commandes.modele import Regles
from buridan.delegations.etats import NatureActe, Taxes
from buridan.delegations.registre import Acte, Montant, Registre
from buridan.delegations.rules import Pouvoir, Titre, depassees, poste_de, signataires
from buridan.dossiers.routage import Contexte, EtapePrevue, calculer
from buridan.organisation.annuaire import Annuaire
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus

SANS_SIGNATAIRE = (
    "Personne ne peut signer cette commande aujourd'hui : aucune délégation ne va jusqu'à ce montant, et ni le maire ni un "
    "adjoint n'est présent. Prévenez le service qui tient le registre des délégations."
)


@dataclass(frozen=True, slots=True)
class Trajet:
    """The circuit for one order. `pouvoir`: who would sign today, and in what right; `phrase`: the same, in words;
    `trop_bas`: delegations that stop below its amount.
    """

    circuit: tuple[CircuitModele, int]
    pouvoir: Pouvoir
    poste: int
    phrase: str
    trop_bas: tuple[str, ...]


def tracer(regles: Regles, r: Registre, *, entite: int, auteur: int, montant: Montant) -> Trajet:
    """The route of an order prepared for `entite` by the holder of the post `auteur`. Raises Refus, RouteImpossible."""
    annuaire = r.annuaire
    acte = Acte(NatureActe.COMMANDES, entite, montant)
    pouvoir, poste = signataire(r, acte)
    parcours = regles.parcours_de([annuaire.entites[e].code for e in annuaire.lignee(entite)])
    modele, numero = en_vigueur(parcours.circuit)
    demandees = tuple(
        replace(e, destinataire=_fixe(e, auteur, poste, annuaire))
        for e in modele.etapes
        if e.type is not TypeEtape.VISA or montant.ht >= parcours.seuils.get(str(e.destinataire), 0)
    )
    prevues = calculer(replace(modele, etapes=demandees), annuaire, Contexte(entite=entite))
    trouvees = _renumeroter(_une_fois(prevues, {auteur, poste}), annuaire)
    return Trajet(
        (replace(modele, etapes=trouvees), numero), pouvoir, poste, dire(r, pouvoir, montant), tuple(depassees(r, acte))
    )


def signataire(r: Registre, acte: Acte) -> tuple[Pouvoir, int]:
    """Who signs it today, with the post to address: the nearest delegation above the service, else the mayor or who replaces
    him or her. Raises Refus when nobody can.
    """
    lignee = r.annuaire.lignee(acte.entite)
    possibles = []
    for ordre, pouvoir in enumerate(signataires(r, acte)):
        poste = poste_de(r, pouvoir)
        if poste is not None:
            ou = pouvoir.ligne.entite if pouvoir.ligne is not None else None
            loin = lignee.index(ou) if ou in lignee else len(lignee)
            possibles.append((pouvoir.ligne is None, loin, ordre, pouvoir, poste))
    if not possibles:
        raise Refus(SANS_SIGNATAIRE)
    *_rang, pouvoir, poste = min(possibles, key=lambda p: p[:3])
    return pouvoir, poste


def dire(r: Registre, pouvoir: Pouvoir, montant: Montant) -> str:
    """« Camille Durand (Directrice…), par délégation (arrêté…), jusqu'à 4 000 € hors taxes. »"""
    qui = f"{r.annuaire.nom_personne(pouvoir.personne)} ({pouvoir.qualite})"
    ligne = pouvoir.ligne
    if ligne is None:
        titres = {Titre.PROPRE: "sans plafond : le maire signe tout", Titre.REMPLACEMENT: "le maire étant absent"}
        return f"{qui}, {titres[pouvoir.titre]}."
    suppleant = (
        f", en l'absence de {r.annuaire.nom_personne(ligne.delegataire)}" if pouvoir.titre is Titre.SUPPLEANCE else ""
    )
    if ligne.plafond is None:
        plafond = "sans plafond"
    else:
        compte = montant.ht if ligne.taxes == Taxes.HT else montant.ttc
        plafond = f"jusqu'à {euros(ligne.plafond)} {Taxes(ligne.taxes).label} (cette commande : {euros(compte)})"
    return f"{qui}{suppleant}, par délégation, arrêté n° {ligne.numero} du {ligne.signe_le:%d/%m/%Y}, {plafond}."


def _fixe(etape: EtapeModele, auteur: int, signe: int, annuaire: Annuaire) -> Destinataire:
    """The author and the signatory, instead of the roles that stand for them."""
    poste = signe if etape.type is TypeEtape.SIGNATURE else auteur if str(etape.destinataire) == "role:auteur" else None
    return Destinataire("poste", annuaire.postes[poste].code) if poste is not None else etape.destinataire


def _une_fois(prevues: Iterable[EtapePrevue], deja: set[int]) -> list[EtapePrevue]:
    """Nobody visas what he or she wrote or will sign, nor twice."""
    gardees: list[EtapePrevue] = []
    for p in prevues:
        if p.modele.type is TypeEtape.VISA and p.poste is not None:
            if p.poste in deja:
                continue
            deja.add(p.poste)
        gardees.append(p)
    return gardees


def _renumeroter(prevues: list[EtapePrevue], annuaire: Annuaire) -> tuple[EtapeModele, ...]:
    rangs = {rang: n for n, rang in enumerate(sorted({p.modele.rang for p in prevues}), 1)}
    etapes = []
    for p in prevues:
        a = p.modele.destinataire if p.poste is None else Destinataire("poste", annuaire.postes[p.poste].code)
        etapes.append(replace(p.modele, rang=rangs[p.modele.rang], destinataire=a))
    return tuple(etapes)
