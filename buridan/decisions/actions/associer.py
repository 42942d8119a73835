"""The general manager asks an elected official before the decision."""

from datetime import datetime

from buridan.decisions import rules
from buridan.decisions.queries import demande_de
from buridan.dossiers.actions.avancer import activer, decaler, exiger_circuit, remettre_a_venir
from buridan.dossiers.actions.traversee import DejaFait, traversee
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

DELAI = "5 jours ouvrés"
TITRES = {TypeEtape.AVIS: "Avis de l'élu : {}", TypeEtape.VISA: "Accord de l'élu : {}"}


def associer_un_elu(
    dossier: Dossier, *, by: Acteur, at: datetime, theme: str, type: TypeEtape = TypeEtape.AVIS, question: str = ""
) -> Etape:
    """Ask whoever answers for the theme: an opinion, or an agreement (a visa). A decision under way waits for it."""
    with traversee("associer_un_elu", dossier.pk, by=by, at=at) as t:
        rules.peut_associer_un_elu(by, demande_de(t.dossier), t.etapes).exiger()
        elu = by.annuaire.poste_de_l_elu(theme)
        if elu is None or type not in TITRES:
            raise Refus(f"Aucun élu en poste n'est chargé de « {theme} ». Choisissez un autre thème.")
        attendues = {EtatEtape.ACTIVE, EtatEtape.A_VENIR}
        if any(e.poste_id == elu and e.type in TITRES and e.etat in attendues for e in t.etapes):
            raise DejaFait(f"C'est déjà fait : {by.annuaire.designer(elu)} est associé à cette demande.")
        decision = next(e for e in t.etapes if e.type == TypeEtape.DECISION and e.etat in attendues)
        presse, rang = decision.etat == EtatEtape.ACTIVE, decision.rang
        if presse:
            remettre_a_venir(t, decision)
        decaler(t, rang - 1, 1)
        etape = Etape.objects.create(
            dossier=t.dossier, rang=rang, type=type, titre=TITRES[type].format(theme)[:120],
            consigne=question.strip()[:300], poste_id=elu, delai=DELAI, ajoutee_par_id=by.personne,
        )  # fmt: skip
        etape.dossier = t.dossier
        if presse:
            activer(t, etape)
        t.contenu |= {"etape": etape.titre, "a": by.annuaire.designer(elu), "texte": question.strip()}
        exiger_circuit(t)
        return etape
