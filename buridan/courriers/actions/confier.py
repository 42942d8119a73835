"""Give a letter to the service that answers, with those asked for their opinion and those who get a copy; or give it back."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele, Destinataire, EtapeModele
from buridan.circuits.modele import TypeEtape as TypeModele
from buridan.courriers import rules
from buridan.courriers.actions.expedier import accuser_par_courriel
from buridan.courriers.etats import JURIDIQUES, Effet
from buridan.courriers.legal import dates_de, pieces_de
from buridan.courriers.models import BureauCourrier, Courrier, Retour
from buridan.courriers.queries import NATURE, bureau, courrier_de, mots_de
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import activer, decaler, passer_outre
from buridan.dossiers.actions.ecriture import ecrire, verrouiller
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.traversee import DejaFait, Traversee, refus_de_la_base, traversee_etape
from buridan.dossiers.etats import EtatEtape, Resultat, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.routage import Contexte
from buridan.droit.delais import Delai, date_legale
from buridan.notifications.envois import notifier_lien
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Genre as GenreEntite
from buridan.outils.verdict import Refus

DELAI_AVIS = "5 jours ouvrés"


@dataclass(frozen=True, slots=True)
class Aiguillage:
    """Where a letter goes. `avis`: services asked for their part; `copies`: told of it. `garder`: of a confidential letter,
    its reader answers it alone. `prioritaire`: None leaves it as it is. `raison`: why that service.
    """

    service: int | None
    avis: tuple[int, ...] = ()
    copies: tuple[int, ...] = ()
    effet: str = Effet.INFORMATION
    fixee: date | None = None
    objet: str = ""
    garder: bool = False
    prioritaire: bool | None = None
    raison: str = ""


def confier(etape: Etape, *, by: Acteur, at: datetime, aiguillage: Aiguillage) -> Etape:
    """Decide the étape « à qui ? ». A formal notice or an appeal goes to the legal department, the service being told."""
    a = aiguillage
    with refus_de_la_base(), transaction.atomic():
        dossier, etapes, _tete = verrouiller(etape.dossier_id)
        fraiche = next((e for e in etapes if e.pk == etape.pk), None)
        if fraiche is None or fraiche.etat != EtatEtape.ACTIVE:
            raise DejaFait("C'est déjà fait : ce courrier est confié.")
        coeur.peut_decider(by, fraiche, "qualifier").exiger()
        courrier, chez = courrier_de(dossier), bureau()
        assert chez is not None
        if courrier.confidentiel:
            return _ouvrir_le_pli(fraiche, courrier, chez, a, by, at)
        return _confier(fraiche, courrier, chez, a, by, at)


def _confier(etape: Etape, courrier: Courrier, chez: BureauCourrier, a: Aiguillage, by: Acteur, at: datetime) -> Etape:
    juridique = a.effet in JURIDIQUES
    service = chez.juridique_id if juridique else a.service
    if service is None or service not in by.annuaire.entites:
        raise Refus("Choisissez le service qui répondra.")
    dates = dates_de(
        chez,
        date_legale(_arrivee(courrier)),
        effet=a.effet,
        silence=courrier.silence,
        fixee=a.fixee,
        pieces=pieces_de(courrier),
    )
    courrier.effet, courrier.echeance = a.effet, dates.echeance
    courrier.save(update_fields=["effet", "echeance"])
    copies = {*a.copies, *([a.service] if juridique and a.service is not None else [])}
    modele, version = en_vigueur(chez.circuit_juridique if juridique else chez.circuit)
    champs = {
        "promis_le": dates.promis_le, "legal_le": dates.legal_le, "sensible": False,
        **({"objet": a.objet.strip()[:200]} if a.objet.strip() else {}),
    }  # fmt: skip
    circuit = (avec_services(modele, {*a.avis} - {service}, copies - {service}, by.annuaire), version)
    faite = qualifier(
        etape, by=by, at=at, contexte=Contexte(entite=service), circuit=circuit, champs=champs,
        prioritaire=_prioritaire(etape, a), remarque=a.raison,
    )  # fmt: skip
    courrier.dossier = _gardent_la_vue(courrier.pk, by.annuaire, chez)
    accuser_par_courriel(courrier, by=by, at=at)
    return faite


def _gardent_la_vue(pk: int, annuaire: Annuaire, chez: BureauCourrier) -> Dossier:
    """The mail office, and who has worked on the letter, still see it once it went elsewhere."""
    dossier: Dossier = Dossier.objects.get(pk=pk)
    faites = Etape.objects.filter(dossier=dossier, etat__in=[EtatEtape.FAITE, EtatEtape.RENVOYEE])
    entites = [annuaire.postes[e.poste_id].entite if e.poste_id in annuaire.postes else e.entite_id for e in faites]
    montrer_au(dossier, *entites, chez.entite_id)
    return dossier


def montrer_au(dossier: Dossier, *entites: int | None) -> None:
    """These entities may read it from now on. The caller holds the lock."""
    dossier.lecteurs = list(dict.fromkeys([*dossier.lecteurs, *(e for e in entites if e is not None)]))
    Dossier.objects.filter(pk=dossier.pk).update(lecteurs=dossier.lecteurs)


def _arrivee(courrier: Courrier) -> datetime:
    assert courrier.arrive_le is not None
    return courrier.arrive_le


def _ouvrir_le_pli(
    etape: Etape, courrier: Courrier, chez: BureauCourrier, a: Aiguillage, by: Acteur, at: datetime
) -> Etape:
    """The addressee has opened it: keeps it, or gives it to a service, and it is then a letter like another."""
    courrier.ouvert_par_id, courrier.ouvert_le, courrier.confidentiel = by.personne, at, a.garder
    courrier.save(update_fields=["ouvert_par", "ouvert_le", "confidentiel"])
    if a.garder:
        return _garder(etape, courrier, chez, a, by, at)
    if not a.objet.strip():
        raise Refus("Dites l'objet du courrier en quelques mots : le service doit comprendre.")
    faite = _confier(etape, courrier, chez, a, by, at)
    Dossier.objects.filter(pk=courrier.pk).update(contenu=mots_de(courrier, a.objet))
    return faite


def _garder(etape: Etape, courrier: Courrier, chez: BureauCourrier, a: Aiguillage, by: Acteur, at: datetime) -> Etape:
    """It stays confidential, with its dates: what the law attaches to it is not its addressee's to keep."""
    dates = dates_de(chez, date_legale(_arrivee(courrier)), effet=a.effet, silence=courrier.silence, fixee=a.fixee)
    courrier.effet, courrier.echeance = a.effet, dates.echeance
    courrier.save(update_fields=["effet", "echeance"])
    Dossier.objects.filter(pk=courrier.pk).update(promis_le=dates.promis_le, legal_le=dates.legal_le)
    terme = f", à faire avant le {dates.echeance:%d/%m/%Y}" if dates.echeance else ""
    dit = f"le pli est ouvert, il reste confidentiel ; {courrier.get_effet_display()}{terme}"
    faite = qualifier(etape, by=by, at=at, prioritaire=_prioritaire(etape, a), remarque="", journal={"moyen": dit})
    courrier.dossier = Dossier.objects.get(pk=courrier.pk)
    accuser_par_courriel(courrier, by=by, at=at)
    if a.effet in JURIDIQUES:
        alerter(courrier, chez, by, at)
    return faite


def _prioritaire(etape: Etape, a: Aiguillage) -> bool:
    deja = etape.dossier.prioritaire if a.prioritaire is None else a.prioritaire
    return a.effet in JURIDIQUES or deja


def alerter(courrier: Courrier, chez: BureauCourrier, by: Acteur, at: datetime) -> None:
    """The legal department and the general management are told of the envelope, and of nothing it holds."""
    annuaire = by.annuaire
    dgs = annuaire.responsable(annuaire.premiere(GenreEntite.DIRECTION_GENERALE))
    qui = {*annuaire.resoudre_entite(chez.juridique_id, NATURE).personnes}
    qui |= {*annuaire.resoudre(dgs, NATURE).personnes} if dgs is not None else set()
    texte = (
        f"{courrier.cote} : {courrier.get_effet_display()} à faire avant le {courrier.echeance:%d/%m/%Y}, pli confidentiel"
        f" pour {annuaire.designer(courrier.destinataire_id or 0)}"
    )
    lien = reverse("courrier_enregistre", args=[courrier.dossier.uuid])
    ecrire(notifier_lien(lien, dict.fromkeys(qui - {by.personne}, texte), at=at))


def avec_services(modele: CircuitModele, avis: set[int], copies: set[int], annuaire: Annuaire) -> CircuitModele:
    """The circuit with those who give their part before the answer is written, and those who are told."""
    if not avis and not copies:
        return modele
    premier = 1 + (modele.etapes[0].type is TypeModele.QUALIFICATION)
    decale = 1 if avis else 0
    suite = [replace(e, rang=e.rang + decale) if e.rang >= premier else e for e in modele.etapes]
    suite += [
        EtapeModele(
            premier, TypeModele.AVIS, "Donner votre part de la réponse", _entite(e, annuaire), Delai.lire(DELAI_AVIS)
        )
        for e in sorted(avis)
    ]
    suite += [
        EtapeModele(premier, TypeModele.INFORMATION, "Copie pour information", _entite(e, annuaire))
        for e in sorted(copies)
    ]
    return replace(modele, etapes=tuple(sorted(suite, key=lambda e: e.rang)))


def _entite(pk: int, annuaire: Annuaire) -> Destinataire:
    return Destinataire("entite", annuaire.entites[pk].code)


def pas_pour_nous(etape: Etape, *, by: Acteur, at: datetime, motif: str) -> Etape:
    """Give the letter back with a reason; after two returns the general management says who answers."""
    with traversee_etape("pas_pour_nous", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_rendre(by, t.etape).exiger()
        if not motif.strip():
            raise Refus("Écrivez pourquoi ce courrier n'est pas pour votre service : le suivant le lira.")
        courrier = courrier_de(t.dossier)
        Retour.objects.create(
            courrier=courrier, entite_id=t.dossier.entite_id, motif=motif.strip()[:300], par_id=by.personne, at=at
        )
        t.decider(Resultat.RENVOYEE, motif.strip(), EtatEtape.RENVOYEE)
        t.contenu["service"] = by.annuaire.nom_entite(t.dossier.entite_id)
        meme_rang = [e for e in t.etapes if e.rang == t.etape.rang and e.etat == EtatEtape.ACTIVE]
        passer_outre(t, [e for e in meme_rang if e.type != TypeEtape.INFORMATION])
        _a_qui(t, courrier)
        return t.etape


def _a_qui(t: Traversee, courrier: Courrier) -> None:
    """Somebody has to say who answers: the mail office, then the general management."""
    assert t.etape is not None
    chez, tranche = bureau(), courrier.retours.count() >= rules.RETOURS_AVANT_ARBITRAGE
    assert chez is not None
    dgs = t.acteur.annuaire.responsable(t.acteur.annuaire.premiere(GenreEntite.DIRECTION_GENERALE)) if tranche else None
    ou = {"poste_id": dgs} if dgs is not None else {"entite_id": chez.entite_id}
    titre = "Trancher : quel service répond ?" if tranche else "Confier à un autre service"
    decaler(t, t.etape.rang, 1)
    etape = Etape.objects.create(
        dossier=t.dossier, rang=t.etape.rang + 1, type=TypeEtape.QUALIFICATION, titre=titre, delai="1 jour ouvré", **ou
    )
    etape.dossier = t.dossier
    activer(t, etape)
