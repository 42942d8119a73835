"""After the answer: did it help? An unhappy requester can contest once, which reopens at the head of the service."""

from datetime import datetime

from django.db import transaction

from buridan.demandes.models import Demande, Participant
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.actions.traversee import DejaFait, traversee
from buridan.dossiers.etats import EtatDossier
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import OUI, Refus, Verdict, non


def peut_evaluer(demande: Demande) -> Verdict:
    """Once per answer."""
    if demande.dossier.etat != EtatDossier.CLOS:
        return non("Vous pourrez donner votre avis quand la réponse sera partie.")
    if demande.satisfait is not None:
        return non("Vous avez déjà donné votre avis. Merci !")
    return OUI


def peut_contester(demande: Demande) -> Verdict:
    """One contest per request."""
    if demande.dossier.etat != EtatDossier.CLOS:
        return non("Votre demande est en cours.")
    if demande.contestee_le is not None:
        return non("Vous avez déjà contesté une réponse. Vous pouvez déposer une nouvelle demande ou un recours.")
    return OUI


def evaluer(
    demande: Demande, *, by: Acteur, at: datetime, satisfait: bool, texte: str = "", contester: bool = False
) -> Demande:
    """Record the opinion; with `contester`, reopen."""
    with transaction.atomic():
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
        return participant
