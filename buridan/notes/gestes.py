"""The gestures of a note, in the place of those of the core."""

from dataclasses import replace
from typing import Any

from django.urls import reverse

from buridan.dossiers.actions.revenir import revenir
from buridan.dossiers.etats import Resultat
from buridan.dossiers.forms import FormulaireRenvoiALAuteur, SansChamp
from buridan.dossiers.gestes import GESTES
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Geste
from buridan.notes import forms, rules
from buridan.notes.actions.arbitrer import arbitrer
from buridan.notes.actions.commencer import recadrer
from buridan.notes.actions.completer import completer
from buridan.notes.actions.envoyer import envoyer
from buridan.notes.actions.presenter import presenter
from buridan.notes.actions.redescendre import redescendre, refuser, retirer
from buridan.notes.queries import a_presenter, note_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Verdict


def adresse_de_redaction(etape: Etape) -> str:
    """The page on which it is written."""
    return reverse("note_rediger", kwargs={"uuid": etape.dossier.uuid})


def _envoyer(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return envoyer(etape, by=by, at=at)


def _completer(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    contenu = {
        c.removeprefix("partie__"): v.strip() for c, v in donnees.items() if c.startswith("partie__") and v.strip()
    }
    return completer(etape, by=by, at=at, avis=Resultat(donnees["avis"]), texte=donnees["texte"], contenu=contenu)


def _presenter(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return presenter(etape, by=by, at=at, **donnees)


def _arbitrer(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    if donnees["choix"] == forms.REFUS:
        return refuser(etape, by=by, at=at, motif=donnees["texte"])
    return arbitrer(etape, by=by, at=at, **donnees)


def _repondre(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return redescendre(etape, by=by, at=at, mot=donnees["mot"])


def _refuser(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return refuser(etape, by=by, at=at, motif=donnees["motif"])


def _retirer(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return retirer(dossier, by=by, at=at, motif=donnees["motif"])


def _revenir(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    rules.peut_revenir(by, etape).exiger()
    return revenir(etape, by=by, at=at, **donnees)


def _recadrer(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return recadrer(dossier, by=by, at=at, **donnees)


def peut_recadrer(acteur: Acteur, dossier: Dossier) -> Verdict:
    """While it is written."""
    return rules.peut_rediger(acteur, note_de(dossier), dossier.etapes.all())


RECADRER = Geste(
    "recadrer", "Changer le genre, l'objet ou le thème", "La note est recadrée : son circuit est calculé à nouveau.", False,
    forms.FormulaireRecadrage, peut_recadrer, _recadrer,
)  # fmt: skip
NOTE: dict[str, Geste] = {
    "traiter": replace(
        GESTES["traiter"], libelle="Écrire la note, puis l'envoyer", fait="La note est envoyée.", formulaire=SansChamp,
        executer=_envoyer, adresse=adresse_de_redaction,
    ),
    "donner_avis": replace(
        GESTES["donner_avis"], formulaire=forms.FormulaireAvisNote, verdict=rules.peut_donner_avis, executer=_completer,
        convient=lambda etape: not a_presenter(etape),
    ),
    "presenter": replace(
        GESTES["donner_avis"], code="presenter", libelle="Noter la présentation", fait="C'est noté.",
        formulaire=forms.FormulairePresentation, verdict=rules.peut_presenter, executer=_presenter, convient=a_presenter,
    ),
    "decider": replace(
        GESTES["decider"], libelle="Enregistrer la décision", formulaire=forms.FormulaireArbitrage, executer=_arbitrer
    ),
    "renvoyer": replace(GESTES["renvoyer"], libelle="Renvoyer pour correction", formulaire=FormulaireRenvoiALAuteur),
    "repondre": replace(
        GESTES["repondre"], libelle="Faire redescendre la réponse et clore",
        fait="La réponse est redescendue à tous ceux qui ont travaillé sur la note.",
        formulaire=forms.FormulaireRedescente, verdict=rules.peut_redescendre, executer=_repondre,
    ),
    "refuser": replace(GESTES["refuser"], verdict=rules.peut_refuser, executer=_refuser),
    "revenir": replace(GESTES["revenir"], verdict=rules.peut_revenir, executer=_revenir),
    "retirer": replace(
        GESTES["retirer"], libelle="Retirer ma note", verdict=rules.peut_retirer, executer=_retirer
    ),
    "recadrer": RECADRER,
}  # fmt: skip
SANS = frozenset({"qualifier", "demander_complement", "transmettre", "reunir", "rouvrir", "ecrire_demandeur"})
