"""Bring a matter in: it has a reference at once, and somebody who must act on it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.traversee import refus_de_la_base
from buridan.dossiers.fichiers import Fichier, joindre
from buridan.dossiers.natures import situer
from buridan.dossiers.routage import Contexte
from buridan.droit.delais import ajouter
from buridan.elus import rules
from buridan.elus.chargement import dernier_formulaire
from buridan.elus.etats import Voie
from buridan.elus.modele import Sujet
from buridan.elus.models import Brouillon, DemandeElu
from buridan.elus.route import direction_de, tracer
from buridan.interface.jetons import consommer
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Genre
from buridan.outils.verdict import Refus

NATURE = "elus"
L_ELU = "l'élu"
SANS_FORMULAIRE = (
    "Cette ville n'a pas encore de sujets pour ses élus : le service qualité les met dans son jeu de données."
)
TITRE_MAX = 90


@dataclass(frozen=True, slots=True)
class Habitant:
    """The resident who spoke to the official and agreed to be named; `qui_repond`: a QuiRepond."""

    qui_repond: str
    nom: str = ""
    courriel: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class Saisie:
    """What was typed. `elu`: id of who asks; `fichiers` as read by `fichiers.lire`."""

    elu: int
    voie: str
    sujet: str
    texte: str
    lieu: str = ""
    habitant: Habitant | None = None
    fichiers: tuple[Fichier | tuple[str, str, bytes], ...] = ()


def saisir(
    saisie: Saisie, *, by: Acteur, at: datetime, jeton: UUID | None = None, garder_brouillon: bool = False
) -> DemandeElu:
    """Bring it in. Raises DejaEnvoye when the form token was used, with the address of the first matter. The draft of whoever
    types it goes, unless it is about something else (`garder_brouillon`).
    """
    rules.peut_saisir(by, saisie.elu).exiger()
    formulaire = dernier_formulaire()
    if formulaire is None:
        raise Refus(SANS_FORMULAIRE)
    if not saisie.texte.strip():
        raise Refus("Dites ce que vous avez vu ou entendu, en une phrase.")
    if saisie.habitant is not None:
        _exiger_joignable(saisie.habitant)
    sujet, chemin, uuid = formulaire.lu.sujet(saisie.sujet), formulaire.lu.chemins[saisie.voie], uuid4()
    entite = _premiere(by, saisie.voie, sujet)
    qui_repond = saisie.habitant.qui_repond if saisie.habitant else ""
    point = situer(saisie.lieu) or (None, None)
    with refus_de_la_base(), transaction.atomic():
        if jeton is not None:
            consommer(jeton, f"/dossiers/{uuid}/", at=at)
        dossier = ouvrir(
            by=by, at=at, uuid=uuid, nature=NATURE, objet=intitule(saisie.texte), suiveurs=[saisie.elu],
            contenu="\n".join((sujet.titre, saisie.texte, saisie.lieu)), contexte=Contexte(entite=entite, theme=sujet.theme),
            circuit=tracer(chemin.circuit, by.annuaire, entite=entite, qui_repond=qui_repond),
            promis_le=ajouter(by.annuaire.jour, chemin.delai),
            journal={"qui": L_ELU} if by.personne == saisie.elu else {},
        )  # fmt: skip
        demande: DemandeElu = DemandeElu.objects.create(
            dossier=dossier, formulaire=formulaire, sujet=sujet.code, theme=sujet.theme, voie=saisie.voie, elu_id=saisie.elu,
            texte=saisie.texte.strip(), lieu=saisie.lieu.strip(), latitude=point[0], longitude=point[1],
            **_colonnes(saisie.habitant, at),
        )  # fmt: skip
        joindre(dossier, saisie.fichiers, at=at, par=by.personne, public=False)
        if not garder_brouillon:
            Brouillon.objects.filter(personne=by.personne).delete()
    return demande


def intitule(texte: str) -> str:
    """Its title: the first sentence, cut at a word."""
    premiere = texte.strip().splitlines()[0].split(". ")[0].rstrip(". ")
    if len(premiere) <= TITRE_MAX:
        return premiere
    return premiere[:TITRE_MAX].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def _premiere(by: Acteur, voie: str, sujet: Sujet) -> int:
    """Who reads it first, and nobody below: of a daily matter the general management above its service, which will send it
    there; of a new project the cabinet.
    """
    annuaire = by.annuaire
    service = annuaire.codes_entites.get(sujet.service)
    projet = voie == Voie.PROJET
    entite = annuaire.premiere(Genre.CABINET) if projet else service and direction_de(annuaire, service)
    if entite is None:
        quoi = "Le cabinet" if projet else f"Le service « {sujet.service} »"
        raise Refus(f"{quoi} n'existe plus dans l'organisation : prévenez le service qualité, qui corrige les sujets.")
    return entite


def _exiger_joignable(habitant: Habitant) -> None:
    if not habitant.nom.strip():
        raise Refus("Dites le nom de l'habitant qui attend une réponse.")
    rules.peut_se_charger(
        DemandeElu(habitant_courriel=habitant.courriel, habitant_telephone=habitant.telephone), habitant.qui_repond
    ).exiger()


def _colonnes(habitant: Habitant | None, at: datetime) -> dict[str, object]:
    if habitant is None:
        return {}
    return {
        "qui_repond": habitant.qui_repond, "habitant_nom": habitant.nom.strip(), "habitant_courriel": habitant.courriel,
        "habitant_telephone": habitant.telephone.strip(), "accord_le": at,
    }  # fmt: skip
