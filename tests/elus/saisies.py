"""A matter brought in and carried to where a test needs it, through the gestures of the screen."""

from typing import Any

from buridan.dossiers.actions.avancer import passer_outre
from buridan.dossiers.actions.repondre import clore
from buridan.dossiers.actions.traversee import traversee
from buridan.dossiers.etats import Resultat, SensReponse, TypeEtape
from buridan.dossiers.gestes import geste_de
from buridan.dossiers.models import Dossier, Etape
from buridan.elus.actions.saisir import Habitant, Saisie, saisir
from buridan.elus.models import DemandeElu
from buridan.elus.queries import demande_de
from buridan.organisation.acteur import Acteur, acteur
from tests.conftest import Troupe

ELUE = "adjoint-4"  # voirie is one of her themes
AUTRE = "adjoint-5"
TEXTE = "Un trou devant l'école, une poussette est tombée. Les parents s'inquiètent."
COURRIEL = "nadine.leclercq-test@courriel.example"
REPONSE = {"texte": "Le trou est rebouché.", "sens": SensReponse.FAVORABLE}


def elue(troupe: Troupe, poste: str = ELUE) -> Acteur:
    return acteur(troupe.titulaire(poste), troupe.at)


def habitant(qui: str = "service", **champs: Any) -> Habitant:
    return Habitant(**{"qui_repond": qui, "nom": "Nadine Leclercq-Test", "courriel": COURRIEL, **champs})


def saisie(troupe: Troupe, *, poste: str = ELUE, by: Acteur | None = None, **champs: Any) -> DemandeElu:
    """Brought in by that official, or by somebody else in her name."""
    valeurs = {
        "elu": troupe.titulaire(poste),
        "voie": "quotidien",
        "sujet": "voirie",
        "texte": TEXTE,
        "lieu": "12 rue de la Gare",
    }
    demande = saisir(Saisie(**{**valeurs, **champs}), by=by or elue(troupe, poste), at=troupe.at)
    return demande_de(demande.dossier)


def a_faire(dossier: Any) -> list[Etape]:
    actives = Etape.objects.filter(dossier=dossier.pk, etat="active").exclude(type="information")
    return list(actives.select_related("dossier").order_by("rang", "id"))


def frais(demande: Any) -> Dossier:
    dossier: Dossier = Dossier.objects.get(pk=demande.pk)
    return dossier


def qui_peut(troupe: Troupe, etape: Etape) -> Acteur:
    jour = troupe.annuaire
    trouve = (
        jour.resoudre(etape.poste_id, "elus") if etape.poste_id else jour.resoudre_entite(etape.entite_id or 0, "elus")
    )
    return acteur(trouve.personnes[0], troupe.at)


def faire(code: str, objet: Any, by: Acteur, **donnees: Any) -> Any:
    """The gesture as the screen does it."""
    geste = geste_de(objet.dossier if isinstance(objet, Etape) else objet, code)
    assert geste is not None
    return geste.executer(objet, by=by, at=by.at, donnees=donnees)


def service_de(etape: Etape) -> int:
    """The service of its subject."""
    return acteur(None, etape.dossier.ouvert_le).annuaire.codes_entites[demande_de(etape.dossier).sujet_choisi.service]


def _principal(etape: Etape) -> tuple[str, dict[str, Any]]:
    return {
        TypeEtape.QUALIFICATION: ("qualifier", {"entite": service_de(etape), "remarque": ""}),
        TypeEtape.TRAITEMENT: ("traiter", {"compte_rendu": "Fait.", "projet": REPONSE["texte"], "sens": "favorable"}),
        TypeEtape.VISA: ("viser", {"remarque": ""}),
        TypeEtape.DECISION: (
            "decider",
            {"choix": "accepter", "service": None, "theme": "", "texte": "Au prochain budget."},
        ),
    }[TypeEtape(etape.type)]


def mener(troupe: Troupe, demande: Any, jusqua: str) -> Etape:
    """Everybody agrees until an étape of that type is to be done."""
    for _ in range(10):
        etapes = a_faire(demande)
        if voulue := next((e for e in etapes if e.type == jusqua), None):
            return voulue
        code, donnees = _principal(etapes[0])
        faire(code, etapes[0], qui_peut(troupe, etapes[0]), **donnees)
    raise LookupError(jusqua)


def repondre(troupe: Troupe, demande: Any, by: Acteur | None = None, **champs: Any) -> Dossier:
    """The answer is given."""
    etape = mener(troupe, demande, TypeEtape.REPONSE)
    pour = demande_de(etape.dossier).qui_repond
    texte = {"texte": etape.dossier.projet_reponse, "sens": SensReponse(etape.dossier.projet_sens)}
    faire("repondre", etape, by or qui_peut(troupe, etape), **{**texte, "pour": pour, **champs})
    return frais(demande)


def clore_la_note(note: Dossier, by: Acteur, texte: str, sens: SensReponse) -> None:
    """What a project became has its answer: withdrawn, or refused at a visa, as the database wants it."""
    with traversee("repondre", note.pk, by=by, at=by.at) as t:
        if sens == SensReponse.REFUS:
            t.etape = next(e for e in t.restantes() if e.type == TypeEtape.VISA)
            t.decider(Resultat.REFUSEE, texte)
        clore(t, texte, sens)
        passer_outre(t, t.restantes())
