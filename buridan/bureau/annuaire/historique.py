"""The journal of absences and stand-ins: one chain for each person, one for each post. Never the reason of an absence."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from buridan.dossiers.natures import natures
from buridan.journal.chaine import ecrire
from buridan.journal.models import Ligne
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Personne, Poste
from buridan.organisation.suites import Changement

LIGNES = 50
PHRASES = {
    "declarer_absence": "a déclaré l'absence de {sujet}, du {debut}{retour}",
    "terminer_absence": "a mis fin à l'absence de {sujet}, déclarée du {debut}{retour}",
    "fermer_compte": "a fermé le compte de {sujet}",
    "rouvrir_compte": "a rouvert le compte de {sujet}",
    "nommer_suppleant": "a choisi {suppleant} pour suppléer {sujet}, à partir du {debut}{jusqua}{nature}",
    "terminer_suppleance": "a mis fin à la suppléance de {sujet} par {suppleant}, choisie à partir du {debut}{jusqua}{nature}",
}


def chaine_de(genre: type[Personne] | type[Poste], pk: int) -> UUID:
    """Name of the chain of a person or a post: the same for ever."""
    return uuid5(NAMESPACE_URL, f"buridan:{genre.__name__.lower()}:{pk}")


def nommer(chaine: UUID) -> str:
    """« Prénom Nom » or the title of the post whose chain it is; empty for any other chain."""
    for genre in (Personne, Poste):
        for sujet in genre.objects.all():
            if chaine_de(genre, sujet.pk) == chaine:
                return f"organisation, {sujet}"
    return ""


def consigner(changement: Changement, *, by: Acteur) -> None:
    """The line of a change, on the locked subject's chain. A load of files has no subject, and no line."""
    sujet = changement.sujet
    if sujet is None:
        return
    nom = str(sujet) if isinstance(sujet, Personne) else changement.avant.designer(sujet.pk)
    contenu = {**changement.contenu, "sujet": nom}
    ecrire(chaine_de(type(sujet), sujet.pk), changement.verbe, auteur=by.personne, at=by.at, contenu=contenu)


def historique(genre: type[Personne] | type[Poste], ids: Iterable[int]) -> list[dict[str, Any]]:
    """Latest lines about these people or posts, in words. One query."""
    chaines = [chaine_de(genre, pk) for pk in ids]
    lignes = Ligne.objects.filter(chaine__in=chaines, verbe__in=PHRASES).select_related("charge").order_by("-id")
    noms = {n.code: n.nom for n in natures()}
    return [_en_mots(ligne, noms) for ligne in lignes[:LIGNES]]


def _en_mots(ligne: Ligne, noms: dict[str, str]) -> dict[str, Any]:
    charge = getattr(ligne, "charge", None)
    if charge is None:
        return {"at": ligne.at, "qui": "", "quoi": "contenu effacé"}
    contenu = charge.contenu
    debut, fin = (f"{date.fromisoformat(j):%d/%m/%Y}" if j else "" for j in (contenu.get("debut"), contenu.get("fin")))
    nature = contenu.get("nature", "")
    mots = {
        "sujet": contenu["sujet"], "suppleant": contenu.get("suppleant", ""),
        "debut": debut, "retour": f", retour le {fin}" if fin else "", "jusqua": f" jusqu'au {fin}" if fin else "",
        "nature": f", seulement pour : {noms.get(nature, nature)}" if nature else "",
    }  # fmt: skip
    return {"at": ligne.at, "qui": contenu["qui"], "quoi": PHRASES[ligne.verbe].format(**mots)}
