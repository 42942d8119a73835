"""The journal of a dossier, in words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.journal.models import Ligne
from buridan.organisation.acteur import Acteur

PHRASES = {
    "ouvrir": "a ouvert le dossier",
    "qualifier": "a qualifié",
    "traiter": "a terminé le traitement",
    "donner_avis": "a donné son avis",
    "viser": "a visé",
    "valider": "a validé",
    "signer": "a signé",
    "rapporter": "a joint un document signé ailleurs",
    "demander_signature": "a demandé une signature à l'extérieur",
    "renvoyer_lien": "a envoyé un nouveau lien de signature",
    "annuler_signature": "a annulé une demande de signature",
    "signer_dehors": "a signé par lien (signature simple)",
    "rapporter_dehors": "a rapporté le document signé avec son certificat",
    "refuser_dehors": "a refusé de signer",
    "rappeler_signataire": "a rappelé une signature attendue",
    "expirer_signature": "a mis fin à une demande de signature",
    "decider": "a décidé",
    "refuser": "a refusé",
    "renvoyer": "a renvoyé",
    "revenir": "a repris sa décision",
    "repondre": "a répondu et clos",
    "prendre": "s'en occupe",
    "rendre": "a rendu l'étape",
    "reaffecter": "a confié l'étape",
    "reloger": "a confié l'étape d'un poste ou d'un service supprimé",
    "prendre_connaissance": "a pris connaissance",
    "demander_complement": "a demandé un complément",
    "mettre_en_attente": "a mis en attente",
    "reprendre": "a repris le dossier",
    "message_du_demandeur": "a transmis un message du demandeur",
    "inserer": "a ajouté une étape",
    "passer_etape": "a passé une étape",
    "passer": "a passé",
    "deplacer": "a déplacé une étape",
    "retirer": "a retiré {la}",
    "transmettre": "a transmis à une autre administration",
    "reunir": "a réuni à une autre demande",
    "rouvrir": "a rouvert le dossier",
    "ecrire": "a écrit un message",
    "suivre": "suit le dossier",
    "ne_plus_suivre": "ne suit plus le dossier",
    "repondre_ensemble": "a répondu à cette demande avec une autre",
    "relier": "a lié un autre dossier",
    "constater_silence": "a constaté la décision née de l'absence de réponse",
    "rappeler": "a rappelé l'échéance",
    "escalader": "a alerté le responsable du retard",
    "effacer": "a effacé le contenu de lignes d'avant, comme la loi le demande",
    "exporter": "a remis à la personne la copie de ses données",
    "preparer_versement": "a mis le dossier dans un versement aux archives",
    "rendre_versement": "a repris le dossier d'un versement resté sans suite",
    "verser": "a noté que les archives ont reçu le dossier",
}
DETAILS = {
    "document": "document", "poste": "poste", "canal": "arrivée", "numero": "numéro", "depart": "départ",
    "etape": "étape", "resultat": "résultat", "a": "à", "vers": "vers", "motif": "motif", "service": "service",
    "jusquau": "jusqu'au", "avec": "avec", "avant": "avant", "sens": "sens", "echeance": "échéance",
    "decision_implicite": "décision implicite", "identite": "identité vérifiée",
    "moyen": "moyen", "niveau": "niveau",
    "signatures": "signatures", "montant": "montant", "signataire": "signataire", "par": "par",
    "qualite": "qualité", "en_vertu": "en vertu de",
    "engagement": "engagement", "service_fait": "service fait le",
    "theme": "thème", "attestation": "attestation", "corrections": "corrections", "precision": "précision", "parties": "parties",
    "retires": "retiré",
}  # fmt: skip
DATES = {"jusquau", "echeance", "decision_implicite"}


def nommer(chaine: UUID) -> str:
    """« dossier 26-7K4MQ2 » when the chain is a dossier's; empty otherwise."""
    reference = Dossier.objects.filter(uuid=chaine).values_list("reference", flat=True).first()
    return f"dossier {reference}" if reference else ""


def recit(dossier: Dossier, *, caches: Collection[int] = (), au_plus: int | None = 200) -> list[dict[str, Any]]:
    """Lines of the journal, latest first: who, what, when, details. An erased content leaves « contenu effacé ».

    `caches`: ids of étapes whose vote is hidden from the reader until their rank closes; `au_plus`: None for all lines.
    """
    lignes = Ligne.objects.filter(chaine=dossier.uuid).select_related("charge").order_by("-numero")[:au_plus]
    nature = nature_de(dossier)
    phrases = {verbe: nature.mots.dire(p) for verbe, p in {**PHRASES, **nature.phrases}.items()}
    return [_ligne(ligne, phrases, cache=ligne.etape in caches) for ligne in lignes]


@dataclass(frozen=True, slots=True)
class Passee:
    """An étape that was skipped: by whom, when and why, as the journal says it."""

    etape: Etape
    par: str
    at: datetime | None
    motif: str


def passees(etapes: Iterable[Etape]) -> list[Passee]:
    """Those of a dossier that were skipped, in their order; one query when there are any."""
    sautees = [e for e in etapes if e.etat == EtatEtape.PASSEE]
    if not sautees:
        return []
    lignes = Ligne.objects.filter(
        chaine=sautees[0].dossier.uuid, etape__in=[e.pk for e in sautees], verbe__in=["passer", "passer_etape"]
    )
    # of the two lines of somebody's gesture, the last gives the reason
    dites = {ligne.etape: ligne for ligne in lignes.select_related("charge").order_by("numero")}
    return [_passee(etape, dites.get(etape.pk)) for etape in sautees]


def _passee(etape: Etape, ligne: Ligne | None) -> Passee:
    charge = getattr(ligne, "charge", None)
    contenu = charge.contenu if charge is not None else {"qui": "contenu effacé"}
    return Passee(etape, contenu.get("qui", ""), ligne.at if ligne else None, contenu.get("motif", ""))


def chez(acteur: Acteur, etape: Etape, nature: str) -> str:
    """Who has an étape, as a list says it: « Camille Durand (directrice) », or, away, « Alix Martin, pour Camille Durand,
    absente ». Asks the database nothing.
    """
    annuaire = acteur.annuaire
    if etape.poste_id is not None:
        trouve, nom = annuaire.resoudre(etape.poste_id, nature), annuaire.designer(etape.poste_id)
    else:
        trouve, nom = annuaire.resoudre_entite(etape.entite_id or 0, nature), annuaire.nom_entite(etape.entite_id)
    if not trouve.pour:
        return nom
    return f"{', '.join(annuaire.nom_personne(p) for p in trouve.personnes)}, {trouve.pour}"


def lieux(acteur: Acteur, dossiers: Iterable[Dossier]) -> dict[int, str]:
    """Where each stands, in a sentence, by id."""
    natures = {d.pk: d.nature for d in dossiers}
    actives: dict[int, list[Etape]] = {pk: [] for pk in natures}
    etapes = Etape.objects.filter(dossier__in=actives, etat=EtatEtape.ACTIVE).exclude(type=TypeEtape.INFORMATION)
    for etape in etapes.order_by("rang", "id"):
        actives[etape.dossier_id].append(etape)
    return {pk: _lieu(acteur, siennes, natures[pk]) for pk, siennes in actives.items()}


def _lieu(acteur: Acteur, actives: list[Etape], nature: str) -> str:
    if not actives:
        return "C'est terminé : la réponse est dans le dossier."
    titres, ou = (
        dict.fromkeys(dits) for dits in ((e.titre for e in actives), (chez(acteur, e, nature) for e in actives))
    )
    return f"{' ; '.join(titres)} — chez {' ; '.join(ou)}."


def _ligne(ligne: Ligne, phrases: Mapping[str, str], *, cache: bool) -> dict[str, Any]:
    charge = getattr(ligne, "charge", None)
    contenu = charge.contenu if charge is not None else {"qui": "contenu effacé"}
    details = [
        f"{mot} : {_en_clair(cle, contenu[cle])}"
        for cle, mot in DETAILS.items()
        if contenu.get(cle) and not (cache and cle == "resultat")
    ]
    details += [contenu["pour"]] if contenu.get("pour") else []
    return {
        "at": ligne.at,
        "qui": contenu.get("qui", ""),
        "quoi": phrases.get(ligne.verbe, ligne.verbe.replace("_", " ")),
        "details": " ; ".join(details),
    }


def _en_clair(cle: str, valeur: Any) -> str:
    """Days as people write them; the journal keeps them as ISO 8601."""
    return f"{date.fromisoformat(valeur):%d/%m/%Y}" if cle in DATES else str(valeur)
