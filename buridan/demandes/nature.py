"""The nature `demandes`, as the core sees it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection

from buridan.delegations.etats import A_RAPPORTER
from buridan.delegations.registre import Acte
from buridan.demandes import identite, legal, suivi
from buridan.demandes.actions.horloge import pieces_demandees, pieces_recues
from buridan.demandes.actions.remettre import a_la_cloture
from buridan.demandes.carte import carte, point_en_clair
from buridan.demandes.chargement import FICHIERS, charger
from buridan.demandes.gestes import CORRIGER, QUALIFIER, REMETTRE, REPONDRE, SCINDER
from buridan.demandes.lettre import composer_a_signer, lettre_de
from buridan.demandes.models import Demande, Lieu, ModeleReponse, Participant, TypeDemande
from buridan.demandes.queries import comment_joindre, demande_de, position_de, voisins
from buridan.demandes.reponses import remplir
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Nature, Repris, Route, inscrire
from buridan.droit.demandes import EFFET_DU_SILENCE
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.outils.sql import executer
from buridan.outils.texte import remplir_champs
from buridan.signatures.gestes import SIGNER

# whom each closing tells: prepared, since to build them costs more than to run them
_COURRIEL = f"SELECT courriel FROM {Demande._meta.db_table} WHERE dossier_id = %s"  # noqa: S608  a constant
_PARTICIPANTS = f"SELECT courriel FROM {Participant._meta.db_table} WHERE demande_id = %s ORDER BY id"  # noqa: S608
PHRASES = {
    "corriger": "a corrigé ou complété la demande",
    "scinder": "a partagé la demande en deux",
    "evaluer": "a enregistré l'avis du demandeur",
    "rejoindre": "a ajouté une personne concernée",
    "remettre": "a donné la réponse au demandeur",
}


def contexte(dossier: Dossier) -> dict[str, Any]:
    """For the request's part of the dossier page."""
    demande = demande_de(dossier)
    dates = legal.dates_de(demande)
    questions = [(q["libelle"], demande.reponses.get(q["cle"], "")) for q in demande.type.questions]
    return {
        "demande": demande,
        "questions": [(q, r) for q, r in questions if r],
        "point": point_en_clair(demande.latitude, demande.longitude),
        "carte": carte(demande.latitude, demande.longitude) if demande.latitude is not None else None,
        "manques": manques(demande),
        "dates": dates,
        "pourquoi": [
            (t, e) for t, e in (("Réponse promise", dates.promesse), ("Décision implicite", dates.implicite)) if e
        ],
        "silence": legal.phrase_silence(demande, dates.implicite),
        "code_suivi": suivi.code(dossier.uuid),
        "sans_courriel": "" if demande.courriel else comment_joindre(demande),
    }


def manques(demande: Demande) -> list[str]:
    """What the service needs and the front desk left for later."""
    questions = demande.type.questions
    manquants = [q["libelle"] for q in questions if q.get("obligatoire") and not demande.reponses.get(q["cle"])]
    return ["Lieu", *manquants] if demande.type.lieu == Lieu.OBLIGATOIRE and not demande.lieu else manquants


def ecrire_au_demandeur(dossier: Dossier, sujet: str, texte: str, at: datetime) -> None:
    """E-mail to the requester, with the tracking link, which is hers or his alone."""
    (courriel,) = executer(connection, _COURRIEL, [dossier.pk]).fetchone()
    pied = f"\n\nSuivre la demande : {suivi.adresse(dossier.uuid)}\n"
    ecrire_courriel(courriel, sujet, texte + pied, at=at, dossier=dossier.uuid)


def informer_participants(dossier: Dossier, texte: str, at: datetime) -> None:
    """E-mail to those who joined: how it ended, nothing of who asked nor the tracking link."""
    sujet = f"Suite de la demande {dossier.reference}, que vous aviez rejointe"
    for (courriel,) in executer(connection, _PARTICIPANTS, [dossier.pk]).fetchall():
        ecrire_courriel(courriel, sujet, texte, at=at, dossier=dossier.uuid)


def modeles_reponse(dossier: Dossier, acteur: Acteur) -> list[tuple[str, str]]:
    """Answer templates for this request, fields filled."""
    demande = demande_de(dossier)
    modeles = ModeleReponse.objects.filter(retire_le=None).order_by("titre")
    choisis = [
        m
        for m in modeles
        if demande.type.code in m.types or m.famille == demande.type.famille or (not m.types and not m.famille)
    ]
    return [(m.titre, remplir(m.texte, demande, acteur)) for m in choisis]


def modeles_communs(valeurs: Mapping[str, str]) -> list[tuple[str, str]]:
    """Templates without a type nor a family, filled."""
    modeles = ModeleReponse.objects.filter(retire_le=None, types=[], famille="").order_by("titre")
    return [(m.titre, remplir_champs(m.texte, valeurs)) for m in modeles]


def acte(dossier: Dossier) -> Acte:
    """What the answer is, for the register of delegations: the type says it, for the service that answers."""
    return Acte(TypeDemande.objects.values_list("acte", flat=True).get(demandes=dossier.pk), dossier.entite_id)


def route(code: str, annuaire: Annuaire, entite: int | None, theme: str) -> Route | None:
    """The route of a kind of request: its own service, unless another is named."""
    trouve = TypeDemande.objects.filter(code=code).first()
    if trouve is None:
        return None
    contexte = trouve.contexte(theme)
    return Route(trouve.titre, trouve.circuit, replace(contexte, entite=entite) if entite else contexte)


def situer(lieu: str) -> tuple[float, float] | None:
    """Where the street named in a place is."""
    latitude, longitude = position_de(lieu)
    return (latitude, longitude) if latitude is not None and longitude is not None else None


def a_reprendre(dossier: Dossier) -> Repris:
    """What is asked and where; nothing of who asks."""
    demande = demande_de(dossier)
    texte = "\n\n".join([demande.description, *(p.texte for p in demande.precisions.all())])
    return Repris(demande.type.code, demande.lieu, texte)


def declarer() -> None:
    """Register the nature."""
    inscrire(
        Nature(
            code="demandes",
            nom="Demande",
            fiche="demandes/_fiche.html",
            contexte=contexte,
            ecrire_au_demandeur=ecrire_au_demandeur,
            informer_participants=informer_participants,
            pieces_demandees=pieces_demandees,
            pieces_recues=pieces_recues,
            silence=lambda dossier: EFFET_DU_SILENCE[legal.sens_du_silence(demande_de(dossier))],
            modeles_reponse=modeles_reponse,
            modeles_communs=modeles_communs,
            conservation=identite.conservation,
            durees=identite.durees,
            personne=identite.personne,
            demandeur=identite.demandeur,
            lettre=lettre_de,
            a_signer=composer_a_signer,
            acte=acte,
            a_rapporter=lambda: Demande.objects.filter(type__acte__in=A_RAPPORTER).values("pk"),
            au_guichet=True,
            charger=charger,
            fichiers=FICHIERS,
            route=route,
            a_reprendre=a_reprendre,
            phrases=PHRASES,
            voisins=voisins,
            situer=situer,
            a_la_cloture=a_la_cloture,
            gestes={g.code: g for g in (QUALIFIER, SCINDER, SIGNER, CORRIGER, REPONDRE, REMETTRE)},
        )
    )
