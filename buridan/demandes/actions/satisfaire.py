"""After the answer: did it help? An unhappy requester can contest once, which reopens at the head of the service."""

from contextlib import nullcontext
from datetime import datetime

from django.db import transaction

from buridan.demandes.actions.horloge import recaler
from buridan.demandes.models import Demande, Participant
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.actions.traversee import DejaFait, traversee
from buridan.dossiers.etats import EtatDossier, SensReponse
from buridan.dossiers.models import Dossier, Lien, Reponse
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import OUI, Refus, Verdict, non


def reunie_a(dossier: Dossier) -> Dossier | None:
    """The dossier this closed one was joined to, whose answer is also its own."""
    if not Reponse.objects.filter(dossier=dossier, tour=dossier.tour, sens=SensReponse.REUNIE).exists():
        return None
    lien = Lien.objects.filter(de=dossier, genre=Lien.Genre.REUNI).select_related("vers").first()
    return lien.vers if lien else None


def peut_evaluer(demande: Demande) -> Verdict:
    """Once per answer: a new one, after a reopening, can be judged too."""
    clos_le = demande.dossier.clos_le
    if demande.dossier.etat != EtatDossier.CLOS or clos_le is None:
        return non("Vous pourrez donner votre avis quand la réponse sera partie.")
    if demande.satisfait is not None and demande.satisfaction_le is not None and demande.satisfaction_le >= clos_le:
        return non("Vous avez déjà donné votre avis. Merci !")
    reponse = Reponse.objects.filter(dossier=demande.dossier, tour=demande.dossier.tour).first()
    if reponse is not None and reponse.sens == SensReponse.RETIREE:
        return non("Vous avez retiré cette demande. Déposez-en une autre si vous en avez encore besoin.")
    reunie = reponse is not None and reponse.sens == SensReponse.REUNIE
    principal = reunie_a(demande.dossier) if reunie else None
    if principal is not None and principal.etat != EtatDossier.CLOS:
        return non("Votre demande est traitée avec une autre : vous donnerez votre avis quand la réponse sera partie.")
    return OUI


def peut_contester(demande: Demande) -> Verdict:
    """One contest per request."""
    if demande.dossier.etat != EtatDossier.CLOS:
        return non("Votre demande est en cours.")
    if not (avis := peut_evaluer(demande)):
        return avis
    if demande.contestee_le is not None:
        return non("Vous avez déjà contesté une réponse. Vous pouvez déposer une nouvelle demande ou un recours.")
    return OUI


def evaluer(
    demande: Demande, *, by: Acteur, at: datetime, satisfait: bool, texte: str = "", contester: bool = False
) -> Demande:
    """Record the opinion; with `contester`, reopen."""
    with transaction.atomic() if contester else nullcontext():
        with traversee("evaluer", demande.dossier_id, by=by, at=at) as t:
            demande = Demande.objects.select_related("dossier").get(pk=demande.pk)
            peut_evaluer(demande).exiger()
            if contester:
                peut_contester(demande).exiger()
                if not texte.strip():
                    raise Refus("Dites ce qui ne va pas : le responsable du service lira votre message.")
            demande.satisfait, demande.satisfaction_texte, demande.satisfaction_le = satisfait, texte.strip(), at
            t.contenu |= {"satisfait": satisfait, "texte": texte.strip()}
            demande.save(update_fields=["satisfait", "satisfaction_texte", "satisfaction_le"])
        if contester:
            rouvrir(demande.dossier, by=by, at=at, motif=f"Le demandeur conteste la réponse : {texte.strip()}")
            Demande.objects.filter(pk=demande.pk).update(contestee_le=at, satisfait=None)
            recaler(demande)
    return demande


def rejoindre(demande: Demande, *, by: Acteur, at: datetime, nom: str, courriel: str) -> Participant:
    """Join a request already open: the answer goes to this person too."""
    with traversee("rejoindre", demande.dossier_id, by=by, at=at) as t:
        if t.dossier.etat == EtatDossier.CLOS:
            raise Refus("Cette demande vient d'être close : déposez la vôtre.")
        participant, neuf = Participant.objects.get_or_create(
            demande=demande, courriel=courriel.lower(), defaults={"nom": nom, "at": at}
        )
        if not neuf:
            raise DejaFait(f"Cette adresse a déjà rejoint la demande {t.dossier.reference}.")
        texte = (
            f"Bonjour,\n\nCette adresse a été donnée pour recevoir la réponse à la demande {t.dossier.reference} "
            f"({t.dossier.objet}). Vous la recevrez ici.\n\nCe n'est pas vous ? Ne faites rien : ce message suffit, et "
            "vous n'en recevrez qu'un autre, la réponse.\n"
        )
        sujet = f"Vous recevrez la réponse à la demande {t.dossier.reference}"
        ecrire_courriel(participant.courriel, sujet, texte, at=at, dossier=t.dossier.uuid)
        return participant
