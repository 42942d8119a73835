"""An internal request on paper: what was asked, who said what, the decision and its answer. A tagged PDF."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime

from buridan.decisions.models import DemandeInterne
from buridan.dossiers.etats import AU_PARAPHEUR, EtatEtape
from buridan.dossiers.models import Etape
from buridan.dossiers.natures import nature_de
from buridan.dossiers.pdf import compiler, decision_en_mots, en_toutes_lettres, paragraphes, propre
from buridan.interface.contexte import ville
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire

MODELE = Path(__file__).with_name("decision.typ")


def composer(demande: DemandeInterne, acteur: Acteur) -> bytes:
    """The PDF as it stands; marked PROJET until it is answered."""
    return compiler(MODELE, "demande", contenu(demande, acteur.annuaire))


def contenu(demande: DemandeInterne, annuaire: Annuaire) -> dict[str, Any]:
    """What the paper says, as plain strings."""
    dossier = demande.dossier
    reponse = dossier.reponses.order_by("-tour").first()
    qui = [annuaire.nom_personne(dossier.createur_id)]
    qui += [annuaire.nom_personne(demande.coauteur_id)] if demande.coauteur_id else []
    au_nom = ", au nom du service" if demande.au_nom_du_service else ""
    return {
        "ville": ville(settings.PRESET)["nom"],
        "reference": dossier.reference,
        "date": en_toutes_lettres(localtime(demande.envoyee_le or dossier.ouvert_le).date()),
        "tete": [
            ["Demandée par", f"{' et '.join(qui)}{au_nom}"],
            ["Service", annuaire.nom_entite(dossier.entite_id)],
            ["Modèle", demande.modele_choisi.titre],
            ["Importance", demande.importance_choisie.titre],
            ["Objet", propre(dossier.objet)],
        ],
        "texte": paragraphes(demande.texte),
        "documents": [propre(d.nom) for d in dossier.documents.order_by("at")],
        "etapes": _etapes(demande, annuaire),
        "reponse": {
            "titre": nature_de(dossier).mots.dire_sens(reponse.sens),
            "date": en_toutes_lettres(localtime(reponse.at).date()),
            "par": annuaire.nom_personne(reponse.par_id),
            "texte": paragraphes(reponse.texte),
        }
        if reponse is not None
        else None,
    }  # fmt: skip


def _etapes(demande: DemandeInterne, annuaire: Annuaire) -> list[dict[str, str]]:
    """Visas, opinions and decisions that stand, in order, and those still to come; what was sent back was said again after."""
    etapes = Etape.objects.filter(dossier=demande.pk, type__in=AU_PARAPHEUR).select_related("decision")
    lignes = []
    for etape in etapes.order_by("rang", "id"):
        chez = annuaire.designer(etape.poste_id) if etape.poste_id else annuaire.nom_entite(etape.entite_id)
        if etape.etat in (EtatEtape.ACTIVE, EtatEtape.A_VENIR):
            lignes.append({"titre": etape.titre, "chez": chez, "date": "", "visa": "", "remarque": ""})
        elif etape.etat in (EtatEtape.FAITE, EtatEtape.RENVOYEE):
            lignes.append({"titre": etape.titre, "chez": chez, **decision_en_mots(etape.decision, annuaire)})
    return lignes
