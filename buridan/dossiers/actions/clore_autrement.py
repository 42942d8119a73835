"""The other ways to an answer: withdrawn by the author, forwarded to another administration, joined to another."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import passer_outre
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.actions.repondre import clore, doubles, repondre_a_tous
from buridan.dossiers.actions.rouvrir import rouvrir_ici
from buridan.dossiers.actions.traversee import Traversee, traversee
from buridan.dossiers.etats import EtatDossier, Fil, SensReponse
from buridan.dossiers.models import Dossier, Lien, Message, Reponse
from buridan.dossiers.natures import nature_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

PLUS_SUIVIE = (
    "La demande {}, que vous aviez rejointe, n'est plus suivie : la personne qui l'avait déposée y renonce. "
    "Si le problème demeure, déposez la vôtre."
)


def retirer(dossier: Dossier, *, by: Acteur, at: datetime, motif: str = "") -> Reponse:
    """Withdraw before the next decision. The oldest of the requests joined to it takes its place, and its answer."""
    with traversee("retirer", dossier.pk, by=by, at=at) as t:
        rules.peut_retirer(by, t.dossier).exiger()
        suite = f" Motif : {motif.strip()}" if motif.strip() else ""
        m = nature_de(t.dossier).mots
        texte = f"Votre {m.demande} {t.dossier.reference} est retiré{m.e}, comme vous l'avez souhaité.{suite}"
        reponse = _abandonner(t, texte, SensReponse.RETIREE)
        nature_de(t.dossier).informer_participants(t.dossier, PLUS_SUIVIE.format(t.dossier.reference), at)
        _rendre_aux_doubles(t)
        return reponse


def _rendre_aux_doubles(t: Traversee) -> None:
    premier = doubles(t.dossier).first()
    if premier is None:
        return
    _rattacher(t.dossier, premier.de)
    Lien.objects.filter(pk=premier.pk).update(genre=Lien.Genre.LIE)
    with traversee("rouvrir", premier.de_id, by=t.acteur, at=t.at) as repris:
        rouvrir_ici(repris, f"La demande {t.dossier.reference}, traitée avec celle-ci, est retirée.")
        texte = (
            "La demande avec laquelle la vôtre était traitée est retirée. La vôtre est reprise : vous aurez sa réponse."
        )
        Message.objects.create(dossier=repris.dossier, fil=Fil.DEMANDEUR, texte=texte, at=t.at)
        sujet = f"Votre demande {repris.dossier.reference} est reprise"
        nature_de(repris.dossier).ecrire_au_demandeur(repris.dossier, sujet, texte, t.at)


def transmettre(dossier: Dossier, *, by: Acteur, at: datetime, administration: str, texte: str = "") -> Reponse:
    """Forward to the competent administration and tell the requester (CRPA L114-2)."""
    with traversee("transmettre", dossier.pk, by=by, at=at) as t:
        rules.peut_conduire(by, t.dossier).exiger()
        if not administration.strip():
            raise Refus("Indiquez l'administration qui recevra la demande.")
        phrase = (
            f"Votre demande {t.dossier.reference} ne relève pas de la mairie. Nous l'avons transmise à : "
            f"{administration.strip()}, qui vous répondra."
        )
        t.contenu["a"] = administration.strip()
        return _abandonner(t, f"{phrase}\n\n{texte.strip()}".strip(), SensReponse.TRANSMISE, par=repondre_a_tous)


def _abandonner(t: Traversee, texte: str, sens: SensReponse, *, par: Callable[..., Reponse] = clore) -> Reponse:
    if t.dossier.etat == EtatDossier.CLOS:
        raise Refus("Le dossier est déjà clos.")
    reponse = par(t, texte, sens)
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
        rules.peut_conduire(by, t.dossier).exiger()
        autre = Dossier.objects.get(pk=principal.pk)
        if autre.etat == EtatDossier.CLOS:
            raise Refus(f"{autre.reference} est clos : répondez directement à cette demande.")
        if autre.nature != t.dossier.nature:
            raise Refus("Seuls deux dossiers de même nature peuvent être réunis.")
        Lien.objects.update_or_create(de=t.dossier, vers=autre, defaults={"genre": Lien.Genre.REUNI, "at": at})
        _rattacher(t.dossier, autre)
        t.contenu["avec"] = autre.reference
        texte = (
            f"Votre demande {t.dossier.reference} porte sur le même sujet qu'une demande déjà en cours. "
            "Elles sont traitées ensemble : vous recevrez la même réponse, ici et par courriel."
        )
        return _abandonner(t, texte, SensReponse.REUNIE)


def _rattacher(dossier: Dossier, principal: Dossier) -> None:
    """What was joined to `dossier` is joined to `principal`; a link that already stands there becomes a joining."""
    for lien in doubles(dossier).exclude(de=principal):
        valeurs = {"genre": Lien.Genre.REUNI, "at": lien.at}
        Lien.objects.update_or_create(de=lien.de, vers=principal, defaults=valeurs)
        lien.delete()
