"""Who may sign what, where, up to how much, at an instant. Pure: reads a `Registre`, no query, no clock.

The mayor signs in his or her own right (CGCT L2122-18); away, the first deputy mayor present in the order of the table
signs instead (L2122-17). Anybody else signs by a delegation that lives at that instant (L2122-18, L2122-19), within its
nature, entity and ceiling, when nobody of a better priority is there; the stand-in only when the delegate is away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from buridan.delegations.etats import NatureActe, Taxes
from buridan.delegations.registre import Acte, Ligne, Registre
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit, Fonction
from buridan.outils.verdict import OUI, Verdict, non

PREAVIS = timedelta(days=30)


class Titre(StrEnum):
    """In what right somebody signs."""

    PROPRE = "propre"
    REMPLACEMENT = "remplacement"
    DELEGATION = "delegation"
    SUPPLEANCE = "suppleance"


@dataclass(frozen=True, slots=True)
class Pouvoir:
    """Somebody who may sign the act, and in what right. `formule`: what stands above the signature, line by line."""

    titre: Titre
    personne: int
    qualite: str
    formule: tuple[str, ...] = ()
    ligne: Ligne | None = None


def peut_tenir_registre(acteur: Acteur) -> Verdict:
    """Writes acts of delegation down, publishes and withdraws them."""
    if acteur.est_systeme or Droit.DELEGATIONS in acteur.droits:
        return OUI
    return non("Seul le service qui tient le registre des délégations peut le faire. Demandez-lui.")


def rend_compte(acteur: Acteur) -> bool:
    """Reads all that was signed in the place of the council: the keepers of the register, and the mayor, who reports it
    (CGCT L2122-23), or whoever acts for him or her.
    """
    maires = (acteur.annuaire.poste_principal(p) for p, f, *_ in acteur.annuaire.mandats if f == Fonction.MAIRE)
    return bool(peut_tenir_registre(acteur)) or any(p in acteur.postes_exerces("") for p in maires)


# --- does a delegation live? ---------------------------------------------------------------------------------------


def etat(r: Registre, d: Ligne) -> Verdict:
    """Lives at that instant, or why not: a phrase that follows « la délégation … »."""
    for raison in (_fin_ecrite(r, d), _fin_du_delegant(r, d), _fin_de_la_fonction(r, d)):
        if raison:
            return non(raison)
    return OUI


def _fin_ecrite(r: Registre, d: Ligne) -> str:
    if d.retiree_le is not None and d.retiree_le <= r.at:
        return f"a été retirée le {date_legale(d.retiree_le):%d/%m/%Y} ({d.retrait_motif})"
    if d.executoire_le is None:
        return "n'est pas exécutoire : l'arrêté n'est pas encore publié ou transmis"
    if (debut := max(d.executoire_le, d.debut)) > r.jour:
        return f"ne commence que le {debut:%d/%m/%Y}"
    if d.fin is not None and d.fin <= r.jour:
        return f"a pris fin le {d.fin:%d/%m/%Y}"
    return ""


def _fin_du_delegant(r: Registre, d: Ligne) -> str:
    """The act was signed under the mandate, or in the post, that its author still has."""
    nom = r.annuaire.nom_personne(d.delegant)
    if d.delegant_poste is not None:
        depuis = r.tenues.get((d.delegant, d.delegant_poste))
        return (
            ""
            if depuis is not None and depuis <= d.signe_le
            else f"a pris fin : {nom} n'a plus le poste où il l'a donnée"
        )
    mandat = r.mandats.get((d.delegant, d.delegant_fonction))
    if mandat is None:
        return f"a pris fin avec le mandat de {nom}"
    if mandat[1] > d.signe_le:
        return f"a pris fin avec le mandat d'avant : {nom} en a un nouveau depuis le {mandat[1]:%d/%m/%Y}, elle est à renouveler"
    return ""


def _fin_de_la_fonction(r: Registre, d: Ligne) -> str:
    if d.delegataire not in r.annuaire.personnes:
        return f"a pris fin : le compte de {r.annuaire.nom_personne(d.delegataire)} est fermé"
    depuis = r.tenues.get((d.delegataire, d.poste))
    if depuis is None or depuis > d.debut:
        return f"a pris fin : {r.annuaire.nom_personne(d.delegataire)} n'a plus la fonction pour laquelle elle a été donnée"
    return ""


def fin_prevue(r: Registre, d: Ligne) -> date | None:
    """The day of its end, when it lives and that day comes within a month."""
    return d.fin if etat(r, d) and d.fin is not None and d.fin - r.jour <= PREAVIS else None


def a_renouveler(r: Registre, d: Ligne) -> bool:
    """Would still live but for the mandate it was given under, and no other has taken its place."""
    if _fin_ecrite(r, d) or not _fin_du_delegant(r, d) or _fin_de_la_fonction(r, d):
        return False
    memes = (x for x in r.lignes if (x.delegataire, x.nature, x.entite) == (d.delegataire, d.nature, d.entite))
    return not any(etat(r, x) for x in memes)


# --- who may sign? -------------------------------------------------------------------------------------------------


def peut_signer(r: Registre, personne: int, acte: Acte) -> Verdict:
    """May sign this act at that instant; otherwise why not, and who can."""
    if any(p.personne == personne for p in signataires(r, acte)):
        return OUI
    return non(f"{_pourquoi_pas(r, personne, acte)} {qui_peut(r, acte)}")


def pouvoir(r: Registre, personne: int, acte: Acte) -> Pouvoir | None:
    """In what right that person signs; None when `peut_signer` refuses."""
    return next((p for p in signataires(r, acte) if p.personne == personne), None)


def signataires(r: Registre, acte: Acte) -> list[Pouvoir]:
    """All who may, the best right first."""
    return [*_maire(r), *_delegues(r, acte), *_remplacant(r)]


def _maires(r: Registre) -> list[int]:
    return [personne for personne, fonction in r.mandats if fonction == Fonction.MAIRE]


def _maire(r: Registre) -> Iterator[Pouvoir]:
    for personne in _maires(r):
        if r.annuaire.present(personne):
            yield Pouvoir(Titre.PROPRE, personne, "Maire", ("Le maire",))


def _remplacant(r: Registre) -> Iterator[Pouvoir]:
    """L2122-17: only the mayor's absence or a vacancy opens it, and to one deputy alone."""
    if any(r.annuaire.present(p) for p in _maires(r)):
        return
    adjoints = sorted((rang, p) for (p, f), (rang, _debut) in r.mandats.items() if f == Fonction.ADJOINT)
    for rang, personne in adjoints:
        if r.annuaire.present(personne):
            qualite = f"{rang}{'er' if rang == 1 else 'e'} adjoint au maire"
            yield Pouvoir(Titre.REMPLACEMENT, personne, qualite, ("Le maire étant absent ou empêché",))
            return


def _delegues(r: Registre, acte: Acte) -> Iterator[Pouvoir]:
    vivantes = [d for d in r.lignes if couvre(r, d, acte) and etat(r, d)]
    libre = min((d.priorite for d in vivantes if _quelqu_un(r, d)), default=0)
    for d in sorted((d for d in vivantes if d.priorite == libre), key=lambda d: d.id):
        if r.annuaire.present(d.delegataire):
            yield _par_delegation(r, d)
        elif _suppleant_present(r, d):
            yield _par_suppleance(r, d)


def _quelqu_un(r: Registre, d: Ligne) -> bool:
    return r.annuaire.present(d.delegataire) or _suppleant_present(r, d)


def _suppleant_present(r: Registre, d: Ligne) -> bool:
    if d.suppleant is None or d.suppleant_poste is None or not r.annuaire.present(d.suppleant):
        return False
    depuis = r.tenues.get((d.suppleant, d.suppleant_poste))
    return depuis is not None and depuis <= d.debut


def _par_delegation(r: Registre, d: Ligne) -> Pouvoir:
    return Pouvoir(Titre.DELEGATION, d.delegataire, intitule(r, d.poste), _formule(r, d), d)


def _par_suppleance(r: Registre, d: Ligne) -> Pouvoir:
    assert d.suppleant is not None and d.suppleant_poste is not None
    absent = f"En l'absence de {r.annuaire.nom_personne(d.delegataire)}, {intitule(r, d.poste)}"
    return Pouvoir(Titre.SUPPLEANCE, d.suppleant, intitule(r, d.suppleant_poste), (*_formule(r, d), absent), d)


def _formule(r: Registre, d: Ligne) -> tuple[str, ...]:
    pour = "le maire" if d.delegant_fonction == Fonction.MAIRE else r.annuaire.nom_personne(d.delegant)
    return f"Pour {pour} et par délégation", f"Arrêté n° {d.numero} du {d.signe_le:%d/%m/%Y}"


def intitule(r: Registre, poste: int) -> str:
    """Title of the post on the day, or as it last stood."""
    fiche = r.annuaire.fiche_du_poste(poste)
    return fiche.intitule if fiche is not None else "poste supprimé"


def couvre(r: Registre, d: Ligne, acte: Acte) -> bool:
    """The act is of its nature, of its entity (or of one below), and not above its ceiling."""
    return d.nature == acte.nature and _dans_l_entite(r, d, acte) and not _depasse(d, acte)


def _dans_l_entite(r: Registre, d: Ligne, acte: Acte) -> bool:
    return d.entite is None or acte.entite in r.annuaire.descendance([d.entite])


def _depasse(d: Ligne, acte: Acte) -> str:
    """« s'arrête à 4 000,00 € hors taxes, cet acte en fait 5 200,00 », or nothing."""
    if d.plafond is None or acte.montant is None:
        return ""
    montant = acte.montant.ht if d.taxes == Taxes.HT else acte.montant.ttc
    if montant <= d.plafond:
        return ""
    return f"s'arrête à {euros(d.plafond)} {Taxes(d.taxes).label} ; cet acte est de {euros(montant)}"


def euros(montant: object) -> str:
    """« 4 000,00 € »."""
    return f"{montant:,.2f} €".replace(",", " ").replace(".", ",")


# --- why not, and who can ------------------------------------------------------------------------------------------


def _pourquoi_pas(r: Registre, personne: int, acte: Acte) -> str:
    siennes = [d for d in r.lignes if personne in (d.delegataire, d.suppleant) and d.nature == acte.nature]
    if not r.annuaire.present(personne):
        return "Vous êtes déclaré·e absent·e aujourd'hui : terminez d'abord votre absence, ou laissez signer."
    if not siennes:
        return f"Vous n'avez pas de délégation pour signer : {NatureActe(acte.nature).label.lower()}."
    raisons = [(d.delegataire != personne, *_raison(r, d, personne, acte)) for d in siennes]
    return min(raisons)[2]


def _raison(r: Registre, d: Ligne, personne: int, acte: Acte) -> tuple[int, str]:
    """(how far it was from suiting, sentence): the nearest is the one to say."""
    nom = f"Votre délégation n° {d.numero}"
    if not (vivante := etat(r, d)):
        return 3, f"{nom} {vivante.raison}."
    if not _dans_l_entite(r, d, acte):
        return 2, f"{nom} porte sur « {r.annuaire.nom_entite(d.entite)} », pas sur « {_ou(r, acte)} »."
    if depasse := _depasse(d, acte):
        return 1, f"{nom} {depasse}."
    if personne == d.suppleant and r.annuaire.present(d.delegataire):
        return 0, f"Vous ne suppléez {r.annuaire.nom_personne(d.delegataire)} que pendant son absence."
    if personne == d.suppleant and not _suppleant_present(r, d):
        return 0, "Vous n'avez plus le poste pour lequel vous aviez été choisi·e comme suppléant·e."
    return 0, f"{nom} ne joue qu'en l'absence de ceux qui passent avant vous."


def _ou(r: Registre, acte: Acte) -> str:
    return r.annuaire.nom_entite(acte.entite) if acte.entite is not None else "toute la ville"


def poste_de(r: Registre, pouvoir: Pouvoir) -> int | None:
    """The post to address, of those in force: an étape goes to a post."""
    ligne = pouvoir.ligne
    if ligne is None:
        return r.annuaire.poste_principal(pouvoir.personne)
    poste = ligne.poste if pouvoir.titre is Titre.DELEGATION else ligne.suppleant_poste
    return poste if poste in r.annuaire.postes else None


def depassees(r: Registre, acte: Acte) -> list[str]:
    """Delegations that would suit but for their ceiling, the lowest first: « X (titre) s'arrête à … »."""
    lignes = [d for d in r.lignes if d.nature == acte.nature and _dans_l_entite(r, d, acte) and etat(r, d)]
    trop = sorted((d.plafond or 0, d.id, d) for d in lignes if _depasse(d, acte))
    return [
        f"{r.annuaire.nom_personne(d.delegataire)} ({intitule(r, d.poste)}) {_depasse(d, acte)}" for *_rang, d in trop
    ]


def qui_peut(r: Registre, acte: Acte) -> str:
    """« Peuvent signer : X (Directeur…), Y (Maire). »"""
    noms = dict.fromkeys(f"{r.annuaire.nom_personne(p.personne)} ({p.qualite})" for p in signataires(r, acte))
    if not noms:
        return (
            "Personne ne peut signer cet acte aujourd'hui : prévenez le service qui tient le registre des délégations."
        )
    autres = sorted(noms, key=lambda nom: nom.endswith("(Maire)"))  # whoever was chosen to spare the mayor comes first
    return f"{'Peuvent' if len(autres) > 1 else 'Peut'} signer : {', '.join(autres[:4])}."
