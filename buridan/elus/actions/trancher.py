"""A new project: the general manager accepts it, or it becomes what the town's form says (a note to the mayor)."""

from datetime import datetime

from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import a_prevenir, avancer
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import EtatDossier, EtatEtape, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape, Lien
from buridan.dossiers.natures import Reprise, nature_de, nature_du_code
from buridan.droit.delais import ajouter
from buridan.elus import rules
from buridan.elus.models import DemandeElu
from buridan.elus.queries import demande_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

RETENU = "Votre projet est retenu."
DEVENU = "Votre projet fait l'objet d'une {nom} ({reference}), écrite par : {service}. Vous aurez la réponse qui lui sera donnée."
ATTEND = "Devenue une {nom}, {reference} : la réponse sera la sienne"


def trancher(
    etape: Etape, *, by: Acteur, at: datetime, texte: str = "", service: int | None = None, theme: str = ""
) -> Etape:
    """Accept; with a `service`, that one writes what the project becomes, on `theme`, and the matter waits for its answer. The
    refusal is the core's verb.
    """
    with traversee_etape("trancher", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "decider").exiger()
        demande = demande_de(t.dossier)
        nee = _devenir(t, demande, service, theme or demande.theme) if service is not None else None
        DemandeElu.objects.filter(pk=demande.pk).update(devenue=nee)
        t.decider(Resultat.ACCORDEE, texte.strip())
        phrase = RETENU if nee is None else _dire_devenue(t, nee)
        projet = "\n\n".join(p for p in (phrase, texte.strip()) if p)
        sens = SensReponse.FAVORABLE if nee is None else SensReponse.INFORMATION
        t.changer(projet_reponse=projet, projet_sens=sens, projet_vise=False)
        avancer(t)
        if nee is not None:
            _attendre(t, demande, nee, projet)
        return t.etape


def _devenir(t: Traversee, demande: DemandeElu, service: int, theme: str) -> Dossier:
    chemin = demande.formulaire.lu.chemins[demande.voie]
    if not chemin.devient:
        raise Refus("Cette ville ne transforme pas un projet : acceptez-le, ou refusez-le.")
    nature = nature_du_code(chemin.devient)
    if nature.reprendre is None:
        raise Refus(f"Un projet ne peut pas devenir une {nature.mots.demande} : prévenez le service qualité.")
    avec = demande.elu_id if rules.est_elu(t.acteur.annuaire, demande.elu_id) else None
    texte = f"Demande d'élu {t.dossier.reference}.\n\n{demande.texte}" + (
        f"\n\nLieu : {demande.lieu}" if demande.lieu else ""
    )
    nee: Dossier = nature.reprendre(Reprise(chemin.genre, t.dossier.objet, texte, service, theme, avec), t.acteur, t.at)
    Lien.objects.create(de=t.dossier, vers=nee, genre=Lien.Genre.LIE, at=t.at)
    t.contenu |= {"avec": nee.reference, "theme": theme}
    return nee


def _nom(nee: Dossier) -> str:
    return f"{nature_de(nee).mots.demande} au maire"


def _dire_devenue(t: Traversee, nee: Dossier) -> str:
    service = t.acteur.annuaire.nom_entite(nee.entite_id)
    return DEVENU.format(nom=_nom(nee), reference=nee.reference, service=service)


def _attendre(t: Traversee, demande: DemandeElu, nee: Dossier, texte: str) -> None:
    """Nobody can answer before what it became has its answer: it waits, and comes back to who answers when that takes long."""
    jusquau = ajouter(t.jour, demande.formulaire.lu.chemins[demande.voie].delai)
    motif = ATTEND.format(nom=_nom(nee), reference=nee.reference)
    t.changer(etat=EtatDossier.ATTENTE, attente_jusquau=jusquau, attente_depuis=t.jour, attente_motif=motif)
    reference = t.dossier.reference
    for etape in (e for e in t.restantes() if e.etat == EtatEtape.ACTIVE and e.type == TypeEtape.REPONSE):
        t.prevenir(a_prevenir(t.acteur, etape), f"{reference} : {motif[:1].lower()}{motif[1:]}")
    t.prevenir([demande.elu_id], f"{reference} : votre projet est devenu une {_nom(nee)}, {nee.reference}")
    nature_de(t.dossier).ecrire_au_demandeur(t.dossier, f"Votre projet {reference}", texte, t.at)
