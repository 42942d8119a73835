"""The gestures of an internal request, in the place of those of the core."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.urls import reverse

from buridan.decisions import forms, rules
from buridan.decisions.actions.associer import associer_un_elu
from buridan.decisions.actions.envoyer import envoyer
from buridan.decisions.actions.trancher import trancher
from buridan.decisions.queries import demande_de
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.etats import SensReponse
from buridan.dossiers.forms import FormulaireRenvoiALAuteur, SansChamp
from buridan.dossiers.gestes import GESTES
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Geste
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Verdict


def adresse_de_redaction(etape: Etape) -> str:
    """The page on which it is written."""
    return reverse("decision_rediger", kwargs={"uuid": etape.dossier.uuid})


def _par_un_autre(geste: Geste, regle: Any = rules.pas_la_sienne) -> Geste:
    """The same, refused to whoever asked. Who asked never changes once it is sent: no lock is needed to know it."""

    def verdict(acteur: Acteur, etape: Etape) -> Verdict:
        return geste.verdict(acteur, etape) and regle(acteur, etape, demande_de(etape.dossier))

    def executer(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
        regle(by, etape, demande_de(etape.dossier)).exiger()
        return geste.executer(etape, by=by, at=at, donnees=donnees)

    return replace(geste, verdict=verdict, executer=executer)


def _par_un_autre_encore(geste: Geste) -> Geste:
    """A gesture on the circuit, refused to whoever asked."""

    def verdict(acteur: Acteur, dossier: Dossier) -> Verdict:
        return rules.pas_son_circuit(acteur, demande_de(dossier)) and geste.verdict(acteur, dossier)

    def executer(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
        rules.pas_son_circuit(by, demande_de(dossier)).exiger()
        return geste.executer(dossier, by=by, at=at, donnees=donnees)

    return replace(geste, verdict=verdict, executer=executer)


def _champs(action: Callable[..., Any]) -> Any:
    def executer(objet: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
        return action(objet, by=by, at=at, **donnees)

    return executer


def _envoyer(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return envoyer(etape, by=by, at=at)


def _repondre(etape: Etape, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    """What was decided is what comes down."""
    return repondre(etape, by=by, at=at, texte=donnees["texte"], sens=SensReponse(etape.dossier.projet_sens))


def peut_associer(acteur: Acteur, dossier: Dossier) -> Verdict:
    """The general manager, until it is decided."""
    return rules.peut_associer_un_elu(acteur, demande_de(dossier), dossier.etapes.all())


ASSOCIER = Geste(
    "associer_un_elu", "Associer un élu", "L'élu est associé : la décision attendra ce qu'il dit.", False,
    forms.FormulaireElu, peut_associer, _champs(associer_un_elu),
)  # fmt: skip
INTERNES: dict[str, Geste] = {
    "traiter": replace(
        GESTES["traiter"], libelle="Écrire la demande, puis l'envoyer", fait="La demande est envoyée.",
        formulaire=SansChamp, executer=_envoyer, adresse=adresse_de_redaction,
    ),
    **{code: _par_un_autre(GESTES[code]) for code in ("viser", "valider", "signer")},
    "refuser": _par_un_autre(GESTES["refuser"], rules.peut_refuser),
    "decider": _par_un_autre(
        replace(
            GESTES["decider"], libelle="Enregistrer la décision", formulaire=forms.FormulaireTrancher,
            executer=_champs(trancher),
        )
    ),
    "renvoyer": replace(GESTES["renvoyer"], libelle="Renvoyer pour correction", formulaire=FormulaireRenvoiALAuteur),
    "repondre": _par_un_autre(
        replace(
            GESTES["repondre"], libelle="Donner la réponse à l'auteur et clore",
            fait="La réponse est donnée à l'auteur et à ceux qui ont travaillé sur sa demande.",
            formulaire=forms.FormulaireRetour, executer=_repondre,
        )
    ),
    "retirer": replace(GESTES["retirer"], libelle="Retirer ma demande"),
    **{code: _par_un_autre_encore(GESTES[code]) for code in ("inserer", "passer", "deplacer")},
    "associer_un_elu": ASSOCIER,
}  # fmt: skip
SANS = frozenset({"qualifier", "demander_complement", "transmettre", "reunir", "rouvrir", "ecrire_demandeur"})
