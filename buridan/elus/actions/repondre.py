"""Give the answer and close: the official has it, and the resident who waits has it once, by whoever was chosen."""

from contextlib import suppress
from datetime import datetime

from buridan.dossiers.actions.attendre import reprendre_ici
from buridan.dossiers.actions.avancer import montrer_a, passer_outre, qui_agit
from buridan.dossiers.actions.repondre import clore, exiger_conforme, repondre_a_tous
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee, traversee_etape
from buridan.dossiers.etats import EtatDossier, EtatEtape, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape, Reponse
from buridan.dossiers.natures import nature_de
from buridan.dossiers.routage import Contexte, EtapePrevue, calculer
from buridan.elus import rules
from buridan.elus.etats import Moyen, QuiRepond
from buridan.elus.models import DemandeElu, ReponseHabitant
from buridan.elus.queries import demande_de
from buridan.elus.route import tracer
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

DITES = frozenset({SensReponse.FAVORABLE, SensReponse.PARTIELLE, SensReponse.REFUS, SensReponse.INFORMATION})
REPONSE_DE_LA_NOTE = "Réponse donnée à {la} {reference}, faite de ce projet :\n\n{texte}"


def repondre(
    etape: Etape, *, by: Acteur, at: datetime, texte: str, sens: SensReponse, moyen: str = "", pour: str = ""
) -> Reponse:
    """Answer. `moyen`: how the resident was told, needed unless it goes by e-mail from here; `pour`: who the form said would
    tell the resident, so that a choice changed in the meantime is seen before it is too late.
    """
    with traversee_etape("repondre", etape, by=by, at=at) as t:
        assert t.etape is not None
        demande = demande_de(t.dossier)
        rules.peut_repondre(by, t.etape, demande).exiger()
        exiger_conforme(t, texte, sens)
        if pour != demande.qui_repond:
            raise Refus("Le choix de qui répond à l'habitant vient de changer : relisez la page, puis recommencez.")
        choisi = _moyen(demande, moyen)
        t.decider(Resultat.REPONDUE, "")
        reponse = repondre_a_tous(t, texte.strip(), sens)
        passer_outre(t, t.restantes())
        if demande.qui_repond:
            _dire(t, demande, choisi, reponse.texte)
        return reponse


def retirer(dossier: Dossier, *, by: Acteur, at: datetime, motif: str, moyen: str = "") -> Reponse:
    """Withdraw. A resident who waits was told so by the official, or by the cabinet in his or her name."""
    with traversee("retirer", dossier.pk, by=by, at=at) as t:
        demande = demande_de(t.dossier)
        rules.peut_retirer(by, demande).exiger()
        if demande.qui_repond and moyen not in Moyen.values:
            raise Refus(
                "Un habitant attend une réponse : dites-lui que la demande est retirée, puis indiquez ici comment."
            )
        texte = f"Votre demande d'élu {t.dossier.reference} est retirée, comme vous l'avez souhaité. Motif : {motif.strip()}"
        reponse = clore(t, texte, SensReponse.RETIREE)
        passer_outre(t, t.restantes())
        if demande.qui_repond:
            DemandeElu.objects.filter(pk=demande.pk).update(qui_repond=QuiRepond.ELU)
            _noter(t, demande, QuiRepond.ELU, moyen)
        return reponse


def choisir_qui_repond(dossier: Dossier, *, by: Acteur, at: datetime, qui: str) -> DemandeElu:
    """Say who tells the resident. The étape of the answer goes to whoever gives it."""
    with traversee("choisir_qui_repond", dossier.pk, by=by, at=at) as t:
        demande = demande_de(t.dossier)
        rules.peut_choisir(by, demande).exiger()
        rules.peut_se_charger(demande, qui).exiger()
        if qui == demande.qui_repond:
            raise DejaFait(
                f"C'est déjà le choix fait : {demande.get_qui_repond_display().lower()} répond à l'habitant."
            )
        demande.qui_repond = QuiRepond(qui)
        demande.save(update_fields=["qui_repond"])
        circuit, _version = tracer(t.dossier.circuit, by.annuaire, entite=t.dossier.entite_id, qui_repond=qui)
        prevue = calculer(circuit, by.annuaire, Contexte(entite=t.dossier.entite_id))[-1]
        for etape in (e for e in t.restantes() if e.type == TypeEtape.REPONSE):
            _confier(t, demande, etape, prevue)
        t.contenu["corrections"] = f"répond à l'habitant : {demande.get_qui_repond_display().lower()}"
        return demande


def transmettre_la_reponse(nee: Dossier, sens: SensReponse, by: Acteur, at: datetime) -> None:
    """After the closing of what a project became, in its transaction: its answer is the project's. It leaves by itself, unless
    somebody has to tell the resident, or there is no answer to pass on: then whoever answers is asked to, once.
    """
    attend = DemandeElu.objects.filter(devenue=nee).exclude(dossier__etat=EtatDossier.CLOS)
    if (pk := attend.values_list("pk", flat=True).first()) is None:
        return
    with suppress(DejaFait), traversee("recevoir_la_reponse", pk, by=by, at=at) as t:
        _recevoir(t, nee, sens)


def _recevoir(t: Traversee, nee: Dossier, sens: SensReponse) -> None:
    if t.dossier.etat == EtatDossier.CLOS:
        raise DejaFait("La demande vient d'être retirée.")
    demande, dite, mots = demande_de(t.dossier), sens in DITES, nature_de(nee).mots
    dit = Reponse.objects.filter(dossier=nee).latest("tour").texte.strip()
    texte = REPONSE_DE_LA_NOTE.format(la=mots.la, reference=nee.reference, texte=dit)
    t.contenu |= {"avec": nee.reference, "sens": mots.dire_sens(sens)}
    if t.dossier.etat == EtatDossier.ATTENTE:
        reprendre_ici(t, "")
    t.changer(projet_reponse=texte, projet_sens=sens if dite else SensReponse.INFORMATION, projet_vise=False)
    a_faire = [e for e in t.restantes() if e.etat == EtatEtape.ACTIVE and e.type != TypeEtape.INFORMATION]
    if not dite or [e.type for e in a_faire] != [TypeEtape.REPONSE] or not _part_seule(demande):
        t.prevenir(rules.a_prevenir(demande), f"{t.dossier.reference} : la réponse est prête, donnez-la à l'habitant")
        return
    t.etape = a_faire[0]
    t.decider(Resultat.REPONDUE, "")
    repondre_a_tous(t, texte, sens)
    passer_outre(t, t.restantes())
    if demande.qui_repond:
        _dire(t, demande, Moyen.COURRIEL, texte)


def _part_seule(demande: DemandeElu) -> bool:
    """Nobody waits, or the town hall answers by e-mail."""
    return not demande.qui_repond or bool(demande.qui_repond == QuiRepond.SERVICE and demande.habitant_courriel)


def _confier(t: Traversee, demande: DemandeElu, etape: Etape, prevue: EtapePrevue) -> None:
    etape.poste_id, etape.entite_id, etape.prise_par_id = prevue.poste, prevue.entite, None
    etape.save(update_fields=["poste", "entite", "prise_par"])
    if etape.etat == EtatEtape.ACTIVE:
        montrer_a(t, etape)
        _pour, personnes = qui_agit(t.acteur, etape, t.dossier.nature)
        t.prevenir([*personnes, *rules.a_prevenir(demande)], f"{t.dossier.reference} : {etape.titre}")


def _moyen(demande: DemandeElu, moyen: str) -> str:
    """How the resident is told; by e-mail when the town hall answers and has the address."""
    if not demande.qui_repond:
        return ""
    if _part_seule(demande):
        return Moyen.COURRIEL
    if moyen not in Moyen.values:
        raise Refus(
            "Un habitant attend aussi cette réponse : donnez-la-lui, puis indiquez ici comment vous l'avez fait."
        )
    return moyen


def _dire(t: Traversee, demande: DemandeElu, moyen: str, texte: str) -> None:
    """By e-mail when the town hall answers; otherwise whoever answers has just said it."""
    if _part_seule(demande):
        corps = f"Bonjour,\n\nVous avez parlé à un élu de : {t.dossier.objet}.\n\n{texte}\n"
        sujet = f"Réponse à ce que vous avez dit à un élu ({t.dossier.reference})"
        ecrire_courriel(demande.habitant_courriel, sujet, corps, at=t.at, dossier=t.dossier.uuid)
    _noter(t, demande, demande.qui_repond, moyen)


def _noter(t: Traversee, demande: DemandeElu, par: str, moyen: str) -> None:
    ReponseHabitant.objects.create(demande=demande, par=par, moyen=moyen, at=t.at, personne_id=t.acteur.personne)
    t.contenu["moyen"] = f"habitant prévenu {Moyen(moyen).label.lower()}"
