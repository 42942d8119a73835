"""A new project: the general manager accepts it, or it becomes what the town's form says (a note to the mayor)."""

from datetime import datetime

from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Dossier, Etape, Lien
from buridan.dossiers.natures import Reprise, nature_du_code
from buridan.elus import rules
from buridan.elus.models import DemandeElu
from buridan.elus.queries import demande_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

RETENU = "Votre projet est retenu."
DEVENU = "Votre projet fait l'objet d'une {nom} ({reference}), écrite par : {service}. Vous aurez la réponse qui lui sera donnée."


def trancher(
    etape: Etape, *, by: Acteur, at: datetime, texte: str = "", service: int | None = None, theme: str = ""
) -> Etape:
    """Accept; with a `service`, that one writes what the project becomes, on `theme`. The refusal is the core's verb."""
    with traversee_etape("trancher", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "decider").exiger()
        demande = demande_de(t.dossier)
        phrase = RETENU if service is None else _devenir(t, demande, service, theme or demande.theme)
        t.decider(Resultat.ACCORDEE, texte.strip())
        projet = "\n\n".join(p for p in (phrase, texte.strip()) if p)
        t.changer(projet_reponse=projet, projet_sens=SensReponse.FAVORABLE, projet_vise=False)
        avancer(t)
        return t.etape


def _devenir(t: Traversee, demande: DemandeElu, service: int, theme: str) -> str:
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
    DemandeElu.objects.filter(pk=demande.pk).update(devenue=nee)
    t.contenu |= {"avec": nee.reference, "theme": theme}
    nom = t.acteur.annuaire.nom_entite(service)
    return DEVENU.format(nom=f"{nature.mots.demande} au maire", reference=nee.reference, service=nom)
