"""The call on paper: a tagged PDF, what the syndicate receives."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime

from buridan.appels.models import Appel
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Etape
from buridan.dossiers.pdf import compiler, en_toutes_lettres, paragraphes, propre
from buridan.interface.contexte import ville
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.outils.montants import euros

MODELE = Path(__file__).with_name("appel.typ")


def signataire(by: Acteur, etape: Etape, at: datetime) -> str:
    """Who signs, for whom, which day."""
    pour = by.absent_remplace(etape.poste_id, etape.entite_id, "appels")
    poste = by.annuaire.postes[etape.poste_id].intitule if etape.poste_id in by.annuaire.postes else ""
    return f"{', '.join(p for p in (by.nom, pour, poste) if p)}, le {localtime(at):%d/%m/%Y}"


def dernier_signataire(appel: Appel, annuaire: Annuaire) -> str:
    """Who signed it last; empty until it is signed, and while it is written again."""
    etapes = (
        Etape.objects.filter(dossier=appel.pk, type=TypeEtape.SIGNATURE).select_related("decision").order_by("rang")
    )
    etape = etapes.last()
    if etape is None or etape.etat != EtatEtape.FAITE:
        return ""
    decision = etape.decision
    poste = annuaire.postes[etape.poste_id].intitule if etape.poste_id in annuaire.postes else ""
    qui = ", ".join(p for p in (annuaire.nom_personne(decision.par_id), decision.pour, poste) if p)
    return f"{qui}, le {localtime(decision.at):%d/%m/%Y}"


def composer(appel: Appel, signe: str) -> bytes:
    """The PDF; marked PROJET while `signe` is empty."""
    return compiler(MODELE, "appel", contenu(appel, signe))


def _montants(appel: Appel) -> list[list[str]]:
    part = ["Montant estimé de la participation", euros(appel.part)]
    if appel.cle is None:
        return [part]
    return [
        ["Coût estimé de l'intervention", euros(appel.estimation)],
        part,
        ["Clé de répartition", propre(appel.cle.nom)],
    ]


def contenu(appel: Appel, signe: str) -> dict[str, Any]:
    """What the paper says, as plain strings."""
    dossier, syndicat, ici = appel.dossier, appel.competence.syndicat, ville(settings.PRESET)
    return {
        "ville": ici["nom"],
        "adresse": ici.get("adresse", ""),
        "telephone": ici.get("telephone", ""),
        "syndicat": [syndicat.nom, syndicat.adresse],
        "reference": dossier.reference,
        "date": en_toutes_lettres(localtime(appel.envoye_le or dossier.ouvert_le).date()),
        "lignes": [
            ["Compétence", propre(appel.competence.nom)],
            ["Lieu", propre(appel.lieu)],
            *_montants(appel),
        ],
        "description": paragraphes(appel.description),
        "signe": signe,
    }
