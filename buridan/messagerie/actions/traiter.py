"""What somebody of the office makes of a mail: a letter, an exchange of a dossier, a matter of an official, or nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime

from buridan.courriers.actions.complement import recevoir_un_ecrit
from buridan.courriers.actions.enregistrer import Arrivee, enregistrer
from buridan.courriers.etats import Genre as GenreCourrier
from buridan.courriers.etats import Origine
from buridan.courriers.models import Courrier
from buridan.courriers.queries import NATURE as LETTRES
from buridan.dossiers import fichiers
from buridan.dossiers.actions.ecrire import message_du_demandeur, prevenir_les_agents
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.fichiers import Fichier
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import nature_de
from buridan.elus.actions.saisir import Saisie, saisir
from buridan.elus.models import DemandeElu
from buridan.journal import chaine
from buridan.messagerie import rules
from buridan.messagerie.etats import EN_FILE, Etat, Usage
from buridan.messagerie.models import CourrielRecu
from buridan.messagerie.papier import NOM, imprimer
from buridan.messagerie.queries import pieces_gardees, propositions
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus, Verdict

TEXTE_MAX = 8000  # of a message; the PDF that goes with it holds all


def enregistrer_le_courriel(
    courriel: CourrielRecu, arrivee: Arrivee, *, by: Acteur, at: datetime, jeton: UUID | None = None
) -> Courrier:
    """A letter of the register: what was typed, the mail as a PDF, its attachments. It came when the town's server had it."""
    with _prendre(courriel, "enregistrer_courriel", by=by, at=at) as (frais, contenu):
        rules.peut_enregistrer(by, frais).exiger()
        if arrivee.confidentiel:
            raise Refus("Un courriel est déjà ouvert : il ne peut pas être un pli confidentiel.")
        pdf = Fichier(NOM, "application/pdf", imprimer(frais))
        tous = (pdf, *pieces_gardees(frais), *arrivee.fichiers)
        complete = replace(
            arrivee, genre=GenreCourrier.COURRIEL, arrive_le=frais.recu_le, origine=Origine.MESSAGERIE, fichiers=tous,
            texte=frais.texte,
        )  # fmt: skip
        courrier = enregistrer(complete, by=by, at=at, jeton=jeton)
        contenu["numero"] = courrier.cote
        _traiter(frais, Etat.COURRIER, by, at, dossier=courrier.dossier)
        return courrier


def joindre_le_courriel(
    courriel: CourrielRecu, dossier: Dossier, *, by: Acteur, at: datetime, du_demandeur: bool = False
) -> CourrielRecu:
    """An exchange of an open dossier, with its attachments. `du_demandeur`: this person judged that the requester wrote it; a
    dossier that waited then resumes. Else it is for the agents: nobody outside reads it.
    """
    with _prendre(courriel, "joindre_courriel", by=by, at=at) as (frais, contenu):
        trouvee = propositions([frais]).get(frais.pk)
        propose = trouvee is not None and trouvee.dossier.pk == dossier.pk
        rules.peut_joindre(by, frais, Dossier.objects.get(pk=dossier.pk), propose=propose).exiger()
        complement = du_demandeur and dossier.nature == LETTRES
        if du_demandeur and not complement and not nature_de(dossier).usager:
            raise Refus(
                f"Personne d'extérieur n'attend dans le dossier {dossier.reference} : joignez-le pour les agents."
            )
        dit = f"{frais.sujet}\n\n{frais.texte[:TEXTE_MAX]}".strip() or "(courriel sans texte)"
        de = f"Courriel reçu le {localtime(frais.recu_le):%d/%m/%Y} de {frais.de} (adresse non vérifiée)."
        if complement:
            recevoir_un_ecrit(dossier, by=by, at=at, texte=f"{de}\n{dit}")
        elif du_demandeur:
            message_du_demandeur(dossier, by=by, at=at, texte=dit)
        else:
            prevenir_les_agents(dossier, by=by, at=at, texte=f"{de}\n{dit}")
        pdf = Fichier(NOM, "application/pdf", imprimer(frais))
        fichiers.joindre(dossier, [pdf, *pieces_gardees(frais)], at=at, par=by.personne, public=False)
        contenu["dossier"] = dossier.reference
        return _traiter(frais, Etat.JOINT, by, at, dossier=dossier)


def en_faire_une_demande(
    courriel: CourrielRecu,
    saisie: Saisie,
    *,
    by: Acteur,
    at: datetime,
    pieces: Sequence[int] = (),
    jeton: UUID | None = None,
) -> DemandeElu:
    """A matter of an elected official. The mail itself is not attached, nor any attachment but those chosen: whoever treats the
    matter may not know who asked.
    """
    with _prendre(courriel, "demander_courriel", by=by, at=at) as (frais, contenu):
        rules.peut_en_faire_une_demande(by, frais).exiger()
        choisies = pieces_gardees(frais, pieces)
        demande = saisir(
            replace(saisie, fichiers=(*choisies, *saisie.fichiers)), by=by, at=at, jeton=jeton, garder_brouillon=True
        )
        contenu["dossier"] = demande.dossier.reference
        _traiter(frais, Etat.DEMANDE, by, at, dossier=demande.dossier)
        return demande


def ecarter_courriel(courriel: CourrielRecu, *, by: Acteur, at: datetime, motif: str) -> CourrielRecu:
    """Set aside, with a reason; it stays visible, and `remettre_courriel` undoes it."""
    if not motif.strip():
        raise Refus("Dites en quelques mots pourquoi ce courriel est écarté.")
    with _prendre(courriel, "ecarter_courriel", by=by, at=at) as (frais, _contenu):
        return _traiter(frais, Etat.ECARTE, by, at, motif=motif.strip()[:300], dossier=frais.dossier)


def passer_courriel(courriel: CourrielRecu, *, by: Acteur, at: datetime, vers: str) -> CourrielRecu:
    """To the queue of that office (a Usage), which reads it from now on; this one no longer does."""
    with _prendre(courriel, "passer_courriel", by=by, at=at) as (frais, contenu):
        rules.peut_passer(by, frais, vers).exiger()
        if frais.usage == vers:
            raise DejaFait(
                f"Ce courriel est déjà dans la file : {Usage(vers).label[:1].lower()}{Usage(vers).label[1:]}."
            )
        frais.passe_a = "" if frais.boite.usage == vers else vers
        frais.save(update_fields=["passe_a"])
        contenu["vers"] = Usage(vers).label
        return frais


def remettre_courriel(courriel: CourrielRecu, *, by: Acteur, at: datetime) -> CourrielRecu:
    """Back in the queue."""
    with _prendre(courriel, "remettre_courriel", by=by, at=at, verdict=rules.peut_remettre) as (frais, _contenu):
        frais.etat, frais.motif, frais.traite_par_id, frais.traite_le = Etat.A_TRAITER, "", None, None
        frais.save(update_fields=["etat", "motif", "traite_par", "traite_le"])
        return frais


@contextmanager
def _prendre(
    courriel: CourrielRecu, verbe: str, *, by: Acteur, at: datetime, verdict: Any = rules.peut_traiter
) -> Iterator[tuple[CourrielRecu, dict[str, Any]]]:
    """One gesture on a mail, under its lock, with its line in the journal. Raises DejaFait, which says who did what."""
    with refus_de_la_base(), transaction.atomic():
        frais = CourrielRecu.objects.select_for_update(of=("self",)).select_related("boite").get(pk=courriel.pk)
        _exiger(verdict(by, frais), frais, by, attendu=verdict is rules.peut_traiter)
        contenu: dict[str, Any] = {"qui": by.nom}
        yield frais, contenu
        chaine.ecrire(frais.uuid, verbe, auteur=by.personne, at=at, contenu=contenu)


def _exiger(verdict: Verdict, courriel: CourrielRecu, by: Acteur, *, attendu: bool) -> None:
    if verdict:
        return
    lu = rules.lit_la_boite(by, courriel)
    if lu and (courriel.etat not in EN_FILE if attendu else courriel.etat == Etat.A_TRAITER):
        raise DejaFait(_deja_dit(courriel, by))
    verdict.exiger()


def _deja_dit(courriel: CourrielRecu, by: Acteur) -> str:
    """Who dealt with it, and how, in a sentence."""
    if courriel.etat in EN_FILE:
        return "Ce courriel est déjà dans la file."
    assert courriel.traite_le is not None
    qui = (
        "Vous l'avez"
        if courriel.traite_par_id == by.personne
        else f"{by.annuaire.nom_personne(courriel.traite_par_id)} l'a"
    )
    quoi = {
        Etat.COURRIER: "enregistré comme courrier", Etat.JOINT: "joint à un dossier", Etat.ECARTE: "écarté",
        Etat.DEMANDE: "transformé en demande d'élu",
    }[Etat(courriel.etat)]  # fmt: skip
    return f"{qui} déjà {quoi}. Rien n'a été fait deux fois."


def _traiter(
    courriel: CourrielRecu, etat: Etat, by: Acteur, at: datetime, *, dossier: Dossier | None, motif: str = ""
) -> CourrielRecu:
    courriel.etat, courriel.dossier, courriel.motif = etat, dossier, motif
    courriel.traite_par_id, courriel.traite_le = by.personne, at
    courriel.save(update_fields=["etat", "dossier", "motif", "traite_par", "traite_le"])
    return courriel
