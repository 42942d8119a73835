"""Correct a request after it was filed, or complete one filed in three fields. What was written at first stays as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from buridan.demandes import legal, rules
from buridan.demandes.actions.accuser import accuser_reception
from buridan.demandes.models import Demande, Precision, Public
from buridan.dossiers.actions.ecriture import ecrire
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CHAMPS = {
    "nom": "nom",
    "au_nom_de": "au nom de",
    "public": "genre de demandeur",
    "organisme": "organisme",
    "siret": "SIRET",
    "rna": "RNA",
    "courriel": "courriel",
    "telephone": "téléphone",
    "adresse": "adresse",
    "lieu": "lieu",
}
QUESTION = "q_"  # before the key of one of the type's own questions


@dataclass(frozen=True, slots=True)
class Correction:
    """What was done. `accuse`: the address the acknowledgement was sent to again, empty when it wasn't."""

    demande: Demande
    accuse: str = ""


def valeurs(demande: Demande) -> dict[str, str]:
    """What may be corrected, as it stands: fields, and answers under `q_` and their key."""
    reponses = {f"{QUESTION}{q['cle']}": str(demande.reponses.get(q["cle"], "")) for q in demande.type.questions}
    return {champ: getattr(demande, champ) for champ in CHAMPS} | reponses


def corriger(
    dossier: Dossier,
    *,
    by: Acteur,
    at: datetime,
    changements: Mapping[str, tuple[str, str]],
    precision: str = "",
    position: tuple[float | None, float | None] = (None, None),
) -> Correction:
    """Correct. `changements`: field to (what the agent saw, what it must be); `position`: (latitude, longitude) of the place.

    Refused when somebody changed the same field meanwhile. Raises DejaFait when nothing is left to change.
    """
    with traversee("corriger", dossier.pk, by=by, at=at) as t:
        rules.peut_corriger(by, t.dossier).exiger()
        demande = Demande.objects.select_related("type").get(pk=dossier.pk)
        demande.dossier = t.dossier
        libelles = CHAMPS | {f"{QUESTION}{q['cle']}": q["libelle"] for q in demande.type.questions}
        faits = {c: av for c, av in _restants(valeurs(demande), changements, libelles).items() if c in libelles}
        ajout = _ajouter_precision(t, demande, precision.strip())
        deplacee = "lieu" in faits or (position != (None, None) and position != (demande.latitude, demande.longitude))
        if not faits and not ajout and not deplacee:
            raise DejaFait("Il n'y a rien à changer : ces informations sont déjà enregistrées.")
        _poser(demande, {c: apres for c, (_avant, apres) in faits.items()})
        if deplacee:
            demande.latitude, demande.longitude = position
        _exiger_joignable(demande)
        demande.save(update_fields=[*CHAMPS, "reponses", "latitude", "longitude"])
        _reporter(t, demande, faits)
        t.contenu["corrections"] = " ; ".join(
            f"{libelles[c]} : {_en_clair(c, avant)} → {_en_clair(c, apres)}" for c, (avant, apres) in faits.items()
        )
        return Correction(demande, _accuser_a_nouveau(t, demande) if "courriel" in faits else "")


def _restants(
    actuelles: Mapping[str, str], changements: Mapping[str, tuple[str, str]], libelles: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Field to (before, after) for what still has to change. Refus when the field is not what the agent saw."""
    faits = {}
    for champ, (vu, voulu) in changements.items():
        actuelle = actuelles.get(champ, "")
        if actuelle == voulu:
            continue
        if actuelle != vu:
            raise Refus(
                f"Quelqu'un a changé « {libelles.get(champ, champ)} » entre-temps : c'est maintenant "
                f"« {_en_clair(champ, actuelle)} ». Vérifiez votre saisie, puis enregistrez à nouveau."
            )
        faits[champ] = (actuelle, voulu)
    return faits


def _en_clair(champ: str, valeur: str) -> str:
    return (Public(valeur).label if champ == "public" else valeur) or "vide"


def _poser(demande: Demande, neuves: Mapping[str, str]) -> None:
    for champ, valeur in neuves.items():
        if not champ.startswith(QUESTION):
            setattr(demande, champ, valeur)
        elif valeur:
            demande.reponses[champ.removeprefix(QUESTION)] = valeur
        else:
            demande.reponses.pop(champ.removeprefix(QUESTION), None)


def _exiger_joignable(demande: Demande) -> None:
    if not demande.nom.strip():
        raise Refus("Indiquez le nom de la personne qui demande.")
    if not (demande.courriel or demande.telephone or demande.adresse):
        raise Refus("Gardez un courriel, un téléphone ou une adresse : il faut pouvoir répondre.")


def _ajouter_precision(t: Traversee, demande: Demande, texte: str) -> bool:
    """A second click adds nothing: the same words are there already."""
    if not texte or Precision.objects.filter(demande=demande, texte=texte).exists():
        return False
    Precision.objects.create(demande=demande, texte=texte, at=t.at, par_id=t.acteur.personne)
    t.contenu["precision"] = texte
    return True


def _reporter(t: Traversee, demande: Demande, faits: Mapping[str, tuple[str, str]]) -> None:
    """What the dossier holds of the request: its subject and the words it is found by."""
    precisions = Precision.objects.filter(demande=demande).values_list("texte", flat=True)
    t.changer(contenu=demande.texte_cherche(precisions))
    if "lieu" in faits:
        t.changer(objet=demande.intitule()[:200])


def _accuser_a_nouveau(t: Traversee, demande: Demande) -> str:
    """The acknowledgement must have reached the requester: a new address gets it again."""
    if demande.courriel:
        ecrire(accuser_reception(demande, legal.dates_de(demande), by=t.acteur, at=t.at))
    return demande.courriel
