"""An answer that no e-mail carries: somebody gives it, by telephone, by post or by hand, and says so."""

from datetime import datetime

from django.db import connection
from django.db.models import TextChoices

from buridan.demandes import rules
from buridan.demandes.models import Demande
from buridan.dossiers.actions.traversee import DejaFait, traversee
from buridan.dossiers.etats import EtatDossier, SensReponse
from buridan.dossiers.models import Dossier, Lien
from buridan.organisation.acteur import Acteur
from buridan.outils.sql import executer

_A_REMETTRE = f"""UPDATE {Demande._meta.db_table} SET a_remettre_depuis = %(at)s WHERE courriel = ''
    AND dossier_id = ANY(ARRAY(SELECT %(dossier)s::bigint UNION ALL
        SELECT de_id FROM {Lien._meta.db_table} WHERE vers_id = %(dossier)s AND genre = '{Lien.Genre.REUNI}'))"""  # noqa: S608  constants


class Moyen(TextChoices):
    """How it was given."""

    TELEPHONE = "telephone", "Par téléphone"
    COURRIER = "courrier", "Par courrier"
    MAIN = "main", "En main propre"


def remettre(dossier: Dossier, *, by: Acteur, at: datetime, moyen: str) -> Demande:
    """Say how the answer was given. Raises DejaFait when somebody has said it."""
    with traversee("remettre", dossier.pk, by=by, at=at) as t:
        demande = Demande.objects.get(pk=dossier.pk)
        if t.dossier.etat == EtatDossier.CLOS and demande.a_remettre_depuis is None:
            raise DejaFait(rules.DEJA_REMISE)
        rules.peut_remettre(by, t.dossier, demande).exiger()
        demande.a_remettre_depuis = None
        demande.save(update_fields=["a_remettre_depuis"])
        t.contenu["moyen"] = Moyen(moyen).label.lower()
        return demande


def a_la_cloture(dossier: Dossier, sens: SensReponse, by: Acteur, at: datetime) -> None:
    """After a closing, in its transaction: an answer that no e-mail carries is to be given by somebody.

    Of requests joined to this one too; one that is joined waits for the answer of the other.
    """
    if dossier.nature != "demandes":
        return
    if sens in (SensReponse.RETIREE, SensReponse.REUNIE):
        Demande.objects.filter(courriel="", pk=dossier.pk).update(a_remettre_depuis=None)
    else:
        executer(connection, _A_REMETTRE, {"at": at, "dossier": dossier.pk})
