"""The gestures of the core, in one table: the page offers them, the tests of rights and races read them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.forms import widgets

from buridan.dossiers import forms, rules
from buridan.dossiers.actions.attendre import demander_complement, mettre_en_attente, reprendre
from buridan.dossiers.actions.clore_autrement import retirer, reunir, transmettre
from buridan.dossiers.actions.decider import decider
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.ecrire import ecrire, relier, suivre
from buridan.dossiers.actions.modifier_circuit import deplacer, inserer, passer
from buridan.dossiers.actions.prendre import prendre, rendre
from buridan.dossiers.actions.prendre_connaissance import prendre_connaissance
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.reaffecter import reaffecter
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.revenir import revenir
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.valider import valider
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import Fil, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Decision, Dossier, Etape
from buridan.dossiers.natures import Geste, nature_de
from buridan.journal.models import Charge
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import OUI, Verdict, non


def _champs(action: Any, **lectures: Any) -> Any:
    """An executor that passes the form's fields to the action by name, some read by a function."""

    def executer(objet: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
        return action(objet, by=by, at=at, **{c: lectures.get(c, lambda v: v)(v) for c, v in donnees.items()})

    return executer


def _a(action: Any, **lectures: Any) -> Any:
    """Like `_champs`, with the addressee `a` split into poste or entite."""

    def executer(objet: Any, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
        genre, _, pk = donnees.pop("a").partition(":")
        return _champs(action, **lectures)(objet, by=by, at=at, donnees={**donnees, genre: int(pk)})

    return executer


def _etape(
    code: str, libelle: str, fait: str, formulaire: Any, action: Any, *types: TypeEtape, verdict: Any = None
) -> Geste:
    def du_verbe(acteur: Acteur, etape: Etape) -> Verdict:
        return rules.peut_decider(acteur, etape, code)

    return Geste(
        code, libelle, fait, True, formulaire, verdict or du_verbe, action, frozenset(types), principal=len(types) == 1
    )


def peut_suivre(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Follow what one may see."""
    return non("Vous suivez déjà ce dossier.") if acteur.personne in dossier.suiveurs else OUI


def peut_ne_plus_suivre(acteur: Acteur, dossier: Dossier) -> Verdict:
    """Stop following."""
    return OUI if acteur.personne in dossier.suiveurs else non("Vous ne suivez pas ce dossier.")


def _ecrire(fil: Fil) -> Any:
    return lambda dossier, *, by, at, donnees: ecrire(dossier, by=by, at=at, texte=donnees["texte"], fil=fil)


def _reunir(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return reunir(dossier, by=by, at=at, principal=donnees["reference"])


def _relier(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return relier(dossier, by=by, at=at, vers=donnees["reference"])


def _passer(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return passer(donnees["etape"], by=by, at=at, motif=donnees["motif"])


def _deplacer(dossier: Dossier, *, by: Acteur, at: Any, donnees: dict[str, Any]) -> Any:
    return deplacer(donnees["etape"], by=by, at=at, avant=donnees["avant"], motif=donnees["motif"])


def _suivre(oui: bool) -> Any:
    return lambda dossier, *, by, at, donnees: suivre(dossier, by=by, at=at, oui=oui)


T = TypeEtape
SECOND_CLIC = timedelta(minutes=10)
GESTES: dict[str, Geste] = {
    g.code: g
    for g in (
        _etape("qualifier", "Qualifier", "La demande est qualifiée.", forms.FormulaireRemarque, _champs(qualifier), T.QUALIFICATION),
        _etape("traiter", "Terminer le traitement", "Le traitement est terminé.", forms.FormulaireTraitement, _champs(traiter, sens=SensReponse), T.TRAITEMENT),
        _etape("donner_avis", "Donner l'avis", "Votre avis est enregistré.", forms.FormulaireAvis, _champs(donner_avis, avis=Resultat), T.AVIS),
        _etape("viser", "Viser", "Le visa est donné.", forms.FormulaireRemarque, _champs(viser), T.VISA),
        _etape("valider", "Valider", "La validation est donnée.", forms.FormulaireRemarque, _champs(valider), T.VALIDATION),
        _etape("signer", "Signer", "C'est signé.", forms.FormulaireRemarque, _champs(signer), T.SIGNATURE),
        _etape("decider", "Décider favorablement", "La décision est enregistrée.", forms.FormulaireDecision, _champs(decider), T.DECISION),
        _etape("repondre", "Envoyer la réponse et clore", "La réponse est envoyée, le dossier est clos.", forms.FormulaireReponse, _champs(repondre, sens=SensReponse), T.REPONSE),
        _etape("prendre_connaissance", "J'ai lu", "C'est noté.", forms.SansChamp, _champs(prendre_connaissance), T.INFORMATION),
        _etape("refuser", "Refuser {la}", "Le refus est enregistré ; la réponse reste à envoyer.", forms.FormulaireMotif, _champs(refuser), T.TRAITEMENT, T.VISA, T.VALIDATION, T.SIGNATURE, T.DECISION),
        _etape("renvoyer", "Renvoyer à une étape d'avant", "Le dossier est renvoyé.", forms.FormulaireRenvoi, _champs(renvoyer), T.TRAITEMENT, T.VISA, T.VALIDATION, T.SIGNATURE, T.DECISION, T.REPONSE, T.AVIS, verdict=rules.peut_agir),
        _etape("prendre", "Je m'en occupe", "Vous vous en occupez.", forms.SansChamp, _champs(prendre), verdict=rules.peut_prendre),
        _etape("rendre", "Rendre à mon service", "L'étape est rendue.", forms.SansChamp, _champs(rendre), verdict=rules.peut_rendre),
        _etape("reaffecter", "Confier à quelqu'un d'autre", "L'étape est confiée.", forms.FormulaireReaffectation, _a(reaffecter), verdict=rules.peut_reaffecter),
        _etape("revenir", "Revenir sur ma décision", "Votre décision est reprise : l'étape est de nouveau à faire.", forms.FormulaireMotif, _champs(revenir), verdict=rules.peut_revenir),
        Geste("demander_complement", "Demander un complément", "La question est envoyée au demandeur.", False, forms.FormulaireComplement, rules.peut_mettre_en_attente, _champs(demander_complement)),
        Geste("mettre_en_attente", "Mettre en attente", "Le dossier est en attente.", False, forms.FormulaireDate, rules.peut_mettre_en_attente, _champs(mettre_en_attente)),
        Geste("reprendre", "Reprendre maintenant", "Le dossier reprend.", False, forms.SansChamp, rules.peut_reprendre, _champs(reprendre)),
        Geste("inserer", "Ajouter une étape", "L'étape est ajoutée.", False, forms.FormulaireInsertion, rules.peut_modifier_circuit, _a(inserer, type=TypeEtape)),
        Geste("passer", "Passer une étape", "L'étape est passée.", False, forms.FormulairePassage, rules.peut_modifier_circuit, _passer),
        Geste("deplacer", "Déplacer une étape", "L'étape est déplacée.", False, forms.FormulaireDeplacement, rules.peut_modifier_circuit, _deplacer),
        Geste("transmettre", "Transmettre à une autre administration", "La demande est transmise.", False, forms.FormulaireTransmission, rules.peut_conduire, _champs(transmettre)),
        Geste("reunir", "Réunir à une autre demande", "Les demandes sont réunies.", False, forms.FormulaireReunion, rules.peut_conduire, _reunir),
        Geste("relier", "Lier à un autre dossier", "Les dossiers sont liés.", False, forms.FormulaireReunion, rules.fait_partie, _relier),
        Geste("retirer", "Retirer à la demande de l'usager", "{la} est retiré{e}.", False, forms.FormulaireMotif, rules.peut_retirer, _champs(retirer)),
        Geste("rouvrir", "Rouvrir le dossier", "Le dossier est rouvert.", False, forms.FormulaireMotif, rules.peut_rouvrir, _champs(rouvrir)),
        Geste("suivre", "Suivre ce dossier", "Vous suivez ce dossier.", False, forms.SansChamp, peut_suivre, _suivre(True)),
        Geste("ne_plus_suivre", "Ne plus suivre", "Vous ne suivez plus ce dossier.", False, forms.SansChamp, peut_ne_plus_suivre, _suivre(False)),
        Geste("ecrire_agents", "Écrire aux collègues", "Le message est envoyé.", False, forms.FormulaireMessageAgent, lambda a, d: OUI, _ecrire(Fil.AGENTS)),
        Geste("ecrire_demandeur", "Écrire au demandeur", "Le message est envoyé au demandeur.", False, forms.FormulaireMessageAgent, rules.fait_partie, _ecrire(Fil.DEMANDEUR)),
    )
}  # fmt: skip


def geste_de(dossier: Dossier, code: str) -> Geste | None:
    """The gesture of that code for this dossier, in its nature's words: its own when it has one; None if it has no use for it."""
    nature = nature_de(dossier)
    geste = nature.gestes.get(code) or (GESTES.get(code) if code not in nature.sans else None)
    if geste is None or "{" not in geste.libelle + geste.fait:
        return geste
    fait = nature.mots.dire(geste.fait)
    return replace(geste, libelle=nature.mots.dire(geste.libelle), fait=fait[:1].upper() + fait[1:])


def former(geste: Geste, objet: Any, acteur: Acteur, donnees: Any = None) -> Any:
    """The form of a gesture on an étape or a dossier, its ids its own on the page; `ailleurs`: the page it is done on, if any."""
    form = geste.formulaire(objet, acteur, donnees)
    form.auto_id = f"{geste.code}_{objet.pk}_%s"
    form.ailleurs = geste.adresse(objet) if geste.adresse else ""
    return form


def ecrit_en_vain(form: Any, objet: Any, acteur: Acteur) -> bool:
    """What was already done was done by somebody else, and this person typed something: a second click it is not.

    A second click comes soon after the first, which has written its words (a title, a reason) in the journal.
    """
    if isinstance(objet, Etape):
        decidee = Decision.objects.filter(etape=objet, par=acteur.personne)
        return any(form.cleaned_data.values()) and not decidee.exists()
    saisis = (form.cleaned_data[nom] for nom in form.changed_data if _se_tape(form.fields[nom]))
    tapes = [texte for texte in saisis if texte and isinstance(texte, str)]  # a day is written otherwise
    recentes = Charge.objects.filter(
        ligne__chaine=objet.uuid, ligne__auteur=acteur.personne, ligne__at__gte=acteur.at - SECOND_CLIC
    )
    ecrits = [valeur for contenu in recentes.values_list("contenu", flat=True) for valeur in contenu.values()]
    return bool(tapes) and not any(texte in ecrits for texte in tapes)


def _se_tape(champ: Any) -> bool:
    return isinstance(champ.widget, widgets.TextInput | widgets.Textarea)


def gestes_d_etape(dossier: Dossier, etape: Etape) -> list[Geste]:
    """Gestures that suit this étape to do, its nature's own included: the main one first."""
    codes = dict.fromkeys([*GESTES, *nature_de(dossier).gestes])
    gestes = [g for c in codes if c != "revenir" and (g := geste_de(dossier, c)) is not None and g.etape]
    return sorted(
        (g for g in gestes if (not g.types or etape.type in g.types) and g.convient(etape)),
        key=lambda g: not g.principal,
    )


def gestes_de_dossier(dossier: Dossier) -> list[Geste]:
    """Gestures on the whole dossier, its nature's own included, the two threads apart; none when it was erased."""
    if dossier.efface_le is not None:
        return []
    codes = dict.fromkeys([*GESTES, *nature_de(dossier).gestes])
    gestes = [g for c in codes if not c.startswith("ecrire_") and (g := geste_de(dossier, c))]
    return [g for g in gestes if not g.etape]
