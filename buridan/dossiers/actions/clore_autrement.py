"""The other ways to an answer: withdrawn by the author, forwarded to another administration, joined to another."""

from datetime import datetime

from django.db import transaction

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import passer_outre
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.actions.repondre import clore
from buridan.dossiers.actions.traversee import Traversee, traversee
from buridan.dossiers.etats import EtatDossier, SensReponse
from buridan.dossiers.models import Dossier, Lien, Reponse
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def retirer(dossier: Dossier, *, by: Acteur, at: datetime, motif: str = "") -> Reponse:
    """Withdraw before the next decision."""
    with traversee("retirer", dossier.pk, by=by, at=at) as t:
        rules.peut_retirer(by, t.dossier).exiger()
        suite = f" Motif : {motif.strip()}" if motif.strip() else ""
        texte = f"Votre demande {t.dossier.reference} est retirée, comme vous l'avez souhaité.{suite}"
        return _abandonner(t, texte, SensReponse.RETIREE)


def transmettre(dossier: Dossier, *, by: Acteur, at: datetime, administration: str, texte: str = "") -> Reponse:
    """Forward to the competent administration and tell the requester (CRPA L114-2)."""
    with traversee("transmettre", dossier.pk, by=by, at=at) as t:
        rules.fait_partie(by, t.dossier).exiger()
        if not administration.strip():
            raise Refus("Indiquez l'administration qui recevra la demande.")
        phrase = (
            f"Votre demande {t.dossier.reference} ne relève pas de la mairie. Nous l'avons transmise à : "
            f"{administration.strip()}, qui vous répondra."
        )
        t.contenu["a"] = administration.strip()
        return _abandonner(t, f"{phrase}\n\n{texte.strip()}".strip(), SensReponse.TRANSMISE)


def _abandonner(t: Traversee, texte: str, sens: SensReponse) -> Reponse:
    if t.dossier.etat == EtatDossier.CLOS:
        raise Refus("Le dossier est déjà clos.")
    reponse = clore(t, texte, sens)
    passer_outre(t, t.restantes())
    return reponse


def reunir(dossier: Dossier, *, by: Acteur, at: datetime, principal: Dossier) -> Reponse:
    """Join a duplicate to `principal`: its requester is told now, and gets the answer of the principal too."""
    if dossier.pk == principal.pk:
        raise Refus("Un dossier ne se réunit pas à lui-même.")
    with transaction.atomic():
        for pk in sorted((dossier.pk, principal.pk)):  # the principal can't be answered, or joined, meanwhile
            verrouiller(pk)
        return _reunir(dossier, by, at, principal)


def _reunir(dossier: Dossier, by: Acteur, at: datetime, principal: Dossier) -> Reponse:
    with traversee("reunir", dossier.pk, by=by, at=at) as t:
        rules.fait_partie(by, t.dossier).exiger()
        autre = Dossier.objects.get(pk=principal.pk)
        if autre.etat == EtatDossier.CLOS:
            raise Refus(f"{autre.reference} est clos : répondez directement à cette demande.")
        if autre.nature != t.dossier.nature:
            raise Refus("Seuls deux dossiers de même nature peuvent être réunis.")
        Lien.objects.update_or_create(de=t.dossier, vers=autre, defaults={"genre": Lien.Genre.REUNI, "at": at})
        Lien.objects.filter(vers=t.dossier, genre=Lien.Genre.REUNI).exclude(de=autre).update(vers=autre)
        t.contenu["avec"] = autre.reference
        texte = (
            f"Votre demande {t.dossier.reference} porte sur le même sujet qu'une demande déjà en cours. "
            "Elles sont traitées ensemble : vous recevrez la même réponse, ici et par courriel."
        )
        return _abandonner(t, texte, SensReponse.REUNIE)
