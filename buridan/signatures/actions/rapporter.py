"""Bring back a document signed elsewhere: it is checked, and kept with what the check said."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.traversee import DejaFait, traversee
from buridan.dossiers.fichiers import Fichier, joindre
from buridan.dossiers.models import Document, Dossier
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus
from buridan.signatures.controle_pdf import controler


def rapporter(dossier: Dossier, *, by: Acteur, at: datetime, fichier: Fichier) -> Document:
    """Attach. An unsigned file is refused; a faulty signature is kept, and the journal says so."""
    rapport = controler(fichier.octets, at=at)
    if rapport.illisible or not rapport.constats:
        raise Refus(f"{rapport.phrase} Vérifiez que vous avez choisi le fichier signé, et non l'original.")
    with traversee("rapporter", dossier.pk, by=by, at=at) as t:
        rules.fait_partie(by, t.dossier).exiger()
        document = joindre(t.dossier, [fichier], at=at, par=by.personne, public=False)[0]
        if Document.objects.filter(dossier=t.dossier, sha256=document.sha256).exclude(pk=document.pk).exists():
            raise DejaFait("Ce document est déjà dans le dossier.")
        t.contenu |= {"document": fichier.nom, "signatures": rapport.phrase}
        return document
